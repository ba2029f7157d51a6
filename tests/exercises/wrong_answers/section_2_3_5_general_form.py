"""Wrong answers to exercises 2.3.5.a to 2.3.5.e: each must be recognised."""

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


def rows(backward, K):
    return np.concatenate([backward(np.eye(K)[[k]]) for k in range(K)])


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
        lambda backward, K: rows(backward, K).T,
        lambda backward, K: np.tile(backward(np.ones((1, K))), (K, 1)),
        lambda backward, K: backward(np.ones((1, K))),
        lambda backward, K: np.tile(rows(backward, K)[0], (K, 1)),
        lambda backward, K: rows(backward, K)[::-1],
        lambda backward, K: rows(backward, K)[:-1],
        lambda backward, K: [backward(np.eye(K)[[k]]) for k in range(K)],
        lambda backward, K: np.diag(np.diag(rows(backward, K))),
        lambda backward, K: 2 * rows(backward, K),
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
    "2.3.5.d": [lambda backward, K: backward(np.eye(K)), lambda backward, K: rows(backward, K).tolist()],
}

NAMED = {
    "2.3.5.c": {
        "The order read backwards undoes nothing; column k goes to": lambda dy, order: dy[:, order[::-1]],
    },
    "2.3.5.d": {
        "A dy of ones asks for all outputs at once; ask for one at a time.": lambda backward, K: np.tile(
            backward(np.ones((1, K))), (K, 1)
        ),
        "That is the transpose: outputs are rows, inputs are columns.": lambda backward, K: rows(backward, K).T,
        "The inner shape is one too many": lambda backward, K: [backward(np.eye(K)[[k]]) for k in range(K)],
    },
}
