"""A network as a function of its weights in a row, and rows seen from the side."""

import numpy as np
import pytest

from backprop.examples.flat import loss_of_weights, seen_from_the_side
from backprop.gradcheck import numerical_gradient
from backprop.layers import Dense, Tanh
from backprop.losses import MeanSquaredError
from backprop.network import Network


@pytest.fixture
def small():
    rng = np.random.default_rng(4)
    net = Network(Dense(2, 3, rng, dtype=np.float64), Tanh(), Dense(3, 1, rng, dtype=np.float64))
    return net, rng.normal(size=(5, 2)), rng.normal(size=(5, 1))


def test_the_row_holds_the_parameters_in_their_order(small):
    net, x, y = small
    _, _, w = loss_of_weights(net, MeanSquaredError(), x, y)
    W1, b1, W2, b2 = (p.value for p in net.params())
    np.testing.assert_array_equal(w, [*W1.ravel(), *b1, *W2.ravel(), *b2])


def test_the_price_is_the_loss_of_a_network_with_these_weights_and_half_the_decay_times_their_square(small):
    net, x, y = small
    price, _, w = loss_of_weights(net, MeanSquaredError(), x, y, decay=0.2)
    moved = w + 0.3
    assert price(moved) == pytest.approx(MeanSquaredError().forward(net.forward(x), y) + 0.1 * (moved**2).sum())
    np.testing.assert_array_equal(np.concatenate([p.value.ravel() for p in net.params()]), moved)


def test_the_slope_survives_a_nudge_of_every_weight_and_leaves_the_row_alone(small):
    net, x, y = small
    price, slope, w = loss_of_weights(net, MeanSquaredError(), x, y, decay=0.2)
    here = w + 0.1
    got = slope(here)
    np.testing.assert_array_equal(here, w + 0.1)
    np.testing.assert_allclose(got, numerical_gradient(price, here), atol=1e-8)


def test_from_the_side_one_sees_the_part_along_and_the_widest_direction_across():
    # along (3, 4)/5; across it the rows differ by ±2 along (4, −3)/5 and by ±5 along the third axis
    g, along = np.array([6.0, 8.0, 0.0]), np.array([0.6, 0.8, 0.0])
    aside, third = np.array([0.8, -0.6, 0.0]), np.array([0.0, 0.0, 1.0])
    rows = np.array([7 * along + 2 * aside + 5 * third, along - 2 * aside + 5 * third,
                     4 * along + 2 * aside - 5 * third, -2 * along - 2 * aside - 5 * third])  # fmt: skip
    points = seen_from_the_side(rows, g)
    np.testing.assert_allclose(points[:, 0], [7, 1, 4, -2], atol=1e-12)
    np.testing.assert_allclose(points[:, 1] * np.sign(points[0, 1]), [5, 5, -5, -5], atol=1e-12)
