"""What a reader handed in: written in a line, and read as numbers."""

import reprlib
from types import FunctionType
from typing import Any

import numpy as np


def show(thing: Any) -> str:
    """A short text of anything, even of objects whose own repr fails."""
    try:
        if isinstance(thing, np.ndarray) and thing.ndim > 0:
            small = thing.size <= 6 and thing.ndim == 1
            return np.array2string(thing, precision=3) if small else f"an array of shape {thing.shape}"
        if isinstance(thing, (np.generic, np.ndarray)):
            thing = thing.item()
        if isinstance(thing, float):
            return f"{thing + 0.0:.6g}"  # -0 is 0 to a reader
        return "a function" if isinstance(thing, FunctionType) else reprlib.repr(thing)
    except Exception:
        return f"an object of type {type(thing).__name__}"


def is_blank(answer: Any) -> bool:
    """Whether nothing has been filled in yet: None, ``...``, or a collection of nothing else."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, (list, tuple)):
        return len(answer) > 0 and all(part is None or part is ... for part in answer)
    return answer is None or answer is ... or answer is NotImplemented


def numbers(thing: Any) -> np.ndarray | None:
    """The thing as an array of real numbers or truth values; None when it is not that."""
    try:
        array = np.asarray(thing)
    except Exception:  # a ragged list, an object whose own conversion fails
        return None
    return array if array.dtype.kind in "biuf" else None


def is_several(thing: Any) -> bool:
    """Whether the thing can be unpacked into results: a tuple, a list, an array of at least one dimension."""
    return isinstance(thing, (tuple, list)) or (isinstance(thing, np.ndarray) and thing.ndim > 0)
