"""Every layer once, small: the table over which ``test_contract`` tries the laws. A new layer is a new row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from backprop.contract import Array, Layer
from backprop.initializers import glorot
from backprop.layers import (
    GELU,
    LSTM,
    RNN,
    Attention,
    AvgPool2D,
    BatchNorm,
    Concat,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAvgPool2D,
    Identity,
    LayerNorm,
    LeakyReLU,
    MaxOverTime,
    MaxPool2D,
    MultiHeadAttention,
    PositionEmbedding,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SumOverTime,
    Tanh,
)
from backprop.network import Network


@dataclass(frozen=True)
class Case:
    """A layer with what it maps to what.

    ``build(rng, dtype)`` makes the layer, ``x_shape`` is a batch that it takes, ``y_shape`` the answer's shape,
    ``bad_shapes`` are inputs that it must turn away. ``mixes_rows`` says that in training its rows see each
    other, ``min_rows`` how many it needs then, ``has_dtype`` that it holds arrays and takes no other precision.
    With ``n_tokens`` x holds integers from -1, and has no gradient.
    """

    name: str
    build: Callable[[np.random.Generator, type], Layer]
    x_shape: tuple[int, ...]
    y_shape: tuple[int, ...]
    bad_shapes: tuple[tuple[int, ...], ...] = ((0, 3), ())
    mixes_rows: bool = False
    min_rows: int = 1
    has_dtype: bool = False
    n_tokens: int = 0

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
        if self.n_tokens:
            return np.random.default_rng(seed).integers(-1, self.n_tokens, self.x_shape)
        return np.random.default_rng(seed).standard_normal(self.x_shape).astype(dtype)

    def dy(self, dtype: type = np.float64, seed: int = 13) -> Array:
        return np.random.default_rng(seed).standard_normal(self.y_shape).astype(dtype)

    @property
    def dx_shape(self) -> tuple[int, ...]:
        return (self.x_shape[0], 0) if self.n_tokens else self.x_shape


def dx_of(layer: Layer, dy: Array) -> Array:
    """What backward answers, or where the input has no gradient a row without numbers for each example."""
    dx = layer.backward(dy)
    return np.empty((len(dy), 0), dy.dtype) if dx is None else dx


def elementwise(name: str, make: Callable[[], Layer], shape: tuple[int, ...] = (5, 3)) -> Case:
    return Case(name, lambda rng, dtype: make(), shape, shape)


def mlp(rng: np.random.Generator, dtype: type) -> Network:
    return Network(Dense(3, 5, rng, dtype=dtype), ReLU(), Dense(5, 2, rng, dtype=dtype))


def everything(rng: np.random.Generator, dtype: type) -> Network:
    """Networks in networks, and every kind of layer among them."""
    head = Network(Dense(4, 4, rng, glorot, dtype=dtype), Tanh(), Network(Dense(4, 2, rng, dtype=dtype), Softmax()))
    return Network(Dense(3, 4, rng, dtype=dtype), BatchNorm(4, dtype=dtype), GELU(), Dropout(0.25, rng), head)


def conv(*settings: int, **more: int) -> Callable[[np.random.Generator, type], Layer]:
    return lambda rng, dtype: Conv2D(*settings, rng, **more, dtype=dtype)


def residual(rng: np.random.Generator, dtype: type) -> Residual:
    """Its last layer keeps what it returns, so that an addition in place would show."""
    return Residual(Dense(3, 4, rng, dtype=dtype), ReLU(), Dense(4, 3, rng, dtype=dtype), Tanh())


def halving(rng: np.random.Generator, dtype: type) -> Residual:
    """Both ways change the shape alike; that of the shortcut keeps what it returns."""
    f = (Dense(3, 4, rng, dtype=dtype), ReLU(), Dense(4, 2, rng, dtype=dtype))
    return Residual(*f, shortcut=Network(Dense(3, 2, rng, dtype=dtype), Tanh()))


def lenet(rng: np.random.Generator, dtype: type) -> Network:
    """Small, but with every kind of image layer behind every other that is usual."""
    body = Residual(Conv2D(3, 3, 3, rng, padding=1, dtype=dtype), BatchNorm(3, dtype=dtype), Tanh())
    stem = Network(Conv2D(2, 3, 3, rng, dtype=dtype), MaxPool2D(2), body, AvgPool2D(2, stride=1))
    return Network(stem, Flatten(), Dense(3, 2, rng, dtype=dtype))


def text_cnn(rng: np.random.Generator, dtype: type) -> Network:
    """Words, windows of two widths over them, the strongest answers side by side, a class."""
    branches = [Network(Conv1D(3, 4, n, rng, dtype=dtype), Tanh(), MaxOverTime()) for n in (2, 3)]
    return Network(Embedding(6, 3, rng, dtype=dtype), Concat(*branches), Dense(8, 2, rng, dtype=dtype))


def three_readers(rng: np.random.Generator, dtype: type) -> Concat:
    return Concat(RNN(3, 2, rng, dtype=dtype), LSTM(3, 4, rng, dtype=dtype), Attention(3, 3, rng, dtype=dtype))


def gpt(rng: np.random.Generator, dtype: type) -> Network:
    """Tokens and positions, one block with both of its shortcuts, a norm, logits."""
    look = MultiHeadAttention(4, 2, rng, causal=True, dtype=dtype)
    think = Conv1D(4, 8, 1, rng, dtype=dtype), GELU(), Conv1D(8, 4, 1, rng, dtype=dtype)
    block = Residual(LayerNorm(4, dtype=dtype), look), Residual(LayerNorm(4, dtype=dtype), *think)
    start = Embedding(6, 4, rng, dtype=dtype), PositionEmbedding(5, 4, rng, dtype=dtype)
    return Network(*start, *block, LayerNorm(4, dtype=dtype), Conv1D(4, 6, 1, rng, dtype=dtype))


def sequence(name: str, build: Callable[..., Layer], y_shape: tuple[int, int], **settings: object) -> Case:
    """A layer that turns sequences of 4 steps of 3 numbers into sequences of ``y_shape``."""
    bad = ((0, 4, 3), (5, 0, 3), (), (3,), (5, 3), (5, 4, 2), (5, 4, 3, 1))
    return Case(
        name,
        lambda rng, dtype: build(rng=rng, dtype=dtype, **settings),
        (5, 4, 3),
        (5, *y_shape),
        bad,
        has_dtype=True,
    )


WIDE = ((0, 3), (), (3,), (5, 4), (5, 1), (2, 5, 3))
IMAGES = ((0, 2, 5, 5), (0, 3, 5, 5), (), (2,), (5, 2), (2, 5, 5), (2, 4, 5, 5), (1, 2, 5, 5, 1), (2, 2, 0, 5))
POOLED = ((0, 2, 5, 5), (2, 0, 5, 5), (), (2,), (5, 2), (2, 5, 5), (1, 2, 5, 5, 1), (2, 2, 0, 5))
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
    Case(
        "BatchNorm of images",
        lambda rng, dtype: BatchNorm(3, momentum=0.3, eps=1e-3, dtype=dtype),
        (2, 3, 4, 2),
        (2, 3, 4, 2),
        (*WIDE, (2, 2, 3, 3), (0, 3, 2, 2), (2, 3, 0, 2), (2, 3, 2), (2, 3, 2, 2, 2)),
        mixes_rows=True,
        has_dtype=True,
    ),
    Case("Conv2D", conv(2, 3, 3), (3, 2, 5, 4), (3, 3, 3, 2), (*IMAGES, (3, 2, 2, 4)), has_dtype=True),
    # With as many channels out as in, and as many examples as either, a forgotten transpose changes no shape.
    Case("Conv2D square", conv(3, 3, 3, padding=1), (3, 3, 3, 3), (3, 3, 3, 3), IMAGES, has_dtype=True),
    Case("Conv2D stride", conv(2, 3, 3, stride=2), (2, 2, 6, 8), (2, 3, 2, 3), (*IMAGES, (3, 2, 4, 2)), has_dtype=True),
    Case(
        "Conv2D stride and padding",
        conv(2, 1, 2, stride=3, padding=2),
        (2, 2, 4, 5),
        (2, 1, 3, 3),
        IMAGES,
        has_dtype=True,
    ),
    Case("Conv2D of one pixel", conv(2, 3, 1), (2, 2, 3, 2), (2, 3, 3, 2), IMAGES, has_dtype=True),
    Case("MaxPool2D", lambda rng, dtype: MaxPool2D(2), (3, 2, 5, 4), (3, 2, 2, 2), (*POOLED, (3, 2, 1, 4))),
    Case("MaxPool2D with overlap", lambda rng, dtype: MaxPool2D(3, 2), (2, 2, 7, 6), (2, 2, 3, 2), POOLED),
    Case("MaxPool2D with gaps", lambda rng, dtype: MaxPool2D(2, 3), (2, 2, 7, 6), (2, 2, 2, 2), POOLED),
    Case("AvgPool2D", lambda rng, dtype: AvgPool2D(2), (3, 2, 5, 4), (3, 2, 2, 2), (*POOLED, (3, 2, 4, 1))),
    Case("AvgPool2D with overlap", lambda rng, dtype: AvgPool2D(3, 2), (2, 2, 7, 6), (2, 2, 3, 2), POOLED),
    Case("GlobalAvgPool2D", lambda rng, dtype: GlobalAvgPool2D(), (3, 2, 5, 4), (3, 2), POOLED),
    Case("Flatten", lambda rng, dtype: Flatten(), (3, 2, 5, 4), (3, 40), ((0, 2, 3, 3), ())),
    Case("Flatten of rows", lambda rng, dtype: Flatten(), (3, 2), (3, 2), ((0, 2), ())),
    Case("Residual", residual, (5, 3), (5, 3), WIDE, has_dtype=True),
    Case("Residual with a layer as shortcut", halving, (5, 3), (5, 2), WIDE, has_dtype=True),
    Case("LeNet", lenet, (2, 2, 6, 7), (2, 2), IMAGES, mixes_rows=True, has_dtype=True),
    Case(
        "Embedding",
        lambda rng, dtype: Embedding(6, 3, rng, dtype=dtype),
        (5, 4),
        (5, 4, 3),
        ((0, 3), (3, 0), (), (3,), (2, 3, 4)),
        has_dtype=True,
        n_tokens=6,
    ),
    sequence("RNN tanh", RNN, (4, 2), n_in=3, n_hidden=2),
    sequence("RNN relu", RNN, (4, 5), n_in=3, n_hidden=5, activation="relu"),
    sequence("RNN square", RNN, (4, 3), n_in=3, n_hidden=3),
    sequence("LSTM", LSTM, (4, 2), n_in=3, n_hidden=2),
    sequence("LSTM square", LSTM, (4, 3), n_in=3, n_hidden=3),
    sequence("Conv1D", Conv1D, (3, 4), n_in=3, n_out=4, size=2),
    sequence("Conv1D square", Conv1D, (2, 3), n_in=3, n_out=3, size=3),
    sequence("Conv1D of one step", Conv1D, (4, 2), n_in=3, n_out=2, size=1),
    sequence("Attention", Attention, (4, 2), n_in=3, n_dim=2),
    sequence("Attention causal", Attention, (4, 3), n_in=3, n_dim=3, causal=True),
    sequence("MultiHeadAttention", MultiHeadAttention, (4, 3), n_dim=3, n_heads=3),
    sequence("MultiHeadAttention of one head", MultiHeadAttention, (4, 3), n_dim=3, n_heads=1, causal=True),
    sequence("PositionEmbedding", PositionEmbedding, (4, 3), n_positions=6, n_dim=3),
    Case(
        "LayerNorm",
        lambda rng, dtype: LayerNorm(3, eps=1e-3, dtype=dtype),
        (5, 3),
        (5, 3),
        ((0, 3), (), (3,), (5, 4), (5, 1)),
        has_dtype=True,
    ),
    Case(
        "LayerNorm of sequences",
        lambda rng, dtype: LayerNorm(3, eps=1e-3, dtype=dtype),
        (5, 4, 3),
        (5, 4, 3),
        ((0, 4, 3), (5, 0, 3), (), (3,), (5, 4, 2)),
        has_dtype=True,
    ),
    Case("MaxOverTime", lambda rng, dtype: MaxOverTime(), (5, 4, 3), (5, 3), ((0, 4, 3), (5, 0, 3), (), (5, 3))),
    Case("SumOverTime", lambda rng, dtype: SumOverTime(), (5, 4, 3), (5, 3), ((0, 4, 3), (5, 0, 3), (), (5, 3))),
    Case(
        "Concat",
        lambda rng, dtype: Concat(Dense(3, 2, rng, dtype=dtype), Dense(3, 4, rng, dtype=dtype)),
        (5, 3),
        (5, 6),
        WIDE,
        has_dtype=True,
    ),
    sequence("Concat of sequences", three_readers, (4, 9)),
    Case("Network for text", text_cnn, (5, 4), (5, 2), ((0, 4), (), (4,), (2, 3, 4)), has_dtype=True, n_tokens=6),
    Case("GPT", gpt, (5, 4), (5, 4, 6), ((0, 4), (), (4,), (2, 3, 4), (2, 6)), has_dtype=True, n_tokens=6),
    Case("Network", mlp, (5, 3), (5, 2), WIDE, has_dtype=True),
    Case("Network of one layer", lambda rng, dtype: Network(Sigmoid()), (5, 3), (5, 3)),
    Case("Network of networks", everything, (6, 3), (6, 2), WIDE, mixes_rows=True, min_rows=2, has_dtype=True),
]

every_layer = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
in_both_modes = pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
in_both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
