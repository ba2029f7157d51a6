"""Checkers of the exercises in section 4.4, the debugging clinic."""

import math
from itertools import product

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.exercises.section_3_1_principle import word_judge


@exercise("4.4.a", hint="Count test images, and each of them once, however often it occurs in training.")
def leaked(rng):
    """Images compared as tuples; some leak twice, some occur twice in training, some are equal but for one pixel."""
    for pixels, copies in ((9, 3), (6, 2), (4, 0)):
        x_train = rng.integers(0, 5, size=(int(rng.integers(12, 18)), pixels)) / 4
        x_test = rng.integers(0, 5, size=(int(rng.integers(8, 12)), pixels)) / 4
        if copies:
            x_train[5] = x_train[4] = x_train[3]  # a training image that occurs three times
            x_test[: copies - 1] = x_train[3]
            x_test[copies - 1] = x_train[-1]
        x_test[-1] = x_train[0]
        x_test[-1, 0] = 1.5 - x_train[0, 0]  # all pixels equal but one
        x_test[-2] = np.roll(x_train[0], 1)  # the same pixels in another order, unless they are all alike
        x_test[-2, 0] += 0.125
        x_test = rng.permutation(x_test)
        known = {tuple(row) for row in x_train.tolist()}
        seen = [tuple(row) in known for row in x_test.tolist()]
        pairs = (x_test[:, None] == x_train).all(axis=2)
        want = sum(seen)
        yield Case(
            x_train,
            x_test,
            want=want,
            traps={
                "Those are pairs: a test image that occurs three times in training has leaked once.": int(pairs.sum()),
                "Those are training images; how many of the test images are known?": int(pairs.any(axis=0).sum()),
                "Two copies of an image in the test are two images that leaked.": len(
                    known & {tuple(row) for row in x_test.tolist()}
                ),
                "Row by row only a copy at the same place is found: compare with every training image.": int(
                    (x_test == x_train[: len(x_test)]).all(axis=1).sum()
                ),
                "Every pixel has to be equal, not just one.": int(
                    (x_test[:, None] == x_train).any(axis=2).any(axis=1).sum()
                ),
                "Some pixel at the place is equal in some image or other; it must be all pixels of one image.": int(
                    (x_test[:, None] == x_train).any(axis=1).all(axis=1).sum()
                ),
                "Equal sums are no equal images.": int(np.isin(x_test.sum(axis=1), x_train.sum(axis=1)).sum()),
                "A number of images is wanted, not a share.": want / len(x_test),
                "Those are the images that did not leak.": len(x_test) - want,
                "One truth value per image; count them.": np.array(seen),
                "There are some: the number of them is wanted.": bool(want),
            },
        )


@exercise("4.4.b", hint="For each unit find the picture that it likes best.")
def dead_for_ever(rng):
    """The highest pre-activation over all black and white pictures, one by one; some units reach exactly 0."""
    for n_in, n in ((3, 9), (5, 9)):
        W = rng.integers(-8, 9, size=(n_in, n)) / 4  # quarters, so that sums are exact
        W[:, 0] = -np.abs(W[:, 0]) - 0.25  # no pixel helps
        W[0, 1:] = np.abs(W[0, 1:]) + 0.25
        W[1, 1:] = -np.abs(W[1, 1:]) - 0.25
        up = np.maximum(W, 0).sum(axis=0)
        # below and above what the best picture adds; at it exactly; awake without a picture; woken by white alone
        b = -up + np.array([0.25, -0.25, 0.0, 0.25, -0.5, 0.5, 0.0, 0.75, 0.25])
        b[-1] = 0.25 - np.minimum(W[:, -1], 0).sum()  # awake on every picture
        b[-2] = 0.25  # awake on the black one
        b[-3] = 0.0
        white = W.sum(axis=0)
        order = rng.permutation(n)
        W, b, up, white = W[:, order], b[order], up[order], white[order]
        pictures = np.array(list(product((0.0, 1.0), repeat=n_in)))
        want = (pictures @ W + b).max(axis=0) <= 0
        yield Case(
            W,
            b,
            want=want,
            traps={
                "An answer of exactly 0 is no answer: a highest z of 0 is dead as well.": b + up < 0,
                "Upside down: True for a unit that no picture can wake.": ~want,
                "Upside down, and a highest z of 0 is dead as well.": b + up >= 0,
                "The picture may be white and black in places: a white one is not what every unit likes best.": (
                    b + white <= 0
                ),
                "That is the black picture; white pixels can lift a unit above 0.": b <= 0,
                "That is the black picture; white pixels can lift a unit above 0, and 0 itself is no answer.": b < 0,
                "A positive weight can be too small for the bias: add them all up, and look at the sum.": (
                    (W <= 0).all(axis=0) & (b <= 0)
                ),
                "A negative weight is switched off by a black pixel; it never helps.": b + np.abs(W).sum(axis=0) <= 0,
                "All positive weights help at once, not only the largest.": b + W.max(axis=0) <= 0,
                "All positive weights help at once: they add up, they are not averaged.": b
                + np.maximum(W, 0).mean(axis=0)
                <= 0,
                "The bias is part of z.": up <= 0,
                "That is the picture that a unit likes least.": b + np.minimum(W, 0).sum(axis=0) <= 0,
                "The bias is added to what the picture brings, not taken off.": up - b <= 0,
                "A share is one number; the units themselves are wanted.": float(want.mean()),
                "How many they are is one number; the units themselves are wanted.": int(want.sum()),
                "The numbers of the units say it, too; but a truth value for each is wanted.": np.flatnonzero(want),
                "A column of W is a unit; a row is a pixel.": (b[:n_in] + np.maximum(W, 0).sum(axis=1) <= 0),
            },
        )


