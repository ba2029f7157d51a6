"""Checkers of the exercises on page 5.1, convolution: gradients from nudges, sides and windows by counting."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


def slid(x: np.ndarray, w: np.ndarray, stride: int = 1) -> np.ndarray:
    """Cross-correlation in as many dimensions as w has, by going through the places."""
    starts = [range(0, side - size + 1, stride) for side, size in zip(x.shape, w.shape, strict=True)]
    y = np.zeros([len(start) for start in starts])
    for at in np.ndindex(y.shape):
        y[at] = (x[tuple(slice(stride * k, stride * k + n) for k, n in zip(at, w.shape, strict=True))] * w).sum()
    return y


@exercise("5.1.a", hint="For each place k: dx[k : k + len(w)] += dy[k] * w and dw += dy[k] * x[k : k + len(w)].")
def one_dimension(rng):
    """y[k] = Σ w[u] x[k + u]: dx and dw, also where the kernel is as long as the sound."""
    for n, size in ((7, 3), (5, 5), (6, 1), (8, 4)):
        x, w, dy = rng.normal(size=n), rng.normal(size=size), rng.normal(size=n - size + 1)
        dx = numerical_gradient(lambda x, w=w, dy=dy: float((slid(x, w) * dy).sum()), x)
        dw = numerical_gradient(lambda w, x=x, dy=dy: float((slid(x, w) * dy).sum()), w)
        spread = np.convolve(dy, w[::-1])
        yield Case(
            dy,
            x,
            w,
            want=(dx, dw),
            names=("dx", "dw"),
            traps={
                "The order is dx, dw.": (dw, dx),
                "dw is the mean over the places; it has to be the sum.": (dx, dw / len(dy)),
                "The kernel is turned round: x[k + u] gets w[u] dy[k].": (spread, dw),
                "dx is overwritten where it should grow: a pixel under several windows gets several shares.": (
                    overwritten(dy, w, n),
                    dw,
                ),
            },
        )


def overwritten(dy: np.ndarray, w: np.ndarray, n: int) -> np.ndarray:
    dx = np.zeros(n)
    for k in range(len(dy)):
        dx[k : k + len(w)] = dy[k] * w
    return dx


@exercise(
    "5.1.b", hint="0 if side + 2 * padding < size, else (side + 2 * padding - size) // stride + 1; layer by layer."
)
def size_of_the_output(rng):
    """Sides of LeNet, of random layers, and of windows that do not fit."""
    lists = [(28, [(5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0)]), (8, [(3, 2, 0)]), (4, [(5, 2, 0)]), (1, [(3, 1, 1)])]
    lists += [(2, [(5, 1, 1)]), (9, [(3, 2, 0), (3, 2, 0), (3, 2, 0), (2, 1, 0)]), (6, [])]
    for _ in range(6):
        layers = [tuple(int(v) for v in rng.integers((1, 1, 0), (6, 4, 3))) for _ in range(3)]
        lists.append((int(rng.integers(5, 30)), layers))
    for side, layers in lists:
        want = side
        for size, stride, padding in layers:
            want = len([start for start in range(0, want + 2 * padding - size + 1, stride)]) if want else 0
        yield Case(side, layers, want=want)


@exercise("5.1.c", hint="dW[u, v] = (x[u::stride, v::stride][:rows, :cols] * dy).sum().")
def strided_kernel(rng):
    """y[r, c] = Σ W[u, v] x[s r + u, s c + v], sides that the stride divides and others."""
    for shape, size, stride in (((7, 9), 3, 2), ((8, 6), 3, 2), ((5, 5), 3, 1), ((7, 8), 2, 3), ((6, 6), 1, 2)):
        x, W = rng.normal(size=shape), np.zeros((size, size))
        dy = rng.normal(size=slid(x, W, stride).shape)
        dW = numerical_gradient(lambda W, x=x, dy=dy, stride=stride: float((slid(x, W, stride) * dy).sum()), W)
        yield Case(
            dy,
            x,
            size,
            stride,
            want=dW,
            traps={
                "That is the mean over the places; a shared weight gets the sum.": dW / dy.size,
                "dW is turned by half a turn: W[u, v] meets x[s r + u, s c + v].": dW[::-1, ::-1],
                "dW is transposed: u counts rows, v columns.": dW.T,
                "The stride is missing.": slid(x[: dy.shape[0] + size - 1, : dy.shape[1] + size - 1], dy),
            },
        )


@exercise("5.1.d", hint="Compare vdot(forward(x), dy) with vdot(x, backward(dy)), relative to the norms of y and dy.")
def adjoint_or_not(rng):
    """Right pairs of any scale, pairs that are wrong in a typical way, and one whose inner product is 0."""
    for scale in (1.0, 1e8, 1e-8):
        matrix = scale * rng.normal(size=(6, 12))
        wrongs = [(1.0, True), (-1.0, False), (1 / 6, False), (1 + 1e-4, False)]
        for factor, want in wrongs:
            yield Case(*linear_pair(matrix, factor * matrix.T), *arrays(rng), want=want)
        yield Case(*linear_pair(matrix, matrix[:, ::-1].T), *arrays(rng), want=False)
        yield Case(*linear_pair(matrix, matrix[::-1].T), *arrays(rng), want=False)
    matrix, (x, dy) = rng.normal(size=(6, 12)), arrays(rng)
    y = (matrix @ x.ravel()).reshape(2, 3)
    dy -= y * (np.vdot(y, dy) / np.vdot(y, y))  # at right angles: both sides are 0 but for rounding
    yield Case(*linear_pair(matrix, matrix.T), x, dy, want=True)


def arrays(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(3, 4)), rng.normal(size=(2, 3))


def linear_pair(there: np.ndarray, back: np.ndarray):
    """Forward and backward between arrays (3, 4) and (2, 3)."""
    return lambda x: (there @ x.ravel()).reshape(2, 3), lambda dy: (back @ dy.ravel()).reshape(3, 4)


@exercise(
    "5.1.e", hint="Each layer has channels * channels * size² weights and channels biases; windows grow by size − 1."
)
def small_or_large(rng):
    """Parameters and the window of convolutions in a row."""
    rows = [(16, [3, 3]), (16, [5]), (1, [3]), (8, [7, 1, 3])]
    rows.append((int(rng.integers(2, 30)), [int(v) for v in rng.integers(1, 8, size=4)]))
    for channels, sizes in rows:
        weights = sum(channels * channels * size * size for size in sizes)
        biases, window = channels * len(sizes), sum(sizes) - len(sizes) + 1
        yield Case(
            channels,
            sizes,
            want=(weights + biases, window),
            names=("parameters", "window"),
            traps={
                "The biases are missing: one per output channel and layer.": (weights, window),
                "Every output channel has a kernel for every input channel.": (
                    channels * sum(size * size for size in sizes) + biases,
                    window,
                ),
                "Windows do not add up: a neighbour one pixel on shares all but one of its rows.": (
                    weights + biases,
                    sum(sizes),
                ),
                "The window is not that of the largest kernel alone.": (weights + biases, max(sizes)),
            },
        )
