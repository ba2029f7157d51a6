"""The labelled equations of chapter 1 against numbers: worked by hand, or by another road than the package's."""

import math

import numpy as np
import pytest

from backprop.examples.running import running_network
from backprop.functions import sigmoid, softmax
from backprop.gradcheck import numerical_gradient
from backprop.layers import Dense, Identity, ReLU, Sigmoid, Tanh
from backprop.losses import MeanSquaredError, SigmoidCrossEntropy, SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step
from backprop.widgets.knob_board import START, loss_and_slopes, network


@pytest.fixture
def dense(rng):
    layer = Dense(3, 4, rng, dtype=np.float64)
    layer.b[:] = rng.normal(size=4)
    return layer


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.mark.equation("eq-neuron")
def test_the_first_hidden_neuron_answers_with_the_numbers_worked_by_hand():
    net, x, _ = running_network()
    z = net.layers[0].forward(x)  # 1 · 0.2 + 0.5 · 0.8 + 0 = 0.6
    assert z[0, 0] == pytest.approx(0.6, abs=1e-15)
    assert net.layers[1].forward(z)[0, 0] == pytest.approx(0.6456563062257954, abs=1e-15)  # 1 / (1 + e^−0.6)


@pytest.mark.equation("eq-sigmoid")
def test_the_sigmoid_equals_the_textbook_formula_where_that_is_exact():
    for z in (-20.0, -1.0, 0.0, 0.5, 20.0):
        assert sigmoid(np.array(z)) == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-15)


@pytest.mark.equation("eq-layer-sum")
def test_a_layer_adds_up_weighted_inputs_neuron_by_neuron(dense, rng):
    x = rng.normal(size=(1, 3))
    by_sum = [math.fsum(x[0, i] * dense.W[i, j] for i in range(3)) + dense.b[j] for j in range(4)]
    np.testing.assert_allclose(dense.forward(x)[0], by_sum, rtol=1e-14)


@pytest.mark.equation("eq-layer")
def test_column_j_of_the_weights_belongs_to_neuron_j(dense, rng):
    x = rng.normal(size=(1, 3))
    before = dense.forward(x)[0]
    dense.W[:, 2] += 1.0
    np.testing.assert_allclose(dense.forward(x)[0] - before, [0, 0, x.sum(), 0], atol=1e-14)


@pytest.mark.equation("eq-mean-squared-error")
def test_the_loss_of_the_running_network_is_half_the_squared_distance():
    net, x, y = running_network()
    # ŷ = (0.566837, 0.451364), y = (1, 0): ½ (0.433163² + 0.451364²)
    assert MeanSquaredError().forward(net.forward(x), y) == pytest.approx(0.195680, abs=1e-6)
    twice = np.repeat(x, 2, axis=0), np.repeat(y, 2, axis=0)
    assert MeanSquaredError().forward(net.forward(twice[0]), twice[1]) == pytest.approx(0.195680, abs=1e-6)


@pytest.mark.equation("eq-batch")
def test_a_batch_is_its_rows_one_by_one(dense, rng):
    batch = rng.normal(size=(5, 3))
    rows = np.vstack([dense.forward(row[None]) for row in batch])
    np.testing.assert_allclose(dense.forward(batch), rows, rtol=1e-14)


@pytest.mark.equation("eq-forward")
def test_two_layers_of_the_running_network_are_two_nested_formulas():
    net, x, _ = running_network()
    hidden = [1 / (1 + math.exp(-(1.0 * 0.2 + 0.5 * 0.8))), 1 / (1 + math.exp(-(1.0 * -0.6 + 0.5 * 0.4 + 0.1)))]
    z = [0.7 * hidden[0] - 0.9 * hidden[1] + 0.2, -0.5 * hidden[0] + 0.3 * hidden[1]]
    np.testing.assert_allclose(net.forward(x)[0], [1 / (1 + math.exp(-number)) for number in z], rtol=1e-14)


@pytest.mark.equation("eq-loss-knowing-nothing")
def test_equal_scores_cost_the_logarithm_of_the_number_of_classes(rng):
    labels = rng.integers(0, 10, size=50)
    assert SoftmaxCrossEntropy().forward(np.full((50, 10), 3.0), labels) == pytest.approx(math.log(10), rel=1e-15)


@pytest.mark.equation("eq-knob-loss")
def test_the_loss_is_half_the_mean_of_the_squared_errors():
    y_hat, y = np.array([[1.0], [3.0], [5.0]]), np.array([[2.0], [3.0], [1.0]])
    assert MeanSquaredError().forward(y_hat, y) == pytest.approx((1 + 0 + 16) / 6, rel=1e-15)


