"""Wrong answers to the exercises of page 2.4.3: each must be recognised."""

import math

import numpy as np


def named(H, tolerance=1e-6, saddle_first=True, by_diagonal=False):
    values = np.diag(H) if by_diagonal else np.linalg.eigvalsh(H)
    if saddle_first and values.min() < -tolerance and values.max() > tolerance:
        return "saddle"
    if values.min() > tolerance:
        return "minimum"
    return "maximum" if values.max() < -tolerance else "flat"


WRONG = {
    "2.4.3.a": [
        ((1, 3, 4), 1),
        ((4, 2, 1), 0),
        ((4, 2, 1), 1),
        ((4, 1, 1), 0),
        ((4, 3, 1), 0),
        ((4, 3, 1), 2),
        ((2, 1, 1), 0),
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
    "2.4.3.d": [("saddle", 1_000), ("minimum", 100), ("flat", 10), ("flat", 100), ("flat", 10_000), ("flat", 43), 43],
}

RIGHT = {
    "2.4.3.a": [([4.0, 3.0, 1.0], 1)],
    "2.4.3.b": [lambda H: " " + named(H).capitalize()],
    "2.4.3.c": [lambda d, c, eta: next(t for t in range(10**6) if d * (1 + eta * c) ** t >= 1 - 1e-12)],
    "2.4.3.d": [["Flat", 1000]],
}

NAMED = {
    "2.4.3.c": {
        "Both logarithms have to be of one base.": lambda offset, curvature, eta: int(
            np.ceil(np.log10(1 / offset) / np.log(1 + eta * curvature))
        ),
    },
    "2.4.3.a": {
        "The mixed derivative is 2 w₁w₂ − 1;": ((4, 4, 1), 1),
    },
}
