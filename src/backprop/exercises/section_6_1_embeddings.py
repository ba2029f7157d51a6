"""Checkers of the exercises on section 6.1, embeddings: lookups that repeat, and rows that nobody looks up."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


def scattered(ids, dy, n_tokens):
    """The right gradient of the table."""
    dW = np.zeros((n_tokens, dy.shape[2]))
    np.add.at(dW, ids[ids >= 0], dy[ids >= 0])
    return dW


def lookup(W, ids):
    """Rows of W by id, zeros for -1."""
    return W[ids] * (ids != -1)[..., None]


def once_a_text(ids, dy, n_tokens):
    """The gradient when each text counts the first place of a token alone."""
    dW = np.zeros((n_tokens, dy.shape[2]))
    for row, prices in zip(ids, dy, strict=True):
        for token in set(row.tolist()) - {-1}:
            dW[token] += prices[row == token][0]
    return dW


@exercise(
    "6.1.a",
    hint="A row of the table is used wherever its id stands, and the uses add up. A place without a token uses none.",
)
def backward_by_a_loop(rng):
    """Sentences in which tokens repeat, with and without places that hold none; some row is never looked up."""
    for n_tokens, shape, empty in ((5, (2, 6), 0), (6, (3, 5), 4), (4, (4, 4), 5)):
        ids = rng.integers(0, n_tokens - 1, shape)
        ids.flat[:2] = 1  # a token that repeats, whatever chance says
        ids.flat[shape[1]] = 0  # token 0 is a token like any other
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
            "A token counts at all its places, also where a text holds it twice.": once_a_text(ids, dy, n_tokens),
            "Only the first text is counted; all of them look rows up.": scattered(ids[:1], dy[:1], n_tokens),
            "Only the first place of each text is counted; every place looks a row up.": scattered(
                ids[:, :1], dy[:, :1], n_tokens
            ),
            "Divided by the number of texts: the mean of the loss stands in dy already.": want / len(ids),
            "Token 0 is a token; only the id −1 holds none.": np.where(np.arange(n_tokens)[:, None] == 0, 0, want),
            "The row that nobody looks up is missing: it gets zeros.": want[:-1],
            "That counts how often each token occurs; add up its dy.": np.tile(count, dy.shape[2]).astype(float),
        }
        if empty:
            traps["The id -1 is no token, but in Python it is the last row: leave those places out."] = with_empty
        yield Case(ids, dy, n_tokens, want=want, traps=traps)


@exercise("6.1.b", hint="A mean shares its gradient out in equal parts. Among how many places, in each text?")
def gradient_of_a_mean(rng):
    """Texts of different lengths, one of them full."""
    for n, t in ((3, 4), (2, 6)):
        ids = rng.integers(0, 9, (n, t))
        for row in range(1, n):
            ids[row, rng.integers(1, t) :] = -1
        ids[:, 0] = range(n)  # token 0 is a token like any other
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
                "Each text has tokens of its own; here the number of texts divides.": dy[:, None] * real / n,
                "All texts share one count here; each has its own.": dy[:, None] * real / real.sum(),
                "Each place needs its share; that is one row for each text.": dy / real.sum(axis=1),
                "Filled-up places count here, and get a gradient; only real tokens do.": np.repeat(
                    dy[:, None] / t, t, axis=1
                ),
                "That is the gradient of a sum, and filled-up places have a share in it.": np.repeat(
                    dy[:, None], t, axis=1
                ),
                "Token 0 is a token; only the id −1 holds none.": dy[:, None]
                * (ids > 0)[..., None]
                / np.maximum((ids > 0).sum(axis=1), 1)[:, None, None],
                "Divided by the number of texts as well: the mean of the loss stands in dy already.": (
                    dy[:, None] * real / real.sum(axis=1)[:, None] / n
                ),
                "Only the first real token gets a gradient; all have made the mean.": np.where(
                    np.arange(t)[:, None] == 0, dy[:, None], 0
                ),
            },
        )


@exercise(
    "6.1.c", hint="Momentum is linear in the gradients: each lookup leaves a tail of its own, and the tails add up."
)
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

        late = steps - again

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
                "The second lookup moves the row at step `again` itself: one step more.": tail(steps) + tail(late),
                "The factor η is missing.": (tail(steps) + tail(late + 1)) / eta,
                "The factor g is missing.": (tail(steps) + tail(late + 1)) / g,
                "Both tails are one step too short: a row moves at the step of its lookup, too.": tail(steps - 1)
                + tail(late),
                "Only the second lookup is counted.": tail(late + 1),
                "The second tail is one step too long.": tail(steps) + tail(late + 2),
                "The first tail is one step too long.": tail(steps + 1) + tail(late + 1),
                "That adds up powers of β without the factor η g.": (tail(steps) + tail(late + 1)) / (eta * g),
                "A tail is the sum 1 + β + … , which is (1 − βᵗ)/(1 − β).": eta
                * g
                * (beta**steps + beta ** (late + 1))
                / (1 - beta),
                "The second lookup has had steps − again + 1 steps, not again.": tail(steps) + tail(again),
                "Momentum here is v ← βv + g: the gradient enters whole, not by 1 − β.": -w * (1 - beta),
                "That is how far the last step alone moves the row; all steps add up.": eta * abs(v),
                "A tail is a sum of powers of β, not one power.": eta * g * (beta**steps + beta ** (late + 1)),
                "That is the way of plain gradient descent, without a memory.": 2 * eta * g,
                "The row has not come to rest yet: 1/(1 − β) is the way without end.": 2 * eta * g / (1 - beta),
                "The sign is turned: the way against the gradient counts as positive.": w,
            },
        )


MISTAKEN = {  # what typical mistakes make of each of the four answers
    "row": {
        "The two rows move alike, but they began at different places.": [1.1, 0.5],
        "This row has moved, too: it is looked up in every name.": [0.3, 0.1],
        "That is how far the row has moved; it began at (0.3, 0.1).": [1.0, 0.7],
        "Add how far the other row has moved, not where it is now.": [1.4, 0.6],
        "This row began above the other one in both numbers, and stays there.": [0.9, 0.2],
        "Each of the two stands once in a name, so one moves as far as the other.": [2.3, 1.5],
    },
    "share": {
        "Both rows shrink, and so does their difference.": 1.0,
        "That is what one step leaves; there are 1,000.": 0.999,
        "Each step takes a thousandth of what is left, not of the difference at the start.": 0.0,
        "That is what has gone of the difference; what is left is wanted.": 1 - 0.999**1000,
        "Both rows shrink by the same factor, and their difference by that factor once.": 0.999**2000,
    },
    "sgd": {
        "Two places in a name send two gradients, and they add.": 1.0,
        "The question is how far the token goes that stands twice.": 0.5,
        "Twice the gradient moves the row twice as far; nothing is squared.": 4.0,
    },
    "adam": {
        "Adam divides by the root of a mean of squares; how large is it when all gradients are doubled?": 2.0,
        "The 2 of the gradient is cancelled, and that is all; nothing is halved.": 0.5,
        "Adam takes the root of the mean of the squares, so it divides by 2, not by the root of 2.": 2**0.5,
    },
}


@exercise("6.1.d", hint="Compare the gradients of the two rows at one step. What does the rule make of them?")
def two_rows_with_one_gradient(rng):
    """Two rows that are looked up together, what decay leaves of their difference, and a token that stands twice."""
    want = ([1.3, 0.8], 0.999**1000, 2.0, 1.0)
    traps = {
        sentence: (*want[:k], value, *want[k + 1 :])
        for k, mistakes in enumerate(MISTAKEN.values())
        for sentence, value in mistakes.items()
    }
    yield Case(want=want, tol=2e-3, names=tuple(MISTAKEN), traps=traps)  # two or three decimals will do


@exercise(
    "6.1.e",
    hint="The gradient at each score is p − y. Each of the two rows in a score gets it times the other row.",
)
def rows_from_neighbours(rng):
    """One word, one true neighbour, and words drawn by chance, one of them twice; sometimes the word itself."""
    for n_tokens, n_dim in ((6, 3), (5, 5), (7, 2)):
        W, U, i = rng.normal(size=(n_tokens, n_dim)), rng.normal(size=(n_tokens, n_dim)), int(rng.integers(n_tokens))
        near_one, drawn_twice = (int(n) for n in rng.permutation(n_tokens)[:2])
        others = np.array([near_one, drawn_twice, int(rng.integers(n_tokens)), drawn_twice])
        near = np.array([1, 0, 0, 0])

        def loss(W, U, i=i, others=others, near=near):
            p = 1 / (1 + np.exp(-U[others] @ W[i]))
            return -float(np.log(np.where(near == 1, p, 1 - p)).sum())

        p = 1 / (1 + np.exp(-U[others] @ W[i]))

        def both(delta, W=W, U=U, i=i, others=others):
            dW, dU = np.zeros_like(W), np.zeros_like(U)
            dW[i] = delta @ U[others]
            np.add.at(dU, others, np.outer(delta, W[i]))
            return dW, dU

        dW, dU = both(p - near)
        last, seen = dU.copy(), {}
        for delta, other in zip(p - near, others.tolist(), strict=True):
            seen[other] = delta * W[i]
        for other, row in seen.items():
            last[other] = row
        yield Case(
            W,
            U,
            i,
            others,
            near,
            want=(
                numerical_gradient(lambda W, U=U, loss=loss: loss(W, U), W),
                numerical_gradient(lambda U, W=W, loss=loss: loss(W, U), U),
            ),
            traps={
                "A word that was drawn twice keeps only its last gradient; they add: np.add.at.": (dW, last),
                "The sign is turned: the gradient at a score is p − y.": (-dW, -dU),
                "The labels are missing: the gradient at a score is p − y, not p.": both(p),
                "Only the true neighbour is counted; the drawn words get a gradient, too.": both((p - near) * near),
                "Only the drawn words are counted; the true neighbour gets a gradient, too.": both(p * (1 - near)),
                "The loss is a sum over the others, not a mean.": (dW / len(others), dU / len(others)),
                "Cross-entropy after a sigmoid has the slope p − y; the slope of the sigmoid is in it already.": both(
                    (p - near) * p * (1 - p)
                ),
                "The two are exchanged: dW comes first.": (dU, dW),
                "dU is missing: each of the others has a row in U.": (dW, np.zeros_like(dU)),
                "dW is missing: word i is in every score.": (np.zeros_like(dW), dU),
                "Only row i of W was looked up: the other rows get zeros.": (np.tile(dW[i], (n_tokens, 1)), dU),
            },
        )
