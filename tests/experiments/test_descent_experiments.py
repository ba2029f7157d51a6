"""The experiments of chapter 3 on three clouds: what they stop at, what they choose by, and what the ledger says."""

import numpy as np
import pytest

from backprop.data import Split
from backprop.results import ledger
from experiments import optimizer_race, penalty_strength, rate_and_place

NET = {"sizes": [4, 8, 3], "batch_size": 20}


@pytest.fixture
def clouds(monkeypatch):
    """Sixty points to learn from, sixty to watch, thirty to test."""
    monkeypatch.setattr(rate_and_place, "N", 60)
    monkeypatch.setattr(penalty_strength, "N", 60)
    rng, y = np.random.default_rng(7), np.arange(150) % 3
    x = (np.eye(4)[y] * 2 + rng.standard_normal((150, 4))).astype(np.float32)
    return Split(x[:120], y[:120], x[120:], y[120:])


def test_a_rate_is_judged_at_the_first_epoch_whose_training_loss_is_low_enough(clouds):
    recipe = NET | {"lr": 0.5, "until": 0.3, "at_most": 100}
    metrics, _ = rate_and_place.run(recipe, 0, clouds)
    assert metrics["train_loss"] < 0.3
    before, _ = rate_and_place.run(recipe | {"until": metrics["train_loss"] + 1e-9}, 0, clouds)
    assert before["epochs"] == metrics["epochs"] > 1


def test_a_rate_that_does_not_get_there_is_an_error_and_no_result(clouds):
    with pytest.raises(RuntimeError, match="after 2 epochs"):
        rate_and_place.run(NET | {"lr": 1e-4, "until": 0.002, "at_most": 2}, 0, clouds)


def test_a_higher_price_buys_a_higher_training_loss(clouds):
    recipe = NET | {"lr": 0.2, "epochs": 30}
    losses = [penalty_strength.run(recipe | {"strength": s}, 0, clouds)[0]["train_loss"] for s in (0.0, 0.03, 0.3)]
    assert losses[0] < losses[1] < losses[2]


def test_each_rule_of_the_race_takes_the_rate_that_was_best_on_the_digits_held_out():
    race = ledger.load("optimizer_race")
    for name in race.labels:
        row = race.row(name)
        for run in row["runs"]:
            tried = dict(zip(row["configuration"]["rates"], run["curves"]["validation_loss_by_rate"], strict=True))
            assert run["metrics"]["rate"] == min(tried, key=tried.get)
    assert len(row["runs"]) == len(optimizer_race.EXPERIMENT.seeds) == 10


def test_the_larger_rate_ends_at_the_lower_test_loss_in_every_start():
    """The sentence of section 3.2.4."""
    rates = ledger.load("rate_and_place")
    by_rate = [[run["metrics"]["test_loss"] for run in rates.row(f"η = {lr}")["runs"]] for lr in (0.5, 0.1, 0.02)]
    assert (np.diff(by_rate, axis=0) > 0).all()
