"""A price on weights from nothing to far too much: loss and accuracy on 1,000 digits and on others (section 3.2.4)."""

import sys
from typing import Any

import numpy as np

from backprop.data import Split, mnist
from backprop.layers import Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.penalties import l2
from backprop.training import evaluate, train
from experiments.runner import Experiment, Run, main

N = 1000
STRENGTHS = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
BASE = {"sizes": [784, 100, 10], "lr": 0.1, "batch_size": 20, "epochs": 60}


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train on the first 1,000 digits, watch 1,000 others, and look at the 10,000 test digits once, at the end."""
    rng = np.random.default_rng(seed)
    n_in, n_hidden, n_out = configuration["sizes"]
    net = Network(Dense(n_in, n_hidden, rng), ReLU(), Dense(n_hidden, n_out, rng))
    loss, penalty = SoftmaxCrossEntropy(), l2(configuration["strength"])
    x, y = data.x_train[:N], data.y_train[:N]
    watched = Split(x, y, data.x_train[N : 2 * N], data.y_train[N : 2 * N])
    how = {"epochs": configuration["epochs"], "batch_size": configuration["batch_size"], "rng": rng}
    epochs = list(train(net, loss, SGD(configuration["lr"]), watched, **how, penalty=penalty))
    train_loss, train_accuracy = evaluate(net, loss, x, y)
    test_loss, test_accuracy = evaluate(net, loss, data.x_test, data.y_test)
    metrics = {
        "train_loss": train_loss,
        "validation_loss": epochs[-1].val_loss,
        "test_loss": test_loss,
        "train_accuracy": 100 * train_accuracy,
        "validation_accuracy": 100 * epochs[-1].accuracy,
        "test_accuracy": 100 * test_accuracy,
    }
    return metrics, {"loss": [e.loss for e in epochs], "validation_loss": [e.val_loss for e in epochs]}


EXPERIMENT = Experiment(
    name="penalty_strength",
    title="784-100-10 network on the first 1,000 digits of MNIST: an L2 penalty of eight strengths",
    units={
        "train_loss": "nats",
        "validation_loss": "nats",
        "test_loss": "nats",
        "train_accuracy": "%",
        "validation_accuracy": "%",
        "test_accuracy": "%",
    },
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={f"λ = {strength:g}": BASE | {"strength": strength} for strength in STRENGTHS},
    seeds=tuple(range(5)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
