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


def block(change):
    def answer(dy, x, W1, W2):
        z = x @ W1
        return change(dy, x, W1, W2, z, (dy @ W2.T) * (z > 0), np.maximum(0, z))

    return answer


WRONG = {
    "5.2.a": [
        lambda dy, x: placed(equals(x), dy),
        lambda dy, x: placed(equals(x) / equals(x).sum(axis=(2, 3), keepdims=True), dy),
        lambda dy, x: chosen(x, dy, last),
        lambda dy, x: chosen(x, dy, by_columns),
        lambda dy, x: chosen(x, dy, least),
        lambda dy, x: placed(np.ones(windows_of(x).shape), dy),
        lambda dy, x: placed(np.full(windows_of(x).shape, 0.25), dy),
    ],
    "5.2.b": [
        lambda dy, size: spread(dy, size, 1),
        lambda dy, size: spread(dy, size, 1 / size),
        lambda dy, size: np.tile(dy / size**2, (1, 1, size, size)),
        lambda dy, size: spread(dy, size, size**2),
        lambda dy, size: np.repeat(np.repeat(dy / size**2, size, axis=0), size, axis=1),
        lambda dy, size: dy / size**2,
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
    ],
    "5.2.d": [
        block(lambda dy, x, W1, W2, z, d, a: (d @ W1.T, x.T @ d, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy, x.T @ d, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + dy @ W2.T @ W1.T, x.T @ dy @ W2.T, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + d @ W1.T, x.T @ d, z.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (x + d @ W1.T, x.T @ d, a.T @ dy)),
        block(lambda dy, x, W1, W2, z, d, a: (dy + d @ W1.T, x.T @ d / len(x), a.T @ dy / len(x))),
        block(lambda dy, x, W1, W2, z, d, a: (dy * (d @ W1.T), x.T @ d, a.T @ dy)),
    ],
}
