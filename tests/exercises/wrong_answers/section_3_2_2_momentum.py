"""Wrong answers to the exercises of section 3.2.2: each must be recognised."""

import numpy as np


def ahead(w, v, gradient, lr, beta, reach=1.0):
    v = beta * v + gradient(w - reach * lr * beta * v)
    return w - lr * v, v


def sizes(H, lr, beta):
    return [np.abs(np.roots([1, -(1 + beta - lr * c), beta])).max() for c in np.linalg.eigvalsh(H)]


def step_from_lookahead(w, v, gradient, lr, beta):
    a = w - lr * beta * v
    v = beta * v + gradient(a)
    return (a - lr * v, v)


def gradient_twice(w, v, gradient, lr, beta):
    a = w - lr * beta * v
    v = beta * v + gradient(a)
    return (w - lr * (beta * v + gradient(a)), v)


WRONG = {
    "3.2.2.a": [
        (5, 10, 100),
        (0.45, 10, 100),
        (0.05, 0.1, 0.01),
        (0.05, 10, 11),
        (0.05, 0.05, 0.005),
        (0.05, 10, 10),
        (0.05, 1 / 1.9, 1 / 1.99),
        (0.5, 1, 1),
        (0.05, 10),
    ],
    "3.2.2.b": [
        (0.5, 0.5, 0.5625),
        (0.5625, 0.75, 0.5625),
        (0.25, 0.25, 0.5625),
        (0.25, 0.5, 0.75),
        (0.25, 0.75, 0.5625),
        (0.25, 0.5, 0.0625),
        (0.25, 0.5, 0.866),
        (0.9, 0.95, 0.5625),
        (0.25, 0.5),
    ],
    "3.2.2.c": [
        lambda H, lr, beta: np.abs(1 - lr * np.linalg.eigvalsh(H)).max(),
        lambda H, lr, beta: np.sqrt(beta),
        lambda H, lr, beta: sizes(H, lr, beta)[-1],
        lambda H, lr, beta: sizes(H, lr, beta)[0],
        lambda H, lr, beta: min(sizes(H, lr, beta)),
        lambda H, lr, beta: max(sizes(np.diag(np.diag(H)), lr, beta)),
        lambda H, lr, beta: max(np.roots([1, lr * c - 1 - beta, beta]).real.max() for c in np.linalg.eigvalsh(H)),
        lambda H, lr, beta: sizes(H, lr, beta),
        lambda H, lr, beta: max(sizes(H / lr, lr, beta)),
        lambda H, lr, beta: max(np.abs(np.roots([1, lr * c - 1 - beta, beta])).min() for c in np.linalg.eigvalsh(H)),
        lambda H, lr, beta: np.mean(sizes(H, lr, beta)),
    ],
    "3.2.2.d": [
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta, reach=0.0),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta, reach=1 / beta),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta, reach=-1.0),
        lambda w, v, gradient, lr, beta: ahead(w - lr * beta * v, v, gradient, lr, beta, reach=0.0),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta)[::-1],
        lambda w, v, gradient, lr, beta: (ahead(w, v, gradient, lr, beta)[0], v),
        lambda w, v, gradient, lr, beta: (w - lr * gradient(w), v),
        lambda w, v, gradient, lr, beta: (w - lr * (v + gradient(w - lr * beta * v)), v + gradient(w - lr * beta * v)),
        lambda w, v, gradient, lr, beta: ahead(w, (1 - beta) * v, gradient, lr, beta),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, -lr, beta),
    ],
}


def by_sizes(H, lr, beta):
    """The roots by their formula, with complex square roots."""
    largest = 0.0
    for curvature in np.linalg.eigh(H)[0]:
        b = 1 + beta - lr * curvature
        root = np.emath.sqrt(b * b - 4 * beta)
        largest = max(largest, abs(b + root) / 2, abs(b - root) / 2)
    return largest


RIGHT = {
    "3.2.2.a": [[0.05, 10, 100], np.array([0.05, 10, 100]), (0.5 * (1 - 0.9), 1 / (1 - 0.9), 1 / (1 - 0.99))],
    "3.2.2.b": [[0.25, 0.5, 0.5625], np.array([1 / 4, 1 / 2, 9 / 16])],
    "3.2.2.c": [by_sizes, lambda H, lr, beta: np.float32(by_sizes(H, lr, beta))],
    "3.2.2.d": [
        lambda w, v, gradient, lr, beta: list(ahead(w.tolist(), v, lambda p: gradient(np.asarray(p)), lr, beta))
    ],
}


def looks_ahead_unscaled(w, v, gradient, lr, beta):
    v = beta * v + gradient(w - beta * v)
    return w - lr * v, v


NAMED = {
    "3.2.2.a": {
        "The sum is the longer velocity, so its rate is": (5, 10, 100),
        "Carried over, the steps are too long: the factor": (0.05, 0.1, 0.01),
    },
    "3.2.2.b": {
        "β is the product of the two roots; a step leaves": (0.25, 0.25, 0.5625),
        "With β the share left is √β: solve √β = 0.75.": (0.25, 0.5, 0.75),
    },
    "3.2.2.c": {
        "The middle term is 1 + β − ηλ, with a minus before ηλ.": lambda H, lr, beta: max(
            abs(np.roots([1, -(1 + beta + lr * c), beta])).max() for c in np.linalg.eigvalsh(H)
        ),
        "The last coefficient is β, the product of the roots; here": lambda H, lr, beta: max(
            abs(np.roots([1, -(1 + beta - lr * c), 1])).max() for c in np.linalg.eigvalsh(H)
        ),
    },
    "3.2.2.d": {
        "The look-ahead is η β v long": looks_ahead_unscaled,
        "The step is made from w, not from the look-ahead point.": step_from_lookahead,
        "The velocity has been updated twice in one step.": gradient_twice,
    },
}
