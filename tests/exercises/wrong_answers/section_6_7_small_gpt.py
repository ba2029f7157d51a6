"""Wrong answers to the exercises of section 6.7: each must be recognised."""

import numpy as np

from backprop.functions import softmax


def parts(x, gamma, dy):
    r = 1 / np.sqrt((x * x).mean(axis=1, keepdims=True))
    return r, x * r, gamma * dy


def rms(x, gamma, dy):
    r, x_hat, dx_hat = parts(x, gamma, dy)
    return r * (dx_hat - x_hat * (dx_hat * x_hat).mean(axis=1, keepdims=True)), (dy * x_hat).sum(axis=0)


def constant_root(x, gamma, dy):
    r, _, dx_hat = parts(x, gamma, dy)
    return r * dx_hat, rms(x, gamma, dy)[1]


def no_gain(x, gamma, dy):
    return rms(x, np.ones_like(gamma), dy)


def layer_norm(x, gamma, dy):
    r, _, dx_hat = parts(x, gamma, dy)
    dx, dgamma = rms(x, gamma, dy)
    return dx - r * dx_hat.mean(axis=1, keepdims=True), dgamma


def summed(x, gamma, dy):
    r, x_hat, dx_hat = parts(x, gamma, dy)
    return r * (dx_hat - x_hat * (dx_hat * x_hat).sum(axis=1, keepdims=True)), rms(x, gamma, dy)[1]


def mean_over_all(x, gamma, dy):
    r, x_hat, dx_hat = parts(x, gamma, dy)
    return r * (dx_hat - x_hat * (dx_hat * x_hat).mean()), rms(x, gamma, dy)[1]


def rms_by_jacobians(x, gamma, dy):
    dx = []
    for row, up in zip(x, dy * gamma, strict=True):
        n, length = len(row), np.sqrt(np.mean(row**2))
        jacobian = np.eye(n) / length - np.outer(row, row) / (n * length**3)
        dx.append(jacobian @ up)
    return np.array(dx), sum(dy * x / np.sqrt((x**2).mean(1, keepdims=True)))


def repaired(p):
    p = np.tril(p)
    return p / p.sum(axis=1, keepdims=True)


def heads(dy, a, W_out, n_heads):
    return a.T @ dy, np.stack(np.split(dy @ W_out.T, n_heads, axis=1))


def cached(x, W, k, v):
    q, key, value = np.split(x @ W, 3)
    k, v = np.vstack([k, key]), np.vstack([v, value])
    return softmax(k @ q / np.sqrt(len(q))) @ v, k, v


def without_itself(x, W, k, v):
    q, key, value = np.split(x @ W, 3)
    y = softmax(k @ q / np.sqrt(len(q))) @ v if len(k) else np.zeros(len(q))
    return y, np.vstack([k, key]), np.vstack([v, value])


def newest_first(x, W, k, v):
    y, k, v = cached(x, W, k, v)
    return y, np.vstack([k[-1:], k[:-1]]), np.vstack([v[-1:], v[:-1]])


def tied(W, ids, a, dz, dx):
    dW = dz.T @ a
    np.add.at(dW, ids, dx)
    return dW


def overwritten(W, ids, a, dz, dx):
    dW = dz.T @ a
    dW[ids] += dx
    return dW


RIGHT = {
    "6.7.a": [rms_by_jacobians, lambda x, gamma, dy: [part.tolist() for part in rms(x, gamma, dy)]],
    "6.7.b": [lambda p: [[*(p[i, : i + 1] / p[i, : i + 1].sum()), *[0] * (len(p) - i - 1)] for i in range(len(p))]],
    "6.7.c": [lambda dy, a, W, n: (a.T @ dy, (dy @ W.T).reshape(len(a), n, -1).swapaxes(0, 1))],
    "6.7.d": [lambda x, W, k, v: tuple(part.astype(np.float32) for part in cached(x, W, k, v))],
    "6.7.e": [lambda W, ids, a, dz, dx: dz.T @ a + np.eye(len(W))[ids].T @ dx],
}

