"""Wrong answers to the exercises on page 4.3.2: each must be recognised."""

import numpy as np


def best_of(k, size, spread, pick=np.min, seed=3):
    draws = np.random.default_rng(seed).normal(0.0, spread, size=(100_000, k))
    return float(pick(draws, axis=1).mean()) * size


WRONG = {
    "4.3.2.a": [
        lambda lr, lam, n, batch_size: 1 - lr * lam / n,
        lambda lr, lam, n, batch_size: (1 - lr * lam / n) ** n,
        lambda lr, lam, n, batch_size: (1 - lr * lam / batch_size) ** (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - lr * lam) ** (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - lam / n) ** (n // batch_size),
        lambda lr, lam, n, batch_size: 1 - (1 - lr * lam / n) ** (n // batch_size),
        lambda lr, lam, n, batch_size: 1 - lr * lam / batch_size,
        0.951,
        lambda lr, lam, n, batch_size: 1 - lr * lam / n * (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - lr * lam / n) ** batch_size,
        lambda lr, lam, n, batch_size: (1 + lr * lam / n) ** (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - 2 * lr * lam / n) ** (n // batch_size),
    ],
    "4.3.2.b": [
        (3.464, 6.928),
        (2.0, 2.0),
        (1.268, 1.552),
        (1.5, 1.8462),
        (0.26558, 0.23939),
        (1.0, 0.5547),
        (1.4142, 1.4142),
        1.732,
    ],
    "4.3.2.c": [
        lambda k, n, s: best_of(k, -1, s),
        lambda k, n, s: best_of(k, -1, s / n),
        lambda k, n, s: best_of(k, 1, s / np.sqrt(n)),
        lambda k, n, s: s / np.sqrt(n),
        lambda k, n, s: 2 * best_of(k, -1, s / np.sqrt(n)),
        lambda k, n, s: best_of(k * n, -1, s),
        lambda k, n, s: 0.0,
        0.07,
    ],
}


def step_by_step(lr, lam, n, batch_size):
    weight = 1.0
    for _ in range(0, n, batch_size):
        weight -= lr * lam / n * weight
    return np.float32(weight)


RIGHT = {
    "4.3.2.a": [step_by_step],
    "4.3.2.b": [(1.732, 1.9215), [1.7321, 1.922]],
    "4.3.2.c": [
        lambda k, n, s: best_of(k, -1, s / np.sqrt(n)),
        lambda k, n, s: best_of(k, 1, s / np.sqrt(n), np.max),
    ],
}

NAMED = {
    "4.3.2.b": {
        "That asks how well our mean is known; the printed run has": (3.464, 6.928),
    },
    "4.3.2.c": {
        "A mean of n runs strays by s/√n, not by s/n.": lambda k, n, s: best_of(k, -1, s / n),
    },
}
