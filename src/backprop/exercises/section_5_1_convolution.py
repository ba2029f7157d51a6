"""Checkers of the exercises on page 5.1, convolution: gradients from nudges, sides and windows by counting."""

import math
from collections.abc import Callable

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


@exercise("5.1.a", hint="Each pair of a weight and a number that met on the way forward sends one share back to both.")
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
                "dw holds the last place alone; a weight is used at every place, and its uses add.": (
                    dx,
                    dy[-1] * x[len(dy) - 1 :],
                ),
                "dw is turned round: w[u] meets x[k + u].": (dx, dw[::-1]),
                "dw has no dy in it: a place counts as much as its price.": (dx, slid(x, np.ones(len(dy)))),
                "The kernel is turned round: x[k + u] gets w[u] dy[k].": (spread, dw),
                "dx has no dy in it: a place counts as much as its price.": (np.convolve(np.ones(len(dy)), w), dw),
                "dx is overwritten where it should grow: a pixel under several windows gets several shares.": (
                    overwritten(dy, w, n),
                    dw,
                ),
                "The kernel is missing in dx: a place hands dy[k] back times the weight that it used.": (
                    np.convolve(dy, np.ones(size)),
                    dw,
                ),
                "dw has the kernel in it; a weight's gradient is dy[k] times the number that it met.": (
                    dx,
                    dy.sum() * w,
                ),
                "dx[k] gets the weights of all its window; x[k + u] was multiplied by w[u] alone.": (
                    np.append(dy * w.sum(), np.zeros(size - 1)),
                    dw,
                ),
                "The sound is missing in dw: a place hands dy[k] back times the number that it met.": (
                    dx,
                    np.full(size, dy.sum()),
                ),
                "Only dx has come back; dw is wanted, too.": dx,
                "Only dw has come back; dx is wanted, too.": dw,
            },
        )


def overwritten(dy: np.ndarray, w: np.ndarray, n: int) -> np.ndarray:
    dx = np.zeros(n)
    for k in range(len(dy)):
        dx[k : k + len(w)] = dy[k] * w
    return dx


def followed(side: int, layers: list, rule: Callable, left: bool = True) -> float:
    """The side after all layers by a rule; ``left`` stops at a picture of which nothing is left."""
    for layer in layers:
        side = rule(side, *layer)
        if left and side <= 0:
            return 0
    return side


def judged_late(side, layers):
    """The side when each layer is asked too late whether its window fits: with the side that it has made."""
    for size, stride, padding in layers:
        side = (side + 2 * padding - size) // stride + 1
        if side + 2 * padding < size:
            return 0
    return side


