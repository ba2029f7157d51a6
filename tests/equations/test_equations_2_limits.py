"""The labelled equations of section 2.4: counted products and arrays, random networks, worked Hessians."""

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from backprop.contract import Param, lent
from backprop.gradcheck import numerical_gradient
from backprop.initializers import glorot, he, normal
from backprop.layers import Dense, Identity, ReLU, Sigmoid, Tanh
from backprop.network import Network
from backprop.optimizers import SGD


class Counted(np.ndarray):
    """An array that counts the multiplications of its matrix products."""

    products = 0

    def __matmul__(self, other):
        Counted.products += self.shape[0] * self.shape[1] * other.shape[1]
        return super().__matmul__(other)


def counted_passes(widths, n=3):
    """Multiplications of a forward and of a backward pass, as the formulas of the book spell them out."""
    rng, a, inputs = np.random.default_rng(0), np.ones((n, widths[0])).view(Counted), []
    weights = [rng.normal(size=size).view(Counted) for size in pairwise(widths)]
    Counted.products = 0
    for W in weights:
        inputs.append(a)
        a = a @ W
    forward, Counted.products, delta = Counted.products, 0, a
    for number, (W, x) in enumerate(zip(weights[::-1], inputs[::-1], strict=True), start=1):
        x.T @ delta
        if number < len(weights):
            delta = delta @ W.T
    return forward, Counted.products


@pytest.mark.equation("eq-cost-ratio")
@pytest.mark.parametrize(
    ("widths", "ratio"), [((784, 128, 64, 10), 118_016 / 109_184), ((7,) * 5, 2 - 1 / 4), ((3, 9), 1)]
)
def test_backward_over_forward_is_two_less_the_share_of_the_first_layer(widths, ratio):
    forward, backward = counted_passes(widths)
    assert backward / forward == pytest.approx(ratio, rel=1e-14)


@pytest.mark.equation("eq-nudging-cost")
def test_nudging_costs_two_forward_passes_for_each_number():
    rng, calls = np.random.default_rng(1), 0
    dense = Dense(3, 2, rng, dtype=np.float64)

    def f(W):
        nonlocal calls
        calls += 1
        return float((rng.normal(size=(1, 3)) @ W).sum())

    numerical_gradient(f, dense.W)
    assert calls == 2 * dense.W.size
    for widths in ((784, 128, 64, 10), (5, 5, 5, 5, 5)):
        forward, backward = counted_passes(widths)
        parameters = sum((a + 1) * b for a, b in pairwise(widths))
        assert 2 * parameters * forward / (forward + backward) >= 2 * parameters / 3


def kept(layer):
    """The distinct arrays that a layer and those in it hold."""
    arrays = {id(layer.cache): layer.cache} if isinstance(layer.cache, np.ndarray) else {}
    for inner in layer.layers:
        arrays |= kept(inner)
    return arrays


def chain(widths, rng):
    return [Network(Dense(a, b, rng), Sigmoid()) for a, b in pairwise(widths)]


@pytest.mark.equation("eq-cache")
def test_a_sigmoid_network_keeps_each_layers_input_and_the_output():
    net = Network(*chain((5, 7, 3, 2), np.random.default_rng(2)))
    net.forward(np.ones((11, 5), np.float32))
    assert sum(array.size for array in kept(net).values()) == 11 * (5 + 7 + 3 + 2)


