"""Dropout: in training some numbers are set to 0 at random, so that no unit can lean on another."""

from __future__ import annotations

import numpy as np

from backprop.contract import Array, Layer


class Dropout(Layer):
    """In training each number is set to 0 with probability p and the others grow by 1/(1 − p); else y = x.

    The growth ("inverted" dropout) keeps the expectation, so evaluation needs no correction (Srivastava et
    al. 2014). Every forward pass draws a new mask from ``rng``; backward uses the mask of its forward.
    """

    def __init__(self, p: float, rng: np.random.Generator) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"Dropout wants a probability 0 ≤ p < 1, got {p}")
        self.p = float(p)
        self.rng = rng

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        if not self.training:
            self.cache = x.shape, None
            return x.copy(order="K")
        kept = self.rng.random(x.shape, dtype=np.float32) >= self.p
        self.cache = x.shape, kept
        return self._keep(x, kept)

    def backward(self, dy: Array) -> Array:
        shape, kept = self.cached()
        self.check_dy(dy, shape)
        return dy.copy(order="K") if kept is None else self._keep(dy, kept)

    def _keep(self, x: Array, kept: Array) -> Array:
        y = x * kept
        y *= 1 / (1 - self.p)
        return y

    def __repr__(self) -> str:
        return f"Dropout({self.p})"
