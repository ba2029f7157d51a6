"""Wrong answers to exercises 2.3.4.a to 2.3.4.e: each must be recognised."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def p_minus_y(z, labels):
    p = softmax(z)
    p[np.arange(len(z)), labels] -= 1
    return p


def logs_of_rounded_p(z, labels):
    return -np.log(softmax(z)[np.arange(len(z)), labels]).mean()


def unshifted(z, labels):
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]).mean()


def clipped(z, labels):
    return -np.log(np.maximum(softmax(z)[np.arange(len(z)), labels], 1e-12)).mean()


def summed(z, labels):
    m = z.max(axis=1)
    return (m + np.log(np.exp(z - m[:, None]).sum(axis=1)) - z[np.arange(len(z)), labels]).sum()


def forgets_the_shift(z, labels):
    m = z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z - m).sum(axis=1)) - z[np.arange(len(z)), labels]).mean()


def through_table(z, y, keep):
    p = softmax(z)
    return np.array([(a - b) @ keep(a) for a, b in zip(p, y, strict=True)]) / len(z)


def tempered(change):
    """The right gradients for a temperature, changed."""

    def answer(z, labels, T):
        du = p_minus_y(z / T, labels) / len(z)
        return change(du, z, T, len(z))

    return answer


def edits_scores(z, labels, T):
    dz = p_minus_y(z / T, labels) / len(z) / T
    dT = -(dz * z).sum() / T
    z -= z.max(axis=1, keepdims=True)
    return dz, dT


def temperature_in_loops(z, labels, T):
    dz, dT = [], 0.0
    for row, label in zip(z, labels, strict=True):
        e = [float(np.exp(v / T)) for v in row]
        du = [(v / sum(e) - (k == label)) / len(z) for k, v in enumerate(e)]
        dz.append([d / T for d in du])
        dT -= sum(d * float(v) for d, v in zip(du, row, strict=True)) / T**2
    return dz, dT


def one_maximum(z, labels):
    m = z.max()
    return (m + np.log(np.exp(z - m).sum(axis=1)) - z[np.arange(len(z)), labels]).mean()


def loss_in_a_loop(z, labels):
    losses = [
        max(row) + np.log(sum(np.exp(v - max(row)) for v in row)) - row[c] for row, c in zip(z, labels, strict=True)
    ]
    return np.float32(sum(losses) / len(losses))


def one_hot_on_t_y_t(z, labels, T):
    n, k = z.shape
    du = (softmax(z / T) - np.eye(k)[labels] / T) / n
    return (du / T, -(du * z).sum() / T**2)


def dt_divided_by_n_twice(z, labels, T):
    n, k = z.shape
    du = (softmax(z / T) - np.eye(k)[labels]) / n
    return (du / T, -(du * z).mean() / T**2)


def log2(z, labels):
    m = z.max(1)
    return (m + np.log2(np.exp(z - m[:, None]).sum(1)) - z[np.arange(len(z)), labels]).mean()


def full_p_outer_with_y(z, y):
    p = softmax(z)
    dp = (p - y) / len(z)
    return dp - p * (dp * p).sum(1, keepdims=True)


WRONG = {
    "2.3.4.a": [
        (0.25, 0.15, -0.5),
        (0.25, 0.0, -0.5),
        (0.25, 0.35, -0.5),
        (0.25, -0.3, -0.5),
        (0.5, -0.15, -0.5),
        (-0.25, -0.15, -0.5),
        (0.25, -0.15, 0.5),
        (0.25, -0.15, 0.25),
        (0.25, -0.15, -2),
        (-0.15, 0.25, -0.5),
        (0.25, -0.15),
        "p",
    ],
    "2.3.4.b": [
        tempered(lambda du, z, T, n: (n * du / T, -n * (du * z).sum() / T**2)),
        tempered(lambda du, z, T, n: (du, -(du * z).sum() / T**2)),
        tempered(lambda du, z, T, n: (du * T, -(du * z).sum() / T**2)),
        tempered(lambda du, z, T, n: (du / T, (du * z).sum() / T**2)),
        tempered(lambda du, z, T, n: (du / T, -(du * z).sum() / T)),
        tempered(lambda du, z, T, n: (du / T, -du * z / T**2)),
        tempered(lambda du, z, T, n: (du / T, -du.sum() / T**2)),
        tempered(lambda du, z, T, n: (-du / T, (du * z).sum() / T**2)),
        tempered(lambda du, z, T, n: du / T),
        lambda z, labels, T: (p_minus_y(z, labels) / len(z) / T, -(p_minus_y(z, labels) * z).sum() / len(z) / T**2),
        lambda z, labels, T: (softmax(z / T) / len(z) / T, -(softmax(z / T) * z).sum() / len(z) / T**2),
        edits_scores,
    ],
    "2.3.4.c": [
        lambda z, y: (softmax(z) - y) / len(z),
        lambda z, y: (softmax(z) - y / y.sum(axis=1, keepdims=True)) / len(z),
        lambda z, y: softmax(z) * y.sum(axis=1, keepdims=True) - y,
        lambda z, y: (softmax(z) * y.sum() - y) / len(z),
        lambda z, y: (softmax(z) * y - y) / len(z),
        lambda z, y: (y - softmax(z) * y.sum(axis=1, keepdims=True)) / len(z),
        lambda z, y: (softmax(z) - y) * y.sum(axis=1, keepdims=True) / len(z),
        lambda z, y: (softmax(z) * y.sum(axis=0) - y) / len(z),
        lambda z, y: softmax(z) * y.sum(axis=1, keepdims=True) / len(z),
    ],
    "2.3.4.d": [
        logs_of_rounded_p,
        unshifted,
        clipped,
        summed,
        forgets_the_shift,
        lambda z, labels: -summed(z, labels) / len(z),
        lambda z, labels: summed(z, labels) / z.size,
        lambda z, labels: np.nan_to_num(logs_of_rounded_p(z, labels)),
        one_maximum,
        lambda z, labels: np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)).mean() + z.max(axis=1).mean(),
        lambda z, labels: -np.log(softmax(z)).mean(),
    ],
    "2.3.4.e": [
        lambda z, y: through_table(z, y, lambda p: np.diag(p * (1 - p))),
        lambda z, y: through_table(z, y, lambda p: np.eye(len(p))),
        lambda z, y: through_table(z, y, lambda p: np.diag(p) + np.outer(p, p)),
        lambda z, y: through_table(z, y, lambda p: np.diag(p)),
        lambda z, y: len(z) * through_table(z, y, lambda p: np.diag(p) - np.outer(p, p)),
        lambda z, y: -through_table(z, y, lambda p: np.diag(p) - np.outer(p, p)),
        lambda z, y: softmax(z) * ((softmax(z) - y) - ((softmax(z) - y) * softmax(z)).sum()) / len(z),
        lambda z, y: (softmax(z) - y) / len(z) - (((softmax(z) - y) / len(z)) * softmax(z)).sum(axis=1, keepdims=True),
        lambda z, y: softmax(z) * (softmax(z) - y - (softmax(z) - y).sum(axis=1, keepdims=True)) / len(z),
        lambda z, y: 2 * through_table(z, y, lambda p: np.diag(p) - np.outer(p, p)),
    ],
}

RIGHT = {
    "2.3.4.b": [temperature_in_loops],
    "2.3.4.d": [loss_in_a_loop],
    "2.3.4.e": [lambda z, y: through_table(z, y, lambda p: np.diag(p) - np.outer(p, p))],
}

NAMED = {
    "2.3.4.a": {
        "dp1_dz2: the score is that of class 2; that is −p₁ p₃, of": (0.25, -0.1, -0.5),
    },
    "2.3.4.b": {
        "dz: the target is 1, whatever T is; p − y as a whole is": one_hot_on_t_y_t,
        "dT: uses add up; that is their mean.": dt_divided_by_n_twice,
    },
    "2.3.4.d": {
        "That is how far the label's score lies below the highest;": lambda z, labels: (
            z.max(1) - z[np.arange(len(z)), labels]
        ).mean(),
        "The logarithm is the natural one, not that of 2.": log2,
    },
    "2.3.4.e": {
        "The factor p belongs in front of the whole difference, not": full_p_outer_with_y,
    },
}
