"""Layers for images: one small set of weights slides over the picture, so that a feature is found wherever it is.

Images are (N, C, H, W): examples, channels, rows, columns. In memory the batch is the last axis: what one slice copies
or adds is then long and contiguous. So these layers answer with an (N, C, H, W) view of (C, H, W, N), which
elementwise layers between them keep.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from backprop.contract import Array, Layer, are_counts, is_floating
from backprop.initializers import he
from backprop.layers.images import offsets, zeros


class Conv2D(Layer):
    """y[n, o, r, c] = b[o] + Σ over i, u, v of W[o, i, u, v] x[n, i, s·r + u, s·c + v], s the stride: a gather.

    It is cross-correlation, as in all frameworks: the kernel is not flipped. A frame of zeros as wide as ``padding``
    surrounds x. Rows and columns at the end that no window reaches have the gradient 0.

    Shapes: x (N, c_in, H, W), W (c_out, c_in, size, size), b (c_out,), y (N, c_out, H', W') with
    H' = (H + 2 padding − size) // stride + 1. Raises ValueError if not one window fits.
    """

    param_names = ("W", "b")

    def __init__(
        self,
        c_in: int,
        c_out: int,
        size: int,
        rng: np.random.Generator,
        stride: int = 1,
        padding: int = 0,
        init: Callable[..., Array] = he,
        dtype: type = np.float32,
    ) -> None:
        if not are_counts(c_in, c_out, size, stride) or not (padding == 0 or are_counts(padding)):
            raise ValueError(
                "Conv2D wants c_in, c_out, size, stride ≥ 1 and padding ≥ 0, "
                f"got {c_in}, {c_out}, {size}, {stride}, {padding}"
            )
        area = size * size
        self.W = init(rng, (c_out, c_in, size, size), c_in * area, c_out * area).astype(dtype)
        self.b = np.zeros(c_out, dtype)
        self.dW = self.db = None
        self.size, self.stride, self.padding = size, stride, padding

    def forward(self, x: Array) -> Array:
        c_out, c_in, size, _ = self.W.shape
        p, s = self.padding, self.stride
        fits = is_floating(x) and x.ndim == 4 and x.shape[1] == c_in and x.dtype == self.W.dtype
        if not fits or x.size == 0 or min(x.shape[2:]) + 2 * p < size:
            wanted = f"shape (N, {c_in}, H, W) of {self.W.dtype}, N ≥ 1, H and W ≥ {max(size - 2 * p, 1)}"
            raise self.bad_input(x, wanted)
        x = x.transpose(1, 2, 3, 0)
        x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0))) if p else np.ascontiguousarray(x)
        windows = sliding_window_view(x, (size, size), axis=(1, 2))[:, ::s, ::s].transpose(0, 4, 5, 1, 2, 3)
        columns, dcolumns = self._buffers(windows.shape)
        columns[...] = windows
        self.cache = columns, dcolumns, x.shape
        y = self.W.reshape(c_out, -1) @ columns.reshape(c_in * size * size, -1)
        y += self.b[:, None]
        return y.reshape(c_out, *windows.shape[3:]).transpose(3, 0, 1, 2)

    def backward(self, dy: Array) -> Array | None:
        """dW = dy columnsᵀ and db = Σ dy over examples and positions; dx scatters Wᵀ dy to where x was gathered."""
        columns, dcolumns, (c_in, height, width, n) = self.cached()
        c_out, p = len(self.W), self.padding
        rows, cols = columns.shape[3:5]
        self.check_dy(dy, (n, c_out, rows, cols), self.W.dtype)
        dy = dy.transpose(1, 2, 3, 0).reshape(c_out, -1)
        self.dW = (dy @ columns.reshape(-1, dy.shape[1]).T).reshape(self.W.shape)
        self.db = dy.sum(axis=1)
        if not self.wants_dx:
            return None
        np.matmul(self.W.reshape(c_out, -1).T, dy, out=dcolumns.reshape(-1, dy.shape[1]))
        dx = zeros((n, c_in, height, width), dy.dtype)
        for u, v, there in offsets(self.size, self.stride, rows, cols):
            dx[there] += dcolumns[:, u, v].transpose(3, 0, 1, 2)
        return dx[:, :, p : height - p, p : width - p]

    def _buffers(self, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """Memory for the columns and their gradient: that of the last forward pass if it fits, since new costs time."""
        if self.cache is not None and self.cache[0].shape == shape:
            return self.cache[:2]
        return np.empty(shape, self.W.dtype), np.empty(shape, self.W.dtype)

    def __repr__(self) -> str:
        c_out, c_in, size, _ = self.W.shape
        return f"Conv2D({c_in}, {c_out}, {size}, stride={self.stride}, padding={self.padding})"
