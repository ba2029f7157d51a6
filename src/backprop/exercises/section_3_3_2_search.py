"""Checkers of the exercises in section 3.3.2, searching for settings."""

from itertools import product

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("3.3.2.a", hint="Uniform in the logarithm: at u = 0.5 it is the geometric mean of the ends.")
def log_rate(rng):
    """Ends, middle and places between, over several decades."""
    wide = rng.uniform(1, 9) * 10.0 ** rng.integers(-6, -3), rng.uniform(1, 9) * 10.0 ** rng.integers(-1, 2)
    narrow = rng.uniform(0.011, 0.019), rng.uniform(0.12, 0.19)
    for u, (low, high) in product((0.0, 0.5, 1.0, float(rng.uniform(0.1, 0.9))), (wide, narrow)):
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
                "u = 0 has to give `low`, and u = 1 `high`.": float(low * (high / low) ** (1 - u)),
                "From low to high it is a factor of high/low, not of high.": float(low * high**u),
                "That is the middle of the logarithms, whatever u says.": float((low * high) ** 0.5),
                "That is the factor; it multiplies `low`.": float((high / low) ** u),
                "That is the logarithm to base 10; turn it back into a rate.": float(
                    np.log10(low) + u * np.log10(high / low)
                ),
                "The way goes from log low to log high: their difference, not log high alone.": float(
                    np.exp(np.log(low) + u * np.log(high))
                ),
                "That is a mean of two rates; the logarithms are what is averaged.": float(low * (1 - u) + u * high),
                "It is the share u of the way, not the root of it.": float(low * (high / low) ** (u**0.5)),
            },
        )


@exercise("3.3.2.b", hint="All n trials miss with probability (1 − share) to the power n.")
def trials_needed(rng):
    """Counted up one by one, with the famous 59 among the cases, and with chances that a whole number meets exactly."""
    cases = [(float(rng.uniform(0.02, 0.1)), float(rng.uniform(0.6, 0.94))) for _ in range(3)]
    cases += [(0.05, 0.95), (0.5, 0.875), (0.5, 0.75), (0.5, 0.5)]
    for share, chance in cases:
        n, miss = 0, 1.0
        while 1 - miss < chance - 1e-12:
            n, miss = n + 1, miss * (1 - share)
        exact = np.log(1 - chance) / np.log(1 - share)
        yield Case(
            share,
            chance,
            want=n,
            traps={
                "Round up: with one trial less the chance is still too small.": int(exact),
                "A number of trials is whole.": float(exact),
                "Trials overlap: n trials do not cover n times the share.": int(np.ceil(chance / share)),
                "That is how many it takes to miss; ask for a hit.": int(np.ceil(np.log(chance) / np.log(1 - share))),
                "A trial misses with probability 1 − share, not share.": int(
                    np.ceil(np.log(1 - chance) / np.log(share))
                ),
                "So many trials hit once on average, and by bad luck not at all.": int(np.ceil(1 / share)),
                "One trial more than needed.": n + 1,
                "That is the chance of n trials; the number of trials is wanted.": 1 - miss,
                "That is negative: both logarithms are negative, their quotient is not.": -n,
            },
        )


@exercise("3.3.2.c", hint="One of the three columns is not yours to look at.")
def choose(rng):
    """The best by mean validation accuracy is neither the best by luck of a seed nor the best on test data."""
    for _ in range(3):
        # the best is neither the largest nor the smallest rate, nor the first or the last of the list
        lucky, overseen, poor = rng.permutation([0.001, 0.03, 0.3]).tolist()
        rates = [float(rng.choice([0.003, 0.01, 0.1])), lucky, overseen, poor]
        order = rng.permutation([1, 2, 3])
        order = np.insert(order, rng.integers(1, 3), 0)
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
                "The learning rate is wanted, not the whole trial.": table[int(np.flatnonzero(order == 0)[0])],
                "The learning rate is wanted, not its accuracy.": float(np.mean(base + np.array(validation[0]))),
                "The learning rate is wanted, not its place in the list.": int(np.flatnonzero(order == 0)[0]),
            },
        )


@exercise("3.3.2.d", hint="How many settings train in each round, and for how many further epochs?")
def cost_of_halving(rng):
    """81 + 27 · 2 + 9 · 6 + 3 · 18, and 81 · 27."""
    yield Case(
        want=(243, 2187),
        names=("epochs with halving", "epochs without"),
        traps={
            "Each round trains further epochs: those before have been paid.": (81 + 27 * 3 + 9 * 9 + 3 * 27, 2187),
            "A third is kept *after* a round: the first one trains all 81.": (27 + 9 * 2 + 3 * 6 + 18, 2187),
            "Three settings are left for the last round, 18 epochs each.": (81 + 54 + 54 + 18, 2187),
            "The last round is missing: three settings go on to epoch 27.": (81 + 54 + 54, 2187),
            "That is the sum of the settings; each round has epochs as well.": (81 + 27 + 9 + 3, 2187),
            "That is how often it is cheaper; give both numbers of epochs.": (9, 9),
            "The epochs first with halving, then without.": (2187, 243),
            "All 81 settings run: 81 times 27 epochs.": (243, 27),
            "Without halving there is only one round, of 27 epochs, for all 81.": (243, 81 * 40),
        },
    )


@exercise("3.3.2.e", hint="The largest of n numbers that are uniform from 0 to 1 is n/(n + 1) on average.")
def best_of_equals(rng):
    """(n − 1)/(n + 1) at n = 27."""
    yield Case(
        want=26 / 28,
        tol=8e-4,
        traps={
            "That is the largest of numbers between 0 and 1; stretch it from −1 to +1.": 27 / 28,
            "From −1 to +1 is a stretch of 2, which begins at −1.": 2 * 27 / 28,
            "The luck of a single trial is 0 on average; that of the best is not.": 0.0,
            "That would be all the luck that there can be; the best of 27 comes near it.": 1.0,
            "The luck here is not bell-shaped: it cannot be more than one point.": 2.0,
            "n numbers cut the stretch into n + 1 parts on average, not into n.": 25 / 27,
            "It is the mean of the largest, not its median.": 2 * 0.5 ** (1 / 27) - 1,
            "That is what is missing to the largest luck.": 2 / 28,
            "The unit is a point; the best looks better, not worse.": -26 / 28,
        },
    )
