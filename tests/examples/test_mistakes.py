"""Recorded mistakes are counted per test digit, whichever way round two digits are mixed up."""

from backprop.examples.mistakes import times_mixed_up
from backprop.results import ledger


def test_a_mistake_counts_at_its_digit_and_in_both_directions():
    runs = [
        {"curves": {"image": [0.0, 2.0, 3.0], "pair": [49.0, 94.0, 35.0]}},
        {"curves": {"image": [2.0], "pair": [94.0]}},
    ]
    assert times_mixed_up(runs, 4, 9, 5).tolist() == [1, 0, 2, 0, 0]
    assert times_mixed_up(runs, 9, 4, 5).tolist() == [1, 0, 2, 0, 0]
    assert times_mixed_up(runs, 3, 5, 5).tolist() == [0, 0, 0, 1, 0]


def test_the_recorded_mistakes_agree_with_the_recorded_counts_and_accuracies():
    result = ledger.load("mnist_confusions")
    for label in result.labels:
        runs = result.row(label)["runs"]
        for name, pair in {"four_and_nine": (4, 9), "three_and_five": (3, 5), "seven_and_nine": (7, 9)}.items():
            assert times_mixed_up(runs, *pair, 10_000).sum() == sum(run["metrics"][name] for run in runs)
        for run in runs:
            assert abs(100 - len(run["curves"]["image"]) / 100 - run["metrics"]["test_accuracy"]) < 1e-6
