"""Checkers of the exercises on page 5.2, pooling and shortcuts: gradients from nudges, ties by the rule."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise(
    "5.2.a", hint="For each window: argmax of x[2r:2r+2, 2c:2c+2] finds the first winner; it alone gets dy[r, c]."
)
def winner_takes_all(rng):
    """Distinct numbers, many ties, and a picture that is even."""
    for x in (rng.normal(size=(4, 6)), rng.integers(0, 3, size=(6, 8)).astype(float), np.full((4, 4), -0.5)):
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
            },
        )


@exercise("5.2.b", hint="dy / size² repeated size times along both axes.")
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
                "Every pixel gets the whole price; a window of size² pixels shares it.": want * size**2,
                "Divide by size², the number of pixels, not by size.": want * size,
                "The shares are right, but at the wrong places: a window's pixels lie side by side.": np.tile(
                    dy / size**2, (1, 1, size, size)
                ),
            },
        )


@exercise("5.2.c", hint="Sums over the axes (0, 2, 3); count = N H W; dx = γ/σ (dy − dshift/count − x̂ dgamma/count).")
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
                "The factor gamma is missing in dx.": (dx / gamma[:, None, None], dgamma, dshift),
                "The factor inv_std is missing in dx.": (dx / inv_std[:, None, None], dgamma, dshift),
                "dgamma and dshift are sums, not means.": (dx, dgamma / (x.size / shape[1]), dy.mean(axis=axes)),
                "The order is dx, dgamma, dshift.": (dx, dshift, dgamma),
            },
        )


@exercise("5.2.d", hint="delta = (dy W2ᵀ) where z > 0; dx = dy + delta W1ᵀ, dW1 = xᵀ delta, dW2 = aᵀ dy.")
def whole_block(rng):
    """y = x + max(0, x W1) W2, with different sizes and with equal ones."""
    for n, width, inner in ((5, 3, 4), (3, 3, 3)):
        x, dy = rng.normal(size=(2, n, width))
        W1, W2 = rng.normal(size=(width, inner)), rng.normal(size=(inner, width))

        def loss(x: np.ndarray, W1: np.ndarray, W2: np.ndarray, dy: np.ndarray = dy) -> float:
            return float(((x + np.maximum(0, x @ W1) @ W2) * dy).sum())

        params = [x, W1, W2]
        dx, dW1, dW2 = (
            numerical_gradient(
                lambda p, i=i, params=params, loss=loss: loss(*params[:i], p, *params[i + 1 :]), params[i]
            )
            for i in range(3)
        )
        open_delta = dy @ W2.T
        yield Case(
            dy,
            x,
            W1,
            W2,
            want=(dx, dW1, dW2),
            names=("dx", "dW1", "dW2"),
            traps={
                "What goes around the layers is missing in dx: x is used twice.": (dx - dy, dW1, dW2),
                "Only what goes around is in dx.": (dy, dW1, dW2),
                "The slope of the ReLU is missing.": (dy + open_delta @ W1.T, x.T @ open_delta, dW2),
                "The shortcut is no part of the branch: dW2 = aᵀ dy, dW1 as without it.": (
                    dx,
                    dW1 + x.T @ dy @ W2.T,
                    dW2,
                ),
                "dW2 takes a, after the ReLU, not x W1.": (dx, dW1, (x @ W1).T @ dy),
            },
        )
