"""Say in what way a result differs from the wanted one: transposed, sign, factor, shape, order, or where.

The rule of comparison: a tuple means several results, which a list or an array may hold; a list of numbers means an
array; an integer wants a whole number of any type, a truth value wants a truth value, a float takes any real number;
floats are equal within ``tol`` times the largest wanted entry.
"""

import math
from itertools import permutations
from typing import Any

import numpy as np

from backprop.exercises.answers import is_several, numbers, show

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
    return _close(found, wanted, tol)


def difference(got: Any, want: Any, tol: float, names: tuple[str, ...] = (), args: tuple = ()) -> str:
    """The most telling thing about a ``got`` that is not `same` as ``want``; ``args`` is what the answer was given."""
    if isinstance(want, dict):
        return _dict_difference(got, want, tol, args)
    if isinstance(want, tuple) or (isinstance(want, list) and numbers(want) is None):
        return _tuple_difference(got, want, tol, names, args)
    wanted, found = numbers(want), numbers(got)
    if wanted is None:
        return f"{show(got)} is not right."
    if found is None:
        kind = "one number" if wanted.ndim == 0 else f"an array of shape {wanted.shape}"
        return f"{show(got)} (of type {type(got).__name__}) where {kind} is wanted."
    if found.shape != wanted.shape:
        return _shape_difference(found, wanted, tol)
    return _kind_complaint(found, wanted) or _value_difference(found, wanted, tol, args)


def _dict_difference(got: Any, want: dict, tol: float, args: tuple) -> str:
    if not isinstance(got, dict):
        return f"{show(got)} (of type {type(got).__name__}) where a dict is wanted."
    if missing := [key for key in want if key not in got]:
        return f"The dict lacks {', '.join(map(show, missing))}."
    if extra := [key for key in got if key not in want]:
        return f"The dict has {', '.join(map(show, extra))}, which nobody asked for."
    key = next(key for key in want if not same(got[key], want[key], tol))
    return f"{show(key)}: {difference(got[key], want[key], tol, (), args)}"


def _tuple_difference(got: Any, want: tuple | list, tol: float, names: tuple[str, ...], args: tuple) -> str:
    names = names or tuple(f"result {i}" for i in range(1, len(want) + 1))
    if not is_several(got):
        return f"{len(want)} results are wanted ({', '.join(names)}), not {show(got)}."
    if len(got) != len(want):
        return f"{len(want)} results are wanted ({', '.join(names)}), not {len(got)}."
    if len(want) <= 5:
        for order in permutations(range(len(want))):
            if all(same(got[i], w, tol) for i, w in zip(order, want, strict=True)):
                return f"The right results in another order; wanted is {', '.join(names)}."
    name, g, w = next((n, g, w) for n, g, w in zip(names, got, want, strict=True) if not same(g, w, tol))
    return f"{name}: {difference(g, w, tol, (), args)}"


def _close(found: np.ndarray, wanted: np.ndarray, tol: float) -> bool:
    if wanted.dtype.kind != "f":
        return np.array_equal(found, wanted)
    found, wanted = found.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(all="ignore"):
        return bool(np.allclose(found, wanted, rtol=tol, atol=tol * _scale(wanted), equal_nan=True))


def _scale(wanted: np.ndarray) -> float:
    """The size of the largest finite entry; 1 when all are zero."""
    finite = np.abs(wanted[np.isfinite(wanted)])
    return float(finite.max(initial=0.0)) or 1.0


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
            return f"A whole number is wanted, {_at(where)}not {value}."
    return None


def _shape_difference(found: np.ndarray, wanted: np.ndarray, tol: float) -> str:
    if wanted.ndim == 0:
        text = f"An array of shape {found.shape} where one number is wanted"
    else:
        text = f"The shape is {found.shape}, wanted is {wanted.shape}"
    if found.size == 0 or found.size > _SMALL:
        return f"{text}."
    found, wanted = found.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(all="ignore"):
        if found.ndim == 2 and found.T.shape == wanted.shape and _close(found.T, wanted, tol):
            return f"{text}: transposed, with the right numbers."
        if found.size == wanted.size and _close(found.reshape(wanted.shape), wanted, tol):
            return f"{text}: the right numbers in another shape."
        if part := _part(found, wanted, tol):
            return f"{text}: {part} alone."
        for axis in range(found.ndim):
            for verb, reduced in (("summed", found.sum(axis)), ("averaged", found.mean(axis))):
                if reduced.size == wanted.size and _close(reduced.reshape(wanted.shape), wanted, tol):
                    return f"{text}: not yet {verb} over axis {axis}."
    n = wanted.size
    if found.shape == (n, n) and n > 1 and wanted.shape in ((n,), (n, 1), (1, n)):
        return f"{text}: did a ({n},) meet a ({n}, 1)? Together they broadcast to ({n}, {n})."
    return f"{text}."


