"""Data made fit for a network: images moved or mirrored, rows of ids filled up to one length."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from backprop.contract import Array


def shifted(x: Array, down: Array | int, right: Array | int) -> Array:
    """Square images moved by whole pixels, all alike or each by its own; black moves in, what leaves is lost.

    Shapes: x (N, n²) rows of square images, down and right (N,) int or one int each; result as x. Raises ValueError
    for any others.
    """
    down, right = np.asarray(down), np.asarray(right)
    side = math.isqrt(x.shape[1]) if x.ndim == 2 else 0
    if not side or side**2 != x.shape[1]:
        raise ValueError(f"shifted wants square images as rows, shape (N, n²), got shape {x.shape}")
    for steps in (down, right):
        if steps.dtype.kind not in "iu" or steps.shape not in ((), (len(x),)):
            wanted = f"whole pixels, one int or shape ({len(x)},)"
            raise ValueError(f"shifted wants {wanted}, got shape {steps.shape} of {steps.dtype}")
    down, right = (np.clip(steps.astype(int), -side, side) for steps in (down, right))  # further is as black
    far = int(max(np.abs(down).max(initial=0), np.abs(right).max(initial=0)))
    framed = np.pad(x.reshape(-1, side, side), ((0, 0), (far, far), (far, far)))
    windows = np.lib.stride_tricks.sliding_window_view(framed, (side, side), axis=(1, 2))
    return windows[np.arange(len(x)), far - down, far - right].reshape(x.shape)


def moved_and_mirrored(x: Array, rng: np.random.Generator, far: int = 4) -> Array:
    """Each picture moved by up to ``far`` pixels down or up and right or left, and half of them mirrored left to right.

    Black moves in, what leaves is lost; for Krizhevsky's "pad by 4 and crop" (He et al. 2016) give ``far=4``.

    Shapes: x (N, C, H, W), the result likewise. Raises ValueError for any other, and for far < 0.
    """
    if x.ndim != 4 or not isinstance(far, int | np.integer) or far < 0:
        raise ValueError(f"moved_and_mirrored wants pictures (N, C, H, W) and far ≥ 0, got shape {x.shape} and {far!r}")
    n, _, height, width = x.shape
    framed = np.pad(x, ((0, 0), (0, 0), (far, far), (far, far)))
    moved = np.empty_like(x)
    tops, lefts = rng.integers(0, 2 * far + 1, (2, n))
    mirrored = rng.random(n) < 0.5
    for picture, frame, top, left, mirror in zip(moved, framed, tops, lefts, mirrored, strict=True):
        window = frame[:, top : top + height, left : left + width]
        picture[...] = window[:, :, ::-1] if mirror else window
    return moved


def stretched(x: Array, rng: np.random.Generator, far: float = 34.0, smooth: float = 4.0) -> Array:
    """Square images as if on a rubber sheet that is pulled about: the elastic distortions of Simard et al. (2003).

    Every pixel gets a random step, uniform in (−1, 1) down and across. The steps are blurred over ``smooth`` pixels, so
    that neighbours move together, and multiplied by ``far``; where a step ends between pixels, their mean is taken.
    Black moves in, what leaves is lost.

    Shapes: x (N, n²) rows of square images, result as x. ValueError for any other, and unless far ≥ 0, smooth > 0.
    """
    side = math.isqrt(x.shape[1]) if x.ndim == 2 else 0
    if not side or side**2 != x.shape[1] or not (far >= 0 and smooth > 0):
        wanted = "square images as rows, shape (N, n²), far ≥ 0 and smooth > 0"
        raise ValueError(f"stretched wants {wanted}, got shape {x.shape}, {far!r} and {smooth!r}")
    places = np.arange(side)
    blur = np.exp(-(((places[:, None] - places) / smooth) ** 2) / 2) / (smooth * math.sqrt(2 * math.pi))
    steps = far * (blur @ rng.uniform(-1, 1, (2, len(x), side, side)) @ blur)
    framed = np.pad(x.reshape(-1, side, side), ((0, 0), (1, 2), (1, 2)))
    down, right = (np.clip(steps[k] + np.indices((side, side))[k] + 1, 0, side + 1) for k in (0, 1))
    top, left, image = down.astype(int), right.astype(int), np.arange(len(x))[:, None, None]
    down, right = (down - top).astype(x.dtype), (right - left).astype(x.dtype)
    upper = (1 - right) * framed[image, top, left] + right * framed[image, top, left + 1]
    lower = (1 - right) * framed[image, top + 1, left] + right * framed[image, top + 1, left + 1]
    return ((1 - down) * upper + down * lower).reshape(x.shape)


def padded(rows: Sequence[Sequence[int]], length: int | None = None) -> Array:
    """Rows of ids of different lengths as one array, filled up with -1, which stands for no token.

    Shapes: (N, length) int, by default as long as the longest row. Raises ValueError if a row is longer, or has
    anything but whole numbers from 0 and -1.
    """
    rows = [np.asarray(row) for row in rows]
    for row in rows:
        if not _are_ids(row):
            raise ValueError(f"padded wants rows of ids, whole numbers from 0 (or -1), got the row {row!r}")
    longest = max(map(len, rows), default=0)
    length = longest if length is None else length
    if not isinstance(length, int | np.integer) or not 1 <= longest <= length:
        raise ValueError(f"padded wants rows of 1 to {length!r} ids, the longest has {longest}")
    ids = np.full((len(rows), length), -1)
    for filled, row in zip(ids, rows, strict=True):
        filled[: len(row)] = row
    return ids


def _are_ids(row: Array) -> bool:
    if row.ndim != 1 or not row.size:
        return row.ndim == 1
    return row.dtype.kind in "iu" and row.min() >= -1 and row.max() <= np.iinfo(int).max
