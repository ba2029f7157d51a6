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


def walk(x, gradient, lr, steps, low=0.0, high=1.0):
    for _ in range(steps):
        x = np.clip(x - lr * gradient(x), low, high)
    return x


def clips_at_the_end(x, gradient, lr, steps):
    for _ in range(steps):
        x = x - lr * gradient(x)
    return np.clip(x, 0, 1)


def edits_the_image(x, gradient, lr, steps):
    for _ in range(steps):
        x -= lr * gradient(x)
        np.clip(x, 0, 1, out=x)
    return x


def one_gradient(x, gradient, lr, steps):
    return np.clip(x - steps * lr * gradient(x), 0, 1)


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


def clip_gradient(x, gradient, lr, steps):
    for _ in range(steps):
        x = x - lr * np.clip(gradient(x), 0, 1)
    return x


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
        clips_at_the_end,
        edits_the_image,
        one_gradient,
        lambda x, gradient, lr, steps: walk(x, gradient, -lr, steps),
        lambda x, gradient, lr, steps: walk(x, gradient, lr, steps, -np.inf, np.inf),
        lambda x, gradient, lr, steps: walk(x, gradient, lr, steps + 1),
        lambda x, gradient, lr, steps: walk(x, gradient, lr, steps, -1, 1),
        lambda x, gradient, lr, steps: walk(x, gradient, lr, steps, 0, 255),
        lambda x, gradient, lr, steps: walk(x, lambda _: gradient(x), lr, steps),
        lambda x, gradient, lr, steps: walk(x, gradient, 1.0, steps),
    ],
    "4.5.d": [
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


def walk_in_a_list(x, gradient, lr, steps):
    pixels = list(x)
    for _ in range(steps):
        slopes = gradient(np.array(pixels))
        pixels = [min(1.0, max(0.0, v - lr * d)) for v, d in zip(pixels, slopes, strict=True)]
    return pixels


def entropies(p):
    return [np.float32(sum(-v * np.log(v) for v in row if v > 0)) for row in p]


RIGHT = {
    "4.5.a": [by_pixels],
    "4.5.b": [by_jacobians],
    "4.5.c": [walk_in_a_list, lambda *given: np.float32(walk_in_a_list(*given))],
    "4.5.d": [entropies],
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
        "Clip the image, not the gradient.": clip_gradient,
    },
    "4.5.d": {
        "Nothing is added under the logarithm: take ln 1 where p is": lambda p: -(p * np.log(p + 0.01)).sum(1),
    },
}