@pytest.mark.equation("eq-knob-nudge")
def test_a_nudge_to_both_sides_finds_the_slope_known_from_school():
    for w in (-1.3, 0.2, 2.0):
        slope = numerical_gradient(lambda v: float(v[0] ** 3 - math.sin(v[0])), np.array([w]))
        assert slope[0] == pytest.approx(3 * w**2 - math.cos(w), rel=1e-9)


@pytest.mark.equation("eq-knob-turn")
def test_turning_against_the_slope_lowers_the_loss_of_the_knob_board():
    loss, slopes = loss_and_slopes(START)
    for eta in (0.01, 0.05):
        turned = loss_and_slopes(START - eta * slopes)[0]
        assert turned - loss == pytest.approx(-eta * (slopes @ slopes), rel=0.1)


@pytest.mark.equation("eq-knob-network")
def test_the_nine_knobs_answer_with_the_numbers_worked_by_hand():
    # x = (1, 0.5), knobs (1, −1, 0), (1, 1, 0.5), (0.5, −0.5, 0): a₁ = tanh 0.5, a₂ = tanh 2
    answer = network(START).forward(np.array([[1.0, 0.5]]))[0, 0]
    assert answer == pytest.approx(0.5 * 0.46211715726 - 0.5 * 0.96402758008, rel=1e-10)


def test_hidden_neurons_may_change_places_but_not_half_of_them(rng):
    knobs, x = rng.normal(size=9), rng.normal(size=(20, 2))
    swapped = knobs[[3, 4, 5, 0, 1, 2, 7, 6, 8]]
    np.testing.assert_allclose(network(swapped).forward(x), network(knobs).forward(x), rtol=1e-13, atol=1e-15)
    half = knobs[[3, 4, 5, 0, 1, 2, 6, 7, 8]]
    assert np.abs(network(half).forward(x) - network(knobs).forward(x)).max() > 0.1


def slope(layer, z):
    """What the package's layer multiplies a gradient of 1 by."""
    layer.forward(np.array([[z]]))
    return layer.backward(np.ones((1, 1)))[0, 0]


@pytest.mark.equation("eq-collapse")
def test_two_linear_layers_are_the_one_layer_worked_by_hand(rng):
    first, second = Dense(2, 2, rng, dtype=np.float64), Dense(2, 1, rng, dtype=np.float64)
    first.W[:], first.b[:] = [[1, 2], [3, 4]], [5, 6]
    second.W[:], second.b[:] = [[7], [8]], [9]
    # W1 W2 = (1·7 + 2·8, 3·7 + 4·8) = (23, 53); b1 W2 + b2 = 5·7 + 6·8 + 9 = 92
    x = np.array([[0.5, -2.0]])
    assert Network(first, Identity(), second).forward(x)[0, 0] == pytest.approx(0.5 * 23 - 2 * 53 + 92, rel=1e-14)


@pytest.mark.equation("eq-valve")
def test_the_gradient_at_a_hidden_neuron_is_multiplied_by_its_slope():
    net, x, y = running_network()
    loss, head = MeanSquaredError(), Network(*net.layers[1:])
    z = net.layers[0].forward(x)
    nudged = numerical_gradient(lambda z: loss.forward(head.forward(z), y), z)
    tail = Network(*net.layers[2:])
    at_a = numerical_gradient(lambda a: loss.forward(tail.forward(a), y), net.layers[1].forward(z))
    # z = (0.6, −0.3): slopes e^−z / (1 + e^−z)²
    slopes = [math.exp(-z) / (1 + math.exp(-z)) ** 2 for z in (0.6, -0.3)]
    np.testing.assert_allclose(nudged[0], at_a[0] * slopes, rtol=1e-7)


@pytest.mark.equation("eq-relu")
def test_relu_keeps_the_positive_and_lets_their_gradients_through():
    np.testing.assert_array_equal(ReLU().forward(np.array([[-2.0, 0.0, 3.0]])), [[0.0, 0.0, 3.0]])
    assert [slope(ReLU(), z) for z in (-2.0, 0.0, 1e-12, 3.0)] == [0.0, 0.0, 1.0, 1.0]


