"""The initializers: spread within what sampling allows, and signals that survive twenty layers."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.initializers import glorot, he, normal, orthogonal, zeros
from backprop.layers import Dense, ReLU, Tanh
from backprop.network import Network

every_initializer = pytest.mark.parametrize("init", [zeros, normal, glorot, he])


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("init", "n_in", "n_out", "variance"),
    [
        (normal, 300, 200, 1e-4),
        (partial(normal, std=2.0), 300, 200, 4.0),
        (glorot, 300, 200, 2 / 500),
        (glorot, 50, 800, 2 / 850),
        (he, 300, 200, 2 / 300),
        (he, 50, 800, 2 / 50),
    ],
    ids=["normal", "normal 2", "glorot", "glorot wide", "he", "he wide"],
)
def test_mean_and_variance_are_as_promised(init, n_in, n_out, variance):
    W = init(rng(), (n_in, n_out), n_in, n_out)
    # Of n normal numbers the mean has standard deviation σ/√n and the variance σ² √(2/n); five of them.
    n = W.size
    assert abs(W.mean()) < 5 * np.sqrt(variance / n)
    assert abs(W.var() / variance - 1) < 5 * np.sqrt(2 / n)
    # normal, not uniform of the same spread: a share of 4.55 % lies beyond 2 σ
    beyond = (np.abs(W) > 2 * np.sqrt(variance)).mean()
    assert abs(beyond - 0.0455) < 5 * np.sqrt(0.0455 * 0.9545 / n)


def test_zeros_are_zero():
    assert not zeros(rng(), (3, 4), 3, 4).any()


@every_initializer
@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple))
def test_the_shape_is_the_one_asked_for_whatever_the_fans(init, shape):
    W = init(rng(), shape, 9, 5)
    assert W.shape == shape
    assert W.dtype == np.float64


@every_initializer
def test_one_generator_state_gives_one_draw(init):
    np.testing.assert_array_equal(init(rng(1), (4, 5), 4, 5), init(rng(1), (4, 5), 4, 5))


def deep(init, activation, layers=20, width=256):
    generator = rng()
    parts = [part for _ in range(layers) for part in (Dense(width, width, generator, init, np.float64), activation())]
    return Network(*parts)


def test_he_keeps_the_signal_and_the_gradient_through_twenty_relu_layers():
    net = deep(he, ReLU)
    x = rng(1).standard_normal((64, 256))
    y = net.forward(x)
    dx = net.backward(rng(2).standard_normal((64, 256)))
    # the mean squares wander with the draw of the weights, but around 1 and not to 0 or infinity
    assert 0.3 < (y**2).mean() < 3
    assert 0.3 < (dx**2).mean() < 3


def test_glorot_keeps_the_gradient_through_twenty_tanh_layers_within_a_factor():
    net = deep(glorot, Tanh)
    x = 0.1 * rng(1).standard_normal((64, 256))
    y = net.forward(x)
    dx = net.backward(rng(2).standard_normal((64, 256)))
    assert 0.03 < np.sqrt((y**2).mean()) < 0.3
    assert 0.3 < np.sqrt((dx**2).mean()) < 3


@pytest.mark.parametrize(("init", "activation"), [(normal, ReLU), (normal, Tanh), (glorot, ReLU)])
def test_the_wrong_spread_loses_the_signal_in_twenty_layers(init, activation):
    y = deep(init, activation).forward(rng(1).standard_normal((64, 256)))
    assert np.sqrt((y**2).mean()) < 3e-3


@pytest.mark.parametrize("shape", [(4, 4), (6, 3), (3, 6), (1, 1)])
def test_an_orthogonal_start_has_rows_or_columns_of_length_one_at_right_angles(shape):
    W = orthogonal(rng(), shape, *shape)
    assert W.shape == shape
    product = W.T @ W if shape[0] >= shape[1] else W @ W.T
    np.testing.assert_allclose(product, np.eye(min(shape)), atol=1e-14)
    np.testing.assert_array_equal(W, orthogonal(rng(), shape, *shape))


def test_orthogonal_starts_are_drawn_from_all_directions_alike():
    draws = np.array([orthogonal(rng(seed), (3, 3), 3, 3) for seed in range(2000)])
    # each entry has mean 0 and variance 1/3, and so has the determinant mean 0: turns and mirror images alike
    assert np.abs(draws.mean(axis=0)).max() < 5 * (1 / 3 / 2000) ** 0.5
    assert abs((draws**2).mean() - 1 / 3) < 1e-12
    assert abs(np.linalg.det(draws).mean()) < 5 / 2000**0.5
