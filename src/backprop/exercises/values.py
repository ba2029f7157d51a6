"""Say in what way numbers of the right shape differ from the wanted ones: rounded, sign, factor, order, or where."""

import math
from itertools import permutations

import numpy as np

from backprop.exercises.answers import numbers, show


def value_difference(found: np.ndarray, wanted: np.ndarray, tol: float, args: tuple) -> list[str]:
    """The shapes agree, the numbers do not."""
    raw_found, raw_wanted = found, wanted
    found, wanted = found.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(all="ignore"):
        if reason := _not_finite(found, wanted):
            return [reason]
        if raw_wanted.dtype.kind == "f":
            if reason := _coarse(raw_found, wanted, tol):
                return [reason]
            if found.ndim == 2 and found.shape[0] == found.shape[1] and close(found.T, wanted, tol):
                return ["The right numbers, but transposed."]
            if reasons := _factor(found, wanted, tol, args):
                return reasons
            if found.size > 2 and close(found - (found - wanted).mean(), wanted, tol):
                return [f"Every entry is off by the same {show((found - wanted).mean())}."]
            if found.size > 2 and close(np.abs(found), np.abs(wanted), tol):
                return ["The sizes are right, but not all signs."]
        if reason := _argument(found, wanted, tol, args):
            return [reason]
        if found.size > 1 and close(np.sort(found, axis=None), np.sort(wanted, axis=None), tol):
            return ["The right numbers in another order."]
    if found.ndim == 0:
        return [_side(raw_found, raw_wanted, bool(args))]
    wrong = ~np.isclose(found, wanted, rtol=tol, atol=tol * scale(wanted), equal_nan=True)
    n, where = int(wrong.sum()), tuple(int(i) for i in np.argwhere(wrong)[0])
    value, want = show(raw_found[where]), show(raw_wanted[where])
    if args:
        said = f"{n} of {wrong.size} entries differ; the first, at {list(where)} is {value}, wanted is {want}."
    else:
        said = f"{n} of {wrong.size} entries differ; the first, at {list(where)} is {value}."
    return [said, *_region(wrong, args)]


def _not_finite(found: np.ndarray, wanted: np.ndarray) -> str | None:
    bad = ~np.isfinite(found) & np.isfinite(wanted)
    if not bad.any():
        return None
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    value = show(found[where])
    if where:
        return f"There is {'an' if value == 'inf' else 'a'} {value} at {list(where)} where a finite number is wanted."
    return f"There is {'an' if value == 'inf' else 'a'} {value} where a finite number is wanted."


def _side(found: np.ndarray, wanted: np.ndarray, told: bool) -> str:
    """On which side of the wanted number another one is; ``told`` says whether the wanted one may be named."""
    value, want, large = show(found), show(wanted), float(found) > float(wanted)
    if wanted.dtype.kind in "iu" and abs(float(found) - float(wanted)) == 1:
        if told:
            return f"{value} is one too {'many' if large else 'few'}; wanted is {want}."
        return f"{value} is one too {'many' if large else 'few'}."
    if told:
        return f"{value} is too {'large' if large else 'small'}; wanted is {want}."
    return f"{value} is too {'large' if large else 'small'}."


def _region(wrong: np.ndarray, args: tuple) -> list[str]:
    """Say what the wrong entries have in common, where some are wrong and some are right."""
    if wrong.sum() < 2 or wrong.all():
        return []
    for i, arg in enumerate(args, start=1):
        array = numbers(arg)
        if array is not None and array.shape == wrong.shape and array.dtype.kind != "b":
            for place, said in (
                (array < 0, f"It is wrong where argument {i} is negative, and only there."),
                (array > 0, f"It is wrong where argument {i} is positive, and only there."),
                (array == 0, f"It is wrong where argument {i} is 0, and only there."),
            ):
                if np.array_equal(wrong, place):
                    return [said]
    if wrong.ndim == 2:
        diagonal = np.eye(*wrong.shape) > 0
        for part, said in (
            (diagonal, "All of them are on the diagonal."),
            (np.triu(~diagonal), "All of them are above the diagonal."),
            (np.tril(~diagonal), "All of them are below the diagonal."),
        ):
            if not (wrong & ~part).any():
                return [said]
        for axis in (0, 1):
            bad = wrong.any(axis=1 - axis)
            first, last = bad.argmax(), bad.argmin()
            if bad.sum() == 1:
                return [f"All of them are in {'row' if axis == 0 else 'column'} {first}."]
            if bad.sum() == len(bad) - 1 > 1:
                return [f"Only {'row' if axis == 0 else 'column'} {last} is right."]
    return []


