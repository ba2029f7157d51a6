"""Layers that behave one way in training and another in evaluation: dropout and batch normalization."""

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
            return x
        kept = self.rng.random(x.shape, dtype=np.float32) >= self.p
        self.cache = x.shape, kept
        return self._keep(x, kept)

    def backward(self, dy: Array) -> Array:
        shape, kept = self.cached()
        self.check_dy(dy, shape)
        return dy if kept is None else self._keep(dy, kept)

    def _keep(self, x: Array, kept: Array) -> Array:
        y = x * kept
        y *= 1 / (1 - self.p)
        return y

    def __repr__(self) -> str:
        return f"Dropout({self.p})"


class BatchNorm(Layer):
    """y = γ x̂ + shift, x̂ = (x − mean) / √(variance + ε), each column by itself (Ioffe & Szegedy 2015).

    In training, mean and variance are the batch's own, and the running ones move towards them by ``momentum``
    (the running variance with N − 1 below, as in PyTorch). In evaluation the running ones are used.

    Shapes: x and y (N, n); gamma and shift (n,). Raises ValueError for fewer than two rows in training.
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
        fits = isinstance(x, np.ndarray) and x.shape[1:] == gamma.shape and x.dtype == gamma.dtype
        at_least = 2 if self.training else 1
        if not fits or len(x) < at_least:
            mode = "training" if self.training else "evaluation"
            raise self.bad_input(x, f"shape (N, {len(gamma)}) of {gamma.dtype}, N ≥ {at_least} in {mode}")
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var * (len(x) / (len(x) - 1)) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        inv_std = 1 / np.sqrt(var + self.eps)
        x_hat = (x - mean) * inv_std
        self.cache = x_hat, inv_std, self.training
        return gamma * x_hat + self.shift

    def backward(self, dy: Array) -> Array:
        """dx = γ/σ (dy − mean of dy − x̂ · mean of dy x̂) in training; in evaluation only the first term is left."""
        x_hat, inv_std, was_training = self.cached()
        self.check_dy(dy, x_hat.shape, x_hat.dtype)
        self.dgamma = np.sum(dy * x_hat, axis=0, out=self.dgamma)
        self.dshift = np.sum(dy, axis=0, out=self.dshift)
        if not was_training:
            return dy * (self.gamma * inv_std)
        n = len(dy)
        return (self.gamma * inv_std) * (dy - self.dshift / n - x_hat * (self.dgamma / n))

    def __repr__(self) -> str:
        return f"BatchNorm({len(self.gamma)})"
