"""Wrong answers to the exercises of page 2.4.3: each must be recognised."""

import math

import numpy as np


def table(gradient, w, h=1e-5, factor=0.5, sign=1):
    steps = h * np.eye(len(w))
    return np.array([sign * factor * (gradient(w + step) - gradient(w - step)) / h for step in steps])


def named(H, tolerance=1e-6, saddle_first=True, by_diagonal=False):
    values = np.diag(H) if by_diagonal else np.linalg.eigvalsh(H)
    if saddle_first and values.min() < -tolerance and values.max() > tolerance:
        return "saddle"
    if values.min() > tolerance:
        return "minimum"
    return "maximum" if values.max() < -tolerance else "flat"


WRONG = {
    "2.4.3.a": [
        lambda g, w: table(g, w, factor=1),
        lambda g, w: table(g, w, sign=-1),
        lambda g, w: np.diag(np.diag(table(g, w))),
        lambda g, w: g(w),
        lambda g, w: np.outer(g(w), g(w)),
        lambda g, w: table(g, w, h=1.0),
        lambda g, w: np.array([(g(w + d) - g(w)) / 1e-5 for d in 1e-5 * np.eye(len(w))]),
        lambda g, w: np.array([(g(w) - g(w - d)) / 1e-5 for d in 1e-5 * np.eye(len(w))]),
        lambda g, w: np.array([g(w + 1e-5) - g(w - 1e-5)]) / 2e-5,
        lambda g, w: table(g, w) * 2e-5,
        lambda g, w: table(g, w).sum(axis=0),
    ],
    "2.4.3.b": [
        lambda H: named(H, tolerance=0),
        lambda H: named(H, saddle_first=False),
        lambda H: named(H, by_diagonal=True),
        lambda H: "minimum",
        lambda H: "minimum" if np.linalg.det(H) > 0 else "saddle",
        lambda H: {"minimum": "maximum", "maximum": "minimum"}.get(named(H), named(H)),
    ],
    "2.4.3.c": [
        lambda d, c, eta: math.log(1 / d) / math.log(1 + eta * c),
        lambda d, c, eta: math.ceil(math.log(1 / d) / math.log(1 + eta * c)) - 1,
        lambda d, c, eta: math.ceil(math.log(1 / d) / (eta * c)),
        lambda d, c, eta: math.ceil(math.log(1 / d) / math.log(1 + eta)),
        lambda d, c, eta: math.ceil(1 / d),
        lambda d, c, eta: math.ceil(math.log(1 / d) / -math.log(abs(1 - eta * c))),
        lambda d, c, eta: math.ceil(math.log(1 / d) / math.log(1 + eta * c)) + 1,
        lambda d, c, eta: math.ceil((1 - d) / (d * eta * c)),
        lambda d, c, eta: math.floor(math.log(1 / d) / math.log(1 + eta * c)),
    ],
}

RIGHT = {
    "2.4.3.b": [lambda H: " " + named(H).capitalize()],
    "2.4.3.c": [lambda d, c, eta: next(t for t in range(10**6) if d * (1 + eta * c) ** t >= 1 - 1e-12)],
}

NAMED = {
    "2.4.3.a": {
        "All weights are nudged together, and the answer is copied:": lambda gradient, w: (
            np.outer(gradient(w + 1e-05) - gradient(w - 1e-05), np.ones(len(w))) / 2e-05
        ),
    },
    "2.4.3.c": {
        "Both logarithms have to be of one base.": lambda offset, curvature, eta: int(
            np.ceil(np.log10(1 / offset) / np.log(1 + eta * curvature))
        ),
    },
}
