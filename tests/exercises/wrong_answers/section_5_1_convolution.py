"""Wrong answers to the exercises on page 5.1: each must be recognised."""

import numpy as np


def spread(dy, w, n, write):
    dx = np.zeros(n)
    for k in range(len(dy)):
        write(dx, k, dy[k] * w)
    return dx


def add(dx, k, share):
    dx[k : k + len(share)] += share


def put(dx, k, share):
    dx[k : k + len(share)] = share


def met(dy, x, size):
    return np.array([(x[u : u + len(dy)] * dy).sum() for u in range(size)])


def strided(dy, x, size, stride):
    rows, cols = dy.shape
    at = np.ndindex(size, size)
    return np.reshape([(x[u::stride, v::stride][:rows, :cols] * dy).sum() for u, v in at], (size, size))


def sides(rule):
    def answer(side, layers):
        for size, stride, padding in layers:
            side = rule(side, size, stride, padding)
        return side

    return answer


WRONG = {
    "5.1.a": [
        lambda dy, x, w: (spread(dy, w, len(x), put), met(dy, x, len(w))),
        lambda dy, x, w: (spread(dy, w[::-1], len(x), add), met(dy, x, len(w))),
        lambda dy, x, w: (spread(dy, w, len(x), add), met(dy, x, len(w)) / len(dy)),
        lambda dy, x, w: (met(dy, x, len(w)), spread(dy, w, len(x), add)),
        lambda dy, x, w: (spread(dy, w, len(x), add), met(dy, x, len(w))[::-1]),
        lambda dy, x, w: spread(dy, w, len(x), add),
    ],
    "5.1.b": [
        sides(lambda side, size, stride, padding: (side + 2 * padding - size) // stride + 1),
        sides(lambda side, size, stride, padding: max(0, (side + padding - size) // stride + 1)),
        sides(lambda side, size, stride, padding: max(0, (side + 2 * padding - size) // stride)),
        sides(lambda side, size, stride, padding: max(0, -(-(side + 2 * padding - size) // stride) + 1)),
        sides(lambda side, size, stride, padding: max(0, (side - size + 1) // stride + 2 * padding)),
        lambda side, layers: side,
    ],
    "5.1.c": [
        lambda dy, x, size, stride: strided(dy, x, size, 1),
        lambda dy, x, size, stride: strided(dy, x, size, stride) / dy.size,
        lambda dy, x, size, stride: strided(dy, x, size, stride)[::-1, ::-1],
        lambda dy, x, size, stride: strided(dy, x, size, stride).T,
        lambda dy, x, size, stride: strided(dy, x, size, stride).ravel(),
        lambda dy, x, size, stride: -strided(dy, x, size, stride),
    ],
    "5.1.d": [
        lambda forward, backward, x, dy: True,
        lambda forward, backward, x, dy: forward(x).shape == dy.shape and backward(dy).shape == x.shape,
        lambda forward, backward, x, dy: abs(np.vdot(forward(x), dy) - np.vdot(x, backward(dy))) < 1e-9,
        lambda forward, backward, x, dy: np.vdot(forward(x), dy) == np.vdot(x, backward(dy)),
        lambda forward, backward, x, dy: np.vdot(forward(x), dy) * np.vdot(x, backward(dy)) >= 0,
        lambda forward, backward, x, dy: bool(np.allclose(np.vdot(forward(x), dy), np.vdot(x, backward(dy)), 1e-3)),
    ],
    "5.1.e": [
        lambda channels, sizes: (sum(channels * channels * s * s for s in sizes), 1 + sum(s - 1 for s in sizes)),
        lambda channels, sizes: (sum(channels * (channels * s * s + 1) for s in sizes), sum(sizes)),
        lambda channels, sizes: (sum(channels * (channels * s * s + 1) for s in sizes), max(sizes)),
        lambda channels, sizes: (sum(channels * (s * s + 1) for s in sizes), 1 + sum(s - 1 for s in sizes)),
        lambda channels, sizes: (sum(channels * (channels * s + 1) for s in sizes), 1 + sum(s - 1 for s in sizes)),
        lambda channels, sizes: sum(channels * (channels * s * s + 1) for s in sizes),
    ],
}
