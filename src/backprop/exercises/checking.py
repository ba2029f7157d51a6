"""Check an answer to an exercise of the book, and say what is wrong with it rather than only that it is.

``check("1.2.c", answer)`` tries the answer on fresh random cases. The verdict is *correct*, *not answered yet*,
or the first thing that is wrong, with a hint; whatever the answer does, it is never a traceback. An endless loop
has to be interrupted by hand. The checkers of a page are in the file that bears its name.
"""

import contextlib
import copy
import importlib
import inspect
import io
import pkgutil
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from backprop.exercises.answers import is_blank, is_several, numbers, show
from backprop.exercises.diagnose import difference, same
from backprop.exercises.verdict import Verdict

_MISSING = object()


class Case:
    """One trial of an answer: call it with ``args`` and compare what comes back with ``want``.

    Without ``args`` the answer itself is compared. ``run(answer, *args)`` replaces the plain call, for instance
    when the answer is a class. ``judge(got)`` replaces the comparison: it returns None when fine, else a sentence
    that says what is wrong, or several. ``traps`` maps a sentence to the result of a typical mistake, or to a function
    that says whether numbers of the wanted shape show it. ``names`` names the parts of a tuple. ``tol`` is relative to
    the largest entry. ``unused`` holds the places of arguments that a right answer has no use for.
    """

    def __init__(
        self,
        *args: Any,
        want: Any = _MISSING,
        tol: float = 1e-5,
        names: tuple[str, ...] = (),
        traps: dict[str, Any] | None = None,
        run: Callable[..., Any] | None = None,
        judge: Callable[[Any], str | list[str] | None] | None = None,
        unused: tuple[int, ...] = (),
    ):
        if (want is _MISSING) == (judge is None):
            raise ValueError("a Case takes either want or judge")
        self.args, self.want, self.tol, self.names = args, want, tol, names
        self.traps, self.run, self.judge, self.unused = traps or {}, run, judge, unused

    def got(self, answer: Any) -> Any:
        """What the answer makes of this case's arguments."""
        if self.run is not None:
            return self.run(answer, *self.args)
        return answer(*self.args) if self.args else answer

    def complaint(self, got: Any) -> list[str]:
        """What is wrong with ``got``, in whole sentences; none when nothing is."""
        if self.judge is not None:
            said = self.judge(got) or []
            return [said] if isinstance(said, str) else said
        if same(got, self.want, self.tol):
            return []
        if sentences := self.shown(got):
            return sentences[:1]
        for sentence, trap in self.traps.items():
            if self._shows_in_a_part(got, trap):
                return [sentence]
        return difference(got, self.want, self.tol, self.names, self.args)

    def shown(self, got: Any) -> list[str]:
        """The sentences of all mistakes that ``got`` is the result of."""
        return [sentence for sentence, trap in self.traps.items() if self._shows(got, trap)]

    def fits(self, sentence: str, got: Any) -> bool:
        """Whether that mistake comes to ``got`` here, be it right or wrong."""
        trap = self.traps.get(sentence)
        return self._shows(got, trap) if callable(trap) else same(got, trap, self.tol)

    def _shows(self, got: Any, trap: Any) -> bool:
        if callable(trap):
            found = numbers(got)
            return found is not None and found.shape == np.shape(self.want) and bool(trap(found))
        return not same(trap, self.want, self.tol) and same(got, trap, self.tol)

    def _shows_in_a_part(self, got: Any, trap: Any) -> bool:
        """Whether the trap is a mistake in one of several results, which has been made beside another one."""
        if not (isinstance(trap, tuple) and isinstance(self.want, tuple) and is_several(got)):
            return False
        if not len(trap) == len(self.want) == len(got):
            return False
        faulty = [i for i, want in enumerate(self.want) if not same(trap[i], want, self.tol)]
        return len(faulty) == 1 and same(got[faulty[0]], trap[faulty[0]], self.tol)


