"""Wrong answers to the exercises of section 1.2: each must be recognised."""

import itertools

import numpy as np


def loses_examples(x, W, b):
    for example in x:
        output = 1 / (1 + np.exp(-(example @ W + b)))
    return output


def edits_the_input(a, W, b):
    a *= 1.0
    a += 0.5
    return np.maximum(0, (a - 0.5) @ W + b)


WRONG = {
    "1.2.a": [-1.5, 0.168, 0.818, 0.401, "0.182", [0.182, 0.182], 0],
    "1.2.b": [
        lambda sizes: sum(i * o for i, o in itertools.pairwise(sizes)),
        lambda sizes: sum(i * o + o for i, o in itertools.pairwise(sizes)) + sizes[0],
        lambda sizes: sum(sizes),
        lambda sizes: sizes[0] * sizes[-1] + sizes[-1],
        lambda sizes: [i * o + o for i, o in itertools.pairwise(sizes)],
        109386,
    ],
    "1.2.c": [
        lambda a, W, b: a @ W + b,
        lambda a, W, b: np.maximum(0, a @ W),
        lambda a, W, b: np.maximum(0, a @ W) + b,
        lambda a, W, b: max(0, a @ W + b),
        lambda a, W, b: np.maximum(0, W.T @ a.T + b[:, None]),
        lambda a, W, b: np.maximum(0, a @ W + b).mean(axis=0),
        edits_the_input,
    ],
    "1.2.d": [
        loses_examples,
        lambda x, W, b: x @ W + b,
        lambda x, W, b: 1 / (1 + np.exp(x @ W + b)),
        lambda x, W, b: (1 / (1 + np.exp(-(x @ W + b)))).T,
        lambda x, W, b: np.mean(1 / (1 + np.exp(-(x @ W + b))), axis=0, keepdims=True),
        lambda x, W, b: 1 / (1 + np.exp(-(x @ W))),
    ],
    "1.2.e": [
        lambda n_classes: 1 / n_classes,
        lambda n_classes: np.log(1 / n_classes),
        lambda n_classes: np.log2(n_classes),
        lambda n_classes: np.log10(n_classes),
        lambda n_classes: n_classes * np.log(n_classes),
        2.3026,
    ],
}
