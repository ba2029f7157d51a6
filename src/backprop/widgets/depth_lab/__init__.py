"""The depth lab: how large values and gradients are in each layer of a random network, for any depth and start."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.layers.activations import GELU, Identity, ReLU, Sigmoid, Tanh
from backprop.layers.dense import Dense
from backprop.widgets.base import Choice, Number, Widget, join, styles

DEEPEST, WIDEST, EXAMPLES = 50, 64, 8
ACTIVATIONS = {"linear": Identity, "relu": ReLU, "sigmoid": Sigmoid, "tanh": Tanh, "gelu": GELU}


class Sizes(NamedTuple):
    """Root mean squares by layer: of a⁽⁰⁾ … a⁽ᴰ⁾, and of f′(z), δ and dW in the layers 1 … D."""

    values: Array
    slopes: Array
    deltas: Array
    weights: Array


def uniforms(counter: Array) -> Array:
    """One number in (0, 1) for each integer of a counter, the same in Python and in script (Ettinger's mulberry32)."""
    t = counter.astype(np.uint32) * np.uint32(0x6D2B79F5)
    t = (t ^ (t >> np.uint32(15))) * (t | np.uint32(1))
    t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    return ((t ^ (t >> np.uint32(14))) + 0.5) / 2**32


def block(number: int, rows: int, columns: int) -> Array:
    """A corner of the block with this number, 64 × 64 standard normal numbers by the method of Box and Muller."""
    i, j = np.ogrid[:rows, :columns]
    place = 2 * ((number * WIDEST + i) * WIDEST + j) + 1
    return np.sqrt(-2 * np.log(uniforms(place))) * np.cos(2 * np.pi * uniforms(place + 1))


def rms(array: Array) -> float:
    """The root of the mean square, one number for the size of an array."""
    return float(np.sqrt(np.mean(array * array)))


class DepthLab(Widget):
    """A random network of `depth` layers of `width` units, its weights drawn with the standard deviation `std`.

    Eight random examples go forward, a random gradient comes back from the end; biases are 0. ``lab.sizes`` holds
    the root mean squares of values, slopes and gradients in each layer, by the layers of the package. ``lab.glorot``
    and ``lab.he`` are the standard deviations that the two rules ask for. Raises TraitError outside of the ranges.
    """

    _esm = join("depth_lab")
    _css = styles("depth_lab")
    ROOM = (33, 57)

    depth = traitlets.Int(20, min=1, max=DEEPEST).tag(sync=True)
    std = Number(0.177, min=0.005, max=5).tag(sync=True)
    width = traitlets.Int(32, min=4, max=WIDEST).tag(sync=True)
    activation = Choice(list(ACTIVATIONS), "sigmoid").tag(sync=True)

    @property
    def glorot(self) -> float:
        """√(2 / (n_in + n_out)) = √(1/n)."""
        return self.width**-0.5

    @property
    def he(self) -> float:
        """√(2/n)."""
        return (2 / self.width) ** 0.5

    @property
    def sizes(self) -> Sizes:
        """Root mean squares, forward and back, as the package computes them in float64."""
        n, rng = self.width, np.random.default_rng(0)  # a layer draws its weights; these are then overwritten
        denses = [Dense(n, n, rng, dtype=np.float64) for _ in range(self.depth)]
        bends = [ACTIVATIONS[self.activation]() for _ in denses]
        a = block(0, EXAMPLES, n)
        values, slopes, deltas, weights = [rms(a)], [], [], []
        for number, (dense, bend) in enumerate(zip(denses, bends, strict=True), start=1):
            dense.W[...] = self.std * block(number, n, n)
            a = bend.forward(dense.forward(a))
            values.append(rms(a))
        da = block(DEEPEST + 1, EXAMPLES, n)
        for dense, bend in zip(denses[::-1], bends[::-1], strict=True):
            slopes.append(rms(bend.backward(np.ones_like(da))))
            delta = bend.backward(da)
            da = dense.backward(delta)
            deltas.append(rms(delta))
            weights.append(rms(dense.dW))
        return Sizes(np.array(values), *(np.array(found[::-1]) for found in (slopes, deltas, weights)))
