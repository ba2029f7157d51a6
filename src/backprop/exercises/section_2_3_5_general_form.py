"""Checkers of exercises 2.3.5.a to 2.3.5.e, the general form of a backward pass."""

from collections.abc import Callable, Iterator

import numpy as np

from backprop.contract import Array
from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient

Rows = Callable[[Array], Array]


def batch(rng: np.random.Generator) -> tuple[Array, Array]:
    """An input and gradients of one shape, (N, n) with N ≠ n."""
    shape = tuple(rng.choice(np.arange(3, 8), 2, replace=False))
    return rng.normal(size=shape), rng.normal(size=shape)


def nudged(forward: Rows, x: Array, dy: Array) -> Array:
    """dx by nudging every input of `forward`, whose outputs have the gradients dy."""
    return numerical_gradient(lambda x: float((forward(x) * dy).sum()), x)


@exercise("2.3.5.a", hint="Write down the table for three numbers: which outputs does x₁ touch, and which does x₃?")
def running_sum(rng):
    """Adding up along a row."""
    for _ in range(2):
        x, dy = batch(rng)
        yield Case(
            dy,
            want=nudged(lambda x: np.cumsum(x, axis=1), x, dy),
            tol=1e-6,
            traps={
                "That adds from the left, as forward does; backward has the table transposed.": np.cumsum(dy, axis=1),
                "That runs down the batch; rows do not see each other.": np.cumsum(dy[::-1], axis=0)[::-1],
                "The sums are right, but their order along the row is reversed.": np.cumsum(dy[:, ::-1], axis=1),
                "That passes the gradients on unchanged, as if each x were in one output.": dy,
                "Not every x is in every output: x₁ is in all, the last one only in the last.": np.broadcast_to(
                    dy.sum(axis=1, keepdims=True), dy.shape
                ),
                "Each x meets the gradients of several outputs, not several times its own.": dy
                * np.arange(dy.shape[1], 0, -1),
                "Differences undo a running sum; the way back is no undoing.": np.diff(dy, axis=1, prepend=0),
                "x_i is in output i itself, too: its own gradient is missing.": np.cumsum(dy[:, ::-1], axis=1)[:, ::-1]
                - dy,
                "Each is averaged; outputs use x_i with slope 1, so gradients add.": np.cumsum(dy[:, ::-1], axis=1)[
                    :, ::-1
                ]
                / np.arange(dy.shape[1], 0, -1),
            },
        )


@exercise("2.3.5.b", hint="Every x of a row is used in two ways: as itself, and in the mean that all outputs lose.")
def centred(rng):
    """Taking away each row's mean."""
    for _ in range(2):
        x, dy = batch(rng)
        yield Case(
            dy,
            want=nudged(lambda x: x - x.mean(axis=1, keepdims=True), x, dy),
            tol=1e-6,
            traps={
                "The mean depends on every x of the row, too: a second path.": dy,
                "The mean is of each row, not of each column.": dy - dy.mean(axis=0),
                "The mean is of each row, not of the whole batch.": dy - dy.mean(),
                "The mean of the gradients is taken away, not added.": dy + dy.mean(axis=1, keepdims=True),
                "Each x is in the means of all outputs of its row, not only of its own.": dy * (1 - 1 / dy.shape[1]),
                "That is the mean alone; each x also reaches its own output.": np.broadcast_to(
                    -dy.mean(axis=1, keepdims=True), dy.shape
                ),
                "The 1/n is there once too often.": dy - dy.mean(axis=1, keepdims=True) / dy.shape[1],
                "The largest of a row is taken away; it should be the mean.": dy - dy.max(axis=1, keepdims=True),
                "The sum is taken away; each x is in the mean with slope 1/n.": dy - dy.sum(axis=1, keepdims=True),
            },
        )


@exercise("2.3.5.c", hint="Forward fetches, so backward puts back: where did output k come from?")
def shuffled(rng):
    """Columns in another order; the order is not its own inverse."""
    for _ in range(2):
        width = int(rng.choice([5, 7]))  # a prime: doing it twice is never the same as undoing it
        x, dy = rng.normal(size=(2, 4, width))
        order = np.roll(np.arange(width), int(rng.integers(1, width)))
        yield Case(
            dy,
            order,
            want=nudged(lambda x, order=order: x[:, order], x, dy),
            tol=1e-6,
            traps={
                "That shuffles once more; the gradients have to go back where the inputs came from.": dy[:, order],
                "The gradients go back in order, not as they stand.": dy,
                "The order read backwards undoes nothing; column k goes to order[k].": dy[:, order[::-1]],
                "Reversing undoes one order only; put each gradient back where its input came from.": dy[:, ::-1],
                "That shuffles twice more; once back is wanted.": dy[:, order][:, order],
                "Nothing has been put back: all gradients are lost.": np.zeros_like(dy),
                "The rows are shuffled; the order is one of columns.": dy[np.argsort(order) % len(dy)],
            },
        )


