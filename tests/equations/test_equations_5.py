"""The labelled equations of chapter 5 against numbers: worked by hand, or by another road than the package's."""

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

from backprop.gradcheck import numerical_gradient
from backprop.layers import AvgPool2D, BatchNorm, Conv2D, Dense, MaxPool2D, ReLU, Residual, Tanh
from backprop.network import Network


def rng(seed=5):
    return np.random.default_rng(seed)


def one(size, stride=1, padding=0):
    """A convolution of one channel in float64, with a bias."""
    layer = Conv2D(1, 1, size, rng(), stride, padding, dtype=np.float64)
    layer.b[...] = 0.25
    return layer


@pytest.mark.equation("eq-convolution")
def test_an_output_is_the_sum_over_its_window():
    x, layer = rng(1).standard_normal((1, 1, 6, 7)), one(3)
    y = layer.forward(x)[0, 0]
    assert y[2, 3] == pytest.approx((layer.W[0, 0] * x[0, 0, 2:5, 3:6]).sum() + 0.25, rel=1e-13)
    np.testing.assert_allclose(y, correlate2d(x[0, 0], layer.W[0, 0], "valid") + 0.25, rtol=1e-12)


@pytest.mark.equation("eq-convolution-dw")
def test_the_gradient_of_a_kernel_is_the_picture_slid_over_by_dy():
    x, layer = rng(1).standard_normal((1, 1, 6, 7)), one(3)
    dy = rng(2).standard_normal(layer.forward(x).shape)
    layer.backward(dy)
    np.testing.assert_allclose(layer.dW[0, 0], correlate2d(x[0, 0], dy[0, 0], "valid"), rtol=1e-12)
    assert layer.db[0] == pytest.approx(dy.sum(), rel=1e-12)


@pytest.mark.equation("eq-convolution-dx")
def test_the_gradient_of_the_picture_is_the_true_convolution_of_dy_and_kernel():
    x, layer = rng(1).standard_normal((1, 1, 6, 7)), one(3)
    dy = rng(2).standard_normal(layer.forward(x).shape)
    dx = layer.backward(dy)[0, 0]
    np.testing.assert_allclose(dx, convolve2d(dy[0, 0], layer.W[0, 0], "full"), rtol=1e-11, atol=1e-13)
    # written out for one pixel: dx[4, 2] = Σ W[u, v] dy[4 − u, 2 − v], places outside of dy left out
    places = [(u, v) for u in range(3) for v in range(3) if 0 <= 4 - u < 4 and 0 <= 2 - v < 5]
    assert dx[4, 2] == pytest.approx(sum(layer.W[0, 0, u, v] * dy[0, 0, 4 - u, 2 - v] for u, v in places), rel=1e-12)


@pytest.mark.equation("eq-convolution-matrix")
def test_backward_is_the_transposed_matrix_of_forward():
    layer = one(2, stride=2, padding=1)
    offset = layer.forward(np.zeros((1, 1, 4, 5))).ravel()
    units = np.eye(20).reshape(20, 1, 1, 4, 5)
    A = np.stack([layer.forward(unit).ravel() - offset for unit in units], axis=1)
    x, dy = rng(1).standard_normal((1, 1, 4, 5)), rng(2).standard_normal((1, 1, 3, 3))
    np.testing.assert_allclose(layer.forward(x).ravel(), A @ x.ravel() + offset, rtol=1e-12)
    np.testing.assert_allclose(layer.backward(dy).ravel(), A.T @ dy.ravel(), rtol=1e-12, atol=1e-14)


@pytest.mark.equation("eq-adjoint")
def test_the_transpose_is_the_one_matrix_that_passes_for_all_arrays():
    A = rng().standard_normal((3, 5))
    for _ in range(10):
        x, dy = rng(1).standard_normal(5), rng(2).standard_normal(3)
        assert (A @ x) @ dy == pytest.approx(x @ (A.T @ dy), rel=1e-12)
    # unit vectors pick single entries, so a B that passes for all arrays has Bᵀ's entries everywhere
    B = A.T + 1e-3 * np.eye(5, 3)
    gaps = [abs((A @ x) @ dy - x @ (B @ dy)) for x in np.eye(5) for dy in np.eye(3)]
    assert np.count_nonzero(np.array(gaps) > 1e-12) == 3


