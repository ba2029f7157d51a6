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
    "3.2.3.b": [
        lambda t, beta: (1 - beta) * beta ** np.arange(t) / (1 - beta**t),
        lambda t, beta: (1 - beta) * beta ** np.arange(t - 1, -1, -1),
        lambda t, beta: beta ** np.arange(t - 1, -1, -1) / (1 - beta**t),
        lambda t, beta: (1 - beta) * beta ** np.arange(t, 0, -1) / (1 - beta**t),
        lambda t, beta: np.full(t, 1 / t),
        lambda t, beta: (1 - beta) * beta ** np.arange(t - 1, -1, -1.0) / (1 - beta),
        lambda t, beta: (1 - beta) * beta ** np.arange(t - 1, -1, -1.0) * (1 - beta**t),
        lambda t, beta: (1 - beta) * beta ** np.arange(t - 1.0) / (1 - beta**t),
        lambda t, beta: beta ** np.arange(t - 1, -1, -1.0),
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


def grown(t, beta):
    weights = []
    for _ in range(t):
        weights = [beta * w for w in weights] + [1 - beta]
    return tuple(w / sum(weights) for w in weights)


RIGHT = {
    "3.2.3.a": [in_arrays, lambda gradients, lr, beta: np.float32(in_arrays(gradients, lr, beta))],
    "3.2.3.b": [grown, lambda t, beta: np.float32(grown(t, beta))],
    "3.2.3.c": [lambda beta1, beta2: (1 - beta1) * (1 - beta2) ** -0.5],
    "3.2.3.d": [in_arrays_ams],
}

NAMED = {
    "3.2.3.a": {
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
        "The largest v̂ of all steps so far, not only of the last": divides_by_max_of_last_two,
    },
}
