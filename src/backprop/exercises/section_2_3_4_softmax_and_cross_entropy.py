"""Checkers of exercises 2.3.4.a to 2.3.4.e, softmax and cross-entropy."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient


def scores(rng: np.random.Generator) -> np.ndarray:
    """A batch of scores with more than one row, and as many classes as no batch has rows."""
    n, k = rng.choice(np.arange(3, 9), 2, replace=False)
    return rng.normal(size=(n, k))


@exercise("2.3.4.a", hint="np.diag(p) puts p on a diagonal, np.outer(p, p) is the table of all products.")
def softmax_jacobian(rng):
    """Column j is what a nudge of score j does to all probabilities."""
    for k in (3, 5):
        z, h = rng.normal(size=k), 1e-5
        p = softmax(z)
        yield Case(
            z,
            want=np.stack([(softmax(z + step) - softmax(z - step)) / (2 * h) for step in h * np.eye(k)], axis=1),
            traps={
                "That is the diagonal as a row; the whole table is wanted.": p * (1 - p),
                "Beside the diagonal the table is not 0: one score moves all probabilities.": np.diag(p * (1 - p)),
                "The products are missing on the diagonal: p (1 − p), not p.": np.diag(p)
                - np.outer(p, p) * (1 - np.eye(k)),
                "Beside the diagonal the sign is flipped: what one class gains the others lose.": np.diag(p - 2 * p**2)
                + np.outer(p, p),
            },
        )


@exercise("2.3.4.b", hint="Softmax row by row, minus a 1 at each row's label, and 1/N once.")
def score_gradient(rng):
    """What a nudge of every score costs in mean cross-entropy."""
    for _ in range(2):
        z = scores(rng)
        n, k = z.shape
        labels = rng.integers(k, size=n)
        p, y = softmax(z), np.eye(k)[labels]
        yield Case(
            z,
            labels,
            want=numerical_gradient(lambda z, labels=labels: mean_surprise(z, labels), z),
            tol=1e-6,
            traps={
                "That is p − y: the mean over the batch is missing.": p - y,
                "Divided by N · K: the loss is a mean over examples, not over scores.": (p - y) / (n * k),
                "Divided by the number of classes; the mean is over the examples.": (p - y) / k,
                "The sign is flipped: what the network said comes first.": (y - p) / n,
                "That is p / N; the targets are not taken away.": p / n,
            },
        )


def mean_surprise(z: np.ndarray, labels: np.ndarray) -> float:
    """The mean over the batch of −ln p[label]; good for moderate scores."""
    return -float(np.log(softmax(z)[np.arange(len(z)), labels]).mean())


@exercise("2.3.4.c", hint="Go back to the collected terms: p_j is multiplied by Σ_k y_k.")
def any_targets(rng):
    """Rows of targets that add up to anything."""
    for _ in range(2):
        z = scores(rng)
        y = rng.uniform(0.1, 2.0, size=z.shape)
        p, total = softmax(z), y.sum(axis=1, keepdims=True)
        yield Case(
            z,
            y,
            want=numerical_gradient(lambda z, y=y: -float((y * np.log(softmax(z))).sum()) / len(z), z),
            tol=1e-6,
            traps={
                "p − y is right only for targets that add up to 1.": (p - y) / len(z),
                "The targets are used as they come: scaling them to add up to 1 changes the loss.": (p - y / total)
                / len(z),
                "The mean over the batch is missing.": p * total - y,
                "Each row has its own sum, not the whole batch.": (p * y.sum() - y) / len(z),
            },
        )


@exercise("2.3.4.d", hint="−ln p = m + ln Σ e^(z − m) − z[label], with m the largest score of the row.")
def stable_loss(rng):
    """Near scores; scores that overflow; a right answer so sure that only ln p can tell."""
    z = scores(rng) * 3
    labels = rng.integers(z.shape[1], size=len(z))
    surprise = mean_surprise(z, labels)
    yield Case(
        z,
        labels,
        want=surprise,
        tol=1e-9,
        traps={
            "The mean over the batch is missing.": surprise * len(z),
            "The sign is flipped: a surprise is positive.": -surprise,
            "That is the mean over all N · K scores.": surprise / z.shape[1],
        },
    )
    # one row: the label's score is behind by a known gap, far away from 0
    for offset in (1e4, -1e4):
        gap = float(rng.uniform(900, 2000))
        yield Case(np.array([[offset, offset - gap]]), np.array([1]), want=gap, tol=1e-9)


@exercise("2.3.4.e", hint="dp = (p − y)/N, and then the whole table: p ⊙ (dp − Σ dp ⊙ p), the sum along each row.")
def squared_on_softmax(rng):
    """The squared error of probabilities, nudged at the scores."""
    for _ in range(2):
        z = scores(rng)
        n, k = z.shape
        y = np.eye(k)[rng.integers(k, size=n)]
        p = softmax(z)
        dp = (p - y) / n
        yield Case(
            z,
            y,
            want=numerical_gradient(lambda z, y=y: float(((softmax(z) - y) ** 2).sum()) / (2 * len(z)), z),
            tol=1e-6,
            traps={
                "Still only the diagonal of the table.": dp * p * (1 - p),
                "That is the price at the probabilities; softmax lies between them and the scores.": dp,
                "The sum runs along each row, not over the batch.": p * (dp - (dp * p).sum()),
                "The mean over the batch is missing.": n * p * (dp - (dp * p).sum(axis=1, keepdims=True)),
            },
        )
