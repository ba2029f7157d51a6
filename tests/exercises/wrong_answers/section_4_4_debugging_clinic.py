"""Wrong answers to the exercises of section 4.4: each must be recognised."""

import numpy as np

KEY = dict(A=5, B=6, C=1, D=3, E=8, F=7, G=9, H=2, I=4, J=10, K=11, L=12)
LOSS, START = 0.325, 0.693


def best(W):
    return np.maximum(W, 0).sum(axis=0)


WRONG = {
    "4.4.a": [
        KEY | {"D": 4, "I": 3},
        KEY | {"B": 12, "L": 6},
        KEY | {"A": 1, "C": 5},
        KEY | {"K": ...},
        KEY | {"J": "dropout"},
        KEY | {"J": 13},
        KEY | {"J": True},
        KEY | {"M": 3},
        {letter: 1 for letter in KEY},
        list(KEY.values()),
        "K",
    ],
    "4.4.b": [
        (0.105, 0.9, START),
        (2.303, 0.9, START),
        (1.204, 0.9, START),
        (2.083, 0.9, START),
        (START, 0.9, START),
        (0.469, 0.9, START),
        (0.141, 0.9, START),
        (0, 0.9, START),
        (LOSS, 0.5, START),
        (LOSS, 0.82, START),
        (LOSS, 90, START),
        (LOSS, 0.9, 2.303),
        (LOSS, 0.9, 2),
    ],
    "4.4.c": [
        lambda a, W, b: (a @ W + b).max(),
        lambda a, W, b: np.abs(W).max(),
        lambda a, W, b: np.abs(a @ W).max(),
        lambda a, W, b: np.abs(W).max() * np.ptp(a),
        lambda a, W, b: np.ptp(a @ W + b),
        lambda a, W, b: np.ptp(a @ W + b, axis=0).min(),
        lambda a, W, b: np.ptp(a @ W + b, axis=0),
        lambda a, W, b: np.ptp(a @ W + b, axis=1).max(),
        lambda a, W, b: np.ptp(np.maximum(0, a @ W + b), axis=0).max(),
        lambda a, W, b: (a @ W + b <= 0).mean(),
        lambda a, W, b: np.abs(b).max(),
        lambda a, W, b: -np.ptp(a @ W + b, axis=0).max(),
        lambda a, W, b: np.round(np.ptp(a @ W + b, axis=0).max(), 3),
        lambda a, W, b: np.ptp(a, axis=0).max(),
    ],
    "4.4.d": [
        (1, -0.25, -0.99),
        (0.25, -0.25, -0.99),
        (1.25, -0.25, -0.99),
        (0.75, 0.25, -0.99),
        (0.75, -0.75, -0.99),
        (0.75, -1 / 3, -0.99),
        (0.75, 0, -0.99),
        (0.75, -0.25, -0.01),
        (0.75, -0.25, -1),
        (0.75, -0.25, -0.75),
        (0.75, -0.25, 0.99),
        (0.75, -0.25, 0),
    ],
    "4.4.e": [
        lambda W, b: b + best(W) < 0,
        lambda W, b: b + best(W) > 0,
        lambda W, b: b + W.sum(axis=0) <= 0,
        lambda W, b: b <= 0,
        lambda W, b: b < 0,
        lambda W, b: b + np.abs(W).sum(axis=0) <= 0,
        lambda W, b: b + W.max(axis=0) <= 0,
        lambda W, b: best(W) <= 0,
        lambda W, b: b + np.minimum(W, 0).sum(axis=0) <= 0,
        lambda W, b: best(W) - b <= 0,
        lambda W, b: (b + best(W) <= 0).mean(),
        lambda W, b: np.flatnonzero(b + best(W) <= 0),
        lambda W, b: (W <= 0).all(axis=0),
        lambda W, b: 1 * (b + best(W) <= 0),
    ],
}


def tried(W, b):
    """The best picture of each neuron, put through the layer."""
    dead = []
    for j in range(W.shape[1]):
        picture = np.where(W[:, j] > 0, 1.0, 0.0)
        dead.append(not max(0.0, float(picture @ W[:, j] + b[j])) > 0)
    return dead


RIGHT = {
    "4.4.a": [KEY, {letter: np.int64(number) for letter, number in reversed(KEY.items())}],
    "4.4.b": [(0.33, 0.9, 0.69), [LOSS, 0.9, np.log(2)]],
    "4.4.c": [
        lambda a, W, b: np.ptp(a @ W, axis=0).max(),
        lambda a, W, b: (a @ W + b).std(axis=0).sum(),
        lambda a, W, b: np.abs((a - a[0]) @ W).max(),
        lambda a, W, b: float(np.ptp(a @ W + b, axis=0).any()),
    ],
    "4.4.d": [(3 / 4, -1 / 4, -0.99)],
    "4.4.e": [tried, lambda W, b: tuple(b + (W * (W > 0)).sum(axis=0) <= 0)],
}

NAMED = {
    "4.4.a": {
        "Right so far: none. B is not 2, the learning rate is too low: then": {"B": 2},
        "Right so far: A, B, C, E, F, G, H, J, K, L. D is not 4, the hidden biases": KEY | {"D": 4, "I": 3},
        "Right so far: A, C. Still to be examined: B, D, E,": {"A": 5, "C": 1, "D": None, "E": ...},
        "J: a number from 1 to 12 is wanted, not 'dropout'": {"J": "dropout"},
    },
    "4.4.b": {
        "baseline: the two cases are not equally frequent": (1.204, 0.9, START),
        "first: K is 2 here, not 10": (LOSS, 0.9, 2.303),
    },
    "4.4.c": {
        "A layer that hears its examples gets 0: its biases hold z": lambda a, W, b: (a @ W + b).max() * (b == 0).all(),
        "A layer that hears nothing, since only zeros come in": lambda a, W, b: np.abs(W).max(),
        "A layer that hears nothing, since its weights are 0, and the": lambda a, W, b: np.ptp(a @ W + b),
        "A layer that hears nothing, since what differs": lambda a, W, b: np.abs(W).max() * np.ptp(a, axis=0).max(),
        "A layer that hears its examples gets 0: one of its": lambda a, W, b: np.ptp(a @ W + b, axis=0).min(),
    },
    "4.4.d": {
        "own: xᵢ is in the mean as well": (1, -0.25, -0.99),
        "all_others: that is one of them; there are 99": (0.75, -0.25, -0.01),
    },
    "4.4.e": {
        "A positive weight can be too small for the bias: add them": lambda W, b: (W <= 0).all(0) & (b <= 0),
    },
}
