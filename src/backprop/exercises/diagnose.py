"""Say in what way a result differs from the wanted one: its kind, its parts, its shape; `values` says the rest.

The rule of comparison: a tuple means several results, which a list or an array may hold; a list of numbers means an
array; an integer wants a whole number of any type, a truth value wants a truth value, a float takes any real number;
floats are equal within ``tol`` times the largest wanted entry.
"""

from itertools import permutations
from typing import Any

import numpy as np

from backprop.exercises.answers import is_several, numbers, show
from backprop.exercises.values import close, value_difference

_SMALL = 1_000_000  # entries; a larger result of the wrong shape is named, not analysed


def same(got: Any, want: Any, tol: float) -> bool:
    """Whether ``got`` counts as ``want``."""
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and all(same(got[k], want[k], tol) for k in want)
    if isinstance(want, tuple) or (isinstance(want, list) and numbers(want) is None):
        return (
            is_several(got) and len(got) == len(want) and all(same(g, w, tol) for g, w in zip(got, want, strict=True))
        )
    if isinstance(want, str):
        return isinstance(got, str) and got.strip().casefold() == want.casefold()
    wanted, found = numbers(want), numbers(got)
    if wanted is None:
        return type(got) is type(want) and bool(got == want)
    if found is None or found.shape != wanted.shape or _kind_complaint(found, wanted):
        return False
    return close(found, wanted, tol)


def difference(got: Any, want: Any, tol: float, names: tuple[str, ...] = (), args: tuple = ()) -> list[str]:
    """The most telling thing about a ``got`` that is not `same` as ``want``, in whole sentences.

    ``args`` is what the answer was given.
    """
    if isinstance(want, dict):
        return _dict_difference(got, want, tol, args)
    if isinstance(want, tuple) or (isinstance(want, list) and numbers(want) is None):
        return _tuple_difference(got, want, tol, names, args)
    wanted, found = numbers(want), numbers(got)
    if wanted is None:
        return [f"{show(got)} is not right."]
    if found is None and wanted.ndim == 0:
        return [f"{show(got)} (of type {type(got).__name__}) where one number is wanted."]
    if found is None:
        return [f"{show(got)} (of type {type(got).__name__}) where an array of shape {wanted.shape} is wanted."]
    if found.shape != wanted.shape:
        return [_shape_difference(found, wanted, tol)]
    if complaint := _kind_complaint(found, wanted):
        return [complaint]
    return value_difference(found, wanted, tol, args)


def _dict_difference(got: Any, want: dict, tol: float, args: tuple) -> list[str]:
    if not isinstance(got, dict):
        return [f"{show(got)} (of type {type(got).__name__}) where a dict is wanted."]
    if missing := [key for key in want if key not in got]:
        return [f"The dict lacks {', '.join(map(show, missing))}."]
    if extra := [key for key in got if key not in want]:
        return [f"The dict has {', '.join(map(show, extra))}, which nobody asked for."]
    key = next(key for key in want if not same(got[key], want[key], tol))
    return [_name(show(key)), *difference(got[key], want[key], tol, (), args)]


def _tuple_difference(got: Any, want: tuple | list, tol: float, names: tuple[str, ...], args: tuple) -> list[str]:
    names, n = names or tuple(f"result {i}" for i in range(1, len(want) + 1)), len(want)
    if not is_several(got):
        return [f"{n} results are wanted ({', '.join(names)}), not {show(got)}."]
    if len(got) != n:
        return [f"{n} results are wanted ({', '.join(names)}), not {len(got)}."]
    if n <= 5:
        for order in permutations(range(n)):
            if all(same(got[i], w, tol) for i, w in zip(order, want, strict=True)):
                return [f"The right results in another order; wanted is {', '.join(names)}."]
    name, g, w = next((n, g, w) for n, g, w in zip(names, got, want, strict=True) if not same(g, w, tol))
    return [_name(name), *difference(g, w, tol, (), args)]


def _name(part: str) -> str:
    """What stands before the sentences about one of several results."""
    return f"{part}:"


def _kind_complaint(found: np.ndarray, wanted: np.ndarray) -> str | None:
    if wanted.dtype.kind == "b" and found.dtype.kind != "b":
        return "Numbers where True or False is wanted."
    if wanted.dtype.kind != "b" and found.dtype.kind == "b":
        return "True or False where numbers are wanted."
    if wanted.dtype.kind in "iu" and found.dtype.kind == "f":
        broken = np.argwhere(~(found == np.round(found)))  # nan is no whole number either
        if len(broken):
            where = tuple(int(i) for i in broken[0])
            value = show(found[where])
            value = repr(float(found[where])) if value.lstrip("-").isdigit() else value  # 2.9999999999 shows as 3
            if where:
                return f"A whole number is wanted, at {list(where)} not {value}."
            return f"A whole number is wanted, not {value}."
    return None


def _shape_difference(found: np.ndarray, wanted: np.ndarray, tol: float) -> str:
    if wanted.ndim == 0:
        sentence = f"An array of shape {found.shape} where one number is wanted"
    else:
        sentence = f"The shape is {found.shape}, wanted is {wanted.shape}"
    if found.size == 0 or found.size > _SMALL:
        return f"{sentence}."
    found, wanted, n = found.astype(np.float64), wanted.astype(np.float64), wanted.size
    with np.errstate(all="ignore"):
        if found.ndim == 2 and found.T.shape == wanted.shape and close(found.T, wanted, tol):
            return f"{sentence}: transposed, with the right numbers."
        if found.size == n and close(found.reshape(wanted.shape), wanted, tol):
            return f"{sentence}: the right numbers in another shape."
        if found.shape in (wanted.shape[1:], (1, *wanted.shape[1:])) and wanted.ndim > 0 and len(wanted) > 1:
            line = found.reshape(wanted.shape[1:])
            if close(line, wanted[0], tol):
                return f"{sentence}: that is the first {'row' if wanted.ndim > 1 else 'entry'} alone."
            if close(line, wanted[-1], tol):
                return f"{sentence}: that is the last {'row' if wanted.ndim > 1 else 'entry'} alone."
        for axis in range(found.ndim):
            summed, averaged = found.sum(axis), found.mean(axis)
            if summed.size == n and close(summed.reshape(wanted.shape), wanted, tol):
                return f"{sentence}: not yet summed over axis {axis}."
            if averaged.size == n and close(averaged.reshape(wanted.shape), wanted, tol):
                return f"{sentence}: not yet averaged over axis {axis}."
    if found.shape == (n, n) and n > 1 and wanted.shape in ((n,), (n, 1), (1, n)):
        return f"{sentence}: did a ({n},) meet a ({n}, 1)? Together they broadcast to ({n}, {n})."
    return f"{sentence}."
