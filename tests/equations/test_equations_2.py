"""The labelled equations of chapter 2 against numbers: worked by hand, or by nudging what the formula is about."""

from itertools import pairwise

import numpy as np
import pytest

from backprop.examples.running import running_network
from backprop.functions import sigmoid
from backprop.gradcheck import numerical_gradient
from backprop.layers import Dense
from backprop.losses import MeanSquaredError
from backprop.network import Network


def nudge(f, at):
    return float(numerical_gradient(lambda x: float(f(x)), np.array(float(at))))


def batch(n=5, n_in=3, n_out=2):
    """A layer's input, weights and bias, and a price for each of its outputs."""
    rng = np.random.default_rng(23)
    return (
        rng.normal(size=(n, n_in)),
        rng.normal(size=(n_in, n_out)),
        rng.normal(size=n_out),
        rng.normal(size=(n, n_out)),
    )


def dense(a, W, b):
    layer = Dense(*W.shape, np.random.default_rng(0), dtype=np.float64)
    layer.W[...], layer.b[...] = W, b
    return layer, layer.forward(a)


@pytest.mark.equation("eq-links")
def test_each_link_of_a_neuron_has_its_slope():
    w, x, y = 0.4, 2.0, 1.0
    z, a = 0.8, float(sigmoid(0.8))
    assert nudge(lambda w: w * x, w) == pytest.approx(2.0)
    assert nudge(sigmoid, z) == pytest.approx(a * (1 - a), rel=1e-8)
    assert nudge(lambda a: (a - y) ** 2 / 2, a) == pytest.approx(a - y, rel=1e-8)


@pytest.mark.equation("eq-chain-rule")
@pytest.mark.parametrize("x", [-1.3, 0.4, 2.0])
def test_slopes_multiply_each_at_the_value_that_arrived(x):
    whole = nudge(lambda x: np.sin(np.exp(x)), x)
    assert whole == pytest.approx(nudge(np.sin, np.exp(x)) * nudge(np.exp, x), rel=1e-6)
    assert whole != pytest.approx(nudge(np.sin, x) * nudge(np.exp, x), rel=1e-2)


@pytest.mark.equation("eq-from-the-end")
def test_prices_from_the_end_are_the_nudged_ones():
    w, x, y = 0.4, 2.0, 1.0
    a = float(sigmoid(w * x))
    da = a - y
    dz = da * a * (1 - a)
    assert nudge(lambda a: (a - y) ** 2 / 2, a) == pytest.approx(da, rel=1e-8)
    assert nudge(lambda z: (sigmoid(z) - y) ** 2 / 2, w * x) == pytest.approx(dz, rel=1e-8)
    assert nudge(lambda w: (sigmoid(w * x) - y) ** 2 / 2, w) == pytest.approx(dz * x, rel=1e-8)


@pytest.mark.equation("eq-sum-of-squares")
def test_a_sum_of_squares_keeps_its_sum_and_differentiates_the_prediction():
    # ŷ = wx with x = (1, 2, −1), y = (0, 3, 2), w = 2: errors (2, 1, −4), slopes x, so 2 + 2 + 4 = 8
    x, y = np.array([1.0, 2.0, -1.0]), np.array([0.0, 3.0, 2.0])
    assert ((2 * x - y) * x).sum() == 8
    assert nudge(lambda w: ((w * x - y) ** 2).sum() / 2, 2.0) == pytest.approx(8, rel=1e-8)


@pytest.mark.equation("eq-sigmoid-chain")
def test_a_chain_of_sigmoids_hands_on_less_than_a_quarter_per_link():
    assert nudge(sigmoid, 0.0) == pytest.approx(0.25, rel=1e-8)
    assert max(nudge(sigmoid, z) for z in np.linspace(-9, 9, 101)) <= 0.25 + 1e-10
    for n in range(1, 6):

        def end(a, n=n):
            for _ in range(n):
                a = sigmoid(a)
            return a

        for start in (-3.0, 0.0, 0.5, 2.0):
            assert 0 < nudge(end, start) <= 0.25**n + 1e-10


@pytest.mark.equation("eq-fork")
def test_a_number_used_three_times_collects_three_prices():
    # x = 2 goes into x², 3x and 1/x, multiplied: L = 4 · 6 · ½ = 12; paths: 3 · 4 + 2 · 3 + 24 · (−¼) = 12
    x, uses = 2.0, (lambda x: x**2, lambda x: 3 * x, lambda x: 1 / x)
    paths = []
    for k, use in enumerate(uses):
        others = np.prod([uses[i](x) for i in range(3) if i != k])
        paths.append(others * nudge(use, x))
    np.testing.assert_allclose(paths, [12, 6, -6], rtol=1e-8)
    assert nudge(lambda x: x**2 * (3 * x) * (1 / x), x) == pytest.approx(12, rel=1e-8)