@pytest.mark.equation("eq-sigmoid-slope")
def test_the_slope_of_the_sigmoid_is_a_quarter_at_most_and_known_where_odds_are_whole():
    assert slope(Sigmoid(), 0.0) == 0.25
    for odds in (3, 9):  # σ(ln 3) = 3/4, σ(ln 9) = 9/10
        p = odds / (1 + odds)
        assert slope(Sigmoid(), math.log(odds)) == pytest.approx(p * (1 - p), rel=1e-14)


@pytest.mark.equation("eq-tanh")
def test_tanh_at_the_logarithm_of_two_is_three_fifths():
    assert Tanh().forward(np.array([[math.log(2)]]))[0, 0] == pytest.approx((2 - 0.5) / (2 + 0.5), rel=1e-15)


@pytest.mark.equation("eq-tanh-slope")
def test_the_slope_of_tanh_is_one_in_the_middle_and_sixteen_twenty_fifths_at_the_logarithm_of_two():
    assert slope(Tanh(), 0.0) == 1
    assert slope(Tanh(), math.log(2)) == pytest.approx(16 / 25, rel=1e-14)


@pytest.mark.equation("eq-softmax")
def test_softmax_of_logarithms_are_the_shares():
    np.testing.assert_allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]], rtol=1e-14)


@pytest.mark.equation("eq-softmax-shift")
def test_the_same_number_added_to_all_logits_changes_nothing(rng):
    z = rng.normal(size=(4, 5))
    for c in (-3.0, 700.0, -1e4):
        np.testing.assert_allclose(softmax(z + c), softmax(z), rtol=1e-10)


@pytest.mark.equation("eq-stable-sigmoid")
def test_the_stable_sigmoid_is_exact_at_both_ends():
    with np.errstate(over="raise", invalid="raise"):
        for z in (-600.0, -40.0, -1.0, 0.0, 1.0, 40.0, 1e4):
            assert sigmoid(np.array(z)) == pytest.approx(
                math.exp(-max(-z, 0) - math.log1p(math.exp(-abs(z)))), rel=1e-12
            )
        assert sigmoid(np.array(-1e4)) == 0


@pytest.mark.equation("eq-loop-update")
def test_an_update_of_the_running_network_moves_a_weight_worked_by_hand_against_its_gradient():
    net, x, y = running_network()
    train_step(net, MeanSquaredError(), SGD(2.0), x, y)
    # δ₁ = (0.566837 − 1) · 0.566837 · 0.433163, times a₁ = 0.645656: a gradient of −0.0686696
    assert net.layers[2].W[0, 0] == pytest.approx(0.7 + 2 * 0.0686696, abs=1e-6)


@pytest.mark.equation("eq-cross-entropy")
def test_cross_entropy_is_the_mean_surprise_of_the_true_class():
    logits = np.log(np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]]))
    wanted = (math.log(2) + math.log(8)) / 2  # the true classes had ½ and ⅛
    assert SoftmaxCrossEntropy().forward(logits, np.array([0, 2])) == pytest.approx(wanted, rel=1e-14)


@pytest.mark.equation("eq-binary-cross-entropy")
def test_a_yes_or_no_output_is_a_classifier_with_two_classes():
    for z in (-3.0, 0.4, 5.0):
        for y in (0, 1):
            p = 1 / (1 + math.exp(-z))
            by_formula = -(y * math.log(p) + (1 - y) * math.log(1 - p))
            two_classes = SoftmaxCrossEntropy().forward(np.array([[0.0, z]]), np.array([y]))
            assert by_formula == pytest.approx(two_classes, rel=1e-12)
            assert SigmoidCrossEntropy().forward(np.array([[z]]), np.array([[float(y)]])) == pytest.approx(by_formula)


@pytest.mark.equation("eq-saturated-squared")
def test_the_squared_error_keeps_the_slope_of_the_sigmoid_as_a_factor():
    for z in (-8.0, -1.0, 2.0):
        slope = numerical_gradient(lambda v: float((sigmoid(v[0]) - 1) ** 2 / 2), np.array([z]))[0]
        p = 1 / (1 + math.exp(-z))
        assert slope == pytest.approx((p - 1) * p * (1 - p), rel=1e-6)


@pytest.mark.equation("eq-saturated-entropy")
def test_the_cross_entropy_of_a_sigmoid_has_the_slope_prediction_minus_target():
    for z in (-8.0, -1.0, 2.0):
        slope = numerical_gradient(lambda v: math.log1p(math.exp(-v[0])), np.array([z]))[0]  # −ln p, for y = 1
        assert slope == pytest.approx(1 / (1 + math.exp(-z)) - 1, rel=1e-7)
