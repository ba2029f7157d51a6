"""Checkers of the exercises on page 2.6.2, an engine for arrays."""

import numpy as np

from backprop.exercises.answers import show
from backprop.exercises.checking import Case, exercise


@exercise("2.6.2.a", hint="A product hands back the other factor, and what was copied is added up.")
def copies_on_paper(rng):
    yield Case(
        want=((4, 4, 4), (6, 6, 6, 6)),
        names=("da", "db"),
        traps={
            "da and db are exchanged: an entry of a is multiplied by entries of b.": ((6, 6, 6), (4, 4, 4, 4)),
            "A product hands back the other factor, not the number of copies.": ((4, 4, 4), (3, 3, 3, 3)),
            "That is the gradient each copy receives; handing it back multiplies by the other factor.": (
                (1, 1, 1),
                (1, 1, 1, 1),
            ),
            "Each entry is multiplied by a whole row or column of the other array: add its entries up.": (
                (1, 1, 2),
                (1, 2, 3, 0),
            ),
            "da: each entry is multiplied by all four entries of b: they add up to 4.": ((1, 1, 2), (6, 6, 6, 6)),
            "Those are the sums of y itself; its slopes are wanted.": ((4, 8, 12), (6, 6, 12, 0)),
            "An entry that is 0 has a gradient all the same: it is multiplied by a.": ((4, 4, 4), (6, 6, 6, 0)),
            "Copies add up, they are not averaged.": ((1, 1, 1), (2, 2, 2, 2)),
            "Those are a and b themselves; add up what each entry was multiplied by.": ((1, 2, 3), (1, 1, 2, 0)),
            "da: those are the entries of a; add up what each was multiplied by.": ((1, 2, 3), (6, 6, 6, 6)),
            "db: those are the entries of b; add up what each was multiplied by.": ((4, 4, 4), (1, 1, 2, 0)),
        },
    )


def pull_mistakes(dy, n_rows):
    """What a wrong share or a wrong shape gives."""
    copied = np.tile(dy, (n_rows, 1))
    return {
        "That is the way back through a sum; a mean has 1/N.": copied,
        "One row is not enough: each of the N rows gets it.": dy / n_rows,
        "The share is 1/N, once.": copied / n_rows**2,
        "The mean runs over the N rows, not over the n columns.": copied / len(dy),
        "The sign is flipped.": -copied / n_rows,
        "Only the first row gets a gradient; the mean takes all of them.": np.vstack([dy / n_rows, 0 * copied[1:]]),
        "That multiplies by N; a mean divides.": copied * n_rows,
        "The rows and the columns are exchanged: shape (N, n).": copied.T / n_rows,
        "All entries are added: each column has its own gradient.": np.full_like(copied, dy.sum() / n_rows),
    }


@exercise("2.6.2.b", hint="What a sum joined on the way forward is copied on the way back.")
def pull_mean(rng):
    """dy / N in each of N rows."""
    for n in (3, 1):
        n_rows = int(rng.integers(4, 9))
        dy = rng.normal(size=n)
        want = np.array([[d / n_rows for d in dy] for _ in range(n_rows)])
        yield Case(dy, n_rows, want=want, traps=pull_mistakes(dy, n_rows))


@exercise("2.6.2.c", hint="A nudge of an entry that is not the largest changes nothing.")
def pull_max(rng):
    """The whole gradient at the largest entry of each column; some of them are negative."""
    for n_rows, n in ((4, 3), (5, 5), (3, 1)):
        dy, x = rng.normal(size=n), rng.permuted(np.arange(n_rows * n) - 1.5 * n).reshape(n_rows, n)
        want = np.zeros((n_rows, n))
        for column, place in enumerate(x.argmax(axis=0)):
            want[place, column] = dy[column]
        largest = x == x.max()
        yield Case(
            dy,
            x,
            want=want,
            traps={
                "That is the way back through a sum: only the largest entry moves the maximum.": np.tile(
                    dy, (n_rows, 1)
                ),
                "That is the way back through a mean: only the largest entry moves the maximum.": np.tile(
                    dy / n_rows, (n_rows, 1)
                ),
                "One entry for each column, not one for the whole array.": largest * dy,
                "The place is right; what it gets is dy, not its own value.": (x == x.max(axis=0)) * x,
                "The place is right; what it gets is dy, not 1.": (x == x.max(axis=0)) * 1.0,
                "That is the largest of each row; the maximum runs down the columns.": (
                    x == x.max(axis=1, keepdims=True)
                )
                * dy,
                "That is the smallest entry of each column.": (x == x.min(axis=0)) * dy,
                "The sign is flipped.": -want,
                "That is the mask of a ReLU.": (x > 0) * dy,
            },
        )


@exercise("2.6.2.d", hint="How does L change if w becomes 1.701? The estimator takes the slope of rounding for 1.")
def straight_through(rng):
    yield Case(judge=said_of_rounding)


def said_of_rounding(got):
    """What is wrong with (true slope, reported slope, direction) at w = 1.7; None if nothing is."""
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        return f"Two numbers and a word are wanted, not {show(got)}."
    true, reported, direction = got
    if true != 0:
        return "true_slope: 1.701 is rounded to 2 as well, so the loss does not change at all."
    if reported == 22.5:
        return "reported: forward still rounds; the estimator changes the way back alone."
    if reported == 6:
        return "reported: the difference is 6, and it comes back through the factor 5."
    if reported != 30:
        return f"reported: forward 2 · 5 − 4, then back times 5 and times 1; that is not {show(reported)}."
    if not isinstance(direction, str) or direction.strip().lower() not in ("up", "down"):
        return f"direction: 'up' or 'down' is wanted, not {show(direction)}."
    return None if direction.strip().lower() == "down" else "direction: descent steps against the gradient."
