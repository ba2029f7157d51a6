"""Convolution and pooling: numbers worked by hand, the adjoint, ties, what is refused, SciPy and PyTorch."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate

from backprop.initializers import zeros
from backprop.layers import AvgPool2D, Conv2D, Dense, Flatten, GlobalAvgPool2D, MaxPool2D, ReLU
from backprop.network import Network

POOLS = pytest.mark.parametrize("kind", [MaxPool2D, AvgPool2D])
SETTINGS = [  # c_in, c_out, size, stride, padding, H, W: also sides that stride does not divide
    (1, 1, 1, 1, 0, 1, 1),
    (1, 4, 3, 1, 0, 7, 5),
    (3, 2, 5, 1, 2, 6, 6),
    (2, 3, 3, 2, 0, 8, 7),
    (2, 3, 3, 2, 1, 8, 7),
    (3, 1, 2, 3, 1, 9, 4),
    (2, 2, 4, 2, 3, 5, 6),
    (2, 5, 1, 2, 0, 5, 5),
]


def rng(seed=0):
    return np.random.default_rng(seed)


def conv(c_in, c_out, size, stride=1, padding=0, seed=0):
    layer = Conv2D(c_in, c_out, size, rng(seed), stride, padding, dtype=np.float64)
    layer.b[...] = rng(seed + 1).standard_normal(c_out)
    return layer


def image(*rows):
    return np.array(rows, dtype=np.float64)[None, None]


def test_a_kernel_worked_by_hand():
    layer = conv(1, 1, 2)
    layer.W[...], layer.b[...] = [[1, 2], [3, 4]], 10
    y = layer.forward(image([1, 0, 2], [0, 5, 0], [1, 1, 1]))
    # upper left: 1·1 + 2·0 + 3·0 + 4·5 + 10 = 31; upper right: 1·0 + 2·2 + 3·5 + 4·0 + 10 = 29
    # lower left: 1·0 + 2·5 + 3·1 + 4·1 + 10 = 27; lower right: 1·5 + 2·0 + 3·1 + 4·1 + 10 = 22
    np.testing.assert_array_equal(y, image([31, 29], [27, 22]))
    dx = layer.backward(image([1, 0], [0, -1]))
    # the kernel at the upper left, minus the kernel at the lower right
    np.testing.assert_array_equal(dx, image([1, 2, 0], [3, 4 - 1, -2], [0, -3, -4]))
    # dW: the window at the upper left minus the one at the lower right; db: 1 − 1
    np.testing.assert_array_equal(layer.dW, image([1 - 5, 0 - 0], [0 - 1, 5 - 1]))
    np.testing.assert_array_equal(layer.db, [0])


def test_stride_and_padding_worked_by_hand():
    layer = conv(1, 1, 2, stride=2, padding=1)
    layer.W[...], layer.b[...] = [[1, 2], [3, 4]], 0
    # in a frame of zeros, windows at rows and columns 0 and 2: the corners of the picture in the corners of the kernel
    np.testing.assert_array_equal(
        layer.forward(image([1, 0, 2], [0, 5, 0], [1, 1, 1])), image([4 * 1, 3 * 0 + 4 * 2], [4 * 1 + 2 * 0, 5 + 3 + 4])
    )
    np.testing.assert_array_equal(layer.backward(image([1, 0], [0, 2])), image([4, 0, 0], [0, 2, 4], [0, 6, 8]))


@pytest.mark.parametrize("settings", SETTINGS)
def test_forward_is_the_correlation_of_scipy(settings):
    c_in, c_out, size, stride, padding, height, width = settings
    layer = conv(c_in, c_out, size, stride, padding)
    x = rng(2).standard_normal((2, c_in, height, width))
    framed = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = layer.forward(x)
    for n, out in itertools.product(range(2), range(c_out)):
        theirs = correlate(framed[n], layer.W[out], mode="valid", method="direct")[0, ::stride, ::stride]
        np.testing.assert_allclose(y[n, out], theirs + layer.b[out], rtol=1e-12, atol=1e-12)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(4, 8))
def test_backward_is_the_adjoint_of_forward(c_in, c_out, size, stride, padding, side):
    layer = conv(c_in, c_out, size, stride, padding)
    layer.b[...] = 0
    x = rng(side).standard_normal((2, c_in, side, side + 1))
    y = layer.forward(x)
    dy = rng(3).standard_normal(y.shape)
    dx = layer.backward(dy)
    inner = (y * dy).sum()
    assert inner == pytest.approx((x * dx).sum(), rel=1e-12, abs=1e-10)
    assert inner == pytest.approx((layer.W * layer.dW).sum(), rel=1e-12, abs=1e-10)  # it is linear in W as well
    assert dy.sum() == pytest.approx(layer.db.sum(), rel=1e-12, abs=1e-10)


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 4), st.integers(0, 3))
def test_there_are_as_many_windows_as_fit(side, size, stride, padding):
    starts = [start for start in range(0, side + 2 * padding, stride) if start + size <= side + 2 * padding]
    layer, x = conv(1, 1, size, stride, padding), np.zeros((1, 1, side, side))
    if starts:
        assert layer.forward(x).shape == (1, 1, len(starts), len(starts))
    else:
        with pytest.raises(ValueError, match=f"H and W ≥ {size - 2 * padding}, got"):
            layer.forward(x)


def test_pixels_that_no_window_reaches_have_no_gradient():
    for layer in (conv(1, 1, 2, stride=3), MaxPool2D(2, 3), AvgPool2D(2, 3)):
        y = layer.forward(rng().standard_normal((1, 1, 6, 6)))
        reached = layer.backward(np.ones_like(y))[0, 0] != 0
        assert not reached[[2, 5]].any()
        assert not reached[:, [2, 5]].any()
        assert reached[:2, :2].any()


def test_an_image_moved_by_the_stride_moves_the_answer():
    layer, x = conv(2, 3, 3, stride=2), np.zeros((1, 2, 11, 11))
    x[:, :, 2:5, 2:5] = rng().standard_normal((1, 2, 3, 3))
    y, moved = layer.forward(x), layer.forward(np.roll(x, (2, 4), axis=(2, 3)))
    np.testing.assert_allclose(moved[:, :, 1:, 2:], y[:, :, :-1, :-2], rtol=1e-12)


def test_a_kernel_as_large_as_the_image_is_a_dense_layer():
    layer, dense = conv(2, 3, 4), Dense(32, 3, rng(), dtype=np.float64)
    dense.W[...], dense.b[...] = layer.W.reshape(3, 32).T, layer.b
    x, dy = rng(1).standard_normal((5, 2, 4, 4)), rng(2).standard_normal((5, 3))
    np.testing.assert_allclose(layer.forward(x)[:, :, 0, 0], dense.forward(x.reshape(5, 32)), rtol=1e-12)
    np.testing.assert_allclose(layer.backward(dy[:, :, None, None]).reshape(5, 32), dense.backward(dy), rtol=1e-12)
    np.testing.assert_allclose(layer.dW.reshape(3, 32).T, dense.dW, rtol=1e-12)


def test_a_new_convolution_is_drawn_for_its_fan_in_and_out():
    seen = []

    def spy(generator, shape, n_in, n_out):
        seen.append((shape, n_in, n_out))
        return np.full(shape, 0.5)

    layer = Conv2D(3, 4, 5, rng(), init=spy)
    assert seen == [((4, 3, 5, 5), 75, 100)]
    assert layer.W.dtype == layer.b.dtype == np.float32
    assert layer.dW is None
    assert layer.db is None
    assert not layer.b.any()
    assert not Conv2D(3, 4, 5, rng(), init=zeros).W.any()
    # 40,000 weights N(0, 2/200): the standard deviation's own is 0.1 / √80,000 = 0.00035
    assert Conv2D(8, 200, 5, rng()).W.std() == pytest.approx(0.1, abs=0.002)


@pytest.mark.parametrize(
    "settings", [{"c_in": 0}, {"c_out": 0}, {"size": 0}, {"stride": 0}, {"padding": -1}, {"size": -3}]
)
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match="Conv2D wants c_in, c_out, size, stride ≥ 1 and padding ≥ 0, got"):
        Conv2D(**({"c_in": 2, "c_out": 2, "size": 3, "rng": rng()} | settings))


@POOLS
@pytest.mark.parametrize("settings", [(0,), (2, 0), (-1, 1), (2, -1)])
def test_a_pool_without_size_or_stride_is_refused(kind, settings):
    with pytest.raises(ValueError, match=f"{kind.__name__} wants size and stride ≥ 1, got {settings[0]}"):
        kind(*settings)


def test_layers_show_their_settings_and_errors_name_them():
    assert repr(Conv2D(1, 6, 5, rng(), padding=2)) == "Conv2D(1, 6, 5, stride=1, padding=2)"
    assert repr(MaxPool2D(2)) == "MaxPool2D(2, stride=2)"
    assert repr(AvgPool2D(3, 1)) == "AvgPool2D(3, stride=1)"
    with pytest.raises(ValueError, match=r"^Conv2D.*: forward wants shape \(N, 1, H, W\) of float32, N ≥ 1, H and W ≥"):
        Conv2D(1, 6, 5, rng()).forward(np.zeros((2, 28, 28), np.float32))
    with pytest.raises(ValueError, match=r"\(N, C, H, W\), N and C ≥ 1, H and W ≥ 3, got shape \(1, 1, 2, 9\)"):
        MaxPool2D(3).forward(np.zeros((1, 1, 2, 9)))


def test_the_input_gradient_is_left_out_when_nobody_wants_it():
    layer, x = conv(2, 3, 3), rng().standard_normal((2, 2, 5, 5))
    dy = rng(1).standard_normal(layer.forward(x).shape)
    layer.backward(dy)
    dW, db = layer.dW, layer.db
    layer.wants_dx = False
    assert layer.backward(dy) is None
    np.testing.assert_array_equal(layer.dW, dW)
    np.testing.assert_array_equal(layer.db, db)


def test_two_layers_from_one_do_not_share_their_memory():
    one = conv(1, 1, 2)
    one.forward(image([1, 2], [3, 4]))
    other = one.astype(np.float64)
    other.forward(image([5, 6], [7, 8]))
    one.backward(image([1]))
    np.testing.assert_array_equal(one.dW, image([1, 2], [3, 4]))


def test_between_image_layers_the_batch_is_last_in_memory():
    net = Network(Conv2D(1, 4, 3, rng()), ReLU(), MaxPool2D(2), Conv2D(4, 2, 3, rng()), ReLU(), AvgPool2D(2))
    y = net.forward(rng().random((8, 1, 14, 14), dtype=np.float32))
    dx = net.backward(y)
    for array in (y, dx):
        assert array.transpose(1, 2, 3, 0).flags.c_contiguous


def test_the_maximum_takes_the_whole_gradient():
    layer = MaxPool2D(2)
    y = layer.forward(image([1, 7, 0, -1, 9], [3, 5, -2, -3, 9], [9, 9, 9, 9, 9]))
    np.testing.assert_array_equal(y, image([7, 0]))
    dx = layer.backward(image([2, 3]))
    np.testing.assert_array_equal(dx, image([0, 2, 3, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]))


def test_of_several_maxima_the_upper_left_one_takes_it_all():
    layer = MaxPool2D(2)
    layer.forward(image([4, 4, 1, 6, 0, 5], [4, 4, 6, 6, 5, 0]))
    np.testing.assert_array_equal(layer.backward(image([1, 2, 3])), image([1, 0, 0, 2, 0, 3], [0, 0, 0, 0, 0, 0]))


def test_a_number_that_is_the_maximum_of_two_windows_gets_both_gradients():
    layer = MaxPool2D(2, stride=1)
    np.testing.assert_array_equal(layer.forward(image([0, 9, 0], [0, 0, 0])), image([9, 9]))
    np.testing.assert_array_equal(layer.backward(image([1, 10])), image([0, 11, 0], [0, 0, 0]))


def test_averages_worked_by_hand():
    layer = AvgPool2D(2)
    np.testing.assert_array_equal(layer.forward(image([1, 2, 9, 9], [3, 6, 9, 9])), image([3, 9]))
    np.testing.assert_array_equal(layer.backward(image([4, 8])), image([1, 1, 2, 2], [1, 1, 2, 2]))
    layer = GlobalAvgPool2D()
    np.testing.assert_array_equal(layer.forward(image([1, 2, 3], [4, 5, 9])), [[4]])
    np.testing.assert_array_equal(layer.backward(np.array([[12.0]])), image([2, 2, 2], [2, 2, 2]))


@pytest.mark.parametrize("layer", [AvgPool2D(2), AvgPool2D(3, 2), GlobalAvgPool2D(), Flatten()], ids=repr)
def test_linear_layers_without_weights_pass_the_adjoint_test(layer):
    x = rng().standard_normal((2, 3, 7, 5))
    y = layer.forward(x)
    dy = rng(1).standard_normal(y.shape)
    assert (y * dy).sum() == pytest.approx((x * layer.backward(dy)).sum(), rel=1e-12)


def test_flatten_keeps_the_order_of_channels_rows_and_columns():
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    y = Flatten().forward(np.asfortranarray(x))
    np.testing.assert_array_equal(y, np.arange(24.0)[None])


def compare(torch, mine, theirs, x, tolerance=1e-10):
    x_torch = torch.tensor(x, requires_grad=True)
    y_torch = theirs(x_torch)
    y = mine.forward(x)
    np.testing.assert_allclose(y, y_torch.detach().numpy(), rtol=tolerance, atol=tolerance)
    dy = rng(5).standard_normal(y.shape)
    y_torch.backward(torch.tensor(dy))
    np.testing.assert_allclose(mine.backward(dy), x_torch.grad.numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("settings", SETTINGS)
def test_convolution_equals_pytorch(settings):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    c_in, c_out, size, stride, padding, height, width = settings
    mine = conv(c_in, c_out, size, stride, padding)
    theirs = torch.nn.Conv2d(c_in, c_out, size, stride, padding).double()
    with torch.no_grad():
        theirs.weight[:], theirs.bias[:] = torch.tensor(mine.W), torch.tensor(mine.b)
    compare(torch, mine, theirs, rng(2).standard_normal((4, c_in, height, width)))
    np.testing.assert_allclose(mine.dW, theirs.weight.grad.numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(mine.db, theirs.bias.grad.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 2), (2, 1), (3, 2), (2, 3), (3, 3)])
@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_pooling_equals_pytorch_ties_included(size, stride, ties):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    x = rng(3).standard_normal((3, 2, 8, 7))
    if ties:
        x = np.round(x)
    compare(torch, MaxPool2D(size, stride), torch.nn.MaxPool2d(size, stride), x)
    compare(torch, AvgPool2D(size, stride), torch.nn.AvgPool2d(size, stride), x)
    compare(torch, GlobalAvgPool2D(), lambda x: torch.nn.functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0], x)
    compare(torch, Flatten(), torch.nn.Flatten(), x)