@exercise("4.4.c", hint="Which matrix is the update of plain descent?")
def rate_for_ratio(rng):
    """The rate is tried: the step that it makes must have the wanted size, entry by entry."""
    for shape, ratio in (((4, 3), 0.001), ((7, 2), float(rng.uniform(0.005, 0.2)))):
        W, dW = rng.normal(size=shape), 0.3 * rng.normal(size=shape)
        size, slope = (math.sqrt(sum(float(v) ** 2 for v in array.flat)) for array in (W, dW))
        step_of_one = slope / size  # the ratio at the rate 1
        yield Case(
            W,
            dW,
            ratio,
            want=ratio / step_of_one,
            traps={
                "That is the ratio at the rate 1; the rate has to make it the wanted one.": step_of_one,
                "The wrong way up: a larger gradient needs a smaller rate.": ratio * step_of_one,
                "The wanted ratio stands above: twice the ratio, twice the rate.": size / slope,
                "The other way up: that is how many such rates make up 1.": step_of_one / ratio,
                "Take the root of both sums of squares.": ratio / step_of_one**2,
                "The ratio is to the size of W, not to 1.": ratio / slope,
                "A larger gradient needs a smaller rate: divide by its size.": ratio * size,
                "The size of a matrix is the root of the sum of its squares, not the sum of its sizes.": ratio
                * float(np.abs(W).sum() / np.abs(dW).sum()),
                "The size of a matrix counts all its entries, not only the largest.": ratio
                * float(np.abs(W).max() / np.abs(dW).max()),
                "The norm of a matrix here is the root of the sum of its squares, not its largest stretch.": ratio
                * float(np.linalg.norm(W, 2) / np.linalg.norm(dW, 2)),
                "The sizes have to be compared, not entry with entry.": ratio * float(np.linalg.norm(W / dW)),
                "A rate is positive; descent has its minus already.": -ratio / step_of_one,
                "One rate for the whole matrix is wanted, not one for each entry.": ratio * np.abs(W / dW),
                "The ratio is given as it is, it is no power of ten.": 10.0**-ratio / step_of_one,
            },
        )


@exercise("4.4.d", hint="The order matters: return as soon as one line fits.")
def diagnose(rng):
    """Histories on both sides of every border, and at those that are exact; and some that fit several lines."""
    words = ("scale", "labels", "stuck", "overfit", "healthy")
    # Powers of 2, so that 1/K is exact; the borders with a logarithm are not, so nothing is decided at them.
    for k in (int(rng.choice([4, 8])), int(rng.choice([16, 32]))):
        start, guess = math.log(k), 1 / k
        scale, stuck = 2 * start, 0.9 * start  # the borders of the losses
        for first, last, train, test, want, reason in (
            (1.005 * scale, 0.2, 0.95, 0.94, "scale", "where the first loss is above twice ln K"),
            (0.995 * scale, 0.2, 0.95, 0.94, "healthy", "where the first loss is below twice ln K"),
            (1.5 * scale, 1.1 * start, 0.95, 0.3 * guess, "scale", "where a late line fits too: the first counts"),
            (start, 0.1, 0.905, 0.995 * guess, "labels", "where train is above 0.9 and test below 1/K"),
            (start, 0.1, 0.91, guess, "overfit", "where test is 1/K, and not below"),
            (start, 0.1, 0.91, 1.005 * guess, "overfit", "where test is above 1/K"),
            (start, 0.1, 0.9, 0.5 * guess, "overfit", "where train is 0.9, and not above"),
            (start, 0.1, 0.895, 0.5 * guess, "overfit", "where train is below 0.9: labels needs both"),
            (start, 1.5 * start, 0.91, 0.5 * guess, "labels", "where stuck fits too, and labels comes first"),
            (start, 1.005 * stuck, 0.5, 0.45, "stuck", "where the last loss is above 0.9 ln K"),
            (start, 0.995 * stuck, 0.5, 0.45, "healthy", "where the last loss is below 0.9 ln K"),
            (start, 1.005 * stuck, 0.5, 0.1, "stuck", "where overfit fits too, and stuck comes first"),
            (start, 0.3, 0.6005, 0.5, "overfit", "where train exceeds test by a little more than 0.1"),
            (start, 0.3, 0.1, 0.0, "healthy", "where they differ by 0.1, no more"),
            (start, 0.3, 0.5995, 0.5, "healthy", "where they differ by less than 0.1"),
            (start, 0.3, 0.5, 0.65, "healthy", "where test is above train"),
            (start, 0.3, 1.0, 0.905, "healthy", "where they differ by less than 0.1, in points and not in per cent"),
        ):
            yield Case(first, last, train, test, k, judge=word_judge(want, words, f"K = {k}, {reason}."))
