"""The bug zoo: forward is right in every specimen, one mistake is in backward, and nudging finds each of them."""

from dataclasses import replace

import numpy as np
import pytest

from backprop.data import Split
from backprop.examples.bug_zoo import BUGS, RIGHT, SPECIMENS, WRONG_FUNCTION
from backprop.examples.zoo_table import zoo_table
from backprop.exercises.section_2_5_2_bug_zoo import SIZES, small_case
from backprop.gradcheck import gradient_errors, numerical_gradient, relative_error
from backprop.results import ledger
from experiments import bug_zoo, runner

every_specimen = pytest.mark.parametrize("specimen", SPECIMENS.values(), ids=lambda specimen: specimen.name)
NAMES = [specimen.name for specimen in BUGS]


def rng(seed=0):
    return np.random.default_rng(seed)


def worst_error(specimen):
    """The largest error that nudging finds, in the loss and in the network, in both modes."""
    net, loss, x, labels = small_case(specimen, rng(1))
    z = rng(3).standard_normal((len(x), 2))
    loss.forward(z, labels)
    errors = [relative_error(loss.backward(), numerical_gradient(lambda z: loss.forward(z, labels), z))]
    for training in (True, False):
        net.train_mode(training)
        errors += gradient_errors(net, x, rng(4)).values()
    return max(errors)


@pytest.mark.parametrize("specimen", BUGS, ids=NAMES)
def test_nudging_finds_every_bug(specimen):
    assert worst_error(specimen) > 1e-4


@pytest.mark.parametrize("specimen", [*RIGHT.values(), WRONG_FUNCTION], ids=lambda specimen: specimen.name)
def test_nudging_clears_what_is_right(specimen):
    assert worst_error(specimen) < 1e-7


@pytest.mark.parametrize("specimen", BUGS, ids=NAMES)
def test_forward_is_right_in_every_bug(specimen):
    x, labels = rng(2).standard_normal((5, 4)), np.array([1, 0, 0, 1, 1])
    for training in (True, False):
        answers = []
        for one in (specimen, RIGHT[specimen.family]):
            net, loss = one.build(rng(1), SIZES, np.float64)
            net.train_mode(training)
            for rows in (slice(None), slice(None, None, -1)):
                z = net.forward(x[rows])
                answers.append((z, loss.forward(z, labels)))
                net.backward(loss.backward())
        for mine, theirs in zip(answers[:2], answers[2:], strict=True):
            np.testing.assert_array_equal(mine[0], theirs[0])
            assert mine[1] == theirs[1]


def test_each_bug_differs_from_its_right_network_in_one_kind_of_part():
    for bug in BUGS:
        right = RIGHT[bug.family]
        parts = ("first", "middle", "last", "activation", "dropout", "batch_norm", "loss")
        changed = {getattr(bug, part) for part in parts if getattr(bug, part) is not getattr(right, part)}
        assert len(changed) == 1, bug.name
    assert len(SPECIMENS) == len(BUGS) + len(RIGHT) + 1
    assert len(BUGS) >= 12


def clouds():
    y = np.arange(90) % 3
    x = (np.eye(4)[y] * 3 + rng(7).standard_normal((90, 4))).astype(np.float32)
    return Split(x[:60], y[:60], x[60:], y[60:])


@every_specimen
def test_the_mistake_measured_against_the_right_network_is_there_exactly_in_the_bugs(specimen):
    errors = bug_zoo.mistakes(specimen.name, (4, 5, 3), clouds(), 20, seed=0)
    assert (errors["error"] > 0.1) == (specimen in BUGS)
    in_evaluation_only = specimen.name == "training formula in evaluation"
    assert (errors["error_in_training"] > 0.1) == (specimen in BUGS and not in_evaluation_only)


def test_mistakes_are_where_they_were_put():
    def wrong(name):
        errors = bug_zoo.mistakes(name, (4, 5, 3), clouds(), 20, seed=0)
        return {block for block in (*bug_zoo.BLOCKS, "x") if errors[f"error_{block}"] > 1e-6}

    assert wrong("dW transposed") == {"W2"}
    assert wrong("first layer not reached") == {"W1", "b1"}
    assert wrong("db averaged") == {"b1", "b2", "b3"}
    assert wrong("W not transposed") == {"W1", "b1", "x"}
    assert wrong("sign of da flipped") == {"W1", "b1", "W2", "b2", "x"}
    assert wrong("1/N twice") == {"W1", "b1", "W2", "b2", "W3", "b3", "x"}
    assert bug_zoo.mistakes("db averaged", (4, 5, 3), clouds(), 20, 0)["error"] == pytest.approx(95)  # 1 − 1/20
    assert bug_zoo.mistakes("sign of da flipped", (4, 5, 3), clouds(), 20, 0)["error"] == pytest.approx(200)


def test_a_tiny_run_reaches_the_ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(ledger, "folder", lambda: tmp_path)
    small = {
        label: configuration | {"sizes": [4, 5, 3], "batch_size": 20, "epochs": 2}
        for label, configuration in bug_zoo.EXPERIMENT.configurations.items()
        if label in ("right, ReLU", "1/N missing", "1/N missing, Adam", "training formula in evaluation")
    }
    runner.perform(replace(bug_zoo.EXPERIMENT, load=clouds, configurations=small, seeds=(0, 1)), tmp_path)
    result = ledger.load("bug_zoo")
    assert result.value("error", "right, ReLU").mean == 0
    assert result.value("error", "1/N missing, Adam").mean == pytest.approx(95)
    assert result.curves("test_accuracy", "1/N missing").shape == (2, 2)


def test_every_specimen_is_measured_with_five_seeds_or_more():
    trained = {c["specimen"] for c in bug_zoo.EXPERIMENT.configurations.values()}
    assert trained == set(SPECIMENS)
    assert len(bug_zoo.EXPERIMENT.seeds) >= 5


def test_the_table_shows_every_specimen_once_under_its_fate():
    rows = zoo_table(ledger.load("bug_zoo")).rows
    names = [name for name, accuracy, *_ in rows if accuracy]
    assert sorted(names) == sorted(SPECIMENS)
    fates = [name for name, accuracy, *_ in rows if not accuracy]
    assert [fate.split(": ")[1] for fate in fates] == ["4", "9", "4", "8", "1"]
    forgotten = next(row for row in rows if row[0] == "db forgotten")
    assert forgotten[3] == "b1 b2 b3"
