"""Where training starts: random weights whose spread keeps signals and gradients neither shrinking nor growing.

Every initializer is ``init(rng, shape, n_in, n_out) -> Array`` in float64; the layer casts it to its own dtype.
``n_in`` and ``n_out`` are the number of inputs that one output sums over, and of outputs that one input reaches.
"""

from __future__ import annotations

import math

import numpy as np

from backprop.contract import Array


def zeros(rng: np.random.Generator, shape: tuple[int, ...], n_in: int, n_out: int) -> Array:
    """W = 0: every hidden unit computes the same, for ever. Here to be seen failing."""
    return np.zeros(shape)


def normal(rng: np.random.Generator, shape: tuple[int, ...], n_in: int, n_out: int, std: float = 0.01) -> Array:
    """W ~ N(0, std²), blind to the size of the layer; ``functools.partial(normal, std=1.0)`` sets the spread."""
    return rng.normal(0.0, std, shape)


def glorot(rng: np.random.Generator, shape: tuple[int, ...], n_in: int, n_out: int) -> Array:
    """W ~ N(0, 2/(n_in + n_out)): keeps variance both ways where f′(0) ≈ 1, as for tanh (Glorot & Bengio 2010)."""
    return rng.normal(0.0, math.sqrt(2.0 / (n_in + n_out)), shape)


def he(rng: np.random.Generator, shape: tuple[int, ...], n_in: int, n_out: int) -> Array:
    """W ~ N(0, 2/n_in): makes up for the half of its inputs that ReLU sets to zero (He et al. 2015)."""
    return rng.normal(0.0, math.sqrt(2.0 / n_in), shape)


def orthogonal(rng: np.random.Generator, shape: tuple[int, ...], n_in: int, n_out: int) -> Array:
    """W with orthonormal rows or columns: a square one changes no length, however often it is applied (Saxe 2014)."""
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    q *= np.sign(np.diag(r))  # without this some of the matrices would come up more often than others
    return q if rows >= columns else q.T
