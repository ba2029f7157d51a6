"""Wrong answers to the exercises on page 5.1: each must be recognised."""

import math

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


def is_adjoint(forward, backward, x, dy, limit=1e-9):
    y, dx = forward(x), backward(dy)
    gap = sum(float(one * other) for one, other in zip(y.ravel(), dy.ravel(), strict=True))
    for one, other in zip(x.ravel(), dx.ravel(), strict=True):
        gap -= float(one * other)
    return abs(gap) < limit * np.linalg.norm(y) * np.linalg.norm(dy)


def by_convolutions(dy, x, w):
    return np.convolve(dy, w), np.correlate(x, dy, "valid")


def by_places(dy, x, size, stride):
    dW = [[0.0] * size for _ in range(size)]
    for r, c in np.ndindex(dy.shape):
        for u, v in np.ndindex(size, size):
            dW[u][v] += dy[r, c] * x[stride * r + u, stride * c + v]
    return dW


def by_counting(side, layers):
    for size, stride, padding in layers:
        side = len(range(0, side + 2 * padding - size + 1, stride)) if side else 0
    return float(side)


def layer_by_layer(channels, sizes):
    parameters, window = 0, 1
    for size in sizes:
        parameters += channels * channels * size * size + channels
        window += size - 1
    return [parameters, window]


RIGHT = {
    "5.1.a": [by_convolutions],
    "5.1.b": [by_counting],
    "5.1.c": [by_places],
    "5.1.d": [is_adjoint],
    "5.1.e": [layer_by_layer],
}


def dx_only_centre(dy, x, w):
    dx, dw = (np.zeros_like(x), np.zeros_like(w))
    for k in range(len(dy)):
        dx[k] += dy[k] * w.sum()
        dw += dy[k] * x[k : k + len(w)]
    return (dx, dw)


def dw_uses_w(dy, x, w):
    dx, dw = (np.zeros_like(x), np.zeros_like(w))
    for k in range(len(dy)):
        dx[k : k + len(w)] += dy[k] * w
        dw += dy[k] * w
    return (dx, dw)


def stride_multiplies(side, layers):
    for z, t, p in layers:
        if side + 2 * p < z:
            return 0
        side = (side + 2 * p - z + 1) * t
    return side


def divided_by_stride(dy, x, size, stride):
    r, c = dy.shape
    return np.array([[(x[u::stride, v::stride][:r, :c] * dy).sum() for v in range(size)] for u in range(size)]) / stride


def dy_indices_swapped(dy, x, size, stride):
    r, c = dy.shape
    return np.array(
        [
            [(x[u : u + r * stride : stride, v : v + c * stride : stride] * dy).max() for v in range(size)]
            for u in range(size)
        ]
    )


