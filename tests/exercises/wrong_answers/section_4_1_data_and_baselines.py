"""Wrong answers to the exercises of section 4.1: each must be recognised."""

import numpy as np


def means(x, y, K):
    return np.stack([x[y == k].mean(axis=0) for k in range(K)])


def halves(x, y, K):
    return -0.5 * np.square(means(x, y, K)).sum(axis=1)


def sums(x, y, K):
    return np.stack([x[y == k].sum(axis=0) for k in range(K)])


def disagreements(first, second):
    return np.sum(first & ~second), np.sum(second & ~first)


def difference(first, second):
    return first.mean() - second.mean()


def distances(x):
    return np.square(x).sum(axis=1) - 2 * x @ x.T


def others(d, worst=np.inf):
    d = d.copy()
    np.fill_diagonal(d, worst)
    return d


def nearest_is_right(d, y):
    return y[d.argmin(axis=1)] == y


def sum_of_errors(first, second):
    p, q = (first.mean(), second.mean())
    n = len(first)
    return (p - q, np.sqrt(p * (1 - p) / n) + np.sqrt(q * (1 - q) / n))


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
    "4.1.b": [
        lambda right: np.sqrt(right.mean() * (1 - right.mean())),
        lambda right: right.mean() * (1 - right.mean()) / len(right),
        lambda right: np.sqrt(right.mean() * (1 - right.mean())) / len(right),
        lambda right: np.sqrt(right.mean() / len(right)),
        lambda right: np.sqrt(right.sum() * (1 - right.mean())),
        lambda right: 0.01,
        lambda right: np.sqrt(right.mean() * (1 - right.mean()) / (len(right) - 1)),
        lambda right: right.mean(),
        lambda right: np.sqrt(right.mean() * (1 + right.mean()) / len(right)),
    ],
    "4.1.c": [
        lambda first, second: (-difference(first, second), np.std(first * 1 - second) / np.sqrt(len(first))),
        lambda first, second: (difference(first, second), np.sqrt((first.var() + second.var()) / len(first))),
        lambda first, second: (difference(first, second), np.std(first * 1 - second)),
        lambda first, second: (difference(first, second), sum(disagreements(first, second)) / len(first)),
        lambda first, second: (len(first) * difference(first, second), np.sqrt(sum(disagreements(first, second)))),
        lambda first, second: difference(first, second),
        lambda first, second: (abs(difference(first, second)), np.std(first * 1 - second) / np.sqrt(len(first))),
        lambda first, second: (difference(first, second), np.sqrt(sum(disagreements(first, second))) / len(first)),
        lambda first, second: (difference(first, second), np.var(first * 1 - second) / len(first)),
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


def signs(first, second):
    d = first.astype(int) - second.astype(int)
    return [d.mean(), np.float32(d.std() / len(d) ** 0.5)]


def neighbours_by_loop(x, y):
    right = 0
    for i in range(len(x)):
        far = [np.inf if i == j else ((x[i] - x[j]) ** 2).sum() for j in range(len(x))]
        right += y[far.index(min(far))] == y[i]
    return right / len(x)


RIGHT = {
    "4.1.a": [centroids_by_loop],
    "4.1.b": [
        lambda right: right.std() / len(right) ** 0.5,
        lambda right: np.float32(np.var(right) / right.size) ** 0.5,
    ],
    "4.1.c": [signs],
    "4.1.d": [neighbours_by_loop],
}

NAMED = {
    "4.1.c": {
        "standard error: those are the errors of both accuracies,": sum_of_errors,
    },
}
