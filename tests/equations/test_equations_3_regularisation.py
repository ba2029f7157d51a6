"""The labelled equations of section 3.2.4: penalties, dropout and early stopping against minima found by search."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.gradcheck import numerical_gradient
from backprop.layers import Dense, Dropout
from backprop.network import Network
from backprop.optimizers import SGD, AdamW, Momentum
from backprop.penalties import l1, l2


def rng(seed=0):
    return np.random.default_rng(seed)


def charged(penalty, W):
    """The value of a penalty and the gradient it adds."""
    p = Param("W", W, np.zeros_like(W))
    return penalty([p]), p.grad


def lowest(f, low=-4.0, high=4.0):
    """Where a function of one number is smallest, by search on ever finer grids."""
    for _ in range(12):
        grid = np.linspace(low, high, 401)
        best = grid[f(grid).argmin()]
        low, high = best - (high - low) / 100, best + (high - low) / 100
    return best


@pytest.mark.equation("eq-l2")
def test_l2_costs_half_the_strength_times_the_sum_of_squares_of_all_layers():
    net = Network(Dense(2, 2, rng(), dtype=np.float64), Dense(2, 1, rng(), dtype=np.float64))
    net.layers[0].W[...], net.layers[1].W[...] = [[1, -2], [0, 3]], [[2], [-1]]
    net.forward(np.ones((1, 2)))
    net.backward(np.ones((1, 1)))
    assert l2(0.2)(net.params()) == pytest.approx(0.1 * (1 + 4 + 9 + 4 + 1), rel=1e-14)


@pytest.mark.equation("eq-l2-gradient")
@pytest.mark.equation("eq-l1-gradient")
@pytest.mark.parametrize("penalty", [l1, l2])
def test_what_a_penalty_adds_is_the_nudge_of_what_it_costs(penalty):
    W = rng(1).standard_normal((3, 4))
    slope = numerical_gradient(lambda W: charged(penalty(0.3), W)[0], W)
    np.testing.assert_allclose(charged(penalty(0.3), W)[1], slope, rtol=1e-8)


@pytest.mark.equation("eq-nielsen-strength")
def test_nielsens_step_is_ours_with_his_strength_divided_by_the_number_of_examples():
    eta, his, n, W, g = 0.5, 0.1, 1000, rng(2).standard_normal((3, 2)), rng(3).standard_normal((3, 2))
    theirs = (1 - eta * his / n) * W - eta * g  # network2.py
    p = Param("W", W.copy(), g.copy())
    l2(his / n)([p])
    SGD(eta).step([p])
    np.testing.assert_allclose(p.value, theirs, rtol=1e-13)
    assert his / n == pytest.approx(5.0 / 50_000)  # his two experiments, of 1,000 and 50,000 digits


@pytest.mark.equation("eq-bias-penalty")
def test_a_price_on_a_bias_pulls_a_constant_prediction_towards_0():
    for target, strength in ((3.0, 0.1), (-2.0, 0.5)):
        found = lowest(lambda b, c=target, s=strength: (b - c) ** 2 / 2 + s / 2 * b**2)
        assert found == pytest.approx(target / (1 + strength), abs=1e-7)


@pytest.mark.equation("eq-weight-decay")
def test_l2_equals_decay_under_sgd_and_under_no_rule_that_remembers():
    def after(optimizer, penalty):
        W = rng(4).standard_normal((4, 3))
        for step in range(30):
            p = Param("W", W, np.sin(W + step))
            penalty([p])
            optimizer.step([p])
        return W

    np.testing.assert_allclose(after(SGD(0.1), l2(0.3)), after(SGD(0.1, decay=0.3), l2(0)), rtol=1e-12)
    by_hand = rng(4).standard_normal((4, 3))
    for step in range(30):
        by_hand = (1 - 0.1 * 0.3) * by_hand - 0.1 * np.sin(by_hand + step)
    np.testing.assert_allclose(after(SGD(0.1), l2(0.3)), by_hand, rtol=1e-12)
    adam = np.abs(after(AdamW(0.1, decay=0), l2(0.3)) - after(AdamW(0.1, decay=0.3), l2(0)))
    assert adam.max() > 0.01
    momentum = after(Momentum(0.1, 0.9), l2(0.3))
    decoupled = rng(4).standard_normal((4, 3))
    rule = Momentum(0.1, 0.9)
    for step in range(30):
        g = np.sin(decoupled + step)
        decoupled *= 1 - 0.1 * 0.3
        rule.step([Param("W", decoupled, g)])
    assert np.abs(momentum - decoupled).max() > 0.01


@pytest.mark.equation("eq-l2-minimum")
@pytest.mark.equation("eq-soft-threshold")
@pytest.mark.parametrize(
    ("wish", "H", "strength"), [(1.5, 2.0, 1.0), (-2.0, 0.5, 0.3), (0.4, 1.0, 0.5), (-0.1, 3.0, 1)]
)
def test_l2_takes_a_share_and_l1_an_amount(wish, H, strength):
    with_l2 = lowest(lambda w: H / 2 * (w - wish) ** 2 + strength / 2 * w**2)
    with_l1 = lowest(lambda w: H / 2 * (w - wish) ** 2 + strength * np.abs(w))
    assert with_l2 == pytest.approx(H / (H + strength) * wish, abs=1e-6)
    assert with_l1 == pytest.approx(np.sign(wish) * max(abs(wish) - strength / H, 0), abs=1e-6)


@pytest.mark.equation("eq-dropout")
@pytest.mark.equation("eq-dropout-moments")
def test_dropout_keeps_the_mean_and_adds_the_stated_variance():
    # p = 1/4: of every four equally likely draws three keep x, enlarged to 4/3 x.
    for x in (2.0, -0.5):
        y = np.array([0, 4 / 3 * x, 4 / 3 * x, 4 / 3 * x])
        assert y.mean() == pytest.approx(x, rel=1e-14)
        assert ((y - x) ** 2).mean() == pytest.approx(x**2 / 3, rel=1e-14)
    y = Dropout(0.25, rng(5)).forward(np.full((400, 500), 2.0))
    assert set(np.unique(y).round(12)) == {0.0, round(8 / 3, 12)}
    assert y.mean() == pytest.approx(2.0, abs=0.02)
    assert y.var() == pytest.approx(4 / 3, rel=0.02)


@pytest.mark.equation("eq-dropout-backward")
def test_dropout_backward_is_the_nudge_with_the_mask_of_its_forward():
    x, dy = rng(6).standard_normal((2, 5, 4))
    layer = Dropout(0.4, rng(7))
    layer.forward(x)

    def same_draw(x):
        return float((Dropout(0.4, rng(7)).forward(x) * dy).sum())

    np.testing.assert_allclose(layer.backward(dy), numerical_gradient(same_draw, x), atol=1e-9)


@pytest.mark.equation("eq-early-stopping")
def test_stopping_after_t_steps_is_like_l2_of_strength_one_over_eta_t_at_both_ends():
    eta, t = 0.01, 200
    for H in (1e-3, 1e-2):  # flat: both are η t H to first order
        w = 0.0
        for _ in range(t):
            w -= eta * H * (w - 1.0)

        assert w == pytest.approx(eta * t * H, rel=eta * t * H)
        assert H / (H + 1 / (eta * t)) == pytest.approx(w, rel=eta * t * H)
    for H in (50.0, 90.0):  # steep: both are 1
        assert 1 - (1 - eta * H) ** t == pytest.approx(1, abs=0.02)
        assert H / (H + 1 / (eta * t)) == pytest.approx(1, abs=0.02)
