"""The labelled equations of chapter 3 against numbers: worked by hand, or by another road than the package's."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.optimizers import SGD, Momentum
from backprop.surfaces import himmelblau, quadratic


def run(curvature, optimizer, steps, start=1.0):
    w = np.array([start])
    path = [start]
    for _ in range(steps):
        optimizer.step([Param("w", w, curvature * w)])
        path.append(float(w[0]))
    return np.array(path)


def random_hessian(rng, n=4):
    A = rng.normal(size=(n, n))
    return A @ A.T + 0.1 * np.eye(n)


@pytest.mark.equation("eq-directional")
def test_a_tiny_step_changes_the_loss_by_gradient_times_direction():
    surface, w = himmelblau(), np.array([1.0, -2.0])
    for angle in (0.3, 2.0, 4.0):
        d = np.array([np.cos(angle), np.sin(angle)])
        change = (surface.f(w + 1e-6 * d) - surface.f(w - 1e-6 * d)) / 2e-6
        assert change == pytest.approx(surface.gradient(w) @ d, rel=1e-6)


@pytest.mark.equation("eq-descent")
def test_a_step_goes_against_the_gradient_times_the_rate():
    w = np.array([1.0, 2.0])
    SGD(0.1).step([Param("w", w, np.array([3.0, -4.0]))])
    np.testing.assert_allclose(w, [0.7, 2.4], rtol=1e-15)  # 1 − 0.1 · 3, 2 + 0.1 · 4


@pytest.mark.equation("eq-closed-form")
@pytest.mark.parametrize("eta", [0.1, 0.5, 0.9, 1.2])
def test_iterates_on_a_parabola_are_powers_of_one_factor(eta):
    curvature = 1.6
    expected = [1.0]
    for _ in range(8):
        expected.append(expected[-1] - eta * curvature * expected[-1])
    np.testing.assert_allclose((1 - eta * curvature) ** np.arange(9), expected, rtol=1e-12)
    np.testing.assert_allclose(run(curvature, SGD(eta), 8), expected, rtol=1e-12)


@pytest.mark.equation("eq-limit")
def test_descent_diverges_exactly_past_two_over_the_largest_eigenvalue():
    rng = np.random.default_rng(3)
    for _ in range(5):
        H = random_hessian(rng)
        limit = 2 / np.linalg.eigvalsh(H).max()
        for share, shrinks in ((0.999, True), (1.001, False)):
            w, optimizer = rng.normal(size=len(H)), SGD(share * limit)
            start = np.linalg.norm(w)
            for _ in range(20_000):
                optimizer.step([Param("w", w, H @ w)])
                if np.linalg.norm(w) > 100 * start:
                    break
            assert (np.linalg.norm(w) < start) == shrinks


@pytest.mark.equation("eq-best-rate")
def test_no_rate_beats_the_one_that_balances_both_ends():
    low, high = 0.7, 9.1
    rates = np.linspace(1e-4, 2 / high, 20_001)
    worst = np.maximum(abs(1 - rates * low), abs(1 - rates * high))
    kappa = high / low
    assert rates[worst.argmin()] == pytest.approx(2 / (low + high), abs=1e-4)
    assert worst.min() == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-3)


@pytest.mark.equation("eq-momentum")
def test_momentum_adds_old_gradients_with_falling_weight():
    # L = ½ w², η = 0.1, β = 0.5, from 1: v = 1, w = 0.9; v = 0.5 + 0.9 = 1.4, w = 0.76
    np.testing.assert_allclose(run(1.0, Momentum(0.1, 0.5), 2), [1.0, 0.9, 0.76], rtol=1e-14)


@pytest.mark.equation("eq-critical-momentum")
@pytest.mark.parametrize(("eta", "curvature"), [(0.04, 1.0), (0.01, 16.0), (0.1, 2.5)])
def test_a_path_crosses_the_minimum_only_above_critical_momentum(eta, curvature):
    critical = (1 - np.sqrt(eta * curvature)) ** 2
    below = run(curvature, Momentum(eta, critical - 0.02), 400)
    above = run(curvature, Momentum(eta, critical + 0.02), 400)
    assert (below > 0).all()
    assert (above < 0).any()


def test_momentum_raises_the_limit_to_two_times_one_plus_beta_over_lambda():
    surface = quadratic(1, 20)
    for share, stable in ((0.99, True), (1.01, False)):
        w, optimizer = np.array([0.5, 0.5]), Momentum(share * 2 * (1 + 0.8) / 20, 0.8)
        for _ in range(3000):
            optimizer.step([Param("w", w, surface.gradient(w))])
        assert (np.abs(w).max() < 1) == stable
