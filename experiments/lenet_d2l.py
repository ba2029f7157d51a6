"""The LeNet of *Dive into Deep Learning* on Fashion-MNIST, run again: sigmoid, average pooling, SGD (section 5.3)."""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.data import Split, fashion_mnist
from backprop.initializers import glorot
from backprop.layers import AvgPool2D, Conv2D, Dense, Flatten, Sigmoid
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train
from experiments.lenet import UNITS, as_images, outcome
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once, with the metrics of `lenet`."""
    rng = np.random.default_rng(seed)
    epochs, batch_size = configuration["epochs"], configuration["batch_size"]
    optimizer = SGD(configuration["lr"])
    loop = train(network(rng), SoftmaxCrossEntropy(), optimizer, data, epochs=epochs, batch_size=batch_size, rng=rng)
    return outcome(list(tqdm(loop, f"seed {seed}", total=epochs, unit="epoch", leave=False, disable=None)))


def network(rng: np.random.Generator) -> Network:
    """The widths of 1998. The weights start with the variance of d2l's Xavier rule; its biases are not 0, ours are."""
    return Network(
        *(Conv2D(1, 6, 5, rng, padding=2, init=glorot), Sigmoid(), AvgPool2D(2)),
        *(Conv2D(6, 16, 5, rng, init=glorot), Sigmoid(), AvgPool2D(2), Flatten()),
        *(Dense(400, 120, rng, init=glorot), Sigmoid()),
        *(Dense(120, 84, rng, init=glorot), Sigmoid(), Dense(84, 10, rng, init=glorot)),
    )


def load() -> Split:
    return as_images(fashion_mnist())


EXPERIMENT = Experiment(
    name="lenet_d2l",
    title="The LeNet of Dive into Deep Learning on Fashion-MNIST",
    units=UNITS,
    data=("fashion_mnist",),
    load=load,
    run=run,
    configurations={"d2l's LeNet": {"lr": 0.9, "batch_size": 256, "epochs": 10}},
    published={
        "d2l's LeNet": {
            "test_accuracy": {"value": 77.9, "source": "Zhang, Lipton, Li and Smola, Dive into Deep Learning, LeNet"}
        }
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
