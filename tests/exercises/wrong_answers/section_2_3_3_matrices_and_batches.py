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


def bias_means(x, a1, delta1, delta2):
    return x.T @ delta1, delta1.mean(axis=0), a1.T @ delta2, delta2.mean(axis=0)


def masked_in_loops(delta, a, W, mask):
    dW, da = np.zeros(W.shape), np.zeros(a.shape)
    for n in range(len(a)):
        for i in range(len(W)):
            for j in range(W.shape[1]):
                if mask[i, j]:
                    dW[i, j] += a[n, i] * delta[n, j]
                    da[n, i] += delta[n, j] * W[i, j]
    return dW.tolist(), da.tolist()


def penalised(answer, share=lambda error, c: c[:, None] * error):
    """An answer to 2.3.3.d from δ, where `share` makes δ of the errors and the shares."""
    return lambda a, y, c, W, b, lam: answer(share(a @ W + b - y, c), a, W, b, lam)


def decayed(delta, a, W, b, lam):
    return a.T @ delta + lam * W, delta.sum(axis=0), delta @ W.T


def tanh_at_output(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    h = np.tanh(a @ W2 + b2)
    d2 = (h - y) / len(x) * (1 - h**2)
    d1 = d2 @ W2.T * (1 - a * a)
    return (x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0))


def w2_not_transposed(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    d2 = (a @ W2 + b2 - y) / len(x)
    d1 = (d2 @ W2 if W2.shape[0] == W2.shape[1] else d2 @ W2.T) * (1 - a * a)
    return (x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0))


def b1_forgotten_in_forward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1)
    d2 = (a @ W2 + b2 - y) / len(x)
    d1 = d2 @ W2.T * (1 - a * a)
    return (x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0))


def b2_forgotten(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    d2 = (a @ W2 - y) / len(x)
    d1 = d2 @ W2.T * (1 - a * a)
    return (x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0))


def slope_without_a_tanh(x, y, W1, b1, W2, b2):
    a1 = np.tanh(x @ W1 + b1)
    y_hat = a1 @ W2 + b2
    delta2 = (y_hat - y) / len(x) * (1 - y_hat**2)
    delta1 = delta2 @ W2.T * (1 - a1**2)
    return x.T @ delta1, delta1.sum(axis=0), a1.T @ delta2, delta2.sum(axis=0)


WRONG = {
    "2.3.3.a": [
        ([[2.5, -2], [-1.5, 0]], [2, -1]),
        ([[5, -4], [-3, 0]], [2, -1]),
        ([[5, -4], [-3, 0]], [-1, 3]),
        ([[5, -3], [-4, 0]], [4, -2]),
        ([[2, -4], [-2, -2]], [4, -2]),
        ([[2, 0], [3, 0]], [4, -2]),
        ([[2, -4], [0, 0]], [1, -2]),
        ([[5, -4], [-3, 0]], [[1, -2], [3, 0]]),
        ([[5, 4], [3, 0]], [4, 2]),
        [[5, -4], [-3, 0]],
        (5, 4),
    ],
    "2.3.3.b": [
        lambda delta, a, W, mask: (a.T @ delta, delta @ (W * mask).T),
        lambda delta, a, W, mask: (a.T @ delta * mask, delta @ W.T),
        lambda delta, a, W, mask: (a.T @ delta, delta @ W.T),
        lambda delta, a, W, mask: (a.T @ delta * W * mask, delta @ (W * mask).T),
        lambda delta, a, W, mask: (a.T @ delta * mask / len(a), delta @ (W * mask).T),
        lambda delta, a, W, mask: (delta @ (W * mask).T, a.T @ delta * mask),
        lambda delta, a, W, mask: (
            a.T @ delta * mask,
            delta @ (W * mask) if len(W) == len(W.T) else delta @ (W * mask).T,
        ),
        lambda delta, a, W, mask: (a.T @ delta * mask, -delta @ (W * mask).T),
        lambda delta, a, W, mask: a.T @ delta * mask,
    ],
    "2.3.3.c": [
        lambda delta, a, W: (a.T @ delta, delta @ W.T),
        lambda delta, a, W: (a @ delta.T, W.T @ delta),
        lambda delta, a, W: (delta @ a.T, W @ delta),
        lambda delta, a, W: (delta @ a, W.T @ delta),
        lambda delta, a, W: (W.T @ delta, delta @ a.T),
        lambda delta, a, W: (delta @ a.T / 4, W.T @ delta),
        lambda delta, a, W: (delta @ a.T, delta @ W),
        lambda delta, a, W: (delta @ a.T, (W.T @ delta).T),
        lambda delta, a, W: (a @ delta.T, delta.T @ W),
    ],
    "2.3.3.d": [
        penalised(lambda delta, a, W, b, lam: (a.T @ delta, delta.sum(axis=0), delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + 2 * lam * W, delta.sum(axis=0), delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + lam * W / 2, delta.sum(axis=0), delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + len(a) * lam * W, delta.sum(axis=0), delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + lam * W / len(a), delta.sum(axis=0), delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + lam * W, delta.sum(axis=0) + lam * b, delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + lam, delta.sum(axis=0), delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + lam * W, delta.mean(axis=0), delta @ W.T)),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + lam * W, delta @ W.T, delta.sum(axis=0))),
        penalised(lambda delta, a, W, b, lam: (a.T @ delta + lam * W, delta.sum(axis=0))),
        penalised(decayed, lambda error, c: error),
        penalised(decayed, lambda error, c: c[:, None] ** 2 * error),
        penalised(decayed, lambda error, c: c[:, None] * error / len(c)),
        penalised(decayed, lambda error, c: c * error if len(c) == error.shape[1] else c[:, None] * error),
    ],
    "2.3.3.e": [
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e @ W2.T) * (1 - a1**2), e)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n @ W2.T) * (1 - a1**2), e / n**2)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n**2 @ W2.T) * (1 - a1**2), e / n**2)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, e / n @ W2.T, e / n)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n @ W2.T) * (1 - a1**2), e / n)[::-1]),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n @ W2.T) * a1 * (1 - a1), e / n)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, -(e / n @ W2.T) * (1 - a1**2), -e / n)),
        two_layers(lambda x, a1, e, W2, n: bias_means(x, a1, (e / n @ W2.T) * (1 - a1**2), e / n)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (e / n @ W2.T) * (1 - a1), e / n)),
        two_layers(lambda x, a1, e, W2, n: from_deltas(x, a1, (2 * e / n @ W2.T) * (1 - a1**2), 2 * e / n)),
    ],
}

