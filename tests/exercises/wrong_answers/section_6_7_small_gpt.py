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


def with_part(k, part):
    """The four right numbers of 6.7.b but for one of them."""
    right = [2048, 23, 23**0.5, (46 / 24) ** 0.5]
    return (*right[:k], part, *right[k + 1 :])


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
    "6.7.b": [
        (2048, 23, 4.8, 1.38),
        [2.0**11, 23.0, 4.796, 1.384],
        np.array([2048, 23, np.sqrt(23), np.sqrt(46 / 24)]),
        (np.prod([2**0.5] * 22), 1 + 11 * 2, np.prod(1 + 1 / np.arange(1, 23)) ** 0.5, 1.3844),
    ],
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
        *(with_part(0, plain) for plain in (2**22, 2**12, 2**24, 23, 44, 2, 2**0.5, 1, 2.0**-11, 2000, np.nan, "2^11")),
        *(with_part(1, square) for square in (22, 24, 25, 12, 13, 2**22, 23**0.5, [23], -23)),
        *(with_part(2, normed) for normed in (23, 5, 24**0.5, 22**0.5, 2**11, 23**-0.5, 1, 12**0.5, 4.69, 2.17, 8.0)),
        *(with_part(3, scaled) for scaled in (46 / 24, 2**0.5, 2, (23 / 24) ** 0.5, 2.34, 1, 4.8, 1.3)),
        (2048, 23, 4.8),
        (23, 2048, 4.8, 1.38),
        2048,
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
        "That is the mean square; the length": with_part(0, 2**22),
        "Between the two fronts lie 22 arms": with_part(0, 2**12),
        "Without a norm an arm adds as much": with_part(0, 23),
        "Doubling 22 times multiplies": with_part(0, 44),
        "The gradient gets longer on its way": with_part(0, 2.0**-11),
        "The stream has the mean square 1": with_part(1, 22),
        "A block adds twice.": with_part(1, 12),
        "Behind a norm the rows have": with_part(1, 2**22),
        "That is the root; the mean square": with_part(1, 4.8),
        "A norm multiplies the gradient by r": with_part(2, 2048),
        "Squares of lengths add up, and in": with_part(2, np.prod(1 + np.arange(1, 23) ** -0.5) ** 0.5),
        "Each arm adds a share of what has": with_part(2, 4.69),
        "The factor is for what an arm adds": with_part(3, 0.98),
        "A mean square takes the factor twice": with_part(3, 2.34),
        "A plus copies the gradient, and the arms": with_part(3, 1),
        "scaled: 1.3 is too small": with_part(3, 1.3),
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
