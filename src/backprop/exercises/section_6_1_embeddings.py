"""Checkers of the exercises on section 6.1, embeddings: lookups that repeat, and rows that nobody looks up."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient


def lookup(W, ids):
    """Rows of W by id, zeros for -1."""
    return W[ids] * (ids != -1)[..., None]


@exercise("6.1.a", hint="dW[ids[n, k]] += dy[n, k] in a loop over all places, but for those with the id -1.")
def backward_by_a_loop(rng):
    """Sentences in which tokens repeat, with and without places that hold none; some row is never looked up."""
    for n_tokens, shape, empty in ((5, (2, 6), 0), (6, (3, 5), 4), (4, (4, 4), 5)):
        ids = rng.integers(0, n_tokens - 1, shape)
        ids.flat[:2] = 1  # a token that repeats, whatever chance says
        if empty:
            ids.flat[-empty:] = -1
        dy = rng.normal(size=(*shape, 3))
        want = numerical_gradient(
            lambda W, ids=ids, dy=dy: float((lookup(W, ids) * dy).sum()), rng.normal(size=(n_tokens, 3))
        )
        last, with_empty = np.zeros_like(want), np.zeros_like(want)
        last[ids[ids >= 0]] = dy[ids >= 0]
        np.add.at(with_empty, ids, dy)
        count = np.bincount(ids[ids >= 0], minlength=n_tokens)[:, None]
        traps = {
            "A repeated token keeps only its last gradient; they add.": last,
            "That is the mean over the places of a token; they add.": want / np.maximum(count, 1),
        }
        if empty:
            traps["The id -1 is no token, but in Python it is the last row: leave those places out."] = with_empty
        yield Case(ids, dy, n_tokens, want=want, traps=traps)


@exercise("6.1.b", hint="Each real token of a text gets dy / (number of its real tokens), a filled-up place gets 0.")
def gradient_of_a_mean(rng):
    """Texts of different lengths, one of them full."""
    for n, t in ((3, 4), (2, 6)):
        ids = rng.integers(0, 9, (n, t))
        for row in range(1, n):
            ids[row, rng.integers(1, t) :] = -1
        dy, real = rng.normal(size=(n, 2)), (ids != -1)[..., None]

        def mean(y, real=real, dy=dy):
            return float(((y * real).sum(axis=1) / real.sum(axis=1) * dy).sum())

        yield Case(
            ids,
            dy,
            want=numerical_gradient(mean, rng.normal(size=(n, t, 2))),
            traps={
                "Filled-up places count here: divide by the real tokens of each text.": dy[:, None] * real / t,
                "Filled-up places get a gradient, and should get none.": np.repeat(
                    (dy / real.sum(axis=1))[:, None], t, axis=1
                ),
                "That is the gradient of a sum; the mean divides by the number of tokens.": dy[:, None] * real,
                "All texts share one count here; each has its own.": dy[:, None] * real / real.sum(),
            },
        )


@exercise("6.1.c", hint="eta * g * (1 - beta**t) / (1 - beta) with t = steps, plus that with t = steps - again + 1.")
def way_of_a_rare_row(rng):
    """Momentum itself, run step by step."""
    for _ in range(3):
        eta, beta, g = rng.uniform(0.01, 0.2), rng.uniform(0.5, 0.95), rng.uniform(0.5, 2)
        again, steps = (int(n) for n in rng.integers((3, 10), (8, 20)))
        w = v = 0.0
        for t in range(1, steps + 1):
            v = beta * v + g * (t in (1, again))
            w -= eta * v

        def tail(t, eta=eta, beta=beta, g=g):
            return eta * g * (1 - beta**t) / (1 - beta)

        yield Case(
            eta,
            beta,
            g,
            again,
            steps,
            want=-w,
            traps={
                "Only the first lookup is counted.": tail(steps),
                "Both lookups were given the same time; the second came later.": 2 * tail(steps),
                "The second lookup moves the row at step `again` itself: one step more.": tail(steps)
                + tail(steps - again),
                "That is the way of plain gradient descent, without a memory.": 2 * eta * g,
                "The row has not come to rest yet: 1/(1 − β) is the way without end.": 2 * eta * g / (1 - beta),
                "Against the gradient counts as positive here.": w,
            },
        )


@exercise("6.1.d", hint="np.outer(delta, W[i]), and then delta @ W on top of row i.")
def table_used_twice(rng):
    """The scores of all words against one, pushed through softmax to the probability of some word."""
    for n_tokens, n_dim in ((5, 3), (4, 4), (3, 3)):
        W, i, label = rng.normal(size=(n_tokens, n_dim)), int(rng.integers(n_tokens)), int(rng.integers(n_tokens))
        delta = softmax(W[i] @ W.T)
        delta[label] -= 1

        def loss(W, i=i, label=label):
            return -float(np.log(softmax(W[i] @ W.T)[label]))

        one, other = np.outer(delta, W[i]), np.zeros_like(W)
        other[i] = delta @ W
        overwritten = one.copy()
        overwritten[i] = delta @ W
        yield Case(
            W,
            i,
            delta,
            want=numerical_gradient(loss, W),
            traps={
                "The table of inputs is missing: row i also gets delta @ W.": one,
                "The table of outputs is missing: row j gets delta[j] times W[i].": other,
                "Row i keeps only one of its two uses; they add.": overwritten,
            },
        )
