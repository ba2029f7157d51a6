"""Checkers of exercises 3.2.5.a to 3.2.5.d, weights in front of a norm, batch and layer normalization."""

from collections.abc import Callable

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("3.2.5.a", hint="The gradient stands at right angles to w: the products of their entries add up to 0.")
def pythagoras(rng):
    """One step in front of a norm, by hand."""
    second, length, factor = 1.2, 13.0, 25 / 169
    yield Case(
        want=(second, length, factor),
        tol=0.005,
        names=("second", "length", "factor"),
        traps={
            "second: the products have to cancel: 3 · (−1.6) + 4 · ? = 0.": (-1.2, length, factor),
            "second: that is in proportion to w, along it and not at right angles.": (-1.6 * 4 / 3, length, factor),
            "length: the step is at right angles, so squares add up, not lengths.": (second, 17.0, factor),
            "length: a step against the gradient does not shorten w; the squares add up.": (
                second,
                np.sqrt(144 - 25),
                factor,
            ),
            "length: the step has the length η times that of the gradient, 6 · 2.": (second, np.sqrt(61), factor),
            "length: that is the gradient's without η.": (second, np.sqrt(29), factor),
            "length: that is its square.": (second, 169.0, factor),
            "factor: the square of the length stands below the line.": (second, length, 5 / 13),
            "factor: it has fallen, so it is below 1.": (second, length, 169 / 25),
            "factor: the effective rate itself is not asked for, only how it has changed.": (second, length, 6 / 169),
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
        names=("dx", "dgamma", "dshift"),
        traps={
            sentence: (wrong, dgamma if own is None else own, dshift)
            for sentence, (wrong, own) in traps(dy, x, gamma, eps, x_hat, inv_std, axis).items()
        }
        | {
            "dgamma: the sum runs over the rows, not the mean.": (dx, (dy * x_hat).mean(axis=0), dshift),
            "dgamma: each dy is multiplied by its x_hat.": (dx, dshift, dshift),
            "dgamma and dshift are sums over the rows, not means.": (dx, dgamma / n, dshift / n),
            "dgamma and dshift are sums along the rows; one number for each column is wanted, axis=0.": (
                dx,
                (dy * x_hat).sum(axis=1),
                dy.sum(axis=1),
            ),
            "dshift: the sum runs over the rows, not the mean.": (dx, dgamma, dshift / n),
            "dgamma and dshift are swapped: gamma is the factor of x_hat.": (dx, dshift, dgamma),
            "dgamma and dshift hold one number for each column, added over the rows.": (
                dx,
                dgamma.sum(),
                dshift.sum(),
            ),
            "dgamma and dshift have one number for each column, not their mean.": (dx, dgamma.mean(), dshift.mean()),
            "dgamma: x_hat is wanted there, not x.": (dx, (dy * x).sum(axis=0), dshift),
            "dx: the sign is flipped.": (-dx, dgamma, dshift),
        },
    )


def dx_traps(dy, x, gamma, eps, x_hat, inv_std, axis):
    """Wrong dx that both normalizations invite, each with the dgamma that comes with it (None: the right one)."""
    g = gamma * dy

    def bracket(g, x_hat, scale, along=axis, mean=np.mean):
        first, second = (mean(v, axis=along, keepdims=True) for v in (g, g * x_hat))
        return scale * (g - first - x_hat * second)

    def other(eps, along=axis, ddof=0):
        """The whole pass with another ε, axis or variance."""
        scale = (x.var(axis=along, keepdims=True, ddof=ddof) + eps) ** -0.5
        x_hat = (x - x.mean(axis=along, keepdims=True)) * scale
        return bracket(g, x_hat, scale, along), (dy * x_hat).sum(axis=0)

    def outside_the_root():
        scale = 1 / (x.std(axis=axis, keepdims=True) + eps)
        x_hat = (x - x.mean(axis=axis, keepdims=True)) * scale
        return bracket(g, x_hat, scale), (dy * x_hat).sum(axis=0)

    first, second = g.mean(axis=axis, keepdims=True), (g * x_hat).mean(axis=axis, keepdims=True)
    return {
        "dx: mean and variance are treated as constants, but a nudge of x moves both.": (inv_std * g, None),
        "dx: the path through the variance is missing.": (inv_std * (g - first), None),
        "dx: the path through the mean is missing.": (inv_std * (g - x_hat * second), None),
        "dx: 1/√(s² + ε) in front is missing.": (bracket(g, x_hat, 1.0), None),
        "dx: the sums have to be means.": (bracket(g, x_hat, inv_std, mean=np.sum), None),
        "dx: the factor gamma is missing.": (bracket(dy, x_hat, inv_std), None),
        "ε is missing: it stands under the root, beside the variance.": other(0.0),
        "ε stands under the root, beside the variance, not beside the root.": outside_the_root(),
        "dx: the means run along the other axis.": (bracket(g, x_hat, inv_std, 1 - axis), None),
        "The variance has 1/N here, not 1/(N − 1).": other(eps, ddof=1),
        "Mean and variance run along the other axis.": other(eps, 1 - axis),
    }


@exercise("3.2.5.b", hint="The page has it in one line, in which all means run over the rows.")
def batch_norm_backward(rng):
    """Nudges of the forward pass, with an ε that counts."""
    for _ in range(2):
        yield norm_case(rng, 0, dx_traps)


@exercise("3.2.5.c", hint="L(cW) = L(W) for every W. What does a nudge of one entry of cW amount to, measured at W?")
def rescaled(rng):
    """Both found by nudging a layer with its norm: the slope at c W, and the rate whose step is c times as long."""
    for c in (float(rng.uniform(2, 5)), float(rng.uniform(0.2, 0.6))):
        n, n_in, width = 6, int(rng.integers(2, 5)), int(rng.integers(2, 5))
        x, price = rng.normal(size=(n, n_in)), rng.normal(size=(n, width))
        W, lr = rng.normal(size=(n_in, width)), float(rng.uniform(0.05, 0.5))

        def loss(W, x=x, price=price):
            return float((normalise(x @ W, 0.0, 0) * price).sum())

        dW, want = numerical_gradient(loss, W), numerical_gradient(loss, c * W)
        # c W − η′ dW′ has to be c (W − η dW): compare the lengths of the two steps
        rate = float(np.linalg.norm(c * lr * dW) / np.linalg.norm(want))
        names = ("gradient", "rate")
        traps = {
            "Only the answers and the loss are the same at c W: the gradient is not, and so neither is the rate.": (
                dW,
                lr,
            ),
            "gradient: it is smaller where the weights are larger, by the same factor.": (dW * c, rate),
            "gradient: the loss is the same at c W, the slope is not.": (dW, rate),
            "gradient: one c is enough; c² belongs to the rate.": (dW / c**2, rate),
            "rate: the gradient is smaller by c and the step has to be larger by c.": (want, lr * c),
            "rate: large weights need a larger rate, not a smaller one.": (want, lr / c**2),
            "rate: at c W, the same rate makes a step that is too short or too long.": (want, lr),
            "rate: it makes up for the gradient, and the step has to be c times as long as well.": (want, lr / c),
            "That is the answer for W/c: c multiplies the weights.": (dW * c, lr / c**2),
            "That treats the norm as if it were not there: behind it the size of W does not matter.": (dW, lr * c),
        }
        yield Case(dW, lr, c, want=(want, rate), names=names, traps=traps)


def layer_norm_traps(dy, x, gamma, eps, x_hat, inv_std, axis):
    """Those of batch norm, and γ in front of the bracket, where it can no longer stand."""
    outside = dy - dy.mean(axis=1, keepdims=True) - x_hat * (dy * x_hat).mean(axis=1, keepdims=True)
    sentence = "dx: gamma differs along the row, so it cannot be taken out of the means: start with gamma · dy."
    return {sentence: (gamma * inv_std * outside, None)} | dx_traps(dy, x, gamma, eps, x_hat, inv_std, axis)


@exercise(
    "3.2.5.d",
    hint="gamma is no longer the same along the axis of the mean, so it cannot stand in front of the bracket.",
)
def layer_norm_backward(rng):
    """Nudges again, now along the rows."""
    for _ in range(2):
        yield norm_case(rng, 1, layer_norm_traps)
