"""The mistakes that `experiments/mnist_confusions.py` recorded, counted for each test digit."""

from collections.abc import Iterable, Mapping

import numpy as np

from backprop.contract import Array


def times_mixed_up(runs: Iterable[Mapping], one: int, other: int, n: int) -> Array:
    """For each of n test digits, in how many of the recorded runs it is `one` and read as `other`, or the reverse.

    A run has the curves ``image``, the numbers of the digits that it read wrongly, and ``pair``, 10 × true + read.

    Shapes: the answer (n,).
    """
    times = np.zeros(n, dtype=int)
    for run in runs:
        image, pair = (np.array(run["curves"][name], dtype=int) for name in ("image", "pair"))
        times[image[np.isin(pair, (10 * one + other, 10 * other + one))]] += 1
    return times
