"""Pooling: the largest or the mean of each window, so that pictures shrink and small moves matter less."""

from __future__ import annotations

import numpy as np

from backprop.contract import Array, Layer, are_counts, kept, sealed
from backprop.layers.images import check_images, offsets, zeros


class Pool2D(Layer):
    """What poolings share: windows of size × size, ``stride`` apart, which is the window's size unless given."""

    def __init__(self, size: int, stride: int | None = None) -> None:
        stride = size if stride is None else stride
        if not are_counts(size, stride):
            raise ValueError(f"{type(self).__name__} wants size and stride ≥ 1, got {size}, {stride}")
        self.size, self.stride = size, stride

    def parts(self, x: Array) -> list[tuple[slice, ...]]:
        """The index of each place of a window, the upper ones first; ValueError unless one window fits into x."""
        check_images(self, x, self.size)
        rows, cols = ((n - self.size) // self.stride + 1 for n in x.shape[2:])
        return [part for _, _, part in offsets(self.size, self.stride, rows, cols)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.size}, stride={self.stride})"


class MaxPool2D(Pool2D):
    """y = the largest number of each window; backward sends dy there, all of it to the first of several equals.

    First means the upper one, then the left one, as in PyTorch.

    Shapes: x (N, C, H, W), y (N, C, H', W') with H' = (H − size) // stride + 1. Raises ValueError if no window fits.
    """

    def forward(self, x: Array) -> Array:
        parts = self.parts(x)
        y = x[parts[0]].copy(order="K")
        for part in parts[1:]:
            np.maximum(y, x[part], out=y)
        self.cache = kept(x), sealed(y), parts
        return y

    def backward(self, dy: Array) -> Array:
        x, y, parts = self.cached()
        self.check_dy(dy, y.shape)
        dx, left = zeros(x.shape, dy.dtype), np.empty_like(y, dy.dtype)  # in memory as y is, whichever way dy came
        left[...] = dy
        for part in parts:
            taken = (x[part] == y) * left
            left -= taken
            dx[part] += taken
        return dx


class AvgPool2D(Pool2D):
    """y = the mean of each window; backward gives each number of the window its equal share of dy.

    Shapes: x (N, C, H, W), y (N, C, H', W') with H' = (H − size) // stride + 1. Raises ValueError if no window fits.
    """

    def forward(self, x: Array) -> Array:
        parts = self.parts(x)
        y = x[parts[0]].copy(order="K")
        for part in parts[1:]:
            y += x[part]
        y *= 1 / len(parts)
        self.cache = x.shape, y.shape, parts
        return y

    def backward(self, dy: Array) -> Array:
        x_shape, y_shape, parts = self.cached()
        self.check_dy(dy, y_shape)
        dx, share = zeros(x_shape, dy.dtype), dy * (1 / len(parts))
        for part in parts:
            dx[part] += share
        return dx


class GlobalAvgPool2D(Layer):
    """y = the mean of each channel over all positions. Shapes: x (N, C, H, W), y (N, C)."""

    def forward(self, x: Array) -> Array:
        check_images(self, x)
        self.cache = x.shape
        return x.mean(axis=(2, 3))

    def backward(self, dy: Array) -> Array:
        n, c, height, width = self.cached()
        self.check_dy(dy, (n, c))
        dx = zeros((n, c, height, width), dy.dtype)
        dx += dy[:, :, None, None] * (1 / (height * width))
        return dx