def _part(found: np.ndarray, wanted: np.ndarray, tol: float) -> str | None:
    """Name the rows that came back when the others did not."""
    if wanted.ndim == 0 or len(wanted) < 2 or found.shape not in (wanted.shape[1:], (1, *wanted.shape[1:])):
        return None
    row = "row" if wanted.ndim > 1 else "entry"
    for place, name in ((0, "first"), (-1, "last")):
        if _close(found.reshape(wanted.shape[1:]), wanted[place], tol):
            return f"that is the {name} {row}"
    return None


def _value_difference(found: np.ndarray, wanted: np.ndarray, tol: float, args: tuple) -> str:
    """The shapes agree, the numbers do not."""
    raw_found, raw_wanted = found, wanted
    found, wanted = found.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(all="ignore"):
        bad = ~np.isfinite(found) & np.isfinite(wanted)
        if bad.any():
            where = tuple(int(i) for i in np.argwhere(bad)[0])
            value = show(found[where])
            return f"There is {'an' if value == 'inf' else 'a'} {value} {_at(where)}where a finite number is wanted."
        if raw_wanted.dtype.kind == "f":
            if reason := _coarse(raw_found, wanted, tol):
                return reason
            if found.ndim == 2 and found.shape[0] == found.shape[1] and _close(found.T, wanted, tol):
                return "The right numbers, but transposed."
            if reason := _factor(found, wanted, tol, args):
                return reason
            if found.size > 2 and _close(found - (found - wanted).mean(), wanted, tol):
                return f"Every entry is off by the same {show((found - wanted).mean())}."
            if found.size > 2 and _close(np.abs(found), np.abs(wanted), tol):
                return "The sizes are right, but not all signs."
        if reason := _argument(found, wanted, tol, args):
            return reason
        if found.size > 1 and _close(np.sort(found, axis=None), np.sort(wanted, axis=None), tol):
            return "The right numbers in another order."
    if found.ndim == 0:
        side = "too large" if found > wanted else "too small"
        if raw_wanted.dtype.kind in "iu" and abs(found - wanted) == 1:
            side = "one too many" if found > wanted else "one too few"
        return f"{show(raw_found)} is {side}" + (f"; wanted is {show(raw_wanted)}." if args else ".")
    wrong = ~np.isclose(found, wanted, rtol=tol, atol=tol * _scale(wanted), equal_nan=True)
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    text = f"{int(wrong.sum())} of {wrong.size} entries differ; the first, {_at(where)}is {show(raw_found[where])}"
    return text + (f", wanted is {show(raw_wanted[where])}." if args else ".") + _region(wrong, args)


def _region(wrong: np.ndarray, args: tuple) -> str:
    """Say what the wrong entries have in common, where some are wrong and some are right."""
    if wrong.sum() < 2 or wrong.all():
        return ""
    for i, arg in enumerate(args, start=1):
        array = numbers(arg)
        if array is not None and array.shape == wrong.shape and array.dtype.kind != "b":
            for place, words in ((array < 0, "negative"), (array > 0, "positive"), (array == 0, "0")):
                if np.array_equal(wrong, place):
                    return f" It is wrong where argument {i} is {words}, and only there."
    if wrong.ndim == 2:
        diagonal = np.eye(*wrong.shape) > 0
        for part, words in ((diagonal, "on"), (np.triu(~diagonal), "above"), (np.tril(~diagonal), "below")):
            if not (wrong & ~part).any():
                return f" All of them are {words} the diagonal."
        for axis, line in enumerate(("row", "column")):
            bad = wrong.any(axis=1 - axis)
            if bad.sum() == 1:
                return f" All of them are in {line} {bad.argmax()}."
            if bad.sum() == len(bad) - 1 > 1:
                return f" Only {line} {bad.argmin()} is right."
    return ""


