"""Checkers of the exercises in section 4.1, the data and its baselines."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("4.1.a", hint="The columns of W are the centroids.")
def centroid_layer(rng):
    """Means summed class by class; classes of different sizes."""
    for classes, width in ((3, 5), (4, 7)):
        y = rng.permutation(np.concatenate([np.arange(classes), rng.integers(0, classes, size=20)]))
        x = rng.normal(size=(len(y), width)) + 2 * y[:, None]
        W = np.zeros((width, classes))
        for row, label in zip(x, y, strict=True):
            W[:, label] += row / np.count_nonzero(y == label)
        squares = np.array([float(mean @ mean) for mean in W.T])
        counts = np.bincount(y)
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
                "The bias is missing: a class with much ink would win everywhere.": (W, np.zeros(classes)),
                "A centroid is a mean; divide the sum by the number of its examples.": (W * counts, -squares / 2),
                "A centroid is a mean, and its bias comes from the mean as well.": (
                    W * counts,
                    -squares * counts**2 / 2,
                ),
                "The bias takes off half the square of the length, not half the length.": (W, -(squares**0.5) / 2),
                "The bias has one number per class, the sum of squares over the pixels.": (W, -(W**2) / 2),
                "W has one column per class, not one row; the bias is missing, too.": (W.T, np.zeros(classes)),
                "Each class has its own mean; that is the mean of all.": (
                    np.tile(x.mean(axis=0)[:, None], classes),
                    -np.full(classes, float(x.mean(axis=0) @ x.mean(axis=0)) / 2),
                ),
            },
        )


@exercise("4.1.b", hint="The mean of truth values is a share.")
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
                "The factor 1 − p is missing: an answer varies most at one half.": math.sqrt(p / n),
                "That is the spread of the number of right answers; a share is wanted.": math.sqrt(n * p * (1 - p)),
                "That has N − 1 below; the page's equation has N.": math.sqrt(p * (1 - p) / (n - 1)),
                "That is the accuracy; its error is wanted.": p,
                "1 − p, not 1 + p.": math.sqrt(p * (1 + p) / n),
            },
        )


@exercise("4.1.c", hint="Only examples on which the two disagree count.")
def paired_difference(rng):
    """The mean and the spread of −1, 0 and +1."""
    for n, better in ((60, True), (300, False), (47, True)):
        first, b = rng.random(n) < 0.9, int(rng.integers(7, 10))
        second = first.copy()
        second[rng.permutation(np.flatnonzero(first))[:b]] = False  # only the first is right
        second[rng.permutation(np.flatnonzero(~first))[: int(rng.integers(1, 4))]] = True
        first, second = (first, second) if better else (second, first)
        d = np.array([int(f) - int(s) for f, s in zip(first.tolist(), second.tolist(), strict=True)])
        mean, spread = float(d.mean()), float(d.std())
        turned = "The difference is that of the first less the second."
        turned = turned if better else "The difference has a sign: it is below 0 where the second is better."
        apart = math.sqrt((first.var() + second.var()) / n)
        yield Case(
            first,
            second,
            want=(mean, spread / math.sqrt(n)),
            names=("difference", "standard error"),
            traps={
                turned: (-mean, spread / math.sqrt(n)),
                "That error is for two models on different examples.": (mean, apart),
                "That is the spread of one example.": (mean, spread),
                "That is the variance; the error is its root.": (mean, spread**2 / n),
                "standard error: the square of the difference has to be taken off before the root.": (
                    mean,
                    math.sqrt(np.count_nonzero(d)) / n,
                ),
                "standard error: (b − c)² is divided by n before it is taken off.": (
                    mean,
                    math.sqrt(max(np.count_nonzero(d) - d.sum() ** 2, 0)) / n,
                ),
                "standard error: the root of b + c, not b + c itself.": (mean, np.count_nonzero(d) / n),
                "standard error: b + c, where the two disagree, not b − c.": (mean, math.sqrt(abs(d.sum())) / n),
                "A difference of accuracies is wanted, not of counts.": (d.sum(), spread / math.sqrt(n)),
                "Those are counts; both have to be divided by the number of examples.": (
                    d.sum(),
                    spread * math.sqrt(n),
                ),
                "Those are counts, and the square of the difference has to be taken off before the root.": (
                    d.sum(),
                    math.sqrt(np.count_nonzero(d)),
                ),
                "standard error: that has N − 1 below; the page's equation has N.": (mean, spread / math.sqrt(n - 1)),
                "standard error: those are the errors of both accuracies, added up.": (
                    mean,
                    math.sqrt(first.var() / n) + math.sqrt(second.var() / n),
                ),
                "standard error: the error is that of the difference, not of the first accuracy.": (
                    mean,
                    math.sqrt(first.var() / n),
                ),
            },
        )


@exercise("4.1.d", hint="A row must not choose itself, at whatever distance it finds itself.")
def leave_one_out(rng):
    """Each row against the others, pair by pair; lengths differ, so the squared length of the neighbour counts."""
    for n, width in ((30, 3), (60, 5), (47, 2)):
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
                "The squared length of the other row is missing: the largest product is not the nearest row.": voted(
                    y, -2 * x @ x.T, np.inf, np.argmin
                ),
                "That is the second nearest of the other rows: sorted, a row itself stands at place 0.": float(
                    (y[far.argsort(axis=1)[:, 1]] == y).mean()
                ),
                "That is the farthest row.": voted(y, far, -np.inf, np.argmax),
                "That is the nearest row by the sum of the plain differences, not of their squares.": voted(
                    y, np.abs(x.sum(axis=1)[:, None] - x.sum(axis=1)), np.inf, np.argmin
                ),
                "The neighbour is the row with the smallest distance, not with the smallest number.": voted(
                    y, np.zeros((n, n)), np.inf, np.argmin
                ),
                "The share is one number: average over the rows.": np.array(y[far.argmin(axis=1)] == y),
            },
        )


def voted(y, distances, on_the_diagonal, choose) -> float:
    """The share of rows that have the class of the row they choose."""
    distances = distances.astype(float)
    np.fill_diagonal(distances, on_the_diagonal)
    return float((y[choose(distances, axis=1)] == y).mean())
