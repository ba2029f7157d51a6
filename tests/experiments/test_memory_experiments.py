"""The experiments on a long memory: what they record, and what the ledger says of the pages' claims."""

import pytest

from backprop.results import ledger
from experiments import adding_problem, long_memory

SHORT = {"steps": 50}


@pytest.mark.parametrize("name", long_memory.CELLS)
def test_each_cell_is_trained_at_each_rate(name):
    configuration = long_memory.CONFIGURATION | long_memory.CELLS[name] | SHORT | {"letters": 2}
    metrics, curves = long_memory.run(configuration, 0, None)
    assert metrics.keys() == long_memory.EXPERIMENT.units.keys()
    assert metrics["right_0.03"] > 80  # two letters are learned at once
    assert [len(curve) for curve in curves.values()] == [1] * 4


@pytest.mark.parametrize("every", [None, 2])
def test_the_adding_problem_records_its_last_errors(every):
    configuration = adding_problem.CONFIGURATION | SHORT | {"length": 4, "every": every}
    metrics, curves = adding_problem.run(configuration, 0, None)
    assert metrics["squared_error"] == curves["squared_error_by_50_steps"][-1] > 0


def test_longer_ways_back_add_better():
    book = ledger.load("adding_problem")
    means = [book.value("squared_error", label).mean for label in adding_problem.PIECES]
    assert means == sorted(means)
    assert means[-1] < 1 / 6
