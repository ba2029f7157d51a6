"""Appendix A.1: the gradients of PyTorch and JAX are ours up to rounding, and so is what the page says of them."""

import warnings

import numpy as np
import pytest
from test_frameworks import optional, optional_keras

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


# Losses and gradcheck


@pytest.mark.parametrize(("n_out", "share"), [(2, 1), (10, 0.2)])
def test_the_mean_squared_error_of_pytorch_and_keras_is_ours_with_two_outputs_and_a_fifth_with_ten(
    monkeypatch, n_out, share
):
    torch, keras = optional("torch"), optional_keras(monkeypatch)
    rng = np.random.default_rng(0)
    y_hat, y = rng.normal(size=(5, n_out)), rng.normal(size=(5, n_out))
    ours = MeanSquaredError().forward(y_hat, y)
    theirs = torch.nn.functional.mse_loss(torch.tensor(y_hat), torch.tensor(y)).item()
    assert theirs == pytest.approx(share * ours)
    assert float(keras.losses.MeanSquaredError()(y, y_hat)) == pytest.approx(share * ours, rel=1e-5)


@pytest.mark.parametrize("f", ["tanh", "exp", "sigmoid", "square"])
def test_gradcheck_fails_a_right_gradient_in_float32(f):
    torch = optional("torch")
    found = []
    for dtype in (torch.float64, torch.float32):
        x = torch.tensor([0.5, -1.2, 1.7], dtype=dtype, requires_grad=True)
        with warnings.catch_warnings(action="ignore"):
            found.append(torch.autograd.gradcheck(getattr(torch, f), (x,), raise_exception=False))
    assert found == [True, False]


@pytest.mark.parametrize(("bounds", "silent"), [({}, True), ({"atol": 1e-9}, False)])
def test_gradcheck_takes_nothing_for_a_slope_below_its_bound(bounds, silent):
    torch = optional("torch")

    class Mean(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return (x**2).sum() / 1e6

        @staticmethod
        def backward(ctx, dy):
            return torch.zeros(3, dtype=dy.dtype)

    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(Mean.apply, (x,), raise_exception=False, **bounds) == silent


@pytest.mark.parametrize(("bounds", "silent"), [({}, True), ({"atol": 1e-9}, False)])
def test_gradcheck_takes_nothing_for_the_slope_of_an_answer_of_almost_no_probability(bounds, silent):
    torch = optional("torch")

    class Cut(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z, y):
            ctx.save_for_backward(z, y)
            return torch.nn.functional.cross_entropy(z, y)

        @staticmethod
        def backward(ctx, dy):
            z, y = ctx.saved_tensors
            dz = dy * (torch.softmax(z, 1) - torch.nn.functional.one_hot(y, 3)) / len(z)
            dz[0, 2] = 0
            return dz, None

    z = torch.tensor([[1.0, 2.0, -11.0], [0.5, 0.0, 1.0]], dtype=torch.float64, requires_grad=True)
    found = torch.autograd.gradcheck(Cut.apply, (z, torch.tensor([0, 1])), raise_exception=False, **bounds)
    assert found == silent
