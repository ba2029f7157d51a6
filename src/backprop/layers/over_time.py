"""What a network for text is made of: a convolution over time, and its strongest answer or the sum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Layer, are_counts
from backprop.initializers import he


class Conv1D(Layer):
    """y_k = Σ_j x_{k+j} W[j] + b, j = 0 … size − 1: the same weights for every window of ``size`` neighbours.

    With size 1 it is one dense layer for every step of a sequence.

    Shapes: x (N, T, n_in), W (size, n_in, n_out), b (n_out,), y (N, T − size + 1, n_out). ValueError if T < size.
    """

    param_names = ("W", "b")

    def __init__(
        self,
        n_in: int,
        n_out: int,
        size: int,
        rng: np.random.Generator,
        init: Callable[..., Array] = he,
        dtype: type = np.float32,
    ) -> None:
        if not are_counts(n_in, n_out, size):
            raise ValueError(f"Conv1D wants n_in, n_out, size ≥ 1, got {n_in}, {n_out}, {size}")
        self.W = init(rng, (size, n_in, n_out), size * n_in, size * n_out).astype(dtype)
        self.b = np.zeros(n_out, dtype)
        self.dW = self.db = None

    def forward(self, x: Array) -> Array:
        size, n_in, n_out = self.W.shape
        self.check_input(x, "N", "T", n_in, dtype=self.W.dtype, T=size)
        n, t = len(x), x.shape[1] - size + 1
        windows = np.concatenate([x[:, j : j + t] for j in range(size)], axis=2).reshape(n * t, size * n_in)
        self.cache = windows, x.shape
        y = windows @ self.W.reshape(size * n_in, n_out)
        y += self.b
        return y.reshape(n, t, n_out)

    def backward(self, dy: Array) -> Array | None:
        """Each offset j gives its share of dx back to the places that it read from: dx_{k+j} gets dy_k W[j]ᵀ."""
        windows, x_shape = self.cached()
        size, n_in, n_out = self.W.shape
        n, t = x_shape[0], x_shape[1] - size + 1
        self.check_dy(dy, (n, t, n_out), self.W.dtype)
        dy = dy.reshape(-1, n_out)
        self.dW = (windows.T @ dy).reshape(self.W.shape)
        self.db = dy.sum(axis=0)
        if not self.wants_dx:
            return None
        parts = ((dy @ self.W[j].T).reshape(n, t, n_in) for j in range(size))
        if size == 1:
            return next(parts)
        dx = np.zeros(x_shape, dy.dtype)
        for j, part in enumerate(parts):
            dx[:, j : j + t] += part
        return dx

    def __repr__(self) -> str:
        size, n_in, n_out = self.W.shape
        return f"Conv1D({n_in}, {n_out}, {size})"


class MaxOverTime(Layer):
    """y = the largest x_k of each column; its gradient goes to the step that won, the first one if several did.

    Shapes: x (N, T, n), y (N, n).
    """

    def forward(self, x: Array) -> Array:
        self.check_input(x, "N", "T", "n")
        winner = x.argmax(axis=1)[:, None]
        self.cache = winner, x.shape, x.dtype
        return np.take_along_axis(x, winner, axis=1)[:, 0]

    def backward(self, dy: Array) -> Array:
        winner, x_shape, dtype = self.cached()
        self.check_dy(dy, (x_shape[0], x_shape[2]), dtype)
        dx = np.zeros(x_shape, dtype)
        np.put_along_axis(dx, winner, dy[:, None], axis=1)
        return dx


class SumOverTime(Layer):
    """y = Σ_k x_k, a bag: the order is lost, and dy goes back to every step.

    Shapes: x (N, T, n), y (N, n).
    """

    def forward(self, x: Array) -> Array:
        self.check_input(x, "N", "T", "n")
        self.cache = x.shape, x.dtype
        return x.sum(axis=1)

    def backward(self, dy: Array) -> Array:
        (n, t, width), dtype = self.cached()
        self.check_dy(dy, (n, width), dtype)
        return np.repeat(dy[:, None], t, axis=1)
