"""The experiment that records which digits ten networks mix up names each mistake, its image and both digits."""

import numpy as np
import pytest

from backprop.data import Split
from experiments import mnist_confusions


def ten_clouds(n=400):
    """Ten classes around ten points of the unit cube, with 400 images to learn from and 100 to test on."""
    rng = np.random.default_rng(7)
    y = np.arange(n) % 10
    x = (rng.random((10, 12))[y] + 0.1 * rng.standard_normal((n, 12))).astype(np.float32)
    return Split(x, y, x[:100], y[:100])


@pytest.mark.parametrize("label", mnist_confusions.EXPERIMENT.configurations)
def test_a_recorded_mistake_names_its_image_and_both_digits(label, monkeypatch):
    data = ten_clouds()
    monkeypatch.setattr(mnist_confusions, "mnist_sample", lambda: data)
    configuration = mnist_confusions.EXPERIMENT.configurations[label] | {"sizes": [12, 8, 10], "epochs": 2}
    metrics, curves = mnist_confusions.run(configuration, 0, data)
    assert metrics.keys() == mnist_confusions.EXPERIMENT.units.keys()
    true, read = np.divmod(curves["pair"], 10)
    assert (true == data.y_test[curves["image"]]).all()
    assert (true != read).all()
    assert metrics["test_accuracy"] == pytest.approx(100 - len(true))  # of 100 images
    assert metrics["four_and_nine"] == sum({a, b} == {4, 9} for a, b in zip(true, read, strict=True))
