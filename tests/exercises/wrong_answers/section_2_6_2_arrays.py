"""Wrong answers to the exercises of page 2.6.2: each must be recognised."""

import numpy as np

WRONG = {
    "2.6.2.a": [
        ((6, 6, 6), (4, 4, 4, 4)),
        ((4, 4, 4), (3, 3, 3, 3)),
        ((1, 1, 1), (1, 1, 1, 1)),
        ((4, 8, 12), (6, 6, 12, 0)),
        ((4, 4, 4), (6, 6, 6, 0)),
        ((1, 2, 3), (1, 1, 2, 0)),
        ((1, 2, 3), (6, 6, 6, 6)),
        ((4, 4, 4), (1, 1, 2, 0)),
        (4, 6),
    ],
    "2.6.2.b": [
        lambda dy, N: np.tile(dy, (N, 1)),
        lambda dy, N: dy / N,
        lambda dy, N: np.tile(dy / N, (N, 1)).T,
        lambda dy, N: np.tile(dy / len(dy), (N, 1)) * 2,
        lambda dy, N: np.tile(dy / N**2, (N, 1)),
        lambda dy, N: -np.tile(dy / N, (N, 1)),
        lambda dy, N: np.vstack([dy / N, np.zeros((N - 1, len(dy)))]),
        lambda dy, N: np.tile(dy * N, (N, 1)),
        lambda dy, N: np.tile(dy / len(dy), (N, 1)),
        lambda dy, N: np.full((N, len(dy)), dy.sum() / N),
    ],
    "2.6.2.c": [
        lambda dy, x: np.tile(dy, (len(x), 1)),
        lambda dy, x: np.tile(dy / len(x), (len(x), 1)),
        lambda dy, x: (x == x.max()) * dy,
        lambda dy, x: (x == x.max(axis=0)) * x,
        lambda dy, x: (x == x.max(axis=0)) * 1.0,
        lambda dy, x: (x == x.max(axis=1, keepdims=True)) * dy,
        lambda dy, x: (x == x.min(axis=0)) * dy,
        lambda dy, x: (x > 0) * dy,
        lambda dy, x: -1.0 * (x == x.max(axis=0)) * dy,
    ],
    "2.6.2.d": [(30, 30, "down"), (0, 22.5, "down"), (0, 6, "down"), (0, 30, "up"), (0, 0, "down"), (0, 30, 1), 30],
}

RIGHT = {
    "2.6.2.a": [([4, 4, 4], [6.0, 6, 6, 6])],
    "2.6.2.d": [[0.0, 30.0, "Down"]],
    "2.6.2.b": [lambda dy, N: [[float(d) / N for d in dy] for _ in range(N)], lambda dy, N: np.ones((N, 1)) * dy / N],
}

NAMED = {
    "2.6.2.a": {
        "Each entry is multiplied by a whole row or column": ([1, 1, 2], [1, 2, 3, 0]),
        "da: each entry is multiplied by all four entries": ([1, 1, 2], [6, 6, 6, 6]),
    },
}
