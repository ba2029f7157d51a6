"""Wrong answers to the exercises of section 6.6: each must be recognised."""

import numpy as np

from backprop.functions import softmax


def look_up(q, k, v):
    return softmax(q @ k.T / np.sqrt(q.shape[1])) @ v


def halves(q, k, v):
    return [look_up(*half) for half in zip(*(np.split(a, 2, axis=1) for a in (q, k, v)), strict=True)]


def unstable(z):
    p = np.exp(np.where(np.triu(np.ones(z.shape), 1) > 0, -np.inf, z))
    return p / p.sum(axis=1, keepdims=True)


def in_place(z):
    z[np.triu(np.ones(z.shape, bool), 1)] = 0
    return softmax(z)


def appended(k, v, k_new, v_new):
    return np.vstack([k, k_new]), np.vstack([v, v_new])


WRONG = {
    "6.6.a": [
        lambda p: np.diag(p * (1 - p)),
        lambda p: -np.outer(p, p),
        lambda p: np.outer(p, p) - np.diag(p),
        lambda p: np.eye(len(p)) - np.outer(p, p),
        lambda p: p * (1 - p),
        lambda p: np.outer(p, 1 - p),
    ],
    "6.6.b": [
        lambda z: softmax(z) * np.tril(np.ones(z.shape)),
        lambda z: softmax(np.tril(z)),
        lambda z: softmax(np.where(np.tril(np.ones(z.shape), -1) > 0, -np.inf, z)),
        lambda z: softmax(np.where(np.triu(np.ones(z.shape), 1) > 0, -np.inf, z).T).T,
        softmax,
        unstable,
        in_place,
    ],
    "6.6.c": [
        look_up,
        lambda q, k, v: np.hstack(halves(q, k / np.sqrt(2), v)),
        lambda q, k, v: np.hstack(halves(q, k, v)[::-1]),
        lambda q, k, v: sum(halves(q, k, v)),
        lambda q, k, v: np.vstack(halves(q, k, v)),
        lambda q, k, v: np.hstack(halves(k, q, v)),
    ],
    "6.6.d": [
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], k, v)[0],
        lambda k, v, q_new, k_new, v_new: softmax(np.vstack([k, k_new]) @ q_new) @ np.vstack([v, v_new]),
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], *appended(k, v, k_new, v_new)),
        lambda k, v, q_new, k_new, v_new: look_up(k_new[None], *appended(k, v, k_new, v_new))[0],
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], *appended(k, v, q_new, v_new))[0],
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], *appended(k, v, k_new, v_new))[0][:1],
    ],
}