@exercise(
    "5.1.b", hint="One layer after the other by the formula of the side; a window that does not fit needs a test."
)
def size_of_the_output(rng):
    """Sides of LeNet, of random layers, and of windows that do not fit."""
    lists = [(28, [(5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0)]), (8, [(3, 2, 0)]), (7, [(3, 2, 2)]), (4, [(5, 2, 0)])]
    lists += [(9, [(3, 2, 0), (3, 2, 0), (3, 2, 0), (2, 1, 0)]), (2, [(5, 1, 1), (1, 1, 1)])]
    lists += [(6, [(4, 1, 0)]), (1, [(5, 1, 2)]), (3, [(4, 1, 0), (1, 1, 1)]), (6, [])]
    for _ in range(6):
        layers = [tuple(int(v) for v in rng.integers((1, 1, 0), (6, 4, 3))) for _ in range(3)]
        lists.append((int(rng.integers(5, 30)), layers))
    for side, layers in lists:
        want = side
        for size, stride, padding in layers:
            want = len([start for start in range(0, want + 2 * padding - size + 1, stride)]) if want else 0
        traps = {
            "The padding stands on both sides: it counts twice.": followed(
                side, layers, lambda n, size, stride, padding: (n + padding - size) // stride + 1
            ),
            "The padding is missing.": followed(
                side, layers, lambda n, size, stride, padding: (n - size) // stride + 1
            ),
            "One place is missing: a window that fits exactly has one place, not none.": followed(
                side, layers, lambda n, size, stride, padding: (n + 2 * padding - size) // stride
            ),
            "Round down: where the last step would leave the picture, there is no place.": followed(
                side, layers, lambda n, size, stride, padding: math.ceil((n + 2 * padding - size) / stride) + 1
            ),
            "A side is a whole number: round down.": followed(
                side, layers, lambda n, size, stride, padding: (n + 2 * padding - size) / stride + 1
            ),
            "The padding is put around before the window slides, so it is divided by the stride, too.": followed(
                side, layers, lambda n, size, stride, padding: (n - size) // stride + 1 + 2 * padding
            ),
            "The stride divides: a window that jumps has fewer places, not more.": followed(
                side, layers, lambda n, size, stride, padding: (n + 2 * padding - size + 1) * stride
            ),
            "The strides are missing.": followed(
                side, layers, lambda n, size, stride, padding: n + 2 * padding - size + 1
            ),
            "That is the side at the start; no layer has changed it.": side,
            "Only the first layer has changed the side; all do, one after the other.": followed(
                side, layers[:1], lambda n, size, stride, padding: (n + 2 * padding - size) // stride + 1
            ),
            "A window that does not fit even once makes 0, whatever the formula says.": followed(
                side, layers, lambda n, size, stride, padding: (n + 2 * padding - size) // stride + 1, left=False
            ),
            "Ask whether the window fits before the side changes; the new side does not matter.": judged_late(
                side, layers
            ),
            "Once a window has not fitted, no later layer brings the picture back: return 0 at once.": followed(
                side,
                layers,
                lambda n, size, stride, padding: max(0, (n + 2 * padding - size) // stride + 1),
                left=False,
            ),
        }
        yield Case(side, layers, want=want, traps=traps)


@exercise("5.1.c", hint="Which pixels does the weight W[u, v] meet, while the window walks through its places?")
def strided_kernel(rng):
    """y[r, c] = Σ W[u, v] x[s r + u, s c + v], sides that the stride divides and others."""
    for shape, size, stride in (((7, 9), 3, 2), ((8, 6), 3, 2), ((5, 5), 3, 1), ((7, 8), 2, 3), ((6, 6), 1, 2)):
        x, W = rng.normal(size=shape), np.zeros((size, size))
        dy = rng.normal(size=slid(x, W, stride).shape)
        dW = numerical_gradient(lambda W, x=x, dy=dy, stride=stride: float((slid(x, W, stride) * dy).sum()), W)
        unpriced = numerical_gradient(lambda W, x=x, stride=stride: float(slid(x, W, stride).sum()), W)
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
                "The rows of dW stand upside down: W[u, v] meets x[s r + u, s c + v].": dW[::-1],
                "The columns of dW stand the wrong way round: W[u, v] meets x[s r + u, s c + v].": dW[:, ::-1],
                "Nothing is divided by the stride: each window adds its share.": dW / stride,
                "The price dy is missing: that adds up the pixels alone.": unpriced,
                "The stride is missing.": slid(x[: dy.shape[0] + size - 1, : dy.shape[1] + size - 1], dy),
                "The last place alone has been counted; a shared weight gets the sum over all.": (
                    dy[-1, -1] * x[stride * (dy.shape[0] - 1) :, stride * (dy.shape[1] - 1) :][:size, :size]
                ),
                "The largest share is no sum: a weight adds up all its uses.": np.array(
                    [
                        [(x[u::stride, v::stride][: dy.shape[0], : dy.shape[1]] * dy).max() for v in range(size)]
                        for u in range(size)
                    ]
                ),
                "That is the same number for every weight; each meets pixels of its own.": np.full_like(
                    dW, (x[::stride, ::stride][: dy.shape[0], : dy.shape[1]] * dy).sum()
                ),
            },
        )


