"""Checkers of the exercises in section 4.3, published results reproduced."""

import math
import statistics

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import sigmoid


@exercise("4.3.a", hint="The push depends on a alone: find the a between 0 and 1 at which a (1 − a)² is largest.")
def loudest(rng):
    """The place found on a fine grid, refined: no formula is used."""
    low, high = -10.0, 10.0
    for _ in range(12):
        z = np.linspace(low, high, 201)
        a = sigmoid(z)
        at = int(np.argmax((1 - a) * a * (1 - a)))
        low, high = z[max(at - 1, 0)], z[min(at + 1, 200)]
    want = float((low + high) / 2)
    yield Case(
        want=want,
        tol=1e-4,
        traps={
            "At 0 the sigmoid is steepest, but the unit is only half wrong there.": 0.0,
            "That is the answer a; at which z does the sigmoid give it?": 1 / 3,
            "The sign: the answer is below one half there, so z is below 0.": -want,
            "σ(z) = 1/3 means that e to the power −z is 2, not 3.": -math.log(3),
            "σ(z) = 1/3, and z is not the logarithm of 1/3.": math.log(1 / 3),
            "The square belongs to 1 − a: the push is a (1 − a)², not a² (1 − a).": math.log(2),
            "That is the size of the push there; at which z?": 4 / 27,
            "That is the push there; at which z?": -4 / 27,
            "The natural logarithm is wanted.": -1.0,
            "A unit that is right needs no push: at a = 1 it is 0. And a is not z.": 1.0,
            "That is an a; at which z does the sigmoid give it?": 0.5,
            "That is the logarithm to base 10 of 1/2.": -math.log10(2),
            "With (1 − a)² alone the push grows for ever as a falls; the slope a (1 − a) belongs to it.": -10.0,
        },
    )


@exercise("4.3.b", hint="A step without gradient multiplies by the same factor; an epoch has many steps.")
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


@exercise("4.3.c", hint="The gap, measured in units of the spread of a mean.")
def errors_apart(rng):
    """(mean − published) / (sd / √n), with the sample standard deviation."""
    for n, side in ((3, -1), (5, 1), (int(rng.integers(6, 12)), -1)):
        ours = rng.normal(96, 0.3, size=n)
        published = float(side * rng.uniform(0.3, 1.5) + ours.mean())
        turned = "The sign is turned round: positive means that ours is higher."
        turned = turned if side < 0 else "The sign is lost: positive means that ours is higher, negative lower."
        gap, sd = statistics.fmean(ours) - published, statistics.stdev(ours)
        yield Case(
            ours,
            published,
            want=gap / (sd / math.sqrt(n)),
            traps={
                turned: -gap / (sd / math.sqrt(n)),
                "Those are standard deviations of one run; the mean of n runs is surer by √n.": gap / sd,
                "The deviation divides by n − 1, not by n: ddof=1 in NumPy.": gap / np.std(ours) * math.sqrt(n),
                "The standard error has √n below, not n.": gap / (sd / n),
                "Divide by √n and by the deviation, not by its square, the variance.": gap / (sd**2 / math.sqrt(n)),
                "That is the gap in percentage points; divide it by the standard error.": gap,
                "The mean of the runs is wanted, not the middle one.": (statistics.median(ours) - published)
                / (sd / math.sqrt(n)),
                "The mean of the runs is wanted, not the best one.": (max(ours) - published) / (sd / math.sqrt(n)),
                "The gap is divided by the standard error, not multiplied.": gap * (sd / math.sqrt(n)),
                "Divide by the standard error, not by the variance.": gap / (sd**2 / n),
                "The deviation divides by n − 1, and the standard error has √n below.": gap / np.std(ours),
                "That is the standard error; how often does it fit into the gap?": sd / math.sqrt(n),
                "The error is in the units of the runs; it is no share of the mean.": gap
                / statistics.fmean(ours)
                / (sd / math.sqrt(n)),
            },
        )


@exercise("4.3.d", hint="The recall of a class looks at its own images only.")
def lost_classes(rng):
    """Recalls below the share, at it and above it; one class is never named, one is named and has no images."""
    for share, whole in ((0.05, 40), (0.25, 24), (0.1, 50)):
        gone, never, edge, rare, absent, *well = (int(k) for k in rng.permutation(9))
        few = round(share * whole)
        found = {gone: few - 1, never: 0, edge: few, rare: few + 1} | dict.fromkeys(well, whole - 3)
        labels, predicted = [], []
        for k, right in found.items():
            # So two classes are named far too often, and one of them is hardly found, the other one well enough.
            taken = rare if k in (never, edge) else gone if k != gone else well[0]
            labels += [k] * whole
            predicted += [k] * right + [absent] + [taken] * (whole - right - 1)
        order = rng.permutation(len(labels))
        labels, predicted = np.array(labels)[order], np.array(predicted)[order]
        recall = {k: right / whole for k, right in found.items()}
        named = {k: float((predicted == k).mean()) for k in range(9)}
        precision = {k: found.get(k, 0) / np.count_nonzero(predicted == k) for k in range(9) if k != never}

        def below(shares, at=share):
            return sorted(k for k, value in shares.items() if value < at)

        yield Case(
            labels,
            predicted,
            share,
            want=sorted([gone, never]),
            traps={
                "A class without images cannot be lost.": sorted([gone, never, absent]),
                "Less than the share: a class that is found exactly so often is not lost.": sorted([gone, never, edge]),
                "Less than the share, and a class without images cannot be lost.": sorted([gone, never, edge, absent]),
                "A class can be lost that is found now and then: 0.05 is 5 %, and less than that is enough.": [never],
                "That is the precision, for the classes of the labels: the recall looks at the images of k.": sorted(
                    {gone, rare}
                ),
                "That is the precision, and 0 for a class that is never named; the recall looks at its images.": sorted(
                    {gone, rare, never}
                ),
                "A class that is never named is lost as well: go through the classes of the labels.": [gone],
                "Those are the classes of which less than the share is missed; the share is of what is found.": sorted(
                    k for k, right in found.items() if 1 - right / whole < share
                ),
                "Those are the classes that are found.": sorted(set(found) - {gone, never}),
                "That is the precision, a share of what was called k; the recall looks at the images of k.": (
                    below(precision)
                ),
                "How often a class is named says nothing of its own images.": below({k: named[k] for k in found}),
                "A share of the images of that class, not of all images.": below(
                    {k: right / len(labels) for k, right in found.items()}
                ),
                "A share of the images of each class, not a number of images.": sorted(
                    k for k, right in found.items() if right < 5
                ),
                "The classes are wanted, not their recalls.": [recall[k] for k in sorted(recall)],
                "The classes are wanted, not how many they are.": 2,
                "One truth value per class says it, too; but the classes themselves are wanted.": np.array(
                    [recall[k] < share for k in sorted(recall)]
                ),
                "In increasing order.": sorted([gone, never])[::-1],
            },
        )
