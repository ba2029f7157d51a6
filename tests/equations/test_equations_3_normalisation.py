"""The labelled equations of section 3.2.5: batch and layer norm against roads that use no formula of theirs."""

import numpy as np
import pytest

from backprop.layers import BatchNorm


def rng(seed=0):
    return np.random.default_rng(seed)


def mean_square(array):
    return float(np.mean(np.square(array)))


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


def behind_a_norm(seed=12):
    """A loss of the weights of a dense layer, columns standardised by sums written out; takes complex numbers."""
    generator = rng(seed)
    x, price = generator.standard_normal((7, 4)), generator.standard_normal((7, 3))

    def loss(W):
        columns = (x @ W.reshape(4, 3)).T
        return sum((by_hand(z, 1.3, 0.2, 0.0) * p).sum() for z, p in zip(columns, price.T, strict=True))

    return loss, generator.standard_normal(12)


@pytest.mark.equation("eq-scale-invariant")
@pytest.mark.parametrize("alpha", [0.1, 3.0, 1000.0])
def test_weights_in_front_of_a_norm_may_be_of_any_length(alpha):
    loss, W = behind_a_norm()
    assert loss(alpha * W) == pytest.approx(loss(W), rel=1e-12)


@pytest.mark.equation("eq-orthogonal-gradient")
@pytest.mark.parametrize("alpha", [0.5, 3.0])
def test_the_gradient_in_front_of_a_norm_is_at_right_angles_and_shrinks_with_the_length(alpha):
    loss, W = behind_a_norm()
    gradient = complex_gradient(loss, W)
    assert abs(W @ gradient) < 1e-13 * np.linalg.norm(W) * np.linalg.norm(gradient)
    np.testing.assert_allclose(complex_gradient(loss, alpha * W), gradient / alpha, rtol=1e-10, atol=1e-14)


@pytest.mark.equation("eq-norm-grows")
def test_every_step_of_plain_descent_adds_the_square_of_its_length():
    loss, W = behind_a_norm()
    for eta in (0.1, 1.0, 10.0):
        step = eta * complex_gradient(loss, W)
        after = W - step
        assert after @ after == pytest.approx(W @ W + step @ step, rel=1e-12)
        assert np.linalg.norm(after) > np.linalg.norm(W)
        W = after


@pytest.mark.equation("eq-effective-rate")
@pytest.mark.parametrize("length", [0.5, 4.0])
def test_the_direction_turns_by_the_rate_over_the_square_of_the_length(length):
    loss, W = behind_a_norm()
    unit = W / np.linalg.norm(W)
    g_1 = np.linalg.norm(complex_gradient(loss, unit))
    eta = 1e-4 * length**2
    after = length * unit - eta * complex_gradient(loss, length * unit)
    turn = np.arctan2(np.linalg.norm(after - (after @ unit) * unit), after @ unit)
    assert turn == pytest.approx(eta / length**2 * g_1, rel=1e-5)


@pytest.mark.equation("eq-layer-norm")
def test_a_row_of_layer_norm_worked_by_hand():
    # 1, 3, 8: mean 4, squares 9 + 1 + 16 = 26; ε chosen so that s² + ε = 9
    x, gamma, shift = np.array([1.0, 3.0, 8.0]), np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0])
    y = gamma * by_hand(x, 1.0, 0.0, 9 - 26 / 3) + shift
    np.testing.assert_allclose(y, [-1.0, -2 / 3, 5.0], rtol=1e-13)


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
