"""An experiment runs from its data to the ledger, goes on after an interruption, and forgets runs of other code."""

from dataclasses import replace

import numpy as np
import pytest

from backprop import ledger
from backprop.datasets import Split
from backprop.widgets.digit_pad import unpacked
from experiments import digit_pad, mnist_mlp, runner

SMALL = {"sizes": [4, 8, 3], "lr": 0.1, "beta": 0.9, "batch_size": 20, "epochs": 3}


def three_clouds():
    rng = np.random.default_rng(7)
    y = np.arange(90) % 3
    x = (np.eye(4)[y] * 3 + rng.standard_normal((90, 4))).astype(np.float32)
    return Split(x[:60], y[:60], x[60:], y[60:])


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(ledger, "folder", lambda: tmp_path)
    return replace(mnist_mlp.EXPERIMENT, load=three_clouds, configurations={"small": SMALL})


def interrupted_after(experiment, runs):
    """The experiment, stopped as by Ctrl-C when it has finished some runs; and the list of seeds it ran."""
    seeds = []

    def run(configuration, seed, data):
        if len(seeds) == runs:
            raise KeyboardInterrupt
        seeds.append(seed)
        return experiment.run(configuration, seed, data)

    return replace(experiment, run=run), seeds


def without_times(path):
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines if '"seconds"' not in line]


def test_an_experiment_goes_from_data_to_a_valid_result(experiment, tmp_path, capsys):
    assert runner.main(experiment) == 0
    result = ledger.load("mnist_mlp")
    assert [run["seed"] for run in result.row()["runs"]] == [0, 1, 2]
    assert result.value("test_accuracy").mean > 80
    assert result.curves("loss").shape == (3, 3)
    assert result.record["data"].keys() == {file.path for file in runner.SOURCES["mnist"].files}
    assert "test accuracy (%)" in capsys.readouterr().out
    assert not list((tmp_path / "cache").rglob("*.json"))


def test_an_interrupted_experiment_goes_on_where_it_stopped_and_ends_the_same(experiment, tmp_path, capsys):
    whole = runner.perform(experiment, tmp_path)
    expected = without_times(whole)
    whole.unlink()
    stopped, first = interrupted_after(experiment, 2)
    assert runner.main(stopped) == 130
    assert "goes on" in capsys.readouterr().err
    assert not whole.exists()
    assert len(list((tmp_path / "cache").rglob("*.json"))) == 2
    going_on, second = interrupted_after(experiment, 9)
    assert without_times(runner.perform(going_on, tmp_path)) == expected
    assert (first, second) == ([0, 1], [2])
    assert not list((tmp_path / "cache").rglob("*.json"))


@pytest.mark.parametrize(
    "change",
    [
        lambda e, patch: replace(e, configurations={"small": SMALL | {"lr": 0.2}}),
        lambda e, patch: replace(e, data=("fashion_mnist",)),
        lambda e, patch: patch.setattr(np, "__version__", "0") or e,
        lambda e, patch: patch.setattr(runner.inspect, "getsourcefile", lambda run: __file__) or e,
    ],
    ids=["configuration", "data", "version", "code"],
)
def test_a_run_of_another_kind_is_not_used_again(experiment, tmp_path, monkeypatch, change):
    monkeypatch.setattr(runner.inspect, "getsourcefile", lambda run: mnist_mlp.__file__)
    with pytest.raises(KeyboardInterrupt):
        runner.perform(interrupted_after(experiment, 2)[0], tmp_path)
    again, seeds = interrupted_after(change(experiment, monkeypatch), 9)
    runner.perform(again, tmp_path)
    assert seeds == [0, 1, 2]


def test_a_run_that_diverges_never_reaches_the_ledger(experiment, tmp_path):
    diverging = replace(experiment, run=lambda *arguments: ({"test_accuracy": 10.0, "test_loss": float("nan")}, {}))
    with pytest.raises(ValueError, match=r"nan|JSON compliant"):
        runner.perform(diverging, tmp_path)
    assert not list(tmp_path.glob("*.json"))


def test_a_metric_without_a_unit_never_reaches_the_ledger(experiment, tmp_path):
    with pytest.raises(ValueError, match="'metrics' wants exactly the keys"):
        runner.perform(replace(experiment, run=lambda *arguments: ({"speed": 1.0}, {})), tmp_path)
    assert not list(tmp_path.glob("*.json"))


def test_without_the_data_the_command_says_how_to_get_them(experiment, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "nothing"))
    assert runner.main(replace(experiment, load=mnist_mlp.EXPERIMENT.load)) == 1
    assert "python -m backprop.datasets fetch mnist" in capsys.readouterr().err


def test_lists_of_numbers_stay_on_one_line():
    text = runner.to_json({"curve": [1.5, -2e-7, 3], "empty": [], "texts": ["a [1, 2]", "ü"]}).decode()
    assert '"curve": [1.5, -2e-07, 3]' in text
    assert '"texts": [\n' in text
    assert '"a [1, 2]"' in text


def test_weights_as_bytes_are_off_by_at_most_half_a_level():
    net = mnist_mlp.mlp([784, 12, 10], np.random.default_rng(5))
    packed = unpacked(digit_pad.packed(net))
    for old, new in zip(net.params(), packed.params(), strict=True):
        half = np.abs(old.value).max(axis=0) / 254
        assert (np.abs(old.value - new.value) <= 1.0001 * half).all(), old.name


def test_moved_training_digits_are_new_each_time_and_the_test_digits_stay():
    rng = np.random.default_rng(5)
    x = np.zeros((50, 784), np.float32)
    x[:, 14 * 28 + 14] = 1
    data = Split(x, np.zeros(50, int), x, np.zeros(50, int))
    first, second = (digit_pad.moved(data, 2, rng).x_train.argmax(axis=1) for _ in range(2))
    assert (first != second).any()
    assert set(first // 28) == set(first % 28) == set(range(12, 17))
    assert digit_pad.moved(data, 2, rng).x_test is x
