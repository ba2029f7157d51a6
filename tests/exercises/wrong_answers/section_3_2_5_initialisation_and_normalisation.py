"""Wrong answers to exercises 3.2.5.a to 3.2.5.d: each must be recognised."""

import numpy as np


def norm_backward(axis, ddof=0, use_mean=True, use_var=True, use_eps=True, scale=True, gain="inside", mean=np.mean):
    """A backward pass of batch norm (axis 0) or layer norm (axis 1) with one thing wrong."""

    def backward(dy, x, gamma, eps):
        inv_std = (x.var(axis=axis, keepdims=True, ddof=ddof) + eps * use_eps) ** -0.5
        x_hat = (x - x.mean(axis=axis, keepdims=True)) * inv_std
        g = gamma * dy if gain == "inside" else dy
        dx = g - use_mean * mean(g, axis=axis, keepdims=True)
        dx = dx - use_var * x_hat * mean(g * x_hat, axis=axis, keepdims=True)
        dx = dx * inv_std if scale else dx
        dx = gamma * dx if gain == "outside" else dx
        return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)

    return backward


def with_gains(axis, change):
    def backward(dy, x, gamma, eps):
        return change(*norm_backward(axis)(dy, x, gamma, eps), dy, x)

    return backward


def eps_outside_root(dy, x, gamma, eps):
    i = 1 / (x.std(0) + eps)
    h = (x - x.mean(0)) * i
    dg, ds = ((dy * h).sum(0), dy.sum(0))
    return (gamma * i * (dy - ds / len(x) - h * dg / len(x)), dg, ds)


def dgamma_along_rows(dy, x, gamma, eps):
    i = (x.var(1, keepdims=True) + eps) ** (-0.5)
    h = (x - x.mean(1, keepdims=True)) * i
    d = gamma * dy
    return (i * (d - d.mean(1, keepdims=True) - h * (d * h).mean(1, keepdims=True)), (dy * h).sum(1), dy.sum(1))


def keepdims_lost_mean_axis_0_in_bracket(dy, x, gamma, eps):
    i = (x.var(1, keepdims=True) + eps) ** (-0.5)
    h = (x - x.mean(1, keepdims=True)) * i
    d = gamma * dy
    return (i * (d - d.mean(0) - h * (d * h).mean(0)), (dy * h).sum(0), dy.sum(0))


WRONG = {
    "3.2.5.a": [
        (-1.2, 13, 25 / 169),
        (-2.133, 13, 0.148),
        (1.2, 17, 0.148),
        (1.2, 10.909, 0.148),
        (1.2, 7.81, 0.148),
        (1.2, 5.385, 0.148),
        (1.2, 13, 5 / 13),
        (1.2, 13, 6.76),
        (1.2, 13),
    ],
    "3.2.5.b": [
        norm_backward(0, use_mean=False, use_var=False),
        norm_backward(0, use_var=False),
        norm_backward(0, use_mean=False),
        norm_backward(0, use_eps=False),
        norm_backward(0, ddof=1),
        norm_backward(0, scale=False),
        norm_backward(0, gain="nowhere"),
        norm_backward(0, mean=np.sum),
        norm_backward(1),
        with_gains(0, lambda dx, dgamma, dshift, dy, x: (dx, dshift, dgamma)),
        with_gains(0, lambda dx, dgamma, dshift, dy, x: (dx, dgamma / len(x), dshift / len(x))),
        with_gains(0, lambda dx, dgamma, dshift, dy, x: (-dx, dgamma, dshift)),
        with_gains(0, lambda dx, dgamma, dshift, dy, x: (dx, (dy * x).sum(axis=0), dshift)),
        with_gains(0, lambda dx, dgamma, dshift, dy, x: (dx, dgamma.sum(), dshift.sum())),
        norm_backward(0, gain="outside", use_var=False),
    ],
    "3.2.5.c": [
        lambda dW, lr, c: (dW, lr),
        lambda dW, lr, c: (dW * c, lr / c**2),
        lambda dW, lr, c: (dW / c**2, lr * c**2),
        lambda dW, lr, c: (dW / c, lr * c),
        lambda dW, lr, c: (dW / c, lr),
        lambda dW, lr, c: (dW / c, lr / c),
        lambda dW, lr, c: (dW / c, lr / c**2),
        lambda dW, lr, c: (dW, lr * c),
        lambda dW, lr, c: (dW * c, lr * c**2),
        lambda dW, lr, c: (lr * c**2, dW / c),
        lambda dW, lr, c: dW / c,
    ],
    "3.2.5.d": [
        norm_backward(1, gain="outside"),
        norm_backward(0),
        norm_backward(1, use_mean=False, use_var=False),
        norm_backward(1, use_var=False),
        norm_backward(1, use_mean=False),
        norm_backward(1, use_eps=False),
        norm_backward(1, ddof=1),
        norm_backward(1, gain="nowhere"),
        with_gains(1, lambda dx, dgamma, dshift, dy, x: (dx, dgamma.mean(), dshift.mean())),
        with_gains(1, lambda dx, dgamma, dshift, dy, x: (dx, dgamma / len(x), dshift)),
        with_gains(1, lambda dx, dgamma, dshift, dy, x: (dx, dshift, dgamma)),
        with_gains(1, lambda dx, dgamma, dshift, dy, x: (-dx, dgamma, dshift)),
        with_gains(1, lambda dx, dgamma, dshift, dy, x: (dx, (dy * x).sum(axis=0), dshift)),
    ],
}


def steps_of_a_norm(dy, x, gamma, eps):
    """The long way: one line for each line of the forward pass."""
    n = len(x)
    c = x - x.mean(axis=0)
    inv_std = 1 / np.sqrt((c**2).mean(axis=0) + eps)
    dx_hat = gamma * dy
    dvar = -0.5 * inv_std**3 * (dx_hat * c).sum(axis=0)
    dc = inv_std * dx_hat + 2 / n * c * dvar
    return dc - dc.mean(axis=0), (dy * c * inv_std).sum(axis=0), dy.sum(axis=0)


def row_by_row(dy, x, gamma, eps):
    dx, dgamma, dshift = [], 0.0, 0.0
    for d, row in zip(dy, x, strict=True):
        inv_std = 1 / np.sqrt(row.var() + eps)
        x_hat, g = (row - row.mean()) * inv_std, gamma * d
        dx.append((inv_std * (g - g.mean() - x_hat * (g * x_hat).mean())).tolist())
        dgamma, dshift = dgamma + d * x_hat, dshift + d
    return dx, np.float32(dgamma), dshift


RIGHT = {
    "3.2.5.a": [[1.2, 13, 0.148]],
    "3.2.5.b": [steps_of_a_norm, lambda *given: [np.float32(part) for part in steps_of_a_norm(*given)]],
    "3.2.5.c": [lambda dW, lr, c: [(dW / c).tolist(), lr * c * c]],
    "3.2.5.d": [row_by_row],
}

NAMED = {
    "3.2.5.a": {
        "second: the products have to cancel": (-1.2, 13, 25 / 169),
        "length: the step is at right angles": (1.2, 17, 25 / 169),
        "length: the step has the length η times": (1.2, 7.81, 25 / 169),
        "factor: the square of the length": (1.2, 13, 5 / 13),
    },
    "3.2.5.b": {
        "ε stands under the root, beside the variance, not beside": eps_outside_root,
    },
    "3.2.5.d": {
        "dgamma and dshift are sums along the rows; one number for": dgamma_along_rows,
        "dx: the means run along the other axis.": keepdims_lost_mean_axis_0_in_bracket,
    },
}
