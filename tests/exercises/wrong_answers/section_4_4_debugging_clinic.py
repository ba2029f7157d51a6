"""Wrong answers to the exercises of section 4.4: each must be recognised."""

import numpy as np

norm = np.linalg.norm


def forgets_the_scale(first, last, train, test, k):
    if train > 0.9 and test < 1 / k:
        return "labels"
    return "stuck" if last > 0.9 * np.log(k) else "overfit" if train - test > 0.1 else "healthy"


def overfit_first(first, last, train, test, k):
    return "overfit" if train - test > 0.1 else "healthy"


def only_ten_classes(first, last, train, test, k):
    return "scale" if first > 4.6 else "stuck" if last > 2.07 else "healthy"


WRONG = {
    "4.4.a": [
        lambda k: np.log2(k),
        lambda k: -np.log(k),
        lambda k: 1 / k,
        lambda k: np.log10(k),
        lambda k: np.log(10),
        lambda k: np.log(k - 1),
    ],
    "4.4.b": [
        lambda a: (a == 0).mean(),
        lambda a: (a == 0).any(axis=0).mean(),
        lambda a: (a == 0).all(axis=1).mean(),
        lambda a: (a == 0).all(axis=0).sum(),
        lambda a: 1 - (a == 0).all(axis=0).mean(),
        lambda a: (a == 0).all(),
    ],
    "4.4.c": [
        lambda before, after: norm(after - before),
        lambda before, after: norm(before) / norm(after - before),
        lambda before, after: norm(after - before) / norm(after),
        lambda before, after: (norm(after) - norm(before)) / norm(before),
        lambda before, after: norm((after - before) / before),
        lambda before, after: np.square(after - before).sum() / np.square(before).sum(),
    ],
    "4.4.d": [
        forgets_the_scale,
        overfit_first,
        only_ten_classes,
        lambda first, last, train, test, k: "healthy",
        lambda first, last, train, test, k: "stuck" if last > 0.9 * np.log(k) else "healthy",
        lambda first, last, train, test, k: "labels",
    ],
}
