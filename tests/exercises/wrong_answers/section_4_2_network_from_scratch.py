"""Wrong answers to the exercises of section 4.2: each must be recognised."""

import numpy as np


def rolled(w, gradient, lr, beta, steps, keeps=None, adds=1.0, newest=True):
    """Momentum with something wrong in its velocity."""
    v = np.zeros_like(w)
    for _ in range(steps):
        old, v = v, (beta if keeps is None else keeps) * v + adds * gradient(w)
        w = w - lr * (v if newest else old)
    return w


def as_it_came(w, gradient, lr, beta, steps):
    for _ in range(steps):
        v = np.zeros_like(w)
        v = beta * v + (1 - beta) * gradient(w)
        w -= lr * v
    return w


def edits_the_weights(w, gradient, lr, beta, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        v = beta * v + gradient(w)
        w -= lr * v
    return w


def returns_the_velocity(w, gradient, lr, beta, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        v = beta * v + gradient(w)
        w = w - lr * v
    return v


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


def nesterov(w, gradient, lr, beta, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        v = beta * v + gradient(w - lr * beta * v)
        w = w - lr * v
    return w


def n_lowest_probability_of_predicted(logits, labels, n):
    logits = logits - logits.max(1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return np.argsort(p.max(1))[:n]


WRONG = {
    "4.2.a": [
        lambda n, batch_size, epochs: epochs * (n // batch_size),
        lambda n, batch_size, epochs: -(-epochs * n // batch_size),
        lambda n, batch_size, epochs: -(-n // batch_size),
        lambda n, batch_size, epochs: epochs * (n // batch_size + 1),
        lambda n, batch_size, epochs: epochs * n / batch_size,
        lambda n, batch_size, epochs: epochs * n,
        2500,
        lambda n, batch_size, epochs: epochs * -(-n // batch_size) + 1,
        lambda n, batch_size, epochs: epochs * (-(-n // batch_size) - 1),
        lambda n, batch_size, epochs: round(epochs * n / batch_size),
    ],
    "4.2.b": [
        as_it_came,
        edits_the_weights,
        returns_the_velocity,
        lambda w, gradient, lr, beta, steps: rolled(w, gradient, lr, beta, steps, keeps=0.0),
        lambda w, gradient, lr, beta, steps: rolled(w, gradient, lr, beta, steps, adds=1 - beta),
        lambda w, gradient, lr, beta, steps: rolled(w, gradient, lr, beta, steps, keeps=0.0, adds=1 - beta),
        lambda w, gradient, lr, beta, steps: rolled(w, gradient, lr, beta, steps, newest=False),
        lambda w, gradient, lr, beta, steps: rolled(w, gradient, lr, beta, steps, keeps=1.0),
        lambda w, gradient, lr, beta, steps: rolled(w, gradient, -lr, beta, steps),
        lambda w, gradient, lr, beta, steps: rolled(w, gradient, lr, beta, steps + 1),
        lambda w, gradient, lr, beta, steps: rolled(w, lambda _: gradient(w), lr, beta, steps),
        lambda w, gradient, lr, beta, steps: (rolled(w, gradient, lr, beta, steps), 0 * w),
    ],
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
        lambda p, spread: int(p * (1 - p) / spread**2),
        lambda p, spread: p * (1 - p) / spread**2,
        lambda p, spread: int(np.ceil(p * (1 - p) / spread)),
        lambda p, spread: int(np.ceil(p / spread**2)),
        lambda p, spread: int(np.ceil(np.sqrt(p * (1 - p)) / spread)),
        1003,
        lambda p, spread: round(p * (1 - p) / spread**2),
        lambda p, spread: int(np.ceil(p * (1 - p) / spread**2)) + 1,
        lambda p, spread: int(np.ceil((p * (1 - p)) ** 2 / spread**2)),
    ],
}


def counted(n, batch_size, epochs):
    steps = 0
    for _ in range(epochs):
        for _ in range(0, n, batch_size):
            steps += 1
    return float(steps)


def by_entries(w, gradient, lr, beta, steps):
    """The velocity with its rate inside, and the weights in a list."""
    w, step = list(w), [0.0] * len(w)
    for _ in range(steps):
        step = [beta * old - lr * slope for old, slope in zip(step, gradient(np.array(w)), strict=True)]
        w = [place + move for place, move in zip(w, step, strict=True)]
    return w


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


RIGHT = {
    "4.2.a": [counted, lambda n, batch_size, epochs: np.ceil(n / batch_size) * epochs],
    "4.2.b": [by_entries, lambda *given: np.float32(by_entries(*given))],
    "4.2.c": [pairs, lambda y, predicted, n_classes: np.float32(pairs(y, predicted, n_classes))],
    "4.2.d": [sorted_by_cost, lambda *given: np.array(sorted_by_cost(*given), dtype=float)],
    "4.2.e": [lambda p, spread: np.ceil(p * (1 - p) / spread**2), lambda p, spread: int(p * (1 - p) / spread**2) + 1],
}

NAMED = {
    "4.2.b": {
        "That is Nesterov's method: the gradient is asked for at w,": nesterov,
    },
    "4.2.c": {
        "That counts each true class; every pair of true class and": lambda y, predicted, n_classes: np.bincount(
            y, minlength=n_classes
        ),
    },
    "4.2.d": {
        "Those rows are least sure of their answer; a cost asks for": n_lowest_probability_of_predicted,
    },
    "4.2.e": {
        "p (1 − p) is missing.": lambda p, spread: int(np.ceil(1 / spread**2)),
    },
}
