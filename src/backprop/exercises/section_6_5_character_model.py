"""Checkers of the exercises on section 6.5, a character model: surprise, smoothed counts, a table, temperature."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient


@exercise("6.5.a", hint="np.exp of the mean of −ln p.")
def hesitating_between_letters(rng):
    """Texts of different lengths, as the inverse of a geometric mean."""
    for length in (1, 5, int(rng.integers(20, 60))):
        p = rng.uniform(0.02, 0.9, size=length)
        bits = -np.log2(p).mean()
        traps = {
            "That is the loss; perplexity is e to its power.": -np.log(p).mean(),
            "The sign of the loss is missing: −ln p.": np.prod(p) ** (1 / length),
        }
        if length > 1:
            traps |= {
                "The mean of the surprises is asked for, not their sum.": 1 / np.prod(p),
                "The logarithm comes before the mean.": 1 / p.mean(),
                "That is the mean of 1/p; the mean is taken of the logarithms.": (1 / p).mean(),
                "Logarithm and power belong to different bases.": float(np.exp(bits)),
            }
        yield Case(p, want=float(np.prod(1 / p) ** (1 / length)), traps=traps)


@exercise("6.5.b", hint="p = (n + extra) / row sums; then the mean of −ln p, weighed by n_test.")
def smoothed_counts(rng):
    """Counts with zeros, a text that holds pairs training never had; pair by pair."""
    for k in (2, 4, 5):
        n, extra = rng.integers(0, 6, size=(k, k)).astype(float), float(rng.uniform(0.2, 2.0))
        n_test = rng.integers(0, 4, size=(k, k)).astype(float)
        n[0, 0], n_test[0, 0], n_test[1, 0] = 0, 2, 1

        def loss(p, weights, n_test=n_test):
            return float(-(weights * np.log(p)).sum() / n_test.sum())

        raised = n + extra
        want = sum(
            -n_test[i, j] * (np.log(raised[i, j]) - np.log(raised[i].sum())) for i in range(k) for j in range(k)
        ) / float(n_test.sum())
        by_row, filled = raised / raised.sum(axis=1, keepdims=True), np.where(n == 0, extra, n)
        text = n_test + extra
        of_text = text / text.sum(axis=1, keepdims=True)
        yield Case(
            n,
            n_test,
            extra,
            want=float(want),
            traps={
                "Divide by the sum of the row: what follows one letter adds up to 1.": loss(
                    raised / raised.sum(axis=0), n_test
                ),
                "That divides by the sum of all pairs; each row is a distribution.": loss(
                    raised / raised.sum(), n_test
                ),
                "The sum of a row must hold the extra counts too.": loss(
                    raised / np.maximum(n.sum(axis=1, keepdims=True), 1), n_test
                ),
                "The sum of a row grows by one extra for each of its K letters.": loss(
                    raised / (n.sum(axis=1, keepdims=True) + extra), n_test
                ),
                "The sums of the rows divide the columns here: keepdims=True keeps each with its row.": loss(
                    raised / raised.sum(axis=1), n_test
                ),
                "Every count is raised, not only those that are 0.": loss(
                    filled / filled.sum(axis=1, keepdims=True), n_test
                ),
                "That is the sum over the text; divide by its pairs.": float(want * n_test.sum()),
                "Divide by the pairs of the text, not by the size of the table.": float(want * n_test.sum() / k**2),
                "The text decides how often a pair counts, not the training names.": float(
                    -(n * np.log(by_row)).sum() / n.sum()
                ),
                "Only the training counts are raised; the text is taken as it is.": float(
                    -(text * np.log(by_row)).sum() / text.sum()
                ),
                "A pair that the text has twice counts twice.": float(-np.log(by_row[n_test > 0]).mean()),
                "Training and text are exchanged: p comes from n.": float(-(n * np.log(of_text)).sum() / n.sum()),
                "That is in bits; the loss takes the natural logarithm.": float(want / np.log(2)),
            },
        )


@exercise("6.5.c", hint="softmax(W[before]), 1 less at the answer, over M, np.add.at the row looked up.")
def gradient_of_a_table(rng):
    """Texts in which rows repeat side by side, nudged."""
    for k, length in ((3, 8), (5, 12), (2, 4)):
        W, ids = rng.normal(size=(k, k)), rng.integers(k, size=length)
        ids[1], ids[2] = ids[0], ids[0]
        before, after = ids[:-1], ids[1:]

        def loss(W, before=before, after=after):
            return float(-np.log(softmax(W)[before, after]).mean())

        delta = softmax(W[before])
        delta[np.arange(length - 1), after] -= 1
        last, turned = np.zeros_like(W), np.zeros_like(W)
        last[before] += delta / (length - 1)
        np.add.at(turned, after, delta / (length - 1))
        want = numerical_gradient(loss, W)
        yield Case(
            W,
            ids,
            want=want,
            traps={
                "A row that is looked up twice keeps only the last gradient: np.add.at.": last,
                "The mean is asked for: divide by the number of questions.": want * (length - 1),
                "M is the number of questions, one less than the ids.": want * (length - 1) / length,
                "The sign is turned: the gradient is p − y.": -want,
                "The gradient belongs to the row before, which was looked up.": turned,
            },
        )


@exercise("6.5.d", hint="q = p ** (1 / tau), then q / q.sum().")
def probabilities_at_a_temperature(rng):
    """Temperatures below and above 1, by the logits that p came from."""
    for k, tau in ((3, float(rng.uniform(0.3, 0.7))), (5, float(rng.uniform(1.5, 3.0))), (4, 1.0)):
        z = 2 * rng.normal(size=k)
        p = softmax(z)
        traps = {}
        if tau != 1:
            other = p**tau
            traps = {
                "It must sum to 1 again.": p ** (1 / tau),
                "Upside down: a high temperature makes the shares more alike.": other / other.sum(),
                "That is a softmax of probabilities; take their logarithm first.": softmax(p / tau),
                "Dividing p itself changes nothing once it sums to 1.": p,
                "Divide the logits by tau, not the probabilities.": p / tau,
                "These are logits; a softmax makes probabilities of them.": np.log(p) / tau,
                "Logits become shares by a softmax, not by a division by their sum.": np.log(p) / np.log(p).sum(),
                "One softmax too many: p ** (1 / tau) only has to be divided by its sum.": softmax(p ** (1 / tau)),
                "Divide before the softmax: afterwards the shares no longer sum to 1.": softmax(p) / tau,
            }
        yield Case(p, tau, want=softmax(z / tau), traps=traps)
