"""What it brings to move and mirror the photographs, on small ones and with a small network (section 5.5)."""

import sys
from typing import Any

import numpy as np

from backprop.data import Split
from backprop.losses import SoftmaxCrossEntropy
from backprop.training import evaluate
from experiments.plain_or_residual import small
from experiments.residual_network import losses, residual_network
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once; the accuracy on what it was trained on is measured on the photographs as they are."""
    rng, setting = np.random.default_rng(seed), configuration
    net = residual_network([32, 64], 1, rng, stem=32, strides=[2, 2])
    curves = {"loss": [], "train_accuracy": [], "test_accuracy": []}
    for loss in losses(net, data.x_train, data.y_train, setting, rng, seed):
        curves["loss"].append(loss)
        for name, x, y in (("train", data.x_train[:2500], data.y_train[:2500]), ("test", data.x_test, data.y_test)):
            curves[f"{name}_accuracy"].append(100 * evaluate(net, SoftmaxCrossEntropy(), x, y, 250)[1])
    return {name: curves[name][-1] for name in ("train_accuracy", "test_accuracy")}, curves


RECIPE = {"lr": 0.1, "decay": 5e-4, "batch_size": 64, "epochs": 12, "far": 2}

EXPERIMENT = Experiment(
    name="moved_photographs",
    title="A small residual network on 10,000 photographs of 16 × 16, as they are or moved and mirrored",
    units={"train_accuracy": "%", "test_accuracy": "%"},
    data=("cifar10",),
    load=lambda: small(10000, 5000),
    run=run,
    configurations={"as they are": RECIPE | {"moved": False}, "moved and mirrored": RECIPE | {"moved": True}},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
