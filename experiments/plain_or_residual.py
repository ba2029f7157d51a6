"""The same deep network with and without its shortcuts, on small photographs of CIFAR-10 (section 5.5)."""

import sys
from typing import Any

import numpy as np

from backprop.data import Split, cifar10
from backprop.layers import AvgPool2D
from backprop.losses import SoftmaxCrossEntropy
from backprop.training import evaluate
from experiments.residual_network import gradient_lengths, losses, residual_network
from experiments.runner import Experiment, Run, main

LOOK = 200  # photographs whose gradient is measured


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once and keep the length of the gradient at every block: before training, and after each epoch."""
    rng, setting = np.random.default_rng(seed), configuration
    stages = {"widths": [16, 32, 64], "strides": [1, 2, 2], "stem": 16}
    net = residual_network(rng=rng, blocks=setting["blocks"], shortcut=setting["shortcut"], **stages)
    look = data.x_train[:LOOK], data.y_train[:LOOK]
    lengths, means, accuracies = [gradient_lengths(net, *look)], [], []
    for loss in losses(net, data.x_train, data.y_train, setting, rng, seed):
        means.append(loss)
        lengths.append(gradient_lengths(net, *look))
        accuracies.append(100 * evaluate(net, SoftmaxCrossEntropy(), data.x_test, data.y_test, 250)[1])
    curves = {f"gradient_{epochs}": length for epochs, length in enumerate(lengths)}
    metrics = {"training_loss": means[-1], "test_accuracy": accuracies[-1]}
    return metrics, curves | {"loss": means, "test_accuracy": accuracies}


def small(n_train: int, n_test: int) -> Split:
    """The first photographs, averaged to 16 × 16; each colour with mean 0 and spread 1."""
    data = cifar10()
    x_train, x_test = (AvgPool2D(2).forward(x) for x in (data.x_train[:n_train], data.x_test[:n_test]))
    mean, spread = (f(x_train, axis=(0, 2, 3), keepdims=True) for f in (np.mean, np.std))
    x_train, x_test = (np.ascontiguousarray((x - mean) / spread) for x in (x_train, x_test))
    return Split(x_train, data.y_train[:n_train], x_test, data.y_test[:n_test])


RECIPE = {"moved": False, "decay": 5e-4, "batch_size": 50, "epochs": 3}
KINDS = {
    "8 layers, plain": {"blocks": 1, "shortcut": False},
    "8 layers, with shortcuts": {"blocks": 1, "shortcut": True},
    "32 layers, plain": {"blocks": 5, "shortcut": False},
    "32 layers, with shortcuts": {"blocks": 5, "shortcut": True},
}

EXPERIMENT = Experiment(
    name="plain_or_residual",
    title="Plain and residual networks on 5,000 photographs of 16 × 16, three epochs",
    units={"training_loss": "nats", "test_accuracy": "%"},
    data=("cifar10",),
    load=lambda: small(5000, 2000),
    run=run,
    configurations={kind: RECIPE | setting | {"lr": 0.1} for kind, setting in KINDS.items()},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
