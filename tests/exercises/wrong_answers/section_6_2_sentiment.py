"""Wrong answers to the exercises of section 6.2: each must be recognised."""

import numpy as np


def scattered(W, dy, turned=False, assign=False):
    dx = np.zeros((len(dy) + len(W) - 1, W.shape[1]))
    for k in range(len(dy)):
        for j in range(len(W)):
            part = dy[k] @ W[len(W) - 1 - j if turned else j].T
            dx[k + j] = part if assign else dx[k + j] + part
    return dx


def real(z, n):
    return (np.arange(z.shape[1]) < n[:, None])[:, :, None]


def in_place(z, n):
    z[~np.repeat(real(z, n), z.shape[2], axis=2)] = -np.inf
    return z.max(axis=1)


def size(n_tokens, n_dim, sizes, n_filters, n_classes, table=1, bias=1):
    filters = sum(n_filters * (m * n_dim + bias) for m in sizes)
    return table * n_tokens * n_dim + filters + n_classes * (len(sizes) * n_filters + bias)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def word_by_word(W, dy):
    words = []
    for k in range(len(dy) + len(W) - 1):
        windows = [k - j for j in range(len(W))]
        shares = [W[j] @ dy[at] for j, at in enumerate(windows) if 0 <= at < len(dy)]
        words.append(list(sum(shares)))
    return words


def layer_by_layer(n_tokens, n_dim, sizes, n_filters, n_classes):
    numbers = [n_tokens * n_dim]
    numbers += [size * n_dim * n_filters + n_filters for size in sizes]
    numbers.append(len(sizes) * n_filters * n_classes + n_classes)
    return float(sum(numbers))


RIGHT = {
    "6.2.a": [word_by_word],
    "6.2.b": [lambda z, n: [list(z[i, : n[i]].max(axis=0)) for i in range(len(z))]],
    "6.2.c": [layer_by_layer],
    "6.2.d": [lambda lead, y, x, dlead: [(sigmoid(lead) - y) * float(a @ b) for a, b in zip(x, dlead, strict=True)]],
}


def mean_of_windows(W, dy):
    d = np.zeros((len(dy) + len(W) - 1, W.shape[1]))
    c = np.zeros((len(d), 1))
    for k in range(len(dy)):
        for j in range(len(W)):
            d[k + j] += dy[k] @ W[j].T
            c[k + j] += 1
    return d / c


def sigmoid_slope_extra(lead, y, x, dlead):
    p = 1 / (1 + np.exp(-lead))
    return (p - y) * p * (1 - p) * (x * dlead).sum(1)


def first_size_alone(n_tokens, n_dim, sizes, n_filters, n_classes):
    return n_tokens * n_dim + n_filters * (sizes[0] * n_dim + 1) + n_classes * (n_filters + 1)


WRONG = {
    "6.2.a": [
        lambda W, dy: scattered(W, dy, assign=True),
        lambda W, dy: scattered(W, dy, turned=True),
        lambda W, dy: scattered(W, dy) / len(W),
        lambda W, dy: scattered(W, dy)[: len(dy)],
        lambda W, dy: scattered(W, dy).T,
        lambda W, dy: -scattered(W, dy),
        lambda W, dy: scattered(np.resize(W.transpose(0, 2, 1), W.shape), dy),
        lambda W, dy: scattered(W, dy)[::-1],
        lambda W, dy: np.vstack([dy @ W[0].T, np.zeros((len(W) - 1, W.shape[1]))]),
    ],
    "6.2.b": [
        lambda z, n: z.max(axis=1),
        lambda z, n: (z * real(z, n)).max(axis=1),
        lambda z, n: np.where(real(z, n + 1), z, -np.inf).max(axis=1),
        lambda z, n: np.where(real(z, np.maximum(n - 1, 1)), z, -np.inf).max(axis=1),
        lambda z, n: np.where(real(z, n), z, -np.inf).max(axis=2),
        lambda z, n: np.where(real(z, n), z, 0).sum(axis=1),
        in_place,
        lambda z, n: z[np.arange(len(z)), n - 1],
        lambda z, n: z[:, : n.min()].max(axis=1),
        lambda z, n: np.where(real(z, n), z, 0).sum(axis=1) / n[:, None],
        lambda z, n: np.where(real(z, n), z, -np.inf).max(axis=(1, 2)),
    ],
    "6.2.c": [
        lambda *a: size(*a, table=0),
        lambda *a: size(*a, bias=0),
        lambda t, d, s, f, c: t * d + sum(f * (m + 1) for m in s) + c * (len(s) * f + 1),
        lambda t, d, s, f, c: t * d + sum(f * (m * d + 1) for m in s) + c * (f + 1),
        lambda t, d, s, f, c: t * d + sum(f * m * (d + 1) for m in s) + c * (len(s) * f + 1),
        lambda t, d, s, f, c: t * d + f * (max(s) * d + 1) + c * (len(s) * f + 1),
        lambda t, d, s, f, c: t * d + sum(f * m * d for m in s) + c * (len(s) * f + 1),
        lambda t, d, s, f, c: t * d + sum(f * (m * d + 1) for m in s) + c * len(s) * f,
        lambda t, d, s, f, c: t * d + sum(f * (m * d + 1) for m in s) + c * (len(s) + 1),
        lambda t, d, s, f, c: t * d + sum(f * (m * d + 1) for m in s),
    ],
    "6.2.d": [
        lambda lead, y, x, dlead: (x * dlead).sum(axis=1),
        lambda lead, y, x, dlead: (y - sigmoid(lead)) * (x * dlead).sum(axis=1),
        lambda lead, y, x, dlead: sigmoid(lead) * (x * dlead).sum(axis=1),
        lambda lead, y, x, dlead: (lead - y) * (x * dlead).sum(axis=1),
        lambda lead, y, x, dlead: (sigmoid(lead) - y) * x * dlead,
        lambda lead, y, x, dlead: (sigmoid(lead) - y) * dlead.sum(axis=1),
        lambda lead, y, x, dlead: (sigmoid(lead) - y) * (x * dlead).sum(axis=0),
        lambda lead, y, x, dlead: (sigmoid(lead) - y) * dlead,
        lambda lead, y, x, dlead: float((sigmoid(lead) - y) * (x * dlead).sum()),
        lambda lead, y, x, dlead: (sigmoid(lead) - y) * x.sum(axis=1),
        lambda lead, y, x, dlead: sigmoid(lead) * (1 - sigmoid(lead)) * (x * dlead).sum(axis=1),
    ],
}

NAMED = {
    "6.2.a": {
        "That is a mean over the windows that read a word; forks add.": mean_of_windows,
    },
    "6.2.c": {
        "Only the first size is counted, in the filters and in the": first_size_alone,
    },
    "6.2.d": {
        "p₁ − y is the slope in the lead already; a slope of the": sigmoid_slope_extra,
    },
}
