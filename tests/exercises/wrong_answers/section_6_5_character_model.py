"""Wrong answers to the exercises of section 6.5: each must be recognised."""

import numpy as np

from backprop.functions import softmax


def to_one(q):
    return q / q.sum()


RIGHT = {
    "6.5.a": [lambda p: np.prod(p ** (-1 / len(p))), lambda p: 2 ** np.mean([-np.log2(v) for v in p])],
    "6.5.b": [1 / 105, 0.00952, 0.009524, np.float32(1 / 105)],
    "6.5.c": [(450, 4950), [450.0, 4950.0], (449, 4948), (np.float32(453), 5000)],
    "6.5.d": [lambda p, tau: softmax(np.log(p) / tau).tolist(), lambda p, tau: softmax(np.log2(p) * np.log(2) / tau)],
}


WRONG = {
    "6.5.a": [
        lambda p: -np.log(p).mean(),
        lambda p: np.exp(np.log(p).mean()),
        lambda p: np.exp(-np.log(p).sum()),
        lambda p: 1 / p.mean(),
        lambda p: (1 / p).mean(),
        lambda p: np.exp(-np.log2(p).mean()),
        lambda p: 2 ** -np.log(p).mean(),
        lambda p: np.exp(-p.mean()),
        lambda p: -np.log2(p).mean(),
        lambda p: 1 / p,
    ],
    "6.5.b": [
        0,
        1 / 21,
        1 / 35,
        1 / 7,
        1 / 12,
        1 / 30,
        1 / 60,
        1 / 80,
        1 / 3 + 1 / 7 + 1 / 5,
        np.log(105) / 3,
        np.log(105),
        105 ** (1 / 3),
        105,
        2 / 18**3,
    ],
    "6.5.c": [
        (450, 900),
        (450, 4500),
        (115, 230),
        (114, 228),  # the share 0.02, by powers of 0.98
        (45, 49.5),
        (1.15, 2.3),
        (500, 5000),
        (486.5, 4986.5),
        (900, 9900),
        (22500, 247500),
        (18, 198),
        (4.5, 49.5),
        (4950, 450),
        450,
    ],
    "6.5.d": [
        lambda p, tau: p ** (1 / tau),
        lambda p, tau: to_one(p**tau),
        lambda p, tau: softmax(p / tau),
        lambda p, tau: to_one(p / tau),
        lambda p, tau: p,
        lambda p, tau: to_one(np.log(p) / tau),
        lambda p, tau: np.log(p) / tau,
        lambda p, tau: p / tau,
        lambda p, tau: softmax(p) / tau,
        lambda p, tau: softmax(p ** (1 / tau)),
        lambda p, tau: p ** (1 / tau) / np.linalg.norm(p ** (1 / tau)),
        lambda p, tau: p ** (1 / tau) / (p ** (1 / tau)).max(),
    ],
}

NAMED = {
    "6.5.b": {
        "Of the three names one begins with b: after · comes b once;": 3 / 6 * 1 / 7 * 1 / 5,
    },
    "6.5.c": {
        "The second factor of ten takes longer than the first:": (450, 900),
        "The second number counts from 0.01, too, not from 0.001.": (450, 4500),
        "That takes the share of the first step off p at every step;": (114, 228),
        "That takes as much off p at every step as at the first;": (45, 49.5),
        "It starts at p = 0.01, where 1/p is 100 already.": (500, 5000),
        "The rate is missing: a step is η times the gradient.": (22500, 247500),
    },
}