RIGHT = {
    "2.3.3.b": [masked_in_loops],
    "2.3.3.c": [lambda delta, a, W: (np.einsum("jn,in->ji", delta, a), np.einsum("ji,jn->in", W, delta))],
    "2.3.3.d": [
        penalised(decayed, lambda error, c: np.diag(c) @ error),
        penalised(lambda delta, a, W, b, lam: tuple(part.tolist() for part in decayed(delta, a, W, b, lam))),
    ],
}


def da_without_shares(a, y, c, W, b, lam):
    error = a @ W + b - y
    delta = c[:, None] * error
    return a.T @ delta + lam * W, delta.sum(axis=0), error @ W.T


def db_without_shares(a, y, c, W, b, lam):
    error = a @ W + b - y
    delta = c[:, None] * error
    return a.T @ delta + lam * W, error.sum(axis=0), delta @ W.T


NAMED = {
    "2.3.3.a": {
        "db: each column is added up; that is the second row of δ.": ([[5, -4], [-3, 0]], [3, 0]),
    },
    "2.3.3.b": {
        "dW: that has W in it; a layer's dW is aᵀ δ, and then the": lambda delta, a, W, mask: (
            a.T @ delta * W,
            delta @ (W * mask).T,
        ),
    },
    "2.3.3.c": {
        "dW: that is aᵀ δ, for examples in rows; here n is the last": lambda delta, a, W: (a.T @ delta, W.T @ delta),
    },
    "2.3.3.d": {
        "db: the shares c are missing": db_without_shares,
        "da: the shares c are missing": da_without_shares,
        "dW: the penalty is missing; it is a second way from W to the loss.": penalised(
            lambda delta, a, W, b, lam: (a.T @ delta, delta.sum(axis=0), delta @ W.T)
        ),
        "dW: the penalty is in the loss once, and not once for each": penalised(
            lambda delta, a, W, b, lam: (a.T @ delta + len(a) * lam * W, delta.sum(axis=0), delta @ W.T)
        ),
        "c has to become a column": penalised(
            decayed, lambda error, c: c * error if len(c) == error.shape[1] else c[:, None] * error
        ),
    },
    "2.3.3.e": {
        "The output has no tanh, so delta2 has no slope of one": slope_without_a_tanh,
        "The output has no tanh: ŷ = a1 W2 + b2, with the slope 1.": tanh_at_output,
        "delta1: W2 has to be transposed on the way back.": w2_not_transposed,
        "b1 is missing on the way forward.": b1_forgotten_in_forward,
        "b2 is missing on the way forward.": b2_forgotten,
    },
}
