"""How the steps are timed: one thread, processor time, in turns, so that a busy machine is unfair to nobody."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

ROUND = 0.05  # seconds of each contender's round


def side_by_side(steps: dict[str, Callable[[], None]], rounds: int) -> dict[str, np.ndarray]:
    """Seconds of processor time per step, one number a round: every contender in every round, in rotating order.

    Each is warmed up first and then runs as many steps a round as fill about a twentieth of a second.
    """
    counts = {name: _count(step) for name, step in steps.items()}
    seconds = {name: np.empty(rounds) for name in steps}
    names = list(steps)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            step, count = steps[name], counts[name]
            start = time.process_time()
            for _ in range(count):
                step()
            seconds[name][number] = (time.process_time() - start) / count
    return seconds


def ratio(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile of ours / theirs, round by round."""
    low, middle, high = np.percentile(ours / theirs, [25, 50, 75])
    return float(low), float(middle), float(high)


def _count(step: Callable[[], None]) -> int:
    count = 1
    while True:
        start = time.process_time()
        for _ in range(count):
            step()
        if (took := time.process_time() - start) > ROUND / 2:
            return max(1, round(count * ROUND / took))
        count *= 2
