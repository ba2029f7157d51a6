"""Checkers of the exercises on section 6.5, a character model: surprise, pairs counted and never met, temperature."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax


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


@exercise(
    "6.5.c", hint="What does one step take off the logit? While the sum of the row stays, p is proportional to e^W."
)
def pair_that_never_came(rng):
    """Step by step, from 0.01 down, each step as large as the gradient at that place."""
    eta, share = 50, 0.04
    reached, p = [], 0.01
    for step in range(1, 6000):
        p *= np.exp(-eta * share * p)
        if p <= 10.0 ** (-3 - len(reached)):
            reached.append(float(step))
    first, second = reached[:2]
    yield Case(
        want=(first, second),
        tol=0.01,  # of the number and of its size: 2 % together
        names=("steps_1", "steps_2"),
        traps={
            "The second factor of ten takes longer than the first: the gradient shrinks with p.": (first, 2 * first),
            "The second number counts from 0.01, too, not from 0.001.": (first, second - first),
            "That takes the share of the first step off p at every step; but the share is 2p, and p shrinks.": (
                np.log(10) / 0.02,
                np.log(100) / 0.02,
            ),
            "That takes as much off p at every step as at the first; but the steps shrink with p.": (
                0.009 / 0.0002,
                0.0099 / 0.0002,
            ),
            "The gradient at the pair is n_i p / M: a step takes 2p off the logit, not 2.": (
                np.log(10) / 2,
                np.log(100) / 2,
            ),
            "It starts at p = 0.01, where 1/p is 100 already.": (1000 / 2, 10000 / 2),
            "It starts at p = 0.01, not at 1/27.": (973 / 2, 9973 / 2),
            "1/p grows by η n_i / M = 2 in a step, not by 1.": (900.0, 9900.0),
            "The rate is missing: a step is η times the gradient.": (900 / share, 9900 / share),
            "Only four of 100 questions pull at this row: the gradient has the factor n_i / M.": (
                900 / eta,
                9900 / eta,
            ),
            "Four of 100 is 0.04, not 4.": (900 / (4 * eta), 9900 / (4 * eta)),
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
