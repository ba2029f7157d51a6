"""32 convolutions in a row, in eight ways, on small digits: which of them learn? (section 5.2)"""

import sys
from typing import Any

import numpy as np

from backprop.data import Split, mnist_sample
from backprop.examples.deep import KINDS, deep_network, gradient_lengths, lengths, small_digits
from backprop.losses import SoftmaxCrossEntropy
from backprop.optimizers import Adam
from backprop.training import evaluate, train
from experiments.runner import Experiment, Run, main

BATCH = 64  # examples that are sent through before training, to measure lengths


def run(configuration: dict[str, Any], seed: int, data: dict[str, Split]) -> Run:
    """Measure the untrained network; train it with each rate; test the one that read most of the digits held back."""
    kind, depth, loss = configuration["kind"], configuration["depth"], SoftmaxCrossEntropy()
    x, y = data["learn"].x_train[:BATCH], data["learn"].y_train[:BATCH]
    net = deep_network(kind, np.random.default_rng(seed), depth)
    way_up, way_down = lengths(net, x), gradient_lengths(net, loss, x, y)
    trained = []
    for lr in configuration["rates"]:
        net, rng = deep_network(kind, np.random.default_rng(seed), depth), np.random.default_rng(100 + seed)
        settings = {"epochs": configuration["epochs"], "batch_size": configuration["batch_size"], "rng": rng}
        history = list(train(net, loss, Adam(lr), data["learn"], **settings))
        trained.append((history[-1].accuracy, lr, [epoch.loss for epoch in history], net))
    best, lr, losses, net = max(trained, key=lambda run: run[0])
    accuracy = evaluate(net, loss, data["test"].x_test, data["test"].y_test)[1]
    metrics = {
        "test_accuracy": 100 * accuracy,
        "validation_accuracy": 100 * best,
        "training_loss": losses[-1],
        "rate": lr,
        "gradient_ratio": np.log10(way_down[0] / way_down[-1]),
    }
    validation = [100 * run[0] for run in trained]
    return metrics, {"length": way_up, "gradient": way_down, "training_loss": losses, "validation_accuracy": validation}


def load() -> dict[str, Split]:
    """1,000 digits to learn from, 1,000 others to choose the rate by, and the 1,000 of the test."""
    data = mnist_sample()
    held_back = data._replace(x_test=data.x_train[3000:], y_test=data.y_train[3000:])
    return {"learn": small_digits(held_back, 1000, 1000), "test": small_digits(data, 1, 1000)}


RECIPE = {"depth": 32, "rates": [0.001, 0.005], "epochs": 4, "batch_size": 32}
EXPERIMENT = Experiment(
    name="shortcuts",
    title="32 convolutions in a row on digits of 7 × 7: 1,000 to learn from, 1,000 to test",
    units={
        "test_accuracy": "%",
        "validation_accuracy": "%",
        "training_loss": "",
        "rate": "",
        "gradient_ratio": "powers of ten",
    },
    data=(),
    load=load,
    run=run,
    configurations={kind: RECIPE | {"kind": kind} for kind in KINDS},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
