"""The training explorer in Python and in script: the ledger's runs, and the same words for them."""

import gzip
import json
from itertools import pairwise

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.results import ledger
from backprop.widgets.training_explorer import RUNS, TrainingExplorer, cells, outcome
from experiments.training_grid import HIGHEST, MOMENTA, RATES, compact


def test_the_shipped_runs_are_the_ledgers():
    shipped = json.loads(RUNS.read_text("utf-8"))
    assert shipped == json.loads(json.dumps(compact(ledger.load("training_grid").record)))


def test_a_decoded_run_is_the_ledgers_to_the_digits_that_are_drawn():
    result = ledger.load("training_grid")
    assert len(cells()) == len(result.labels) == (len(MOMENTA) + 2) * len(RATES)
    for cell, row in zip(cells(), result.record["rows"], strict=True):
        assert (cell.optimizer, cell.lr) == (row["configuration"]["optimizer"], row["configuration"]["lr"])
        assert cell.beta == row["configuration"].get("beta")
        np.testing.assert_allclose(cell.loss, [run["curves"]["loss"] for run in row["runs"]], rtol=2e-3)
        wanted = [run["curves"]["validation_accuracy"] for run in row["runs"]]
        np.testing.assert_allclose(cell.accuracy, wanted, atol=1e-9)
        assert cell.loss.max() <= HIGHEST


def test_the_runs_weigh_at_most_forty_kilobytes_compressed():
    assert len(gzip.compress(RUNS.read_bytes(), 9)) <= 40 * 1024


def test_the_script_decodes_and_judges_every_setting_as_python_does(tmp_path):
    script = """
    const { cells, best } = widget.decode(data);
    const result = [cells.map((cell) => ({ ...cell, accuracies: cell.accuracy, accuracy: cell.reached })), best];
    """
    found, best = run_node(TrainingExplorer, tmp_path, script, TrainingExplorer().facts())
    assert len(found) == len(cells())
    for cell, got in zip(cells(), found, strict=True):
        np.testing.assert_allclose(got["loss"], cell.loss, rtol=1e-9)
        np.testing.assert_allclose(got["accuracies"], cell.accuracy, rtol=1e-9)
        np.testing.assert_allclose(got["meanLoss"], cell.loss.mean(axis=0), rtol=1e-9)
        wanted = outcome(cell)
        assert got["what"] == wanted.pop("what")
        for name, value in wanted.items():
            assert got[name] == pytest.approx(value, rel=1e-9, abs=1e-12), (cell[:3], name)
    assert best == np.argmax([cell.accuracy[:, -1].mean() for cell in cells()])


WORDS = [
    ("Momentum", 0.0, 1e-4, "slow"),
    ("Momentum", 0.0, 0.0316, "slow"),
    ("Momentum", 0.0, 0.316, "converges"),
    ("Momentum", 0.0, 1.0, "unsettled"),
    ("Momentum", 0.0, 3.16, "lost"),
    ("Momentum", 0.9, 0.1, "converges"),
    ("Momentum", 0.9, 0.316, "unsettled"),
    ("Momentum", 0.9, 1.0, "lost"),
    ("Momentum", 0.95, 0.1, "behind"),
    ("Momentum", 0.99, 0.01, "behind"),
    ("Momentum", 0.99, 10.0, "lost"),
    ("Momentum", 0.99, 1e-4, "slow"),
    ("Adam", 0.9, 1e-4, "slow"),
    ("Adam", 0.9, 0.00316, "converges"),
    ("Adam", 0.9, 0.1, "unsettled"),
    ("Adam", 0.9, 10.0, "lost"),
    ("RMSProp", 0.9, 0.001, "converges"),
    ("RMSProp", 0.9, 0.0316, "behind"),
    ("RMSProp", 0.9, 0.1, "behind"),
]


