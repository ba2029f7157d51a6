"""A network as a function of its weights in a row: the loss, the gradient, and nothing of the caller's is changed."""

import numpy as np
import pytest

from backprop.examples.flat import loss_of_weights
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
