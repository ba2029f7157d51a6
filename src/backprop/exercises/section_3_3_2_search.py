"""Checkers of the exercises in section 3.3.2, searching for settings."""

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("3.3.2.a", hint="Uniform in the logarithm: log low + u · (log high − log low), then back.")
def log_rate(rng):
    """Ends, middle and places between, over several decades."""
    low, high = 10.0 ** rng.integers(-6, -3), 10.0 ** rng.integers(-1, 2)
    for u in (0.0, 0.5, 1.0, float(rng.uniform(0.1, 0.9))):
        want = (
            float(np.geomspace(low, high, 3)[1])
            if u == 0.5
            else float(10 ** np.interp(u, [0, 1], np.log10([low, high])))
        )
        yield Case(
            u,
            float(low),
            float(high),
            want=want,
            traps={
                "That is uniform on a linear scale: nine of ten numbers fall into the last decade.": float(
                    low + u * (high - low)
                ),
                "That is the logarithm of the rate; turn it back into a rate.": float(
                    np.log(low) + u * np.log(high / low)
                ),
                "Base 10 for one direction and e for the other: use the same for both.": float(
                    np.exp(np.log10(low) + u * np.log10(high / low))
                ),
            },
        )


@exercise("3.3.2.b", hint="All n trials miss with probability (1 − share)ⁿ.")
def trials_needed(rng):
    """Counted up one by one, with the famous 59 among the cases."""
    cases = [(0.05, 0.95), (0.5, 0.5), (float(rng.uniform(0.02, 0.2)), float(rng.uniform(0.6, 0.99)))]
    for share, chance in cases:
        n, miss = 0, 1.0
        while 1 - miss < chance - 1e-12:
            n, miss = n + 1, miss * (1 - share)
        exact = np.log(1 - chance) / np.log(1 - share)
        yield Case(
            share,
            chance,
            want=n,
            tol=1e-9,
            traps={
                "Round up: with one trial less the chance is still too small.": int(exact),
                "A number of trials is whole.": float(exact),
                "Trials overlap: n trials do not cover n times the share.": int(np.ceil(chance / share)),
                "That is how many it takes to miss; ask for a hit.": int(np.ceil(np.log(chance) / np.log(1 - share))),
            },
        )


@exercise("3.3.2.c", hint="Average the validation accuracies of each setting over its seeds, then take the largest.")
def choose(rng):
    """The best by mean validation accuracy is neither the best by luck of a seed nor the best on test data."""
    for _ in range(3):
        order, rates = rng.permutation(4), rng.choice([0.001, 0.003, 0.01, 0.03, 0.1, 0.3], 4, replace=False)
        base = float(rng.uniform(80, 85))
        validation = [[8, 8.2, 8.1], [9.5, 6, 6.3], [7, 7.4, 7.2], [1, 2, 1.5]]  # best, lucky, overseen, poor
        test = [[7.5, 7.6, 7.4], [6, 6.2, 6.1], [9, 9.1, 8.9], [1, 2, 3]]
        table = [
            (float(rates[k]), (base + np.array(validation[k])).tolist(), (base + np.array(test[k])).tolist())
            for k in order
        ]
        yield Case(
            table,
            want=float(rates[0]),
            traps={
                "One lucky seed is no merit of a setting: compare means.": float(rates[1]),
                "You looked at the test data. Then they are no test any more.": float(rates[2]),
                "That is the worst.": float(rates[3]),
            },
        )
