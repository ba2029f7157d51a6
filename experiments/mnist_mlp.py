"""A network of two hidden layers on all 60,000 digits of MNIST; section 4.2 shows its recipe with ten seeds."""

import sys
from itertools import pairwise
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.data import Split, mnist
from backprop.initializers import he
from backprop.layers import Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.schedules import cosine
from backprop.training import train
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once. What counts is the last epoch, not the best one: the test data choose nothing."""
    rng = np.random.default_rng(seed)
    net = mlp(configuration["sizes"], rng)
    epochs, batch_size = configuration["epochs"], configuration["batch_size"]
    steps = epochs * -(-len(data.x_train) // batch_size)  # rounded up
    optimizer = Momentum(cosine(configuration["lr"], steps), beta=configuration["beta"])
    loop = train(net, SoftmaxCrossEntropy(), optimizer, data, epochs=epochs, batch_size=batch_size, rng=rng)
    history = list(tqdm(loop, f"seed {seed}", total=epochs, unit="epoch", leave=False, disable=None))
    metrics = {"test_accuracy": 100 * history[-1].accuracy, "test_loss": history[-1].val_loss}
    curves = {
        "loss": [epoch.loss for epoch in history],
        "test_loss": [epoch.val_loss for epoch in history],
        "test_accuracy": [100 * epoch.accuracy for epoch in history],
    }
    return metrics, curves


def mlp(sizes: list[int], rng: np.random.Generator) -> Network:
    """Dense layers of the given sizes with a ReLU between neighbours."""
    dense = [Dense(n_in, n_out, rng, init=he) for n_in, n_out in pairwise(sizes)]
    return Network(*[layer for pair in dense[:-1] for layer in (pair, ReLU())], dense[-1])


CONFIGURATION = {"sizes": [784, 128, 64, 10], "lr": 0.1, "beta": 0.9, "batch_size": 100, "epochs": 15}

EXPERIMENT = Experiment(
    name="mnist_mlp",
    title="784-128-64-10 network on all 60,000 digits of MNIST",
    units={"test_accuracy": "%", "test_loss": "nats"},
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={"784-128-64-10, ReLU, momentum, cosine": CONFIGURATION},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
