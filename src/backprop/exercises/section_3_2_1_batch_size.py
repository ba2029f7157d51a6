"""Checkers of the exercises in section 3.2.1, batch size and stochastic gradient descent."""

from itertools import pairwise

import numpy as np

from backprop.exercises.answers import is_several
from backprop.exercises.checking import Case, exercise


@exercise("3.2.1.a", hint="The noise of a batch is s/√B long.")
def how_many_to_ask(rng):
    """s = 6 and |g| = 0.5: the noise scale, and a hundred times it."""
    scale = (6 / 0.5) ** 2
    yield Case(
        want=(scale, 100 * scale),
        tol=1e-6,
        names=("as_long", "a_tenth"),
        traps={
            "That is the ratio of the lengths; noise falls with the root of B, so B is its square.": (12, 120),
            "A tenth of the noise takes more than ten times the examples: noise falls with the root of B.": (
                scale,
                10 * scale,
            ),
            "The two are exchanged: less noise takes more examples.": (100 * scale, scale),
            "A tenth of the noise takes more examples, not fewer.": (scale, scale / 100),
            "That is (s · |g|)²; the noise 6/√B is set equal to 0.5.": (9, 900),
            "The noise is s/√B long, and s is 6, not 36: it is not squared once more.": ((36 / 0.5) ** 2, 720**2),
            "The size of the gradient is squared, too: the ratio s/|g| as a whole.": (72, 7200),
            "The square of s/√B is set equal to the square of |g|: 36/B = 0.25.": (72, 720),
        },
    )


@exercise("3.2.1.b", hint="Shuffle the whole deck once, then cut it.")
def deal(rng):
    """Every index once, full batches but for the last, and another order for another generator."""
    for n, B in ((10, 3), (12, 4), (5, 8), (7, 1)):
        seed = int(rng.integers(1 << 30))

        def run(answer, n, B, seed=seed):
            return [answer(n, B, np.random.default_rng(seed + k)) for k in range(4)]

        yield Case(n, B, run=run, judge=lambda epochs, n=n, B=B: dealt_wrong(epochs, n, B))


def dealt_wrong(epochs, n: int, B: int) -> str | list[str] | None:
    """What is wrong with several deals of one deck by different generators, or None."""
    decks = []
    for batches in epochs:
        if not is_several(batches) or not all(is_several(batch) for batch in batches):
            return "A list of arrays is wanted, one array per batch."
        sizes = [len(batch) for batch in batches]
        want = [min(B, n - start) for start in range(0, n, B)]
        if sizes != want:
            said = f"For N = {n} and B = {B} the sizes are {sizes}, wanted are {want}."
            return ["The last batch, which is smaller, is missing.", said] if sizes == want[:-1] else said
        indices = [index for batch in batches for index in batch]
        if any(index != np.round(index) for index in indices):
            return "An index is a whole number."
        decks.append([int(index) for index in indices])
        if sorted(decks[-1]) == list(range(1, n + 1)):
            return f"Indices count from 0: they go from 0 to {n - 1}."
        if sorted(decks[-1]) != list(range(n)):
            said = f"Every index from 0 to {n - 1} has to occur exactly once."
            return ["Some index is drawn twice, so others never come.", said] if len(set(decks[-1])) < n else said
    if all(deck == decks[0] for deck in decks):
        return "Four different generators give the same order: that is not shuffled by `rng`."
    neighbours = [sum((b - a) % n == 1 for a, b in pairwise(deck)) for deck in decks]
    if n >= 10 and min(neighbours) >= n - 2:
        return "Each index is followed by the next one: the deck is cut, not shuffled."
    return None


@exercise("3.2.1.c", hint="A part of 30 examples has to count three times as much as a part of 10.")
def accumulated(rng):
    """Parts of different sizes against the mean over all examples at once."""
    for sizes in ([3, 1], [4, 4, 2], [2, 5, 1, 6]):
        examples = rng.normal(size=(sum(sizes), 4))
        ends = np.cumsum(sizes)[:-1]
        gradients = [part.mean(axis=0) for part in np.split(examples, ends)]
        yield Case(
            gradients,
            list(sizes),
            want=examples.mean(axis=0),
            traps={
                "Each part counts the same there; a part of more examples has to count more.": np.mean(
                    gradients, axis=0
                ),
                "That is a sum of means; it grows with the number of parts.": np.sum(gradients, axis=0),
                "That is the gradient of the summed loss; divide by the number of examples.": examples.sum(axis=0),
                "A mean is undone by multiplying with the size, not by dividing once more.": sum(
                    g / size for g, size in zip(gradients, sizes, strict=True)
                )
                / sum(sizes),
                "A mean is undone by multiplying with the size, not by dividing.": sum(
                    g / size for g, size in zip(gradients, sizes, strict=True)
                ),
                "Divided by the number of examples it is a mean; the number of parts is too much.": examples.mean(
                    axis=0
                )
                / len(sizes),
                "Divide by the number of examples, not by the number of parts.": examples.sum(axis=0) / len(sizes),
                "That is the first part alone.": gradients[0],
                "That is the last part alone.": gradients[-1],
            },
        )


@exercise("3.2.1.d", hint="The page has the floor for a given rate. Turn the equation round.")
def rate_for_floor(rng):
    """The rate, tried on the recursion of the mean square distance until it settles."""
    for _ in range(4):
        curvature, spread2 = (float(number) for number in rng.uniform(0.5, 3.0, 2))
        lr, B = float(rng.uniform(0.1, 1.2)) / curvature, int(rng.integers(2, 20))
        floor = 0.0
        for _ in range(2000):
            floor = (1 - lr * curvature) ** 2 * floor + lr**2 * spread2 / B
        v = floor
        yield Case(
            floor,
            curvature,
            spread2,
            B,
            want=lr,
            traps={
                "The sign of one term: what is brought to the other side of an equation changes its own.": 2
                * v
                * B
                * curvature
                / (spread2 - v * B * curvature**2),
                "The term V B η λ² has λ squared.": 2 * v * B * curvature / (spread2 + v * B * curvature),
                "A 2 is missing: V B λ · 2 stands alone on the other side.": v
                * B
                * curvature
                / (spread2 + v * B * curvature**2),
                "λ is missing above, and squared below: 2 V B λ over s² + V B λ².": 2
                * floor
                * B
                / (spread2 + floor * B * curvature),
                "λ is missing above: 2 V B λ.": 2 * floor * B / (spread2 + floor * B * curvature**2),
                "λ is missing.": 2 * floor * B / (spread2 + floor * B),
                "That is the limit of stability; the floor there is infinite.": 2 / curvature,
                "s² itself is given, so it is not squared again.": 2
                * v
                * B
                * curvature
                / (spread2**2 + v * B * curvature**2),
                "That is the floor of a rate as high as `floor`: the equation has to be turned round.": v
                * spread2
                / (B * curvature * (2 - v * curvature)),
                "That holds for small ηλ only: the floor has 2 − ηλ, not 2, in its denominator.": 2
                * floor
                * B
                * curvature
                / spread2,
                "The batch size is missing: noise has the variance s²/B.": 2
                * floor
                * curvature
                / (spread2 + floor * curvature**2),
            },
        )
