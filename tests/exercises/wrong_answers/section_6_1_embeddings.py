"""Wrong answers to the exercises of section 6.1: each must be recognised."""

import numpy as np


def last_one_wins(ids, dy, n_tokens):
    dW = np.zeros((n_tokens, dy.shape[2]))
    dW[ids[ids >= 0]] += dy[ids >= 0]
    return dW


def minus_one_is_the_last(ids, dy, n_tokens):
    dW = np.zeros((n_tokens, dy.shape[2]))
    np.add.at(dW, ids, dy)
    return dW


def right_backward(ids, dy, n_tokens):
    dW = np.zeros((n_tokens, dy.shape[2]))
    np.add.at(dW, ids[ids >= 0], dy[ids >= 0])
    return dW


def mean_of_places(ids, dy, n_tokens):
    count = np.bincount(ids[ids >= 0], minlength=n_tokens)[:, None]
    return right_backward(ids, dy, n_tokens) / np.maximum(count, 1)


def real(ids):
    return (ids != -1)[..., None]


def tail(eta, beta, g, t):
    return eta * g * (1 - beta**t) / (1 - beta)


def in_row(W, i, row):
    dW = np.zeros_like(W)
    dW[i] = row
    return dW


WRONG = {
    "6.1.a": [
        last_one_wins,
        minus_one_is_the_last,
        mean_of_places,
        lambda ids, dy, n_tokens: right_backward(ids, dy, n_tokens).T,
        lambda ids, dy, n_tokens: right_backward(ids, dy, n_tokens)[:-1],
        lambda ids, dy, n_tokens: right_backward(ids[:1], dy[:1], n_tokens),
        lambda ids, dy, n_tokens: right_backward(ids, dy, n_tokens) / len(ids),
    ],
    "6.1.b": [
        lambda ids, dy: dy[:, None] * real(ids) / ids.shape[1],
        lambda ids, dy: np.repeat((dy / real(ids).sum(axis=1))[:, None], ids.shape[1], axis=1),
        lambda ids, dy: dy[:, None] * real(ids),
        lambda ids, dy: dy[:, None] * real(ids) / real(ids).sum(),
        lambda ids, dy: dy / real(ids).sum(axis=1),
        lambda ids, dy: np.repeat(dy[:, None], ids.shape[1], axis=1) / ids.shape[1],
    ],
    "6.1.c": [
        lambda eta, beta, g, again, steps: tail(eta, beta, g, steps),
        lambda eta, beta, g, again, steps: 2 * tail(eta, beta, g, steps),
        lambda eta, beta, g, again, steps: tail(eta, beta, g, steps) + tail(eta, beta, g, steps - again),
        lambda eta, beta, g, again, steps: 2 * eta * g,
        lambda eta, beta, g, again, steps: 2 * eta * g / (1 - beta),
        lambda eta, beta, g, again, steps: -tail(eta, beta, g, steps) - tail(eta, beta, g, steps - again + 1),
        lambda eta, beta, g, again, steps: tail(1, beta, g, steps) + tail(1, beta, g, steps - again + 1),
    ],
    "6.1.d": [
        lambda W, i, delta: np.outer(delta, W[i]),
        lambda W, i, delta: in_row(W, i, delta @ W),
        lambda W, i, delta: np.where(np.arange(len(W))[:, None] == i, delta @ W, np.outer(delta, W[i])),
        lambda W, i, delta: np.outer(delta, W[i]) + delta @ W,
        lambda W, i, delta: np.outer(delta, W[i]) - in_row(W, i, delta @ W),
        lambda W, i, delta: 2 * np.outer(delta, W[i]),
    ],
}
