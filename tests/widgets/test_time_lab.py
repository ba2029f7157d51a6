"""The time lab in Python and in script: the same unit, the same gradients, and what powers and slopes foretell."""

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.gradcheck import numerical_gradient
from backprop.layers import RNN
from backprop.widgets.time_lab import ACTIVATIONS, TimeLab

ALONG = "const result = data.map((setting) => widget.along(...setting));"
TOLD = "const result = data.map(([name, u, steps]) => widget.journey(widget.along(name, u, steps), u));"


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_script_computes_what_python_computes(activation, tmp_path):
    settings = [(0.9, 30), (-2.0, 60), (1.3, 40), (0.0, 5), (1.0, 2), (-0.7, 17)]
    found = run_node(TimeLab, tmp_path, ALONG, [(activation, *setting) for setting in settings])
    for (recurrent, steps), script in zip(settings, found, strict=True):
        lab = TimeLab(activation=activation, recurrent=recurrent, steps=steps)
        for name, want in lab.along._asdict().items():
            assert len(want) == steps
            np.testing.assert_allclose(script[name], want, rtol=1e-9, atol=1e-300, err_msg=f"{name}, {lab}")


def test_a_linear_unit_multiplies_by_its_weight_at_every_step():
    along = TimeLab(recurrent=-1.5, steps=6).along
    np.testing.assert_allclose(along.states, (-1.5) ** np.arange(6), rtol=1e-15)
    np.testing.assert_allclose(along.deltas, (-1.5) ** np.arange(5, -1, -1), rtol=1e-15)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_lab_is_the_recurrent_layer_of_the_package_and_agrees_with_a_nudge(activation):
    lab, layer = (
        TimeLab(activation=activation, recurrent=1.3, steps=8),
        RNN(1, 1, np.random.default_rng(0), activation, dtype=np.float64),
    )
    layer.W[...], layer.U[...] = 1, 1.3
    x, dy = np.zeros((1, 8, 1)), np.zeros((1, 8, 1))
    x[0, 0], dy[0, -1] = 1, 1
    np.testing.assert_allclose(layer.forward(x)[0, :, 0], lab.along.states, rtol=1e-14)
    np.testing.assert_allclose(layer.backward(dy)[0, :, 0], lab.along.deltas, rtol=1e-14)
    x += 1e-3  # away from the kink of ReLU: there a nudge has no answer
    layer.forward(x)
    nudged = numerical_gradient(lambda x: float(layer.forward(x)[0, -1, 0]), x)
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(dy), nudged, rtol=1e-6, atol=1e-9)


def test_the_journey_is_told_as_it_went(tmp_path):
    settings = {
        ("linear", 0.6, 30): "vanishes", ("linear", 1, 60): "arrives", ("linear", 1.3, 40): "explodes",
        ("tanh", 1.3, 40): "vanishes", ("relu", -1, 9): "gone", ("linear", 0, 2): "gone", ("tanh", -0.9, 2): "arrives",
    }  # fmt: skip
    for setting, trip in zip(settings, run_node(TimeLab, tmp_path, TOLD, list(settings)), strict=True):
        activation, recurrent, steps = setting
        assert (trip["fate"], trip["steps"]) == (settings[setting], steps)
        deltas = TimeLab(activation=activation, recurrent=recurrent, steps=steps).along.deltas
        if trip["fate"] != "gone":
            assert trip["left"] == pytest.approx(abs(deltas[0] / deltas[-1]), rel=1e-9)
            assert trip["factor"] ** (steps - 1) == pytest.approx(trip["left"], rel=1e-9)
            assert trip["factor"] == pytest.approx(abs(recurrent) * trip["slope"], rel=1e-12)


def test_a_gradient_vanishes_below_a_thousandth_and_explodes_above_a_thousand(tmp_path):
    script = 'const result = data.map((u) => widget.journey(widget.along("linear", u, 4), u).fate);'
    found = run_node(TimeLab, tmp_path, script, [0.0999, 0.1001, -9.99, -10.01])
    assert found == ["vanishes", "arrives", "arrives", "explodes"]


@pytest.mark.parametrize("setting", [{"steps": 1}, {"steps": 61}, {"recurrent": 2.1}, {"activation": "gelu"}])
def test_nonsense_is_refused_and_leaves_the_lab_as_it_was(setting):
    lab = TimeLab()
    before = repr(lab)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(lab, name, value)
    assert repr(lab) == before
