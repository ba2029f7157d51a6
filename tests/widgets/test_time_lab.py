"""The time lab in Python and in script: the same neuron, the same gradients, and what powers and slopes foretell."""

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.gradcheck import numerical_gradient
from backprop.layers import LSTM, RNN
from backprop.widgets.time_lab import ACTIVATIONS, TimeLab

ALONG = "const result = data.map((setting) => widget.along(setting));"
TOLD = "const result = data.map((setting) => widget.journey(widget.along(setting)));"
PLAIN = {"unit": "rnn", "activation": "linear", "recurrent": 0.9, "steps": 50, "piece": 60, "forget": 1.0}
KINDS = [{"activation": name} for name in ACTIVATIONS] + [{"unit": "lstm", "forget": b} for b in (-2.0, 0.0, 1.0, 6.0)]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_script_computes_what_python_computes(kind, tmp_path):
    settings = [
        {"recurrent": u, "steps": steps, "piece": piece}
        for u, steps, piece in [
            (0.9, 30, 60), (-2.0, 60, 60), (1.3, 40, 7), (0.0, 5, 60), (1.0, 2, 1), (-0.7, 17, 17), (0.5, 50, 16),
        ]
    ]  # fmt: skip
    found = run_node(TimeLab, tmp_path, ALONG, [PLAIN | kind | setting for setting in settings])
    for setting, script in zip(settings, found, strict=True):
        along = TimeLab(**kind, **setting).along
        for name, want in along._asdict().items():
            np.testing.assert_allclose(script[name], want, rtol=1e-9, atol=1e-300, err_msg=f"{name}, {setting}")
        assert len(along.states) == len(along.deltas) == setting["steps"] == len(along.factors) + 1


def test_a_linear_unit_multiplies_by_its_weight_at_every_step():
    along = TimeLab(recurrent=-1.5, steps=6).along
    np.testing.assert_allclose(along.states, (-1.5) ** np.arange(6), rtol=1e-15)
    np.testing.assert_allclose(along.deltas, (-1.5) ** np.arange(5, -1, -1), rtol=1e-15)
    np.testing.assert_allclose(along.gradient, 5 * (-1.5) ** 4, rtol=1e-15)
    assert along.factors.tolist() == [-1.5] * 5


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("piece", [60, 3])
def test_the_lab_is_the_recurrent_layer_of_the_package(activation, piece):
    lab = TimeLab(activation=activation, recurrent=1.3, steps=8, piece=piece)
    layer = RNN(1, 1, np.random.default_rng(0), activation, dtype=np.float64, every=piece)
    layer.W[...], layer.U[...] = 1, 1.3
    x, dy = np.zeros((1, 8, 1)), np.zeros((1, 8, 1))
    x[0, 0], dy[0, -1] = 1, 1
    np.testing.assert_allclose(layer.forward(x)[0, :, 0], lab.along.states, rtol=1e-14)
    np.testing.assert_allclose(layer.backward(dy)[0, :, 0], lab.along.deltas, rtol=1e-14)
    np.testing.assert_allclose(layer.dU.item(), lab.along.gradient, rtol=1e-13)


