"""The experiments on photographs run on a handful of small ones, and record what the page draws."""

from dataclasses import replace

import numpy as np
import pytest

from backprop.data import Split
from backprop.losses import SoftmaxCrossEntropy
from backprop.results import ledger
from experiments import moved_photographs, plain_or_residual, residual_network, runner

SMALL = {"stem": 4, "widths": [4, 6], "strides": [1, 2], "epochs": 4, "batch_size": 20, "lr": 0.05}


def photographs(n=120, side=8):
    """Ten classes, told apart by the brightest of three colours and by how bright it is."""
    rng = np.random.default_rng(8)
    y = np.arange(n) % 10
    x = rng.normal(0, 0.1, (n, 3, side, side))
    x[np.arange(n), y % 3] += (y // 3)[:, None, None]
    return Split(x[:-20].astype("f"), y[:-20], x[-20:].astype("f"), y[-20:])


@pytest.fixture
def cached(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(ledger, "folder", lambda: tmp_path)


def test_a_residual_network_learns_and_leaves_all_that_the_page_draws(cached, monkeypatch):
    monkeypatch.setattr(residual_network, "HELD_BACK", 20)
    configurations = {label: setting | SMALL for label, setting in residual_network.EXPERIMENT.configurations.items()}
    experiment = replace(residual_network.EXPERIMENT, load=photographs, configurations=configurations)
    assert runner.main(experiment) == 0
    result = ledger.load("residual_network")
    (label,) = result.labels
    assert result.value("test_accuracy", label).mean > 20
    assert result.curves("loss", label)[:, -1].max() < result.curves("loss", label)[:, 0].min()
    assert result.curves("confusion", label).sum(axis=1).tolist() == [20, 20]
    right = result.curves("confusion", label).reshape(2, 10, 10).trace(axis1=1, axis2=2)
    assert right.mean() * 5 == pytest.approx(result.value("test_accuracy", label).mean)
    assert result.curves("gradient_4", label).shape == (2, 3)  # two blocks, and what comes to the upper one
    assert result.curves("worst", label).shape == (2, 20)


def test_the_worst_mistakes_are_those_whose_class_was_given_the_least():
    p = np.full((4, 10), 0.01)
    p[np.arange(4), [3, 1, 2, 3]] = 0.91
    p[0, 0], p[2, 0] = 0.001, 0.002
    found = residual_network.mistakes(p, np.array([0, 1, 0, 3]))
    assert found["worst"][:2] == [0, 2]
    assert found["worst_answer"][:2] == [3, 2]
    table = np.reshape(found["confusion"], (10, 10))
    assert (table[0, 3], table[0, 2], table[1, 1], table[3, 3], table.sum()) == (1, 1, 1, 1, 4)


def test_one_training_for_all_three_tells_the_loss_of_each_epoch_at_a_rate_that_climbs_and_falls(monkeypatch):
    rates = []

    def epoch(net, optimizer, x, y, setting, rng):
        for _ in range(6):  # batches of 20 out of 101
            rates.append(optimizer.lr(len(rates)))
        return len(rates) / 6

    monkeypatch.setattr(residual_network, "epoch", epoch)
    setting = {"epochs": 5, "batch_size": 20, "lr": 0.1}
    x, y = np.zeros((101, 3, 4, 4)), np.zeros(101, int)
    told = residual_network.losses(None, x, y, setting, np.random.default_rng(0), seed=0)
    assert list(told) == [1, 2, 3, 4, 5]
    assert rates.index(max(rates)) == 6  # a fifth of 30 steps
    assert rates[6] == pytest.approx(0.1)
    assert rates[-1] < 0.002


def test_a_look_at_the_gradient_leaves_the_network_as_it_was():
    rng = np.random.default_rng(0)
    net, data = residual_network.residual_network([4], 2, rng, 4, [1]), photographs()
    before = net.state()
    lengths = residual_network.gradient_lengths(net, data.x_train[:10], data.y_train[:10])
    assert all((array == before[name]).all() for name, array in net.state().items())
    loss = SoftmaxCrossEntropy()
    loss.forward(net.forward(data.x_train[:10]), data.y_train[:10])
    dy = net.layers[-1].backward(loss.backward())
    assert lengths[-1] == pytest.approx(np.linalg.norm(net.layers[-2].backward(dy)), rel=1e-5)
    net.wants_dx = True
    assert len(lengths) == 3


def test_colours_are_standardised_by_what_is_trained_on_alone(monkeypatch):
    monkeypatch.setattr(residual_network, "HELD_BACK", 20)
    data = photographs()
    data.x_train[-20:] += 100  # held back
    scaled, (x, y) = residual_network.standardised(data)
    np.testing.assert_allclose(scaled.x_train.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.x_train.std(axis=(0, 2, 3)), 1, atol=1e-5)
    assert (len(scaled.x_train), len(x)) == (80, 20)
    assert x.mean() > 10
    np.testing.assert_array_equal(y, data.y_train[-20:])


def test_plain_and_residual_networks_have_the_same_layers_and_are_compared(cached):
    nets = [
        residual_network.residual_network([16, 32, 64], 5, np.random.default_rng(0), 16, [1, 2, 2], shortcut)
        for shortcut in (False, True)
    ]
    plain, residual = (sum(p.value.size for p in net.params()) for net in nets)
    assert residual - plain == (16 * 32 + 32 + 64) + (32 * 64 + 64 + 128)  # two shortcuts of 1 × 1, normalised
    few = SMALL | {"blocks": 1, "epochs": 2}
    kinds = {kind: plain_or_residual.RECIPE | setting | few for kind, setting in plain_or_residual.KINDS.items()}
    assert runner.main(replace(plain_or_residual.EXPERIMENT, load=photographs, configurations=kinds)) == 0
    result = ledger.load("plain_or_residual")
    assert result.curves("gradient_0", "32 layers, plain").shape == (3, 4)
    assert result.value("training_loss", "32 layers, with shortcuts").mean < 3


def test_moved_photographs_are_compared_with_those_that_stay(cached):
    experiment = moved_photographs.EXPERIMENT
    few = {label: setting | {"epochs": 2, "batch_size": 20} for label, setting in experiment.configurations.items()}
    assert runner.main(replace(experiment, load=photographs, configurations=few)) == 0
    result = ledger.load("moved_photographs")
    assert result.labels == ["as they are", "moved and mirrored"]
    first = [result.curves("loss", label)[:, 0] for label in result.labels]
    assert (first[0] != first[1]).all()  # the same start, other pictures
