"""The layer that most of the book is about: every output is a weighted sum of every input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Layer, kept
from backprop.initializers import he


class Dense(Layer):
    """z = a @ W + b, one row per example.

    Shapes: x (N, n_in), W (n_in, n_out), b (n_out,), z (N, n_out).

    ``init`` draws W (see ``backprop.initializers``); b starts at 0. Raises ValueError if x is of another
    width or dtype: a float64 input to a float32 layer would silently double the cost of everything after it.
    """

    param_names = ("W", "b")

    def __init__(
        self,
        n_in: int,
        n_out: int,
        rng: np.random.Generator,
        init: Callable[..., Array] = he,
        dtype: type = np.float32,
    ) -> None:
        if n_in < 1 or n_out < 1:
            raise ValueError(f"Dense wants at least one input and one output, got n_in={n_in}, n_out={n_out}")
        self.W = init(rng, (n_in, n_out), n_in, n_out).astype(dtype)
        self.b = np.zeros(n_out, dtype)
        self.dW = self.db = None

    def forward(self, x: Array) -> Array:
        self.check_input(x, "N", len(self.W), dtype=self.W.dtype)
        self.cache = kept(x)
        z = x @ self.W
        z += self.b
        return z

    def backward(self, dy: Array) -> Array | None:
        """dW = xᵀ dy, db = Σ over the rows of dy, dx = dy Wᵀ; no 1/N, that lives in the loss."""
        x = self.cached()
        self.check_dy(dy, (len(x), len(self.b)), x.dtype)
        self.dW = x.T @ dy
        self.db = dy.sum(axis=0)
        return dy @ self.W.T if self.wants_dx else None

    def __repr__(self) -> str:
        return f"Dense({self.W.shape[0]}, {self.W.shape[1]})"
