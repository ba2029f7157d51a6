"""Wrong answers to the exercises of section 1.2: each must be recognised."""

import itertools
import math

import numpy as np


def edits_the_input(a, W, b):
    a *= 1.0
    a += 0.5
    return np.maximum(0, (a - 0.5) @ W + b)


def relu_in_a_loop(a, W, b):
    out = np.zeros((len(a), len(b)), dtype=np.float32)
    for n in range(len(a)):
        for j in range(len(b)):
            out[n, j] = max(0.0, float(a[n] @ W[:, j] + b[j]))
    return out


WRONG = {
    "1.2.a": [-1.5, 0.168, 0.818, 0.401, "0.182", [0.182, 0.182], 0, 0.18, 0.332, 0.8176],
    "1.2.b": [
        lambda sizes: sum(i * o for i, o in itertools.pairwise(sizes)),
        lambda sizes: sum(i * o + o for i, o in itertools.pairwise(sizes)) + sizes[0],
        lambda sizes: sum(sizes),
        lambda sizes: sizes[0] * sizes[-1] + sizes[-1],
        lambda sizes: [i * o + o for i, o in itertools.pairwise(sizes)],
        109386,
        lambda sizes: sum(i * o + i for i, o in itertools.pairwise(sizes)),
        lambda sizes: sum(i * o + 1 for i, o in itertools.pairwise(sizes)),
        lambda sizes: int(np.prod(sizes)),
    ],
    "1.2.c": [
        lambda a, W, b: a @ W + b,
        lambda a, W, b: np.maximum(0, a @ W),
        lambda a, W, b: np.maximum(0, a @ W) + b,
        lambda a, W, b: max(0, a @ W + b),
        lambda a, W, b: np.maximum(0, W.T @ a.T + b[:, None]),
        lambda a, W, b: np.maximum(0, a @ W + b).mean(axis=0),
        edits_the_input,
        lambda a, W, b: np.minimum(0, a @ W + b),
        lambda a, W, b: 1 / (1 + np.exp(-(a @ W + b))),
        lambda a, W, b: (a @ W + b > 0) * 1.0,
    ],
    "1.2.d": [
        ((1, 1, -1.5), (1, 1, -0.5), (-1, -1, 1.5)),
        ((10, 10, -5), (10, 10, -5), (-10, -10, 15)),
        ((10, 10, -15), (10, 10, -15), (-10, -10, 15)),
        ((10, 10, -15), (10, 10, -5), (10, 10, -15)),
        ((10, 10, 0), (10, 10, -5), (-10, -10, 15)),
        ((10, 10, -10), (10, 10, -5), (-10, -10, 15)),
        ((10, 10, -15), (10, 10, -25), (-10, -10, 15)),
        ((10, 0, -5), (10, 10, -5), (-10, -10, 15)),
        ((10, 10, -15), (10, 10, -5), (-10, -10)),
        ((10, 10, -15), (10, 10, -5)),
        (10, 10, -15),
        ((10, 10, -15), (10, 10, -5), (-10, -10, float("nan"))),
        "and",
    ],
    "1.2.e": [
        ([[1, 0], [-1, 0]], [0, 0], [[1], [0]], [0]),
        ([[1, -1], [-1, 1]], [0, 0], [[1], [-1]], [0]),
        ([[1, -1], [-1, 1]], [0, 0], [[-1], [-1]], [0]),
        ([[1, -1], [1, -1]], [0, 0], [[1], [1]], [0]),
        ([[1, -1], [-1, 1]], [0, 0], [[2], [2]], [0]),
        ([[1, -1], [-1, 1]], [0, 0], [[1], [1]], [0.5]),
        ([[1, 0], [0, 1]], [0, 0], [[1], [-1]], [0]),
        ([[1, -1], [-1, 1]], [1, 0], [[1], [1]], [0]),
        ([[1, -1], [-1, 1]], [0, 0], [1, 1], [0]),
        ([[1, -1], [-1, 1]], [0, 0]),
        "W1",
        2.3026,
    ],
}