@pytest.mark.equation("eq-delta-output")
@pytest.mark.equation("eq-delta-hidden")
def test_the_deltas_of_the_running_network_are_the_nudged_ones():
    net, x, y = running_network()
    first, second = net.layers[0], net.layers[2]
    loss = MeanSquaredError()
    z1 = x @ first.W + first.b
    z2 = sigmoid(z1) @ second.W + second.b
    by_nudge2 = numerical_gradient(lambda z2: loss.forward(sigmoid(z2), y), z2)[0]
    by_nudge1 = numerical_gradient(lambda z1: loss.forward(sigmoid(sigmoid(z1) @ second.W + second.b), y), z1)[0]
    y_hat, a1 = sigmoid(z2)[0], sigmoid(z1)[0]
    delta2 = [(y_hat[k] - y[0, k]) * y_hat[k] * (1 - y_hat[k]) for k in range(2)]
    np.testing.assert_allclose(delta2, by_nudge2, rtol=1e-8)
    sums = [sum(second.W[j, k] * delta2[k] for k in range(2)) for j in range(2)]
    np.testing.assert_allclose([a1[j] * (1 - a1[j]) * sums[j] for j in range(2)], by_nudge1, rtol=1e-8)


@pytest.mark.equation("eq-layer-indices")
def test_a_layer_computes_the_sum_over_its_inputs():
    a, W, b, _ = batch()
    _, z = dense(a, W, b)
    for n, j in np.ndindex(z.shape):
        assert z[n, j] == pytest.approx(sum(a[n, i] * W[i, j] for i in range(3)) + b[j], rel=1e-12)


@pytest.mark.equation("eq-dw-indices")
@pytest.mark.equation("eq-dw")
def test_the_weights_gradient_sums_over_the_examples():
    a, W, b, delta = batch()
    layer, _ = dense(a, W, b)
    layer.backward(delta)
    sums = [[sum(a[n, i] * delta[n, j] for n in range(5)) for j in range(2)] for i in range(3)]
    np.testing.assert_allclose(sums, numerical_gradient(lambda W: ((a @ W + b) * delta).sum(), W), rtol=1e-7)
    np.testing.assert_allclose(layer.dW, sums, rtol=1e-12)
    np.testing.assert_allclose(a.T @ delta, sums, rtol=1e-12)


@pytest.mark.equation("eq-db")
def test_the_bias_gradient_sums_over_the_examples():
    a, W, b, delta = batch()
    layer, _ = dense(a, W, b)
    layer.backward(delta)
    sums = [sum(delta[n, j] for n in range(5)) for j in range(2)]
    np.testing.assert_allclose(sums, numerical_gradient(lambda b: ((a @ W + b) * delta).sum(), b), rtol=1e-7)
    np.testing.assert_allclose(layer.db, sums, rtol=1e-12)


@pytest.mark.equation("eq-da-indices")
@pytest.mark.equation("eq-da")
def test_the_input_gradient_sums_over_the_neurons():
    a, W, b, delta = batch()
    layer, _ = dense(a, W, b)
    sums = [[sum(delta[n, j] * W[i, j] for j in range(2)) for i in range(3)] for n in range(5)]
    np.testing.assert_allclose(sums, numerical_gradient(lambda a: ((a @ W + b) * delta).sum(), a), rtol=1e-7)
    np.testing.assert_allclose(layer.backward(delta), sums, rtol=1e-12)
    np.testing.assert_allclose(delta @ W.T, sums, rtol=1e-12)


@pytest.mark.equation("eq-backward")
def test_three_lines_go_back_through_any_number_of_layers():
    rng = np.random.default_rng(5)
    widths, x = (3, 4, 2, 3), rng.normal(size=(6, 3))
    y = rng.normal(size=(6, 3))
    net = Network(*(Dense(m, n, rng, dtype=np.float64) for m, n in pairwise(widths)))
    W, b = [layer.W for layer in net.layers], [layer.b for layer in net.layers]
    a = [x]
    for weights, bias in zip(W, b, strict=True):
        a.append(sigmoid(a[-1] @ weights + bias))

    def loss():
        out = x
        for weights, bias in zip(W, b, strict=True):
            out = sigmoid(out @ weights + bias)
        return float(((out - y) ** 2).sum()) / (2 * len(x))

    def nudged(param):
        kept = param.copy()

        def f(value):
            param[...] = value
            return loss()

        slope = numerical_gradient(f, kept)
        param[...] = kept
        return slope

    delta = (a[3] - y) / len(x) * a[3] * (1 - a[3])
    for k in (2, 1, 0):
        np.testing.assert_allclose(a[k].T @ delta, nudged(W[k]), rtol=1e-5, atol=1e-10)
        np.testing.assert_allclose(delta.sum(axis=0), nudged(b[k]), rtol=1e-5, atol=1e-10)
        delta = (delta @ W[k].T) * a[k] * (1 - a[k])