@dataclass(frozen=True)
class Exercise:
    """A checker: ``cases(rng)`` yields the trials."""

    number: str
    hint: str
    cases: Callable[[np.random.Generator], Iterator[Case]]


_EXERCISES: dict[str, Exercise] = {}


def exercise(number: str, hint: str) -> Callable:
    """Register the decorated ``cases(rng)`` as the checker of an exercise; ValueError for a second one."""

    def register(cases: Callable[[np.random.Generator], Iterator[Case]]) -> Callable:
        known = _EXERCISES.get(number)
        if known is not None and known.cases.__qualname__ != cases.__qualname__:
            raise ValueError(f"exercise {number} has two checkers")
        _EXERCISES[number] = Exercise(number, hint, cases)
        return cases

    return register


def find(number: str) -> Exercise:
    """The checker of exercise ``number``; ValueError when there is none."""
    if number not in _EXERCISES:
        page = "_".join(str(number).split(".")[:-1])
        checkers = importlib.import_module("backprop.exercises")  # found by name: they import this module
        for module in pkgutil.iter_modules(checkers.__path__):
            if re.match(rf"section_{re.escape(page)}_[a-z]", module.name):
                importlib.import_module(f"{checkers.__name__}.{module.name}")
    if number not in _EXERCISES:
        raise ValueError(f"the book has no exercise {number!r}")
    return _EXERCISES[number]


