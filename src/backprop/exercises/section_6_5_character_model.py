"""Checkers of the exercises on section 6.5, a character model: surprise, counted pairs, a table, temperature."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient


@exercise("6.5.a", hint="The loss of a text is the mean of −ln p; perplexity turns it into a number of letters.")
def hesitating_between_letters(rng):
    """Texts of different lengths, as the inverse of a geometric mean."""
    for length in (5, int(rng.integers(20, 60)), 1):
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
                "Logarithm and power belong to different bases: e with ln, 2 with log2.": float(np.exp(bits)),
                "Logarithm and power belong to different bases: 2 with log2, e with ln.": float(2 ** -np.log(p).mean()),
                "Logarithm and power belong to different bases: 10 with log10, e with ln.": float(
                    np.exp(-np.log10(p).mean())
                ),
                "That is the loss in bits; perplexity is 2 to its power.": bits,
                "The logarithm is missing: e to the mean of −ln p.": float(np.exp(-p.mean())),
                "The mean of the surprises is asked for, not their median.": float(np.exp(-np.median(np.log(p)))),
                "The mean is missing: that is one number for each letter.": 1 / p,
            }
        yield Case(p, want=float(np.prod(1 / p) ** (1 / length)), traps=traps)


@exercise("6.5.b", hint="A name of two letters is three questions, the last one about its end. Their answers multiply.")
def three_names(rng):
    """The names are given, so there is one right number."""
    names, asked = ("ab", "abb", "b"), "ba"
    n = np.zeros((3, 3))
    for name in names:
        np.add.at(n, pairs(name), 1)
    before, after = pairs(asked)

    def probability(p, places=slice(None)):
        return float(np.prod(p[before[places], after[places]]))

    raised = n + 1
    rows = n.sum(axis=1, keepdims=True)
    p = raised / raised.sum(axis=1, keepdims=True)
    filled = np.maximum(n, 1)
    want = probability(p)
    traps = {
        "Raise every count by 1 first: a pair that never occurred is then rare, not impossible.": 0.0,
        "The name has to end, too: after a comes the end.": probability(p, slice(2)),
        "The first letter has a probability, too: after · comes b.": probability(p, slice(1, None)),
        "That is the pair b, a alone; a first letter and an end belong to the name.": probability(p, slice(1, 2)),
        "Each row has three counts, so its sum grows by 3.": probability(raised / rows),
        "Each row has three counts, all of them raised: its sum grows by 3, not by 1.": probability(
            raised / (rows + 1)
        ),
        "The end counts, too: a row has three counts, and its sum grows by 3, not by 2.": probability(
            raised / (rows + 2)
        ),
        "Of the three names one begins with b: after · comes b once; raised, that is 2.": 1.5 * want,
        "Every count is raised, not only those that are 0.": probability(filled / filled.sum(axis=1, keepdims=True)),
        "Divide by the sum of the row: what follows one letter adds up to 1.": probability(raised / raised.sum(axis=0)),
        "Divide by the sum of the row, not by that of all pairs.": probability(raised / raised.sum()),
        "The probabilities of the three questions multiply; they do not add up.": float(p[before, after].sum()),
        "That is the mean of the three probabilities; they multiply.": float(p[before, after].mean()),
        "That is the loss per letter; the probability of the whole name is asked for.": -np.log(want) / 3,
        "That is the surprise at the name, −ln of its probability.": -np.log(want),
        "That is the perplexity; the probability of the whole name is asked for.": want ** (-1 / 3),
        "That is one over the probability.": 1 / want,
        "That is the probability of ab, not of ba.": float(np.prod(p[pairs("ab")])),
    }
    yield Case(want=want, tol=1e-3, traps=traps)


def pairs(name: str) -> tuple[list[int], list[int]]:
    """What stands before and what comes after, with the end, 0, on both sides."""
    row = [0, *("·ab".index(letter) for letter in name), 0]
    return row[:-1], row[1:]


def scattered(rows: np.ndarray, delta: np.ndarray, W: np.ndarray) -> np.ndarray:
    dW = np.zeros_like(W)
    np.add.at(dW, rows, delta)
    return dW


@exercise("6.5.c", hint="Each question has the gradient p − y, and it belongs to the row that was looked up.")
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
        last, turned = np.zeros_like(W), scattered(after, delta / (length - 1), W)
        last[before] += delta / (length - 1)
        want = numerical_gradient(loss, W)
        yield Case(
            W,
            ids,
            want=want,
            traps={
                "A row that is looked up twice keeps only the last gradient: np.add.at.": last,
                "The mean is asked for: divide by the number of questions.": want * (length - 1),
                "M is the number of questions, one less than the ids.": want * (length - 1) / length,
                "The mean is over all questions, not over those of each row.": want
                * (length - 1)
                / np.maximum(np.bincount(before, minlength=k), 1)[:, None],
                "The sign is turned: the gradient is p − y.": -want,
                "The gradient belongs to the row before, which was looked up.": turned,
                "The answer is missing: p − y has 1 less at the letter that came.": scattered(
                    before, softmax(W[before]) / (length - 1), W
                ),
                "The softmax is missing: p − y takes probabilities, not logits.": scattered(
                    before, (W[before] - np.eye(k)[after]) / (length - 1), W
                ),
                "The softmax runs along the row: what follows one letter adds up to 1.": scattered(
                    before, (softmax(W.T).T[before] - np.eye(k)[after]) / (length - 1), W
                ),
                "The probabilities come from the row before, not from that of the answer.": scattered(
                    before, (softmax(W[after]) - np.eye(k)[after]) / (length - 1), W
                ),
                "The 1 belongs at the letter that came, not at the one before.": scattered(
                    before, (softmax(W[before]) - np.eye(k)[before]) / (length - 1), W
                ),
                "The gradient is transposed: rows are what stands before.": want.T,
            },
        )


@exercise("6.5.d", hint="ln p is as good as the logits: they differ by a constant, which a softmax does not see.")
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
                "Divide by the sum, so that the shares add up to 1; not by the length.": p ** (1 / tau)
                / np.linalg.norm(p ** (1 / tau)),
                "The largest is 1 here; the sum has to be 1.": p ** (1 / tau) / (p ** (1 / tau)).max(),
                "The logits are ln p, and the shares have to sum to 1: exp(ln p / tau) over its sum.": np.exp(p / tau),
                "One softmax too many: p ** (1 / tau) only has to be divided by its sum.": softmax(p ** (1 / tau)),
                "Divide before the softmax: afterwards the shares no longer sum to 1.": softmax(p) / tau,
            }
        yield Case(p, tau, want=softmax(z / tau), traps=traps)