@exercise("2.3.5.d", hint="Which row dy picks out one row of the table when it is multiplied from the left?")
def whole_table(rng):
    """The Jacobian of x ↦ tanh(xW), from its backward pass."""
    for n_in, n_out in ((4, 4), (5, 3), (3, 6)):
        x, W = rng.normal(size=(1, n_in)), rng.normal(size=(n_in, n_out))
        y = np.tanh(x @ W)
        slopes = [numerical_gradient(lambda x, k=k, W=W: float(np.tanh(x @ W)[0, k]), x)[0] for k in range(n_out)]
        table = np.array(slopes)
        yield Case(
            lambda dy, y=y, W=W: (dy * (1 - y**2)) @ W.T,
            n_out,
            want=table,
            tol=1e-6,
            traps={
                "That is the transpose: outputs are rows, inputs are columns.": table.T,
                "A dy of ones asks for all outputs at once; ask for one at a time.": np.tile(
                    table.sum(axis=0), (n_out, 1)
                ),
                "Every row is that of the first output.": np.tile(table[0], (n_out, 1)),
                "The rows stand in the reversed order.": table[::-1],
                "The inner shape is one too many: put the rows (1, n) under each other.": table[:, None],
                "A row is missing: there is one for each output.": table[:-1],
                "That is one row of sums; the table has a row for each output.": table.sum(axis=0, keepdims=True),
            },
        )


def layers(rng: np.random.Generator) -> Iterator[tuple[str, bool, Rows, Callable[[Array, Array], Array]]]:
    """(name, whether backward is right, forward, backward)."""
    W = rng.normal(size=(4, 4))

    def softmax_backward(x: Array, dy: Array) -> Array:
        p = softmax(x)
        return p * (dy - (dy * p).sum(axis=1, keepdims=True))

    yield "x W", True, lambda x: x @ W, lambda x, dy: dy @ W.T
    yield "x W with W where Wᵀ belongs", False, lambda x: x @ W, lambda x, dy: dy @ W
    mixed = "x W with every gradient replaced by the mean of its row"  # right where all gradients are equal
    yield mixed, False, lambda x: x @ W, lambda x, dy: dy.mean(axis=1, keepdims=True) * W.sum(axis=1)
    yield "softmax", True, softmax, softmax_backward
    yield "softmax with a gradient of 0", False, softmax, lambda x, dy: 0 * dy
    yield "softmax's diagonal", False, softmax, lambda x, dy: dy * softmax(x) * (1 - softmax(x))
    yield "x |x|", True, lambda x: x * np.abs(x), lambda x, dy: 2 * np.abs(x) * dy
    yield "x |x| with the sign of x", False, lambda x: x * np.abs(x), lambda x, dy: 2 * x * dy
    yield "tanh times 1.01", False, np.tanh, lambda x, dy: 1.01 * (1 - np.tanh(x) ** 2) * dy
    yield "the sum of a row", True, row_sum, lambda x, dy: np.broadcast_to(dy, x.shape).copy()
    yield "tanh, wrong in the last entry", False, np.tanh, wrong_at_the_end


def row_sum(x: Array) -> Array:
    return x.sum(axis=1, keepdims=True)


def wrong_at_the_end(x: Array, dy: Array) -> Array:
    dx = (1 - np.tanh(x) ** 2) * dy
    dx[-1, -1] *= 0.5
    return dx


@exercise(
    "2.3.5.e",
    hint="One random gradient per output makes a single number of them all, and a single number can be nudged.",
)
def referee(rng):
    """Right layers must pass, wrong ones must not."""
    for name, right, forward, backward in layers(rng):
        x = rng.normal(size=(3, 4))
        yield Case(forward, backward, x, judge=lambda got, name=name, right=right: opinion(got, name, right))


def opinion(got: object, name: str, right: bool) -> str | None:
    """What is wrong with a referee's verdict `got`, or None."""
    if not isinstance(got, bool | np.bool_):
        return f"A {type(got).__name__} where True or False is wanted."
    if got == right:
        return None
    return f"The backward pass of {name} is {'right, and is refused' if right else 'wrong, and passes'}."
