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
                "dw has no dy in it: a place counts as much as its gradient.": (dx, slid(x, np.ones(len(dy)))),
                "The kernel is turned round: x[k + u] gets w[u] dy[k].": (spread, dw),
                "dx has no dy in it: a place counts as much as its gradient.": (np.convolve(np.ones(len(dy)), w), dw),
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


def scattered(dy: np.ndarray, W: np.ndarray, shape: tuple[int, int], stride: int, put: bool = False) -> np.ndarray:
    """dx of one picture by going through the places; with ``put`` each window overwrites what was there."""
    dx, size = np.zeros(shape), len(W)
    for r, c in np.ndindex(dy.shape):
        window = dx[stride * r : stride * r + size, stride * c : stride * c + size]
        window[...] = W * dy[r, c] + (0 if put else window)
    return dx


@exercise("5.1.c", hint="How large is dy before the frame, if a window is to have as many places as x has pixels?")
def full_convolution(rng):
    """dx by scattering, with strides that divide the picture evenly and others that do not."""
    for shape, size, stride in (((6, 7), 3, 1), ((7, 9), 3, 2), ((8, 6), 3, 2), ((7, 9), 2, 3), ((6, 5), 1, 2)):
        W = rng.normal(size=(size, size))
        dy = rng.normal(size=slid(np.zeros(shape), W, stride).shape)
        spread = np.zeros((shape[0] - size + 1, shape[1] - size + 1))
        close, spread[::stride, ::stride] = spread.copy(), dy
        close[: dy.shape[0], : dy.shape[1]] = dy

        def full(values, kernel, size=size):
            return slid(np.pad(values, size - 1), kernel)

        read = full(spread[: (dy.shape[0] - 1) * stride + 1, : (dy.shape[1] - 1) * stride + 1], W[::-1, ::-1])
        yield Case(
            dy,
            W,
            shape,
            stride,
            want=scattered(dy, W, shape, stride),
            traps={
                "The kernel has to be turned by 180°: both of its axes are reversed.": full(spread, W),
                "A turn by 180° reverses both axes; only the rows have changed places.": full(spread, W[::-1]),
                "A turn by 180° reverses both axes; only the columns have changed places.": full(spread, W[:, ::-1]),
                "A turn by 180° is no transposition.": full(spread, W.T),
                "That is a turn by 90°; two of them make 180°.": full(spread, np.rot90(W)),
                "The numbers of dy stand a stride apart, with zeros between them.": full(close, W[::-1, ::-1]),
                "Rows and columns that no window reads have a gradient as well, 0: dx is as large as x.": (
                    np.empty(0) if read.shape == shape else read
                ),
                "The frame is missing: a corner of dy reaches pixels beyond the windows that fit into it.": (
                    slid(spread, W[::-1, ::-1]) if min(spread.shape) >= size else np.empty(0)
                ),
                "That is dy with its zeros and its frame; the turned kernel has to slide over it.": (
                    np.pad(spread, size - 1)
                ),
                "That is dy with zeros between its numbers; the frame and the turned kernel are still missing.": spread,
                "Windows overlap, and a pixel under several of them gets a share from each.": (
                    scattered(dy, W, shape, stride, put=True)
                ),
            },
        )


@exercise("5.1.d", hint="Compare two inner products, that of y with dy and that of x with dx; rounding has a size.")
def adjoint_or_not(rng):
    """Right pairs of any scale, pairs that are wrong in a typical way, and one whose inner product is 0."""
    for scale in (1.0, 1e8, 1e-8):
        matrix = scale * rng.normal(size=(6, 12))
        sentence = (
            f"That pair is right. Its numbers are of size {scale:.0e}: "
            "what counts as rounding grows with the norms of y and dy."
        )
        yield judged(matrix, matrix.T, *arrays(rng), True, sentence)
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


@exercise("5.1.e", hint="When do two pairs (u, v) reach the same pixel? Is a sum of products a sum times a mean?")
def two_bugs(rng):
    """Both gradients by going through the places, for windows that overlap and a dy of unequal numbers."""
    for n, shape, size, stride in ((2, (5, 6), 3, 1), (3, (7, 6), 3, 2), (2, (4, 4), 2, 2), (1, (6, 6), 2, 1)):
        x, W = rng.normal(size=(n, *shape)), rng.normal(size=(size, size))
        dy = rng.normal(size=(n, *slid(x[0], W, stride).shape))
        dx = np.stack([scattered(one, W, shape, stride) for one in dy])
        turned = np.stack([scattered(one, W[::-1, ::-1], shape, stride) for one in dy])
        each = [taught(one, there, W, stride) for one, there in zip(x, dy, strict=True)]
        dW, summed = sum(each), sum(taught(one, np.ones(dy.shape[1:]), W, stride) for one in x)
        put = np.zeros_like(x)  # as the given code does it: all places for one weight, then the next weight
        for u, v in np.ndindex(size, size):
            put[:, u::stride, v::stride][:, : dy.shape[1], : dy.shape[2]] = W[u, v] * dy
        yield Case(
            dy,
            x,
            W,
            stride,
            want=(dx, dW),
            names=("dx", "dW"),
            traps={
                "Both mistakes are still there: dx and dW are what the given code returns.": (put, summed * dy.mean()),
                "dW is right. In dx a pixel under several windows keeps only what came last.": (put, dW),
                "dx is right. For dW each pixel has to meet the dy of its own place before anything is added up.": (
                    dx,
                    summed * dy.mean(),
                ),
                "dx is right. The sum of products is not the product of two sums.": (dx, summed * dy.sum()),
                "dW is a sum over all places and pictures, and what you return is a mean.": (dx, dW / dy.size),
                "Nothing is divided by the size of the batch: 1/N stands in dy already.": (dx, dW / n),
                "dW holds the last picture alone; the kernel is used on all of them.": (dx, each[-1]),
                "The kernel is turned in dx: the code goes by pairs (u, v), and there it stays as it is.": (turned, dW),
                "The order is dx, dW.": (dW, dx),
                "Only dx has come back; dW is wanted, too.": dx,
                "Only dW has come back; dx is wanted, too.": dW,
            },
        )


def taught(x: np.ndarray, dy: np.ndarray, W: np.ndarray, stride: int) -> np.ndarray:
    """dW of one picture."""
    dW, size = np.zeros_like(W), len(W)
    for r, c in np.ndindex(dy.shape):
        dW += dy[r, c] * x[stride * r : stride * r + size, stride * c : stride * c + size]
    return dW