WRONG = {
    "5.1.a": [
        lambda dy, x, w: (spread(dy, w, len(x), put), met(dy, x, len(w))),
        lambda dy, x, w: (spread(dy, w[::-1], len(x), add), met(dy, x, len(w))),
        lambda dy, x, w: (spread(dy, w, len(x), add), met(dy, x, len(w)) / len(dy)),
        lambda dy, x, w: (met(dy, x, len(w)), spread(dy, w, len(x), add)),
        lambda dy, x, w: (spread(dy, w, len(x), add), met(dy, x, len(w))[::-1]),
        lambda dy, x, w: spread(dy, w, len(x), add),
        lambda dy, x, w: (spread(dy, w, len(x), add), dy[-1] * x[-len(w) :]),
        lambda dy, x, w: (spread(dy, w, len(x), add), met(np.ones(len(dy)), x, len(w))),
        lambda dy, x, w: (-spread(dy, w, len(x), add), -met(dy, x, len(w))),
        lambda dy, x, w: (spread(np.ones(len(dy)), w, len(x), add), met(dy, x, len(w))),
    ],
    "5.1.b": [
        sides(lambda side, size, stride, padding: (side + 2 * padding - size) // stride + 1),
        sides(lambda side, size, stride, padding: max(0, (side + padding - size) // stride + 1)),
        sides(lambda side, size, stride, padding: max(0, (side + 2 * padding - size) // stride)),
        sides(lambda side, size, stride, padding: max(0, -(-(side + 2 * padding - size) // stride) + 1)),
        sides(lambda side, size, stride, padding: max(0, (side - size + 1) // stride + 2 * padding)),
        lambda side, layers: side,
        sides(lambda side, size, stride, padding: max(0, (side + 2 * padding - size) // stride + 1)),
        sides(lambda side, size, stride, padding: side + 2 * padding - size + 1),
        sides(lambda side, size, stride, padding: max(0, (side - size) // stride + 1)),
        lambda side, layers: sides(lambda n, size, stride, padding: (n + 2 * padding - size) // stride + 1)(
            side, layers[:1]
        ),
    ],
    "5.1.c": [
        lambda dy, x, size, stride: strided(dy, x, size, 1),
        lambda dy, x, size, stride: strided(dy, x, size, stride) / dy.size,
        lambda dy, x, size, stride: strided(dy, x, size, stride)[::-1, ::-1],
        lambda dy, x, size, stride: strided(dy, x, size, stride).T,
        lambda dy, x, size, stride: strided(dy, x, size, stride).ravel(),
        lambda dy, x, size, stride: -strided(dy, x, size, stride),
        lambda dy, x, size, stride: strided(np.ones(dy.shape), x, size, stride),
        lambda dy, x, size, stride: strided(dy, x, size, stride)[::-1],
        lambda dy, x, size, stride: strided(dy[-1:, -1:], x[stride * (len(dy) - 1) :, :][:, -size:], size, stride),
    ],
    "5.1.d": [
        lambda forward, backward, x, dy: True,
        lambda forward, backward, x, dy: forward(x).shape == dy.shape and backward(dy).shape == x.shape,
        lambda forward, backward, x, dy: abs(np.vdot(forward(x), dy) - np.vdot(x, backward(dy))) < 1e-9,
        lambda forward, backward, x, dy: np.vdot(forward(x), dy) == np.vdot(x, backward(dy)),
        lambda forward, backward, x, dy: np.vdot(forward(x), dy) * np.vdot(x, backward(dy)) >= 0,
        lambda forward, backward, x, dy: bool(np.allclose(np.vdot(forward(x), dy), np.vdot(x, backward(dy)), 1e-3)),
        lambda forward, backward, x, dy: not is_adjoint(forward, backward, x, dy),
        lambda forward, backward, x, dy: is_adjoint(forward, backward, x, dy, 1e-8),
        lambda forward, backward, x, dy: is_adjoint(forward, backward, x, dy, 1e-10),
        lambda forward, backward, x, dy: bool(np.isclose(np.vdot(forward(x), dy), np.vdot(x, backward(dy)), 1e-9, 0)),
    ],
    "5.1.e": [
        lambda channels, sizes: (sum(channels * channels * s * s for s in sizes), 1 + sum(s - 1 for s in sizes)),
        lambda channels, sizes: (sum(channels * (channels * s * s + 1) for s in sizes), sum(sizes)),
        lambda channels, sizes: (sum(channels * (channels * s * s + 1) for s in sizes), max(sizes)),
        lambda channels, sizes: (sum(channels * (s * s + 1) for s in sizes), 1 + sum(s - 1 for s in sizes)),
        lambda channels, sizes: (sum(channels * (channels * s + 1) for s in sizes), 1 + sum(s - 1 for s in sizes)),
        lambda channels, sizes: sum(channels * (channels * s * s + 1) for s in sizes),
        lambda channels, sizes: (1 + sum(s - 1 for s in sizes), sum(channels * (channels * s * s + 1) for s in sizes)),
        lambda channels, sizes: (sum(channels * channels * s * s + 1 for s in sizes), 1 + sum(s - 1 for s in sizes)),
        lambda channels, sizes: (sum(channels * (channels * s * s + 1) for s in sizes), sum(s - 1 for s in sizes)),
        lambda channels, sizes: (channels * (channels * sizes[0] ** 2 + 1), 1 + sum(s - 1 for s in sizes)),
    ],
}

NAMED = {
    "5.1.a": {
        "dx[k] gets the weights of all its window; x[k + u] was": dx_only_centre,
        "dw has the kernel in it; a weight's gradient is dy[k] times": dw_uses_w,
    },
    "5.1.b": {
        "The stride divides: a window that jumps has fewer places,": stride_multiplies,
    },
    "5.1.c": {
        "Nothing is divided by the stride: each window adds its": divided_by_stride,
        "The largest share is no sum: a weight adds up all its uses.": dy_indices_swapped,
    },
    "5.1.e": {
        "Windows do not multiply: each one adds size − 1.": lambda channels, sizes: (
            sum(channels * (channels * k * k + 1) for k in sizes),
            math.prod(sizes),
        ),
    },
}
