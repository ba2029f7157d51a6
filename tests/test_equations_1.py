"""The labelled equations of chapter 1 against numbers: worked by hand, or by another road than the package's."""

import math

import numpy as np
import pytest

from backprop.gradcheck import numerical_gradient
from backprop.layers.dense import Dense
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy, sigmoid
from backprop.running import running_network
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


@pytest.mark.equation("eq-knob-swap")
def test_hidden_neurons_may_change_places_but_not_half_of_them(rng):
    knobs, x = rng.normal(size=9), rng.normal(size=(20, 2))
    swapped = knobs[[3, 4, 5, 0, 1, 2, 7, 6, 8]]
    np.testing.assert_allclose(network(swapped).forward(x), network(knobs).forward(x), rtol=1e-13, atol=1e-15)
    half = knobs[[3, 4, 5, 0, 1, 2, 6, 7, 8]]
    assert np.abs(network(half).forward(x) - network(knobs).forward(x)).max() > 0.1