WRONG = {
    "6.7.a": [
        constant_root,
        no_gain,
        layer_norm,
        summed,
        mean_over_all,
        lambda x, gamma, dy: rms(x, gamma, dy)[0],
        lambda x, gamma, dy: rms(x, gamma, dy)[::-1],
        lambda x, gamma, dy: (rms(x, gamma, dy)[0], (dy * x).sum(axis=0)),
        lambda x, gamma, dy: (rms(x, gamma, dy)[0], dy * x),
        lambda x, gamma, dy: (-rms(x, gamma, dy)[0], rms(x, gamma, dy)[1]),
    ],
    "6.7.b": [
        np.tril,
        lambda p: p,
        lambda p: repaired(p.T).T,
        lambda p: np.triu(p) / np.triu(p).sum(axis=1, keepdims=True),
        lambda p: np.tril(p) / np.tril(p).sum(),
        lambda p: np.tril(p) / np.tril(p).sum(axis=0),
        lambda p: softmax(np.tril(p)),
        lambda p: softmax(np.where(np.tri(len(p)) > 0, p, -np.inf)),
        lambda p: np.tril(p, 1) / np.tril(p, 1).sum(axis=1, keepdims=True),
    ],
    "6.7.c": [
        lambda dy, a, W, n: (a.T @ dy, (dy @ W.T).reshape(n, len(a), -1)),
        lambda dy, a, W, n: heads(dy, a, W.T, n),
        lambda dy, a, W, n: (dy.T @ a, heads(dy, a, W, n)[1]),
        lambda dy, a, W, n: (a.T @ dy, np.stack(np.split(dy, n, axis=1))),
        lambda dy, a, W, n: (a.T @ (dy @ W.T), heads(dy, a, W, n)[1]),
        lambda dy, a, W, n: heads(dy, a, W, n)[1],
        lambda dy, a, W, n: (a.T @ dy, dy @ W.T),
        lambda dy, a, W, n: (a.T @ dy / len(a), heads(dy, a, W, n)[1]),
    ],
    "6.7.d": [
        without_itself,
        lambda x, W, k, v: cached(x, W, k, v)[0],
        lambda x, W, k, v: (cached(x, W, k, v)[0], k, v),
        lambda x, W, k, v: (cached(x, W, k, v)[0], *cached(x, W, k, v)[:0:-1]),
        lambda x, W, k, v: (
            cached(x, W, k, v)[0],
            *(np.vstack([part[-1:], part[:-1]]) for part in cached(x, W, k, v)[1:]),
        ),
        lambda x, W, k, v: cached(x, W * np.sqrt(len(x)), k, v),
        lambda x, W, k, v: cached(x, np.roll(W, len(x), axis=1), k, v),
    ],
    "6.7.e": [
        overwritten,
        lambda W, ids, a, dz, dx: dz.T @ a,
        lambda W, ids, a, dz, dx: tied(W, ids, a, 0 * dz, dx),
        lambda W, ids, a, dz, dx: tied(W, ids, a, dz, -dx),
        lambda W, ids, a, dz, dx: tied(W, ids, a, dz, dx) / 2,
        lambda W, ids, a, dz, dx: tied(W, ids, a, dz, dx).T,
        lambda W, ids, a, dz, dx: (dz.T @ a, tied(W, ids, a, 0 * dz, dx)),
    ],
}

NAMED = {
    "6.7.a": {
        "The root is treated as a constant": constant_root,
        "The gain γ is missing": no_gain,
        "That is layer norm": layer_norm,
        "The share along x̂ is a mean": summed,
    },
    "6.7.b": {
        "The rows do not add up to 1": np.tril,
        "The past is hidden here": lambda p: np.triu(p) / np.triu(p).sum(axis=1, keepdims=True),
        "Nothing is hidden": lambda p: p,
    },
    "6.7.c": {
        "Steps and heads are mixed": lambda dy, a, W, n: (a.T @ dy, (dy @ W.T).reshape(n, len(a), -1)),
        "The matrix is transposed": lambda dy, a, W, n: (a.T @ dy, np.stack(np.split(dy @ W, n, axis=1))),
        "The gradient of W_out is transposed": lambda dy, a, W, n: (dy.T @ a, heads(dy, a, W, n)[1]),
    },
    "6.7.d": {
        "The answer is right; the new key": lambda x, W, k, v: (cached(x, W, k, v)[0], k, v),
    },
    "6.7.e": {
        "Only the last layer's use": lambda W, ids, a, dz, dx: dz.T @ a,
        "Only the lookup is counted": lambda W, ids, a, dz, dx: tied(W, ids, a, 0 * dz, dx),
        "A token that stands twice": overwritten,
        "Two uses add up": lambda W, ids, a, dz, dx: tied(W, ids, a, dz, dx) / 2,
    },
}
