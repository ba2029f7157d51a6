"""The drawing of the running network says what nudges say."""

import numpy as np
import pytest

from backprop.examples.running import PARAMETERS, loss_of_twelve, second_half
from backprop.functions import sigmoid
from backprop.gradcheck import numerical_gradient


def loss_from(a):
    y_hat = sigmoid(np.array(a) @ [[0.7, -0.5], [-0.9, 0.3]] + [0.2, 0.0])
    return float(((y_hat - [1, 0]) ** 2).sum() / 2)


def test_gradients_of_the_drawn_half_are_those_of_a_nudge_and_the_sum_over_its_paths():
    graph = second_half()
    values, gradients, edges = graph["values"], graph["gradients"], graph["edges"]
    a = [values["a₁"], values["a₂"]]
    assert values["L"] == pytest.approx(loss_from(a))
    assert [gradients["a₁"], gradients["a₂"]] == pytest.approx(list(numerical_gradient(loss_from, a)), rel=1e-8)
    for j in "₁₂":
        paths = [edges[f"a{j}", f"z{k}"] * edges[f"z{k}", f"ŷ{k}"] * edges[f"ŷ{k}", "L"] for k in "₁₂"]
        assert gradients[f"a{j}"] == pytest.approx(sum(paths), rel=1e-12)
    assert set(graph["places"]) == set(values) == set(gradients)


def test_the_loss_of_twelve_numbers_is_that_of_the_network_which_has_them():
    assert loss_of_twelve(PARAMETERS) == pytest.approx(0.1957, abs=5e-5)
    assert loss_of_twelve(np.zeros(12)) == 0.25  # both outputs ½: half of ¼ + ¼


def test_the_loss_of_twelve_numbers_asks_for_another_input_where_one_is_given():
    one_sided = np.array([0, 0, 0, 0, 9.0, 0, 1, 0, 0, 0, 0, 0])  # the first layer does not hear the input
    assert loss_of_twelve(one_sided, [[5.0, -7.0]]) == loss_of_twelve(one_sided)
    assert loss_of_twelve(PARAMETERS, [[0.0, 0.5]]) != loss_of_twelve(PARAMETERS)
