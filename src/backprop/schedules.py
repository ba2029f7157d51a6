"""How the learning rate changes over training: a schedule is a function step -> rate, with steps from 0.

A schedule goes where a learning rate goes: ``SGD(cosine(0.1, 1000))``. They compose by calling each other:
``warmup(20, then=cosine(0.02, 400))``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral

Schedule = Callable[[int], float]


def constant(lr: float) -> Schedule:
    """rate = lr."""
    _check(lr=lr)
    return lambda step: lr


def linear(start: float, end: float, steps: int) -> Schedule:
    """From ``start`` to ``end`` in a straight line over ``steps``, then ``end``."""
    _check(start=start, end=end)
    _check_steps("steps", steps)
    return lambda step: start + (end - start) * min(step / steps, 1.0)


def step_decay(lr: float, factor: float, every: int) -> Schedule:
    """rate = lr · factor^⌊step / every⌋: a staircase."""
    _check(lr=lr, factor=factor)
    _check_steps("every", every)
    return lambda step: lr * factor ** (step // every)


def exponential(lr: float, rate: float) -> Schedule:
    """rate = lr · exp(−rate · step)."""
    _check(lr=lr, rate=rate)
    return lambda step: lr * math.exp(-rate * step)


def inverse(lr: float, steps: int) -> Schedule:
    """rate = lr / (1 + step / steps): in the long run like 1/t, at first like ``lr`` (Robbins & Monro 1951)."""
    _check(lr=lr)
    _check_steps("steps", steps)
    return lambda step: lr / (1 + step / steps)


def cosine(lr: float, steps: int, end: float = 0.0) -> Schedule:
    """From ``lr`` to ``end`` along half a cosine over ``steps``, then ``end`` (Loshchilov & Hutter 2017)."""
    _check(lr=lr, end=end)
    _check_steps("steps", steps)
    return lambda step: end + (lr - end) * (1 + math.cos(math.pi * min(step / steps, 1.0))) / 2


def warmup(steps: int, then: Schedule) -> Schedule:
    """A line that climbs for ``steps`` and meets ``then`` at its own step 0 (Goyal et al. 2017)."""
    _check_steps("steps", steps)
    if not callable(then):
        raise ValueError(f"warmup wants a schedule for `then`, got {then!r}; a fixed rate is constant({then!r})")
    return lambda step: then(0) * (step + 1) / (steps + 1) if step < steps else then(step - steps)


def _check(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (number >= 0 and math.isfinite(number)):
            raise ValueError(f"a schedule wants a finite {name} ≥ 0, got {number}")


def _check_steps(name: str, steps: int) -> None:
    if not (isinstance(steps, Integral) and steps >= 1):
        raise ValueError(f"a schedule wants a whole number {name} ≥ 1, got {steps!r}")