def check(number: str, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
    """Try ``answer``, which can be anything, on cases that are fresh at every call: knowing the numbers is no use.

    ValueError when the book has no such exercise. A given ``rng`` makes the cases repeatable.
    """
    task = find(number)
    verdict = partial(Verdict, number, section=task.cases.__module__.rpartition(".")[2])
    if is_blank(answer):
        return verdict("open", ("Fill in the ... and run this cell again.",))
    cases = task.cases(rng or np.random.default_rng())
    for trial, case in enumerate(cases):
        before = copy.deepcopy(case.args)
        try:
            got = case.got(answer)
        except NotImplementedError:
            return verdict("open", ("Fill in the code and run this cell again.",))
        except BaseException as error:  # sys.exit() in an answer must not end the reader's session
            said = _raised(error, answer, case)
        else:
            if trial == 0 and is_blank(got):
                return verdict("open", ("The function returns nothing so far; end it with return.",))
            said = _judged(case, got) or _changed(before, case.args, _names(answer))
            if said and said[0] in case.traps:
                said = _clearest(case.shown(got), cases, answer) or said
            if said and case.judge is None and said[0] not in case.traps:
                said = [*said, *_ignored(answer, task)]
        if said:
            return verdict("wrong", (*said, *_called(answer, case, before)), task.hint)
    return verdict("correct")


_LENGTHS = "The inner lengths of a product must be equal: does one array hold a bias too many, or lie on its side?"
_ERRORS = {  # a part of Python's or NumPy's own text: what a learner has most likely done
    "truth value of an array": "max, min, if and and take one number; for arrays there are np.maximum and np.where.",
    "could not be broadcast": "Does a vector have to become a column first, c[:, None]?",
    "mismatch in its core dimension": _LENGTHS,
    "not aligned": _LENGTHS,
    "math range error": "A number became too large for a float: no exponent may be large and positive.",
    "overflow encountered": "A number became too large for a float: no exponent may be large and positive.",
    "invalid value encountered": "0/0 or ∞ − ∞: all exponentials of a row may have become 0, or one infinite.",
    "in the mapped dimension": "vmap takes every argument apart; the parameters are shared: in_dims=(None, 0, 0).",
    "'NoneType'": "Something is still None: it was never set, or a function returned nothing.",
    "positional argument": "The check calls it with the arguments that the exercise names, in that order.",
}


def _raised(error: BaseException, answer: Any, case: Case) -> list[str]:
    if case.args and case.run is None and not callable(answer):
        return [f"{show(answer)} (of type {type(answer).__name__}) where a function is wanted."]
    if isinstance(error, KeyboardInterrupt):
        return ["Interrupted before it came to an end. Is there an endless loop?"]
    text = _text(error).rstrip(" .")
    return [f"It raises {type(error).__name__}: {text}.", *[said for part, said in _ERRORS.items() if part in text][:1]]


def _clearest(sentences: list[str], later: Iterator[Case], answer: Any) -> list[str]:
    """Of mistakes that come to one result in a case, the first that later cases show as well."""
    for case in later if len(sentences) > 1 else ():
        try:
            got = case.got(answer)
            sentences = [sentence for sentence in sentences if case.fits(sentence, got)] or sentences
        except BaseException:  # the answer, or a comparison with it, breaks down: nothing more is to be learnt
            break
    return sentences[:1]


def _judged(case: Case, got: Any) -> list[str]:
    if not case.args and case.run is None and callable(got):
        return ["A function where a value is wanted: call it, and check what it returns."]
    try:
        return case.complaint(got)
    except BaseException as error:  # an object that cannot even be compared
        return [f"The result cannot be compared; that raises {type(error).__name__}."]


def _changed(before: tuple, after: tuple, names: list[str]) -> list[str]:
    for i, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        if isinstance(old, (np.ndarray, list, dict)) and not same(new, old, 0.0):
            which = names[i - 1] if len(names) == len(before) else f"argument {i}"
            return [f"The result is right, but {which} has been changed on the way: work on a copy."]
    return []


def _ignored(answer: Any, task: Exercise) -> list[str]:
    """Name an argument that the answer never looks at: whatever it is, in no case does the result change."""
    idle: set[int] | None = None
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():  # all that has been said already
        warnings.simplefilter("ignore")
        for case in task.cases(np.random.default_rng(0)):
            if case.judge is not None or not case.args:
                continue
            try:
                before = case.got(answer)
                still = {i for i in range(len(case.args)) if _stays(answer, case, i, before)}
            except BaseException:  # the first thing that is wrong has been said; an error elsewhere can wait
                return []
            idle = still if idle is None else idle & still
    if not idle:
        return []
    names, i = _names(answer), min(idle) + 1
    which = names[i - 1] if i <= len(names) else f"argument {i}"
    return [f"It stays the same when {which} changes."]


def _stays(answer: Any, case: Case, i: int, before: Any) -> bool:
    """Whether the result, a real number or several, is the same with other real numbers as argument i."""
    results = before if isinstance(before, (tuple, list)) else [before]
    array, *results = (numbers(thing) for thing in (case.args[i], *results))
    if i in case.unused or any(thing is None or thing.dtype.kind != "f" for thing in (array, *results)):
        return False
    args = copy.deepcopy(case.args)
    other = 0.63 * array[::-1] + 0.021 if array.ndim else 0.63 * float(array) + 0.021
    changed = copy.copy(case)
    changed.args = (*args[:i], other.tolist() if isinstance(args[i], list) else other, *args[i + 1 :])
    return same(changed.got(answer), before, 0.0)


def _names(answer: Any) -> list[str]:
    """The answer's own names of its arguments; none for a built-in function."""
    try:
        return list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return []


def _wanted_by(run: Callable) -> list[str]:
    """The names of what it has to be given, one by one."""
    parameters = inspect.signature(run).parameters.values()
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty]


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:
        text = "(no text)"
    return text if len(text) <= 200 else text[:200] + "…"


def _called(answer: Any, case: Case, args: tuple) -> list[str]:
    """What the answer was called with, by its own names of the arguments where it has as many."""
    if not args or not callable(answer):
        return []
    names = _names(answer)
    if case.run is not None and (len(names) != len(args) or _wanted_by(case.run)[1:] not in ([], names)):
        return []  # the answer was not called with these
    values = [show(arg) for arg in args]
    if len(names) == len(values):
        values = [f"{name} = {value}" for name, value in zip(names, values, strict=True)]
    return [f"It was called with {', '.join(values)}."]
