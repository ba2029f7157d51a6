"""The labelled equations of section 5.3 against numbers found by another road."""

import numpy as np
import pytest

from backprop.layers import AvgPool2D, Conv2D
from backprop.network import Network


@pytest.mark.equation("eq-receptive-field")
@pytest.mark.parametrize("windows", [[(5, 1), (2, 2), (5, 1), (2, 2)], [(3, 2), (2, 1), (3, 3), (2, 2)], [(4, 3)]])
def test_as_many_pixels_have_a_gradient_as_the_receptive_field_is_wide(windows):
    rng = np.random.default_rng(3)
    layers = [Conv2D(1, 1, size, rng, stride=stride, dtype=np.float64) for size, stride in windows]
    net = Network(*layers)
    for layer in layers:
        layer.W[...] = 1
    dy = np.zeros_like(net.forward(np.ones((1, 1, 60, 60))))
    dy[0, 0, 1, 1] = 1  # not in a corner, where a gradient that overwrites looks like one that adds
    seen = net.backward(dy)[0, 0] > 0
    r, strides = [1], [1]
    for size, stride in windows:
        r.append(r[-1] + (size - 1) * int(np.prod(strides)))
        strides.append(stride)
    start = int(np.prod(strides))
    assert seen[start : start + r[-1], start : start + r[-1]].all()
    assert seen.sum() == r[-1] ** 2


@pytest.mark.equation("eq-shift-equivariance")
def test_a_moved_picture_has_moved_maps_as_long_as_nothing_leaves():
    rng = np.random.default_rng(4)
    x = np.zeros((2, 3, 20, 20))
    x[:, :, 6:12, 6:12] = rng.normal(size=(2, 3, 6, 6))
    convolution, pool = Conv2D(3, 4, 5, rng, dtype=np.float64), AvgPool2D(2)
    y, moved = convolution.forward(x).copy(), convolution.forward(np.roll(x, (2, -1), axis=(2, 3)))
    np.testing.assert_allclose(moved, np.roll(y, (2, -1), axis=(2, 3)), atol=1e-12)
    pooled, by_two = pool.forward(y), pool.forward(np.roll(y, 2, axis=3))
    np.testing.assert_allclose(by_two, np.roll(pooled, 1, axis=3), atol=1e-12)
    assert not np.allclose(pool.forward(np.roll(y, 1, axis=3)), pooled)
