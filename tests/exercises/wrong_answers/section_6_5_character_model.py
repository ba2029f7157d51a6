"""Wrong answers to the exercises of section 6.5: each must be recognised."""

import numpy as np

from backprop.functions import softmax


def table(W, ids, collect="add", where="before", questions=None, target=True):
    before, after = ids[:-1], ids[1:]
    delta = softmax(W[before])
    if target:
        delta[np.arange(len(after)), after] -= 1
    delta /= questions or len(after)
    dW, place = np.zeros_like(W), before if where == "before" else after
    if collect == "add":
        np.add.at(dW, place, delta)
    else:
        dW[place] += delta
    return dW


def table_of(W, ids, p, answers):
    delta, dW = p - np.eye(len(W))[answers], np.zeros_like(W)
    np.add.at(dW, ids[:-1], delta / len(answers))
    return dW


def pair_by_pair(W, ids):
    dW = np.zeros(W.shape)
    for k in range(len(ids) - 1):
        dW[ids[k]] += (softmax(W[ids[k]]) - (np.arange(len(W)) == ids[k + 1])) / (len(ids) - 1)
    return dW.tolist()


def to_one(q):
    return q / q.sum()


RIGHT = {
    "6.5.a": [lambda p: np.prod(p ** (-1 / len(p))), lambda p: 2 ** np.mean([-np.log2(v) for v in p])],
    "6.5.b": [1 / 105, 0.00952, 0.009524, np.float32(1 / 105)],
    "6.5.c": [pair_by_pair],
    "6.5.d": [lambda p, tau: softmax(np.log(p) / tau).tolist(), lambda p, tau: softmax(np.log2(p) * np.log(2) / tau)],
}


def all_rows_m_per_row(W, ids):
    b, a = (ids[:-1], ids[1:])
    d = softmax(W[b])
    d[np.arange(len(a)), a] -= 1
    g = np.zeros_like(W)
    np.add.at(g, b, d / np.bincount(b, minlength=len(W))[b][:, None])
    return g


WRONG = {
    "6.5.a": [
        lambda p: -np.log(p).mean(),
        lambda p: np.exp(np.log(p).mean()),
        lambda p: np.exp(-np.log(p).sum()),
        lambda p: 1 / p.mean(),
        lambda p: (1 / p).mean(),
        lambda p: np.exp(-np.log2(p).mean()),
        lambda p: 2 ** -np.log(p).mean(),
        lambda p: np.exp(-p.mean()),
        lambda p: -np.log2(p).mean(),
        lambda p: 1 / p,
    ],
    "6.5.b": [
        0,
        1 / 21,
        1 / 35,
        1 / 7,
        1 / 12,
        1 / 30,
        1 / 60,
        1 / 80,
        1 / 3 + 1 / 7 + 1 / 5,
        np.log(105) / 3,
        np.log(105),
        105 ** (1 / 3),
        105,
        2 / 18**3,
    ],
    "6.5.c": [
        lambda W, ids: table(W, ids, collect="set"),
        lambda W, ids: table(W, ids, questions=1),
        lambda W, ids: table(W, ids, questions=len(ids)),
        lambda W, ids: -table(W, ids),
        lambda W, ids: table(W, ids, where="after"),
        lambda W, ids: table(W, ids, target=False),
        lambda W, ids: table(W, ids).T,
        lambda W, ids: table_of(W, ids, softmax(W[ids[1:]]), ids[1:]),
        lambda W, ids: table_of(W, ids, softmax(W[ids[:-1]]), ids[:-1]),
        lambda W, ids: table_of(W, ids, W[ids[:-1]], ids[1:]),
    ],
    "6.5.d": [
        lambda p, tau: p ** (1 / tau),
        lambda p, tau: to_one(p**tau),
        lambda p, tau: softmax(p / tau),
        lambda p, tau: to_one(p / tau),
        lambda p, tau: p,
        lambda p, tau: to_one(np.log(p) / tau),
        lambda p, tau: np.log(p) / tau,
        lambda p, tau: p / tau,
        lambda p, tau: softmax(p) / tau,
        lambda p, tau: softmax(p ** (1 / tau)),
        lambda p, tau: p ** (1 / tau) / np.linalg.norm(p ** (1 / tau)),
        lambda p, tau: p ** (1 / tau) / (p ** (1 / tau)).max(),
    ],
}

NAMED = {
    "6.5.b": {
        "Of the three names one begins with b: after · comes b once;": 3 / 6 * 1 / 7 * 1 / 5,
    },
    "6.5.c": {
        "The mean is over all questions, not over those of each row.": all_rows_m_per_row,
    },
}