def test_the_words_fit_runs_that_were_looked_at():
    for optimizer, momentum, lr, what in WORDS:
        explorer = TrainingExplorer(optimizer=optimizer, momentum=momentum, learning_rate=lr)
        assert explorer.outcome["what"] == what, repr(explorer)


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: f"{cell.optimizer} {cell.beta} {cell.lr}")
def test_what_is_said_of_a_setting_is_true_of_its_recorded_runs(cell):
    """Each claim of the sentence, against the runs themselves and against the neighbours in the row."""
    found, loss, right = outcome(cell), cell.loss.mean(axis=0), cell.accuracy[:, -1].mean()
    row = [other for other in cells() if other[:2] == cell[:2]]
    place = [other.lr for other in row].index(cell.lr)
    smaller, larger = (row[k].accuracy[:, -1].mean() if 0 <= k < 11 else 0 for k in (place - 1, place + 1))
    best = max(other.accuracy[:, -1].mean() for other in cells())
    steady = np.all(np.diff(loss) < 0)
    match found["what"]:
        case "converges":
            assert best - right < 1.5  # as good as it gets, give or take luck
            assert np.all(cell.loss[:, -1] < 0.2 * cell.loss[:, 0])
        case "slow":
            assert steady  # it falls in each epoch, by something that the sentence does not round to nothing
            assert float(f"{100 * found['fall']:.2g}") > 0
            assert larger > right
        case "behind":
            assert smaller > right
            assert found["behind"] == pytest.approx(best - right)
            assert found["behind"] > 1.5
            assert loss[-1] < 0.5 * loss[0]
        case "unsettled":
            assert found["rises"] == sum(b > 1.05 * a for run in cell.loss for a, b in pairwise(run[1:]))
            assert found["rises"] >= len(cell.loss)  # one in each run, on average
            assert smaller > right
        case "lost":
            assert loss.max() == found["peak"] > loss[0]
            assert loss[-1] > 0.9 * loss[0]
            assert right < 25
            assert smaller > right or smaller < 25


def test_the_words_change_at_their_borders(tmp_path):
    """Runs of two seeds made by hand: a mean loss that ends, peaks or rises a little below and above each border."""
    script = """
    const result = data.map(([losses, reached]) => {
      const loss = [losses, losses];
      return widget.outcome({ loss, accuracy: [[10, reached], [10, reached]], meanLoss: losses }, 95).what;
    });
    """
    cases = {
        ((2, 2.01, 1.81), 20): "lost", ((2, 2.01, 1.79), 20): "slow", ((2, 1.99, 1.81), 20): "slow",
        ((2, 2.2, 1.0), 80): "behind", ((1, 0.5, 0.53), 80): "unsettled", ((1, 0.5, 0.52), 80): "slow",
        ((1, 0.5, 0.31), 94): "slow", ((1, 0.5, 0.29), 93.6): "converges", ((1, 0.5, 0.29), 93.4): "behind",
    }  # fmt: skip
    assert run_node(TrainingExplorer, tmp_path, script, list(cases)) == list(cases.values())


def test_a_value_between_recorded_ones_goes_to_the_nearest_on_its_scale():
    explorer = TrainingExplorer(learning_rate=0.2, momentum=0.87)
    assert (explorer.learning_rate, explorer.momentum) == (0.316, 0.9)  # half a decade apart: 0.2 is nearer to 0.316
    explorer.learning_rate = 0.17
    assert explorer.learning_rate == 0.1
    assert explorer.cell[:3] == ("Momentum", 0.9, 0.1)
    explorer.optimizer = "adam"
    assert explorer.cell[:3] == ("Adam", None, 0.1)


@pytest.mark.parametrize(
    "wrong",
    [{"learning_rate": 0}, {"learning_rate": 11}, {"learning_rate": float("nan")}, {"momentum": -0.1},
     {"momentum": 1.0},
     {"momentum": "0.9"}, {"learning_rate": None}, {"optimizer": "SGD"}, {"epoch": 0}, {"epoch": 11}],
)  # fmt: skip
def test_nonsense_is_refused_and_leaves_the_explorer_as_it_was(wrong):
    explorer = TrainingExplorer()
    before = repr(explorer)
    ((name, value),) = wrong.items()
    with pytest.raises(TraitError, match=name):
        setattr(explorer, name, value)
    assert repr(explorer) == before
