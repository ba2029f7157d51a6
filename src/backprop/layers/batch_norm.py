"""Batch normalization: each channel is shifted and scaled to mean 0 and spread 1 over the batch."""

from __future__ import annotations

import numpy as np

from backprop.contract import Array, Layer


class BatchNorm(Layer):
    """y = γ x̂ + shift, x̂ = (x − mean) / √(variance + ε), each column by itself (Ioffe & Szegedy 2015).

    Of images, each channel by itself: every position of every example is one row of n channels.

    In training, mean and variance are the batch's own, and the running ones move towards them by ``momentum``
    (the running variance with N − 1 below, as in PyTorch). In evaluation the running ones are used.

    Shapes: x and y (N, n) or (N, n, H, W); gamma and shift (n,). Raises ValueError for fewer than two rows in training.
    """

    param_names = ("gamma", "shift")
    buffer_names = ("running_mean", "running_var")

    def __init__(self, n: int, momentum: float = 0.1, eps: float = 1e-5, dtype: type = np.float32) -> None:
        if n < 1 or not 0 <= momentum <= 1 or not eps > 0:
            raise ValueError(f"BatchNorm wants n ≥ 1, 0 ≤ momentum ≤ 1, eps > 0; got {n}, {momentum}, {eps}")
        self.gamma, self.shift = np.ones(n, dtype), np.zeros(n, dtype)
        self.dgamma = self.dshift = None
        self.running_mean, self.running_var = np.zeros(n, dtype), np.ones(n, dtype)
        self.momentum, self.eps = float(momentum), float(eps)

    def forward(self, x: Array) -> Array:
        gamma = self.gamma
        fits = isinstance(x, np.ndarray) and x.ndim in (2, 4) and x.shape[1] == len(gamma) and x.dtype == gamma.dtype
        at_least = 2 if self.training else 1
        if not fits or x.size < at_least * len(gamma):
            wanted = f"shape (N, {len(gamma)}) or (N, {len(gamma)}, H, W) of {gamma.dtype}"
            mode = "training" if self.training else "evaluation"
            raise self.bad_input(x, f"{wanted}, rows N ≥ {at_least} in {mode}")
        shape, x = x.shape, as_rows(x)
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var * (len(x) / (len(x) - 1)) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        inv_std = 1 / np.sqrt(var + self.eps)
        x_hat = (x - mean) * inv_std
        self.cache = as_images(x_hat, shape), inv_std, self.training
        return as_images(gamma * x_hat + self.shift, shape)

    def backward(self, dy: Array) -> Array:
        """dx = γ/σ (dy − mean of dy − x̂ · mean of dy x̂) in training; in evaluation only the first term is left."""
        x_hat, inv_std, was_training = self.cached()
        self.check_dy(dy, x_hat.shape, x_hat.dtype)
        shape, x_hat, dy = dy.shape, as_rows(x_hat), as_rows(dy)
        self.dgamma = (dy * x_hat).sum(axis=0)
        self.dshift = dy.sum(axis=0)
        if not was_training:
            return as_images(dy * (self.gamma * inv_std), shape)
        n = len(dy)
        dx = (self.gamma * inv_std) * (dy - self.dshift / n - x_hat * (self.dgamma / n))
        return as_images(dx, shape)

    def __repr__(self) -> str:
        return f"BatchNorm({len(self.gamma)})"


def as_rows(x: Array) -> Array:
    """(N, n, H, W) as (H W N, n); (N, n) stays what it is."""
    return x if x.ndim == 2 else x.transpose(1, 2, 3, 0).reshape(x.shape[1], -1).T


def as_images(rows: Array, shape: tuple[int, ...]) -> Array:
    """The inverse of ``as_rows``."""
    if len(shape) == 2:
        return rows
    examples, *image = shape
    return rows.T.reshape(*image, examples).transpose(3, 0, 1, 2)
