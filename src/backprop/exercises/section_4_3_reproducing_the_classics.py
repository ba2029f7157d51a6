"""Checkers of the exercises in section 4.3, published results reproduced."""

import math
import statistics

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("4.3.a", hint="Count the weights of each pair of neighbours, and one bias per unit that is not an input.")
def parameters(rng):
    """Weights and biases counted layer by layer, for one layer, two and many."""
    for layers in (2, 3, int(rng.integers(4, 7))):
        sizes = [int(size) for size in rng.integers(3, 60, size=layers)]
        weights = sum(sizes[i] * sizes[i + 1] for i in range(layers - 1))
        yield Case(
            sizes,
            want=weights + sum(sizes[1:]),
            traps={
                "Those are the weights; the biases are missing.": weights,
                "Inputs have no bias.": weights + sum(sizes),
                "Hidden units have a bias too, not only the outputs.": weights + sizes[-1],
                "Each layer is joined to the next one, not to all the others.": math.prod(sizes) + sum(sizes[1:]),
            },
        )


@exercise("4.3.b", hint="One step multiplies by 1 − ηλ/n, and an epoch has n divided by the batch size steps.")
def shrink_per_epoch(rng):
    """(1 − ηλ/n) to the power of the number of batches, multiplied out step by step."""
    for _ in range(3):
        batch_size, batches = int(rng.integers(2, 30)), int(rng.integers(20, 90))
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
            },
        )


@exercise("4.3.c", hint="The standard error is the standard deviation, with n − 1 below, divided by √n.")
def errors_apart(rng):
    """(mean − published) / (sd / √n), with the sample standard deviation."""
    for n in (3, 5, int(rng.integers(6, 12))):
        ours = rng.normal(96, 0.3, size=n)
        published = float(rng.choice([-1, 1]) * rng.uniform(0.3, 1.5) + ours.mean())
        gap, sd = statistics.fmean(ours) - published, statistics.stdev(ours)
        yield Case(
            ours,
            published,
            want=gap / (sd / math.sqrt(n)),
            traps={
                "The sign is turned round: positive means that ours is higher.": -gap / (sd / math.sqrt(n)),
                "The sign is lost: positive means that ours is higher, negative lower.": abs(gap) / sd * math.sqrt(n),
                "Those are standard deviations of one run; the mean of n runs is surer by √n.": gap / sd,
                "The deviation divides by n − 1, not by n: ddof=1 in NumPy.": gap / np.std(ours) * math.sqrt(n),
                "The standard error has √n below, not n.": gap / (sd / n),
                "That is the gap in percentage points; divide it by the standard error.": gap,
            },
        )


@exercise(
    "4.3.d", hint="For each digit that occurs in the labels: which share of its images was predicted as that digit?"
)
def lost_classes(rng):
    """Classes whose recall is below the share; one class is never lost but rarely right, one never occurs."""
    for _ in range(3):
        n_classes = int(rng.integers(6, 10))
        absent, gone, rare = (int(k) for k in rng.choice(n_classes, size=3, replace=False))
        labels, predicted = [], []
        for k in range(n_classes):
            if k == absent:
                continue
            count = int(rng.integers(40, 60))
            right = {gone: 1, rare: 6}.get(k, count - 5)
            others = [j for j in range(n_classes) if j not in (k, gone)]
            labels += [k] * count
            predicted += [k] * right + [int(j) for j in rng.choice(others, size=count - right)]
        order = rng.permutation(len(labels))
        labels, predicted = np.array(labels)[order], np.array(predicted)[order]
        yield Case(
            labels,
            predicted,
            0.05,
            want=[gone],
            traps={
                "A class without images cannot be lost.": sorted([gone, absent]),
                "A share below 5 %, not below 5 images: compare with share × the images of that class.": [],
                "Those are the classes that are found.": [k for k in range(n_classes) if k not in (gone, absent)],
            },
        )
