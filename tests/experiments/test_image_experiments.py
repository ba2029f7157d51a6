"""The experiments of chapter 5's first pages run on small data and keep what they promise."""

import numpy as np
import pytest

from backprop.data import Split, mnist_sample
from backprop.gradcheck import numerical_gradient
from experiments import lenet, lenet_norm, moved_digits, pooling_choice, shortcuts


def few(n=60, n_test=40):
    data = mnist_sample()
    return Split(data.x_train[:n], data.y_train[:n], data.x_test[:n_test], data.y_test[:n_test])


@pytest.mark.parametrize("kind", ["plain, batch norm", "pre-activation"])
def test_a_deep_network_is_tested_with_the_rate_that_reads_the_held_back_digits_best(kind):
    data = {"learn": shortcuts.small_digits(few(), 60, 40), "test": shortcuts.small_digits(few(), 1, 40)}
    small = shortcuts.EXPERIMENT.configurations[kind] | {"depth": 4, "epochs": 2, "rates": [1e-9, 0.01]}
    metrics, curves = shortcuts.run(small, 0, data)
    assert metrics.keys() == shortcuts.EXPERIMENT.units.keys()
    assert metrics["rate"] == 0.01
    assert metrics["validation_accuracy"] == max(curves["validation_accuracy"])
    assert metrics["gradient_ratio"] == pytest.approx(np.log10(curves["gradient"][0] / curves["gradient"][-1]))
    assert len(curves["training_loss"]) == 2


def test_the_rate_is_chosen_by_digits_that_are_neither_learned_from_nor_tested_with():
    data, sample = shortcuts.load(), mnist_sample()
    assert (len(data["learn"].x_train), len(data["learn"].x_test), len(data["test"].x_test)) == (1000, 1000, 1000)
    assert np.array_equal(data["learn"].y_test, sample.y_train[3000:])
    assert np.array_equal(data["test"].y_test, sample.y_test)


@pytest.mark.parametrize("label", moved_digits.EXPERIMENT.configurations)
def test_networks_for_moved_digits_learn_and_are_tested_at_seven_distances(label):
    small = moved_digits.EXPERIMENT.configurations[label] | {"epochs": 3, "batch_size": 10, "lr": 0.005}
    metrics, curves = moved_digits.run(small, 0, few(150, 50))
    assert metrics.keys() == moved_digits.EXPERIMENT.units.keys()
    assert len(curves["accuracy"]) == moved_digits.FARTHEST + 1
    assert metrics["moved_by_2"] == curves["accuracy"][2]
    assert metrics["moved_by_0"] > 15


@pytest.mark.parametrize("name", ["ReLU", "|z|", "tanh", "sigmoid"])
def test_a_bend_with_its_own_slopes_is_the_derivative_of_its_values(name):
    layer, z = pooling_choice.Bend(name, name), np.array([[-2.0, -0.3, 0.4, 1.5]])
    layer.forward(z)
    nudged = numerical_gradient(lambda z: pooling_choice.VALUES[name](z).sum(), z)
    np.testing.assert_allclose(layer.backward(np.ones_like(z)), nudged, rtol=1e-7, atol=1e-9)


def test_both_poolings_meet_the_same_weights():
    metrics, _ = pooling_choice.run({"values": "z", "slopes": "1"}, 0, few(100))
    assert metrics["ratio"] == metrics["maximum"] / metrics["average"] > 1
    first, second = (pooling_choice.network("ReLU", "ReLU", pool, 3) for pool in (pooling_choice.MaxPool2D,) * 2)
    for a, b in zip(first.params(), second.params(), strict=True):
        assert np.array_equal(a.value, b.value)


def test_the_normalised_lenet_is_trained_as_the_other_one_and_only_has_two_norms_more():
    (configuration,) = lenet_norm.EXPERIMENT.configurations.values()
    assert configuration == lenet.CLOTHES | {"norm": True}
    plain, normed = (
        lenet.lenet([4, 6], (1, 28, 28), 8, np.random.default_rng(0)),
        lenet_norm.lenet_with_norm([4, 6], 8, np.random.default_rng(0)),
    )
    sizes = [sum(p.value.size for p in net.params()) for net in (plain, normed)]
    assert sizes[1] - sizes[0] == 2 * (4 + 6)
    images = lenet.as_images(few())
    small = configuration | {"channels": [2, 3], "hidden": 8, "epochs": 1, "batch_size": 20}
    metrics, curves = lenet_norm.run(small, 0, images)
    assert metrics.keys() == lenet_norm.EXPERIMENT.units.keys()
    assert metrics["test_accuracy"] == curves["test_accuracy"][-1]
