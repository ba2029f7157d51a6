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


@exercise("4.1.b", hint="Put x = 0 into the scores: which term is left?")
def paler_ink(rng):
    yield Case(
        want=(1, 2.0),
        tol=1e-3,
        names=("the digit", "s"),
        traps={
            "The 0 has most ink; a black page is farthest from it.": (0, 2.0),
            "Some class is always nearest; which mean has least ink?": (-1, 2.0),
            "The half in front of the squared length is missing: s − ½ and 3s − 9/2.": (1, 4.0),
            "The length is squared: the second score is 3s − 9/2, not 3s − 3/2.": (1, 0.5),
            "Without the biases the scores s and 3s meet at 0 only.": (1, 0.0),
            "That is a score at the border; at which s?": (1, 1.5),
            "Set s − ½ = 3s − 9/2: the terms with s come to 2s, the numbers to 4.": (1, 2.5),
        },
    )


@exercise("4.1.c", hint="Set the difference equal to two standard errors and solve for N.")
def digits_to_settle(rng):
    apart, gap = 0.98 * 0.02 + 0.983 * 0.017, 0.003
    yield Case(
        want=(4 * apart / gap**2, 4 * (0.01 - gap**2) / gap**2),
        tol=0.005,  # of the larger number, which is nearly four times the other one
        names=("apart", "together"),
        traps={
            "Two standard errors, not one: that is a factor of 4 in N.": (apart / gap**2, (0.01 - gap**2) / gap**2),
            "The two stands outside the root: squared, it is 4.": (2 * apart / gap**2, 2 * (0.01 - gap**2) / gap**2),
            "N stands under a root: square the difference.": (4 * apart / gap, 4 * (0.01 - gap**2) / gap),
            "The variances of both accuracies add up; that is the first one alone.": (
                4 * 0.98 * 0.02 / gap**2,
                4 * (0.01 - gap**2) / gap**2,
            ),
            "The variances of both accuracies add up; that is the second one alone.": (
                4 * 0.983 * 0.017 / gap**2,
                4 * (0.01 - gap**2) / gap**2,
            ),
            "Asked about the same digits, two programs need fewer of them.": (4 * apart / gap**2, 4 * apart / gap**2),
        },
    )


@exercise("4.1.d", hint="A row must not choose itself, at whatever distance it finds itself.")
def leave_one_out(rng):
    """Each row against the others, pair by pair; lengths differ, so the squared length of the neighbour counts."""
    for n, width, twins in ((30, 3, 0), (60, 5, 0), (47, 2, 0), (30, 3, 8), (50, 3, 13)):
        x, y = rng.normal(size=(n, width)), rng.integers(0, 3, size=n)
        x += 0.8 * y[:, None]
        if twins:  # whole numbers, so that a twin lies at distance 0 exactly
            x = rng.permutation(9**width)[:n, None] // 9 ** np.arange(width) % 9 - 4.0
            x[:twins], y[:twins] = x[-twins:], (y[-twins:] + 1) % 3
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
                "A row may have a twin at distance 0, and then place 1 of the order can be the row itself.": float(
                    (y[np.where(np.eye(n, dtype=bool), 0.0, far).argsort(axis=1, kind="stable")[:, 1]] == y).mean()
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
