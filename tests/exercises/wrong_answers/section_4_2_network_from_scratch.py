"""Wrong answers to the exercises of section 4.2: each must be recognised."""

import numpy as np


def edits_the_velocity(w, g, v, lr, beta):
    v *= beta
    v += g
    return w - lr * v, v


def edits_the_weights(w, g, v, lr, beta):
    v = beta * v + g
    w -= lr * v
    return w, v


def loses_repeated_pairs(y, predicted, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    counts[y, predicted] += 1
    return counts


def counts_pairs(y, predicted, n_classes, dtype=int):
    counts = np.zeros((n_classes, n_classes), dtype=dtype)
    np.add.at(counts, (y, predicted), 1)
    return counts


def costs_of(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]


def overflows(logits, labels, n):
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return np.argsort(np.log(p[np.arange(len(p)), labels]))[:n]


WRONG = {
    "4.2.a": [
        lambda n, batch_size, epochs: epochs * (n // batch_size),
        lambda n, batch_size, epochs: -(-epochs * n // batch_size),
        lambda n, batch_size, epochs: -(-n // batch_size),
        lambda n, batch_size, epochs: epochs * (n // batch_size + 1),
        lambda n, batch_size, epochs: epochs * n / batch_size,
        lambda n, batch_size, epochs: epochs * n,
        2500,
    ],
    "4.2.b": [
        lambda w, g, v, lr, beta: (w - lr * v, beta * v + g),
        lambda w, g, v, lr, beta: (w - lr * g, beta * v + g),
        lambda w, g, v, lr, beta: (w + lr * (beta * v + g), beta * v + g),
        lambda w, g, v, lr, beta: (w - lr * (beta * v + (1 - beta) * g), beta * v + (1 - beta) * g),
        lambda w, g, v, lr, beta: (beta * v + g, w - lr * (beta * v + g)),
        lambda w, g, v, lr, beta: w - lr * (beta * v + g),
        lambda w, g, v, lr, beta: (w - (beta * v + lr * g), beta * v + lr * g),
        edits_the_velocity,
        edits_the_weights,
    ],
    "4.2.c": [
        loses_repeated_pairs,
        lambda y, predicted, n_classes: counts_pairs(predicted, y, n_classes),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes, float),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes - 1),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes) / len(y),
        lambda y, predicted, n_classes: counts_pairs(y, predicted, n_classes) * (1 - np.eye(n_classes, dtype=int)),
        lambda y, predicted, n_classes: np.bincount(y * n_classes + predicted, minlength=n_classes**2),
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
    ],
    "4.2.e": [
        lambda p, spread: int(p * (1 - p) / spread**2),
        lambda p, spread: p * (1 - p) / spread**2,
        lambda p, spread: np.ceil(p * (1 - p) / spread**2),
        lambda p, spread: int(np.ceil(p * (1 - p) / spread)),
        lambda p, spread: int(np.ceil(p / spread**2)),
        lambda p, spread: int(np.ceil(np.sqrt(p * (1 - p)) / spread)),
        1003,
    ],
}
