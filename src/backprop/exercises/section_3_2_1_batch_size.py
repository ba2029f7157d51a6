"""Checkers of the exercises in section 3.2.1, batch size and stochastic gradient descent."""

from itertools import combinations, pairwise

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("3.2.1.a", hint="First s², the mean squared length of a deviation; then s²/B · (N − B)/(N − 1).")
def batch_error(rng):
    """The formula against the mean over all possible batches, down to one example and up to all of them."""
    for n in (4, 6):
        for B in (1, 2, n - 1, n):
            G = rng.normal(size=(n, 3)) + 2.0
            g = G.mean(axis=0)
            errors = [((G[list(batch)].mean(axis=0) - g) ** 2).sum() for batch in combinations(range(n), B)]
            s2 = ((G - g) ** 2).sum(axis=1).mean()
            yield Case(
                G,
                B,
                want=float(np.mean(errors)),
                traps={
                    "That is the error with replacement: the factor (N − B)/(N − 1) is missing.": s2 / B,
                    "The factor is (N − B)/(N − 1), not (N − B)/N.": s2 / B * (n - B) / n,
                    "That is the distance; its square is wanted.": float(np.sqrt(np.mean(errors))),
                    "The squares have to be added over the weights, not averaged.": float(np.mean(errors)) / 3,
                    "The spread is around the mean gradient, not around 0.": (G**2).sum(axis=1).mean()
                    / B
                    * (n - B)
                    / (n - 1),
                },
            )


@exercise("3.2.1.b", hint="Shuffle once with rng.permutation(N), then cut the deck every B cards.")
def deal(rng):
    """Every index once, full batches but for the last, and another order for another generator."""
    for n, B in ((10, 3), (12, 4), (5, 8), (7, 1)):
        seed = int(rng.integers(1 << 30))

        def run(answer, n, B, seed=seed):
            return [answer(n, B, np.random.default_rng(seed + k)) for k in range(4)]

        yield Case(n, B, run=run, judge=lambda epochs, n=n, B=B: dealt_wrong(epochs, n, B))


def dealt_wrong(epochs, n: int, B: int) -> str | None:
    """What is wrong with several deals of one deck by different generators, or None."""
    decks = []
    for batches in epochs:
        if not isinstance(batches, list | tuple):
            return "a list of arrays is wanted, one array per batch."
        sizes = [len(batch) for batch in batches]
        want = [min(B, n - start) for start in range(0, n, B)]
        if sizes != want:
            return f"for N = {n} and B = {B} the batches have the sizes {sizes}, wanted are {want}."
        decks.append([int(index) for batch in batches for index in batch])
        if sorted(decks[-1]) != list(range(n)):
            return f"every index from 0 to {n - 1} has to occur once; yours, in order: {sorted(decks[-1])}."
    if all(deck == decks[0] for deck in decks):
        return "four different generators give the same order: that is not shuffled by `rng`."
    neighbours = [sum((b - a) % n == 1 for a, b in pairwise(deck)) for deck in decks]
    if n >= 10 and min(neighbours) >= n - 2:
        return "each index is followed by the next one: the deck is cut, not shuffled."
    return None


@exercise("3.2.1.c", hint="Undo each part's own mean: multiply by its size, add, divide by the size of the whole.")
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
            },
        )


@exercise("3.2.1.d", hint="V B λ (2 − η λ) = η s² is linear in η: collect the two terms that hold it.")
def rate_for_floor(rng):
    """The rate, tried on the recursion of the mean square distance until it settles."""
    for _ in range(4):
        curvature, spread2 = (float(number) for number in rng.uniform(0.5, 3.0, 2))
        lr, B = float(rng.uniform(0.1, 1.2)) / curvature, int(rng.integers(2, 20))
        floor = 0.0
        for _ in range(2000):
            floor = (1 - lr * curvature) ** 2 * floor + lr**2 * spread2 / B
        yield Case(
            floor,
            curvature,
            spread2,
            B,
            want=lr,
            traps={
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
