"""The labelled equations of section 5.5 against numbers found by another road."""

import numpy as np
import pytest

from backprop.layers import BatchNorm, Conv2D, Dense, ReLU, Residual
from backprop.network import Network


def jacobian(layer, x):
    """All slopes of all outputs, for inputs of any shape, by nudges: outputs × inputs."""
    columns = []
    for place in np.ndindex(x.shape):
        h = np.zeros_like(x)
        h[place] = 1e-6
        columns.append((layer.forward(x + h) - layer.forward(x - h)).ravel() / 2e-6)
    return np.stack(columns, axis=1)


@pytest.mark.equation("eq-picture-block")
@pytest.mark.parametrize("x", [2.0, -2.0, 0.3])
@pytest.mark.parametrize("w", [(0.5, -0.6), (1.0, -3.0), (-0.5, 2.0)])
def test_a_block_of_one_number_is_the_formula(x, w):
    rng = np.random.default_rng(0)
    first, second = Dense(1, 1, rng, dtype=np.float64), Dense(1, 1, rng, dtype=np.float64)
    first.W[...], second.W[...] = w
    block = Network(Residual(first, ReLU(), second), ReLU())
    f = w[1] * (w[0] * x if w[0] * x > 0 else 0)
    assert block.forward(np.array([[x]])).item() == pytest.approx(x + f if x + f > 0 else 0)


@pytest.mark.equation("eq-picture-block-dx")
def test_one_gradient_goes_down_both_ways_and_what_comes_out_is_added():
    rng = np.random.default_rng(1)
    f = Network(Conv2D(2, 3, 3, rng, stride=2, padding=1, dtype=np.float64), BatchNorm(3, dtype=np.float64))
    f0 = Conv2D(2, 3, 1, rng, stride=2, dtype=np.float64)
    block = Network(Residual(*f.layers, shortcut=f0), ReLU())
    x = rng.standard_normal((2, 2, 4, 4))
    y = block.forward(x)
    dy = rng.standard_normal(y.shape)
    dx = block.backward(dy)
    dz = (dy * (f0.forward(x) + f.forward(x) > 0)).ravel()
    both = dz @ jacobian(f0, x) + dz @ jacobian(f, x)
    np.testing.assert_allclose(dx.ravel(), both, rtol=1e-6, atol=1e-8)
