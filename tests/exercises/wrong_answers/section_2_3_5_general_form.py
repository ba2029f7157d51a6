"""Wrong answers to exercises 2.3.5.a to 2.3.5.e: each must be recognised."""

from itertools import pairwise

import numpy as np

from backprop.gradcheck import numerical_gradient, relative_error


def edits_dy(dy):
    dy -= dy.mean(axis=1, keepdims=True)
    return dy


def priced_with_ones(forward, backward, x):
    return bool(
        relative_error(backward(x, np.ones_like(forward(x))), numerical_gradient(lambda x: forward(x).sum(), x)) < 1e-6
    )


def same_shape(forward, backward, x):
    return backward(x, forward(x)).shape == x.shape


def lenient(forward, backward, x):
    dy = np.random.default_rng(0).normal(size=forward(x).shape)
    return bool(relative_error(backward(x, dy), numerical_gradient(lambda x: (forward(x) * dy).sum(), x)) < 0.1)


def first_entry(forward, backward, x):
    dy = np.random.default_rng(0).normal(size=forward(x).shape)
    nudged = numerical_gradient(lambda x: (forward(x) * dy).sum(), x)
    return bool(abs(backward(x, dy)[0, 0] - nudged[0, 0]) < 1e-6)


def error_itself(forward, backward, x):
    dy = np.random.default_rng(0).normal(size=forward(x).shape)
    return float(relative_error(backward(x, dy), numerical_gradient(lambda x: (forward(x) * dy).sum(), x)))


def products(widths):
    return [a * b for a, b in pairwise(widths)]


def adds_biases(widths, N):
    p = [a * b + b for a, b in pairwise(widths)]
    return N * (2 * sum(p) - p[0])


WRONG = {
    "2.3.5.a": [
        lambda dy: np.cumsum(dy, axis=1),
        lambda dy: np.cumsum(dy[:, ::-1], axis=1),
        lambda dy: np.cumsum(dy[::-1], axis=0)[::-1],
        lambda dy: dy,
        lambda dy: np.broadcast_to(dy.sum(axis=1, keepdims=True), dy.shape),
        lambda dy: dy * np.arange(dy.shape[1], 0, -1),
        lambda dy: np.diff(dy, axis=1, prepend=0),
        lambda dy: np.cumsum(dy[:, ::-1], axis=1)[:, ::-1] - dy,
        lambda dy: np.cumsum(dy),
        lambda dy: np.cumsum(dy[:, ::-1], axis=1)[:, ::-1] / np.arange(dy.shape[1], 0, -1),
    ],
    "2.3.5.b": [
        lambda dy: dy,
        lambda dy: dy - dy.mean(),
        lambda dy: dy - dy.mean(axis=0),
        lambda dy: dy - dy.sum(axis=1, keepdims=True),
        lambda dy: dy + dy.mean(axis=1, keepdims=True),
        lambda dy: dy * (1 - 1 / dy.shape[1]),
        edits_dy,
        lambda dy: 0 * dy - dy.mean(axis=1, keepdims=True),
        lambda dy: dy - dy.mean(axis=1, keepdims=True) / dy.shape[1],
        lambda dy: dy - dy.max(axis=1, keepdims=True),
    ],
    "2.3.5.c": [
        lambda dy, order: dy[:, order],
        lambda dy, order: dy,
        lambda dy, order: dy[:, ::-1],
        lambda dy, order: dy[:, np.sort(order)],
        lambda dy, order: np.zeros_like(dy),
        lambda dy, order: dy[:, order][:, order],
        lambda dy, order: dy[np.argsort(order) % len(dy)],
        lambda dy, order: dy[order],
        lambda dy, order: np.sort(dy, axis=1),
    ],
    "2.3.5.d": [
        lambda widths, n: 2 * n * sum(products(widths)),
        lambda widths, n: n * sum(products(widths)),
        lambda widths, n: 2 * sum(products(widths)) - products(widths)[0],
        lambda widths, n: n * (2 * sum(products(widths)) - products(widths)[-1]) + 1,
        lambda widths, n: n * sum(widths),
        lambda widths, n: n * n * (2 * sum(products(widths)) - products(widths)[0]),
        lambda widths, n: n * (3 * sum(products(widths)) - products(widths)[0]),
        lambda widths, n: n * (2 * sum(products(widths)) - products(widths)[0] + sum(widths[1:])),
        lambda widths, n: n * (2 * sum(products(widths)) - products(widths)[-1]),
    ],
    "2.3.5.e": [
        lambda forward, backward, x: True,
        lambda forward, backward, x: False,
        priced_with_ones,
        same_shape,
        lenient,
        first_entry,
        error_itself,
    ],
}

RIGHT = {
    "2.3.5.a": [lambda dy: [[float(row[i:].sum()) for i in range(len(row))] for row in dy]],
    "2.3.5.c": [lambda dy, order: dy[:, np.argsort(order)]],
}

NAMED = {
    "2.3.5.c": {
        "The order read backwards undoes nothing; column k goes to": lambda dy, order: dy[:, order[::-1]],
    },
    "2.3.5.d": {
        "The biases do not count; they take no products.": adds_biases,
    },
}
