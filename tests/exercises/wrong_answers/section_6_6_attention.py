"""Wrong answers to the exercises of section 6.6: each must be recognised."""

import numpy as np

from backprop.functions import softmax


def look_up(q, k, v):
    return softmax(q @ k.T / np.sqrt(q.shape[1])) @ v


def halves(q, k, v):
    return [look_up(*half) for half in zip(*(np.split(a, 2, axis=1) for a in (q, k, v)), strict=True)]


def split_in_two(q, k, v):
    return [np.split(a, 2, axis=1) for a in (q, k, v)]


def hidden(z):
    return np.where(np.triu(np.ones(z.shape), 1) > 0, -np.inf, z)


def rows_of(z, largest=0.0):
    with np.errstate(all="ignore"):
        p = np.exp(hidden(z) - largest)
        return p / p.sum(axis=1, keepdims=True)


def unstable(z):
    return rows_of(z)


def unguarded(q, k, v, largest=lambda z: 0.0):
    with np.errstate(all="ignore"):
        z = q @ k.T / np.sqrt(q.shape[1])
        p = np.exp(z - largest(z))
        return p / p.sum(axis=1, keepdims=True) @ v


def in_place(z):
    z[np.triu(np.ones(z.shape, bool), 1)] = 0
    return softmax(z)


def row_by_row(z):
    return [[*softmax(z[i, : i + 1]), *[0.0] * (len(z) - i - 1)] for i in range(len(z))]


def on_a_circle(T):
    """Steps as angles: the query of a step is the key of the one before, loud."""
    angles = 2 * np.pi * np.arange(T) / T
    keys = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return 1000 * np.roll(keys, 1, axis=0), keys


VALUES = [25 / 12, 13 / 12, 7 / 12, 1 / 4]

RIGHT = {
    "6.6.a": [
        on_a_circle,
        lambda T: [(100 * np.eye(T, k=-1)).tolist(), np.eye(T, dtype=int).tolist()],
        lambda T: (np.eye(T, 2 * T, k=-1).astype(np.float32), 1000 * np.eye(T, 2 * T, dtype=np.float32)),
    ],
    "6.6.b": [row_by_row, lambda z: softmax(hidden(z).astype(np.float32))],
    "6.6.c": [lambda q, k, v: np.hstack(halves(q, k, v))],
    "6.6.d": [
        (np.cumsum([1 / 4, 1 / 3, 1 / 2, 1])[::-1], "W_k", "W_q, W_k"),
        [(2.083, 1.083, 0.583, 0.25), ["k"], ["k", "q"]],
        (VALUES, {"K"}, "kq"),
        ([2.08, 1.08, 0.58, 0.25], "k", "q k"),
    ],
}