RIGHT = {
    "1.2.b": [lambda sizes: sum((sizes[k] + 1) * sizes[k + 1] for k in range(len(sizes) - 1))],
    "1.2.c": [relu_in_a_loop],
    "1.2.d": [
        np.array([[5.0, 5.0, -7.5], [5.0, 5.0, -2.4], [-5.0, -5.0, 7.5]]),
        ((20, 30, -40), (30, 20, -10), (-1000, -1000, 1500)),
    ],
    "1.2.e": [
        ([[2, -0.5], [-2, 0.5]], [0, 0], [[0.5], [2]], [0]),
        (np.array([[-1.0, 1.0], [1.0, -1.0]]), np.zeros(2), np.ones((2, 1)), np.zeros(1)),
    ],
}

NAMED = {
    "1.2.a": {
        "The first weight is −0.6, not 0.6.": 1 / (1 + np.exp(-0.9)),
        "The bias is added, not taken away.": 1 / (1 + np.exp(1.7)),
        "That is e to the power of z; the sigmoid is": np.exp(-1.5),
        "That is e to the power of −z; the sigmoid is": np.exp(1.5),
        "That is the old input, (1, 0.5); now x = (2, −1).": 1 / (1 + np.exp(-(-0.6 * 1 + 0.4 * 0.5 + 0.1))),
        "That is a tanh; this neuron has a sigmoid.": math.tanh(-1.5),
    },
    "1.2.b": {
        "That counts one layer of weights alone;": lambda sizes: sizes[0] * sizes[1] + sizes[1],
        "The output neurons have biases, too.": lambda sizes: (
            sum(i * o for i, o in itertools.pairwise(sizes)) + sum(sizes[1:-1])
        ),
        "Every input meets every neuron: the widths are multiplied,": lambda sizes: sum(
            (a + b for a, b in itertools.pairwise(sizes))
        ),
    },
    "1.2.c": {
        "The bias is added, not taken away.": lambda a, W, b: np.maximum(0, a @ W - b),
        "The ReLU acts on what leaves the layer,": lambda a, W, b: np.maximum(0, a) @ W + b,
        "The ReLU makes 0 of what is negative; it does not turn its": lambda a, W, b: np.abs(a @ W + b),
    },
    "1.2.d": {
        "nand_neuron says neither: one input": ((10, 10, -15), (10, 10, -5), (-10, -10, 5)),
        "and_neuron gives the same answer to all four pairs: at (0, 0)": (
            (10, 10, 5),
            (10, 10, 5),
            (-10, -10, -15),
        ),
        "nand_neuron gives the same answer to all four pairs: at (0, 0)": ((9, 9, -14), (9, 9, -4), (-9, -9, 0)),
        "nand_neuron gives the same answer to all four pairs: the weights": ((9, 9, -14), (9, 9, -4), (-9, -9, 30)),
        "and_neuron is on the right side of ½ for all four pairs,": ((1, 1, -1.5), (9, 9, -4), (-9, -9, 14)),
        "nand_neuron says the opposite at all four pairs: turn the": ((9, 9, -14), (9, 9, -4), (9, 9, -14)),
        "and_neuron answers as or_neuron should.": ((9, 9, -4), (9, 9, -4), (-9, -9, 14)),
        "or_neuron gives the same answer to all four pairs: at (0, 0)": ((9, 9, -14), (9, 9, 4), (-9, -9, 14)),
        "and_neuron says 0.993 at the inputs (1, 0); it should say": ((10, 0, -5), (9, 9, -4), (-9, -9, 14)),
    },
    "1.2.e": {
        "Both hidden neurons look the same way: one of them has to": ([[1, 1], [-1, -1]], [0, 0], [[1], [1]], [0]),
        "Hidden neuron 2 has the weights 1 and 1: it moves when both": ([[1, 1], [-1, 1]], [0, 0], [[1], [1]], [0]),
        "The hidden biases have to be 0: where x₁ = x₂ both neurons": ([[1, -1], [-1, 1]], [1, 1], [[1], [1]], [0]),
    },
}
