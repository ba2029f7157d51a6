"""Wrong answers to the exercises of section 4.1: each must be recognised."""

import numpy as np


def means(x, y, K):
    return np.stack([x[y == k].mean(axis=0) for k in range(K)])


def halves(x, y, K):
    return -0.5 * np.square(means(x, y, K)).sum(axis=1)


def sums(x, y, K):
    return np.stack([x[y == k].sum(axis=0) for k in range(K)])


def distances(x):
    return np.square(x).sum(axis=1) - 2 * x @ x.T


def others(d, worst=np.inf):
    d = d.copy()
    np.fill_diagonal(d, worst)
    return d


def nearest_is_right(d, y):
    return y[d.argmin(axis=1)] == y


WRONG = {
    "4.1.a": [
        lambda x, y, K: (means(x, y, K), halves(x, y, K)),
        lambda x, y, K: (means(x, y, K).T, 2 * halves(x, y, K)),
        lambda x, y, K: (means(x, y, K).T, -halves(x, y, K)),
        lambda x, y, K: (means(x, y, K).T, np.zeros(K)),
        lambda x, y, K: (sums(x, y, K).T, halves(x, y, K)),
        lambda x, y, K: (means(x, y, K).T, -0.5 * np.linalg.norm(means(x, y, K), axis=1)),
        lambda x, y, K: (sums(x, y, K).T, -0.5 * np.square(sums(x, y, K)).sum(axis=1)),
        lambda x, y, K: (means(x, y, K).T, -0.5 * np.square(means(x, y, K)).T),
        lambda x, y, K: (means(x, y, K), np.zeros(K)),
    ],
    "4.1.b": [(0, 2.0), (8, 2.0), (1, 4.0), (1, 0.5), (1, 0.0), (1, 1.5), (1, 2.5), 2.0],
    "4.1.c": [
        (4034.5, 1110.1),
        (8069.1, 2220.2),
        (48.4, 13.3),
        (8711.1, 4440.4),
        (7427.1, 4440.4),
        (16138.2, 16138.2),
        (4440.4, 16138.2),
        16138.2,
    ],
    "4.1.d": [
        lambda x, y: nearest_is_right(distances(x), y).mean(),
        lambda x, y: nearest_is_right(others(distances(x)), y).sum(),
        lambda x, y: 1 - nearest_is_right(others(distances(x)), y).mean(),
        lambda x, y: nearest_is_right(others(-2 * x @ x.T), y).mean(),
        lambda x, y: (y[others(distances(x), -np.inf).argmax(axis=1)] == y).mean(),
        lambda x, y: nearest_is_right(others(-distances(x)), y).mean(),
        lambda x, y: nearest_is_right(others(distances(x)), y),
        lambda x, y: y[others(distances(x)).argmin(axis=1)].mean(),
        lambda x, y: nearest_is_right(np.triu(distances(x), 1), y).mean(),
    ],
}


def centroids_by_loop(x, y, K):
    W, b = np.zeros((x.shape[1], K), dtype=np.float32), []
    for k in range(K):
        rows = [row for row, label in zip(x, y, strict=True) if label == k]
        W[:, k] = sum(rows) / len(rows)
        b.append(-0.5 * float(W[:, k] @ W[:, k]))
    return W, b


def neighbours_by_loop(x, y):
    right = 0
    for i in range(len(x)):
        far = [np.inf if i == j else ((x[i] - x[j]) ** 2).sum() for j in range(len(x))]
        right += y[far.index(min(far))] == y[i]
    return right / len(x)


RIGHT = {
    "4.1.a": [centroids_by_loop],
    "4.1.b": [[1, 2], (1.0, 2.0)],
    "4.1.c": [(16_100, 4_440), [16138, 4400]],
    "4.1.d": [neighbours_by_loop],
}


def second_in_the_order(x, y):
    far = ((x[:, None] - x) ** 2).sum(axis=2)
    return float((y[far.argsort(axis=1, kind="stable")[:, 1]] == y).mean())


NAMED = {
    "4.1.d": {"A row may have a twin at distance 0": second_in_the_order},
    "4.1.b": {
        "The half in front of the squared length is missing: s − ½": (1, 4.0),
    },
    "4.1.c": {
        "Asked about the same digits, two programs need fewer of": (16138.2, 16138.2),
    },
}
