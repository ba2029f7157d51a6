"""The best network of dense layers that we train on MNIST in under two minutes of processor time (section 4.3.2)."""

import sys
from typing import Any

import numpy as np

from backprop.data import Split, mnist
from experiments import lecun
from experiments.digit_pad import train_on_moved
from experiments.runner import Experiment, Run, main

SEARCHED = {"sizes": [784, 512, 512, 10], "activation": "ReLU", "lr": 0.1, "beta": 0.9, "batch_size": 100, "epochs": 15}


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once; with a ``reach`` of 1 or more, each epoch sees the training digits moved by up to so many pixels."""
    rng = np.random.default_rng(seed)
    history = train_on_moved(lecun.network(configuration, rng), configuration, data, rng)
    errors = [100 - 100 * epoch.accuracy for epoch in history]
    metrics = {"test_error": errors[-1], "best_test_error": min(errors), "test_accuracy": 100 - errors[-1]}
    return metrics, {"loss": [epoch.loss for epoch in history], "test_error": errors}


EXPERIMENT = Experiment(
    name="best_mlp",
    title="784-512-512-10 with ReLU, fed moved digits, on all 60,000 digits of MNIST",
    units=lecun.UNITS,
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={"784-512-512-10, moved digits": SEARCHED | {"dropout": 0.0, "reach": 1}},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
