"""Wrong answers to the exercises of section 1.3: each must be recognised."""

import math

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def shared_maximum(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)


def naive_softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def over_examples(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def softplus_in_a_loop(z):
    return [v + math.log1p(math.exp(-v)) if v > 0 else math.log1p(math.exp(v)) for v in z]


def softmax_in_a_loop(z):
    rows = []
    for row in z.tolist():
        e = [math.exp(v - max(row)) for v in row]
        rows.append([v / sum(e) for v in e])
    return rows


def slope_in_terms_of_f(z):
    a = z / (1 + np.exp(-z))
    return a * (1 - a)


def tanh_like(z):
    a = 1 / (1 + np.exp(-z))
    return a + z * (1 - a**2)


def axis_0(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=0)


def sum_of_the_whole_batch(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum()


def clipped_to_700(z):
    e = np.exp(np.clip(z, -700, 700))
    return e / e.sum(axis=1, keepdims=True)


def max_axis_0(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)


WRONG = {
    "1.3.a": [
        (0.0, 0.16, 0.75),
        (0.0, 1.28, 6.0),
        (-8.0, -1.28, -6.0),
        (4.0, -1.28, -6.0),
        (0.0, -6.4, -6.0),
        (0.0, -2.0, -6.0),
        (0.0, -1.711, -6.0),
        (0.0, -1.28, -4.0),
        (0.0, -1.28, -2.0),
        (0.0, -1.28, -6.291),
        (0.0, -1.28),
        0.0,
    ],
    "1.3.b": [
        (1.0, -1.0, 0.0),
        (1.0, -2.0, 0.0),
        (1.0, -1.0, 1.0),
        (1.0, -2.0, 2.0),
        (-1.0, 2.0, -1.0),
        (1.0, 2.0, 1.0),
        (2.0, -4.0, 2.0),
        (1.0, -2.0),
        lambda t: t,
    ],
    "1.3.c": [
        lambda z: z * sigmoid(z),
        lambda z: sigmoid(z) * (1 - sigmoid(z)),
        lambda z: z * sigmoid(z) * (1 - sigmoid(z)),
        lambda z: sigmoid(z) + sigmoid(z) * (1 - sigmoid(z)),
        sigmoid,
        lambda z: sigmoid(z) - z * sigmoid(z) * (1 - sigmoid(z)),
        lambda z: sigmoid(z) + z * sigmoid(z),
        lambda z: sigmoid(z) * (1 + z * (1 - z)),
        lambda z: 1 + sigmoid(z) * (1 - sigmoid(z)),
    ],
    "1.3.d": [
        lambda z: np.log(1 + np.exp(z)),
        lambda z: np.maximum(0, z),
        lambda z: np.log1p(np.exp(-np.abs(z))),
        lambda z: np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z))),
        lambda z: np.maximum(z, 0) + np.log2(1 + np.exp(-np.abs(z))),
        lambda z: np.where(z > 0, z, np.log1p(np.exp(z))),
        lambda z: np.minimum(np.log1p(np.exp(np.minimum(z, 30))), 30.0),
        lambda z: np.where(z > 30, z, np.log1p(np.exp(z))),  # right, but np.where computes both sides,
        sigmoid,
        lambda z: np.log1p(np.exp(-z)),
        lambda z: np.maximum(z, 0) - np.log1p(np.exp(-np.abs(z))),
    ],
    "1.3.e": [
        naive_softmax,
        shared_maximum,
        over_examples,
        lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
        lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
        lambda z: z / z.sum(axis=1, keepdims=True),
        lambda z: np.nan_to_num(naive_softmax(z)),
        sigmoid,
        lambda z: np.log(naive_softmax(z)),
        lambda z: naive_softmax(-z),
    ],
}

RIGHT = {
    "1.3.c": [lambda z: sigmoid(z) * (1 + z * sigmoid(-z))],
    "1.3.d": [softplus_in_a_loop, lambda z: np.logaddexp(0, z)],
    "1.3.e": [softmax_in_a_loop],
}

NAMED = {
    "1.3.a": {
        "sigmoid_dz: the slope is a(1 − a), not a.": (0.0, -6.4, -6.0),
        "tanh_dz: a(1 − a) is the slope of the sigmoid.": (0.0, -1.28, -2.0),
    },
    "1.3.b": {
        "That never stops falling after t = 2.": (1.0, -2.0, 0.0),
        "second_weight: the first neuron is still awake": (1.0, -1.0, 1.0),
    },
    "1.3.c": {
        "f (1 − f) is right for the sigmoid alone; f is a product.": slope_in_terms_of_f,
        "The slope of the sigmoid is a (1 − a); 1 − a² is that of": tanh_like,
    },
    "1.3.d": {
        "For positive z, e^min(z, 0) is 1;": lambda z: np.maximum(z, 0) + np.log1p(np.exp(np.minimum(z, 0))),
        "The result stops growing: far to the right the softplus is": lambda z: np.log1p(np.exp(np.minimum(z, 500))),
        "For negative z the exponent −z is positive: e^−|z|.": lambda z: np.maximum(z, 0) + np.log1p(np.exp(-z)),
    },
    "1.3.e": {
        "The sums run down the columns; the classes of a row add up": axis_0,
        "Each row has its own maximum, but not yet its own sum: add": sum_of_the_whole_batch,
        "In far rows all classes come out alike: a cut logit forgets": clipped_to_700,
        "Each row is shifted by one number, its own maximum; here": max_axis_0,
    },
}
