"""Wrong answers to the exercises on page 2.3.3: each must be recognised."""

import numpy as np


def two_layers(change):
    """The right gradients of the two-layer network, changed on the way."""

    def answer(x, y, W1, b1, W2, b2):
        a1 = np.tanh(x @ W1 + b1)
        error = a1 @ W2 + b2 - y
        return change(x, a1, error, W2, len(x))

    return answer


def from_deltas(x, a1, delta1, delta2):
    return x.T @ delta1, delta1.sum(axis=0), a1.T @ delta2, delta2.sum(axis=0)


WRONG = {
    "2.3.3.a": [
        lambda delta: delta.mean(axis=0),
        lambda delta: delta[0],
        lambda delta: delta.sum(axis=0, keepdims=True),
        lambda delta: delta.sum(axis=1),
        lambda delta: delta.sum(),
        lambda delta: delta,
    ],
    "2.3.3.b": [
        lambda delta, a, W: (a.T @ delta / len(a), delta.sum(axis=0) / len(a), delta @ W.T),
        lambda delta, a, W: (a.T @ delta, delta.mean(axis=0), delta @ W.T),
        lambda delta, a, W: (delta.T @ a, delta.sum(axis=0), delta @ W.T),
        lambda delta, a, W: (delta @ W.T, a.T @ delta, delta.sum(axis=0)),
        lambda delta, a, W: (a.T @ delta, delta.sum(axis=0), delta @ W if W.shape[0] == W.shape[1] else delta @ W.T),
        lambda delta, a, W: (a.T @ delta, delta, delta @ W.T),
    ],
    "2.3.3.c": [
        lambda delta, a, W: (a.T @ delta, delta @ W.T),
        lambda delta, a, W: (a @ delta.T, W.T @ delta),
        lambda delta, a, W: (delta @ a.T, W @ delta),
        lambda delta, a, W: (delta @ a, W.T @ delta),
        lambda delta, a, W: (W.T @ delta, delta @ a.T),
        lambda delta, a, W: (delta @ a.T / 4, W.T @ delta),
    ],
    "2.3.3.d": [
        lambda y_hat, y, c: y_hat - y,
        lambda y_hat, y, c: c[:, None] * (y_hat - y) / len(c),
        lambda y_hat, y, c: c[:, None] * (y - y_hat),
        lambda y_hat, y, c: c[:, None] * (y_hat - y) / 2,
        lambda y_hat, y, c: c * (y_hat - y),
        lambda y_hat, y, c: (c[:, None] * (y_hat - y)).sum(axis=0),
    ],
    "2.3.3.e": [
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e @ W2.T) * (1 - a1**2), e)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n @ W2.T) * (1 - a1**2), e / n**2)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n**2 @ W2.T) * (1 - a1**2), e / n**2)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, e / n @ W2.T, e / n)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n @ W2.T) * (1 - a1**2), e / n)[::-1]),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n @ W2.T) * a1 * (1 - a1), e / n)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, -(e / n @ W2.T) * (1 - a1**2), -e / n)),
    ],
}
