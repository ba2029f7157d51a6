"""Data made fit for a network: images moved by whole pixels, rows of ids filled up to one length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backprop.contract import Array


def shifted(x: Array, down: Array | int, right: Array | int) -> Array:
    """Square images moved by whole pixels, all alike or each by its own; black moves in, what leaves is lost.

    Shapes: x (N, n²) rows of square images, down and right (N,) int or one int each; result as x.
    """
    down, right, side = np.asarray(down), np.asarray(right), int(np.sqrt(x.shape[1]))
    far = int(max(np.abs(down).max(), np.abs(right).max()))
    framed = np.pad(x.reshape(-1, side, side), ((0, 0), (far, far), (far, far)))
    windows = np.lib.stride_tricks.sliding_window_view(framed, (side, side), axis=(1, 2))
    return windows[np.arange(len(x)), far - down, far - right].reshape(x.shape)


def padded(rows: Sequence[Sequence[int]], length: int | None = None) -> Array:
    """Rows of ids of different lengths as one array, filled up with -1, which stands for no token.

    Shapes: (N, length) int, by default as long as the longest row. Raises ValueError if a row is longer.
    """
    longest = max(map(len, rows), default=0)
    length = longest if length is None else length
    if not 1 <= longest <= length:
        raise ValueError(f"padded wants rows of 1 to {length} ids, the longest has {longest}")
    ids = np.full((len(rows), length), -1)
    for filled, row in zip(ids, rows, strict=True):
        filled[: len(row)] = row
    return ids
