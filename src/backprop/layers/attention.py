"""Attention: every step of a sequence asks all the others, and takes the mean of what they say."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Layer, are_counts, kept
from backprop.functions import softmax
from backprop.initializers import glorot


class Attention(Layer):
    """y = p v with p = softmax(q kᵀ / √n_dim); query q, key k and value v are x W, side by side (Vaswani et al. 2017).

    Row i of p says how much step i takes from each step. With ``causal`` it takes nothing from later ones.

    Shapes: x (N, T, n_in), W (n_in, 3 n_dim), q, k, v and y (N, T, n_dim), p (N, T, T).
    """

    param_names = ("W",)

    def __init__(
        self,
        n_in: int,
        n_dim: int,
        rng: np.random.Generator,
        causal: bool = False,
        init: Callable[..., Array] = glorot,
        dtype: type = np.float32,
    ) -> None:
        if not are_counts(n_in, n_dim):
            raise ValueError(f"Attention wants at least one input and one dimension, got {n_in}, {n_dim}")
        self.W = init(rng, (n_in, 3 * n_dim), n_in, n_dim).astype(dtype)
        self.dW = None
        self.causal = bool(causal)

    def forward(self, x: Array) -> Array:
        self.check_input(x, "N", "T", len(self.W), dtype=self.W.dtype)
        q, k, v = np.split(x @ self.W, 3, axis=2)
        y, p = attend(q, k, v, self.causal)
        self.cache = kept(x), q, k, v, p
        return y

    def backward(self, dy: Array) -> Array | None:
        """dW = Σ xᵀ (dq, dk, dv) over examples and steps, dx = (dq, dk, dv) Wᵀ."""
        x, q, k, v, p = self.cached()
        self.check_dy(dy, v.shape, v.dtype)
        dqkv = rows(np.concatenate(attend_backward(dy, q, k, v, p), axis=2))
        self.dW = rows(x).T @ dqkv
        return (dqkv @ self.W.T).reshape(x.shape) if self.wants_dx else None

    def __repr__(self) -> str:
        return f"Attention({self.W.shape[0]}, {self.W.shape[1] // 3}, causal={self.causal})"


def attend(q: Array, k: Array, v: Array, causal: bool = False) -> tuple[Array, Array]:
    """y = p v and p = softmax(q kᵀ / √n_dim) over the last axis; with ``causal`` p is 0 above its diagonal.

    Shapes: q, k, v and y (N, T, n_dim), p (N, T, T).
    """
    z = q @ k.swapaxes(1, 2)
    z *= 1 / math.sqrt(q.shape[2])
    if causal:
        z += np.triu(np.full(z.shape[1:], -np.inf, z.dtype), 1)
    p = softmax(z)
    return p @ v, p


def attend_backward(dy: Array, q: Array, k: Array, v: Array, p: Array) -> tuple[Array, Array, Array]:
    """dv = pᵀ dy; through the softmax dz = p ⊙ (dp − Σ p dp); dq = dz k / √n_dim and dk = dzᵀ q / √n_dim.

    Where p is 0, behind the mask, dz is 0: nothing flows back from the future.
    """
    dv = p.swapaxes(1, 2) @ dy
    dz = through_softmax(p, dy @ v.swapaxes(1, 2))
    dz *= 1 / math.sqrt(q.shape[2])
    return dz @ k, dz.swapaxes(1, 2) @ q, dv


def through_softmax(p: Array, dp: Array) -> Array:
    """∂L/∂z of shares p = softmax(z), row by row."""
    return p * (dp - (p * dp).sum(axis=-1, keepdims=True))


def rows(x: Array) -> Array:
    """(N, T, n) as (N T, n)."""
    return x.reshape(-1, x.shape[-1])
