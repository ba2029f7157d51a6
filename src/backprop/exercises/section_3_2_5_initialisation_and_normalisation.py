"""Checkers of exercises 3.2.5.a to 3.2.5.d, initial weights, batch and layer normalization."""

from collections.abc import Callable

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("3.2.5.a", hint="The positive half survives whole, the negative half times s²: that is (1 + s²)/2.")
def leaky_std(rng):
    """Random fan-ins and slopes, and the two ends: ReLU and no ReLU."""
    for s in (float(rng.uniform(0.2, 0.7)), 0.0, 1.0):
        n_in = int(rng.integers(20, 900))
        variance = 1 / n_in / np.mean([1.0, s**2])
        yield Case(
            n_in,
            s,
            want=variance**0.5,
            tol=1e-9,
            traps={
                "That is the variance; the standard deviation is its root.": variance,
                "That is He's spread for a ReLU; what is negative is not lost here.": (2 / n_in) ** 0.5,
                "The mean square needs s², not s.": (2 / ((1 + s) * n_in)) ** 0.5,
                "No half is lost whole, but the activation does take something: that is the spread without one.": n_in
                ** -0.5,
                "The weights make up for what is lost: more spread for a smaller share, not less.": (
                    (1 + s**2) / (2 * n_in)
                )
                ** 0.5,
            },
        )


def normalise(x: np.ndarray, eps: float, axis: int) -> np.ndarray:
    """(x − mean) / √(variance + ε) along an axis."""
    c = x - x.mean(axis=axis, keepdims=True)
    return c / np.sqrt((c**2).mean(axis=axis, keepdims=True) + eps)


def norm_case(rng: np.random.Generator, axis: int, traps: Callable[..., dict]) -> Case:
    """Gradients of a normalization along an axis, by nudges; ε is large enough to be missed."""
    n, width = (int(k) for k in rng.choice(np.arange(3, 8), 2, replace=False))
    x, dy = rng.normal(2.0, 1.5, (n, width)), rng.normal(size=(n, width))
    gamma, eps = rng.uniform(0.5, 2.0, width), float(rng.uniform(0.05, 0.3))
    x_hat = normalise(x, eps, axis)
    inv_std = (x.var(axis=axis, keepdims=True) + eps) ** -0.5
    dx = numerical_gradient(lambda x: float((gamma * normalise(x, eps, axis) * dy).sum()), x)
    dgamma = numerical_gradient(lambda gamma: float((gamma * x_hat * dy).sum()), gamma)
    dshift = numerical_gradient(lambda shift: float(((gamma * x_hat + shift) * dy).sum()), np.zeros(width))
    return Case(
        dy,
        x,
        gamma,
        eps,
        want=(dx, dgamma, dshift),
        tol=1e-7,
        names=("dx", "dgamma", "dshift"),
        traps={
            sentence: (wrong, dgamma, dshift)
            for sentence, wrong in traps(dy, x, gamma, eps, x_hat, inv_std, axis).items()
        }
        | {
            "dgamma: the sum runs over the rows, a gradient for each column.": (dx, (dy * x_hat).mean(axis=0), dshift),
            "dgamma: each dy is multiplied by its x_hat.": (dx, dshift, dshift),
        },
    )


def dx_traps(dy, x, gamma, eps, x_hat, inv_std, axis):
    """Wrong dx that both normalizations invite."""
    g = gamma * dy
    first, second = g.mean(axis=axis, keepdims=True), (g * x_hat).mean(axis=axis, keepdims=True)
    unbiased = (x.var(axis=axis, keepdims=True, ddof=1) + eps) ** -0.5
    rough = (x - x.mean(axis=axis, keepdims=True)) * unbiased
    return {
        "dx: mean and variance are treated as constants, but a nudge of x moves both.": inv_std * g,
        "dx: the path through the variance is missing.": inv_std * (g - first),
        "dx: the path through the mean is missing.": inv_std * (g - x_hat * second),
        "dx: 1/√(s² + ε) in front is missing.": g - first - x_hat * second,
        "dx: the sums have to be means.": inv_std * (g - first * x.shape[axis] - x_hat * second * x.shape[axis]),
        "dx: the factor gamma is missing.": inv_std
        * (dy - dy.mean(axis=axis, keepdims=True) - x_hat * (dy * x_hat).mean(axis=axis, keepdims=True)),
        "dx: the variance has 1/N here, not 1/(N − 1).": unbiased
        * (g - first - rough * (g * rough).mean(axis=axis, keepdims=True)),
    }


@exercise("3.2.5.b", hint="dx = γ · inv_std · (dy − mean of dy − x_hat · mean of dy x_hat), the means over the rows.")
def batch_norm_backward(rng):
    """Nudges of the forward pass, with an ε that counts."""
    for _ in range(2):
        yield norm_case(rng, 0, dx_traps)


@exercise("3.2.5.c", hint="old + rho · (new − old); the new variance with N − 1 below.")
def follow(rng):
    """A small batch, so that N and N − 1 differ."""
    for _ in range(2):
        n, width = (int(k) for k in rng.choice(np.arange(3, 8), 2, replace=False))
        x, rho = rng.normal(2.0, 1.5, (n, width)), float(rng.uniform(0.1, 0.4))
        old_mean, old_var = rng.normal(size=width), rng.uniform(0.5, 2.0, width)
        mean = x.sum(axis=0) / n
        squares = ((x - mean) ** 2).sum(axis=0)
        new_mean, new_var = (1 - rho) * old_mean + rho * mean, (1 - rho) * old_var + rho * squares / (n - 1)
        yield Case(
            old_mean,
            old_var,
            x,
            rho,
            want=(new_mean, new_var),
            tol=1e-9,
            names=("running_mean", "running_var"),
            traps={
                "running_var: that is the spread with N below; the running one has N − 1.": (
                    new_mean,
                    (1 - rho) * old_var + rho * squares / n,
                ),
                "rho is the share of the new batch, not of the old value.": (
                    rho * old_mean + (1 - rho) * mean,
                    rho * old_var + (1 - rho) * squares / (n - 1),
                ),
                "running_var: a variance is wanted, not its root.": (
                    new_mean,
                    (1 - rho) * old_var + rho * (squares / (n - 1)) ** 0.5,
                ),
                "The old values do not fade: old + rho · (new − old).": (
                    old_mean + rho * mean,
                    old_var + rho * squares / (n - 1),
                ),
                "That is this batch alone; a running value goes a share of the way.": (mean, squares / (n - 1)),
            },
        )


def layer_norm_traps(dy, x, gamma, eps, x_hat, inv_std, axis):
    """Those of batch norm, and γ in front of the bracket, where it can no longer stand."""
    outside = dy - dy.mean(axis=1, keepdims=True) - x_hat * (dy * x_hat).mean(axis=1, keepdims=True)
    batch = normalise(x, eps, 0)
    g = gamma * dy
    return {
        "dx: gamma differs along the row, so it cannot be taken out of the means: start with gamma · dy.": gamma
        * inv_std
        * outside,
        "dx: that is batch normalization; the means run along the row here.": (x.var(axis=0) + eps) ** -0.5
        * (g - g.mean(axis=0) - batch * (g * batch).mean(axis=0)),
    } | dx_traps(dy, x, gamma, eps, x_hat, inv_std, axis)


@exercise("3.2.5.d", hint="dx_hat = gamma · dy first; then the bracket with means along the row, keepdims=True.")
def layer_norm_backward(rng):
    """Nudges again, now along the rows."""
    for _ in range(2):
        yield norm_case(rng, 1, layer_norm_traps)
