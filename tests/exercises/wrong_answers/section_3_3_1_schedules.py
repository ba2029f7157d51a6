"""Wrong answers to the exercises of section 3.3.1: each must be recognised."""

import numpy as np


def forgets_the_start(rates, w0, curvature, sigma):
    square = 0.0
    for eta in rates:
        square = (1 - eta * curvature) ** 2 * square + (eta * sigma) ** 2
    return curvature / 2 * square


def noise_not_squared(rates, w0, curvature, sigma):
    square = w0**2
    for eta in rates:
        square = (1 - eta * curvature) ** 2 * square + eta * sigma**2
    return curvature / 2 * square


def factor_not_squared(rates, w0, curvature, sigma):
    square = w0**2
    for eta in rates:
        square = (1 - eta * curvature) * square + (eta * sigma) ** 2
    return curvature / 2 * square


def no_half(rates, w0, curvature, sigma):
    square = w0**2
    for eta in rates:
        square = (1 - eta * curvature) ** 2 * square + (eta * sigma) ** 2
    return curvature * square


def without_noise(rates, w0, curvature, sigma):
    return curvature / 2 * w0**2 * np.prod([(1 - eta * curvature) ** 2 for eta in rates])


def sigma_variance_twice_curvature(rates, w0, curvature, sigma):
    q = w0**2
    for e in rates:
        q = (1 - e * curvature) ** 2 * q + (e * curvature * sigma) ** 2
    return curvature / 2 * q


def noise_halved_by_curvature_order_of_updat(rates, w0, curvature, sigma):
    q = w0**2
    for e in rates:
        q = (1 - e * curvature) ** 2 * (q + (e * sigma) ** 2)
    return curvature / 2 * q


WRONG = {
    "3.3.1.a": [
        lambda t, lr, steps, end: end + (lr - end) * (1 + np.cos(np.pi * t / steps)) / 2,
        lambda t, lr, steps, end: lr * (1 + np.cos(np.pi * min(t / steps, 1))) / 2,
        lambda t, lr, steps, end: end + (lr - end) * np.cos(np.pi / 2 * min(t / steps, 1)),
        lambda t, lr, steps, end: end + (lr - end) * (1 + np.cos(np.pi * min(t / steps, 1))),
        lambda t, lr, steps, end: lr + (end - lr) * min(t / steps, 1),
        lambda t, lr, steps, end: end + lr * (1 + np.cos(np.pi * min(t / steps, 1))) / 2,
        lambda t, lr, steps, end: lr + (end - lr) * (1 + np.cos(np.pi * min(t / steps, 1))) / 2,
        lambda t, lr, steps, end: end + (lr - end) * (1 + np.cos(min(t / steps, 1))) / 2,
        lambda t, lr, steps, end: end + (lr - end) * (1 + np.cos(180 * min(t / steps, 1))) / 2,
    ],
    "3.3.1.b": [
        lambda n: [1 / (k + 1) for k in range(1, n + 1)],
        lambda n: [1 / n] * n if n > 1 else [0.5],
        lambda n: [1 / (n - k) for k in range(n)],
        lambda n: [k**-0.5 for k in range(1, n + 1)],
        lambda n: [k**-2.0 for k in range(1, n + 1)],
        lambda n: [1 - 1 / k for k in range(1, n + 1)],
        lambda n: [0.5**k for k in range(n)],
        lambda n: [1.0] * n,
        lambda n: [1 / k for k in range(1, n)],
        lambda n: [0.1] * n,
        lambda n: 1 / n,
    ],
    "3.3.1.c": [
        forgets_the_start,
        noise_not_squared,
        factor_not_squared,
        no_half,
        without_noise,
        lambda rates, w0, curvature, sigma: no_half(rates, w0, curvature, sigma) / curvature,
        lambda rates, w0, curvature, sigma: no_half(rates[:1] * len(rates), w0, curvature, sigma) / 2,
        lambda rates, w0, curvature, sigma: no_half(rates, w0**0.5, curvature, sigma) / 2,
        lambda rates, w0, curvature, sigma: no_half(rates[::-1], w0, curvature, sigma) / 2,
    ],
    "3.3.1.d": [(90, 900), (180, 1620), (22.5, 202.5), (300, 2700), (360, 3240), (90, 10), (90, 90), (810, 90), 90],
    "3.3.1.e": [1 - 0.08, 0.0064, np.exp(-10.1), 10.1, 2.525, 0.95, 0.0, 1.0, -0.08, 0.05],
}


def by_products(rates, w0, curvature, sigma):
    loss = curvature / 2 * w0**2
    for eta in np.array(rates):
        loss = loss * (1 - eta * curvature) ** 2 + curvature / 2 * (eta * sigma) ** 2
    return np.float32(loss)


RIGHT = {
    "3.3.1.a": [
        lambda t, lr, steps, end: end if t >= steps else end + (lr - end) * np.cos(np.pi * t / steps / 2) ** 2,
        lambda t, lr, steps, end: np.float32(lr + (end - lr) * np.sin(np.pi * min(t, steps) / steps / 2) ** 2),
    ],
    "3.3.1.b": [
        lambda n: 1 / np.arange(1, n + 1),
        lambda n: tuple(np.float32(1) / k for k in range(1, n + 1)),
        lambda n: [1, *(1 - (k - 1) / k for k in range(2, n + 1))],
    ],
    "3.3.1.c": [by_products],
    "3.3.1.d": [[90.0, 810.0], np.array([90, 810])],
    "3.3.1.e": [0.08, np.exp(-2.5), np.float32(0.0776)],
}

NAMED = {
    "3.3.1.a": {
        "Half a cosine, from 0 to π: that is a whole one, which is": lambda t, lr, steps, end: (
            end + (lr - end) * (1 + np.cos(2 * np.pi * min(t / steps, 1))) / 2
        ),
    },
    "3.3.1.c": {
        "The noise of a step is ησ: the curvature is not in it.": sigma_variance_twice_curvature,
        "The noise of a step is added behind it: its own factor does": noise_halved_by_curvature_order_of_updat,
    },
    "3.3.1.d": {
        "How many more, after the first": (90, 900),
        "λ stands in the denominator": (22.5, 202.5),
        "That is for E[w²]": (360, 3240),
    },
    "3.3.1.e": {
        "That is the share that is walked": 0.92,
        "That is the share of the loss": 0.0064,
        "That is λ times the sum of the rates": 2.525,
    },
}
