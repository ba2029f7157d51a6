"""What a transformer adds to attention: normalised steps, positions, and several heads (section 6.7)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Layer, are_counts, is_floating, kept
from backprop.initializers import glorot
from backprop.layers.attention import attend, attend_backward, rows

Past = tuple[Array, Array]  # keys and values of the steps so far


class LayerNorm(Layer):
    """y = γ x̂ + shift, x̂ = (x − mean) / √(variance + ε), each row of the last axis by itself (Ba et al. 2016).

    No row sees another one, so training and evaluation are the same.

    Shapes: x and y (N, …, n); gamma and shift (n,).
    """

    param_names = ("gamma", "shift")

    def __init__(self, n: int, eps: float = 1e-5, dtype: type = np.float32) -> None:
        if not are_counts(n) or not eps > 0:
            raise ValueError(f"LayerNorm wants n ≥ 1 and eps > 0, got {n}, {eps}")
        self.gamma, self.shift = np.ones(n, dtype), np.zeros(n, dtype)
        self.dgamma = self.dshift = None
        self.eps = float(eps)

    def forward(self, x: Array) -> Array:
        n = len(self.gamma)
        fits = is_floating(x) and x.ndim >= 2 and x.shape[-1] == n and x.dtype == self.gamma.dtype
        if not fits or x.size == 0:
            raise self.bad_input(x, f"shape (N, …, {n}) of {self.gamma.dtype}, N ≥ 1")
        x_hat = x - x.mean(axis=-1, keepdims=True)
        inv_std = 1 / np.sqrt((x_hat * x_hat).mean(axis=-1, keepdims=True) + self.eps)
        x_hat *= inv_std
        self.cache = x_hat, inv_std
        return self.gamma * x_hat + self.shift

    def backward(self, dy: Array) -> Array | None:
        """dx = (dx̂ − mean of dx̂ − x̂ · mean of dx̂ x̂) / √(variance + ε), dx̂ = γ dy."""
        x_hat, inv_std = self.cached()
        self.check_dy(dy, x_hat.shape, x_hat.dtype)
        axes = tuple(range(dy.ndim - 1))
        self.dgamma, self.dshift = (dy * x_hat).sum(axis=axes), dy.sum(axis=axes)
        if not self.wants_dx:
            return None
        dx = self.gamma * dy
        inner = (dx * x_hat).mean(axis=-1, keepdims=True)
        dx -= dx.mean(axis=-1, keepdims=True)
        dx -= x_hat * inner
        dx *= inv_std
        return dx

    def __repr__(self) -> str:
        return f"LayerNorm({len(self.gamma)})"


class PositionEmbedding(Layer):
    """y_k = x_k + W[k]: every step is told where it stands. The addition copies dy; dW[k] is its sum over the batch.

    W starts as N(0, 1), like that of ``Embedding``; its rows beyond the last step get the gradient 0.

    Shapes: x and y (N, T, n_dim) with T ≤ n_positions, W (n_positions, n_dim).
    """

    param_names = ("W",)

    def __init__(self, n_positions: int, n_dim: int, rng: np.random.Generator, dtype: type = np.float32) -> None:
        if not are_counts(n_positions, n_dim):
            raise ValueError(f"PositionEmbedding wants n_positions, n_dim ≥ 1, got {n_positions}, {n_dim}")
        self.W = rng.standard_normal((n_positions, n_dim)).astype(dtype)
        self.dW = None

    def forward(self, x: Array) -> Array:
        self.check_input(x, "N", "T", self.W.shape[1], dtype=self.W.dtype)
        if x.shape[1] > len(self.W):
            raise self.bad_input(x, f"at most T = {len(self.W)} steps")
        self.cache = x.shape
        return x + self.W[: x.shape[1]]

    def backward(self, dy: Array) -> Array:
        """dW[k] = Σ over the batch of dy_k, dx = dy."""
        shape = self.cached()
        self.check_dy(dy, shape, self.W.dtype)
        self.dW = np.zeros_like(self.W)
        self.dW[: shape[1]] = dy.sum(axis=0)
        return dy.copy()

    def __repr__(self) -> str:
        return f"PositionEmbedding({self.W.shape[0]}, {self.W.shape[1]})"


class MultiHeadAttention(Layer):
    """y = (heads side by side) W_out: n_heads lookups, each in its own columns of q, k and v (Vaswani et al. 2017).

    q, k and v are x W, side by side; a head is one more sequence of the batch for ``attend``. W_out mixes the answers.
    ``init_out`` draws W_out, ``init`` if it is not given.

    Shapes: x and y (N, T, n_dim), W (n_dim, 3 n_dim), W_out (n_dim, n_dim), p (N · n_heads, T, T).
    """

    param_names = ("W", "W_out")

    def __init__(
        self,
        n_dim: int,
        n_heads: int,
        rng: np.random.Generator,
        causal: bool = False,
        init: Callable[..., Array] = glorot,
        init_out: Callable[..., Array] | None = None,
        dtype: type = np.float32,
    ) -> None:
        if not are_counts(n_dim, n_heads) or n_dim % n_heads:
            raise ValueError(f"MultiHeadAttention wants n_dim as a multiple of n_heads, got {n_dim!r}, {n_heads!r}")
        self.W = init(rng, (n_dim, 3 * n_dim), n_dim, n_dim).astype(dtype)
        self.W_out = (init_out or init)(rng, (n_dim, n_dim), n_dim, n_dim).astype(dtype)
        self.dW = self.dW_out = None
        self.n_heads, self.causal = int(n_heads), bool(causal)

    def forward(self, x: Array) -> Array:
        self.check_input(x, "N", "T", len(self.W), dtype=self.W.dtype)
        q, k, v = (split_heads(part, self.n_heads) for part in np.split(x @ self.W, 3, axis=2))
        y, p = attend(q, k, v, self.causal)
        y = join_heads(y, self.n_heads)
        self.cache = kept(x), q, k, v, p, y
        return y @ self.W_out

    def backward(self, dy: Array) -> Array | None:
        """Through W_out, then to each head its own columns; dW = Σ xᵀ (dq, dk, dv), dx = (dq, dk, dv) Wᵀ."""
        x, q, k, v, p, y = self.cached()
        self.check_dy(dy, y.shape, y.dtype)
        self.dW_out = rows(y).T @ rows(dy)
        dheads = (rows(dy) @ self.W_out.T).reshape(y.shape)
        heads = attend_backward(split_heads(dheads, self.n_heads), q, k, v, p)
        dqkv = rows(np.concatenate([join_heads(part, self.n_heads) for part in heads], axis=2))
        self.dW = rows(x).T @ dqkv
        return (dqkv @ self.W.T).reshape(x.shape) if self.wants_dx else None

    def extend(self, x: Array, past: Past | None = None) -> tuple[Array, Past]:
        """The answers to new steps x, with the keys and values up to them: a KV cache, which grows with every call.

        For writing, not for learning: it leaves nothing for ``backward``. Without a past x may have many steps, with
        one a single step. Raises ValueError otherwise, or if not causal: then a new step would change earlier answers.
        """
        self.check_input(x, "N", "T", len(self.W), dtype=self.W.dtype)
        if not self.causal or (past is not None and x.shape[1] > 1):
            raise ValueError(f"{self!r}: extend wants causal=True, and one step after a past, got {x.shape[1]} steps")
        q, k, v = (split_heads(part, self.n_heads) for part in np.split(x @ self.W, 3, axis=2))
        if past is not None:
            k, v = np.concatenate([past[0], k], axis=1), np.concatenate([past[1], v], axis=1)
        y, _ = attend(q, k, v, causal=past is None)  # the last step may look at all that there are
        return join_heads(y, self.n_heads) @ self.W_out, (k, v)

    @property
    def p(self) -> Array:
        """Who looked at whom in the last forward pass, (N · n_heads, T, T); RuntimeError before the first one."""
        return self.cached()[4]

    def __repr__(self) -> str:
        return f"MultiHeadAttention({len(self.W)}, {self.n_heads}, causal={self.causal})"


def split_heads(x: Array, n_heads: int) -> Array:
    """(N, T, n_dim) as (N · n_heads, T, n_dim / n_heads): each head's columns become a sequence of their own."""
    n, t, n_dim = x.shape
    return x.reshape(n, t, n_heads, -1).swapaxes(1, 2).reshape(n * n_heads, t, n_dim // n_heads)


def join_heads(x: Array, n_heads: int) -> Array:
    """The inverse of ``split_heads``, and so its backward, too: numbers are moved, none is changed or used twice."""
    n, t, width = x.shape
    return x.reshape(n // n_heads, n_heads, t, width).swapaxes(1, 2).reshape(n // n_heads, t, n_heads * width)
