"""The deep networks of section 5.2: each kind has its block, and what is measured on the way is the gradient."""

import numpy as np
import pytest

from backprop.data import mnist_sample
from backprop.examples.deep import (
    CHANNELS,
    KINDS,
    block,
    deep_network,
    difference_at_top,
    gradient_lengths,
    lengths,
    small_digits,
)  # fmt: skip
from backprop.gradcheck import gradient_errors
from backprop.layers import Conv2D
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import with_inner


@pytest.fixture(scope="module")
def digits():
    return small_digits(mnist_sample(), 20, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_as_many_convolutions_as_it_says_and_answers_with_ten_numbers(kind, digits):
    net = deep_network(kind, np.random.default_rng(0), depth=6)
    assert sum(isinstance(layer, Conv2D) for layer in with_inner(net.layers)) == 7
    assert net.forward(digits.x_train).shape == (20, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_a_nudge_agrees_with_every_block(kind):
    rng = np.random.default_rng(3)
    errors = gradient_errors(block(kind, rng, 4), rng.normal(size=(3, CHANNELS, 3, 3)), rng)
    assert max(errors.values()) < 1e-6


def test_the_scales_of_the_weights_are_those_of_the_names():
    half, he, small = (
        np.std([layer.W for layer in with_inner(deep_network(kind, np.random.default_rng(1), 16).layers[1].layers)
                if isinstance(layer, Conv2D)])
        for kind in ("plain, half", "plain, He", "shortcut, He/√32")
    )  # fmt: skip
    assert half == pytest.approx(0.5 * he, rel=1e-6)
    assert small == pytest.approx(he / 4, rel=1e-6)  # 16 convolutions here


def test_the_published_block_is_never_negative_and_the_branch_of_pre_activation_is(digits):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(4, CHANNELS, 5, 5)).astype(np.float32)
    assert block("published block", rng, 2).forward(x).min() == 0
    assert (block("shortcut, ReLU inside", rng, 2).forward(x) - x).min() > -1e-6
    assert (block("pre-activation", rng, 2).forward(x) - x).min() < -0.1


@pytest.mark.parametrize("kind", ["plain, He", "published block", "pre-activation"])
def test_the_lengths_are_those_of_the_maps_and_of_the_gradients_there(kind, digits):
    y, loss = digits.y_train[:8], SoftmaxCrossEntropy()
    net = deep_network(kind, np.random.default_rng(5), depth=4).astype(np.float64)
    x = np.random.default_rng(6).normal(size=(8, 1, 7, 7))  # black paper would stand on a kink
    start, blocks, reader = net.layers
    up, down = lengths(net, x), gradient_lengths(net, loss, x, y)
    assert len(up) == len(down) == len(blocks.layers) + 1
    a = start.forward(x)
    assert up[0] == pytest.approx(np.mean([np.linalg.norm(one) for one in a]), rel=1e-12)
    # the last gradient that backward finds: a step along it changes the loss by its length, squared
    loss.forward(net.forward(x), y)
    direction = blocks.backward(reader.backward(loss.backward()))
    h = 1e-6
    above, below = (loss.forward(reader.forward(blocks.forward(a + s * h * direction)), y) for s in (1, -1))
    assert (above - below) / (2 * h) == pytest.approx(down[0] ** 2, rel=1e-4)


def test_equal_examples_do_not_differ_at_the_top_and_two_differ_by_half_their_distance_each(digits):
    net = deep_network("plain, He", np.random.default_rng(7), depth=2)
    alike, apart = np.repeat(digits.x_train[:1], 3, axis=0), digits.x_train[:2]
    assert difference_at_top(net, alike) == pytest.approx(0, abs=1e-6)
    start, blocks, _ = net.layers
    a, b = blocks.forward(start.forward(apart)).astype(float)
    expected = np.linalg.norm(a - b) / np.sqrt(2 * np.linalg.norm(a) ** 2 + 2 * np.linalg.norm(b) ** 2)
    assert difference_at_top(net, apart) == pytest.approx(expected, rel=1e-5)


def test_another_kind_is_named():
    with pytest.raises(ValueError, match="got 'wide'"):
        deep_network("wide", np.random.default_rng(0))
