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


def slide(x, W):
    rows, cols = (side - size + 1 for side, size in zip(x.shape, W.shape, strict=True))
    y = np.zeros((rows, cols))
    for u, v in np.ndindex(W.shape):
        y += W[u, v] * x[u : u + rows, v : v + cols]
    return y


def spread_out(dy, W, shape, stride, gap=None):
    spread = np.zeros((shape[0] - len(W) + 1, shape[1] - len(W) + 1))
    rows, cols = dy.shape
    gap = gap or stride
    spread[: gap * rows : gap, : gap * cols : gap] = dy
    return spread


def framed(dy, W, shape, stride, turn=lambda W: W[::-1, ::-1], gap=None):
    return slide(np.pad(spread_out(dy, W, shape, stride, gap), len(W) - 1), turn(W))


def by_shares(dy, W, shape, stride):
    dx = np.zeros(shape)
    for r, c in np.ndindex(dy.shape):
        for u, v in np.ndindex(W.shape):
            dx[stride * r + u, stride * c + v] += W[u, v] * dy[r, c]
    return dx.tolist()


def backward(dy, x, W, stride, grow=True, teach=lambda met, dy: (met * dy).sum()):
    dx, dW = np.zeros_like(x), np.zeros_like(W)
    _, rows, cols = dy.shape
    for u, v in np.ndindex(W.shape):
        down, right = slice(u, u + stride * rows, stride), slice(v, v + stride * cols, stride)
        dx[:, down, right] = W[u, v] * dy + (dx[:, down, right] if grow else 0)
        dW[u, v] = teach(x[:, down, right], dy)
    return dx, dW


def by_windows(dy, x, W, stride):
    dx, dW, size = np.zeros_like(x), np.zeros_like(W), len(W)
    for n, r, c in np.ndindex(dy.shape):
        window = n, slice(stride * r, stride * r + size), slice(stride * c, stride * c + size)
        dx[window] += W * dy[n, r, c]
        dW += x[window] * dy[n, r, c]
    return [dx, dW]


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


def by_counting(side, layers):
    for size, stride, padding in layers:
        side = len(range(0, side + 2 * padding - size + 1, stride)) if side else 0
    return float(side)


RIGHT = {
    "5.1.a": [by_convolutions],
    "5.1.b": [by_counting],
    "5.1.c": [framed, by_shares],
    "5.1.d": [is_adjoint],
    "5.1.e": [backward, by_windows],
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
        lambda dy, W, shape, stride: framed(dy, W, shape, stride, turn=lambda W: W),
        lambda dy, W, shape, stride: framed(dy, W, shape, stride, turn=lambda W: W[::-1]),
        lambda dy, W, shape, stride: framed(dy, W, shape, stride, turn=lambda W: W[:, ::-1]),
        lambda dy, W, shape, stride: framed(dy, W, shape, stride, turn=lambda W: W.T),
        lambda dy, W, shape, stride: framed(dy, W, shape, stride, turn=np.rot90),
        lambda dy, W, shape, stride: framed(dy, W, shape, stride, gap=1),
        lambda dy, W, shape, stride: spread_out(dy, W, shape, stride),
        lambda dy, W, shape, stride: np.pad(spread_out(dy, W, shape, stride), len(W) - 1),
        lambda dy, W, shape, stride: -framed(dy, W, shape, stride),
        lambda dy, W, shape, stride: framed(dy, W, shape, stride) / dy.size,
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
        lambda *given: backward(*given, grow=False, teach=lambda met, dy: met.sum() * dy.mean()),
        lambda *given: backward(*given, grow=False),
        lambda *given: backward(*given, teach=lambda met, dy: met.sum() * dy.mean()),
        lambda *given: backward(*given, teach=lambda met, dy: met.sum() * dy.sum()),
        lambda *given: backward(*given, teach=lambda met, dy: (met * dy).mean()),
        lambda *given: backward(*given, teach=lambda met, dy: (met * dy).sum() / len(dy)),
        lambda *given: backward(*given, teach=lambda met, dy: (met[-1] * dy[-1]).sum()),
        lambda dy, x, W, stride: (backward(dy, x, W[::-1, ::-1], stride)[0], backward(dy, x, W, stride)[1]),
        lambda *given: backward(*given)[::-1],
        lambda *given: backward(*given)[0],
    ],
}


def what_windows_read(dy, W, shape, stride):
    size, (rows, columns) = len(W), dy.shape
    spread = np.zeros(((rows - 1) * stride + 1, (columns - 1) * stride + 1))
    spread[::stride, ::stride] = dy
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(spread, size - 1), W.shape)
    return (windows * W[::-1, ::-1]).sum(axis=(2, 3))


NAMED = {
    "5.1.a": {
        "dx[k] gets the weights of all its window; x[k + u] was": dx_only_centre,
        "dw has the kernel in it; a weight's gradient is dy[k] times": dw_uses_w,
    },
    "5.1.b": {
        "The stride divides: a window that jumps has fewer places,": stride_multiplies,
    },
    "5.1.c": {
        "Rows and columns that no window reads": what_windows_read,
        "The frame is missing: a corner of dy reaches pixels beyond": lambda dy, W, shape, stride: (
            slide(spread_out(dy, W, shape, stride), W[::-1, ::-1]) if min(shape) > 2 * len(W) - 2 else np.empty(0)
        ),
    },
    "5.1.e": {
        "dW is right. In dx a pixel under several windows keeps only": lambda *given: backward(*given, grow=False),
    },
}
