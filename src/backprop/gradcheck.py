"""The book's referee: nudge every number, watch the loss, and compare with what backward said."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from numbers import Real

import numpy as np

from backprop.contract import Array, Layer, describe
from backprop.functions import as_floats


def numerical_gradient(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Array:
    """∂f/∂x by centred differences, (f(x + h) − f(x − h)) / 2h, one number of x at a time.

    ``f`` is called with a float64 copy of ``x``, a new one each time: it may work in place. The error falls as h²
    until rounding in f, about 1e-16/h, takes over. Raises ValueError unless f answers with one number, h > 0, and h is
    not lost in the rounding of x.

    Shapes: x any; the answer is shaped like x.
    """
    x = np.array(x, dtype=np.float64)
    return _nudged(lambda: f(x.copy()), x, h)


def _nudged(f: Callable[[], float], x: Array, h: float) -> Array:
    """∂f/∂x where ``f`` reads x, whose numbers are moved in place, and back."""
    if not 0 < h < np.inf:
        raise ValueError(f"a nudge wants h > 0, got {h}")
    slope = np.empty_like(x)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + h
        if x[index] == here:
            raise ValueError(f"a nudge of {h} is lost in the rounding of {here}: take a larger h, or smaller numbers")
        above = _number(f())
        x[index] = here - h
        below = _number(f())
        x[index] = here
        slope[index] = (above - below) / (2 * h)
    return slope


def _number(y: object) -> float:
    """What f answered, at once and as a number of its own: an array would be overwritten by the next answer."""
    if isinstance(y, Real) or (isinstance(y, np.ndarray) and y.ndim == 0):
        return float(y)
    raise ValueError(f"numerical_gradient wants f to answer with one number, got {describe(y)}")


def relative_error(a: Array, b: Array, floor: float = 0.0) -> float:
    """max |a − b| / max(|a|, |b|, floor): the largest difference against the largest entry; 0 if all are 0.

    Where nan or infinity is, it is infinite: ``max`` over several errors may drop a nan and call its array right.
    Raises ValueError for different shapes, which would otherwise broadcast and compare the wrong things.
    """
    a, b = as_floats(a), as_floats(b)
    if a.shape != b.shape:
        raise ValueError(f"relative_error wants two arrays of one shape, got {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return math.inf
    scale = max(np.abs(a).max(initial=floor), np.abs(b).max(initial=floor))
    return 0.0 if scale == 0 else float(np.abs(a - b).max(initial=0.0) / scale)


def agree(a: Array, b: Array, within: float = 1e-8, names: str = "the two") -> None:
    """Print "``names`` agree within 1e-8  ✓" if the relative error of the two arrays is at most ``within``.

    The line holds the tolerance and not the error, so it is the same on every processor. Raises AssertionError with
    the error, the place and both numbers if they do not agree, and ValueError where there is nothing to compare:
    shapes that differ, an empty array, nan or infinity, what is no number, or a ``within`` that is not 0 to 1.
    """
    a, b = np.asarray(a), np.asarray(b)
    if not 0 <= within <= 1:
        raise ValueError(f"agree wants 0 ≤ within ≤ 1, got {within}")
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"agree wants two arrays of one shape, and not empty, got {describe(a)} and {describe(b)}")
    if not all(array.dtype.kind in "iuf" and np.isfinite(array).all() for array in (a, b)):
        raise ValueError(f"agree wants numbers, none of them nan or infinite, got {describe(a)} and {describe(b)}")
    a, b = a.astype(np.float64), b.astype(np.float64)
    error, tolerance = relative_error(a, b), f"{within:g}".replace("e-0", "e-")
    if error > within:
        place = tuple(map(int, np.unravel_index(np.abs(a - b).argmax(), a.shape)))
        raise AssertionError(
            f"{names} do not agree within {tolerance}: the relative error is {error:.1e}, "
            f"the largest difference {a[place]} against {b[place]}" + (f" at {list(place)}" if place else "")
        )
    print(f"{names} agree within {tolerance}  ✓")


def gradient_errors(layer: Layer, x: Array, rng: np.random.Generator, h: float = 1e-5) -> dict[str, float]:
    """Relative error of ``backward`` for the input and each parameter, in float64: ``{"x": …, "W": …}``.

    The loss is Σ y ⊙ r with a random r, so that dy = r and no two mistakes cancel. The layer itself is not
    changed; a layer with chance in it draws the same numbers at every nudge. The rows of ``x`` pass through once
    before, in reverse order, so that what a layer wrongly keeps from an earlier batch shows. Integer input has no
    gradient and is left out. Where a gradient is next to nothing against the rounding of the nudge, its error is
    taken against 1e8 roundings: a gradient that *is* zero, a bias before batch norm, else compares noise with noise.
    """
    layer = copy.deepcopy(layer.astype(np.float64))  # the copy may draw: its generators are its own
    differentiable = x.dtype.kind == "f"
    if differentiable:
        x = x.astype(np.float64)
    layer.wants_dx = differentiable

    def output() -> Array:
        return copy.deepcopy(layer).forward(x.copy())  # copies throughout: the layer may be one that works in place

    r = rng.standard_normal(layer.forward(x[::-1].copy()).shape)
    layer.backward(r.copy())
    rounding = np.finfo(np.float64).eps * float(np.abs(output() * r).sum()) / h
    twin = copy.deepcopy(layer)
    twin.forward(x.copy())
    dx = twin.backward(r.copy())
    arrays = [("x", x, dx)] if differentiable else []
    arrays += [(mine.name, mine.value, theirs.grad) for mine, theirs in zip(layer.params(), twin.params(), strict=True)]

    def loss() -> float:
        return float((output() * r).sum())

    return {name: relative_error(grad, _nudged(loss, array, h), floor=1e8 * rounding) for name, array, grad in arrays}
