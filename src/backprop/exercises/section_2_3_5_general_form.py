"""Checkers of exercises 2.3.5.a to 2.3.5.e, the general form of a backward pass."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from backprop.contract import Array
from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient

Rows = Callable[[Array], Array]


def batch(rng: np.random.Generator) -> tuple[Array, Array]:
    """An input and prices of one shape, (N, n) with N ≠ n."""
    shape = tuple(rng.choice(np.arange(3, 8), 2, replace=False))
    return rng.normal(size=shape), rng.normal(size=shape)


def nudged(forward: Rows, x: Array, dy: Array) -> Array:
    """dx by nudging every input of `forward`, whose outputs have the prices dy."""
    return numerical_gradient(lambda x: float((forward(x) * dy).sum()), x)


@exercise("2.3.5.a", hint="x₁ is in every output, the last x only in the last: add the prices from the right.")
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
                "That passes the prices on unchanged, as if each x were in one output.": dy,
            },
        )


@exercise("2.3.5.b", hint="J = I − 1/n everywhere; multiply the row of prices with both parts.")
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
                "The sum is taken away; each x is in the mean with slope 1/n.": dy - dy.sum(axis=1, keepdims=True),
            },
        )


@exercise("2.3.5.c", hint="Output k came from input order[k], so its price goes back to order[k].")
def shuffled(rng):
    """Columns in another order; the order is not its own inverse."""
    for _ in range(2):
        x, dy = batch(rng)
        order = np.roll(np.arange(x.shape[1]), int(rng.integers(1, (x.shape[1] + 1) // 2)))
        yield Case(
            dy,
            order,
            want=nudged(lambda x, order=order: x[:, order], x, dy),
            tol=1e-6,
            traps={
                "That shuffles once more; the prices have to go back where the inputs came from.": dy[:, order],
                "The prices go back in order, not as they stand.": dy,
            },
        )


@exercise("2.3.5.d", hint="dW costs N · n_in · n_out, dx as much again, and the first layer needs no dx.")
def backward_count(rng):
    """Multiplications in the matrix products of a backward pass."""
    for depth in (2, 3, 5):
        widths, n = [int(w) for w in rng.integers(2, 50, size=depth)], int(rng.integers(2, 100))
        products = [a * b for a, b in pairwise(widths)]
        yield Case(
            widths,
            n,
            want=n * (products[0] + sum(2 * product for product in products[1:])),
            traps={
                "The first layer's dx is counted; nobody needs it.": 2 * n * sum(products),
                "That is the forward pass; backward has two products per layer, but for the first.": n * sum(products),
                "That is for one example.": products[0] + 2 * sum(products[1:]),
                "It is the first layer that needs no dx, not the last.": n * (2 * sum(products) - products[-1]),
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
    "2.3.5.e", hint="Price the outputs at random, (forward(x) * dy).sum(), nudge that, compare with backward(x, dy)."
)
def referee(rng):
    """Right layers must pass, wrong ones must not."""
    for name, right, forward, backward in layers(rng):
        x = rng.normal(size=(3, 4))
        yield Case(forward, backward, x, judge=lambda got, name=name, right=right: opinion(got, name, right))


def opinion(got: object, name: str, right: bool) -> str | None:
    """What is wrong with a referee's verdict `got`, or None."""
    if not isinstance(got, bool | np.bool_):
        return f"a {type(got).__name__} where True or False is wanted."
    if got == right:
        return None
    return f"the backward pass of {name} is {'right, and is refused' if right else 'wrong, and passes'}."
