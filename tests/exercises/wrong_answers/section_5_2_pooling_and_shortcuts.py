"""Wrong answers to the exercises on page 5.2: each must be recognised."""

import numpy as np


def windows_of(x):
    rows, cols = x.shape[0] // 2, x.shape[1] // 2
    return x.reshape(rows, 2, cols, 2).transpose(0, 2, 1, 3)


def placed(shares, dy):
    rows, cols = dy.shape
    return (shares * dy[..., None, None]).transpose(0, 2, 1, 3).reshape(2 * rows, 2 * cols)


def equals(x):
    windows = windows_of(x)
    return windows == windows.max(axis=(2, 3), keepdims=True)


def chosen(x, dy, pick):
    shares = np.zeros(windows_of(x).shape)
    for r, c in np.ndindex(dy.shape):
        shares[r, c][pick(windows_of(x)[r, c])] = 1
    return placed(shares, dy)


def last(window):
    return np.unravel_index(3 - window.ravel()[::-1].argmax(), (2, 2))


def by_columns(window):
    return np.unravel_index(window.T.argmax(), (2, 2))[::-1]


def first(window):
    return np.unravel_index(window.argmax(), (2, 2))


def least(window):
    return np.unravel_index(window.argmin(), (2, 2))


def spread(dy, size, factor):
    return np.repeat(np.repeat(dy * factor, size, axis=2), size, axis=3)


def normed(change):
    """The right gradients of batch norm for pictures, changed on the way."""

    def answer(dy, x_hat, inv_std, gamma):
        count, axes = dy.size // dy.shape[1], (0, 2, 3)
        dgamma, dshift = (dy * x_hat).sum(axis=axes), dy.sum(axis=axes)
        scale = (gamma * inv_std)[:, None, None]
        inner = dy - (dshift / count)[:, None, None] - x_hat * (dgamma / count)[:, None, None]
        return change(scale, inner, dy, x_hat, dgamma, dshift, inv_std, count)

    return answer


def counting(numbers):
    """The right formula with another number of numbers in a channel."""

    def answer(dy, x_hat, inv_std, gamma):
        dgamma, dshift = (dy * x_hat).sum(axis=(0, 2, 3)), dy.sum(axis=(0, 2, 3))
        inner = dy - (dshift[:, None, None] + x_hat * dgamma[:, None, None]) / numbers(dy)
        return (gamma * inv_std)[:, None, None] * inner, dgamma, dshift

    return answer


def corner_alone(dy, size):
    dx = np.zeros((*dy.shape[:2], size * dy.shape[2], size * dy.shape[3]))
    dx[:, :, ::size, ::size] = dy
    return dx


def block(change):
    def answer(dy, x, W1, W2):
        z = x @ W1
        a = np.maximum(0, z)
        dy = dy * (x + a @ W2 > 0)
        return change(dy, x, W1, W2, z, (dy @ W2.T) * (z > 0), a)

    return answer


def winner_by_loops(dy, x):
    dx = [[0.0] * len(row) for row in x]
    for r, prices in enumerate(dy):
        for c, price in enumerate(prices):
            places = [(2 * r + u, 2 * c + v) for u in (0, 1) for v in (0, 1)]
            r_best, c_best = max(places, key=lambda place: x[place])  # max keeps the first of equals
            dx[r_best][c_best] = price
    return dx


def channel_by_channel(dy, x_hat, inv_std, gamma):
    dx, dgamma, dshift = np.empty_like(dy), [], []
    for c in range(dy.shape[1]):
        rows, hats = dy[:, c].ravel(), x_hat[:, c].ravel()
        dgamma.append(rows @ hats)
        dshift.append(sum(rows))
        inner = rows - rows.mean() - hats * (rows @ hats) / len(rows)
        dx[:, c] = (gamma[c] * inv_std[c] * inner).reshape(dy[:, c].shape)
    return dx, dgamma, dshift


