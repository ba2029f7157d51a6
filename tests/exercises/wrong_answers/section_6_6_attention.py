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


def appended(k, v, k_new, v_new):
    return np.vstack([k, k_new]), np.vstack([v, v_new])


def row_by_row(z):
    return [[*softmax(z[i, : i + 1]), *[0.0] * (len(z) - i - 1)] for i in range(len(z))]


def on_a_circle(T):
    """Steps as angles: the query of a step is the key of the one before, loud."""
    angles = 2 * np.pi * np.arange(T) / T
    keys = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return 1000 * np.roll(keys, 1, axis=0), keys


def one_word_by_loops(k, v, q_new, k_new, v_new):
    z = [float(key @ q_new) / len(q_new) ** 0.5 for key in [*k, k_new]]
    weights = [np.exp(score - max(z)) for score in z]
    return [
        sum(w * value[c] for w, value in zip(weights, [*v, v_new], strict=True)) / sum(weights)
        for c in range(len(v_new))
    ]


RIGHT = {
    "6.6.a": [
        on_a_circle,
        lambda T: [(100 * np.eye(T, k=-1)).tolist(), np.eye(T, dtype=int).tolist()],
        lambda T: (np.eye(T, 2 * T, k=-1).astype(np.float32), 1000 * np.eye(T, 2 * T, dtype=np.float32)),
    ],
    "6.6.b": [row_by_row, lambda z: softmax(hidden(z).astype(np.float32))],
    "6.6.c": [lambda q, k, v: np.hstack(halves(q, k, v))],
    "6.6.d": [one_word_by_loops],
}


def root_of_the_values(k, v, q_new, k_new, v_new):
    z = np.vstack([k, k_new]) @ q_new / np.sqrt(len(v_new))
    p = np.exp(z - z.max())
    return p / p.sum() @ np.vstack([v, v_new])


def new_key_first(k, v, q_new, k_new, v_new):
    z = np.vstack([k_new, k]) @ q_new / np.sqrt(len(q_new))
    p = np.exp(z - z.max())
    return p / p.sum() @ np.vstack([v, v_new])


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
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], k, v)[0],
        lambda k, v, q_new, k_new, v_new: softmax(np.vstack([k, k_new]) @ q_new) @ np.vstack([v, v_new]),
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], *appended(k, v, k_new, v_new)),
        lambda k, v, q_new, k_new, v_new: look_up(k_new[None], *appended(k, v, k_new, v_new))[0],
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], *appended(k, v, q_new, v_new))[0],
        lambda k, v, q_new, k_new, v_new: look_up(q_new[None], *appended(k, v, k_new, v_new))[0][:1],
        lambda k, v, q_new, k_new, v_new: (
            softmax(np.vstack([k, k_new]) @ q_new / np.sqrt(len(k) + 1)) @ np.vstack([v, v_new])
        ),
        lambda k, v, q_new, k_new, v_new: softmax(np.vstack([k, k_new]) @ q_new / len(q_new)) @ np.vstack([v, v_new]),
        lambda k, v, q_new, k_new, v_new: softmax(np.vstack([k, k_new]) @ q_new / np.sqrt(len(q_new))),
        lambda k, v, q_new, k_new, v_new: (
            np.exp(np.vstack([k, k_new]) @ q_new / np.sqrt(len(q_new))) @ np.vstack([v, v_new])
        ),
    ],
}

NAMED = {
    "6.6.b": {
        "Only the first step sees itself here; every step does.": diagonal_hidden,
        "A score of −1 is not hidden: the softmax gives it a share.": mask_1,
    },
    "6.6.d": {
        "The root is that of n_dim, the width of a key, not that of": root_of_the_values,
        "The new key comes last, as its value does.": new_key_first,
    },
}