@pytest.mark.equation("eq-im2col")
def test_columns_make_forward_and_backward_one_product_each():
    x, W = rng(1).standard_normal((5, 6)), rng(2).standard_normal((4, 9))
    places = [(r, c) for r in range(3) for c in range(4)]
    columns = np.stack([x[r : r + 3, c : c + 3].ravel() for r, c in places], axis=1)
    y = np.stack([correlate2d(x, w.reshape(3, 3), "valid").ravel() for w in W])
    np.testing.assert_allclose(W @ columns, y, rtol=1e-11, atol=1e-13)
    dy = rng(3).standard_normal(y.shape)

    def loss(x, W):
        maps = [correlate2d(x, w.reshape(3, 3), "valid").ravel() for w in W]
        return float((np.stack(maps) * dy).sum())

    np.testing.assert_allclose(dy @ columns.T, numerical_gradient(lambda W: loss(x, W), W), rtol=1e-7, atol=1e-8)
    dx = np.zeros_like(x)
    for (r, c), column in zip(places, (W.T @ dy).T, strict=True):
        dx[r : r + 3, c : c + 3] += column.reshape(3, 3)
    np.testing.assert_allclose(dx, numerical_gradient(lambda x: loss(x, W), x), rtol=1e-7, atol=1e-8)


@pytest.mark.equation("eq-convolution-layer")
def test_the_layer_is_the_sum_over_channels_and_kernel_with_stride_and_padding():
    layer = Conv2D(3, 2, 3, rng(), stride=2, padding=1, dtype=np.float64)
    layer.b[...] = [1, -2]
    x = rng(1).standard_normal((2, 3, 5, 6))
    y = layer.forward(x)
    for n, o, r, c in np.ndindex(y.shape):
        total = layer.b[o]
        for i, u, v in np.ndindex(3, 3, 3):
            row, column = 2 * r + u - 1, 2 * c + v - 1
            if 0 <= row < 5 and 0 <= column < 6:
                total += layer.W[o, i, u, v] * x[n, i, row, column]
        assert y[n, o, r, c] == pytest.approx(total, rel=1e-11, abs=1e-13)


@pytest.mark.equation("eq-convolution-side")
def test_the_side_of_the_output_counts_the_windows():
    for side, size, stride, padding in np.ndindex(9, 5, 4, 3):
        side, size, stride = side + 1, size + 1, stride + 1
        starts = [k for k in range(0, side + 2 * padding, stride) if k + size <= side + 2 * padding]
        if starts:
            assert (side + 2 * padding - size) // stride + 1 == len(starts)


@pytest.mark.equation("eq-max-pool")
@pytest.mark.equation("eq-max-pool-dx")
def test_the_largest_of_a_window_is_its_answer_and_takes_its_gradient():
    layer, x = MaxPool2D(3, 2), rng(1).permutation(56).reshape(1, 1, 7, 8).astype(float)
    y, dy, dx = layer.forward(x)[0, 0], rng(2).standard_normal((1, 1, 3, 3)), np.zeros((7, 8))
    for r, c in np.ndindex(3, 3):
        window = x[0, 0, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3]
        assert y[r, c] == window.max()
        dx[tuple(np.argwhere(x[0, 0] == window.max())[0])] += dy[0, 0, r, c]
    np.testing.assert_allclose(layer.backward(dy)[0, 0], dx, rtol=1e-12)
    assert np.count_nonzero(dx) < 9  # one number wins in two windows


@pytest.mark.equation("eq-average-pool")
def test_an_average_is_shared_out_in_equal_parts():
    layer, x, dy = AvgPool2D(3, 2), rng(1).standard_normal((1, 1, 7, 8)), rng(2).standard_normal((1, 1, 3, 3))
    y, dx = layer.forward(x)[0, 0], np.zeros((7, 8))
    for r, c in np.ndindex(3, 3):
        assert y[r, c] == pytest.approx(x[0, 0, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3].mean(), rel=1e-12)
        dx[2 * r : 2 * r + 3, 2 * c : 2 * c + 3] += dy[0, 0, r, c] / 9
    np.testing.assert_allclose(layer.backward(dy)[0, 0], dx, rtol=1e-12)


