"""Wrong answers to the exercises of section 6.3: each must be recognised."""

import math

import numpy as np


def slope_of_u(x, w, u, slopes=True, mean=False, only_last=False, inside=1.0):
    a = [0.0]
    for value in x:
        a.append(np.tanh(w * value + u * a[-1]))
    total, da = 0.0, 1.0
    for k in reversed(range(len(x))):
        delta = da * (1 - a[k + 1] ** 2) if slopes else da
        total += a[k] * delta
        da = 0.0 if only_last else u * delta * inside
    return total / len(x) if mean else total


def after_not_before(x, w, u):
    a = [0.0]
    for value in x:
        a.append(np.tanh(w * value + u * a[-1]))
    total, da = 0.0, 1.0
    for k in reversed(range(len(x))):
        delta = da * (1 - a[k + 1] ** 2)
        total += a[k + 1] * delta
        da = u * delta
    return total


def from_pieces(a, u, dy, every, first=0, inside=True, tanh=False):
    total = back = 0.0
    for k in reversed(range(len(dy))):
        delta = (dy[k] + back) * (1 - a[k + 1] ** 2 if tanh else 1)
        total += a[k] * delta
        back = 0.0 if not inside or k % every == first else u * delta
    return total


def never_cut(a, u, dy, every):
    return from_pieces(a, u, dy, len(dy) + 1, first=len(dy))


def forgets_the_state(a, u, dy, every):
    a = a.copy()
    a[::every] = 0
    return from_pieces(a, u, dy, every)


def a_window_of_its_own(a, u, dy, every):
    total = 0.0
    for j in range(len(dy)):
        delta = dy[j]
        for k in range(j, max(-1, j - every), -1):
            total += a[k] * delta
            delta *= u
    return total


def together(gradients):
    return np.sqrt(sum((g**2).sum() for g in gradients))


def clips_in_place(gradients, max_norm):
    length = together(gradients)
    for g in gradients:
        g *= min(1, max_norm / length)
    return gradients


WRONG = {
    "6.3.a": [
        lambda x, w, u: slope_of_u(x, w, u, only_last=True),
        lambda x, w, u: slope_of_u(x, w, u, slopes=False),
        lambda x, w, u: slope_of_u(x, w, u, mean=True),
        lambda x, w, u: slope_of_u(x, w, u, inside=-1.0),
        lambda x, w, u: slope_of_u(x, w, u, inside=1 / u),
        after_not_before,
    ],
    "6.3.b": [
        lambda factor, share: int(math.log(share) / math.log(factor)),
        lambda factor, share: math.log(share) / math.log(factor),
        lambda factor, share: math.ceil(-math.log(share)),
        lambda factor, share: math.ceil(math.log(factor) / math.log(share)),
        lambda factor, share: math.ceil(math.log(share) / math.log(factor)) + 1,
        lambda factor, share: math.ceil((1 - share) / (1 - factor)) + 100,
        lambda factor, share: math.ceil((1 - share) / (1 - factor)),
        lambda factor, share: math.ceil(math.log(share) / math.log(1 - factor)),
        lambda factor, share: math.ceil(math.log(share / factor)),
        lambda factor, share: math.ceil(-math.log(share) / math.log(factor)),
    ],
    "6.3.c": [
        never_cut,
        lambda a, u, dy, every: from_pieces(a, u, dy, every, inside=False),
        lambda a, u, dy, every: from_pieces(a, u, dy, every, first=1),
        forgets_the_state,
        lambda a, u, dy, every: from_pieces(a[1:], u, dy, every),
        lambda a, u, dy, every: -from_pieces(a, u, dy, every),
        lambda a, u, dy, every: from_pieces(a, 1.0, dy, every),
        lambda a, u, dy, every: from_pieces(a, u, dy, every, tanh=True),
        a_window_of_its_own,
    ],
    "6.3.d": [
        lambda gradients, max_norm: [g * min(1, max_norm / np.linalg.norm(g)) for g in gradients],
        lambda gradients, max_norm: [np.clip(g, -max_norm, max_norm) for g in gradients],
        lambda gradients, max_norm: [g * max_norm / together(gradients) for g in gradients],
        lambda gradients, max_norm: [
            g * min(1, max_norm / sum(np.linalg.norm(other) for other in gradients)) for g in gradients
        ],
        lambda gradients, max_norm: [g * min(1, max_norm / together(gradients) ** 2) for g in gradients],
        lambda gradients, max_norm: gradients,
        clips_in_place,
    ],
}