def row_by_row(dy, x, W1, W2):
    dx, dW1, dW2 = dy.copy(), 0 * W1, 0 * W2
    for i, row in enumerate(x):
        a = np.where(row @ W1 > 0, row @ W1, 0)
        dx[i] = np.where(row + a @ W2 > 0, dy[i], 0)
        delta = np.where(a > 0, W2 @ dx[i], 0)
        dW2 += np.outer(a, dx[i])
        dx[i] += W1 @ delta
        dW1 += np.outer(row, delta)
    return [dx, dW1, dW2]


RIGHT = {
    "5.2.a": [winner_by_loops],
    "5.2.b": [lambda dy, size: np.kron(dy, np.ones((size, size))) / (size * size)],
    "5.2.c": [channel_by_channel],
    "5.2.d": [row_by_row],
}


def max_value_not_price(dy, x):
    d = np.zeros_like(x)
    for r, c in np.ndindex(dy.shape):
        k = x[2 * r : 2 * r + 2, 2 * c : 2 * c + 2]
        i = k.argmax()
        d[2 * r + i // 2, 2 * c + i % 2] = k.max()
    return d


def r_c_without_2(dy, x):
    d = np.zeros_like(x)
    for r, c in np.ndindex(dy.shape):
        k = x[r : r + 2, c : c + 2]
        i = k.argmax()
        d[r + i // 2, c + i % 2] += dy[r, c]
    return d


def x_hat_missing_in_third_term(dy, x_hat, inv_std, gamma):
    def b(v):
        return v[:, None, None]

    n = dy.size // dy.shape[1]
    dg, ds = ((dy * x_hat).sum((0, 2, 3)), dy.sum((0, 2, 3)))
    return (b(gamma * inv_std) * (dy - b(ds) / n - b(dg) / n), dg, ds)


def inv_std_squared(dy, x_hat, inv_std, gamma):
    def b(v):
        return v[:, None, None]

    n = dy.size // dy.shape[1]
    dg, ds = ((dy * x_hat).sum((0, 2, 3)), dy.sum((0, 2, 3)))
    return (b(gamma * inv_std**2) * (dy - b(ds) / n - x_hat * b(dg) / n), dg, ds)


def with_1_instead_dy(dy, x, W1, W2):
    z = x @ W1
    a = np.maximum(0, z)
    dy = dy * (x + a @ W2 > 0)
    d = dy @ W2.T * (z > 0)
    return (1 + d @ W1.T, x.T @ d, a.T @ dy)


def dw1_misses_mask(dy, x, W1, W2):
    z = x @ W1
    a = np.maximum(0, z)
    dy = dy * (x + a @ W2 > 0)
    d = dy @ W2.T
    return (dy + d * (z > 0) @ W1.T, x.T @ d, a.T @ dy)


def behind_the_sum(on_the_shortcut, on_the_branch):
    """An answer whose last ReLU is met on some ways only, or the wrong way round."""

    def answer(dy, x, W1, W2):
        z = x @ W1
        a = np.maximum(0, z)
        s = x + a @ W2
        around, through = dy * on_the_shortcut(s), dy * on_the_branch(s)
        d = through @ W2.T * (z > 0)
        return around + d @ W1.T, x.T @ d, a.T @ through

    return answer


def everywhere(s):
    return np.ones_like(s)


WRONG = {
    "5.2.a": [
        lambda dy, x: placed(equals(x), dy),
        lambda dy, x: placed(equals(x) / equals(x).sum(axis=(2, 3), keepdims=True), dy),
        lambda dy, x: chosen(x, dy, last),
        lambda dy, x: chosen(x, dy, by_columns),
        lambda dy, x: chosen(x, dy, least),
        lambda dy, x: placed(np.ones(windows_of(x).shape), dy),
        lambda dy, x: placed(np.full(windows_of(x).shape, 0.25), dy),
        lambda dy, x: chosen(x, dy * windows_of(x).max(axis=(2, 3)), first),
        lambda dy, x: chosen(x, np.ones(dy.shape), first),
        lambda dy, x: -chosen(x, dy, first),
        lambda dy, x: chosen(np.abs(x), dy, first),
    ],
    "5.2.b": [
        lambda dy, size: spread(dy, size, 1),
        lambda dy, size: spread(dy, size, 1 / size),
        lambda dy, size: np.tile(dy / size**2, (1, 1, size, size)),
        lambda dy, size: spread(dy, size, size**2),
        lambda dy, size: np.repeat(np.repeat(dy / size**2, size, axis=0), size, axis=1),
        lambda dy, size: dy / size**2,
        lambda dy, size: np.repeat(dy / size**2, size, axis=2),
        lambda dy, size: -spread(dy, size, 1 / size**2),
        corner_alone,
    ],
    "5.2.c": [
        normed(lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (scale * dy, dgamma, dshift)),
        normed(lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (scale * inner, dshift, dgamma)),
        normed(lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (inner, dgamma, dshift)),
        normed(lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (scale * inner, dgamma / n, dshift / n)),
        normed(lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (-scale * inner, dgamma, dshift)),
        normed(
            lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (
                scale * (dy - dy.mean(axis=0) - x_hat * (dy * x_hat).mean(axis=0)),
                dgamma,
                dshift,
            )
        ),
        normed(
            lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (
                scale * (dy - dy.mean(axis=(0, 2, 3), keepdims=True)),
                dgamma,
                dshift,
            )
        ),
        normed(
            lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (
                scale * (dy - x_hat * (dgamma / n)[:, None, None]),
                dgamma,
                dshift,
            )
        ),
        normed(
            lambda scale, inner, dy, x_hat, dgamma, dshift, inv_std, n: (
                scale / inv_std[:, None, None] * inner,
                dgamma,
                dshift,
            )
        ),
        counting(lambda dy: len(dy)),
        counting(lambda dy: dy[0, 0].size),
        counting(lambda dy: dy.size),
    ],
    "5.2.d": [
        block(lambda dy, x, W1, W2, z, d, a: (d @ W1.T, x.T @ d, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy, x.T @ d, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + dy @ W2.T @ W1.T, x.T @ dy @ W2.T, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + d @ W1.T, x.T @ d, z.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (x + d @ W1.T, x.T @ d, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + d @ W1.T, x.T @ d / len(x), a.T @ dy / len(x))),
        block(lambda dy, x, W1, W2, z, d, a: (dy * (d @ W1.T), x.T @ d, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + (dy @ W2.T * a) @ W1.T, x.T @ (dy @ W2.T * a), a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + d @ W1, x.T @ d, a.T @ dy)),
        block(
            lambda dy, x, W1, W2, z, d, a: (dy + (dy @ W2.T * (z < 0)) @ W1.T, x.T @ (dy @ W2.T * (z < 0)), a.T @ dy)
        ),
        block(lambda dy, x, W1, W2, z, d, a: (dy + d @ W1.T, (x.T @ d).T, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + (dy @ W2 * (z > 0)) @ W1.T, x.T @ (dy @ W2 * (z > 0)), a.T @ dy)),
        behind_the_sum(everywhere, everywhere),
        behind_the_sum(everywhere, lambda s: s > 0),
        behind_the_sum(lambda s: s > 0, everywhere),
        behind_the_sum(lambda s: s < 0, lambda s: s < 0),
    ],
}

NAMED = {
    "5.2.a": {
        "The winner gets the gradient dy of its window, not its own": max_value_not_price,
        "Windows lie side by side: the one of dy[r, c] begins at row": r_c_without_2,
    },
    "5.2.c": {
        "x̂ is missing in the last term of dx: −x̂ dgamma / count.": x_hat_missing_in_third_term,
        "The factor inv_std is in dx twice.": inv_std_squared,
    },
    "5.2.d": {
        "The sum hands the gradient to the shortcut, not 1.": with_1_instead_dy,
        "The last ReLU stands behind the sum: it is met on both": behind_the_sum(everywhere, lambda s: s > 0),
        "dW1: the ReLU's slope is missing there.": dw1_misses_mask,
    },
}
