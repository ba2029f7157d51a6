"""Sigmoid and softmax: the two functions that layers and losses share, written so that nothing overflows."""

from __future__ import annotations

import numpy as np

from backprop.contract import Array


def softmax(z: Array) -> Array:
    """p = exp(z) / Σ exp(z) over the last axis; the largest z is subtracted first, so nothing overflows."""
    z = as_floats(z)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def sigmoid(z: Array) -> Array:
    """p = 1 / (1 + exp(−z)), with only non-positive exponents, so nothing overflows and small p stay exact."""
    z = as_floats(z)
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def as_floats(z: Array) -> Array:
    """z, or if it holds integers or truth values a float64 copy: in np.uint8, the dtype of images, 1 − 2 is 255."""
    z = np.asarray(z)
    return z.astype(np.float64) if z.dtype.kind in "biu" else z
