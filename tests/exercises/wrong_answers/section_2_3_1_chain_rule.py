"""Wrong answers to the exercises on page 2.3.1: each must be recognised."""

import numpy as np

from backprop.functions import sigmoid


def tanh_at(place):
    """The slope of the tanh at a wrong place."""
    return lambda w, b, x, y: (np.tanh(w * x + b) - y) * (1 - np.tanh(place(w, b, x)) ** 2) * x


def gradients(change):
    """The right gradients of one neuron, changed."""

    def answer(w, b, x, y):
        a = sigmoid(w * x + b)
        delta = (a - y) * a * (1 - a)
        return change([a - y, delta, delta * x, delta, delta * w], w, b, x, a)

    return answer


def pair(change):
    """The right gradients of two neurons, changed."""

    def answer(w1, w2, x, y):
        a1 = sigmoid(w1 * x)
        y_hat = sigmoid(w2 * a1)
        delta2 = (y_hat - y) * y_hat * (1 - y_hat)
        return change(delta2, w2, a1, x)

    return answer


def chain(factor):
    """A product over the links with another factor."""

    def answer(a, w, n):
        slope = 1.0
        for _ in range(n):
            before, a = a, sigmoid(w * a)
            slope *= factor(before, a, w)
        return slope

    return answer


def lacking_slope(w1, w2, x, y):
    a1 = sigmoid(w1 * x)
    error = sigmoid(w2 * a1) - y
    return error * w2 * a1 * (1 - a1) * x, error * a1


def squared_error_doubled(w, b, x, y):
    a = np.tanh(w * x + b)
    return 2 * (a - y) * (1 - a**2) * x


def delta_lacks_da(w, b, x, y):
    a = sigmoid(w * x + b)
    d = a * (1 - a)
    return (a - y, d, d * x, d, d * w)


def uses_w1_in_delta1(w1, w2, x, y):
    a1 = sigmoid(w1 * x)
    h = sigmoid(w2 * a1)
    d2 = (h - y) * h * (1 - h)
    return (d2 * w1 * a1 * (1 - a1) * x, d2 * a1)


def tanh_slope(a, w, n):
    s = 1
    for _ in range(n):
        a = sigmoid(w * a)
        s *= w * (1 - a * a)
    return s


def loss_for_its_slope(w, b, x, y):
    a = sigmoid(w * x + b)
    da = 0.5 * (a - y) ** 2
    delta = da * a * (1 - a)
    return da, delta, delta * x, delta, delta * w


WRONG = {
    "2.3.1.a": [
        tanh_at(lambda w, b, x: w),
        tanh_at(lambda w, b, x: w * x),
        tanh_at(lambda w, b, x: np.tanh(w * x + b)),
        lambda w, b, x, y: (np.tanh(w * x + b) - y) * (1 - np.tanh(w * x + b) ** 2),
        lambda w, b, x, y: (y - np.tanh(w * x + b)) * (1 - np.tanh(w * x + b) ** 2) * x,
        lambda w, b, x, y: (np.tanh(w * x + b) - y) * x,
        lambda w, b, x, y: (np.tanh(w * x + b) - y) * np.tanh(w * x + b) * (1 - np.tanh(w * x + b)) * x,
        lambda w, b, x, y: (np.tanh(w * x + b) - y) * (1 - np.tanh(w * x + b)) * x,
        lambda w, b, x, y: (np.tanh(w * x + b) - y) * (1 - np.tanh(w * x + b) ** 2) * w,
    ],
    "2.3.1.b": [
        gradients(lambda p, w, b, x, a: (p[0], p[1], p[4], p[3], p[2])),
        gradients(lambda p, w, b, x, a: (p[0], p[1], p[2], 0.0, p[4])),
        gradients(lambda p, w, b, x, a: (p[0], p[0], p[0] * x, p[0], p[0] * w)),
        gradients(lambda p, w, b, x, a: tuple(-q for q in p)),
        gradients(lambda p, w, b, x, a: (p[0], p[1], p[2], p[1] * b, p[4])),
        gradients(lambda p, w, b, x, a: p[:3]),
        gradients(lambda p, w, b, x, a: tuple(2 * q for q in p)),
        gradients(lambda p, w, b, x, a: (p[0], p[1], p[2], p[0], p[4])),
        gradients(lambda p, w, b, x, a: (p[4], p[1], p[2], p[3], p[0])),
    ],
    "2.3.1.d": [
        pair(lambda d, w2, a1, x: (d * w2 * x, d * a1)),
        pair(lambda d, w2, a1, x: (d * a1 * (1 - a1) * x, d * a1)),
        pair(lambda d, w2, a1, x: (d * w2 * a1 * (1 - a1) * x, d * x)),
        pair(lambda d, w2, a1, x: (d * w2 * a1 * (1 - a1), d * a1)),
        pair(lambda d, w2, a1, x: (-d * w2 * a1 * (1 - a1) * x, -d * a1)),
        pair(lambda d, w2, a1, x: d * a1),
        pair(lambda d, w2, a1, x: (d * a1, d * w2 * a1 * (1 - a1) * x)),
        pair(lambda d, w2, a1, x: (d * w2 * a1 * x, d * a1)),
        lambda w1, w2, x, y: lacking_slope(w1, w2, x, y),
    ],
    "2.3.1.e": [
        chain(lambda before, a, w: a * (1 - a)),
        chain(lambda before, a, w: w * before * (1 - before)),
        chain(lambda before, a, w: w * sigmoid(before) * (1 - sigmoid(before))),
        chain(lambda before, a, w: w / 4),
        chain(lambda before, a, w: -w * a * (1 - a)),
        lambda a, w, n: n * w * sigmoid(w * a) * (1 - sigmoid(w * a)) + 1,
        lambda a, w, n: (w * sigmoid(w * a) * (1 - sigmoid(w * a))) ** n,
        lambda a, w, n: chain(lambda before, a, w: w * a * (1 - a))(a, w, n - 1),
        lambda a, w, n: chain(lambda before, a, w: a * (1 - a))(a, w, n) * w,
    ],
    "2.3.1.c": [
        ((2, 6, -1), -12),
        ((2, 2, -1 / 81), -4 / 81),
        ((2, 6, 1 / 81), 12 / 81),
        ((2, 6, 1 / 9), 12 / 9),
        ((2, 6, -1 / 81), 8 - 1 / 81),
        ((2, 6), -1),
        -12 / 81,
    ],
}


def squared_sum(w, b, x, y):
    z = w * x + b
    return (np.tanh(z) - y) * (1 - z**2) * x


NAMED = {
    "2.3.1.a": {
        "The slope is 1 − tanh² z: z has been squared": squared_sum,
        "The ½ in front of the loss cancels the 2 of the square.": squared_error_doubled,
    },
    "2.3.1.b": {
        "da is the loss itself;": loss_for_its_slope,
        "delta is the slope of the sigmoid alone; it multiplies da.": delta_lacks_da,
    },
    "2.3.1.d": {
        "dw1: the link from a1 to z2 is w2, not w1.": uses_w1_in_delta1,
    },
    "2.3.1.e": {
        "The slope of the sigmoid is a (1 − a); 1 − a² is that of": tanh_slope,
    },
    "2.3.1.c": {
        "slopes: the slope of 1/v is −1/v², with a square,": ((2, 6, -1 / 9), -12 / 9),
    },
}