@exercise("5.1.d", hint="Compare two inner products, that of y with dy and that of x with dx; rounding has a size.")
def adjoint_or_not(rng):
    """Right pairs of any scale, pairs that are wrong in a typical way, and one whose inner product is 0."""
    right = (
        "That pair is right. Its numbers are of size {:.0e}: what counts as rounding grows with the norms of y and dy."
    )
    for scale in (1.0, 1e8, 1e-8):
        matrix = scale * rng.normal(size=(6, 12))
        yield judged(matrix, matrix.T, *arrays(rng), True, right.format(scale))
        for factor in (-1.0, 1 / 6, 1 + 1e-4):
            sentence = f"That backward is wrong: it hands back {factor:.5g} times what it should."
            yield judged(matrix, factor * matrix.T, *arrays(rng), False, sentence)
        sentence = "That backward is wrong: it hands back its numbers in another order. Shapes and sizes agree."
        yield judged(matrix, matrix[:, ::-1].T, *arrays(rng), False, sentence)
        yield judged(matrix, matrix[::-1].T, *arrays(rng), False, sentence)
    for gap, fine, size in ((1.5e-9, False, 0.1), (0.7e-9, True, 10.0)):
        matrix, (x, dy) = rng.normal(size=(6, 12)), arrays(rng)
        x, dy = x / size, dy * size  # a norm that is forgotten or exchanged has to show
        y_norm, dy_norm = np.linalg.norm(matrix @ x.ravel()), np.linalg.norm(dy)
        extra = gap * y_norm / dy_norm * np.outer(x.ravel() / np.vdot(x, x), dy.ravel())
        sentence = f"Here the difference is {gap:g} of ‖y‖ ‖dy‖, and the limit is 1e-9 of it."
        yield judged(matrix, matrix.T + extra, x, dy, fine, sentence)
    matrix, (x, dy) = rng.normal(size=(6, 12)), arrays(rng)
    y = (matrix @ x.ravel()).reshape(2, 3)
    dy -= y * (np.vdot(y, dy) / np.vdot(y, y))  # at right angles: both sides are 0 but for rounding
    sentence = "That pair is right. Both inner products are almost 0 here: measure their difference against the norms."
    yield judged(matrix, matrix.T, x, dy, True, sentence)


def arrays(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(3, 4)), rng.normal(size=(2, 3))


def judged(there: np.ndarray, back: np.ndarray, x: np.ndarray, dy: np.ndarray, want: bool, sentence: str) -> Case:
    """A forward and a backward between arrays (3, 4) and (2, 3), and what to say of the wrong answer."""

    def forward(x):
        return (there @ x.ravel()).reshape(2, 3)

    def backward(dy):
        return (back @ dy.ravel()).reshape(3, 4)

    return Case(forward, backward, x, dy, want=want, traps={sentence: not want})


@exercise(
    "5.1.e", hint="How many kernels does one layer have? And how much further than the layer before does one reach?"
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
                "A layer has one bias per output channel, not one in all.": (weights + len(sizes), window),
                "Every kernel has one bias here; one per output channel is enough.": (
                    weights + channels * biases,
                    window,
                ),
                "Every output channel has a kernel for every input channel.": (
                    channels * sum(size * size for size in sizes) + biases,
                    window,
                ),
                "A kernel is a square: size² weights, not size.": (channels * channels * sum(sizes) + biases, window),
                "A kernel has size² weights; here it has one.": (channels * (channels + 1) * len(sizes), window),
                "A window adds size − 1 to the one pixel that a number sees, not size.": (
                    weights + biases,
                    sum(sizes) + 1,
                ),
                "All layers have to be counted, not only one of them.": (
                    channels * (channels * sizes[0] ** 2 + 1),
                    window,
                ),
                "Windows do not add up: a neighbour one pixel on shares all but one of its rows.": (
                    weights + biases,
                    sum(sizes),
                ),
                "Windows do not multiply: each one adds size − 1.": (weights + biases, int(np.prod(sizes))),
                "The window is not that of the largest kernel alone.": (weights + biases, max(sizes)),
                "Every window grows by size − 1, but it starts from one pixel, not from none.": (
                    weights + biases,
                    window - 1,
                ),
                "The side of the window is wanted, not its number of pixels.": (weights + biases, window**2),
            },
        )
