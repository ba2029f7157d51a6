"""The labelled equations of section 5.4 against numbers found by another road."""

from itertools import product

import numpy as np
import pytest

from backprop.gradcheck import numerical_gradient
from backprop.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network


def small_net(rng):
    net = Network(Conv2D(1, 2, 3, rng), ReLU(), MaxPool2D(2), Flatten(), Dense(8, 6, rng), ReLU(), Dense(6, 3, rng))
    net = net.astype(np.float64)
    for p in net.params():
        p.value[...] = rng.normal(0, 0.7, p.value.shape)
    return net


@pytest.mark.equation("eq-own-gradient")
def test_the_gradient_of_a_pictures_own_loss_is_n_times_its_row():
    rng, loss = np.random.default_rng(1), SoftmaxCrossEntropy()
    net, x, y = small_net(rng), rng.normal(size=(5, 1, 6, 6)), np.array([0, 2, 1, 1, 0])
    loss.forward(net.forward(x), y)
    rows = net.backward(loss.backward())
    for n in range(5):
        alone = numerical_gradient(lambda one, n=n: loss.forward(net.forward(one[None]), y[n : n + 1]), x[n])
        np.testing.assert_allclose(5 * rows[n], alone, atol=1e-8)


@pytest.mark.equation("eq-gradient-times-input")
def test_a_score_is_the_sum_over_pixels_and_biases_of_value_times_slope():
    rng = np.random.default_rng(2)
    net, x = small_net(rng), rng.normal(size=(1, 1, 6, 6))
    z = net.forward(x).copy()
    for k in range(3):
        slope_x = numerical_gradient(lambda x, k=k: net.forward(x)[0, k], x)
        total = (x * slope_x).sum()
        for layer in (net.layers[0], net.layers[4], net.layers[6]):

            def with_bias(b, layer=layer, k=k):
                kept, layer.b = layer.b, b
                score = net.forward(x)[0, k]
                layer.b = kept
                return score

            total += (layer.b * numerical_gradient(with_bias, layer.b)).sum()
        assert total == pytest.approx(z[0, k], rel=1e-7)


@pytest.mark.equation("eq-first-order-change")
@pytest.mark.equation("eq-fast-gradient-sign")
@pytest.mark.equation("eq-random-signs")
def test_of_all_choices_of_signs_that_of_the_gradient_is_the_worst_and_their_variance_is_the_formulas():
    rng, eps = np.random.default_rng(3), 0.03
    dx = rng.normal(size=8)
    changes = [eps * sum(s * g for s, g in zip(signs, dx, strict=True)) for signs in product((-1, 1), repeat=8)]
    assert max(changes) == pytest.approx(eps * np.sign(dx) @ dx, rel=1e-12)
    assert max(changes) == pytest.approx(eps * np.abs(dx).sum(), rel=1e-12)
    assert np.mean(changes) == pytest.approx(0, abs=1e-15)
    assert np.var(changes) == pytest.approx(eps**2 * (dx @ dx), rel=1e-12)
    inside = rng.uniform(-eps, eps, (1000, 8)) @ dx
    assert inside.max() < max(changes)


@pytest.mark.equation("eq-first-order-change")
def test_a_small_step_changes_the_loss_by_the_predicted_sum():
    rng, loss = np.random.default_rng(4), SoftmaxCrossEntropy()
    net, x, y = small_net(rng), rng.normal(size=(1, 1, 6, 6)), np.array([2])
    before = loss.forward(net.forward(x), y)
    dx = net.backward(loss.backward()).copy()
    after = loss.forward(net.forward(x + 1e-6 * np.sign(dx)), y)
    assert (after - before) / 1e-6 == pytest.approx(np.abs(dx).sum(), rel=1e-3)


@pytest.mark.equation("eq-iterated-sign")
def test_sign_steps_on_a_line_of_losses_end_at_the_wall_that_the_hand_worked_numbers_say():
    x = start = np.array([0.02, 0.5, 0.97, 0.5])
    for _ in range(5):  # dx = (−1, +1, +1, 0) everywhere; ε = 0.1, η = 0.04
        x = np.clip(x + 0.04 * np.array([-1, 1, 1, 0]), np.maximum(start - 0.1, 0), np.minimum(start + 0.1, 1))
    np.testing.assert_allclose(x, [0, 0.6, 1, 0.5], atol=1e-15)
