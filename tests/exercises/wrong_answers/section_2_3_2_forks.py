"""Wrong answers to the exercises on page 2.3.2: each must be recognised."""

import numpy as np

from backprop.functions import sigmoid


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def zeroes_the_price(dy, x, w):
    dx = dy + dy * slope(w * x) * w
    dy *= 0
    return dx


def by_two_loops(z, W, delta):
    return [sum(float(W[j, k] * delta[k]) for k in range(len(delta))) * float(slope(z[j])) for j in range(len(z))]


WRONG = {
    "2.3.2.a": [
        lambda x: (np.exp(x) + 2 * np.sin(x)) * np.cos(x),
        lambda x: np.sin(x) * np.exp(x),
        lambda x: (np.exp(x) + 2 * np.sin(x)) * np.cos(x) * np.sin(x) * np.exp(x),
        lambda x: np.exp(x) * np.cos(x) + np.sin(x) * np.exp(x),
        lambda x: np.exp(x) + 3 * np.sin(x),
        lambda x: np.sin(x) * np.exp(x) + np.sin(x) ** 2,
        lambda x: -(np.exp(x) + 2 * np.sin(x)) * np.cos(x) + np.sin(x) * np.exp(x),
        lambda x: np.cos(x) * np.exp(x),
        lambda x: (np.exp(x) + np.sin(x)) * np.cos(x) + np.sin(x) * np.exp(x),
    ],
    "2.3.2.b": [
        lambda z, W, delta: slope(z) * W[:, 0] * delta[0],
        lambda z, W, delta: W @ delta,
        lambda z, W, delta: slope(z) * (W @ delta) / len(delta),
        lambda z, W, delta: slope(z) * (W.T @ delta),
        lambda z, W, delta: slope(W @ delta),
        lambda z, W, delta: slope(z) * (W.sum(axis=1) * delta.sum()),
        lambda z, W, delta: slope(z)[:, None] * W * delta,
        lambda z, W, delta: z * (1 - z) * (W @ delta),
        lambda z, W, delta: sigmoid(z) * (W @ delta),
        lambda z, W, delta: slope(z) * delta.sum(),
    ],
    "2.3.2.c": [
        lambda dy, x, w: dy * slope(w * x) * w,
        lambda dy, x, w: dy,
        lambda dy, x, w: 1 + dy * slope(w * x) * w,
        lambda dy, x, w: dy * x + dy * slope(w * x) * w,
        lambda dy, x, w: dy + dy * slope(w * x),
        lambda dy, x, w: dy - dy * slope(w * x) * w,
        zeroes_the_price,
        lambda dy, x, w: dy + dy * sigmoid(w * x) * w,
        lambda dy, x, w: dy * (dy * slope(w * x) * w),
        lambda dy, x, w: 2 * dy + dy * slope(w * x) * w,
    ],
    "2.3.2.d": [
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * np.tanh(w * x),
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * w * (1 - np.tanh(w * x) ** 2) * x,
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * (np.tanh(w * x) + (1 - np.tanh(w * x) ** 2) * x),
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * (np.tanh(w * x) + w * x),
        lambda w, x: np.tanh(w * x) + w * (1 - np.tanh(w * x) ** 2) * x,
        lambda w, x: 2 * (1 - np.tanh(w * np.tanh(w * x)) ** 2) * np.tanh(w * x),
        lambda w, x: np.tanh(w * np.tanh(w * x)),
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * (np.tanh(w * x) + w * (1 - np.tanh(w * x) ** 2)),
        lambda w, x: 2 * (1 - np.tanh(w * np.tanh(w * x)) ** 2) * w * (1 - np.tanh(w * x) ** 2) * x,
    ],
    "2.3.2.e": [
        (3 + 17**0.5, 3 - 17**0.5),
        (10.0, 10.0),
        (6.0, 6.0),
        (2.0, 4.0),
        (3 - 17**0.5,),
        3.0,
    ],
}

RIGHT = {
    "2.3.2.b": [by_two_loops],
    "2.3.2.c": [lambda dy, x, w: dy * (1 + w * slope(w * x))],
}
