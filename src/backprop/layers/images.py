"""What layers for images share: the batch as the last axis in memory, the places of a window, the check at the door."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from backprop.contract import Array, Layer


class Flatten(Layer):
    """The same numbers, one row per example: the way from images to ``Dense``. Shapes: x (N, …), y (N, n)."""

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        self.cache = x.shape
        return np.array(x, order="C").reshape(len(x), -1)

    def backward(self, dy: Array) -> Array:
        n, *shape = self.cached()
        self.check_dy(dy, (n, math.prod(shape)))
        return np.array(dy, order="C").reshape(n, *shape)


def zeros(shape: tuple[int, int, int, int], dtype: np.dtype) -> Array:
    """Zeros of shape (N, C, H, W), with the batch last in memory."""
    n, *image = shape
    return np.zeros((*image, n), dtype).transpose(3, 0, 1, 2)


def offsets(size: int, stride: int, rows: int, cols: int) -> Iterator[tuple[int, int, tuple[slice, ...]]]:
    """For each place (u, v) of a window the index of what stands there, in all rows × cols windows at once."""
    for u in range(size):
        for v in range(size):
            down, across = (slice(at, at + stride * (n - 1) + 1, stride) for at, n in ((u, rows), (v, cols)))
            yield u, v, (slice(None), slice(None), down, across)


def check_images(layer: Layer, x: Array, side: int = 1) -> None:
    """Raise ValueError unless x is a floating-point (N, C, H, W), N ≥ 1, with rows and columns enough."""
    fits = isinstance(x, np.ndarray) and x.dtype.kind == "f" and x.ndim == 4 and x.size > 0
    if not fits or min(x.shape[2:]) < side:
        raise layer.bad_input(x, f"a floating-point array of shape (N, C, H, W), N and C ≥ 1, H and W ≥ {side}")
