"""The labelled equations of chapter 3 against numbers: worked by hand, or by another road than the package's."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.examples.surfaces import himmelblau, rosenbrock
from backprop.optimizers import SGD, descend


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


@pytest.mark.equation("eq-steepest")
def test_no_direction_loses_more_than_the_one_against_the_gradient():
    rng = np.random.default_rng(5)
    for n in (2, 7):
        g, d = rng.normal(size=n), rng.normal(size=n)
        d /= np.linalg.norm(d)
        length = np.linalg.norm(g)
        square = ((d + g / length) ** 2).sum()
        assert square == pytest.approx(2 + 2 * g @ d / length, rel=1e-12)
        assert g @ d > -length
        assert g @ (-g / length) == pytest.approx(-length, rel=1e-12)


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
    np.testing.assert_allclose(descend(lambda w: curvature * w, [1.0], SGD(eta), 8)[:, 0], expected, rtol=1e-12)


@pytest.mark.equation("eq-quadratic-iterates")
@pytest.mark.equation("eq-eigen-factor")
def test_iterates_on_a_quadratic_are_powers_of_a_matrix_and_of_one_factor_per_eigenvector():
    # eigenvectors (3, 4)/5 with curvature 1 and (−4, 3)/5 with 6; η = ½: factors ½ and −2
    one, other = np.array([0.6, 0.8]), np.array([-0.8, 0.6])
    H = np.outer(one, one) + 6 * np.outer(other, other)
    w_star = np.array([1.0, -1.0])
    path = descend(lambda w: H @ (w - w_star), w_star + 2 * one + 5 * other, SGD(0.5), 6)
    for t, w in enumerate(path):
        np.testing.assert_allclose(w - w_star, 0.5**t * 2 * one + (-2.0) ** t * 5 * other, rtol=1e-9)
        power = np.linalg.matrix_power(np.eye(2) - 0.5 * H, t)
        np.testing.assert_allclose(w - w_star, power @ (path[0] - w_star), rtol=1e-9)


@pytest.mark.equation("eq-limit")
def test_descent_diverges_exactly_past_two_over_the_largest_eigenvalue():
    rng = np.random.default_rng(3)
    for _ in range(5):
        H = random_hessian(rng)
        limit = 2 / np.linalg.eigvalsh(H).max()
        for share, shrinks in ((0.999, True), (1.001, False)):
            path = descend(lambda w, H=H: H @ w, rng.normal(size=len(H)), SGD(share * limit), 20_000, far=1e3)
            assert (np.linalg.norm(path[-1]) < np.linalg.norm(path[0])) == shrinks


@pytest.mark.equation("eq-best-rate")
def test_no_rate_beats_the_one_that_balances_both_ends():
    low, high = 0.7, 9.1
    rates = np.linspace(1e-4, 2 / high, 20_001)
    worst = np.maximum(abs(1 - rates * low), abs(1 - rates * high))
    kappa = high / low
    assert rates[worst.argmin()] == pytest.approx(2 / (low + high), abs=1e-4)
    assert worst.min() == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-3)


@pytest.mark.equation("eq-hessian-product")
def test_nudging_the_gradient_multiplies_by_the_hessian():
    for surface in (himmelblau(), rosenbrock()):
        w, d, h = np.array([0.7, -1.1]), np.array([0.3, 2.0]), 1e-5
        product = (surface.gradient(w + h * d) - surface.gradient(w - h * d)) / (2 * h)
        np.testing.assert_allclose(product, surface.hessian(w) @ d, rtol=1e-7)
