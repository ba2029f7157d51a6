"""Appendix A.1: the gradients of PyTorch and JAX are ours up to rounding, and so is what the page says of them."""

import numpy as np
import pytest
from test_frameworks import optional

from backprop.data import mnist_sample
from backprop.examples.running import running_network
from backprop.gradcheck import relative_error
from backprop.layers import Dense, ReLU
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy
from backprop.network import Network

# The running network


def our_gradients(dtype):
    net, x, y = running_network(dtype)
    loss = MeanSquaredError()
    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    return net, x, y


def assert_within_ulp(theirs, ours, ulp):
    """Of the largest entry."""
    assert (theirs.shape, theirs.dtype) == (ours.shape, ours.dtype)
    assert np.abs(theirs - ours).max() <= ulp * np.spacing(np.abs(ours).max())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_running_network_in_pytorch_has_our_gradients_to_the_last_bits(dtype):
    torch = optional("torch")
    net, x, y = our_gradients(dtype)
    W1, b1, W2, b2 = (torch.tensor(p.value, requires_grad=True) for p in net.params())
    y_hat = torch.sigmoid(torch.sigmoid(torch.tensor(x) @ W1 + b1) @ W2 + b2)
    ((y_hat - torch.tensor(y)) ** 2).sum().div(2 * len(x)).backward()
    for theirs, ours in zip((W1, b1, W2, b2), net.params(), strict=True):
        assert_within_ulp(theirs.grad.numpy(), ours.grad, 4)


def test_the_running_network_in_jax_has_our_gradients_to_the_last_bits():
    jax = optional("jax")
    net, x, y = our_gradients(np.float32)

    def loss(params):
        W1, b1, W2, b2 = params
        sigmoid = jax.nn.sigmoid
        return ((sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2) - y) ** 2).sum() / (2 * len(x))

    theirs = jax.grad(loss)([p.value for p in net.params()])
    for grad, ours in zip(theirs, net.params(), strict=True):
        assert_within_ulp(np.asarray(grad), ours.grad, 4)


# The digit network


def digit_network(seed, dtype):
    """The network of the page for seed 10, and its 64 digits and labels."""
    data, rng = mnist_sample(), np.random.default_rng(seed)
    first, second, third = Dense(784, 128, rng), Dense(128, 64, rng), Dense(64, 10, rng)
    net = Network(first, ReLU(), second, ReLU(), third).astype(np.float32).astype(dtype)
    return net, data.x_train[:64].astype(dtype), data.y_train[:64]


def digit_gradients(dtype):
    net, x, y = digit_network(10, dtype)
    loss = SoftmaxCrossEntropy()
    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    return {p.name: p.grad for p in net.params()}


def digit_loss_in_torch(torch, net, x, y):
    """A function that makes the loss, and the weights that it depends on."""
    weights = [torch.tensor(p.value, requires_grad=True) for p in net.params()]
    W1, b1, W2, b2, W3, b3 = weights
    x, y = torch.tensor(x), torch.tensor(y)

    def loss():
        a = torch.relu(torch.relu(x @ W1 + b1) @ W2 + b2)
        return torch.nn.functional.cross_entropy(a @ W3 + b3, y)

    return loss, weights


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_digit_network_in_pytorch_has_our_gradients_to_the_last_bits_of_the_largest_entry(dtype):
    torch = optional("torch")
    loss, weights = digit_loss_in_torch(torch, *digit_network(10, dtype))
    loss().backward()
    for theirs, ours in zip(weights, digit_gradients(dtype).values(), strict=True):
        assert_within_ulp(theirs.grad.numpy(), ours, 64)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_digit_network_in_jax_has_our_gradients_to_the_last_bits_of_the_largest_entry(dtype):
    jax = optional("jax")
    net, x, y = digit_network(10, dtype)

    def loss(params):
        W1, b1, W2, b2, W3, b3 = params
        a = jax.nn.relu(jax.nn.relu(x @ W1 + b1) @ W2 + b2)
        return -jax.nn.log_softmax(a @ W3 + b3)[np.arange(len(y)), y].mean()

    with jax.enable_x64(True):
        theirs = jax.grad(loss)([jax.numpy.array(p.value) for p in net.params()])
        for grad, ours in zip(theirs, digit_gradients(dtype).values(), strict=True):
            assert_within_ulp(np.asarray(grad), ours, 64)


def test_a_small_entry_loses_more_digits_than_the_largest():
    rounded, right = digit_gradients(np.float32)["0.W"], digit_gradients(np.float64)["0.W"]
    own = np.abs(rounded - right) / np.where(right, np.abs(right), 1)
    assert relative_error(rounded, right) < 1e-5
    assert own.max() > 1e-4
    assert np.abs(right.flat[own.argmax()]) < 1e-3 * np.abs(right).max()


@pytest.mark.parametrize("seed", [10, *range(10)])
def test_without_zero_grad_the_loss_falls_and_then_runs_away(seed):
    torch = optional("torch")
    loss_of, weights = digit_loss_in_torch(torch, *digit_network(seed, np.float64))
    optimizer, losses = torch.optim.SGD(weights, lr=0.1), []
    for _ in range(200):
        loss = loss_of()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    first = next(step for step, value in enumerate(losses) if value < 0.01)
    assert max(losses[:first]) < 5
    assert max(losses[first:]) > 10 * 2.3
    if seed == 10:
        assert losses[9] == pytest.approx(0.05, abs=0.005)
