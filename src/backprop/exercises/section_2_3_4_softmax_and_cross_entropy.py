"""Checkers of exercises 2.3.4.a to 2.3.4.e, softmax and cross-entropy."""

import numpy as np

from backprop.exercises.answers import numbers, show
from backprop.exercises.checking import Case, exercise
from backprop.exercises.diagnose import difference, same
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient


def scores(rng: np.random.Generator) -> np.ndarray:
    """A batch of scores with more than one row, and as many classes as no batch has rows."""
    n, k = rng.choice(np.arange(3, 9), 2, replace=False)
    return rng.normal(size=(n, k))


@exercise("2.3.4.a", hint="All three are short formulas in the probabilities; no score and no exponential is needed.")
def three_classes(rng):
    """Two entries of the softmax table and one of p − y, in numbers."""
    yield Case(
        want=(0.25, -0.15, -0.5),
        tol=1e-3,
        names=("dp1_dz1", "dp1_dz2", "dL_dz1"),
        traps={
            "dp1_dz2: what one class gains the others lose: a minus.": (0.25, 0.15, -0.5),
            "dp1_dz2: the score of another class moves p₁, too; only the diagonal is not enough.": (0.25, 0.0, -0.5),
            "dp1_dz2: the product p₁ p₂ is wanted, not p₁ (1 − p₂).": (0.25, 0.35, -0.5),
            "dp1_dz2: the score is that of class 2; that is −p₁ p₃, of class 3.": (0.25, -0.1, -0.5),
            "dp1_dz2: the score is that of class 2; that is −p₂ p₃.": (0.25, -0.06, -0.5),
            "dp1_dz2: that is −p₂; p₁ is a factor, too.": (0.25, -0.3, -0.5),
            "dp1_dz1: that is p₁² with a minus; on the diagonal p₁ is added.": (-0.25, -0.15, -0.5),
            "dp1_dz1: that is p₁; its own square has to be taken away.": (0.5, -0.15, -0.5),
            "dL_dz1: prediction minus target; you have target minus prediction.": (0.25, -0.15, 0.5),
            "dL_dz1: the loss is still to come: that is the slope of p₁.": (0.25, -0.15, 0.25),
            "dL_dz1: that is −1/p₁, the slope at p₁; softmax lies between it and the score.": (0.25, -0.15, -2.0),
            "dL_dz1: that is the loss itself.": (0.25, -0.15, 0.6931),
            "dL_dz1: the first class is right, its target is 1.": (0.25, -0.15, 0.3),
        },
    )


@exercise("2.3.4.b", hint="Call u = z / T. For u the result is known; then one more link to z, and another to T.")
def temperature_gradients(rng):
    """What a nudge of every score and one of the temperature costs, below 1 and above."""
    for temperature in (float(rng.uniform(1.5, 3)), float(rng.uniform(0.4, 0.8))):
        z = scores(rng)
        n, k = z.shape
        labels = rng.integers(k, size=n)
        du = (softmax(z / temperature) - np.eye(k)[labels]) / n
        dz = numerical_gradient(
            lambda z, labels=labels, temperature=temperature: mean_surprise(z / temperature, labels), z
        )
        d_temperature = float(
            numerical_gradient(
                lambda temperature, z=z, labels=labels: mean_surprise(z / temperature, labels), np.array(temperature)
            )
        )
        cold = (softmax(z) - np.eye(k)[labels]) / n
        yield Case(
            z,
            labels,
            temperature,
            want=(dz, d_temperature),
            names=("dz", "dT"),
            traps={
                "The mean over the batch is missing.": (n * dz, n * d_temperature),
                "dz: the mean over the batch is missing.": (n * dz, d_temperature),
                "dT: the mean over the batch is missing.": (dz, n * d_temperature),
                "dz: the link from z to z / T is missing, the factor 1/T.": (du, d_temperature),
                "dz: z / T grows by 1/T, not by T.": (du * temperature, d_temperature),
                "dT: the slope of 1/T is −1/T²: its minus is missing.": (dz, -d_temperature),
                "dT: the slope of 1/T is −1/T², not −1/T.": (dz, d_temperature * temperature),
                "dT: each du is multiplied by its own −z/T².": (dz, -float(du.sum()) / temperature**2),
                "dT: uses add up; that is their mean.": (dz, d_temperature / z.size),
                "dT: uses add up; that is their mean over the batch, and 1/N is in du already.": (
                    dz,
                    d_temperature / n,
                ),
                "dz: the target is 1, whatever T is; p − y as a whole is divided by T.": (
                    (softmax(z / temperature) - (softmax(z / temperature) - n * du) / temperature) / n / temperature,
                    d_temperature,
                ),
                "dT: one number is wanted: T is used by every score, and uses add.": (dz, -du * z / temperature**2),
                "The softmax is taken of z; it has to be that of z / T.": (
                    cold / temperature,
                    -float((cold * z).sum()) / temperature**2,
                ),
                "dz: the softmax is taken of z; it has to be that of z / T.": (cold / temperature, d_temperature),
                "The sign is flipped: what the network said comes first.": (-dz, -d_temperature),
                "The targets are not taken away.": (
                    softmax(z / temperature) / n / temperature,
                    -float((softmax(z / temperature) * z).sum()) / n / temperature**2,
                ),
                "dz: the targets are not taken away.": (softmax(z / temperature) / n / temperature, d_temperature),
            },
        )


