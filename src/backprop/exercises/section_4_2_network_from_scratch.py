"""Checkers of the exercises in section 4.2, a network from scratch."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("4.2.a", hint="How many batches of 32 does it take to deal out 70 examples?")
def updates(rng):
    """Batches counted one by one: with a rest, without one, and with a batch larger than the data."""
    batch_size, full = (int(number) for number in rng.integers(5, 40, size=2))
    rest, epochs = int(rng.integers(1, batch_size // 2 + 1)), int(rng.integers(2, 9))
    for n in (full * batch_size + rest, full * batch_size, rest):
        per_epoch = len(range(0, n, batch_size))
        yield Case(
            n,
            batch_size,
            epochs,
            want=epochs * per_epoch,
            traps={
                "The smaller batch at the end of each epoch is missing.": epochs * (n // batch_size),
                "Every epoch deals out all examples again; its last batch is not filled up from the next epoch.": (
                    math.ceil(epochs * n / batch_size)
                ),
                "That is one epoch.": per_epoch,
                "That counts examples; an update is made once per batch.": n * epochs,
            },
        )


@exercise("4.2.b", hint="First the velocity, then the weights with the new velocity. beta * v makes a new array.")
def momentum_step(rng):
    """v ← βv + g, w ← w − ηv, entry by entry, for weights, for biases and for β = 0."""
    for shape, beta in (((3, 4), 0.9), ((5,), 0.5), ((2,), 0.0)):
        w, g, v = rng.normal(size=(3, *shape))
        lr = float(rng.uniform(0.01, 0.5))
        new_v = np.array([beta * old + slope for old, slope in zip(v.flat, g.flat, strict=True)]).reshape(shape)
        yield Case(
            w,
            g,
            v,
            lr,
            beta,
            want=(w - lr * new_v, new_v),
            names=("w", "v"),
            traps={
                "The step uses the old velocity; update v first.": (w - lr * v, new_v),
                "The step leaves the velocity out: that is plain gradient descent.": (w - lr * g, new_v),
                "The step goes along the gradient, uphill.": (w + lr * new_v, new_v),
                "In this convention g enters v with the factor 1, not 1 − β.": (
                    w - lr * (beta * v + (1 - beta) * g),
                    beta * v + (1 - beta) * g,
                ),
            },
        )


@exercise("4.2.c", hint="A loop over pairs is fine; counts[y, predicted] += 1 counts a repeated pair once.")
def confusions(rng):
    """Pairs counted one by one; a pair is repeated, and the last class never occurs."""
    n_classes = int(rng.integers(4, 9))
    y = np.concatenate([[0, 0, 0, 2], rng.integers(0, n_classes - 1, size=60)])
    predicted = np.concatenate([[1, 1, 1, 0], rng.integers(0, n_classes - 1, size=60)])
    pairs = list(zip(y.tolist(), predicted.tolist(), strict=True))
    want = np.array([[pairs.count((i, j)) for j in range(n_classes)] for i in range(n_classes)])
    mistakes = want * (1 - np.eye(n_classes, dtype=int))
    yield Case(
        y,
        predicted,
        n_classes,
        want=want,
        traps={
            "Rows and columns are swapped: the row is what is true.": want.T,
            "A pair that occurs several times is counted once.": np.minimum(want, 1),
            "Only the mistakes are counted; the right answers belong on the diagonal.": mistakes,
        },
    )


@exercise("4.2.d", hint="Subtract the row's largest logit from the row before np.exp, and sort downwards.")
def most_expensive(rng):
    """Rows by cross-entropy: ordinary logits, then logits on which np.exp overflows."""
    for scale in (1.0, 2000.0):
        rows, classes = int(rng.integers(12, 20)), int(rng.integers(3, 8))
        logits = scale * rng.normal(size=(rows, classes))
        labels = rng.integers(0, classes, size=rows)
        labels[:6] = logits[:6].argmin(axis=1)  # six costs well above 0, where ties would be
        costs = [np.logaddexp.reduce(row) - row[label] for row, label in zip(logits, labels, strict=True)]
        order, by_score = np.argsort(costs), np.argsort(logits.max(axis=1))
        n = int(rng.integers(3, 6))
        yield Case(
            logits,
            labels,
            n,
            want=order[::-1][:n],
            traps={
                "Those are the cheapest rows: sort the other way round.": order[:n],
                "The right rows, but the most expensive belongs first.": order[-n:],
                "Those rows have the smallest highest score; the cost also depends on the label.": by_score[:n],
            },
        )


@exercise("4.2.e", hint="Solve √(p(1 − p)/n) ≤ s for n, and round up.")
def digits_needed(rng):
    """The smallest n whose spread is small enough, and n − 1 is too small."""
    for _ in range(3):
        p, spread = float(rng.uniform(0.6, 0.99)), float(rng.uniform(0.004, 0.02))
        exact = p * (1 - p) / spread**2
        while abs(exact - round(exact)) < 1e-3:  # rounding must not decide
            spread *= 1.001
            exact = p * (1 - p) / spread**2
        yield Case(
            p,
            spread,
            want=math.ceil(exact),
            traps={
                "Rounded down, the spread is a little too large.": math.floor(exact),
                "The spread is the root of p(1 − p)/n, so square it before dividing.": math.ceil(p * (1 - p) / spread),
                "The factor 1 − p is missing.": math.ceil(p / spread**2),
            },
        )
