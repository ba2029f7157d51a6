"""The work that is timed: a network, a batch, a loss, and what else can do the same step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backprop.contract import Array
from backprop.layers.activations import ReLU, Tanh
from backprop.layers.dense import Dense
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step

RATE = 0.1


@dataclass(frozen=True)
class Workload:
    """A dense network of the given widths, one batch of random inputs with labels, and a step of SGD."""

    name: str
    title: str
    sizes: tuple[int, ...]
    batch: int
    hidden: str = "relu"

    def data(self) -> tuple[Array, Array]:
        """The batch: x (N, n_in) of float32, labels (N,) of integers."""
        rng = np.random.default_rng(1)
        x = rng.random((self.batch, self.sizes[0]), dtype=np.float32)
        return x, rng.integers(self.sizes[-1], size=self.batch)

    def network(self) -> Network:
        """The network with its first weights, which every peer starts from."""
        rng = np.random.default_rng(0)
        activation = {"relu": ReLU, "tanh": Tanh}[self.hidden]
        dense = [Dense(n_in, n_out, rng) for n_in, n_out in pairwise(self.sizes)]
        return Network(*[layer for pair in dense[:-1] for layer in (pair, activation())], dense[-1])

    @property
    def products(self) -> int:
        """Multiplications in the matrix products of one step; the first layer computes no input gradient."""
        weights = [n_in * n_out for n_in, n_out in pairwise(self.sizes)]
        return self.batch * (3 * sum(weights) - weights[0])


WORKLOADS = {
    work.name: work
    for work in (
        Workload("W1", "784-128-64-10, batch 64", (784, 128, 64, 10), 64),
        Workload("W2", "784-128-64-10, batch 1024", (784, 128, 64, 10), 1024),
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
        batches = [rng.random((work.batch, n), dtype=np.float32) for n in work.sizes]
        self.layers = [(a, rng.random((a.shape[1], dz.shape[1]), dtype=np.float32), dz) for a, dz in pairwise(batches)]

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