def mean_surprise(z: np.ndarray, labels: np.ndarray) -> float:
    """The mean over the batch of −ln p[label]; good for moderate scores."""
    return -float(np.log(softmax(z)[np.arange(len(z)), labels]).mean())


@exercise("2.3.4.c", hint="Follow the long way up to the place where it uses that a row of targets adds up to 1.")
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
                "The sign is flipped: what the network said comes first.": (y - p * total) / len(z),
                "Each p is multiplied by the sum of its row's targets, not by its own target.": (p * y - y) / len(z),
                "The sums are along the rows of y, not down its columns.": (p * y.sum(axis=0) - y) / len(z),
                "Divided by the number of classes; the mean is over the examples.": (p * total - y) / z.shape[1],
                "y is not multiplied by the sum, only p is.": (p - y) * total / len(z),
                "The targets are not taken away.": p * total / len(z),
            },
        )


@exercise(
    "2.3.4.d", hint="Write the loss with a logarithm of a sum of exponentials, and take something out of that sum."
)
def stable_loss(rng):
    """Near scores; scores that overflow; a right answer so sure that only ln p can tell."""
    z = scores(rng) * 3
    labels = rng.integers(z.shape[1], size=len(z))
    surprise = mean_surprise(z, labels)
    yield Case(
        z,
        labels,
        want=surprise,
        traps={
            "The shift by the largest score has to be undone: + m.": float(
                (np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)) - z[np.arange(len(z)), labels]).mean()
            ),
            "The score of the label is to be taken away.": float(np.log(np.exp(z).sum(axis=1)).mean()),
            "One loss per example; their mean is wanted.": -np.log(softmax(z)[np.arange(len(z)), labels]),
            "That is the mean over all classes; only the right one counts.": -float(np.log(softmax(z)).mean()),
            "The mean over the batch is missing.": surprise * len(z),
            "The sign is flipped: a surprise is positive.": -surprise,
            "That is how far the label's score lies below the highest; the other scores count as well.": float(
                (z.max(axis=1) - z[np.arange(len(z)), labels]).mean()
            ),
            "The logarithm is the natural one, not that of 2.": float(
                (
                    z.max(axis=1)
                    + np.log2(np.exp(z - z.max(axis=1)[:, None]).sum(axis=1))
                    - z[np.arange(len(z)), labels]
                ).mean()
            ),
            "That is the mean over all N · K scores.": surprise / z.shape[1],
        },
    )
    # the label's score is behind by a known gap, far away from 0; a second row lies as far from the first
    for offsets in ((1e4,), (-1e4,), (1e4, 0.0), (0.0, -1e4)):
        gaps = rng.uniform(900, 2000, len(offsets))
        z = np.array([[offset, offset - gap] for offset, gap in zip(offsets, gaps, strict=True)])
        want = float(gaps.mean())
        yield Case(
            z,
            np.ones(len(z), dtype=int),
            judge=lambda got, want=want: far_complaint(got, want),
        )


def far_complaint(got: object, want: float) -> str | list[str] | None:
    """What is wrong with the loss of scores that lie far from 0 and from each other; None if nothing is."""
    if same(got, want, 1e-5):
        return None
    value = numbers(got)
    if value is None or value.ndim:
        return difference(got, want, 1e-5)
    if np.isnan(value):
        return "The loss is nan for scores of ±10,000: an exponential overflows, and ∞ − ∞ or ∞/∞ is left."
    if np.isinf(value):
        return "The loss is infinite for scores of ±10,000: an exponential overflows, or every one of a row becomes 0."
    return f"For scores of ±10,000 the loss is {show(want)}, not {show(got)}: a p was rounded or cut off on the way."


@exercise(
    "2.3.4.e",
    hint="Softmax lies between the gradients at the probabilities and the scores. Its table has more than a diagonal.",
)
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
                "That is the gradient at the probabilities; at the scores it would be the cross-entropy's.": dp,
                "The sum runs along each row, not over the batch.": p * (dp - (dp * p).sum()),
                "The mean over the batch is missing.": n * p * (dp - (dp * p).sum(axis=1, keepdims=True)),
                "Beside the diagonal the table is −p p, with a minus.": p * (dp + (dp * p).sum(axis=1, keepdims=True)),
                "The entries beside the diagonal are missing, and so is −p² on it.": p * dp,
                "The sign is flipped: what the network said comes first.": -p
                * (dp - (dp * p).sum(axis=1, keepdims=True)),
                "The sum is of dp times p, not of dp alone.": p * (dp - dp.sum(axis=1, keepdims=True)),
                "The table is made of p; here the targets y stand in it.": y
                * (dp - (dp * y).sum(axis=1, keepdims=True)),
                "The factor p belongs in front of the whole difference, not of the sum alone.": dp
                - p * (dp * p).sum(axis=1, keepdims=True),
                "The factor p belongs in front of the whole difference, not of dp alone.": p * dp
                - (dp * p).sum(axis=1, keepdims=True),
                "The factor p in front is missing.": dp - (dp * p).sum(axis=1, keepdims=True),
            },
        )
