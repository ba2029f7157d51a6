"""Checkers of the exercises in section 4.4, the debugging clinic."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("4.4.a", hint="The probability of the label is 1/K.")
def expected_initial_loss(rng):
    """−ln(1/K) for a few K."""
    for k in (2, 10, int(rng.integers(20, 200))):
        yield Case(
            k,
            want=-math.log(1 / k),
            traps={
                "A loss is positive.": math.log(1 / k),
                "The natural logarithm is wanted.": math.log2(k),
                "That is the probability; the loss is its negative logarithm.": 1 / k,
            },
        )


@exercise("4.4.b", hint="A unit that answers once is alive; average over the units, not over the examples.")
def dead_units(rng):
    """Columns without a positive number, counted one by one."""
    for n in (8, 20):
        a = np.maximum(rng.normal(size=(12, n)), 0)
        dead = rng.permutation(n)[: n // 4]
        a[:, dead] = 0
        a[0] = 0  # an example that switches everything off
        yield Case(
            a,
            want=sum(not any(column) for column in a.T.tolist()) / n,
            traps={
                "That is the share of zeros: a unit that answers once is alive.": float((a == 0).mean()),
                "That is the share that is alive.": 1 - (n // 4) / n,
                "That is the number of dead units; the share is wanted.": float(n // 4),
                "Columns are units; rows are examples.": float((a == 0).all(axis=1).mean()),
            },
        )


@exercise("4.4.c", hint="The root of the sum of squares of the change, over that of the weights before.")
def update_ratio(rng):
    """Norms added up entry by entry."""
    for shape in ((4, 3), (7, 2)):
        before = rng.normal(size=shape)
        after = before + 0.3 * rng.normal(size=shape)
        change = math.sqrt(sum(float(d) ** 2 for d in (after - before).flat))
        size = math.sqrt(sum(float(w) ** 2 for w in before.flat))
        yield Case(
            before,
            after,
            want=change / size,
            traps={
                "Divide by the size of the weights.": change,
                "Take the root of both sums.": (change / size) ** 2,
                "That is the wrong way up.": size / change,
            },
        )


@exercise("4.4.d", hint="The order matters: return as soon as one line fits.")
def diagnose(rng):
    """One history for each answer, and two that fit several lines."""
    k = int(rng.integers(5, 20))
    start = math.log(k)
    for history, want in (
        ((20 * start, 0.2, 0.95, 0.01), "scale"),
        ((start, 0.1, 0.96, 0.2 / k), "labels"),
        ((start, start, 1 / k, 1 / k), "stuck"),
        ((start, 0.95 * start, 0.4, 0.1), "stuck"),
        ((start, 0.05, 0.99, 0.8), "overfit"),
        ((1.1 * start, 0.3, 0.92, 0.9), "healthy"),
    ):
        yield Case(*history, k, want=want)
