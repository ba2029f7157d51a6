"""The labelled equations of pages 2.3.4 and 2.3.5 against numbers worked by hand and against nudges."""

import math

import numpy as np
import pytest

from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient
from backprop.layers import Dense, Sigmoid, Softmax
from backprop.losses import MeanSquaredError, SigmoidCrossEntropy, SoftmaxCrossEntropy


def nudged_table(f, x, h=1e-6):
    """The Jacobian of f at the row x by nudging: one row per output, one column per input."""
    return np.stack([(f(x + step) - f(x - step)) / (2 * h) for step in h * np.eye(len(x))], axis=1)


@pytest.fixture
def quarters():
    """Scores whose probabilities are 1/4 and 3/4, exactly known."""
    return np.array([0.0, math.log(3.0)])


@pytest.mark.equation("eq-softmax-jacobian")
def test_the_table_of_softmax_is_the_one_worked_by_hand(quarters):
    by_hand = np.array([[3.0, -3.0], [-3.0, 3.0]]) / 16  # 1/4 · 3/4 on the diagonal, −1/4 · 3/4 beside it
    np.testing.assert_allclose(nudged_table(softmax, quarters), by_hand, atol=1e-9)
    layer = Softmax()
    layer.forward(np.tile(quarters, (2, 1)))
    np.testing.assert_allclose(layer.backward(np.eye(2)), by_hand, atol=1e-15)


@pytest.mark.equation("eq-cross-entropy-sum")
def test_the_two_paths_from_a_score_add_up_to_its_price(quarters):
    # y = (0, 1): the price at p₂ is −1/(3/4) = −4/3, and z₁ moves p₂ by −3/16: together 1/4
    layer = Softmax()
    layer.forward(quarters[None])
    np.testing.assert_allclose(layer.backward(np.array([[0.0, -4 / 3]])), [[1 / 4, -1 / 4]], atol=1e-15)


@pytest.mark.equation("eq-loss-as-log-sum")
def test_cross_entropy_is_the_logarithm_of_the_sum_less_the_right_score(quarters):
    # e^z = (1, 3) up to a factor that cancels: ln(1 + 3) − ln 3 = ln 4/3
    loss = np.log(np.exp(quarters).sum()) - quarters[1]
    assert loss == pytest.approx(math.log(4 / 3), rel=1e-12)
    assert loss == pytest.approx(-math.log(softmax(quarters)[1]), rel=1e-12)


@pytest.mark.equation("eq-p-minus-y")
def test_cross_entropy_at_one_row_gives_prediction_minus_target(quarters):
    gradient = numerical_gradient(lambda z: -math.log(softmax(z)[1]), quarters)
    np.testing.assert_allclose(gradient, [1 / 4, 3 / 4 - 1], atol=1e-9)


@pytest.mark.equation("eq-softmax-cross-entropy-gradient")
def test_a_batch_divides_prediction_minus_target_by_its_size(quarters):
    loss = SoftmaxCrossEntropy()
    loss.forward(np.tile(quarters, (4, 1)), np.array([1, 0, 1, 1]))
    np.testing.assert_allclose(loss.backward(), np.array([[1, -1], [-3, 3], [1, -1], [1, -1]]) / 16, atol=1e-15)


@pytest.mark.equation("eq-softmax-curvature")
def test_at_equal_scores_every_direction_but_one_has_the_curvature_one_over_k():
    for k in (2, 5, 10):
        loss, scores = SoftmaxCrossEntropy(), np.zeros((1, k))

        def slope(z, loss=loss):
            loss.forward(z[None], np.array([0]))
            return loss.backward()[0]

        hessian = nudged_table(slope, scores[0])
        np.testing.assert_allclose(np.linalg.eigvalsh(hessian), [0] + [1 / k] * (k - 1), atol=1e-8)
        np.testing.assert_allclose(hessian.sum(axis=1), 0, atol=1e-8)


@pytest.mark.equation("eq-two-deltas")
def test_the_squared_error_keeps_the_slope_of_the_sigmoid_and_cross_entropy_loses_it():
    z, y = np.array([[math.log(3.0)]]), np.array([[1.0]])  # a = 3/4
    sigmoid, squared, entropy = Sigmoid(), MeanSquaredError(), SigmoidCrossEntropy()
    squared.forward(sigmoid.forward(z), y)
    entropy.forward(z, y)
    assert sigmoid.backward(squared.backward())[0, 0] == pytest.approx(-3 / 64, rel=1e-14)  # −1/4 · 3/4 · 1/4
    assert entropy.backward()[0, 0] == pytest.approx(-1 / 4, rel=1e-14)


@pytest.mark.equation("eq-jacobian")
def test_a_row_of_the_jacobian_belongs_to_an_output_and_a_column_to_an_input():
    # y₁ = x₁ x₂, y₂ = x₂², y₃ = x₁ at (2, 3)
    table = nudged_table(lambda x: np.array([x[0] * x[1], x[1] ** 2, x[0]]), np.array([2.0, 3.0]))
    np.testing.assert_allclose(table, [[3, 2], [0, 6], [1, 0]], atol=1e-8)


@pytest.mark.equation("eq-vjp")
@pytest.mark.parametrize("make", [lambda rng: Dense(3, 4, rng, dtype=np.float64), lambda rng: Softmax()])
def test_backward_multiplies_the_prices_by_the_table_of_slopes(make):
    rng = np.random.default_rng(2)
    layer, x = make(rng), rng.normal(size=3)
    table = nudged_table(lambda x: layer.forward(x[None])[0], x)
    dy = rng.normal(size=(1, len(table)))
    layer.forward(x[None])
    np.testing.assert_allclose(layer.backward(dy), dy @ table, rtol=1e-7)


@pytest.mark.equation("eq-softmax-vjp")
def test_the_short_form_for_softmax_agrees_with_numbers_worked_by_hand(quarters):
    # dp = (8, 16): Σ dp p = 2 + 12 = 14, so dz = (1/4 · −6, 3/4 · 2)
    layer = Softmax()
    layer.forward(quarters[None])
    np.testing.assert_allclose(layer.backward(np.array([[8.0, 16.0]])), [[-1.5, 1.5]], rtol=1e-14)


@pytest.mark.equation("eq-normalise-jacobian")
def test_the_table_of_a_row_divided_by_its_length():
    # x = (3, 4), r = 5, y = (0.6, 0.8): (1 − 0.36)/5, −0.48/5, (1 − 0.64)/5
    table = nudged_table(lambda x: x / math.hypot(*x), np.array([3.0, 4.0]))
    np.testing.assert_allclose(table, [[0.128, -0.096], [-0.096, 0.072]], atol=1e-9)


@pytest.mark.equation("eq-normalise-vjp")
def test_the_backward_pass_of_a_row_divided_by_its_length():
    # dy = (10, 5) at x = (3, 4): dy · y = 10, so dx = ((10 − 6)/5, (5 − 8)/5)
    gradient = numerical_gradient(lambda x: float(x / math.hypot(*x) @ [10.0, 5.0]), np.array([3.0, 4.0]))
    np.testing.assert_allclose(gradient, [0.8, -0.6], atol=1e-8)