def _coarse(found: np.ndarray, wanted: np.ndarray, tol: float) -> str | None:
    """Name a result that is right but for its last digits, or has been rounded."""
    if found.ndim == 0:
        for decimals in range(1, 7):
            if found and wanted != found == np.round(wanted, decimals):
                return f"{show(found)} is rounded to {decimals} decimal{'s' if decimals > 1 else ''}; more are wanted."
    error = float(np.abs(found.astype(np.float64) - wanted).max()) / scale(wanted)
    if not tol < error < 1e-3:
        return None
    digits, more = round(-math.log10(error)), round(-math.log10(tol))
    if found.dtype.itemsize < 8 and tol < 1e-6:
        return f"Right to about {digits} digits; {more} are wanted, and {found.dtype} holds fewer."
    return f"Right to about {digits} digits; {more} are wanted."


def _argument(found: np.ndarray, wanted: np.ndarray, tol: float, args: tuple) -> str | None:
    """Name an argument that came back as it was, or by which the result lacks a factor or has one too many."""
    for i, arg in enumerate(args, start=1):
        array = numbers(arg)
        if array is None or array.dtype.kind == "b" or array.shape not in ((), wanted.shape) or (array == 1).all():
            continue
        array = array.astype(np.float64)
        if array.shape == wanted.shape and close(found, array, tol):
            return f"That is argument {i} as it came in."
        if close(found * array, wanted, tol):
            return f"Multiplied by argument {i} it would be right."
        if close(found, wanted * array, tol):
            return f"Divided by argument {i} it would be right."
        if array.ndim == 0 and 0 < array != 1:
            for power, factor in (
                (f"the root of argument {i}", np.sqrt(array)),
                (f"the square of argument {i}", array**2),
                (f"1 − argument {i}", 1 - array),
            ):
                if close(found * factor, wanted, tol):
                    return f"Multiplied by {power} it would be right."
                if close(found, wanted * factor, tol):
                    return f"Divided by {power} it would be right."
    if found.size and found.any():
        scalars = [(i, numbers(arg)) for i, arg in enumerate(args, start=1)]
        scalars = [(i, float(a)) for i, a in scalars if a is not None and a.ndim == 0 and a.dtype.kind == "f" and a]
        for (i, a), (j, b) in permutations(scalars, 2):
            if a != b and close(found * b, wanted * a, tol):
                return f"The factor is argument {i} where argument {j} is wanted."
    return None


def _factor(found: np.ndarray, wanted: np.ndarray, tol: float, args: tuple) -> list[str] | None:
    """Name the constant that turns ``wanted`` into ``found``: a sign, a 2, or the length of an argument."""
    if not found.any() and wanted.any():
        return ["Zero everywhere." if found.ndim else "0 is not right."]
    named = {-1.0: "The right size, but the sign is flipped.", 2.0: "Twice too large.", 0.5: "Half of the wanted."}
    for i, arg in reversed(list(enumerate(args, start=1))):
        array = numbers(arg)
        for axis, n in enumerate(array.shape if array is not None else ()):
            if n > 2:
                named[float(n)] = (
                    f"{n} times too large, and {n} is the length of axis {axis} of argument {i}: is a 1/{n} missing?"
                )
                named[1 / n] = (
                    f"{n} times too small, and {n} is the length of axis {axis} of argument {i}: "
                    "a mean where a sum is wanted?"
                )
    for factor, reason in named.items():
        if close(found, factor * wanted, tol):
            for i, arg in enumerate(args, start=1):
                array = numbers(arg)
                if array is not None and array.ndim == 0 and array in (factor, 1 / factor):
                    return [reason, f"And argument {i} is {show(arg)}."]
            return [reason]
    weight = float((wanted * wanted).sum())
    if found.size > 2 and weight > 0:
        factor = float((found * wanted).sum()) / weight
        if factor and close(found, factor * wanted, tol):
            return [f"Every entry is {show(factor)} times what is wanted."]
    return None


def close(found: np.ndarray, wanted: np.ndarray, tol: float) -> bool:
    if wanted.dtype.kind != "f":
        return np.array_equal(found, wanted)
    found, wanted = found.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(all="ignore"):
        return bool(np.allclose(found, wanted, rtol=tol, atol=tol * scale(wanted), equal_nan=True))


def scale(wanted: np.ndarray) -> float:
    """The size of the largest finite entry; 1 when all are zero."""
    finite = np.abs(wanted[np.isfinite(wanted)])
    return float(finite.max(initial=0.0)) or 1.0
