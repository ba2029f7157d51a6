"""Checkers of the exercises on page 2.3.3, matrices and batches: every gradient from a nudge of every number."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("2.3.3.a", hint="Every weight is used once by each example, and so is every bias. Uses add.")
def batch_by_hand(rng):
    """dW and db of two examples, written out."""
    a, delta = np.array([[2.0, 0.0], [1.0, -1.0]]), np.array([[1.0, -2.0], [3.0, 0.0]])
    dW, db = a.T @ delta, delta.sum(axis=0)
    yield Case(
        want=(dW, db),
        names=("dW", "db"),
        traps={
            "Both are means; a layer adds, the loss has the 1/N.": (dW / 2, db / 2),
            "db: each column is added up; that is the second row of δ.": (dW, (3.0, 0.0)),
            "db: that is the mean; a layer adds, the loss has the 1/N.": (dW, db / 2),
            "db: that adds along the rows; each neuron, each column, has its own bias.": (dW, delta.sum(axis=1)),
            "dW is transposed: row i belongs to input i.": (dW.T, db),
            "dW: that is a δ, rows times columns; each sum runs over the examples, down the columns.": (a @ delta, db),
            "Number by number is not enough: each sum runs over the examples.": (a * delta, db),
            "Only the first example is counted.": (np.outer(a[0], delta[0]), delta[0]),
            "Only the second example is counted.": (np.outer(a[1], delta[1]), delta[1]),
            "db: that is δ; the rows are still to be added.": (dW, delta),
            "dW: that is a δᵀ; the sum runs over the examples.": (a @ delta.T, db),
            "db: that adds up a; the bias has the slope 1.": (dW, a.sum(axis=0)),
        },
    )


@exercise(
    "2.3.3.b",
    hint="Call the product V = W ⊙ mask. What does the layer do with V, and what does V owe to W, entry by entry?",
)
def masked_layer_backward(rng):
    """z = a (W ⊙ mask), at three equal sizes, where every product has the right shape, and at three different ones."""
    for n, n_in, n_out in ((4, 4, 4), (5, 4, 3)):
        a, W, delta = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=(n, n_out))
        mask = (rng.random((n_in, n_out)) < 0.6) * 1.0
        mask[0, :2], mask[1, :2] = (0.0, 1.0), (1.0, 1.0)  # no mask is all ones or symmetric
        masked = W * mask
        dW = numerical_gradient(lambda W, a=a, mask=mask, delta=delta: float(((a @ (W * mask)) * delta).sum()), W)
        da = numerical_gradient(lambda a, masked=masked, delta=delta: float(((a @ masked) * delta).sum()), a)
        traps = {
            "dW: a weight under a 0 of the mask is never used, so its gradient is 0.": (a.T @ delta, da),
            "da: no gradient goes back through a weight under a 0 of the mask.": (dW, delta @ W.T),
            "dW: that has W in it; a layer's dW is aᵀ δ, and then the mask.": (a.T @ delta * W, da),
            "The mask is missing on the way back.": (a.T @ delta, delta @ W.T),
            "dW: W ⊙ mask has the slope mask at W, not W ⊙ mask.": (a.T @ delta * masked, da),
            "dW: that is W under the mask once too often.": (a.T @ delta * mask * W, da),
            "A 1/N has crept in; it lives in the loss.": (dW / n, da / n),
            "dW: a 1/N has crept in; it lives in the loss.": (dW / n, da),
            "The order is dW, da.": (da, dW),
        }
        if n == n_in == n_out:
            traps |= {
                "da: the sum runs over the last index of W, so W ⊙ mask is transposed.": (dW, delta @ masked),
                "dW: the sum runs over the rows, so a is transposed.": (a @ delta * mask, da),
                "dW is transposed: aᵀ δ, and then the mask.": (delta.T @ a * mask, da),
                "da: the mask belongs to the weights, not to the result.": (dW, delta @ W.T * mask),
            }
        yield Case(delta, a, W, mask, want=(dW, da), names=("dW", "da"), traps=traps)


@exercise(
    "2.3.3.c", hint="Do not look at shapes: write down which index each sum runs over, and then each sum as a product."
)
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
                "da: that is W δ, but the sum runs over the first index of W, so W has to be transposed.": (
                    dW,
                    W @ delta,
                ),
                "dW: that is δ a, but n is the last index of both, so a has to be transposed.": (delta @ a, da),
                "Both are transposed.": (dW.T, da.T),
                "dW: that is aᵀ δ, for examples in rows; here n is the last index, so it is δ aᵀ.": (a.T @ delta, da),
                "da: that is δ Wᵀ, for examples in rows; here it is Wᵀ δ.": (dW, delta @ W.T),
                "The order is dW, da.": (da, dW),
                "dW: the sum over the examples is no mean; the loss has the 1/N.": (dW / 4, da),
                "da: that is δ W; the sum runs over the first index of both.": (dW, delta @ W),
                "da is transposed.": (dW, da.T),
                "Both have the wrong sign.": (-dW, -da),
            },
        )


@exercise(
    "2.3.3.d",
    hint="W reaches the loss in two ways: through ŷ, and straight through the penalty. Where two ways meet, add.",
)
def penalised_layer(rng):
    """L = Σ cₙ ½ ‖aₙW + b − yₙ‖² + ½ λ Σ w², at equal sizes and at different ones."""
    for n, n_in, n_out in ((4, 4, 4), (5, 4, 3)):
        a, W, y = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=(n, n_out))
        b, c, lam = rng.normal(size=n_out), rng.uniform(0.5, 2, size=n), float(rng.uniform(0.5, 2))

        def loss(a, W, b, y=y, c=c, lam=lam):
            squares = ((a @ W + b - y) ** 2).sum(axis=1)
            return float((c * squares).sum() + lam * (W**2).sum()) / 2

        dW = numerical_gradient(lambda W, a=a, b=b, f=loss: f(a, W, b), W)
        db = numerical_gradient(lambda b, a=a, W=W, f=loss: f(a, W, b), b)
        da = numerical_gradient(lambda a, b=b, W=W, f=loss: f(a, W, b), a)
        decay, alone, error = lam * W, dW - lam * W, a @ W + b - y

        def through(delta, a=a, W=W, decay=decay):
            return a.T @ delta + decay, delta.sum(axis=0), delta @ W.T

        traps = {
            "dW: the penalty is missing; it is a second way from W to the loss.": (alone, db, da),
            "dW: that is the way through the penalty alone.": (decay, db, da),
            "dW: the ½ in front of the penalty has cancelled the 2 of its squares already.": (dW + decay, db, da),
            "dW: the ½ in front of the penalty and the 2 of its squares cancel.": (dW - decay / 2, db, da),
            "dW: the penalty is in the loss once, and not once for each example.": (alone + n * decay, db, da),
            "dW: the penalty has no 1/N; it has nothing to do with the examples.": (alone + decay / n, db, da),
            "dW: the penalty rises with the size of a weight, so its slope is + λ w.": (alone - decay, db, da),
            "db: the penalty is on the weights; the bias is not in it.": (dW, db + lam * b, da),
            "The shares c are missing.": through(error),
            "da: the shares c are missing; they count on the way to a as well.": (dW, db, error @ W.T),
            "db: the shares c are missing; they count on the way to b as well.": (dW, error.sum(axis=0), da),
            "A 1/N is too much: c already says how much an example counts.": (alone / n + decay, db / n, da / n),
            "The error is ŷ − y.": (decay - alone, -db, -da),
            "The share stands in front of the square and is not squared.": through(c[:, None] ** 2 * error),
            "The ½ in front of the square has cancelled its 2 already.": (2 * alone + decay, 2 * db, 2 * da),
            "The shares are used as they come: scaling them to add up to 1 changes the loss.": through(
                c[:, None] * error / c.sum()
            ),
            "b is missing in ŷ.": through(c[:, None] * (error - b)),
            "db: that is the mean; the layer adds up the rows of δ.": (dW, db / n, da),
            "The order is dW, db, da.": (da, dW, db),
        }
        if n == n_in == n_out:
            turned = "c has to become a column: as it is, it multiplies the neurons, not the rows."
            delta = c[:, None] * error
            traps |= {
                turned: through(c * error),
                "dW: the sum runs over the examples, the first index of both, so a is transposed.": (
                    a @ delta + decay,
                    db,
                    da,
                ),
                "da: the sum runs over the last index of both, so W is transposed.": (dW, db, delta @ W),
            }
        yield Case(a, y, c, W, b, lam, want=(dW, db, da), names=("dW", "db", "da"), traps=traps)


def walked(x, y, W1, b1, W2, b2):
    """The gradients of exercise 2.3.3.e for these parameters."""
    a1 = np.tanh(x @ W1 + b1)
    delta2 = (a1 @ W2 + b2 - y) / len(x)
    delta1 = delta2 @ W2.T * (1 - a1**2)
    return x.T @ delta1, delta1.sum(axis=0), a1.T @ delta2, delta2.sum(axis=0)


@exercise("2.3.3.e", hint="Go forward and keep `a1`; then walk back from `delta2`, layer by layer.")
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
        b1, b2 = params[1], params[3]
        turned = {}
        if n_hidden == n_out:
            straight = (a1 @ W2 + b2 - y) / n @ W2 * (1 - a1**2)
            turned["delta1: W2 has to be transposed on the way back."] = (
                x.T @ straight,
                straight.sum(axis=0),
                dW2,
                db2,
            )
        squashed = np.tanh(a1 @ W2 + params[3])
        late = (squashed - y) / n * (1 - squashed**2)
        early = late @ W2.T * (1 - a1**2)
        guess = a1 @ W2 + b2
        steep = (guess - y) / n * (1 - guess**2)
        sloped = steep @ W2.T * (1 - a1**2)
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
                "The slope of the tanh is 1 − a1²; a1 (1 − a1) is that of the sigmoid.": (
                    x.T @ (no_slope * a1 * (1 - a1)),
                    (no_slope * a1 * (1 - a1)).sum(axis=0),
                    dW2,
                    db2,
                ),
                "The error is prediction minus target, ŷ − y.": tuple(-g for g in want),
                "The slope of the tanh is 1 − a1², not 1 − a1.": (
                    x.T @ (no_slope * (1 - a1)),
                    (no_slope * (1 - a1)).sum(axis=0),
                    dW2,
                    db2,
                ),
                "The output has no tanh: ŷ = a1 W2 + b2, with the slope 1.": (
                    x.T @ early,
                    early.sum(axis=0),
                    a1.T @ late,
                    late.sum(axis=0),
                ),
                "The output has no tanh, so delta2 has no slope of one: it is (ŷ − y) / N.": (
                    x.T @ sloped,
                    sloped.sum(axis=0),
                    a1.T @ steep,
                    steep.sum(axis=0),
                ),
                **turned,
                "b1 is missing on the way forward.": walked(x, y, params[0], 0 * b1, W2, b2),
                "b2 is missing on the way forward.": walked(x, y, params[0], b1, W2, 0 * b2),
                "The mean is over the N examples; here it is over all N · n_out numbers.": tuple(
                    g / n_out for g in want
                ),
                "The ½ has cancelled the 2 of the square already.": tuple(2 * g for g in want),
                "The biases get means; each adds up its column of delta.": (dW1, db1 / n, dW2, db2 / n),
                "delta1 lacks the slope of the tanh.": (x.T @ no_slope, no_slope.sum(axis=0), dW2, db2),
                "The order is dW1, db1, dW2, db2.": (dW2, db2, dW1, db1),
            },
        )
