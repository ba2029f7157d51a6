"""Do networks read digits that moved? Dense and convolutional ones, taught by centred or by moved digits (5.3)."""

import sys
from typing import Any

import numpy as np

from backprop.batches import minibatches
from backprop.data import Split, mnist_sample, shifted
from backprop.examples.neighbours import window_network
from backprop.layers import Conv2D, Dense, Flatten, GlobalAvgPool2D, MaxPool2D, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Adam
from backprop.schedules import cosine
from backprop.training import evaluate, train_step
from experiments.runner import Experiment, Run, main

FARTHEST = 6  # pixels


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once. Every epoch moves every digit anew, by at most ``reach`` pixels each way."""
    rng = np.random.default_rng(seed)
    net, loss = network(configuration["net"], rng), SoftmaxCrossEntropy()
    epochs, batch_size, reach = configuration["epochs"], configuration["batch_size"], configuration["reach"]
    optimizer = Adam(cosine(configuration["lr"], epochs * -(-len(data.x_train) // batch_size)))
    for _ in range(epochs):
        down, right = rng.integers(-reach, reach + 1, (2, len(data.x_train)))
        for x, y in minibatches(shifted(data.x_train, down, right), data.y_train, batch_size, rng):
            train_step(net, loss, optimizer, as_images(x), y)
    read = [accuracy_after(net, data, pixels) for pixels in range(FARTHEST + 1)]
    return {f"moved_by_{pixels}": read[pixels] for pixels in (0, 2, 4, 6)}, {"accuracy": read}


def network(kind: str, rng: np.random.Generator) -> Network:
    """The networks of section 5.3, one that keeps each map's mean alone, and that of section 5.1, which does, too."""
    if kind == "means of 48 maps":
        return window_network(rng)
    if kind == "dense":
        return Network(
            *(Flatten(), Dense(784, 128, rng), ReLU(), Dense(128, 64, rng), ReLU(), Dense(64, 10, rng)),
        )
    maps = [
        *(Conv2D(1, 8, 5, rng), ReLU(), MaxPool2D(2)),
        *(Conv2D(8, 16, 5, rng), ReLU(), MaxPool2D(2)),
    ]
    if kind == "mean of each map":
        return Network(*maps, GlobalAvgPool2D(), Dense(16, 128, rng), ReLU(), Dense(128, 10, rng))
    return Network(*maps, Flatten(), Dense(256, 128, rng), ReLU(), Dense(128, 10, rng))


def accuracy_after(net: Network, data: Split, pixels: int) -> float:
    """Per cent of the test digits that are read after a move by ``pixels``, mean over the four directions."""
    ways = [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)]
    moved = [as_images(shifted(data.x_test, *way)) for way in ways]
    return 100 * float(np.mean([evaluate(net, SoftmaxCrossEntropy(), x, data.y_test)[1] for x in moved]))


def as_images(x: np.ndarray) -> np.ndarray:
    """Rows of 784 pixels as images (N, 1, 28, 28)."""
    return x.reshape(-1, 1, 28, 28)


RECIPE = {"epochs": 8, "lr": 0.002, "batch_size": 32}

EXPERIMENT = Experiment(
    name="moved_digits",
    title="Networks taught by 4,000 digits, centred or moved by up to 4 pixels, read 1,000 others that moved",
    units={f"moved_by_{pixels}": "%" for pixels in (0, 2, 4, 6)},
    data=(),
    load=mnist_sample,
    run=run,
    configurations={
        f"{net}, {teaching}": RECIPE | {"net": net, "reach": reach}
        for teaching, reach in (("centred", 0), ("moved", 4))
        for net in ("dense", "convolutional", "mean of each map", "means of 48 maps")
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
