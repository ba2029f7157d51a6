"""Checkers of the exercises on page 5.2, pooling and shortcuts: gradients from nudges, ties by the rule."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


def overlapping(dy, x):
    """Each window one pixel from the last, and what several of them give added up."""
    dx = np.zeros_like(x)
    for r, c in np.ndindex(dy.shape):
        u, v = divmod(int(x[r : r + 2, c : c + 2].argmax()), 2)
        dx[r + u, c + v] += dy[r, c]
    return dx


@exercise("5.2.a", hint="A nudge of a pixel that did not win changes nothing. The window's whole gradient goes to one.")
def winner_takes_all(rng):
    """Distinct numbers, many ties, a picture that is even, and one that grows to the lower right."""
    slope = np.add.outer(3.0 * np.arange(8), 3.0 * np.arange(6)) - 100  # negative: the largest is the smallest in size
    ties = rng.integers(0, 3, size=(6, 8)).astype(float)
    ties[:2, :2] = [[0, 2], [2, 0]]  # where row by row and column by column disagree
    for x in (rng.normal(size=(4, 6)), ties, np.full((4, 4), -0.5), slope + rng.random((8, 6))):
        rows, cols = x.shape[0] // 2, x.shape[1] // 2
        dy = rng.normal(size=(rows, cols))
        windows = x.reshape(rows, 2, cols, 2).transpose(0, 2, 1, 3).reshape(-1, 4)
        equal = windows == windows.max(axis=1, keepdims=True)

        def pictured(shares: np.ndarray, dy: np.ndarray = dy, rows: int = rows, cols: int = cols) -> np.ndarray:
            spread = shares * dy.reshape(-1, 1)
            return spread.reshape(rows, cols, 2, 2).transpose(0, 2, 1, 3).reshape(2 * rows, 2 * cols)

        first = equal & (equal.cumsum(axis=1) == 1)
        last = equal & (equal[:, ::-1].cumsum(axis=1)[:, ::-1] == 1)
        columns_first = np.array([0, 2, 1, 3])
        by_columns = equal[:, columns_first]
        by_columns = (by_columns & (by_columns.cumsum(axis=1) == 1))[:, columns_first]
        yield Case(
            dy,
            x,
            want=pictured(first),
            traps={
                "At a tie every winner gets dy: the shares of a window must add up to dy.": pictured(equal),
                "At a tie the last one gets it; the first one is wanted.": pictured(last),
                "At a tie you share; here the first one gets everything.": pictured(
                    equal / equal.sum(axis=1, keepdims=True)
                ),
                "First means row by row: the upper row before the left column.": pictured(by_columns),
                "That is the place of the smallest number; the largest one has won.": pictured(
                    windows == windows.min(axis=1, keepdims=True)
                ),
                "The largest number wins, not the one that is furthest from 0.": pictured(
                    np.abs(windows) == np.abs(windows).max(axis=1, keepdims=True)
                ),
                "Every pixel of a window gets dy here; a nudge of one that did not win changes nothing.": pictured(
                    np.ones(equal.shape)
                ),
                "That is how an average shares; a maximum hands everything to the winner.": pictured(
                    np.full(equal.shape, 0.25)
                ),
                "The winner gets dy as it is, not multiplied by its own number.": pictured(first * windows),
                "The winner gets the gradient dy of its window, not its own number.": pictured(
                    first * windows, np.ones(dy.shape)
                ),
                "Windows lie side by side: the one of dy[r, c] begins at row 2r and column 2c.": overlapping(dy, x),
                "That marks the winners; each has to get the gradient of its window.": pictured(
                    first, np.ones(dy.shape)
                ),
            },
        )


@exercise("5.2.b", hint="By how much does the average of a window change when one of its pixels is nudged?")
def equal_shares(rng):
    """Windows of several sizes; of size 1 nothing changes."""
    for shape, size in (((2, 3, 2, 4), 2), ((1, 2, 3, 1), 3), ((2, 1, 2, 2), 1)):
        dy = rng.normal(size=shape)
        x = np.zeros((*shape[:2], size * shape[2], size * shape[3]))

        def loss(x: np.ndarray, dy: np.ndarray = dy, shape: tuple = shape, size: int = size) -> float:
            return float((x.reshape(*shape[:3], size, shape[3], size).mean(axis=(3, 5)) * dy).sum())

        want = numerical_gradient(loss, x)
        yield Case(
            dy,
            size,
            want=want,
            traps={
                "Every pixel gets the whole gradient; a window of size² pixels shares it.": want * size**2,
                "Divide by size², the number of pixels, not by size.": want * size,
                "Divide by size²; a share is smaller than the whole.": want * size**4,
                "The shares are right, but each has to stand at every pixel of its window.": dy / size**2,
                "The axes of rows and columns are the last two: 2 and 3.": np.repeat(
                    np.repeat(dy / size**2, size, axis=0), size, axis=1
                ),
                "Columns have to be repeated, too, not only rows.": np.repeat(dy / size**2, size, axis=2),
                "The gradient of a window stands at its first pixel alone; all pixels share it.": cornered(dy, size),
                "The shares are right, but at the wrong places: a window's pixels lie side by side.": np.tile(
                    dy / size**2, (1, 1, size, size)
                ),
            },
        )


def cornered(dy: np.ndarray, size: int) -> np.ndarray:
    dx = np.zeros((*dy.shape[:2], size * dy.shape[2], size * dy.shape[3]))
    dx[:, :, ::size, ::size] = dy
    return dx


@exercise(
    "5.2.c", hint="The formula for rows stays as it is: here every place of every picture is a row of its channel."
)
def normalised_channels(rng):
    """Batch norm over examples and places."""
    names = ("dx", "dgamma", "dshift")
    for shape in ((3, 2, 4, 3), (2, 3, 3, 3)):
        x, dy = rng.normal(1, 2, size=shape), rng.normal(size=shape)
        gamma, axes = rng.uniform(0.5, 2, size=shape[1]), (0, 2, 3)
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        x_hat, inv_std = (x - mean) / np.sqrt(var + 1e-5), 1 / np.sqrt(var + 1e-5).ravel()

        def loss(x: np.ndarray, gamma: np.ndarray, dy: np.ndarray = dy, axes: tuple = axes) -> float:
            mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
            return float((gamma[:, None, None] * (x - mean) / np.sqrt(var + 1e-5) * dy).sum())

        dx = numerical_gradient(lambda x, gamma=gamma, loss=loss: loss(x, gamma), x)
        dgamma = numerical_gradient(lambda gamma, x=x, loss=loss: loss(x, gamma), gamma)
        dshift, scale = dy.sum(axis=axes), (gamma * inv_std)[:, None, None]
        per_place = scale * (dy - dy.mean(axis=0) - x_hat * (dy * x_hat).mean(axis=0))

        def counted(count: int, dy=dy, x_hat=x_hat, scale=scale, dgamma=dgamma, dshift=dshift) -> np.ndarray:
            return scale * (dy - dshift[:, None, None] / count - x_hat * dgamma[:, None, None] / count)

        centred = dy - dy.mean(axis=axes, keepdims=True)
        yield Case(
            dy,
            x_hat,
            inv_std,
            gamma,
            want=(dx, dgamma, dshift),
            names=names,
            traps={
                "Only the first term: mean and variance depend on x, too.": (scale * dy, dgamma, dshift),
                "Every place is normalised by itself; a channel shares one mean over its places.": (
                    per_place,
                    dgamma,
                    dshift,
                ),
                "The mean runs over examples and places: divide by N·H·W, not by N.": (
                    counted(len(x)),
                    dgamma,
                    dshift,
                ),
                "The mean runs over the examples, too: divide by N·H·W, not by H·W.": (
                    counted(x[0, 0].size),
                    dgamma,
                    dshift,
                ),
                "A channel has N·H·W numbers; the other channels do not count.": (counted(x.size), dgamma, dshift),
                "The term of the variance is missing in dx: −x̂ dgamma / count.": (scale * centred, dgamma, dshift),
                "The term of the mean is missing in dx: −dshift / count.": (
                    dx + scale * dy.mean(axis=axes, keepdims=True),
                    dgamma,
                    dshift,
                ),
                "x̂ is missing in the last term of dx: −x̂ dgamma / count.": (
                    dx + scale * (x_hat - 1) * (dy * x_hat).mean(axis=axes, keepdims=True),
                    dgamma,
                    dshift,
                ),
                "The factor gamma · inv_std is missing in dx.": (dx / scale, dgamma, dshift),
                "The factor gamma is missing in dx.": (dx / gamma[:, None, None], dgamma, dshift),
                "The factor inv_std is in dx twice.": (dx * inv_std[:, None, None], dgamma, dshift),
                "The factor inv_std is missing in dx.": (dx / inv_std[:, None, None], dgamma, dshift),
                "dgamma and dshift are sums, not means.": (dx, dgamma / (x.size / shape[1]), dy.mean(axis=axes)),
                "The mean of dy is dshift / count; here dshift is subtracted undivided.": (
                    scale * (centred - dshift[:, None, None] + dy.mean(axis=axes, keepdims=True))
                    - scale * x_hat * (dy * x_hat).mean(axis=axes, keepdims=True),
                    dgamma,
                    dshift,
                ),
                "x̂ is missing in dgamma, and so in dx.": (
                    scale * (dy - (1 + x_hat) * dy.mean(axis=axes, keepdims=True)),
                    dshift,
                    dshift,
                ),
                "dgamma and dshift are sums; divided once, they must not be divided again in dx.": (
                    scale * (dy - (dshift[:, None, None] + x_hat * dgamma[:, None, None]) / (x.size / shape[1]) ** 2),
                    dgamma / (x.size / shape[1]),
                    dy.mean(axis=axes),
                ),
                "The order is dx, dgamma, dshift.": (dx, dshift, dgamma),
            },
        )


def arrays_of_a_block(rng, n, width, inner):
    """x, dy, W1 and W2 with which the gradient comes through the inner ReLU at some places and not at others."""
    while True:
        x, dy = rng.normal(size=(2, n, width))
        W1, W2 = rng.normal(size=(width, inner)), rng.normal(size=(inner, width))
        arrives = (dy * (x + np.maximum(0, x @ W1) @ W2 > 0)) @ W2.T
        through = (arrives != 0) & (x @ W1 > 0)
        if through.any() and not through.all():
            return x, dy, W1, W2


@exercise("5.2.d", hint="Forward x goes two ways, through the layers and around them. What does backward do at a fork?")
def whole_block(rng):
    """y = max(0, x + max(0, x W1) W2), with equal sizes, where shapes give no advice, and with different ones."""
    for n, width, inner in ((3, 3, 3), (5, 3, 4)):
        x, dy, W1, W2 = arrays_of_a_block(rng, n, width, inner)

        def loss(x: np.ndarray, W1: np.ndarray, W2: np.ndarray, dy: np.ndarray = dy) -> float:
            return float((np.maximum(0, x + np.maximum(0, x @ W1) @ W2) * dy).sum())

        params = [x, W1, W2]
        dx, dW1, dW2 = (
            numerical_gradient(
                lambda p, i=i, params=params, loss=loss: loss(*params[:i], p, *params[i + 1 :]), params[i]
            )
            for i in range(3)
        )
        z = x @ W1
        a, whole = np.maximum(0, z), dy  # dy from here on is what passes the last ReLU
        opened = x + a @ W2 > 0
        dy = whole * opened
        open_delta = dy @ W2.T
        delta = open_delta * (z > 0)

        def mixed(around, through, x=x, W1=W1, W2=W2, z=z, a=a):
            """The answer if ``around`` goes along the shortcut and ``through`` through the layers."""
            behind = through @ W2.T * (z > 0)
            return around + behind @ W1.T, x.T @ behind, a.T @ through

        if inner == width:
            lying = dy @ W2 * (z > 0)
            square = {
                "W2 has to be transposed on the way back.": (dy + lying @ W1.T, x.T @ lying, dW2),
                "W1 has to be transposed on the way back.": (dy + delta @ W1, dW1, dW2),
                "The slope is 1 where z = x W1 is positive, not where x is.": (
                    dy + (open_delta * (x > 0)) @ W1.T,
                    x.T @ (open_delta * (x > 0)),
                    dW2,
                ),
                "dW1 takes the transposed x: a sum over the rows of the batch.": (dx, x @ delta, dW2),
                "dW2 takes the transposed a: a sum over the rows of the batch.": (dx, dW1, a @ dy),
                "W2 is missing on the way back to the ReLU.": (dy + dy * (z > 0) @ W1.T, x.T @ (dy * (z > 0)), dW2),
                "W1 is missing on the way back to x.": (dy + delta, dW1, dW2),
                "dW1 is transposed: it is xᵀ delta.": (dx, dW1.T, dW2),
                "dW2 is transposed: it is aᵀ times what passes the last ReLU.": (dx, dW1, dW2.T),
            }
        else:
            square = {}
        yield Case(
            whole,
            x,
            W1,
            W2,
            want=(dx, dW1, dW2),
            names=("dx", "dW1", "dW2"),
            traps={
                "The last ReLU is missing: where x + a W2 is negative, y is 0 and nothing comes back.": mixed(
                    whole, whole
                ),
                "The last ReLU stands behind the sum: it is met on both ways, the shortcut too.": mixed(whole, dy),
                "The last ReLU stands behind the sum: the layers, too, get only what passes it.": mixed(dy, whole),
                "The last ReLU's slope is the wrong way round: it is 1 where x + a W2 is positive.": mixed(
                    whole * ~opened, whole * ~opened
                ),
                "What goes around the layers is missing in dx: x is used twice.": (dx - dy, dW1, dW2),
                "Only what goes around is in dx.": (dy, dW1, dW2),
                "The slope of the ReLU is missing.": (dy + open_delta @ W1.T, x.T @ open_delta, dW2),
                "The shortcut is no part of the branch: dW2 is aᵀ times what passes the last ReLU.": (
                    dx,
                    dW1 + x.T @ dy @ W2.T,
                    dW2,
                ),
                "dW1: the ReLU's slope is missing there.": (dx, x.T @ open_delta, dW2),
                "dx: the ReLU's slope is missing there.": (dy + open_delta @ W1.T, dW1, dW2),
                "The sum hands the gradient to the shortcut, not 1.": (dx - dy + 1, dW1, dW2),
                "The sum hands the gradient to the shortcut, not x.": (x + dx - dy, dW1, dW2),
                "The inner ReLU's slope is the wrong way round: it is 1 where z is positive.": (
                    dy + (open_delta * (z < 0)) @ W1.T,
                    x.T @ (open_delta * (z < 0)),
                    dW2,
                ),
                "The two ways are added at a fork, not multiplied.": (dy * (dx - dy), dW1, dW2),
                "The slope of a ReLU is 0 or 1; it does not multiply the gradient by a.": (
                    dy + (open_delta * a) @ W1.T,
                    x.T @ (open_delta * a),
                    dW2,
                ),
                "dW2 takes a, after the ReLU, not x W1.": (dx, dW1, z.T @ dy),
                **square,
            },
        )
