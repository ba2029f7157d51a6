"""The labelled equations of section 3.2.5: sizes of sums, and batch norm against roads that use no formula of it."""

import math
from itertools import pairwise

import numpy as np
import pytest

from backprop.initializers import glorot, he
from backprop.layers import BatchNorm, Dense


def rng(seed=0):
    return np.random.default_rng(seed)


def mean_square(array):
    return float(np.mean(np.square(array)))


@pytest.mark.equation("eq-forward-size")
def test_the_mean_square_of_a_sum_is_fan_in_times_variance_times_mean_square():
    # All signs of two weights ±0.3, which have variance 0.09: the average over the four cases is exact.
    a = np.array([2.0, 5.0])
    z = [a @ np.array([s, t]) * 0.3 for s in (1, -1) for t in (1, -1)]
    assert mean_square(z) == pytest.approx(2 * 0.09 * (4 + 25) / 2, rel=1e-14)


@pytest.mark.equation("eq-backward-size")
def test_the_mean_square_of_the_input_gradient_is_fan_out_times_variance():
    layer = Dense(400, 900, rng(1), init=lambda rng, shape, n_in, n_out: rng.normal(0, 0.05, shape), dtype=np.float64)
    delta = rng(2).standard_normal((50, 900))
    layer.forward(np.zeros((50, 400)))
    assert mean_square(layer.backward(delta)) == pytest.approx(900 * 0.05**2 * mean_square(delta), rel=0.03)


@pytest.mark.equation("eq-glorot")
def test_glorot_lies_between_the_two_conditions():
    variance = mean_square(glorot(rng(3), (300, 500), 300, 500))
    assert 1 / variance == pytest.approx((300 + 500) / 2, rel=0.02)  # the mean of the two fans


@pytest.mark.equation("eq-relu-half")
def test_relu_keeps_half_of_the_squares_of_symmetric_numbers():
    z = rng(4).standard_normal(1000)
    z = np.concatenate([z, -z])  # exactly symmetric
    assert mean_square(np.maximum(z, 0)) == pytest.approx(mean_square(z) / 2, rel=1e-14)


@pytest.mark.equation("eq-he")
def test_he_keeps_the_size_of_relu_activations_through_ten_layers():
    generator, n = rng(5), 600
    a = start = generator.standard_normal((100, n))
    for _ in range(10):
        a = np.maximum(a @ he(generator, (n, n), n, n), 0)
    assert 0.5 < mean_square(a) / mean_square(start) < 2


@pytest.mark.equation("eq-telescope")
def test_with_he_the_gradient_changes_by_the_ratio_of_the_end_widths():
    widths, generator = [900, 300, 600, 200, 450], rng(6)
    assert math.prod(b / a for a, b in pairwise(widths)) == pytest.approx(450 / 900, rel=1e-14)
    ratios = []
    for _ in range(20):
        weights = [he(generator, (a, b), a, b) for a, b in pairwise(widths)]
        a, slopes = generator.standard_normal((20, 900)), []
        for W in weights:
            z = a @ W
            slopes.append(z > 0)
            a = np.maximum(z, 0)
        delta = generator.standard_normal((20, 450))
        g = delta
        for index in reversed(range(4)):
            g = g @ weights[index].T
            if index:  # no ReLU below the first layer: its half is not lost
                g = g * slopes[index - 1]
        ratios.append(mean_square(g) / mean_square(delta))
    # n_4/n_0, and twice that for the ReLU which is missing at the input
    assert np.mean(ratios) == pytest.approx(2 * 450 / 900, rel=0.1)


# Batch norm. The referees: complex numbers, whose imaginary part is a derivative without rounding; and PyTorch.


def by_hand(x, gamma, shift, eps):
    """The forward pass of one column with sums written out; takes complex numbers."""
    n = len(x)
    mean = sum(x) / n
    variance = sum((v - mean) * (v - mean) for v in x) / n
    return np.array([gamma * (v - mean) / (variance + eps) ** 0.5 + shift for v in x])


def complex_gradient(f, x):
    """The derivative of an analytic f to full precision: Im f(x + ih)/h with h = 1e-30."""
    steps = 1e-30j * np.eye(len(x))
    return np.array([f(x + step).imag / 1e-30 for step in steps])


def column(seed=7, n=6):
    generator = rng(seed)
    return generator.normal(3, 2, n), generator.standard_normal(n), 1.7, -0.4, 0.05


def stepwise(x, dy, gamma, eps):
    """The steps of the page, for one column."""
    n = len(x)
    c = x - x.mean()
    r = ((c**2).mean() + eps) ** -0.5
    dx_hat = gamma * dy
    dr = (dx_hat * c).sum()
    dvar = -(r**3) * dr / 2
    dc = r * dx_hat + 2 / n * c * dvar
    dmean = -dc.sum()
    return dc + dmean / n, 2 / n * c * dvar


