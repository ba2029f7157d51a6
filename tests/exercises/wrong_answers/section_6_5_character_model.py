"""Wrong answers to the exercises of section 6.5: each must be recognised."""

import numpy as np

from backprop.functions import softmax


def smoothed(n, n_test, extra, axis=1, before=False, mean=None, weights=None):
    raised = n + extra
    total = (n if before else raised).sum(axis=axis, keepdims=True)
    p = raised / np.maximum(total, 1e-9)
    weights = n_test if weights is None else weights
    return -(weights * np.log(p)).sum() / (n_test.sum() if mean is None else mean)


def weighed(n_test, p):
    return -(n_test * np.log(p)).sum() / n_test.sum()


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


def to_one(q):
    return q / q.sum()


WRONG = {
    "6.5.a": [
        lambda p: -np.log(p).mean(),
        lambda p: np.exp(np.log(p).mean()),
        lambda p: np.exp(-np.log(p).sum()),
        lambda p: 1 / p.mean(),
        lambda p: (1 / p).mean(),
        lambda p: np.exp(-np.log2(p).mean()),
        lambda p: 2 ** -np.log(p).mean(),
    ],
    "6.5.b": [
        lambda n, n_test, extra: smoothed(n, n_test, extra, axis=0),
        lambda n, n_test, extra: smoothed(n, n_test, extra, axis=(0, 1)),
        lambda n, n_test, extra: smoothed(n, n_test, extra, before=True),
        lambda n, n_test, extra: smoothed(n, n_test, extra, mean=1),
        lambda n, n_test, extra: smoothed(n, n_test, extra, mean=n.size),
        lambda n, n_test, extra: smoothed(n, n, extra),
        lambda n, n_test, extra: smoothed(n, n_test, extra, weights=n_test > 0),
        lambda n, n_test, extra: -smoothed(n, n_test, extra),
        lambda n, n_test, extra: weighed(n_test, (n + extra) / (n.sum(axis=1, keepdims=True) + extra)),
        lambda n, n_test, extra: weighed(n_test, (n + extra) / (n + extra).sum(axis=1)),
        lambda n, n_test, extra: smoothed(np.where(n == 0, extra, n), n_test, 0),
        lambda n, n_test, extra: smoothed(n, n_test + extra, extra),
        lambda n, n_test, extra: smoothed(n, n_test > 0, extra),
        lambda n, n_test, extra: smoothed(n_test, n, extra),
        lambda n, n_test, extra: smoothed(n, n_test, extra) / np.log(2),
    ],
    "6.5.c": [
        lambda W, ids: table(W, ids, collect="set"),
        lambda W, ids: table(W, ids, questions=1),
        lambda W, ids: table(W, ids, questions=len(ids)),
        lambda W, ids: -table(W, ids),
        lambda W, ids: table(W, ids, where="after"),
        lambda W, ids: table(W, ids, target=False),
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
    ],
}
