"""Wrong answers to the exercises of section 4.5: each must be recognised."""

import numpy as np

from backprop.functions import softmax

PLACE = np.arange(28)


def mean_place(image, axis):
    return PLACE @ image.sum(axis=axis) / image.sum()


def gradient(x, label, W1, b1, W2, b2, error=lambda p, y: p - y, slope=lambda z: 1 - np.tanh(z) ** 2):
    z1 = x @ W1 + b1
    y = np.eye(len(b2))[label]
    return (error(softmax(np.tanh(z1) @ W2 + b2), y) @ W2.T * slope(z1)) @ W1.T


def forgets_the_bias(x, label, W1, b1, W2, b2):
    return gradient(x, label, W1, 0 * b1, W2, b2)


def weights_instead_of_pixels(x, label, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    delta = (softmax(np.tanh(z1) @ W2 + b2) - np.eye(len(b2))[label]) @ W2.T * (1 - np.tanh(z1) ** 2)
    return np.outer(x, delta)


BRIGHT, HALF = 0.8808, 0.7311


def level(x, W, b, now, wish, times=1.0, power=2, offset=1.0):
    """The walk of the exercise with something changed."""
    g = W[:, now] - W[:, wish]
    z = x @ W + offset * b
    return x - times * (z[now] - z[wish]) / np.linalg.norm(g) ** power * g


def one_pixel(x, W, b, now, wish):
    g, z = W[:, now] - W[:, wish], x @ W + b
    x, k = x.copy(), np.abs(g).argmax()
    x[k] -= (z[now] - z[wish]) / g[k]
    return x


def by_signs(x, W, b, now, wish):
    g, z = W[:, now] - W[:, wish], x @ W + b
    return x - (z[now] - z[wish]) / np.abs(g).sum() * np.sign(g)


def along_one_column(x, W, b, now, wish):
    w, z = W[:, now], x @ W + b
    return x - (z[now] - z[wish]) / (w @ w) * w


def entropy_nan(p):
    with np.errstate(all="ignore"):
        return -(p * np.log(p)).sum(axis=1)


def safe_log(p):
    return np.log(np.where(p > 0, p, 1))


def with_13_5(image):
    p = np.arange(28)
    s = image.sum()
    return (round(13.5 - p @ image.sum(1) / s), round(13.5 - p @ image.sum(0) / s))


def relu_slope(x, label, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    d = softmax(a @ W2 + b2)
    d[label] -= 1
    return d @ W2.T * (a > 0) @ W1.T


def w2_w1_order(x, label, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    d = softmax(a @ W2 + b2)
    d[label] -= 1
    return d @ W2.T * (1 - a) @ W1.T


WRONG = {
    "4.5.a": [
        lambda image: (round(14 - mean_place(image, 0)), round(14 - mean_place(image, 1))),
        lambda image: (round(mean_place(image, 1) - 14), round(mean_place(image, 0) - 14)),
        lambda image: (14 - mean_place(image, 1), 14 - mean_place(image, 0)),
        lambda image: (int(14 - mean_place(image, 1)), int(14 - mean_place(image, 0))),
        lambda image: (round(13.5 - mean_place(image, 1)), round(13.5 - mean_place(image, 0))),
        lambda image: (round(mean_place(image, 0) - 14), round(mean_place(image, 1) - 14)),
        lambda image: (round(14 - mean_place(image, 1)), round(mean_place(image, 0) - 14)),
        lambda image: (round(mean_place(image, 1)), round(mean_place(image, 0))),
        lambda image: tuple(round(14 - (k.min() + k.max()) / 2) for k in np.nonzero(image)),
        lambda image: (round(14 - mean_place(image, 1)), 0),
    ],
    "4.5.b": [
        forgets_the_bias,
        weights_instead_of_pixels,
        lambda *given: -gradient(*given),
        lambda *given: gradient(*given, error=lambda p, y: p),
        lambda *given: gradient(*given, slope=lambda z: 1),
        lambda *given: gradient(*given, slope=lambda z: z > 0),
        lambda *given: gradient(*given, slope=lambda z: 1 - z**2),
        lambda *given: gradient(*given)[None],
        lambda x, label, W1, b1, W2, b2: gradient(x, label, W1, b1, W2, 0 * b2),
        lambda *given: gradient(*given, slope=lambda z: np.tanh(z) * (1 - np.tanh(z))),
        lambda x, label, W1, b1, W2, b2: (
            (softmax(np.tanh(x @ W1 + b1) @ W2 + b2) - np.eye(len(b2))[label]) @ W2.T * (1 - np.tanh(x @ W1 + b1) ** 2)
        ),
    ],
    "4.5.c": [
        (0.75, HALF, 0.5),
        (0.1192, HALF, 0.5),
        (0.9526, HALF, 0.5),
        (BRIGHT, 0.4404, 0.5),
        (BRIGHT, BRIGHT, 0.5),
        (BRIGHT, 0.6904, 0.5),
        (BRIGHT, HALF, 0),
        (BRIGHT, HALF, 0.1),
        (BRIGHT, HALF, 1),
        (88.08, 73.11, 50),
    ],
    "4.5.d": [
        one_pixel,
        by_signs,
        along_one_column,
        lambda *given: level(*given, times=-1),
        lambda *given: level(*given, times=2),
        lambda *given: level(*given, power=1),
        lambda *given: level(*given, power=0),
        lambda *given: level(*given, offset=0),
        lambda *given: level(*given) - given[0],
        lambda x, W, b, now, wish: x - (W[:, now] - W[:, wish]),
        lambda x, W, b, now, wish: level(x, W.T, b, now, wish) if len(W) == len(W.T) else x,
        lambda x, W, b, now, wish: x,
    ],
    "4.5.e": [
        entropy_nan,
        lambda p: (p * safe_log(p)).sum(axis=1),
        lambda p: -(p * safe_log(p)).sum(axis=1) / np.log(2),
        lambda p: -safe_log(p).sum(axis=1),
        lambda p: -(p * safe_log(p)).sum(axis=0),
        lambda p: -(p * safe_log(p)).mean(axis=1),
        lambda p: 1 - p.max(axis=1),
        lambda p: -(p * safe_log(p)),
        lambda p: -(p * safe_log(p)).sum(),
        lambda p: -(p**2 * safe_log(p)).sum(axis=1),
    ],
}


def by_pixels(image):
    ink = row = column = 0.0
    for i in range(28):
        for j in range(28):
            ink, row, column = ink + image[i, j], row + i * image[i, j], column + j * image[i, j]
    return [float(np.round(14 - row / ink)), float(np.floor(14 - column / ink + 0.5))]


def by_jacobians(x, label, W1, b1, W2, b2):
    a1 = np.tanh(x @ W1 + b1)
    z2 = a1 @ W2 + b2
    p = np.exp(z2 - z2.max()) / np.exp(z2 - z2.max()).sum()
    return (W1 @ np.diag(1 - a1**2) @ W2 @ (p - np.eye(len(p))[label])).tolist()


def by_least_squares(x, W, b, now, wish):
    """The shortest step that one equation asks for."""
    g = W[:, now] - W[:, wish]
    step, *_ = np.linalg.lstsq(g[None], [-(x @ g + b[now] - b[wish])], rcond=None)
    return list(x + step)


def entropies(p):
    return [np.float32(sum(-v * np.log(v) for v in row if v > 0)) for row in p]


RIGHT = {
    "4.5.a": [by_pixels],
    "4.5.b": [by_jacobians],
    "4.5.c": [(0.88, 0.73, 0.5)],
    "4.5.d": [by_least_squares, lambda x, W, b, now, wish: level(x, W, b, wish, now)],
    "4.5.e": [entropies],
}

NAMED = {
    "4.5.a": {
        "Round to the nearest pixel, not always down; and the middle": with_13_5,
    },
    "4.5.b": {
        "That is the slope of a ReLU; here the activation is tanh.": relu_slope,
        "The slope of tanh is 1 − a₁², with the activation squared.": w2_w1_order,
    },
    "4.5.c": {
        "half: half the brightness halves the logits": (BRIGHT, 0.4404, 0.5),
    },
    "4.5.d": {
        "Divide by g · g": lambda *given: level(*given, power=1),
        "It gives the two equal logits, but there is a nearer image": one_pixel,
        "Lowering now alone is a longer walk": along_one_column,
    },
    "4.5.e": {
        "Nothing is added under the logarithm: take ln 1 where p is": lambda p: -(p * np.log(p + 0.01)).sum(1),
    },
}
