"""The loop animator in Python and in script: one network, one loop, caches as in the package."""

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.examples.running import running_network
from backprop.gradcheck import numerical_gradient
from backprop.losses import MeanSquaredError
from backprop.widgets.loop_animator import ROUNDS, STEPS, LoopAnimator, rounds


@pytest.mark.parametrize("learning_rate", [0.1, 1.0, 10.0])
def test_every_number_of_every_round_is_the_packages(learning_rate, tmp_path):
    script = """
    const { x, y, start, rounds } = data.facts;
    const result = widget.rounds(start, x, y, data.rate, rounds);
    """
    found = run_node(LoopAnimator, tmp_path, script, {"facts": LoopAnimator().facts(), "rate": learning_rate})
    wanted = rounds(learning_rate)
    assert len(found) == len(wanted) == ROUNDS + 1
    for script_round, package_round in zip(found, wanted, strict=True):
        assert script_round.keys() == package_round.keys()
        for name, value in package_round.items():
            np.testing.assert_allclose(script_round[name], value, rtol=1e-9, atol=1e-15, err_msg=name)


def test_the_gradients_of_a_round_are_what_nudges_find():
    net, x, y = running_network()
    first = rounds(1.0, 0)[0]
    for name, parameter in zip(("dW1", "db1", "dW2", "db2"), (p.value for p in net.params()), strict=True):

        def loss(value, parameter=parameter):
            kept = parameter.copy()
            parameter[...] = value
            found = MeanSquaredError().forward(net.forward(x), y)
            parameter[...] = kept
            return found

        np.testing.assert_allclose(first[name], numerical_gradient(loss, parameter), rtol=1e-7, atol=1e-11)


def test_a_round_begins_with_the_parameters_of_the_round_before_less_rate_times_gradient():
    one, two = rounds(3.0, 1)
    for name in ("W1", "b1", "W2", "b2"):
        np.testing.assert_allclose(two[name], one[name] - 3.0 * one["d" + name], rtol=1e-14)
    assert two["loss"] < one["loss"]


def spied(parts, diary):
    """Let every part write into the diary when its cache is written and when it is read."""
    for k, part in enumerate(parts):
        forward, cached = part.forward, part.cached

        def write(*args, k=k, forward=forward):
            diary.append(("full", k))
            return forward(*args)

        def read(k=k, cached=cached):
            diary.append(("read", k))
            return cached()

        part.forward, part.cached = write, read


def test_the_caches_fill_and_drain_in_the_order_in_which_the_package_writes_and_reads_them(tmp_path):
    (net, x, y), loss, diary = running_network(), MeanSquaredError(), []
    spied([*net.layers, loss], diary)
    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    caches, wanted = ["empty"] * 5, [["empty"] * 5]
    for state, k in diary:
        caches[k] = state
        wanted.append(list(caches))
    wanted.append(list(caches))  # the update touches no cache
    script = "const result = Array.from({ length: 35 }, (_, position) => widget.moment(position));"
    found = run_node(LoopAnimator, tmp_path, script, None)
    assert [moment["caches"] for moment in found[: STEPS + 1]] == wanted
    assert [moment["caches"] for moment in found[STEPS + 1 : 2 * STEPS + 1]] == wanted[1:]
    assert [(m["round"], m["step"]) for m in found[:2]] == [(0, -1), (0, 0)]
    assert [(m["round"], m["step"]) for m in found[10:13]] == [(0, 9), (0, 10), (1, 0)]


def test_what_a_box_is_said_to_keep_is_what_the_layer_keeps():
    (net, x, y), loss = running_network(), MeanSquaredError()
    loss.forward(net.forward(x), y)
    first = rounds(1.0, 0)[0]
    for part, name in zip([*net.layers, loss], ("x", "a1", "a1", "guess", "error"), strict=True):
        np.testing.assert_array_equal(part.cache[0], first[name])
    kept = [part.split('"')[0] for part in LoopAnimator._esm.split('keeps: "')[1:]]
    assert kept == ["x", "a1", "a1", "guess", "error"]


def test_the_loss_is_the_one_measured_last():
    losses = [entry["loss"] for entry in rounds(1.0)]
    for position, index in ((5, 0), (11, 0), (15, 0), (16, 1), (132, 11)):
        assert LoopAnimator(position=position).loss == losses[index]
    assert LoopAnimator(position=4).loss is None


@pytest.mark.parametrize(
    "setting", [{"learning_rate": 0.0}, {"learning_rate": np.nan}, {"position": -1}, {"position": 133}]
)
def test_nonsense_is_refused_and_leaves_the_animator_as_it_was(setting):
    animator = LoopAnimator()
    before = repr(animator)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(animator, name, value)
    assert repr(animator) == before