def _at(where: tuple[int, ...]) -> str:
    return f"at {list(where)} " if where else ""


def _coarse(found: np.ndarray, wanted: np.ndarray, tol: float) -> str | None:
    """Name a result that is right but for its last digits, or has been rounded."""
    if found.ndim == 0:
        for decimals in range(1, 7):
            if found and wanted != found == np.round(wanted, decimals):
                return f"{show(found)} is rounded to {decimals} decimal{'s' * (decimals > 1)}; more are wanted."
    error = float(np.abs(found.astype(np.float64) - wanted).max()) / _scale(wanted)
    if not tol < error < 1e-3:
        return None
    text = f"Right to about {-math.log10(error):.0f} digits; {-math.log10(tol):.0f} are wanted"
    return f"{text}, and {found.dtype} holds fewer." if found.dtype.itemsize < 8 and tol < 1e-6 else f"{text}."


def _argument(found: np.ndarray, wanted: np.ndarray, tol: float, args: tuple) -> str | None:
    """Name an argument that came back as it was, or by which the result lacks a factor or has one too many."""
    for i, arg in enumerate(args, start=1):
        array = numbers(arg)
        if array is None or array.dtype.kind == "b" or array.shape not in ((), wanted.shape) or (array == 1).all():
            continue
        array = array.astype(np.float64)
        if array.shape == wanted.shape and _close(found, array, tol):
            return f"That is argument {i} as it came in."
        if _close(found * array, wanted, tol):
            return f"Multiplied by argument {i} it would be right."
        if _close(found, wanted * array, tol):
            return f"Divided by argument {i} it would be right."
        if array.ndim == 0 and 0 < array != 1:
            for words, factor in (
                (f"the root of argument {i}", np.sqrt(array)),
                (f"the square of argument {i}", array**2),
                (f"1 − argument {i}", 1 - array),
            ):
                if _close(found * factor, wanted, tol):
                    return f"Multiplied by {words} it would be right."
                if _close(found, wanted * factor, tol):
                    return f"Divided by {words} it would be right."
    if found.size and found.any():
        scalars = [(i, numbers(arg)) for i, arg in enumerate(args, start=1)]
        scalars = [(i, float(a)) for i, a in scalars if a is not None and a.ndim == 0 and a.dtype.kind == "f" and a]
        for (i, a), (j, b) in permutations(scalars, 2):
            if a != b and _close(found * b, wanted * a, tol):
                return f"The factor is argument {i} where argument {j} is wanted."
    return None


def _factor(found: np.ndarray, wanted: np.ndarray, tol: float, args: tuple) -> str | None:
    """Name the constant that turns ``wanted`` into ``found``: a sign, a 2, or the length of an argument."""
    if not found.any() and wanted.any():
        return "Zero everywhere." if found.ndim else "0 is not right."
    named = {-1.0: "The right size, but the sign is flipped.", 2.0: "Twice too large.", 0.5: "Half of the wanted."}
    for i, arg in reversed(list(enumerate(args, start=1))):
        array = numbers(arg)
        for axis, n in enumerate(array.shape if array is not None else ()):
            if n > 2:
                length = f"and {n} is the length of axis {axis} of argument {i}"
                named[float(n)] = f"{n} times too large, {length}: is a 1/{n} missing?"
                named[1 / n] = f"{n} times too small, {length}: a mean where a sum is wanted?"
    for factor, reason in named.items():
        if _close(found, factor * wanted, tol):
            for i, arg in enumerate(args, start=1):
                array = numbers(arg)
                if array is not None and array.ndim == 0 and array in (factor, 1 / factor):
                    return f"{reason[:-1]}, and argument {i} is {show(arg)}."
            return reason
    weight = float((wanted * wanted).sum())
    if found.size > 2 and weight > 0:
        factor = float((found * wanted).sum()) / weight
        if factor and _close(found, factor * wanted, tol):
            return f"Every entry is {show(factor)} times what is wanted."
    return None