def diagonal_hidden(z):
    z = np.where(np.tri(len(z), k=-1) > 0, z, -np.inf)
    z[0, 0] = 0
    p = np.exp(z - z.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def mask_1(z):
    z = np.where(np.tri(len(z)) > 0, z, -1)
    p = np.exp(z - z.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


WRONG = {
    "6.6.a": [
        lambda T: (100 * np.eye(T), np.eye(T)),
        lambda T: (100 * np.eye(T, k=1), np.eye(T)),
        lambda T: (np.eye(T, k=-1), np.eye(T)),
        lambda T: (np.ones((T, T)), np.ones((T, T))),
        lambda T: (-100 * np.eye(T, k=-1), np.eye(T)),
        lambda T: (np.eye(T), 100 * np.eye(T, k=-1)),
        lambda T: (100 * np.eye(T, k=-1) + 100 * np.eye(T), np.eye(T)),
        lambda T: (100 * np.tril(np.ones((T, T)), -1), np.eye(T)),
        lambda T: (100 * np.eye(4, k=-1), np.eye(4)),
        lambda T: 100 * np.eye(T, k=-1),
        lambda T: (100 * np.eye(T, k=-1), np.eye(T)[:-1]),
        lambda T: (100 * np.eye(T, k=-1), np.eye(T, T + 1)),
        lambda T: (np.inf * np.ones((T, T)), np.eye(T)),
        lambda T: (1e200 * np.eye(T, k=-1), 1e200 * np.eye(T)),
        lambda T: (100 * np.arange(T)[:, None] - 100, np.arange(T)[:, None]),
    ],
    "6.6.b": [
        lambda z: softmax(z) * np.tril(np.ones(z.shape)),
        lambda z: softmax(np.tril(z)),
        lambda z: softmax(np.where(np.tril(np.ones(z.shape), -1) > 0, -np.inf, z)),
        lambda z: softmax(np.where(np.triu(np.ones(z.shape), 1) > 0, -np.inf, z).T).T,
        softmax,
        unstable,
        lambda z: softmax(np.where(np.tril(np.ones(z.shape), 1) > 0, z, -np.inf)),
        lambda z: rows_of(z, z.max()),
        lambda z: rows_of(z, z.max(axis=1, keepdims=True)),
        hidden,
        in_place,
    ],
    "6.6.c": [
        look_up,
        lambda q, k, v: np.hstack(halves(q, k / np.sqrt(2), v)),
        lambda q, k, v: np.hstack(halves(q, k, v)[::-1]),
        lambda q, k, v: sum(halves(q, k, v)),
        lambda q, k, v: np.vstack(halves(q, k, v)),
        lambda q, k, v: np.hstack(halves(k, q, v)),
        lambda q, k, v: np.hstack([look_up(q[:, s::2], k[:, s::2], v[:, s::2]) for s in (0, 1)]),
        lambda q, k, v: halves(q, k, v)[0],
        lambda q, k, v: np.hstack([unguarded(*half) for half in zip(*split_in_two(q, k, v), strict=True)]),
        lambda q, k, v: np.stack(halves(q, k, v), axis=2).reshape(q.shape),
        lambda q, k, v: np.hstack([unguarded(*half, np.max) for half in zip(*split_in_two(q, k, v), strict=True)]),
    ],
    "6.6.d": [
        ([1, 1, 1, 1], "k", "qk"),
        (VALUES[::-1], "k", "qk"),
        ([4, 3, 2, 1], "k", "qk"),
        ([1, 1 / 2, 1 / 3, 1 / 4], "k", "qk"),
        ([1 / 4] * 4, "k", "qk"),
        ([1, 3 / 4, 1 / 2, 1 / 4], "k", "qk"),
        ([25 / 48, 13 / 48, 7 / 48, 1 / 16], "k", "qk"),
        ([-value for value in VALUES], "k", "qk"),
        ([0, 0, 0, 0], "k", "qk"),
        ([17 / 6, 5 / 6, 1 / 3, 0], "k", "qk"),
        ([2, 13 / 12, 7 / 12, 1 / 4], "k", "qk"),
        ([2.08, 1.08, 0.6, 0.25], "k", "qk"),
        ([np.nan] * 4, "k", "qk"),
        (VALUES[:3], "k", "qk"),
        (VALUES, "q", "qk"),
        (VALUES, "qk", "qk"),
        (VALUES, "", "qk"),
        (VALUES, "kv", "qk"),
        (VALUES, "k", "v"),
        (VALUES, "k", "q"),
        (VALUES, "k", ""),
        (VALUES, "keys", "qk"),
        (VALUES, "k", 2),
        (VALUES, "k"),
        VALUES,
    ],
}

NAMED = {
    "6.6.b": {
        "Only the first step sees itself here; every step does.": diagonal_hidden,
        "A score of −1 is not hidden: the softmax gives it a share.": mask_1,
    },
    "6.6.d": {
        "Four ones are the sums along the rows, or a map without": ([1, 1, 1, 1], "k", "qk"),
        "That is the wrong way round: all four queries see the": (VALUES[::-1], "k", "qk"),
        "Query i divides by i, not by four: the mask comes before": ([1, 3 / 4, 1 / 2, 1 / 4], "k", "qk"),
        "A step sees itself, too.": ([11 / 6, 5 / 6, 1 / 3, 0], "k", "qk"),
        "The gradient of value 2 is not right: which queries see": ([25 / 12, 1, 7 / 12, 1 / 4], "k", "qk"),
        "W_q is 0, but its gradient is made of keys, which are": (VALUES, "q", "qk"),
        "Where W_q is 0, all queries are. What is the gradient of": (VALUES, "", "qk"),
        "The gradient of a value needs the shares and dy alone,": (VALUES, "k", "v"),
        "Where W_v is 0, all values are, and so is dp = dy · v.": (VALUES, "k", "k"),
        "Letters of q, k and v are wanted": (VALUES, "keys", "qk"),
    },
}
