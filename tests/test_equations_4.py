"""The labelled equations of chapter 4 against numbers: worked by hand, or by another road than the package's."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.layers.activations import ReLU
from backprop.layers.dense import Dense
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Momentum


@pytest.mark.equation("eq-slope-along")
def test_two_losses_measure_the_slope_that_the_gradient_claims_along_a_direction():
    rng = np.random.default_rng(4)
    net = Network(Dense(6, 5, rng, dtype=np.float64), ReLU(), Dense(5, 3, rng, dtype=np.float64))
    x, y, loss, h = rng.normal(size=(8, 6)), rng.integers(0, 3, size=8), SoftmaxCrossEntropy(), 1e-6

    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    theta = {p.name: p.value.copy() for p in net.params()}
    g = {p.name: p.grad.copy() for p in net.params()}
    u = {name: rng.standard_normal(value.shape) for name, value in theta.items()}

    def loss_at(step: float) -> float:
        net.load_state({name: theta[name] + step * u[name] for name in theta})
        return loss.forward(net.forward(x), y)

    slope = (loss_at(h) - loss_at(-h)) / (2 * h)
    assert slope == pytest.approx(sum(np.vdot(g[name], u[name]) for name in g), rel=1e-7)
    for name in g:  # no array is invisible: without it the two sides differ
        assert slope != pytest.approx(sum(np.vdot(g[other], u[other]) for other in g if other != name), rel=1e-4)


@pytest.mark.equation("eq-training-step")
def test_two_steps_with_momentum_go_where_the_hand_worked_numbers_say():
    optimizer, w = Momentum(lr=0.1, beta=0.9), np.array([1.0])
    optimizer.step([Param("w", w, np.array([0.5]))])  # v = 0.5, w = 1 − 0.05
    assert w[0] == pytest.approx(0.95, rel=1e-15)
    optimizer.step([Param("w", w, np.array([0.5]))])  # v = 0.45 + 0.5 = 0.95, w = 0.95 − 0.095
    assert w[0] == pytest.approx(0.855, rel=1e-15)


@pytest.mark.equation("eq-initial-loss")
@pytest.mark.equation("eq-double-softmax-floor")
def test_equal_logits_cost_ln_k_and_a_second_softmax_has_a_floor():
    loss, labels = SoftmaxCrossEntropy(), np.array([3])
    assert loss.forward(np.zeros((1, 10)), labels) == pytest.approx(2.302585, abs=1e-6)
    assert loss.forward(np.eye(10)[[3]], labels) == pytest.approx(np.log(np.e + 9) - 1, rel=1e-12)
    for scale in (1.0, 10.0, 1000.0):  # no output of a first softmax goes below
        p = np.exp(scale * (np.eye(10)[[3]] - 1))
        assert loss.forward(p / p.sum(), labels) >= np.log(np.e + 9) - 1 - 1e-12


@pytest.mark.equation("eq-update-ratio")
def test_the_update_ratio_of_one_gradient_step_is_the_rate_times_the_ratio_of_the_norms():
    w = np.array([[3.0, 0.0], [0.0, 4.0]])
    new = w.copy()
    Momentum(lr=0.1, beta=0.0).step([Param("w", new, np.array([[0.3, 0.0], [0.4, 0.0]]))])
    assert np.linalg.norm(new - w) / np.linalg.norm(w) == pytest.approx(0.1 * 0.5 / 5, rel=1e-12)