@pytest.mark.equation("eq-checkpoints")
@pytest.mark.parametrize("k", [1, 2, 3, 4, 6, 12])
def test_checkpoints_and_the_segment_in_hand_are_all_that_is_held(k):
    depth, n, rows = 12, 4, 3
    layers = chain((n,) * (depth + 1), np.random.default_rng(3))
    inputs, most = [lent(np.ones((rows, n), np.float32))], 0  # read-only, else the first layer keeps a copy
    segments = [Network(*layers[i : i + depth // k]) for i in range(0, depth, depth // k)]
    for segment in segments:
        inputs.append(segment.forward(inputs[-1]))
    for segment, start in zip(segments, inputs, strict=False):
        segment.forward(start)
        held = kept(segment) | {id(array): array for array in inputs}
        most = max(most, sum(array.size for array in held.values()))
    assert most == rows * n * (k + 1 + depth // k)


@pytest.mark.equation("eq-depth-product")
def test_along_one_path_slopes_and_weights_multiply():
    weights = [1.5, -2.0, 0.7]
    layers = []
    for w in weights:
        dense = Dense(1, 1, np.random.default_rng(0), dtype=np.float64)
        dense.W[...] = w
        layers += [dense, Sigmoid()]
    net = Network(*layers)
    net.forward(np.array([[0.4]]))
    net.backward(np.ones((1, 1)))
    slopes = [float(layer.cache.item() * (1 - layer.cache.item())) for layer in layers[1::2]]
    first, last = layers[0].db.item(), layers[4].db.item()  # δ of the layers 1 and 3
    assert first == pytest.approx(last * weights[2] * slopes[1] * weights[1] * slopes[0], rel=1e-13)


def one_layer_back(std, n, bend, trials):
    """Mean of δ² before and after the weights of one random layer, and mean of f′²; over many draws."""
    rng, ratio = np.random.default_rng(4), []
    for _ in range(trials):
        dense = Dense(n, n, rng, init=partial(normal, std=std), dtype=np.float64)
        z, above = rng.normal(size=(1, n)), rng.normal(size=(1, n))
        dense.forward(bend.forward(z))
        delta = bend.backward(dense.backward(above))
        slope = bend.backward(np.ones_like(z))
        ratio.append((delta**2).mean() / ((above**2).mean() * (slope**2).mean()))
    return float(np.mean(ratio))


@pytest.mark.equation("eq-backward-factor")
@pytest.mark.parametrize("bend", [Identity(), ReLU(), Tanh()])
def test_a_random_layer_multiplies_the_mean_square_by_n_times_the_variance(bend):
    assert one_layer_back(0.3, 40, bend, 400) == pytest.approx(40 * 0.09, rel=0.05)


@pytest.mark.equation("eq-layer-factor")
def test_twenty_random_layers_multiply_the_size_by_the_twentieth_power():
    rng, n, std, logs = np.random.default_rng(5), 100, 0.12, []
    for _ in range(30):
        da = rng.normal(size=(8, n))
        start = da
        for _ in range(20):
            dense = Dense(n, n, rng, init=partial(normal, std=std), dtype=np.float64)
            dense.forward(np.zeros((8, n)))
            da = dense.backward(da)
        logs.append(np.log((da**2).mean() / (start**2).mean()) / 2)
    assert np.exp(np.mean(logs) / 20) == pytest.approx(std * math.sqrt(n), rel=0.03)


@pytest.mark.equation("eq-forward-factor")
def test_a_random_layer_gives_its_sums_n_times_the_variance_of_the_weights():
    rng, a = np.random.default_rng(6), np.array([[3.0, -4.0, 0.0, 5.0]])  # mean square 12.5
    z = [Dense(4, 50, rng, init=partial(normal, std=0.5), dtype=np.float64).forward(a) for _ in range(400)]
    assert np.mean(np.square(z)) == pytest.approx(4 * 0.25 * 12.5, rel=0.05)


@pytest.mark.equation("eq-start-rules")
def test_the_rules_have_the_variances_of_their_papers():
    rng, shape = np.random.default_rng(7), (300, 500)
    assert glorot(rng, shape, 300, 500).var() == pytest.approx(2 / 800, rel=0.02)
    assert he(rng, shape, 300, 500).var() == pytest.approx(2 / 300, rel=0.02)


def product_loss(w):
    return 0.5 * (w[0] * w[1] - 1) ** 2


@pytest.mark.equation("eq-second-order")
def test_the_expansion_misses_the_loss_by_third_order_terms():
    # at (2, 1): L = ½, gradient (1, 2), Hessian ((1, 3), (3, 4))
    w, g, H = np.array([2.0, 1.0]), np.array([1.0, 2.0]), np.array([[1.0, 3.0], [3.0, 4.0]])
    errors = []
    for size in (1e-1, 1e-2):
        d = size * np.array([0.6, -0.8])
        errors.append(abs(product_loss(w + d) - (0.5 + g @ d + d @ H @ d / 2)))
    assert errors[1] == pytest.approx(errors[0] / 1000, rel=0.2)


@pytest.mark.equation("eq-hessian-nudge")
def test_nudging_the_gradient_gives_the_hessian_worked_by_hand():
    def gradient(w):
        error = w[0] * w[1] - 1
        return np.array([error * w[1], error * w[0]])

    columns = [
        (gradient(w + step) - gradient(w - step)) / 2e-5 for w in [np.array([2.0, 1.0])] for step in 1e-5 * np.eye(2)
    ]
    np.testing.assert_allclose(np.stack(columns, axis=1), [[1, 3], [3, 4]], rtol=1e-8)


@pytest.mark.equation("eq-escape")
@pytest.mark.parametrize(("distance", "eta", "c"), [(1e-3, 0.1, 1.0), (1e-8, 0.05, 2.0), (1e-5, 0.3, 0.5)])
def test_descent_leaves_a_saddle_in_the_predicted_number_of_steps(distance, eta, c):
    w, optimizer, steps = np.array([distance]), SGD(eta), 0
    while w[0] < 1:
        optimizer.step([Param("w", w, -c * w)])  # L = −½ c w²
        steps += 1
    assert steps == math.ceil(math.log(1 / distance) / math.log(1 + eta * c))
