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
    *found, update = scripted(stepper, tmp_path)
    wanted, updated = stepper.trace[: len(found)], stepper.trace[len(found) :]
    assert [(step["phase"], step["target"]) for step in found] == [step[:2] for step in wanted]
    np.testing.assert_allclose(
        [step["value"] for step in found], [step.value for step in wanted], rtol=1e-9, atol=1e-14
    )
    assert {step.phase for step in updated} == {update["phase"]} == {"update"}
    np.testing.assert_allclose(update["weights"], [step.value for step in updated], rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose([update["before"], update["after"]], stepper.losses, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("larger", [0, 1])
def test_a_softmax_of_large_logits_overflows_on_neither_side(larger, tmp_path):
    weights = [0.0] * 12
    weights[6 + larger] = weights[8 + larger] = 900.0  # a⁽¹⁾ = ½, so that one z⁽²⁾ is 900 and the other 0
    stepper = BackpropStepper(weights=weights, loss="cross-entropy")
    found = [step["value"] for step in scripted(stepper, tmp_path)[:-1]]
    np.testing.assert_allclose(found, [step.value for step in stepper.trace[: len(found)]], rtol=1e-9, atol=1e-14)


def test_of_two_equal_targets_the_first_is_the_label(tmp_path):
    stepper = BackpropStepper(y=[0.5, 0.5], loss="cross-entropy")
    found = {step["target"]: step["value"] for step in scripted(stepper, tmp_path)[:-1]}
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
    *steps, update = scripted(BackpropStepper(activation=activation, loss=loss, **numbers), tmp_path)
    for step in [*steps, {"numbers": update["numbers"], "value": update["weights"][0]}]:
        text = step["numbers"].translate(str.maketrans({"−": "-", "·": "*", "½": "0.5"})).replace("²", "**2")
        text = re.sub(r"(exp|ln) (\(-[\d.]+\)|[\d.]+)", r"\1(\2)", text)
        assert re.fullmatch(r"[-+*/(). \de]+", re.sub("|".join(FUNCTIONS), "", text)), text
        assert not re.search(r"[*+-] ?-", text), text  # a negative number in a product or a sum stands in brackets
        # Shown with three decimals, so the result is right to about as many.
        assert eval(text, FUNCTIONS) == pytest.approx(step["value"], abs=2e-3)


def test_the_answers_of_section_2_2_are_those_of_the_stepper():
    assert f"{BackpropStepper().losses[1]:.3f}" == "0.156"
    rates = (0.79, 1, 1.26, 2, 2.5, 10)  # of tanh
    before, *after = BackpropStepper(activation="tanh").losses[:1] + tuple(
        BackpropStepper(activation="tanh", learning_rate=rate).losses[1] for rate in rates
    )
    assert (f"{before:.3f}", f"{min(after):.3f}", f"{after[3]:.3f}") == ("0.108", "0.018", "0.099")
    assert min(after) == after[1]
    assert min(after[4:]) > before
    relu = {step.target: step.value for step in BackpropStepper(activation="relu").trace if step.phase == "backward"}
    zeros = {"dz12", "dW112", "dW122", "db12", "dW221", "dW222", "da22", "dz22", "dW212", "db22"}
    assert {name for name, value in relu.items() if value == 0} == zeros


def test_the_losses_are_those_before_and_after_the_update():
    stepper = BackpropStepper(activation="tanh", learning_rate=3.0)
    moved = BackpropStepper(weights=[step.value for step in stepper.trace[-12:]], activation="tanh")
    for loss, trace in zip(stepper.losses, (stepper.trace, moved.trace), strict=True):
        assert loss == next(step.value for step in trace if step.target == "L")


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("loss", ["half squared error", "cross-entropy"])
def test_a_step_is_made_from_exactly_the_numbers_of_its_formula(activation, loss, tmp_path):
    """Each letter of the formula, found again by its sign."""
    script = """
    const result = widget.trace(data).slice(0, -1).map(({ target, from, letters }) =>
      ({ target, letters, from: from.map(widget.sign) }));
    """
    settings = {name: getattr(BackpropStepper(activation=activation, loss=loss), name) for name in NAMES}
    for step in run_node(BackpropStepper, tmp_path, script, settings):
        letters = step["letters"].split(" = ", 1)[1].replace("Σ exp z⁽²⁾", "z⁽²⁾₁ z⁽²⁾₂").replace("y)", "y₁ y₂ ŷ₁ ŷ₂")
        named = set(re.findall(r"(?:∂L/∂)?(?:[awzb]⁽[¹²]⁾|[xyŷ])[₁₂]+", letters))
        assert set(step["from"]) == named, step


@pytest.mark.parametrize("loss", ["half squared error", "cross-entropy"])
def test_the_lit_path_is_what_stands_between_the_number_and_the_loss(loss, tmp_path):
    script = "const result = widget.trace(data).map((step) => [step.target, step.phase, widget.path(step)]);"
    stepper = BackpropStepper(loss=loss)
    settings = {name: getattr(stepper, name) for name in NAMES}
    paths = run_node(BackpropStepper, tmp_path, script, settings)
    lit = {target: sorted(path) for target, phase, path in paths if phase != "update"}
    both = ["L1", "L2"]
    assert sorted(paths[-1][2]) == ["W111", "W112", "W121", "W122", "W211", "W212", "W221", "W222"]
    assert lit["L"] == (both if loss == "half squared error" else ["L1"])  # of the label alone, ŷ is in the formula
    for j in "12":
        assert lit["z1" + j] == sorted(["W11" + j, "W12" + j])
        assert lit["a1" + j] == []
        assert lit["dz2" + j] == lit["db2" + j] == ["L" + j]
        ways = sorted(["W2" + j + "1", "W2" + j + "2", *both])
        assert lit["da1" + j] == lit["dz1" + j] == lit["db1" + j] == ways
        for i in "12":
            assert lit["dW2" + i + j] == sorted(["W2" + i + j, "L" + j])
            assert lit["dW1" + i + j] == sorted(["W1" + i + j, *ways])


@pytest.mark.parametrize("setting", [{"x": [1.0]}, {"weights": [np.nan] * 12}, {"step": 31}, {"activation": "step"}])
def test_nonsense_is_refused(setting):
    with pytest.raises(TraitError):
        BackpropStepper(**setting)
