"""The stepper in script and in Python: one trace, whatever the numbers, the activation and the loss."""

import re

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.functions import sigmoid
from backprop.widgets.backprop_stepper import BackpropStepper

NAMES = ("x", "y", "weights", "activation", "loss", "learning_rate")


def scripted(stepper, folder):
    settings = {name: getattr(stepper, name) for name in NAMES}
    return run_node(BackpropStepper, folder, "const result = widget.trace(data);", settings)


def drawn(activation, loss, seed):
    rng = np.random.default_rng(seed)
    numbers = {name: rng.normal(size=n).tolist() for name, n in (("x", 2), ("y", 2), ("weights", 12))}
    return BackpropStepper(**numbers, activation=activation, loss=loss, learning_rate=float(rng.uniform(0.01, 10)))


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("loss", ["half squared error", "cross-entropy"])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_script_and_package_write_the_same_trace(activation, loss, seed, tmp_path):
    stepper = BackpropStepper(activation=activation, loss=loss) if seed is None else drawn(activation, loss, seed)
    found, wanted = scripted(stepper, tmp_path), stepper.trace
    assert [(step["phase"], step["target"]) for step in found] == [step[:2] for step in wanted]
    np.testing.assert_allclose(
        [step["value"] for step in found], [step.value for step in wanted], rtol=1e-9, atol=1e-14
    )


@pytest.mark.parametrize("larger", [0, 1])
def test_a_softmax_of_large_logits_overflows_on_neither_side(larger, tmp_path):
    weights = [0.0] * 12
    weights[6 + larger] = weights[8 + larger] = 900.0  # a⁽¹⁾ = ½, so that one z⁽²⁾ is 900 and the other 0
    stepper = BackpropStepper(weights=weights, loss="cross-entropy")
    found = [step["value"] for step in scripted(stepper, tmp_path)]
    np.testing.assert_allclose(found, [step.value for step in stepper.trace], rtol=1e-9, atol=1e-14)


def test_of_two_equal_targets_the_first_is_the_label(tmp_path):
    stepper = BackpropStepper(y=[0.5, 0.5], loss="cross-entropy")
    found = {step["target"]: step["value"] for step in scripted(stepper, tmp_path) if step["phase"] != "update"}
    assert found["L"] == pytest.approx(-np.log(found["a21"]), rel=1e-12)
    assert found["dz21"] == pytest.approx(found["a21"] - 1, rel=1e-12)
    assert found["dz22"] == pytest.approx(found["a22"], rel=1e-12)
    assert found["L"] == pytest.approx(next(step.value for step in stepper.trace if step.target == "L"), rel=1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("loss", ["half squared error", "cross-entropy"])
def test_every_gradient_of_the_trace_is_what_a_nudge_finds(activation, loss):
    stepper = drawn(activation, loss, 3)
    values = {step.target: step.value for step in stepper.trace if step.phase == "backward"}
    names = [step.target for step in stepper.trace if step.phase == "update"]
    for k, name in enumerate(names):
        losses = []
        for h in (1e-5, -1e-5):
            weights = list(stepper.weights)
            weights[k] += h
            moved = BackpropStepper(x=stepper.x, y=stepper.y, weights=weights, activation=activation, loss=loss)
            losses.append(next(step.value for step in moved.trace if step.target == "L"))
        assert values["d" + name] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-6, abs=1e-9)


FUNCTIONS = {"exp": np.exp, "ln": np.log, "tanh": np.tanh, "σ": sigmoid, "ReLU": lambda z: max(z, 0)}


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("loss", ["half squared error", "cross-entropy"])
@pytest.mark.parametrize(
    "numbers",
    [{}, {"x": [-0.5, -0.25], "y": [-0.3, 0.4]}, {"weights": [-0.3] * 12}],
    ids=["the book's", "negative data", "negative weights"],
)
def test_the_formula_with_its_numbers_gives_the_value_beside_it(activation, loss, numbers, tmp_path):
    for step in scripted(BackpropStepper(activation=activation, loss=loss, **numbers), tmp_path):
        text = step["numbers"].translate(str.maketrans({"−": "-", "·": "*", "½": "0.5"})).replace("²", "**2")
        text = re.sub(r"(exp|ln) (\(-[\d.]+\)|[\d.]+)", r"\1(\2)", text)
        assert re.fullmatch(r"[-+*/(). \de]+", re.sub("|".join(FUNCTIONS), "", text)), text
        assert not re.search(r"[*+-] ?-", text), text  # a negative number in a product or a sum stands in brackets
        # Shown with three decimals, so the result is right to about as many.
        assert eval(text, FUNCTIONS) == pytest.approx(step["value"], abs=2e-3)


@pytest.mark.parametrize("setting", [{"x": [1.0]}, {"weights": [np.nan] * 12}, {"step": 42}, {"activation": "step"}])
def test_nonsense_is_refused(setting):
    with pytest.raises(TraitError):
        BackpropStepper(**setting)
