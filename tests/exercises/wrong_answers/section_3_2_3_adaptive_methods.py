"""Wrong answers to the exercises of section 3.2.3: each must be recognised."""

import numpy as np


def rms(gradients, lr, beta, correct=lambda v, t: v, sign=-1.0):
    w, v = 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = beta * v + (1 - beta) * g**2
        w += sign * lr * g / np.sqrt(correct(v, t))
    return w


def correction_fed_back(gradients, lr, beta):
    w, v = 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = (beta * v + (1 - beta) * g**2) / (1 - beta**t)
        w -= lr * g / np.sqrt(v)
    return w


def ams(gradients, lr, beta, hat=True, feed_back=False, root=True):
    w, v, largest = 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = beta * v + (1 - beta) * g**2
        largest = max(largest, v / (1 - beta**t) if hat else v)
        v = largest if feed_back else v
        w -= lr * g / (np.sqrt(largest) if root else largest)
    return w


def divides_by_max_of_last_two(gradients, lr, beta2):
    x = v = 0.0
    old = 0.0
    for t, g in enumerate(gradients, 1):
        v = beta2 * v + (1 - beta2) * g * g
        h = v / (1 - beta2**t)
        x -= lr * g / np.sqrt(max(h, old))
        old = h
    return x


WRONG = {
    "3.2.3.a": [
        (0.7, 0.7**4, 0.7**101),
        (1.3, 2.2, 31.3),
        (0.7, 0.1, 0.1),
        (0.7, -0.2, -29.3),
        (0.7, -0.2, -0.2),
        (0.7, -0.2, 0.0),
        (0.0, 0.0, 0.0),
        (0.7, -0.2),
    ],
    "3.2.3.b": [
        rms,
        correction_fed_back,
        lambda gradients, lr, beta: rms(gradients, lr, beta, lambda v, t: v / (1 - beta**t), sign=1.0),
        lambda gradients, lr, beta: rms(gradients, lr, beta, lambda v, t: v * (1 - beta**t)),
        lambda gradients, lr, beta: rms(gradients, lr, beta, lambda v, t: v / (1 - beta)),
        lambda gradients, lr, beta: rms(gradients, lr, beta, lambda v, t: v / (1 - beta ** (t + 1))),
        lambda gradients, lr, beta: rms(gradients, lr, beta, lambda v, t: (v / (1 - beta**t)) ** 2),
        lambda gradients, lr, beta: rms(gradients, lr, beta, lambda v, t: v / (1 - beta**t) ** 2),
        lambda gradients, lr, beta: rms(gradients, lr, 1 - beta, lambda v, t: v / (1 - (1 - beta) ** t)),
        lambda gradients, lr, beta: -lr * sum(gradients),
    ],
    "3.2.3.c": [
        lambda beta1, beta2: 1.0,
        lambda beta1, beta2: (1 - beta1) / (1 - beta2),
        lambda beta1, beta2: (1 - beta2) / np.sqrt(1 - beta1),
        lambda beta1, beta2: beta1 / np.sqrt(beta2),
        lambda beta1, beta2: np.sqrt(1 - beta1) / np.sqrt(1 - beta2),
        lambda beta1, beta2: 1 / np.sqrt(1 - beta2),
        lambda beta1, beta2: np.sqrt(1 - beta2) / (1 - beta1),
        lambda beta1, beta2: -(1 - beta1) / np.sqrt(1 - beta2),
        lambda beta1, beta2: (1 - beta1) / np.sqrt(beta2),
    ],
    "3.2.3.d": [
        (0.05, 0.04999, 0.04999),
        (0.04, 0.04, 0.04),
        (0.04, 0.04, 0.045),
        (0.04, 0.04, 0.9999),
        (0.04, 0.0, 0.05),
        (0.049, 0.049, 0.05),
        (0.06, 0.06, 0.05),
        (0.01, 0.01, 0.05),
        (0.04, 0.04),
    ],
    "3.2.3.e": [
        lambda gradients, lr, beta2: rms(gradients, lr, beta2, lambda v, t: v / (1 - beta2**t)),
        lambda gradients, lr, beta2: ams(gradients, lr, beta2, hat=False),
        lambda gradients, lr, beta2: ams(gradients, lr, beta2, feed_back=True),
        lambda gradients, lr, beta2: ams(gradients, lr, beta2, root=False),
        lambda gradients, lr, beta2: -ams(gradients, lr, beta2),
        lambda gradients, lr, beta2: -lr * sum(gradients) / max(map(abs, gradients)),
        lambda gradients, lr, beta2: -lr * sum(g / max(map(abs, gradients[: k + 1])) for k, g in enumerate(gradients)),
        lambda gradients, lr, beta2: rms(gradients, lr, beta2),
        lambda gradients, lr, beta2: ams(gradients, lr, 1 - beta2),
    ],
}


def in_arrays(gradients, lr, beta):
    g, T = np.array(gradients), len(gradients)
    v = [sum(beta ** (t - i) * g[i] ** 2 for i in range(t + 1)) for t in range(T)]
    share = [sum(beta**i for i in range(t + 1)) for t in range(T)]
    return -lr * (g / np.sqrt(np.divide(v, share))).sum()


def in_arrays_ams(gradients, lr, beta2):
    g = np.array(gradients, dtype=np.float32)
    hats = [
        sum((1 - beta2) * beta2 ** (t - i) * g[i] ** 2 for i in range(t + 1)) / (1 - beta2 ** (t + 1))
        for t in range(len(g))
    ]
    return -lr * np.sum(g / np.sqrt(np.maximum.accumulate(hats)))


RIGHT = {
    "3.2.3.a": [[0.7, -0.2, 0.1]],
    "3.2.3.b": [in_arrays, lambda gradients, lr, beta: np.float32(in_arrays(gradients, lr, beta))],
    "3.2.3.c": [lambda beta1, beta2: (1 - beta1) * (1 - beta2) ** -0.5],
    "3.2.3.d": [(0.04, 0.04, 0.05), np.array([0.0401, 0.0401, 0.049995])],
    "3.2.3.e": [in_arrays_ams],
}

NAMED = {
    "3.2.3.a": {
        "A step has the length η, not 1.": (0.0, 0.0, 0.0),
        "That is plain descent; Adam's step does not shrink with the gradient.": (0.7, 0.7**4, 0.7**101),
        "after_101: an odd step ends on the positive side": (0.7, -0.2, -0.2),
        "after_4: the fourth step": (0.7, 0.1, 0.1),
        "after_101: beyond 0 the sign": (0.7, -0.2, -29.3),
    },
    "3.2.3.b": {
        "Only the signs of the gradients count there; v has a memory.": lambda gradients, lr, beta: (
            -lr * sum(np.sign(g) for g in gradients)
        ),
    },
    "3.2.3.c": {
        "v enters with 1 − β₂: the root is that of 1 − β₂, not of β₂.": lambda beta1, beta2: (
            (1 - beta1) / np.sqrt(beta2)
        ),
    },
    "3.2.3.d": {
        "That is plain descent with the penalty": (0.05, 0.05, 0.05),
        "decayed: each step leaves 1 − ηλ, not 1 − λ": (0.04, 0.04, 0.0452),
        "decayed: the weight is asked for": (0.04, 0.04, 0.9999),
        "strong: a larger λ stands above": (0.04, 0.0, 0.05),
        "One step of it": (0.049, 0.049, 0.05),
    },
    "3.2.3.e": {
        "The largest v̂ of all steps so far, not only of the last": divides_by_max_of_last_two,
    },
}
