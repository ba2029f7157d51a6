"""Maximum or average: how much of the gradient arrives at the lowest kernels, before any training? (section 5.3)"""

import sys
from typing import Any

import numpy as np

from backprop.contract import Array, Layer
from backprop.data import Split, mnist_sample
from backprop.initializers import glorot
from backprop.layers import AvgPool2D, Conv2D, Dense, Flatten, MaxPool2D
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from experiments.runner import Experiment, Run, main

VALUES = {
    "z": lambda z: z,
    "ReLU": lambda z: np.maximum(0, z),
    "|z|": np.abs,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}
SLOPES = {
    "1": np.ones_like,
    "ReLU": lambda z: (z > 0).astype(z.dtype),
    "|z|": np.sign,
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "sigmoid": lambda z: 1 / (2 + np.exp(z) + np.exp(-z)),
}


class Bend(Layer):
    """An activation with its values from one function and its slopes from another, so that each can be exchanged."""

    def __init__(self, values: str, slopes: str) -> None:
        self.values, self.slopes = values, slopes

    def forward(self, x: Array) -> Array:
        self.cache = SLOPES[self.slopes](x)
        return VALUES[self.values](x)

    def backward(self, dy: Array) -> Array:
        return dy * self.cached()


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """The same weights twice, once under each pooling: the length of dW in the first convolution."""
    x, y = data.x_train[:100].reshape(-1, 1, 28, 28), data.y_train[:100]
    found = {}
    for name, pool in (("maximum", MaxPool2D), ("average", AvgPool2D)):
        net, loss = network(configuration["values"], configuration["slopes"], pool, seed), SoftmaxCrossEntropy()
        loss.forward(net.forward(x), y)
        net.backward(loss.backward())
        found[name] = float(np.linalg.norm(net.layers[0].dW))
    return {**found, "ratio": found["maximum"] / found["average"]}, {}


def network(values: str, slopes: str, pool: type, seed: int) -> Network:
    """The widths of LeNet-5, for 28×28."""
    rng, sizes = np.random.default_rng(seed), ((400, 120), (120, 84))
    dense = [layer for size in sizes for layer in (Dense(*size, rng, init=glorot), Bend(values, slopes))]
    return Network(
        *(Conv2D(1, 6, 5, rng, padding=2, init=glorot), Bend(values, slopes), pool(2)),
        *(Conv2D(6, 16, 5, rng, init=glorot), Bend(values, slopes), pool(2), Flatten()),
        *(*dense, Dense(84, 10, rng, init=glorot)),
    )


PAIRS = {
    "sigmoid": ("sigmoid", "sigmoid"),
    "tanh": ("tanh", "tanh"),
    "no activation": ("z", "1"),
    "ReLU": ("ReLU", "ReLU"),
    "values of ReLU, slope 1": ("ReLU", "1"),
    "no activation, slopes of ReLU": ("z", "ReLU"),
    "absolute value": ("|z|", "|z|"),
}

EXPERIMENT = Experiment(
    name="pooling_choice",
    title="Length of the gradient in the first convolution of an untrained LeNet, under two poolings",
    units={"maximum": "", "average": "", "ratio": ""},
    data=(),
    load=mnist_sample,
    run=run,
    configurations={name: {"values": values, "slopes": slopes} for name, (values, slopes) in PAIRS.items()},
    seeds=tuple(range(30)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
