"""The labelled equations of pages 2.5.1 and 2.5.2 against closed forms and numbers worked by hand."""

import math
from itertools import pairwise

import numpy as np
import pytest

from backprop.examples.bug_zoo import RIGHT, SPECIMENS
from backprop.gradcheck import numerical_gradient, relative_error
from backprop.layers import ReLU

H = 2.0 ** np.arange(-4, -9, -1)  # steps without rounding of their own


@pytest.mark.equation("eq-nudge-series")
def test_the_series_of_a_nudge_leaves_an_error_of_the_fourth_power():
    # f = exp: all derivatives are exp(x), the next term is h⁴/24
    for h in (0.1, 0.05, -0.1, -0.05):
        series = math.exp(0.3) * (1 + h + h**2 / 2 + h**3 / 6)
        assert math.exp(0.3 + h) - series == pytest.approx(math.exp(0.3) * h**4 / 24, rel=abs(h) / 4)


@pytest.mark.equation("eq-forward-difference")
def test_a_forward_difference_is_off_by_half_h_times_the_second_derivative():
    # sin at π/6: f′ = √3/2, f″ = −1/2
    for h in H:
        error = (math.sin(math.pi / 6 + h) - 0.5) / h - math.sqrt(3) / 2
        assert error == pytest.approx(-h / 4, rel=h)


@pytest.mark.equation("eq-centred-difference")
def test_a_centred_difference_is_off_by_a_sixth_of_h_squared_times_the_third_derivative():
    errors = [float(numerical_gradient(lambda x: float(np.sin(x)), np.array(math.pi / 6), h)) for h in H]
    errors = np.array(errors) - math.sqrt(3) / 2
    np.testing.assert_allclose(errors, -(H**2) * math.sqrt(3) / 12, rtol=1e-3)
    for larger, smaller in pairwise(errors):
        assert larger / smaller == pytest.approx(4, rel=1e-2)


def measured_error(h, dtype):
    """Mean error of the centred difference of exp at a thousand points between 0 and 1, where f = f′ = f‴."""
    x = np.linspace(0, 1, 1000).astype(dtype)
    up, down = x + dtype(h), x - dtype(h)
    slope = (np.exp(up) - np.exp(down)) / (up - down)
    return float(np.abs(slope.astype(np.float64) / np.exp(x.astype(np.float64)) - 1).mean())


@pytest.mark.equation("eq-v-curve")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_predicted_error_bounds_the_measured_one_and_meets_it_on_the_long_side(dtype):
    eps, best = float(np.finfo(dtype).eps), float((3 * np.finfo(dtype).eps) ** (1 / 3))
    for factor in (1e-2, 1e-1, 1, 10):
        h = factor * best
        assert measured_error(h, dtype) < h**2 / 6 + eps / h
    assert measured_error(10 * best, dtype) == pytest.approx((10 * best) ** 2 / 6, rel=0.05)
    assert measured_error(best / 100, dtype) > 0.02 * eps / (best / 100)


@pytest.mark.equation("eq-best-step")
def test_no_step_has_a_smaller_predicted_error_than_the_best_one():
    for eps, f, third in ((2.2e-16, 0.5, 0.6), (1.2e-7, 3.0, 0.1)):
        best = (3 * eps * f / third) ** (1 / 3)
        around = best * np.linspace(0.5, 2, 301)
        errors = around**2 / 6 * third + eps * f / around
        assert around[errors.argmin()] == pytest.approx(best, rel=1e-2)
        assert errors.min() == pytest.approx(1.5 * eps * f / best, rel=1e-4)
    # worked by hand: ε|f| = 9, |f‴| = 1 gives h = 3; E = 9/6 + 9/3 = 4.5
    assert math.cbrt(3 * 9) == pytest.approx(3)
    assert 3**2 / 6 + 9 / 3 == 1.5 * 9 / 3


@pytest.mark.equation("eq-relative-error")
def test_the_relative_error_is_0_for_equal_and_2_for_opposite_arrays():
    g = np.array([3.0, -4.0])
    assert relative_error(g, g) == 0
    assert relative_error(g, -g) == 2
    assert relative_error(g, 0 * g) == 1
    assert relative_error(g, np.array([3.0, -5.0])) == pytest.approx(1 / 5)
    assert relative_error(1e-9 * g, 1e-9 * np.array([3.0, -5.0])) == pytest.approx(1 / 5)


@pytest.mark.equation("eq-kink")
def test_a_nudge_across_a_kink_finds_a_slope_between_a_half_and_one():
    # z = 3, h = 10 in millionths: (3 + 10) / 20
    slope = numerical_gradient(lambda z: float(ReLU().forward(z).sum()), np.array([3e-6]), 1e-5)
    assert slope[0] == pytest.approx(13 / 20)


@pytest.mark.equation("eq-random-dy")
def test_the_random_loss_has_the_random_dy():
    rng = np.random.default_rng(0)
    r, y = rng.normal(size=(2, 3, 4))
    np.testing.assert_allclose(numerical_gradient(lambda y: float((y * r).sum()), y), r, atol=1e-9)


@pytest.mark.equation("eq-one-direction")
def test_the_slope_along_a_direction_is_a_scalar_product_to_the_order_of_h_squared():
    # L = w₁² w₂ at (1, 2): gradient (4, 1); along (3, 5) it is 17
    def along(h):
        return ((1 + 3 * h) ** 2 * (2 + 5 * h) - (1 - 3 * h) ** 2 * (2 - 5 * h)) / (2 * h)

    assert along(1e-4) == pytest.approx(17, rel=1e-6)
    assert along(0.1) - 17 == pytest.approx(45 * 0.1**2)  # the only odd power left is 9 · 5 h³


@pytest.mark.equation("eq-wrong-step")
@pytest.mark.parametrize("name", ["ReLU slope forgotten", "dW transposed", "sign of da flipped"])
def test_a_small_step_along_a_wrong_gradient_changes_the_loss_by_the_scalar_product(name):
    rng = np.random.default_rng(3)
    x, labels = rng.normal(size=(6, 5)), rng.integers(3, size=6)
    specimen, gradients = SPECIMENS[name], []
    for one in (RIGHT[specimen.family], specimen):
        net, loss = one.build(np.random.default_rng(1), (5, 4, 3), np.float64)
        for p in net.params():
            p.value[...] += 0.1  # a bias of 0 puts units without input on their kink
        before = loss.forward(net.forward(x), labels)
        net.backward(loss.backward())
        gradients.append([p.grad.copy() for p in net.params()])
    product = sum(float((g * w).sum()) for g, w in zip(*gradients, strict=True))
    eta = 1e-6
    for p, w in zip(net.params(), gradients[1], strict=True):
        p.value[...] -= eta * w
    assert loss.forward(net.forward(x), labels) - before == pytest.approx(-eta * product, rel=1e-3)
