"""The best network of dense layers that we train on MNIST in under two minutes of processor time (section 4.3)."""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.datasets import Split, mnist
from backprop.losses import SoftmaxCrossEntropy, accuracy
from backprop.optimizers import Momentum
from backprop.schedules import cosine
from backprop.training import train
from experiments import lecun
from experiments.digit_pad import moved
from experiments.runner import Experiment, Run, main

SEARCHED = {"sizes": [784, 512, 512, 10], "activation": "ReLU", "lr": 0.1, "beta": 0.9, "batch_size": 100, "epochs": 15}


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once; with a ``reach`` of 1 or more, each epoch sees the training digits moved by up to so many pixels."""
    rng, batch_size, epochs = np.random.default_rng(seed), configuration["batch_size"], configuration["epochs"]
    net = lecun.network(configuration, rng)
    optimizer = Momentum(cosine(configuration["lr"], epochs * len(data.x_train) // batch_size), configuration["beta"])
    losses, errors = [], []
    for _ in tqdm(range(epochs), f"seed {seed}", unit="epoch", leave=False, disable=None):
        seen = moved(data, configuration["reach"], rng) if configuration["reach"] else data
        (epoch,) = train(net, SoftmaxCrossEntropy(), optimizer, seen, epochs=1, batch_size=batch_size, rng=rng)
        losses.append(epoch.loss)
        errors.append(100 - 100 * accuracy(lecun.predict(net, data.x_test), data.y_test))
    metrics = {"test_error": errors[-1], "best_test_error": min(errors), "test_accuracy": 100 - errors[-1]}
    return metrics, {"loss": losses, "test_error": errors}


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
