"""The work that is timed: a network, a batch, a loss, and what else can do the same step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backprop.contract import Array
from backprop.layers.activations import ReLU, Tanh
from backprop.layers.convolution import Conv2D, Flatten, MaxPool2D
from backprop.layers.dense import Dense
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step

RATE = 0.1
KERNEL = 5


@dataclass(frozen=True)
class Workload:
    """A network, one batch of random inputs with labels, and a step of SGD.

    A dense network of the widths ``sizes``; ``channels``, if there are any, are those of the image and of the 5×5
    convolutions that come first, each with a ReLU and a 2×2 max-pooling behind it, on images of ``side`` × ``side``.
    """

    name: str
    title: str
    sizes: tuple[int, ...]
    batch: int
    hidden: str = "relu"
    channels: tuple[int, ...] = ()
    side: int = 28

    def data(self) -> tuple[Array, Array]:
        """The batch: x (N, n_in) or (N, C, side, side) of float32, labels (N,) of integers."""
        rng = np.random.default_rng(1)
        shape = (self.channels[0], self.side, self.side) if self.channels else self.sizes[:1]
        x = rng.random((self.batch, *shape), dtype=np.float32)
        return x, rng.integers(self.sizes[-1], size=self.batch)

    def network(self) -> Network:
        """The network with its first weights, which every peer starts from."""
        rng = np.random.default_rng(0)
        images = [
            layer for pair in pairwise(self.channels) for layer in (Conv2D(*pair, KERNEL, rng), ReLU(), MaxPool2D(2))
        ]
        activation = {"relu": ReLU, "tanh": Tanh}[self.hidden]
        dense = [Dense(n_in, n_out, rng) for n_in, n_out in pairwise(self.sizes)]
        hidden = [layer for pair in dense[:-1] for layer in (pair, activation())]
        return Network(*images, *([Flatten()] if images else []), *hidden, dense[-1])

    def shapes(self) -> list[tuple[int, int, int]]:
        """Rows, inputs and outputs of every layer's product; a convolution has a row for each position."""
        side, shapes = self.side, []
        for c_in, c_out in pairwise(self.channels):
            side = side - KERNEL + 1
            shapes.append((self.batch * side * side, c_in * KERNEL * KERNEL, c_out))
            side //= 2
        return shapes + [(self.batch, n_in, n_out) for n_in, n_out in pairwise(self.sizes)]

    @property
    def products(self) -> int:
        """Multiplications in the matrix products of one step; the first layer computes no input gradient."""
        weights = [rows * n_in * n_out for rows, n_in, n_out in self.shapes()]
        return 3 * sum(weights) - weights[0]


WORKLOADS = {
    work.name: work
    for work in (
        Workload("W1", "784-128-64-10, batch 64", (784, 128, 64, 10), 64),
        Workload("W2", "784-128-64-10, batch 1024", (784, 128, 64, 10), 1024),
        Workload("W3", "LeNet, batch 64", (256, 128, 10), 64, channels=(1, 8, 16)),
        Workload("W5", "2-16-2, batch 32", (2, 16, 2), 32, hidden="tanh"),
    )
}


class Ours:
    """The package of this book."""

    name = "this book"

    def __init__(self, work: Workload) -> None:
        self.x, self.y = work.data()
        self.net, self.loss, self.optimizer = work.network(), SoftmaxCrossEntropy(), SGD(RATE)
        self.net.wants_dx = False  # as in `train`

    def step(self) -> None:
        train_step(self.net, self.loss, self.optimizer, self.x, self.y)

    def update(self) -> None:
        """The optimizer's part of a step."""
        self.optimizer.step(self.net.params())

    def weights(self) -> list[Array]:
        return [p.value for p in self.net.params()]


class BareProducts:
    """Nothing but the matrix products of a step: the least that it could cost with this BLAS."""

    name = "the products alone"

    def __init__(self, work: Workload) -> None:
        rng = np.random.default_rng(2)
        self.layers = [
            [rng.random(shape, dtype=np.float32) for shape in ((rows, n_in), (n_in, n_out), (rows, n_out))]
            for rows, n_in, n_out in work.shapes()
        ]

    def step(self) -> None:
        for number, (a, w, dz) in enumerate(self.layers):
            _ = a @ w
            _ = a.T @ dz
            if number:
                _ = dz @ w.T


class LargeProduct:
    """One square product, 1024 × 1024, of float32: what this machine can do at best."""

    name = "sgemm"
    products = 1024**3

    def __init__(self) -> None:
        self.a, self.b = np.random.default_rng(3).random((2, 1024, 1024), dtype=np.float32)

    def step(self) -> None:
        _ = self.a @ self.b
