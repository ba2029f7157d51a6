"""Checkers of the exercises in section 4.2, a network from scratch."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("4.2.a", hint="The gradient of a weight is its input times what comes back from above.")
def never_moved(rng):
    yield Case(
        want=(129 * 128, 0),
        names=("without a penalty", "with it"),
        traps={
            "Those are pixels; each of them has a weight to each of the 128 neurons.": (129, 0),
            "A penalty does not ask what the input was: it pulls every weight.": (129 * 128, 129 * 128),
            "Those are the weights that may move.": (784 * 128 - 129 * 128, 0),
            "Where an input is always 0, no step ever changes the weight.": (0, 0),
            "Those are all weights; most pixels are lit in some digit.": (784 * 128, 0),
            "A black pixel has as many weights as there are neurons, not as there are pixels.": (129 * 784, 0),
            "The second layer has 64 neurons; the first has 128.": (129 * 64, 0),
            "Counted without the penalty, the black pixels keep their weights; with it none does.": (0, 129 * 128),
        },
    )


@exercise("4.2.b", hint="Square the sum and take the mean: which products of two u have a mean that is not 0?")
def seen_by_a_nudge(rng):
    yield Case(
        want=(0.13, 0.5),
        tol=1e-3,
        names=("three entries", "a hundred entries"),
        traps={
            "The entries of u have random signs: their errors do not add up.": (0.11, 5.0),
            "The absolute errors do not add up; their squares do.": (0.19, 5.0),
            "Those are mean squares; take the root.": (0.0169, 0.25),
            "The largest error is not all: every wrong entry adds to the mean square.": (0.12, 0.05),
            "The mean is over directions, not over entries: do not divide by their number.": (0.13 / 3**0.5, 0.05),
            "The mean of the difference is 0, but its square is not.": (0.0, 0.0),
        },
    )


@exercise("4.2.c", hint="A pair that occurs five times has to be counted five times.")
def confusions(rng):
    """Pairs counted one by one; a pair is repeated, and the last class never occurs."""
    n_classes = int(rng.integers(4, 9))
    y = np.concatenate([[0, 0, 0, 2], rng.integers(0, n_classes - 1, size=60)])
    predicted = np.concatenate([[1, 1, 1, 0], rng.integers(0, n_classes - 1, size=60)])
    pairs = list(zip(y.tolist(), predicted.tolist(), strict=True))
    want = np.array([[pairs.count((i, j)) for j in range(n_classes)] for i in range(n_classes)])
    mistakes = want * (1 - np.eye(n_classes, dtype=int))
    yield Case(
        y,
        predicted,
        n_classes,
        want=want,
        traps={
            "Rows and columns are swapped: the row is what is true.": want.T,
            "A pair that occurs several times is counted once.": np.minimum(want, 1),
            "Only the mistakes are counted; the right answers belong on the diagonal.": mistakes,
            "Those are shares of all examples; counts are wanted.": want / len(y),
            "Those are shares of each row; counts are wanted.": want / np.maximum(want.sum(axis=1, keepdims=True), 1),
            "The last class has its row and its column as well, even if it never occurs.": want[:-1, :-1],
            "That counts each true class; every pair of true class and answer has a place of its own.": want.sum(
                axis=1
            ),
            "That counts each answer; every pair of true class and answer has a place of its own.": want.sum(axis=0),
            "Those are the right answers alone.": want * np.eye(n_classes, dtype=int),
            "A row for every true class and a column for every answer: fold the counts into a table.": want.ravel(),
        },
    )


@exercise("4.2.d", hint="Subtracting the same number from a whole row changes no probability.")
def most_expensive(rng):
    """Rows by cross-entropy: ordinary logits, of which the level of a row says nothing, then logits that overflow."""
    for scale in (1.0, 2000.0):
        rows, classes, level = int(rng.integers(14, 20)), 5, 3.0
        logits = rng.normal(size=(rows, classes))
        labels = rng.integers(0, classes, size=rows)
        labels[:8] = logits[:8].argmin(axis=1)  # costs well above 0, where ties would be
        # Five rows at the top whose order turns round if the sum over the classes is taken in any other way:
        # four classes share the first place (ln 4 = 1.39), or the label lies further below a single first.
        logits[:5], labels[:5] = -30.0, 1
        logits[0] = level
        logits[3, 2:] = level - 1.5
        logits[[1, 2, 3, 4], 0] = level
        logits[:5, 1] = level - np.array([10.0, 10.95, 11.7, 7.5, 8.12])
        logits *= scale
        logits += 3 * scale * rng.normal(size=(rows, 1))
        order_in = rng.permutation(rows)
        logits, labels = logits[order_in], labels[order_in]
        costs = np.array([np.logaddexp.reduce(row) - row[label] for row, label in zip(logits, labels, strict=True)])
        order, by_score = np.argsort(costs), np.argsort(logits.max(axis=1))
        at_label = logits[np.arange(rows), labels]
        n = int(rng.integers(5, 8))
        yield Case(
            logits,
            labels,
            n,
            want=order[::-1][:n],
            traps={
                "Those are the cheapest rows: sort the other way round.": order[:n],
                "The right rows, but the most expensive belongs first.": order[-n:],
                "Those rows have the smallest highest score; the cost also depends on the label.": by_score[:n],
                "Those rows have the lowest logit at their label; a cost compares it with the others of its row.": (
                    np.argsort(at_label)[:n]
                ),
                "How far the label lies below the highest logit is not the whole cost: the others add to the sum.": (
                    np.argsort(at_label - logits.max(axis=1))[:n]
                ),
                "Those rows are least sure of their answer; a cost asks for the probability of the label.": np.argsort(
                    np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
                )[::-1][:n],
                "Those are all rows, sorted: only the first n are wanted.": order[::-1],
                "Row numbers are wanted, not costs.": costs[order[::-1][:n]],
                "Those are the first rows that are read wrongly; sort by cost.": (
                    np.flatnonzero(logits.argmax(axis=1) != labels)[:n]
                ),
                OVERFLOW: overflown(logits, labels)[:n],
            },
        )


OVERFLOW = "Some of these logits run into the thousands, where np.exp overflows: subtract the row's largest first."


def overflown(logits, labels):
    """The order of costs whose exponentials overflow."""
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return np.argsort(np.log(p[np.arange(len(p)), labels]))


@exercise("4.2.e", hint="Digits that both read, or that neither reads, say nothing about which is better.")
def mcnemar(rng):
    """Tails of a fair coin by their recursion; once the first is better, once the second, once nobody."""
    for b, c, both, neither in ((9, 3, 40, 6), (2, 11, 30, 9), (5, 5, 25, 4), (0, 6, 20, 3), (17, 8, 50, 7)):
        labels = rng.integers(0, 10, size=b + c + both + neither)
        wrong = (labels + rng.integers(1, 10, size=len(labels))) % 10
        first, second = labels.copy(), labels.copy()
        first[b : b + c] = wrong[b : b + c]
        second[:b] = wrong[:b]
        first[b + c : b + c + neither] = second[b + c : b + c + neither] = wrong[b + c : b + c + neither]
        order = rng.permutation(len(labels))
        n, m = b + c, min(b, c)
        tail = at_most(m, n)
        yield Case(
            labels[order],
            first[order],
            second[order],
            want=min(1.0, 2 * tail),
            traps={
                "A probability is at most 1: where b = c, the two tails share the middle.": 2 * tail,
                "Both tails count: which of the two is better was not known before.": tail,
                "That is the probability of exactly so many heads; fewer of them are as uneven.": 2
                * math.comb(n, m)
                / 2**n,
                "m heads belong to the tail as well: the sum goes up to m.": 2 * (at_most(m - 1, n) if m else 0.0),
                "The tail goes up to the smaller of b and c.": min(1.0, 2 * at_most(max(b, c), n)),
                "Digits that both read, or neither, are no tosses: n = b + c.": min(1.0, 2 * at_most(m, len(labels))),
                "m is the smaller of b and c, not the number that neither reads.": min(
                    1.0, 2 * at_most(min(m + neither, n), n)
                ),
                "That is the chi-squared statistic; the probability is wanted.": (b - c) ** 2 / n,
                "That is the chance of more heads; how often are coins at least as uneven?": 1 - tail,
            },
        )


def at_most(m, n):
    """The probability of m heads or fewer among n fair coins, coin by coin."""
    chances = [1.0]
    for _ in range(n):
        chances = [(left + here) / 2 for left, here in zip([0.0, *chances], [*chances, 0.0], strict=True)]
    return sum(chances[: m + 1])
