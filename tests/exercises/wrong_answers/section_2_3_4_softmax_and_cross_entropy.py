"""Wrong answers to exercises 2.3.4.a to 2.3.4.e: each must be recognised."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def p_minus_y(z, labels):
    p = softmax(z)
    p[np.arange(len(z)), labels] -= 1
    return p


def logs_of_rounded_p(z, labels):
    return -np.log(softmax(z)[np.arange(len(z)), labels]).mean()


def unshifted(z, labels):
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]).mean()


def clipped(z, labels):
    return -np.log(np.maximum(softmax(z)[np.arange(len(z)), labels], 1e-12)).mean()


def summed(z, labels):
    m = z.max(axis=1)
    return (m + np.log(np.exp(z - m[:, None]).sum(axis=1)) - z[np.arange(len(z)), labels]).sum()


def forgets_the_shift(z, labels):
    m = z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z - m).sum(axis=1)) - z[np.arange(len(z)), labels]).mean()


def edits_scores(z, labels):
    z -= z.max(axis=1, keepdims=True)
    return p_minus_y(z, labels) / len(z)


def through_table(z, y, keep):
    p = softmax(z)
    return np.array([(a - b) @ keep(a) for a, b in zip(p, y, strict=True)]) / len(z)


WRONG = {
    "2.3.4.a": [
        lambda z: softmax(z) * (1 - softmax(z)),
        lambda z: np.diag(softmax(z) * (1 - softmax(z))),
        lambda z: np.diag(softmax(z)) + np.outer(softmax(z), softmax(z)),
        lambda z: -np.outer(softmax(z), softmax(z)),
        lambda z: np.outer(softmax(z), 1 - softmax(z)),
        lambda z: np.diag(z) - np.outer(z, z),
        lambda z: np.diag(softmax(z)) - softmax(z) @ softmax(z),
    ],
    "2.3.4.b": [
        p_minus_y,
        lambda z, labels: -p_minus_y(z, labels) / len(z),
        lambda z, labels: p_minus_y(z, labels) / z.size,
        lambda z, labels: p_minus_y(z, labels) / z.shape[1],
        lambda z, labels: softmax(z) / len(z),
        lambda z, labels: (softmax(z.T).T - np.eye(z.shape[1])[labels]) / len(z),
        lambda z, labels: (z - np.eye(z.shape[1])[labels]) / len(z),
        lambda z, labels: p_minus_y(z, labels) * np.eye(z.shape[1])[labels] / len(z),
        edits_scores,
    ],
    "2.3.4.c": [
        lambda z, y: (softmax(z) - y) / len(z),
        lambda z, y: (softmax(z) - y / y.sum(axis=1, keepdims=True)) / len(z),
        lambda z, y: softmax(z) * y.sum(axis=1, keepdims=True) - y,
        lambda z, y: (softmax(z) * y.sum() - y) / len(z),
        lambda z, y: (softmax(z) * y - y) / len(z),
        lambda z, y: (y - softmax(z) * y.sum(axis=1, keepdims=True)) / len(z),
    ],
    "2.3.4.d": [
        logs_of_rounded_p,
        unshifted,
        clipped,
        summed,
        forgets_the_shift,
        lambda z, labels: -summed(z, labels) / len(z),
        lambda z, labels: summed(z, labels) / z.size,
        lambda z, labels: np.nan_to_num(logs_of_rounded_p(z, labels)),
    ],
    "2.3.4.e": [
        lambda z, y: through_table(z, y, lambda p: np.diag(p * (1 - p))),
        lambda z, y: through_table(z, y, lambda p: np.eye(len(p))),
        lambda z, y: through_table(z, y, lambda p: np.diag(p) + np.outer(p, p)),
        lambda z, y: through_table(z, y, lambda p: np.diag(p)),
        lambda z, y: len(z) * through_table(z, y, lambda p: np.diag(p) - np.outer(p, p)),
        lambda z, y: -through_table(z, y, lambda p: np.diag(p) - np.outer(p, p)),
        lambda z, y: softmax(z) * ((softmax(z) - y) - ((softmax(z) - y) * softmax(z)).sum()) / len(z),
    ],
}
