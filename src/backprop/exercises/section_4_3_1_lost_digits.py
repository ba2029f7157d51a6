"""Checkers of the exercises on page 4.3.1, the lost digits."""

import math

import numpy as np

from backprop.exercises.answers import show
from backprop.exercises.checking import Case, exercise
from backprop.functions import sigmoid


@exercise(
    "4.3.1.a", hint="The size of δ depends on a alone: find the a between 0 and 1 at which a (1 − a)² is largest."
)
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
            "At 0 the sigmoid is steepest, but the neuron is only half wrong there.": 0.0,
            "That is the answer a; at which z does the sigmoid give it?": 1 / 3,
            "The sign: the answer is below one half there, so z is below 0.": -want,
            "σ(z) = 1/3 means that e to the power −z is 2, not 3.": -math.log(3),
            "σ(z) = 1/3, and z is not the logarithm of 1/3.": math.log(1 / 3),
            "The square belongs to 1 − a: the size is a (1 − a)², not a² (1 − a).": math.log(2),
            "That is the size of δ there; at which z?": 4 / 27,
            "That is δ there; at which z?": -4 / 27,
            "The natural logarithm is wanted.": -1.0,
            "A neuron that is right needs no call: at a = 1 it is 0. And a is not z.": 1.0,
            "That is an a; at which z does the sigmoid give it?": 0.5,
            "That is the logarithm to base 10 of 1/2.": -math.log10(2),
            "With (1 − a)² alone the size grows for ever as a falls; the slope a (1 − a) belongs to it.": -10.0,
        },
    )


@exercise("4.3.1.b", hint="Variances add: every term w a has the variance a², and the bias has one, too.")
def spread_of_a_start(rng):
    """The root of a sum of variances, at two widths."""
    yield Case(
        want=(math.sqrt(51), 4.0),
        tol=5e-3,
        names=("with 100 neurons", "with 30"),
        traps={
            "Variances add, spreads do not: take the root at the end.": (51.0, 16.0),
            "The bias is drawn from N(0, 1) as well: its variance is one more.": (math.sqrt(50), math.sqrt(15)),
            "Half of the neurons answer 0, and nothing times a weight adds nothing.": (math.sqrt(101), math.sqrt(31)),
            "The square of 0 and of 1 is taken before the mean: half of the squares are 1, not a quarter.": (
                math.sqrt(26),
                math.sqrt(8.5),
            ),
            "Those are variances without the bias; and a spread is the root of a variance.": (50.0, 15.0),
            "The pixels do not enter any more: the hidden answers are given.": (math.sqrt(392), math.sqrt(392)),
            "A spread, the standard deviation; terms of both signs do not add up to half their number.": (51.0, 4.0),
        },
    )


@exercise("4.3.1.c", hint="Far out a step of the quadratic cost is η e^z. What does such a step do to e^(−z)?")
def way_back(rng):
    yield Case(judge=said_of_the_way_back)


def said_of_the_way_back(got):
    """What is wrong with (steps with the quadratic cost, steps with cross-entropy) from −15 to 0; None if nothing."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        return f"Two numbers of steps are wanted, not {show(got)}."
    try:
        squared, cross = (float(part) for part in got)
    except (TypeError, ValueError, OverflowError):
        return f"Two numbers of steps are wanted, not {show(got)}."
    far = math.exp(15)
    sayings = {
        far: "With the quadratic cost: each step is multiplied by the rate of 3.",
        3 * far: "With the quadratic cost: a larger rate makes the way shorter, so divide by it.",
        5 * far: "The first step would take you there if all steps were as small; they grow on the way.",
        15 * far: "With the quadratic cost: the steps grow on the way, and each is multiplied by the rate.",
        math.exp(30) / 3: "With the quadratic cost: at y = 1 only one factor of δ is small, a; the others are near 1.",
        math.exp(30) / 6: "With the quadratic cost: at y = 1 only one factor of δ is small, a; the others are near 1.",
        5.0: "With the quadratic cost the slope e^z, less than a millionth, belongs to every step.",
    }
    for value, sentence in sayings.items():
        if abs(squared / value - 1) < 0.03:
            return sentence
    if not 0.97 < squared * 3 / far < 1.03:
        return f"With the quadratic cost it does not take {show(squared)} steps: how does e^(−z) change in a step?"
    if cross == 15:
        return "With cross-entropy: each step is multiplied by the rate of 3."
    if cross == 45:
        return "With cross-entropy: a larger rate makes the way shorter."
    return None if 4.9 <= cross <= 7 else f"With cross-entropy each step is about 3 long; {show(cross)} of them?"


@exercise("4.3.1.d", hint="The recall of a class looks at its own images only.")
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
