"""Checkers of the exercises on page 2.3.3, matrices and batches: every gradient from a nudge of every number."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("2.3.3.a", hint="A sum over the rows: delta.sum(axis=0).")
def bias_of_a_batch(rng):
    """The gradient of b in z = aW + b when z has the price delta."""
    for shape in ((5, 3), (4, 4), (1, 3)):
        delta, z = rng.normal(size=shape), rng.normal(size=shape)
        n, n_out = shape
        traps = {
            "That is the mean over the examples: the layer adds, the loss has the 1/N.": delta.mean(axis=0),
            "Only the first example is counted.": delta[0],
            "The result has a row too many axes: (n_out,) is wanted.": delta.sum(axis=0, keepdims=True),
        }
        if n == n_out:
            traps["That is the sum over the neurons; each of them has its own bias."] = delta.sum(axis=1)
        yield Case(
            delta,
            want=numerical_gradient(lambda b, z=z, delta=delta: float(((z + b) * delta).sum()), np.zeros(n_out)),
            traps=traps,
        )


@exercise("2.3.3.b", hint="dW = aᵀ δ, db = Σ δ over the rows, da = δ Wᵀ.")
def dense_layer_backward(rng):
    """z = aW + b, at three different sizes and at three equal ones, where every product has the right shape."""
    for n, n_in, n_out in ((5, 4, 3), (3, 3, 3)):
        a, W = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out))
        delta, b = rng.normal(size=(n, n_out)), np.zeros(n_out)

        def loss(a: np.ndarray, W: np.ndarray, b: np.ndarray, delta: np.ndarray = delta) -> float:
            return float(((a @ W + b) * delta).sum())

        dW = numerical_gradient(lambda W, a=a, b=b: loss(a, W, b), W)
        db = numerical_gradient(lambda b, a=a, W=W: loss(a, W, b), b)
        da = numerical_gradient(lambda a, W=W, b=b: loss(a, W, b), a)
        traps = {
            "A 1/N has crept in; it lives in the loss.": (dW / n, db / n, da),
            "db is the mean; it has to be the sum.": (dW, db / n, da),
            "The order is dW, db, da.": (da, dW, db),
        }
        if n == n_in == n_out:
            traps |= {
                "da is δ W; the sum runs over the last index of W, so W is transposed.": (dW, db, delta @ W),
                "dW is a δ; the sum runs over the rows, so a is transposed.": (a @ delta, db, da),
                "dW is transposed: δᵀ a instead of aᵀ δ.": (dW.T, db, da),
            }
        yield Case(delta, a, W, want=(dW, db, da), names=("dW", "db", "da"), traps=traps)


@exercise("2.3.3.c", hint="The sum over n for dW, the sum over j for da; write each as a product.")
def examples_in_columns(rng):
    """z = W a + b with all sizes equal."""
    for _ in range(2):
        delta, a, W = rng.normal(size=(3, 4, 4))
        dW = numerical_gradient(lambda W, a=a, delta=delta: float(((W @ a) * delta).sum()), W)
        da = numerical_gradient(lambda a, W=W, delta=delta: float(((W @ a) * delta).sum()), a)
        yield Case(
            delta,
            a,
            W,
            want=(dW, da),
            names=("dW", "da"),
            traps={
                "These are the products for examples in rows; here they stand in columns.": (a.T @ delta, delta @ W.T),
                "dW is transposed.": (dW.T, da),
                "da is W δ: the sum runs over the first index of W.": (dW, W @ delta),
                "dW is δ a: both run over n with their last index.": (delta @ a, da),
            },
        )


@exercise("2.3.3.d", hint="c as a column, c[:, None], times the error ŷ − y; nothing else.")
def examples_with_weights(rng):
    """L = Σ cₙ ½ ‖ŷₙ − yₙ‖²."""
    for shape in ((5, 3), (4, 4)):
        y_hat, y, c = rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0.5, 2, size=shape[0])
        want = numerical_gradient(
            lambda y_hat, y=y, c=c: 0.5 * sum(c[n] * float(((y_hat[n] - y[n]) ** 2).sum()) for n in range(len(c))),
            y_hat,
        )
        traps = {
            "The shares c are missing.": y_hat - y,
            "A 1/N is too much: c already says how much an example counts.": want / len(c),
            "The sign is flipped: ŷ − y.": -want,
            "The ½ cancels the 2 of the square.": want / 2,
        }
        if shape[0] == shape[1]:
            traps["c has to become a column: as it is, it multiplies the neurons, not the rows."] = c * (y_hat - y)
        yield Case(y_hat, y, c, want=want, traps=traps)


@exercise("2.3.3.e", hint="delta2 = (ŷ − y) / N, no slope at the linear output; delta1 = (delta2 W2ᵀ)(1 − a1²).")
def two_layers_backward(rng):
    """A tanh network under the mean squared error, at different sizes and at equal ones."""
    names = ("dW1", "db1", "dW2", "db2")
    for n, n_in, n_hidden, n_out in ((5, 2, 4, 3), (3, 3, 3, 3)):
        x, y = rng.normal(size=(n, n_in)), rng.normal(size=(n, n_out))
        params = [rng.normal(size=shape) for shape in ((n_in, n_hidden), n_hidden, (n_hidden, n_out), n_out)]

        def loss(W1, b1, W2, b2, x=x, y=y):
            return float(((np.tanh(x @ W1 + b1) @ W2 + b2 - y) ** 2).sum()) / (2 * len(x))

        want = tuple(
            numerical_gradient(lambda p, i=i, params=params, f=loss: f(*params[:i], p, *params[i + 1 :]), params[i])
            for i in range(4)
        )
        dW1, db1, dW2, db2 = want
        W2, a1 = params[2], np.tanh(x @ params[0] + params[1])
        no_slope = (a1 @ W2 + params[3] - y) / n @ W2.T
        yield Case(
            x,
            y,
            *params,
            want=want,
            names=names,
            traps={
                "The 1/N is missing: delta2 = (ŷ − y) / N.": tuple(n * g for g in want),
                "1/N appears once too often in the second layer.": (dW1, db1, dW2 / n, db2 / n),
                "1/N appears once too often: it is in delta2 already.": tuple(g / n for g in want),
                "delta1 lacks the slope of the tanh.": (x.T @ no_slope, no_slope.sum(axis=0), dW2, db2),
                "The order is dW1, db1, dW2, db2.": (dW2, db2, dW1, db1),
            },
        )
