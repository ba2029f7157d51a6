"""Checkers of the exercises on page 4.3.2, published results compared with ours."""

import math

from backprop.exercises.checking import Case, exercise


@exercise("4.3.2.a", hint="A step without gradient multiplies by the same factor; an epoch has many steps.")
def shrink_per_epoch(rng):
    """(1 − ηλ/n) to the power of the number of batches, multiplied out step by step."""
    for _ in range(3):
        batch_size, batches = int(rng.integers(3, 30)), 2 * int(rng.integers(10, 45)) + 1
        n, lr, lam = batch_size * batches, float(rng.uniform(0.1, 0.8)), float(rng.uniform(3, 12))
        factor = 1.0
        for _ in range(batches):
            factor *= 1 - lr * lam / n
        yield Case(
            lr,
            lam,
            n,
            batch_size,
            want=factor,
            traps={
                "That is one step; an epoch has n / batch_size of them.": 1 - lr * lam / n,
                "An epoch has n / batch_size steps, not n.": (1 - lr * lam / n) ** n,
                "λ is divided by the number of training examples, not by the batch size.": (
                    (1 - lr * lam / batch_size) ** batches
                ),
                "λ must be divided by n: the loss is a mean over n examples, the penalty is not.": (
                    (1 - lr * lam) ** batches
                ),
                "The learning rate multiplies the pull as well.": (1 - lam / n) ** batches,
                "That is what the epoch takes away; what is left?": 1 - factor,
                "Every step shrinks what the last one has left: the factors multiply.": 1 - batches * lr * lam / n,
                "λ is divided by the number of training examples, and an epoch has many steps.": (
                    1 - lr * lam / batch_size
                ),
                "An epoch has n / batch_size steps, not batch_size.": (1 - lr * lam / n) ** batch_size,
                "The penalty shrinks a weight: the factor is below 1.": (1 + lr * lam / n) ** batches,
                "The pull is ηλ/n; the 2 of the square is cancelled by the ½ of the penalty.": (
                    (1 - 2 * lr * lam / n) ** batches
                ),
                "An exponential is what many tiny steps do; these steps have a length.": math.exp(
                    -lr * lam / batch_size
                ),
            },
        )


@exercise("4.3.2.b", hint="A printed number is a run like ours: its luck is to be added to that of our mean.")
def printed_run(rng):
    """A gap, the spread of a gap, and their ratio, for two numbers of runs."""
    gap, spread = 0.46, 0.23
    fair = [gap / (spread * math.sqrt(1 + 1 / n)) for n in (3, 12)]
    yield Case(
        want=tuple(fair),
        tol=5e-3,
        names=("with 3 runs", "with 12"),
        traps={
            "That asks how well our mean is known; the printed run has its luck as well.": tuple(
                gap / (spread / math.sqrt(n)) for n in (3, 12)
            ),
            "That is the spread of the printed run alone; our mean has its luck as well.": (gap / spread,) * 2,
            "Variances add, spreads do not.": tuple(gap / (spread * (1 + 1 / math.sqrt(n))) for n in (3, 12)),
            "The variance of a mean of n runs is s²/n, so 1 + 1/n stands under the root.": tuple(
                gap / (spread * (1 + 1 / n)) for n in (3, 12)
            ),
            "That is the spread of the gap; how often does it fit into the gap?": tuple(
                spread * math.sqrt(1 + 1 / n) for n in (3, 12)
            ),
            "The mean of n runs strays less than one run, not more.": tuple(
                gap / (spread * math.sqrt(1 + n)) for n in (3, 12)
            ),
            "Two runs compared with each other have 2 s² between them; ours is a mean of n.": (
                gap / (spread * math.sqrt(2)),
            )
            * 2,
        },
    )


BEST_OF = {2: 0.5642, 3: 0.8463, 4: 1.0294, 5: 1.1630, 6: 1.2672, 8: 1.4236, 10: 1.5388}  # E max of k standard normals


@exercise("4.3.2.c", hint="Draw the k means many times, and look each time at the lowest.")
def luck_of_the_best(rng):
    """How far the best of k equal means lies below what all are worth: tables of order statistics."""
    for k, n, s in ((4, 2, 0.1), (2, 4, 0.3), (8, 1, 0.2), (4, 3, 0.07)):
        luck = BEST_OF[k] * s / math.sqrt(n)
        yield Case(
            k,
            n,
            s,
            want=luck,
            tol=0.03,
            traps={
                "A mean of n runs strays by s/√n, not by s.": BEST_OF[k] * s,
                "A mean of n runs strays by s/√n, not by s/n.": BEST_OF[k] * s / n,
                "The luck is above 0: by how much does the best look better than it is?": -luck,
                "That is the spread of one mean; the best of several is luckier.": s / math.sqrt(n),
                "That is how far the best and the worst lie apart.": 2 * luck,
                "The best of k means is wanted, not of all k n runs.": BEST_OF.get(k * n, 0) * s if n > 1 else None,
            },
        )
