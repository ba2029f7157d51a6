"""The labelled equations of section 3.2.1 against numbers: all batches listed, or another road than the formula's."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from backprop.data import Split
from backprop.layers import Dense, Tanh
from backprop.losses import MeanSquaredError
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step


@pytest.fixture
def rows():
    """One gradient per example: 5 examples, 3 weights, whole numbers, so that means are exact."""
    return np.array([[3, -1, 0], [0, 4, 2], [-5, 1, 1], [2, 2, -2], [5, -1, 4]], dtype=float)


def mean_square_distance(batches, rows):
    return np.mean([((rows[list(batch)].mean(axis=0) - rows.mean(axis=0)) ** 2).sum() for batch in batches])


@pytest.mark.equation("eq-full-gradient")
def test_the_gradient_of_a_batch_is_the_mean_of_the_gradients_of_its_examples():
    rng = np.random.default_rng(0)
    net = Network(Dense(3, 4, rng, dtype=np.float64), Tanh(), Dense(4, 2, rng, dtype=np.float64))
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))

    def gradient(x, y):
        loss = MeanSquaredError()
        loss.forward(net.forward(x), y)
        net.backward(loss.backward())
        return np.concatenate([p.grad.ravel() for p in net.params()])

    one_by_one = [gradient(x[[n]], y[[n]]) for n in range(6)]
    np.testing.assert_allclose(np.mean(one_by_one, axis=0), gradient(x, y), rtol=1e-12, atol=1e-14)


@pytest.mark.equation("eq-batch-gradient")
def test_a_step_of_sgd_goes_along_the_mean_of_the_batch():
    # y_hat = w x, L = ½ (y_hat − y)²: the gradients of (x, y) = (1, 3), (2, 2) at w = 1 are −2 and 0, their mean −1
    net = Network(Dense(1, 1, np.random.default_rng(0), dtype=np.float64))
    W, b = net.layers[0].W, net.layers[0].b
    W[...], b[...] = 1.0, 0.0
    batch = Split(np.array([[1.0], [2.0]]), np.array([[3.0], [2.0]]), None, None)
    train_step(net, MeanSquaredError(), SGD(0.1), batch.x_train, batch.y_train)
    assert W[0, 0] == pytest.approx(1.1, rel=1e-14)


@pytest.mark.equation("eq-unbiased")
@pytest.mark.parametrize("B", [1, 2, 3, 5])
def test_the_mean_over_all_batches_is_the_gradient(rows, B):
    for batches in (combinations(range(5), B), product(range(5), repeat=B)):
        means = [rows[list(batch)].mean(axis=0) for batch in batches]
        np.testing.assert_allclose(np.mean(means, axis=0), rows.mean(axis=0), rtol=1e-12)


@pytest.mark.equation("eq-spread")
def test_the_spread_is_the_squared_length_of_a_deviation_on_average():
    # (1, 0), (3, 4): mean (2, 2), deviations (∓1, ∓2), both of squared length 5
    rows = np.array([[1.0, 0.0], [3.0, 4.0]])
    assert ((rows - rows.mean(axis=0)) ** 2).sum(axis=1).mean() == 5.0
    assert mean_square_distance([(0,), (1,)], rows) == 5.0


@pytest.mark.equation("eq-batch-error")
@pytest.mark.parametrize("B", [1, 2, 3, 4])
def test_with_replacement_the_error_is_the_spread_over_the_batch_size(rows, B):
    s2 = np.trace(np.cov(rows.T, bias=True))
    every = product(range(5), repeat=B)
    assert mean_square_distance(every, rows) == pytest.approx(s2 / B, rel=1e-12)


@pytest.mark.equation("eq-batch-error-without")
@pytest.mark.parametrize("B", [1, 2, 3, 4, 5])
def test_without_replacement_a_factor_makes_the_full_batch_exact(rows, B):
    s2 = np.trace(np.cov(rows.T, bias=True))
    every = combinations(range(5), B)
    assert mean_square_distance(every, rows) == pytest.approx(s2 / B * (5 - B) / 4, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("B", [1, 2, 3])
def test_the_covariance_of_a_batch_is_that_of_an_example_over_the_batch_size(rows, B):
    means = [rows[list(batch)].mean(axis=0) for batch in product(range(5), repeat=B)]
    np.testing.assert_allclose(np.cov(np.array(means).T, bias=True), np.cov(rows.T, bias=True) / B, rtol=1e-12)
    means = [rows[list(batch)].mean(axis=0) for batch in combinations(range(5), B)]
    expected = np.cov(rows.T, bias=True) / B * (5 - B) / 4
    np.testing.assert_allclose(np.cov(np.array(means).T, bias=True), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.equation("eq-noise-scale")
def test_at_the_noise_scale_the_noise_is_as_long_as_the_gradient():
    rng = np.random.default_rng(1)
    n, s, length, batches = 500, 3.0, 0.5, 400
    g = np.zeros(n)
    g[0] = length
    B = round(s**2 / length**2)
    assert B == 36
    sums = np.zeros((batches, n))
    for _ in range(B):
        sums += g + rng.normal(size=(batches, n)) * s / np.sqrt(n)
    noise = sums / B - g
    assert np.sqrt((noise**2).sum(axis=1).mean()) == pytest.approx(length, rel=0.02)
    cosine = (sums[:, 0] / np.linalg.norm(sums, axis=1)).mean()
    assert np.rad2deg(np.arccos(cosine)) == pytest.approx(45, abs=2)


@pytest.mark.equation("eq-noise-recursion")
def test_one_step_shrinks_the_square_and_adds_the_noise():
    # e = ±2, noise ±3 (variance 9, B = 1), η = ½, λ = 1: e' = ½ e − ½ noise, four equal cases: ½, −2½, 2½, −½
    eta, curvature = Fraction(1, 2), 1
    squares = [((1 - eta * curvature) * e - eta * noise) ** 2 for e in (2, -2) for noise in (3, -3)]
    assert sum(squares) / 4 == Fraction(13, 4)
    assert (1 - eta * curvature) ** 2 * 4 + eta**2 * 9 == Fraction(13, 4)


@pytest.mark.equation("eq-batch-floor")
@pytest.mark.parametrize(("eta", "curvature", "B"), [(0.4, 1.0, 1), (0.1, 3.0, 4), (0.6, 2.5, 9)])
def test_constant_rate_descent_settles_at_the_noise_floor(eta, curvature, B):
    rng, s, walkers = np.random.default_rng(2), 1.5, 20_000
    floor = eta * s**2 / (B * curvature * (2 - eta * curvature))
    e = np.full(walkers, 4.0)
    for _ in range(200):
        noise = rng.normal(size=(walkers, B)).mean(axis=1) * s
        e -= eta * (curvature * e + noise)
    assert (e**2).mean() == pytest.approx(floor, rel=0.04)
