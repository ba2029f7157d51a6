"""Wrong answers to the exercises of section 4.2: each must be recognised."""

import math

import numpy as np


def loses_repeated_pairs(y, predicted, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    counts[y, predicted] += 1
    return counts


def counts_pairs(y, predicted, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(counts, (y, predicted), 1)
    return counts


def costs_of(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]


def overflows(logits, labels, n):
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return np.argsort(np.log(p[np.arange(len(p)), labels]))[:n]


def n_lowest_probability_of_predicted(logits, labels, n):
    logits = logits - logits.max(1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return np.argsort(p.max(1))[:n]


def disputed(labels, first, second):
    first, second = first == labels, second == labels
    return int(np.sum(first & ~second)), int(np.sum(second & ~first))


def mcnemar_tail(b, c, n=None, pick=min, exactly=False):
    n, m = n or b + c, pick(b, c)
    return sum(math.comb(n, i) for i in range(m if exactly else 0, m + 1)) / 2**n


WRONG = {
    "4.2.a": [
        (129, 0),
        (129 * 128, 129 * 128),
        (784 * 128 - 129 * 128, 0),
        (0, 0),
        (784 * 128, 0),
        (129 * 784, 0),
        (0, 129 * 128),
        16512,
    ],
    "4.2.b": [(0.11, 5.0), (0.19, 5.0), (0.0169, 0.25), (0.12, 0.05), (0.0751, 0.05), (0.0, 0.0), (0.13, 5.0), 0.13],
    "4.2.c": [
        loses_repeated_pairs,
        lambda y, predicted, n_classes: counts_pairs(predicted, y, n_classes),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes - 1),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes) / len(y),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes) * (1 - np.eye(n_classes, dtype=int)),
        lambda y, predicted, n_classes: np.bincount(y * n_classes + predicted, minlength=n_classes**2),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes) * np.eye(n_classes, dtype=int),
        lambda y, predicted, n_classes: np.minimum(counts_pairs(y, predicted, n_classes), 1) == 1,
        lambda y, predicted, n_classes: np.sum(y != predicted),
    ],
    "4.2.d": [
        overflows,
        lambda logits, labels, n: np.argsort(costs_of(logits, labels))[:n],
        lambda logits, labels, n: np.argsort(costs_of(logits, labels))[-n:],
        lambda logits, labels, n: np.sort(costs_of(logits, labels))[::-1][:n],
        lambda logits, labels, n: np.argsort(-costs_of(logits, labels)),
        lambda logits, labels, n: np.argsort(logits.max(axis=1))[:n],
        lambda logits, labels, n: np.argsort(logits[np.arange(len(logits)), labels])[:n],
        lambda logits, labels, n: np.flatnonzero(logits.argmax(axis=1) != labels)[:n],
        lambda logits, labels, n: np.argsort(logits[np.arange(len(logits)), labels] - logits.max(axis=1))[:n],
        lambda logits, labels, n: (
            np.argsort(-costs_of(logits - logits.max(), labels))[:n]
            if np.abs(logits).max() < 500
            else overflows(logits, labels, n)
        ),
        lambda logits, labels, n: np.argsort(logits.max(axis=1) - logits[np.arange(len(logits)), labels])[:n],
    ],
    "4.2.e": [
        lambda labels, first, second: 2 * mcnemar_tail(*disputed(labels, first, second)),
        lambda labels, first, second: mcnemar_tail(*disputed(labels, first, second)),
        lambda labels, first, second: min(1, 2 * mcnemar_tail(*disputed(labels, first, second), exactly=True)),
        lambda labels, first, second: min(1, 2 * mcnemar_tail(*disputed(labels, first, second), pick=max)),
        lambda labels, first, second: min(1, 2 * mcnemar_tail(*disputed(labels, first, second), n=len(labels))),
        lambda labels, first, second: disputed(labels, first, second),
        lambda labels, first, second: 1 - mcnemar_tail(*disputed(labels, first, second)),
        lambda labels, first, second: np.mean(first == labels) - np.mean(second == labels),
        0.05,
    ],
}


def pairs(y, predicted, n_classes):
    counts = [[0.0] * n_classes for _ in range(n_classes)]
    for i, j in zip(y, predicted, strict=True):
        counts[i][j] += 1
    return counts


def sorted_by_cost(logits, labels, n):
    costs = {
        k: np.logaddexp.reduce(row) - row[label] for k, (row, label) in enumerate(zip(logits, labels, strict=True))
    }
    return sorted(costs, key=costs.get, reverse=True)[:n]


def by_drawing_up_a_row(labels, first, second):
    """Pascal's triangle in place of factorials."""
    b, c = disputed(labels, first, second)
    row = np.ones(1)
    for _ in range(b + c):
        row = (np.append(row, 0) + np.append(0, row)) / 2
    return np.float64(min(1, row[: min(b, c) + 1].sum() + row[max(b, c) :].sum()))


RIGHT = {
    "4.2.a": [[16512, 0], (16512.0, 0.0)],
    "4.2.b": [[0.13, 0.5], (0.13, 1 / 2)],
    "4.2.c": [pairs, lambda y, predicted, n_classes: np.float32(pairs(y, predicted, n_classes))],
    "4.2.d": [sorted_by_cost, lambda *given: np.array(sorted_by_cost(*given), dtype=float)],
    "4.2.e": [by_drawing_up_a_row],
}

NAMED = {
    "4.2.c": {
        "That counts each true class; every pair of true class and": lambda y, predicted, n_classes: np.bincount(
            y, minlength=n_classes
        ),
    },
    "4.2.d": {
        "Those rows are least sure of their answer; a cost asks for": n_lowest_probability_of_predicted,
    },
    "4.2.a": {
        "A penalty does not ask what the input was: it pulls every": (129 * 128, 129 * 128),
    },
    "4.2.b": {
        "The mean is over directions, not over entries: do not": (0.0751, 0.05),
    },
    "4.2.e": {
        "Both tails count: which of the two is better was not known": lambda labels, first, second: mcnemar_tail(
            *disputed(labels, first, second)
        ),
        "That is the probability of exactly so many heads; fewer of": lambda labels, first, second: (
            2 * mcnemar_tail(*disputed(labels, first, second), exactly=True)
        ),
    },
}