@pytest.mark.equation("eq-batch-norm-images")
def test_a_channel_is_measured_over_examples_and_places():
    layer, x = BatchNorm(3, momentum=1.0, dtype=np.float64), rng(1).normal(2, 3, (4, 3, 5, 6))
    y = layer.forward(x)
    for i in range(3):
        numbers = [x[n, i, r, c] for n, r, c in np.ndindex(4, 5, 6)]
        mean = sum(numbers) / (4 * 5 * 6)
        assert layer.running_mean[i] == pytest.approx(mean, rel=1e-12)
        spread = (sum((v - mean) ** 2 for v in numbers) / 120 + 1e-5) ** 0.5
        np.testing.assert_allclose(y[:, i], (x[:, i] - mean) / spread, rtol=1e-11, atol=1e-13)


def branch(seed):
    return Network(Dense(4, 4, rng(seed), dtype=np.float64), Tanh())


def table(layer, x):
    """The Jacobian of one row, outputs as rows, by nudges."""
    steps = 1e-6 * np.eye(x.shape[1])
    return np.stack([(layer.forward(x + h) - layer.forward(x - h))[0] / 2e-6 for h in steps], axis=1)


@pytest.mark.equation("eq-shortcut")
@pytest.mark.equation("eq-shortcut-dx")
def test_a_shortcut_adds_forward_and_backward():
    f, x, dy = branch(1), rng(2).standard_normal((1, 4)), rng(3).standard_normal((1, 4))
    block, f_x, J = Residual(*f.layers), f.forward(x), table(f, x)
    np.testing.assert_allclose(block.forward(x), x + f_x, rtol=1e-14)
    np.testing.assert_allclose(block.backward(dy), dy + dy @ J, rtol=1e-7)


@pytest.mark.equation("eq-shortcut-depth")
def test_blocks_in_a_row_multiply_one_plus_their_tables_and_one_term_goes_around_all():
    branches = [branch(seed) for seed in (1, 2, 3)]
    net, x, dy = Network(*(Residual(*f.layers) for f in branches)), rng(4).standard_normal((1, 4)), np.ones((1, 4))
    tables, a = [], x
    for f in branches:
        tables.append(table(f, a))
        a = a + f.forward(a)
    net.forward(x)
    one = np.eye(4)
    J1, J2, J3 = tables
    dx = net.backward(dy)
    np.testing.assert_allclose(dx, dy @ (one + J3) @ (one + J2) @ (one + J1), rtol=1e-6)
    terms = [dy, dy @ J1, dy @ J2, dy @ J3, dy @ J3 @ J2, dy @ J3 @ J1, dy @ J2 @ J1, dy @ J3 @ J2 @ J1]
    np.testing.assert_allclose(dx, sum(terms), rtol=1e-6)


@pytest.mark.equation("eq-residual-block")
def test_the_published_block_adds_before_its_last_relu():
    convolutions = [Conv2D(2, 2, 3, rng(seed), padding=1, dtype=np.float64) for seed in (1, 2)]
    norms = [BatchNorm(2, dtype=np.float64) for _ in convolutions]
    branch = [convolutions[0], norms[0], ReLU(), convolutions[1], norms[1]]
    x = rng(3).standard_normal((4, 2, 5, 5))
    y = Network(Residual(*branch), ReLU()).forward(x)

    def normalised(a):
        spread = np.sqrt(a.var(axis=(0, 2, 3), keepdims=True) + 1e-5)
        return (a - a.mean(axis=(0, 2, 3), keepdims=True)) / spread

    def slid(a, W):
        maps = [[sum(correlate2d(one[i], w[i], "same") for i in range(2)) for w in W] for one in a]
        return np.array(maps)

    f = normalised(slid(np.maximum(0, normalised(slid(x, convolutions[0].W))), convolutions[1].W))
    np.testing.assert_allclose(y, np.maximum(0, x + f), rtol=1e-9, atol=1e-12)
