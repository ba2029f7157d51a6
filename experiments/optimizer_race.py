"""Seven optimizers on the embedded digits, each at its own best rate out of the same eleven (section 3.2.3)."""

import sys
from typing import Any

import numpy as np

from backprop.data import Split, mnist_sample
from backprop.layers import Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp
from backprop.training import Epoch, train
from experiments.runner import Experiment, Run, main

RULES = {rule.__name__: rule for rule in (SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW)}
RATES = tuple(float(f"{10 ** (k / 2):.1g}") for k in range(-8, 3))  # 0.0001, 0.0003, 0.001, … 3, 10
CONFIGURATION = {"sizes": [784, 64, 10], "batch_size": 32, "epochs": 10, "rates": list(RATES), "held_out": 800}
HIGHEST = 10.0  # a loss that is larger, or no number at all, is recorded as this


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Choose the rate on digits held out from training, then train on all of it and look at the test digits once."""
    n, order = configuration["held_out"], np.random.default_rng(seed).permutation(len(data.x_train))
    x, y = data.x_train[order], data.y_train[order]
    choice = Split(x[n:], y[n:], x[:n], y[:n])
    losses = [history(configuration, lr, seed, choice)[-1].val_loss for lr in configuration["rates"]]
    losses = [min(loss, HIGHEST) if np.isfinite(loss) else HIGHEST for loss in losses]
    lr = configuration["rates"][int(np.argmin(losses))]
    epochs = history(configuration, lr, seed, data)
    metrics = {
        "rate": lr,
        "training_loss": epochs[-1].loss,
        "test_loss": epochs[-1].val_loss,
        "test_accuracy": 100 * epochs[-1].accuracy,
    }
    return metrics, {"validation_loss_by_rate": losses, "loss": [epoch.loss for epoch in epochs]}


def history(configuration: dict[str, Any], lr: float, seed: int, data: Split) -> list[Epoch]:
    """One training from the start that the seed gives: the same for every rule and rate."""
    rng = np.random.default_rng(seed)
    n_in, n_hidden, n_out = configuration["sizes"]
    net = Network(Dense(n_in, n_hidden, rng), ReLU(), Dense(n_hidden, n_out, rng))
    with np.errstate(all="ignore"):  # some rates are far too large, and that is a result
        return list(
            train(
                net,
                SoftmaxCrossEntropy(),
                RULES[configuration["rule"]](lr),
                data,
                epochs=configuration["epochs"],
                batch_size=configuration["batch_size"],
                rng=rng,
            )
        )


EXPERIMENT = Experiment(
    name="optimizer_race",
    title="Seven optimizers on 4,000 digits, 784-64-10, each at its own best rate",
    units={"rate": "", "training_loss": "nats", "test_loss": "nats", "test_accuracy": "%"},
    data=(),
    load=mnist_sample,
    run=run,
    configurations={name: CONFIGURATION | {"rule": name} for name in RULES},
    seeds=tuple(range(10)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