@pytest.mark.equation("eq-batch-norm")
def test_the_layer_computes_the_written_out_sums():
    x, _, gamma, shift, eps = column()
    layer = BatchNorm(1, eps=eps, dtype=np.float64)
    layer.gamma[...], layer.shift[...] = gamma, shift
    np.testing.assert_allclose(layer.forward(x[:, None])[:, 0], by_hand(x, gamma, shift, eps), rtol=1e-13)


@pytest.mark.equation("eq-batch-norm-steps")
def test_the_steps_equal_the_complex_derivative():
    x, dy, gamma, shift, eps = column()
    exact = complex_gradient(lambda x: (by_hand(x, gamma, shift, eps) * dy).sum(), x)
    np.testing.assert_allclose(stepwise(x, dy, gamma, eps)[0], exact, rtol=1e-12, atol=1e-15)


@pytest.mark.equation("eq-missing-term")
def test_the_variance_does_not_feel_the_mean():
    x = column()[0]
    at = x.mean()
    nudged = [(mean_square(x - at - h) - mean_square(x - at + h)) / (2 * h) for h in (1e-3, 1e-1, 1.0)]
    np.testing.assert_allclose(nudged, 0, atol=1e-12)  # a parabola with its vertex at the mean
    assert abs(stepwise(*column()[:3], 0.05)[1].sum()) < 1e-15


@pytest.mark.equation("eq-batch-norm-fused")
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_the_layer_backward_equals_the_steps_and_the_complex_derivative_to_1e_12(eps):
    x, dy, gamma, shift, _ = column(8)
    layer = BatchNorm(1, eps=eps, dtype=np.float64)
    layer.gamma[...], layer.shift[...] = gamma, shift
    layer.forward(x[:, None])
    dx = layer.backward(dy[:, None])[:, 0]
    exact = complex_gradient(lambda x: (by_hand(x, gamma, shift, eps) * dy).sum(), x)
    scale = np.abs(exact).max()
    np.testing.assert_allclose(dx, exact, atol=1e-12 * scale)
    np.testing.assert_allclose(dx, stepwise(x, dy, gamma, eps)[0], atol=1e-12 * scale)


@pytest.mark.equation("eq-batch-norm-jacobian")
def test_the_table_of_slopes_equals_the_complex_one():
    x, _, _, _, eps = column(9)
    n = len(x)
    x_hat, r = by_hand(x, 1.0, 0.0, eps), (x.var() + eps) ** -0.5
    exact = np.array([complex_gradient(lambda x, m=m: by_hand(x, 1.0, 0.0, eps)[m], x) for m in range(n)])
    np.testing.assert_allclose(exact, r * (np.eye(n) - 1 / n - np.outer(x_hat, x_hat) / n), rtol=1e-12, atol=1e-14)


@pytest.mark.equation("eq-batch-norm-orthogonal")
@pytest.mark.parametrize("eps", [1e-5, 2.0])
def test_the_gradient_is_at_right_angles_to_one_and_up_to_epsilon_to_x_hat(eps):
    x, dy, gamma, shift, _ = column(10)
    dx = complex_gradient(lambda x: (by_hand(x, gamma, shift, eps) * dy).sum(), x)
    x_hat, r = by_hand(x, 1.0, 0.0, eps), (x.var() + eps) ** -0.5
    assert abs(dx.sum()) < 1e-14
    assert dx @ x_hat == pytest.approx(gamma * r * eps / (x.var() + eps) * (dy @ x_hat), rel=1e-9, abs=1e-15)


@pytest.mark.equation("eq-running-statistics")
def test_running_statistics_move_a_share_of_the_way_worked_by_hand():
    layer = BatchNorm(1, momentum=0.25, dtype=np.float64)
    layer.forward(np.array([[2.0], [4.0], [9.0]]))  # mean 5, squares 9 + 1 + 16 = 26, variance with N − 1: 13
    assert layer.running_mean[0] == pytest.approx(0.25 * 5, rel=1e-15)
    assert layer.running_var[0] == pytest.approx(1 + 0.25 * (13 - 1), rel=1e-15)


def test_the_page_s_layer_norm_equals_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    generator = rng(11)
    x, dy, gamma, shift = (
        generator.normal(1, 2, (5, 4)), generator.standard_normal((5, 4)), *generator.standard_normal((2, 4))
    )  # fmt: skip
    inv_std = (x.var(axis=1, keepdims=True) + 1e-5) ** -0.5
    x_hat = (x - x.mean(axis=1, keepdims=True)) * inv_std
    dx_hat = gamma * dy
    dx = inv_std * (dx_hat - dx_hat.mean(axis=1, keepdims=True) - x_hat * (dx_hat * x_hat).mean(axis=1, keepdims=True))
    theirs = torch.nn.LayerNorm(4, eps=1e-5).double()
    with torch.no_grad():
        theirs.weight[:], theirs.bias[:] = torch.tensor(gamma), torch.tensor(shift)
    x_torch = torch.tensor(x, requires_grad=True)
    theirs(x_torch).backward(torch.tensor(dy))
    np.testing.assert_allclose(dx, x_torch.grad.numpy(), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose((dy * x_hat).sum(axis=0), theirs.weight.grad.numpy(), rtol=1e-10)
