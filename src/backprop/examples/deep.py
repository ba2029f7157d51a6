"""Networks of 32 convolutions that differ in what surrounds each: nothing, a normalisation, a shortcut (5.2)."""

from __future__ import annotations

import numpy as np

from backprop.contract import Array, Layer, Loss, Split
from backprop.initializers import he
from backprop.layers.activations import ReLU
from backprop.layers.batch_norm import BatchNorm
from backprop.layers.composite import Residual
from backprop.layers.convolution import Conv2D
from backprop.layers.dense import Dense
from backprop.layers.images import Flatten
from backprop.layers.pooling import AvgPool2D
from backprop.network import Network

CHANNELS = 8
KINDS = (
    "plain, half", "plain, He", "plain, batch norm", "shortcut, He", "shortcut, He/√32", "shortcut, ReLU inside",
    "published block", "pre-activation",
)  # fmt: skip


def deep_network(kind: str, rng: np.random.Generator, depth: int = 32) -> Network:
    """Three parts in a row, for digits of 7 × 7: a first convolution, ``depth`` more in blocks, and a dense layer.

    Two kinds have two convolutions in a block, so they want an even depth. Raises ValueError for a kind that is not
    in ``KINDS``.
    """
    if kind not in KINDS:
        raise ValueError(f"deep_network wants one of {KINDS}, got {kind!r}")
    n = depth // 2 if kind in ("published block", "pre-activation") else depth
    start = Network(Conv2D(1, CHANNELS, 3, rng, padding=1), ReLU())
    blocks = Network(*(block(kind, rng, depth) for _ in range(n)))
    last = [BatchNorm(CHANNELS), ReLU()] if kind == "pre-activation" else []  # as in He et al. (2016b)
    return Network(start, blocks, Network(*last, Flatten(), Dense(49 * CHANNELS, 10, rng)))


def block(kind: str, rng: np.random.Generator, depth: int) -> Layer:
    """One block, the sum with x included where there is a shortcut."""
    scale = {"plain, half": 0.5, "shortcut, He/√32": depth**-0.5}.get(kind, 1.0)

    def conv() -> Conv2D:
        return Conv2D(CHANNELS, CHANNELS, 3, rng, padding=1, init=lambda *given: scale * he(*given))

    def norm() -> BatchNorm:
        return BatchNorm(CHANNELS)

    if kind == "published block":
        return Network(Residual(conv(), norm(), ReLU(), conv(), norm()), ReLU())
    if kind == "pre-activation":
        return Residual(norm(), ReLU(), conv(), norm(), ReLU(), conv())
    layers = [conv(), norm(), ReLU()] if kind in ("plain, batch norm", "shortcut, ReLU inside") else [conv(), ReLU()]
    return Residual(*layers) if kind.startswith("shortcut") else Network(*layers)


def small_digits(data: Split, n: int, n_test: int) -> Split:
    """The first digits, averaged over windows of 4 × 4 to pictures (N, 1, 7, 7): small, so that depth is cheap."""
    return Split(
        _shrunk(data.x_train[:n]), data.y_train[:n], _shrunk(data.x_test[:n_test]), data.y_test[:n_test]
    )  # fmt: skip


def _shrunk(x: Array) -> Array:
    return np.ascontiguousarray(AvgPool2D(4).forward(x.reshape(-1, 1, 28, 28)))


def lengths(net: Network, x: Array) -> list[float]:
    """On the way up: the length of what enters the first block and of what leaves each, mean over the examples."""
    start, blocks, _ = net.layers
    maps = [start.forward(x)]
    for layer in blocks.layers:
        maps.append(layer.forward(maps[-1]))
    return [float(np.sqrt((a.astype(np.float64) ** 2).sum(axis=(1, 2, 3))).mean()) for a in maps]


def gradient_lengths(net: Network, loss: Loss, x: Array, y: Array) -> list[float]:
    """On the way down: the length of the gradient at the same places, in the order of `lengths`, the lowest first."""
    _, blocks, reader = net.layers
    loss.forward(net.forward(x), y)
    gradients = [reader.backward(loss.backward())]
    for layer in reversed(blocks.layers):
        gradients.append(layer.backward(gradients[-1]))
    return [float(np.linalg.norm(grad.astype(np.float64))) for grad in reversed(gradients)]


def difference_at_top(net: Network, x: Array) -> float:
    """How far the examples lie from their mean where the last block ends, compared with their length there."""
    start, blocks, _ = net.layers
    top = blocks.forward(start.forward(x)).astype(np.float64)
    return float(np.linalg.norm(top - top.mean(axis=0)) / np.linalg.norm(top))
