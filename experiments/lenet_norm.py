"""The LeNet of `lenet` with a batch normalisation behind each convolution, on Fashion-MNIST (section 5.3)."""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.data import Split, fashion_mnist
from backprop.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Adam
from backprop.schedules import cosine
from backprop.training import train
from experiments.lenet import CLOTHES, UNITS, as_images, outcome
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once, by the plan of `lenet`: nothing but the two normalisations is new."""
    rng = np.random.default_rng(seed)
    net = lenet_with_norm(configuration["channels"], configuration["hidden"], rng)
    epochs, batch_size = configuration["epochs"], configuration["batch_size"]
    optimizer = Adam(cosine(configuration["lr"], epochs * -(-len(data.x_train) // batch_size)))
    loop = train(net, SoftmaxCrossEntropy(), optimizer, data, epochs=epochs, batch_size=batch_size, rng=rng)
    return outcome(list(tqdm(loop, f"seed {seed}", total=epochs, unit="epoch", leave=False, disable=None)))


def lenet_with_norm(channels: list[int], n_hidden: int, rng: np.random.Generator) -> Network:
    """Two rounds of a 5×5 convolution, batch norm, ReLU and 2×2 max-pooling, then two dense layers, for 28×28."""
    first, second = channels
    return Network(
        *(Conv2D(1, first, 5, rng), BatchNorm(first), ReLU(), MaxPool2D(2)),
        *(Conv2D(first, second, 5, rng), BatchNorm(second), ReLU(), MaxPool2D(2)),
        *(Flatten(), Dense(16 * second, n_hidden, rng), ReLU(), Dense(n_hidden, 10, rng)),
    )


def load() -> Split:
    return as_images(fashion_mnist())


EXPERIMENT = Experiment(
    name="lenet_norm",
    title="LeNet with batch normalisation on Fashion-MNIST: 60,000 images to train on, 10,000 to test",
    units=UNITS,
    data=("fashion_mnist",),
    load=load,
    run=run,
    configurations={"Fashion-MNIST, 16 and 32 channels, batch norm": CLOTHES | {"norm": True}},
    seeds=(0, 1),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
