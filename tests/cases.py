"""Every layer once, small: the table over which ``test_contract`` tries the laws. A new layer is a new row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from backprop.contract import Array, Layer
from backprop.initializers import glorot
from backprop.layers.activations import GELU, Identity, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from backprop.layers.dense import Dense
from backprop.layers.regularization import BatchNorm, Dropout
from backprop.network import Network


@dataclass(frozen=True)
class Case:
    """A layer with what it maps to what.

    ``build(rng, dtype)`` makes the layer, ``x_shape`` is a batch that it takes, ``y_shape`` the answer's shape,
    ``bad_shapes`` are inputs that it must turn away. ``mixes_rows`` says that in training its rows see each
    other, ``min_rows`` how many it needs then, ``has_dtype`` that it holds arrays and takes no other precision.
    """

    name: str
    build: Callable[[np.random.Generator, type], Layer]
    x_shape: tuple[int, ...]
    y_shape: tuple[int, ...]
    bad_shapes: tuple[tuple[int, ...], ...] = ((0, 3), ())
    mixes_rows: bool = False
    min_rows: int = 1
    has_dtype: bool = False

    def layer(self, training: bool = True, dtype: type = np.float64, seed: int = 7) -> Layer:
        """A new layer whose parameters and running statistics are all different from their start and from 0."""
        rng = np.random.default_rng(seed)
        layer = self.build(rng, dtype)
        state = layer.state()
        for name, array in state.items():
            noise = rng.standard_normal(array.shape)
            state[name] = (np.exp(0.5 * noise) if name.endswith("running_var") else array + 0.3 * noise).astype(dtype)
        layer.load_state(state)
        layer.train_mode(training)
        return layer

    def x(self, dtype: type = np.float64, seed: int = 11) -> Array:
        return np.random.default_rng(seed).standard_normal(self.x_shape).astype(dtype)

    def dy(self, dtype: type = np.float64, seed: int = 13) -> Array:
        return np.random.default_rng(seed).standard_normal(self.y_shape).astype(dtype)


def elementwise(name: str, make: Callable[[], Layer], shape: tuple[int, ...] = (5, 3)) -> Case:
    return Case(name, lambda rng, dtype: make(), shape, shape)


def mlp(rng: np.random.Generator, dtype: type) -> Network:
    return Network(Dense(3, 5, rng, dtype=dtype), ReLU(), Dense(5, 2, rng, dtype=dtype))


def everything(rng: np.random.Generator, dtype: type) -> Network:
    """Networks in networks, and every kind of layer among them."""
    head = Network(Dense(4, 4, rng, glorot, dtype=dtype), Tanh(), Network(Dense(4, 2, rng, dtype=dtype), Softmax()))
    return Network(Dense(3, 4, rng, dtype=dtype), BatchNorm(4, dtype=dtype), GELU(), Dropout(0.25, rng), head)


WIDE = ((0, 3), (), (3,), (5, 4), (5, 1), (2, 5, 3))
CASES = [
    Case("Dense", lambda rng, dtype: Dense(3, 2, rng, dtype=dtype), (5, 3), (5, 2), WIDE, has_dtype=True),
    # With as many inputs as outputs and examples, a forgotten transpose changes no shape.
    Case("Dense square", lambda rng, dtype: Dense(3, 3, rng, dtype=dtype), (3, 3), (3, 3), WIDE, has_dtype=True),
    Case("Dense of one row", lambda rng, dtype: Dense(3, 2, rng, dtype=dtype), (1, 3), (1, 2), WIDE, has_dtype=True),
    elementwise("Identity", Identity),
    elementwise("ReLU", ReLU),
    elementwise("ReLU of images", ReLU, (4, 2, 3, 3)),
    elementwise("LeakyReLU", lambda: LeakyReLU(0.2)),
    elementwise("Sigmoid", Sigmoid),
    elementwise("Tanh", Tanh),
    elementwise("GELU", GELU),
    elementwise("Softmax", Softmax),
    elementwise("Softmax of sequences", Softmax, (4, 2, 3)),
    Case("Dropout", lambda rng, dtype: Dropout(0.4, rng), (6, 5), (6, 5)),
    Case(
        "BatchNorm",
        lambda rng, dtype: BatchNorm(3, momentum=0.3, eps=1e-3, dtype=dtype),
        (5, 3),
        (5, 3),
        WIDE,
        mixes_rows=True,
        min_rows=2,
        has_dtype=True,
    ),
    Case("Network", mlp, (5, 3), (5, 2), WIDE, has_dtype=True),
    Case("Network of one layer", lambda rng, dtype: Network(Sigmoid()), (5, 3), (5, 3)),
    Case("Network of networks", everything, (6, 3), (6, 2), WIDE, mixes_rows=True, min_rows=2, has_dtype=True),
]

every_layer = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
in_both_modes = pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
in_both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
