"""Checkers of the exercises in section 4.1, the data and its baselines."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("4.1.a", hint="The columns of W are the means; the bias subtracts half their squares.")
def centroid_layer(rng):
    """Means summed class by class; classes of different sizes."""
    for classes, width in ((3, 5), (4, 7)):
        y = rng.permutation(np.concatenate([np.arange(classes), rng.integers(0, classes, size=20)]))
        x = rng.normal(size=(len(y), width)) + 2 * y[:, None]
        W = np.zeros((width, classes))
        for row, label in zip(x, y, strict=True):
            W[:, label] += row / np.count_nonzero(y == label)
        squares = np.array([float(mean @ mean) for mean in W.T])
        yield Case(
            x,
            y,
            classes,
            want=(W, -squares / 2),
            names=("W", "b"),
            traps={
                "W has one column per class, not one row.": (W.T, -squares / 2),
                "The half in the bias is missing.": (W, -squares),
                "The bias is subtracted: a long mean has to lose.": (W, squares / 2),
            },
        )


@exercise("4.1.b", hint="p is the mean of the truth values; the root is taken at the end.")
def accuracy_error(rng):
    """The spread of a mean of zeros and ones."""
    for n in (50, 400):
        right = rng.random(n) < 0.8
        p = sum(right.tolist()) / n
        yield Case(
            right,
            want=math.sqrt(p * (1 - p) / n),
            traps={
                "That is the spread of one answer; divide by the number of answers.": math.sqrt(p * (1 - p)),
                "That is the variance; take the root.": p * (1 - p) / n,
                "Divide by the root of the number: the number stands under the root.": math.sqrt(p * (1 - p)) / n,
            },
        )


@exercise("4.1.c", hint="Count the examples that only the first gets right, and those that only the second does.")
def paired_difference(rng):
    """The mean and the spread of −1, 0 and +1."""
    for n in (60, 300):
        first = rng.random(n) < 0.9
        second = np.where(rng.random(n) < 0.2, ~first, first)
        d = np.array([int(f) - int(s) for f, s in zip(first.tolist(), second.tolist(), strict=True)])
        mean, spread = float(d.mean()), float(d.std())
        apart = math.sqrt((first.var() + second.var()) / n)
        yield Case(
            first,
            second,
            want=(mean, spread / math.sqrt(n)),
            names=("difference", "standard error"),
            traps={
                "The difference is that of the first less the second.": (-mean, spread / math.sqrt(n)),
                "That error is for two models on different examples.": (mean, apart),
                "That is the spread of one example.": (mean, spread),
            },
        )


@exercise("4.1.d", hint="Put infinity where a row meets itself, before you look for the smallest distance.")
def leave_one_out(rng):
    """Each row against the others, pair by pair; lengths differ, so the squared length of the neighbour counts."""
    for n, width in ((30, 3), (60, 5)):
        x, y = rng.normal(size=(n, width)), rng.integers(0, 3, size=n)
        x += 0.8 * y[:, None]
        far = np.array([[math.dist(a, b) for b in x.tolist()] for a in x.tolist()])
        np.fill_diagonal(far, math.inf)
        share = (
            sum(int(y[min(range(n), key=row.tolist().__getitem__)] == label) for row, label in zip(far, y, strict=True))
            / n
        )
        yield Case(
            x,
            y,
            want=share,
            traps={
                "Each row finds itself at distance 0: forbid the diagonal.": 1.0,
                "That is the number of right answers; a share is wanted.": share * n,
                "That is the share of wrong answers.": 1 - share,
            },
        )
