"""The work that is timed: a network, a batch, a loss, and what else can do the same step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backprop.contract import Array
from backprop.examples.small_gpt import small_gpt
from backprop.layers import LSTM, Conv1D, Conv2D, Dense, Embedding, Flatten, MaxPool2D, ReLU, Tanh
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step

RATE = 0.1
KERNEL = 5
Product = tuple[int, int, int]  # (m, k, n): a matrix (m, k) times a matrix (k, n)


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
    rate: float = RATE

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

    def products(self) -> list[Product]:
        """The matrix products of one step; the first layer computes no input gradient."""
        layers = [dense(*shape) for shape in self.shapes()]
        return layers[0][:2] + [product for layer in layers[1:] for product in layer]


@dataclass(frozen=True)
class SequenceWorkload:
    """Guess the next token: Embedding, LSTM, and a dense layer at every step; a batch of random ids with labels."""

    name: str
    title: str
    n_tokens: int
    n_dim: int
    n_hidden: int
    steps: int
    batch: int
    rate: float = RATE

    def data(self) -> tuple[Array, Array]:
        """The batch: ids and labels, both (N, T) of integers."""
        rng = np.random.default_rng(1)
        ids, labels = rng.integers(self.n_tokens, size=(2, self.batch, self.steps))
        return ids, labels

    def network(self) -> Network:
        """The network with its first weights, which every peer starts from."""
        rng, n_hidden = np.random.default_rng(0), self.n_hidden
        recurrent = LSTM(self.n_dim, n_hidden, rng)
        return Network(Embedding(self.n_tokens, self.n_dim, rng), recurrent, Conv1D(n_hidden, self.n_tokens, 1, rng))

    def products(self) -> list[Product]:
        """The matrix products of one step: in the LSTM only the way through U goes step by step."""
        rows, gates = self.batch * self.steps, 4 * self.n_hidden
        forward, _, back = dense(self.batch, self.n_hidden, gates)
        once = dense(rows, self.n_dim, gates) + dense(rows, self.n_hidden, self.n_tokens)
        return [*once, (self.n_hidden, rows, gates), *[forward, back] * self.steps]


@dataclass(frozen=True)
class GPTWorkload:
    """Guess the next token by the small GPT of section 6.7; a batch of random ids with labels."""

    name: str
    title: str
    n_tokens: int
    n_dim: int
    n_heads: int
    n_blocks: int
    steps: int
    batch: int
    rate: float = 0.01  # with 0.1 it has learned the one batch by heart after a hundred steps, and then diverges

    def data(self) -> tuple[Array, Array]:
        """The batch: ids and labels, both (N, T) of integers."""
        rng = np.random.default_rng(1)
        ids, labels = rng.integers(self.n_tokens, size=(2, self.batch, self.steps))
        return ids, labels

    def network(self) -> Network:
        """The network with its first weights, which every peer starts from."""
        sizes = self.n_tokens, self.steps, self.n_dim, self.n_heads, self.n_blocks
        return small_gpt(*sizes, np.random.default_rng(0))

    def products(self) -> list[Product]:
        """The matrix products of one step: four dense layers in a block, and for each head scores and answers."""
        rows, width, steps, head = self.batch * self.steps, self.n_dim, self.steps, self.n_dim // self.n_heads
        sizes = (width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)
        weights = [product for size in sizes for product in dense(rows, *size)]
        heads = (dense(steps, head, steps) + dense(steps, steps, head)) * (self.batch * self.n_heads)
        return (weights + heads) * self.n_blocks + dense(rows, width, self.n_tokens)


def dense(rows: int, n_in: int, n_out: int) -> list[Product]:
    """The three products of a dense layer: forward, ∂L/∂W, ∂L/∂x."""
    return [(rows, n_in, n_out), (n_in, rows, n_out), (rows, n_out, n_in)]


AnyWorkload = Workload | SequenceWorkload | GPTWorkload
WORKLOADS = {
    work.name: work
    for work in (
        Workload("W1", "784-128-64-10, batch 64", (784, 128, 64, 10), 64),
        Workload("W2", "784-128-64-10, batch 1024", (784, 128, 64, 10), 1024),
        Workload("W3", "LeNet, batch 64", (256, 128, 10), 64, channels=(1, 8, 16)),
        SequenceWorkload("W4", "LSTM of 128, 64 tokens, 32 steps, batch 32", 64, 64, 128, 32, 32),
        Workload("W5", "2-16-2, batch 32", (2, 16, 2), 32, hidden="tanh"),
        GPTWorkload("W6", "GPT of 4 blocks, 4 heads, 128 wide, 64 steps, batch 12", 65, 128, 4, 4, 64, 12),
    )
}


class Ours:
    """The package of this book."""

    name = "this book"

    def __init__(self, work: AnyWorkload) -> None:
        self.x, self.y = work.data()
        self.net, self.loss, self.optimizer = work.network(), SoftmaxCrossEntropy(), SGD(work.rate)
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

    def __init__(self, work: AnyWorkload) -> None:
        rng, random = np.random.default_rng(2), {}

        def matrix(*shape: int) -> Array:
            return random.setdefault(shape, rng.random(shape, dtype=np.float32))

        self.factors = [(matrix(m, k), matrix(k, n)) for m, k, n in work.products()]

    def step(self) -> None:
        for a, b in self.factors:
            _ = a @ b


class LargeProduct:
    """One square product, 1024 × 1024, of float32: what this machine can do at best."""

    name = "sgemm"
    multiplications = 1024**3

    def __init__(self) -> None:
        self.a, self.b = np.random.default_rng(3).random((2, 1024, 1024), dtype=np.float32)

    def step(self) -> None:
        _ = self.a @ self.b