def flow(x, y, W1, b1, W2, b2):
    """The five lines of the forward list, one example, number by number."""
    z1 = [sum(x[i] * W1[i][j] for i in range(2)) + b1[j] for j in range(2)]
    a1 = [1 / (1 + np.exp(-z)) for z in z1]
    z2 = [sum(a1[i] * W2[i][j] for i in range(2)) + b2[j] for j in range(2)]
    y_hat = [1 / (1 + np.exp(-z)) for z in z2]
    return z1, a1, z2, y_hat, sum((y_hat[j] - y[j]) ** 2 for j in range(2)) / 2


def running_loss(w):
    """The loss of the running network with the twelve numbers w, number by number."""
    _, x, y = running_network()
    W1, b1, W2, b2 = np.split(np.asarray(w, dtype=float), [4, 6, 10])
    return flow(x[0], y[0], W1.reshape(2, 2), b1, W2.reshape(2, 2), b2)[-1]


def running_numbers():
    """The twelve numbers, and their gradient by the package's backward."""
    net, x, y = running_network()
    loss = MeanSquaredError()
    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    return tuple(np.concatenate([getattr(p, part).ravel() for p in net.params()]) for part in ("value", "grad"))


@pytest.mark.equation("eq-nudge")
def test_the_change_per_unit_of_push_settles_on_the_gradient():
    w, gradient = running_numbers()
    for k, push in enumerate(np.eye(12)):
        off = [(running_loss(w + h * push) - running_loss(w)) / h - gradient[k] for h in (1e-2, 1e-3, 1e-4)]
        assert abs(off[2]) < 1e-5
        assert off[1] / off[0] == pytest.approx(0.1, rel=0.1)


@pytest.mark.equation("eq-linear-prediction")
def test_the_error_of_the_straight_line_goes_with_the_square_of_the_push():
    w, gradient = running_numbers()
    for k, push in enumerate(np.eye(12)):
        off = [running_loss(w + h * push) - running_loss(w) - h * gradient[k] for h in (0.1, 0.01)]
        assert off[1] / off[0] == pytest.approx(0.01, rel=0.2)
    bias = np.eye(12)[10]
    assert running_loss(w) + 2 * gradient[10] < 0 < running_loss(w + 2 * bias)


@pytest.mark.equation("eq-gradient-vector")
def test_the_costs_of_many_small_pushes_add_up():
    w, gradient = running_numbers()
    np.testing.assert_allclose(gradient, numerical_gradient(running_loss, w), rtol=1e-7)
    for seed in range(5):
        pushes = np.random.default_rng(seed).normal(size=12)
        off = [running_loss(w + h * pushes) - running_loss(w) - h * pushes @ gradient for h in (1e-2, 1e-3)]
        assert abs(off[1]) < 1e-5
        assert off[1] / off[0] == pytest.approx(0.01, rel=0.2)


@pytest.mark.equation("eq-flow-forward")
def test_the_forward_list_number_by_number_is_the_package():
    net, x, y = running_network()
    *_, y_hat, loss = flow(x[0], y[0], *(p.value for p in net.params()))
    np.testing.assert_allclose(net.forward(x), [y_hat], rtol=1e-14)
    assert MeanSquaredError().forward(net.forward(x), y) == pytest.approx(loss, rel=1e-14)


@pytest.mark.equation("eq-flow-backward")
def test_the_reversed_list_gives_what_nudges_give():
    net, x, y = running_network()
    parameters = [p.value for p in net.params()]
    _, a1, _, y_hat, _ = (np.array(v) for v in flow(x[0], y[0], *parameters))
    dz2 = (y_hat - y[0]) * y_hat * (1 - y_hat)
    dz1 = dz2 @ parameters[2].T * a1 * (1 - a1)
    found = np.outer(x[0], dz1), dz1, np.outer(a1, dz2), dz2
    for k, gradient in enumerate(found):
        nudged = numerical_gradient(
            lambda value, k=k: flow(x[0], y[0], *parameters[:k], value, *parameters[k + 1 :])[-1], parameters[k]
        )
        np.testing.assert_allclose(gradient, nudged, rtol=1e-8)


@pytest.mark.equation("eq-flow-cost")
@pytest.mark.parametrize("sizes", [(2, 2, 2), (5, 3), (4, 3, 6, 2)])
def test_backward_makes_two_products_per_layer_but_one_in_the_first(sizes):
    n, forward, backward = 7, 0, 0
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        # Every entry of a product is a sum of as many products as the inner dimension.
        forward += (n * n_out) * n_in
        backward += (n_in * n_out) * n  # dW = aᵀ dz
        backward += (n * n_in) * n_out if layer else 0  # da = dz Wᵀ
    formula = n * sum(a * b for a, b in pairwise(sizes))
    assert (forward, backward) == (formula, 2 * formula - n * sizes[0] * sizes[1])
