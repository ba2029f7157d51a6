"""The penalties: numbers worked by hand, biases left alone, and a nudge."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.gradcheck import numerical_gradient
from backprop.layers import BatchNorm, Dense
from backprop.network import Network
from backprop.penalties import l1, l2

both = pytest.mark.parametrize("penalty", [l1, l2])


def matrix(W, dW, dtype=np.float64):
    return Param("W", np.array(W, dtype), np.array(dW, dtype))


def test_l2_worked_by_hand():
    p = matrix([[1, -2], [0, 3]], [[1, 1], [1, 1]])
    # ½ · 0.1 · (1 + 4 + 0 + 9)
    assert l2(0.1)([p]) == pytest.approx(0.7, rel=1e-15)
    np.testing.assert_allclose(p.grad, [[1.1, 0.8], [1.0, 1.3]], rtol=1e-15)


def test_l1_worked_by_hand():
    p = matrix([[1, -2], [0, 3]], [[1, 1], [1, 1]])
    # 0.1 · (1 + 2 + 0 + 3)
    assert l1(0.1)([p]) == pytest.approx(0.6, rel=1e-15)
    np.testing.assert_allclose(p.grad, [[1.1, 0.9], [1.0, 1.1]], rtol=1e-15)


@both
def test_the_gradient_that_is_added_is_the_nudge_of_the_value_that_is_returned(penalty):
    W = np.random.default_rng(0).standard_normal((3, 4))
    p = matrix(W, np.zeros((3, 4)))
    penalty(0.3)([p])
    slope = numerical_gradient(lambda W: penalty(0.3)([matrix(W, np.zeros((3, 4)))]), W)
    np.testing.assert_allclose(p.grad, slope, rtol=1e-8, atol=1e-9)


@both
def test_weights_are_charged_and_biases_and_gains_are_not(penalty):
    rng = np.random.default_rng(0)
    net = Network(
        Dense(3, 4, rng, dtype=np.float64), BatchNorm(4, dtype=np.float64), Dense(4, 2, rng, dtype=np.float64)
    )
    for p in net.params():
        p.value[...] = 2.0
    net.forward(rng.standard_normal((5, 3)))
    net.backward(rng.standard_normal((5, 2)))
    before = {p.name: p.grad.copy() for p in net.params()}
    total = penalty(0.5)(net.params())
    changed = {p.name for p in net.params() if (p.grad != before[p.name]).any()}
    assert changed == {"0.W", "2.W"}
    # 12 + 8 weights of 2: ½ · ½ · 4 · 20 and ½ · 2 · 20, which are both 20
    assert total == pytest.approx(20)
    assert all((p.value == 2).all() for p in net.params())


@both
def test_kernels_of_four_dimensions_are_weights(penalty):
    p = Param("W", np.full((2, 1, 3, 3), 2.0), np.zeros((2, 1, 3, 3)))
    assert penalty(1.0)([p]) == pytest.approx(36)
    assert (p.grad != 0).all()


@both
def test_a_strength_of_zero_costs_nothing(penalty):
    p = matrix([[1, -2]], [[3, 4]])
    assert penalty(0.0)([p]) == 0
    np.testing.assert_array_equal(p.grad, [[3, 4]])


@both
def test_float32_stays_float32(penalty):
    p = matrix([[1, -2]], [[3, 4]], np.float32)
    assert type(penalty(np.float64(0.1))([p])) is float
    assert p.grad.dtype == np.float32


@both
def test_one_penalty_serves_networks_of_any_size_again_and_again(penalty):
    charge = penalty(0.1)
    assert charge([matrix([[2, 2]], [[0, 0]])]) == charge([matrix([[2, 2]], [[0, 0]])])
    assert charge([Param("b", np.ones(2), np.zeros(2))]) == 0


@both
def test_a_used_up_generator_or_one_weight_twice_is_refused(penalty):
    p = matrix([[2, 2]], [[0, 0]])
    params = iter([p])
    penalty(0.1)(params)
    before = p.grad.copy()
    with pytest.raises(
        ValueError, match=r"^penalty wants one parameter or more, got none: .* penalty\(net.params\(\)\)"
    ):
        penalty(0.1)(params)
    with pytest.raises(ValueError, match=r"^penalty wants every parameter once, got \['W', 'W'\]"):
        penalty(0.1)([p, p])
    np.testing.assert_array_equal(p.grad, before)


@both
def test_a_gradient_of_another_shape_is_not_broadcast(penalty):
    with pytest.raises(ValueError, match=r"^penalty wants .* got for 'W' shape \(2, 1\) of float64 and shape \(1, 1\)"):
        penalty(0.1)([matrix([[1], [2]], [[1]])])


@both
@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf")])
def test_a_strength_below_zero_or_without_end_is_refused(penalty, strength):
    with pytest.raises(ValueError, match="a penalty wants a finite strength ≥ 0"):
        penalty(strength)


@both
def test_without_gradients_nothing_is_charged_and_the_parameter_is_named(penalty):
    first, second = matrix([[1]], [[0]]), Param("3.W", np.ones((1, 1)), None)
    with pytest.raises(RuntimeError, match=r"'3.W' has no gradient yet"):
        penalty(0.1)([first, second])
    np.testing.assert_array_equal(first.grad, [[0]])