@pytest.mark.parametrize(("u", "b"), [(0.5, 1.0), (-1.2, 0.0), (1.5, 4.0), (0.0, 2.0)])
def test_the_memory_is_that_of_an_lstm_and_its_gradients_agree_with_nudges(u, b):
    steps, lab = 9, TimeLab(unit="lstm", recurrent=u, forget=b, steps=9)
    layer = LSTM(1, 1, np.random.default_rng(0), dtype=np.float64)
    layer.W[...], layer.U[...], layer.b[...] = 1, u, [0, b, 0, 0]
    x = np.zeros((1, steps, 1))
    x[0, 0] = 1
    a = layer.forward(x)[0, :, 0]
    gate_o = 1 / (1 + np.exp(-(x[0, :, 0] + u * np.array([0, *a[:-1]]))))
    np.testing.assert_allclose(gate_o * np.tanh(lab.along.states), a, rtol=1e-13)

    def last_memory(nudges, u=u):
        a = c = 0.0
        for k in range(steps):
            z = u * a + x[0, k, 0]
            gates = 1 / (1 + np.exp(-(z + np.array([0, b, 0]))))
            c = gates[1] * c + gates[0] * np.tanh(z) + nudges[k]
            a = gates[2] * np.tanh(c)
        return float(c)

    none = np.zeros(steps)
    np.testing.assert_allclose(lab.along.deltas, numerical_gradient(last_memory, none), rtol=1e-7)
    by_u = numerical_gradient(lambda u: last_memory(none, u), np.array(u))
    np.testing.assert_allclose(lab.along.gradient, by_u, rtol=1e-7, atol=1e-10)
    left = [np.prod(lab.along.factors[k:]) for k in range(steps)]
    np.testing.assert_allclose(lab.along.direct, left, rtol=1e-13)


def test_without_a_recurrent_weight_the_direct_path_is_the_only_one():
    along = TimeLab(unit="lstm", recurrent=0, forget=4).along
    np.testing.assert_allclose(along.deltas, along.direct, rtol=1e-14)
    np.testing.assert_allclose(along.direct[0], (1 / (1 + np.exp(-4.0))) ** 49, rtol=1e-12)


@pytest.mark.parametrize(("steps", "piece", "first"), [(50, 60, 0), (50, 50, 0), (50, 20, 40), (50, 25, 25), (5, 1, 4)])
@pytest.mark.parametrize("unit", ["rnn", "lstm"])
def test_a_cut_leaves_the_last_piece_as_it_was_and_nothing_before(unit, steps, piece, first):
    whole, cut = (TimeLab(unit=unit, steps=steps, piece=p).along for p in (60, piece))
    np.testing.assert_array_equal(cut.deltas[first:], whole.deltas[first:])
    assert not cut.deltas[:first].any()
    np.testing.assert_array_equal(cut.states, whole.states)


def test_the_journey_is_told_as_it_went(tmp_path):
    settings = {
        ("linear", 0.9, 50, 60): "fades", ("linear", 1, 60, 60): "arrives", ("linear", 1.1, 50, 60): "grows",
        ("tanh", 1.3, 40, 60): "fades", ("relu", -1, 9, 60): "gone", ("linear", 0, 2, 60): "gone",
        ("tanh", -0.9, 2, 60): "arrives", ("linear", 1.1, 50, 20): "cut",
    }  # fmt: skip
    names = ("activation", "recurrent", "steps", "piece")
    data = [PLAIN | dict(zip(names, setting, strict=True)) for setting in settings]
    for setting, trip in zip(data, run_node(TimeLab, tmp_path, TOLD, data), strict=True):
        assert trip["fate"] == settings[tuple(setting[name] for name in names)]
        along = TimeLab(**setting).along
        if trip["fate"] != "gone":
            first = trip["first"] - 1
            assert trip["left"] == pytest.approx(abs(np.prod(along.factors[first:])), rel=1e-9)
            assert trip["factor"] ** (setting["steps"] - 1 - first) == pytest.approx(trip["left"], rel=1e-9)


def test_it_begins_where_the_gradient_fades(tmp_path):
    lab = TimeLab()
    ((trip),) = run_node(TimeLab, tmp_path, TOLD, [{name: getattr(lab, name) for name in PLAIN}])
    assert trip["fate"] == "fades"
    assert trip["left"] == pytest.approx(0.9**49)


@pytest.mark.parametrize(
    "setting",
    [{"steps": 1}, {"steps": 61}, {"recurrent": 2.1}, {"activation": "gelu"}, {"piece": 0}, {"forget": 7}],
)
def test_nonsense_is_refused_and_leaves_the_lab_as_it_was(setting):
    lab = TimeLab()
    before = repr(lab)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(lab, name, value)
    assert repr(lab) == before
