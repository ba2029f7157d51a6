"""Checkers of the exercises in section 4.4, the debugging clinic."""

import math
from itertools import product

import numpy as np

from backprop.examples.clinic import PATIENTS, SUSPECTS
from backprop.exercises.answers import numbers, show
from backprop.exercises.checking import Case, exercise

WOULD_SHOW = (  # what the ward would see if the suspect were it, one sentence for each of clinic.SUSPECTS
    "the loss would begin near ln 10, leap within a few steps, and leave dead neurons behind",
    "the loss would fall evenly but slowly, with updates a hundred times smaller than the healthy ones",
    "every z would be exactly 0, the first loss exactly ln 10, and no weight would ever move",
    "no weight would move, although the first layer's z differ from digit to digit",
    "the first loss would be far above ln 10, before any step",
    "it would learn its training digits, and call test digits by a wrong name, alone or in company",
    "the loss would jump with a regular beat, whenever the next class begins",
    "it would learn, and its loss would not fall below 1.46",
    "the loss would level off early, training would be as low as test, and the updates no smaller than healthy ones",
    "it would answer the same question differently the second time",
    "the nudge would disagree with backward, and whatever else is wrong would follow from that",
    "the gradient of one digit's loss would reach the pixels of another, and the company of a digit its answer",
)


@exercise("4.4.a", hint="Begin with what no other fault can do: a first loss far above ln 10, a beat, a tiny update.")
def diagnosis(rng):
    yield Case(judge=second_opinion)


def second_opinion(got):
    """What is right so far, and of the first wrong guess: what one would see if it were so. None if all is right."""
    if not isinstance(got, dict) or got.keys() - PATIENTS.keys():
        return f"A number behind each of the letters {', '.join(PATIENTS)} is wanted, as in the cell."
    guesses = {letter: got.get(letter) for letter in PATIENTS}
    asked = {letter: guess for letter, guess in guesses.items() if guess is not None and guess is not ...}
    for letter, guess in asked.items():
        if isinstance(guess, bool) or guess not in range(1, len(SUSPECTS) + 1):
            return f"{letter}: a number from 1 to {len(SUSPECTS)} is wanted, not {show(guess)}."
    wrong = [letter for letter, guess in asked.items() if guess != PATIENTS[letter][0]]
    right = [letter for letter in asked if letter not in wrong]
    so_far = f"Right so far: {', '.join(right)}." if right else "Right so far: none."
    if wrong:
        letter, guess, others = wrong[0], int(asked[wrong[0]]), len(wrong) - 1
        suspect, would_show = SUSPECTS[guess - 1], WOULD_SHOW[guess - 1]
        more = [f"({others} more to think over.)"] if others else []
        return [so_far, f"{letter} is not {guess}, {suspect}: then {would_show}.", *more]
    still = [letter for letter in PATIENTS if letter not in asked]
    return [so_far, f"Still to be examined: {', '.join(still)}."] if still else None


@exercise("4.4.b", hint="All pictures are alike to it. Which two probabilities would you give each of them?")
def black_pictures(rng):
    ln = math.log
    baseline, first = -0.9 * ln(0.9) - 0.1 * ln(0.1), ln(2)
    yield Case(
        want=(baseline, 0.9, first),
        tol=0.02,
        names=("baseline", "right", "first"),
        traps={
            "baseline: that is what it pays for a healthy lung; one picture in ten shows a sick one.": (
                -ln(0.9), 0.9, first
            ),
            "baseline: that is what it pays for a sick lung; nine pictures in ten show a healthy one.": (
                -ln(0.1), 0.9, first
            ),
            "baseline: the two cases are not equally frequent.": (-(ln(0.9) + ln(0.1)) / 2, 0.9, first),
            "baseline: each case counts as often as it occurs, and it pays −ln of that case's probability.": (
                -0.1 * ln(0.9) - 0.9 * ln(0.1), 0.9, first
            ),
            "baseline: that is the loss with one half for each class; it can do better than that.": (ln(2), 0.9, first),
            "baseline: ln is the natural logarithm here, not the one to base 2.": (baseline / ln(2), 0.9, first),
            "baseline: ln is the natural logarithm here, not the one to base 10.": (baseline / ln(10), 0.9, first),
            "baseline: every picture gets the same two probabilities; certainty is wrong for some: no loss of 0.": (
                0, 0.9, first
            ),
            "right: the more frequent class gets its answer every time; that is right nine times in ten.": (
                baseline, 0.5, first
            ),
            "right: it does not guess at random; it always names the more frequent class.": (baseline, 0.82, first),
            "right: an accuracy between 0 and 1 is wanted, not per cent.": (baseline, 90, first),
            "first: K is 2 here, not 10.": (baseline, 0.9, ln(10)),
            "first: ln K, not K.": (baseline, 0.9, 2),
        },
    )  # fmt: skip


@exercise("4.4.c", hint="What would you look at: the weights, the biases, or what they make of the examples?")
def hears(rng):
    """Dead layers of both kinds, in numbers that add up exactly; each kind also for reasons that are easy to miss."""
    a, W = rng.integers(1, 9, size=(7, 5)) / 8, rng.integers(1, 9, size=(5, 4)) / 4 * rng.choice([-1, 1], size=(5, 4))
    a[0, 0], a[1, 0] = 1 / 8, 1.0  # no two columns of z are level by chance
    low = -np.arange(12.0, 16.0)
    alike, one, blind = np.tile(a[0], (7, 1)), 0 * W, W.copy()
    one[0, 1] = 0.5
    varied = alike.copy()
    varied[:, 4], blind[4] = a[:, 0], 0
    for a_in, weights, b, deaf, reason in (
        (a, 0 * W, 0 * low, True, "its weights and biases are 0, like D's"),
        (a, W, low, False, "its biases hold z below 0, but its z differ from example to example, like I's"),
        (a, 0 * W, low, True, "its weights are 0, and the biases are the same for every example"),
        (a, W, -(a @ W).max(axis=0), False, "its highest z is 0, and the others lie below"),
        (0 * a, W, low, True, "only zeros come in, whatever the weights are"),
        (alike, W, low, True, "the examples that come in are all alike"),
        (a, one, low, False, "one of its neurons hears, and one is enough"),
        (varied, blind, low, True, "what differs between the examples meets weights of 0"),
        (a / 1024, W / 1024, low / 1024, False, "its numbers are small, and differ all the same"),
    ):
        yield Case(a_in, weights, b, judge=lambda got, deaf=deaf, reason=reason: heard(got, deaf, reason))


def heard(got, deaf, reason):
    """What is wrong with a measurement of such a layer; None if nothing is."""
    found = numbers(got)
    if found is None or found.shape != ():
        return f"One number for the whole layer is wanted, not {show(got)}."
    value = float(found)
    if not value >= 0:  # nan as well
        return f"0 or a number above 0 is wanted, not {show(value)}."
    if deaf and value > 1e-12:
        return f"A layer that hears nothing, since {reason}, gets {show(value)}."
    if not deaf and value <= 1e-12:
        return f"A layer that hears its examples gets 0: {reason}."
    return None


@exercise("4.4.d", hint="xᵢ occurs twice in yᵢ, once alone and once in the mean.")
def who_hears_whom(rng):
    yield Case(
        want=(0.75, -0.25, -0.99),
        names=("own", "other", "all_others"),
        traps={
            "own: xᵢ is in the mean as well, and moves it.": (1, -0.25, -0.99),
            "own: that is what it does to the mean; it also stands alone.": (0.25, -0.25, -0.99),
            "own: the mean is taken away, so its part counts with a minus.": (1.25, -0.25, -0.99),
            "other: the mean is taken away, so the others count with a minus.": (0.75, 0.25, -0.99),
            "other: that is all three of them; one is wanted.": (0.75, -0.75, -0.99),
            "other: the sum goes over all four, also the example itself: each has 1/4.": (0.75, -1 / 3, -0.99),
            "other: another example does reach into yᵢ, by the mean.": (0.75, 0, -0.99),
            "all_others: that is one of them; there are 99.": (0.75, -0.25, -0.01),
            "all_others: there are 99 others, not 100.": (0.75, -0.25, -1),
            "all_others: here N is 100.": (0.75, -0.25, -0.75),
            "all_others: each of them counts with a minus.": (0.75, -0.25, 0.99),
            "all_others: small influences of one sign add up, they do not cancel.": (0.75, -0.25, 0),
        },
    )


@exercise("4.4.e", hint="For each neuron find the picture that it likes best.")
def dead_for_ever(rng):
    """The highest pre-activation over all black and white pictures, one by one; some neurons reach exactly 0."""
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
                "Upside down: True for a neuron that no picture can wake.": ~want,
                "Upside down, and a highest z of 0 is dead as well.": b + up >= 0,
                "The picture may be white and black in places: a white one is not what every neuron likes best.": (
                    b + white <= 0
                ),
                "That is the black picture; white pixels can lift a neuron above 0.": b <= 0,
                "That is the black picture; white pixels can lift a neuron above 0, and 0 itself is no answer.": b < 0,
                "A positive weight can be too small for the bias: add them all up, and look at the sum.": (
                    (W <= 0).all(axis=0) & (b <= 0)
                ),
                "A negative weight is switched off by a black pixel; it never helps.": b + np.abs(W).sum(axis=0) <= 0,
                "All positive weights help at once, not only the largest.": b + W.max(axis=0) <= 0,
                "All positive weights help at once: they add up, they are not averaged.": b
                + np.maximum(W, 0).mean(axis=0)
                <= 0,
                "The bias is part of z.": up <= 0,
                "That is the picture that a neuron likes least.": b + np.minimum(W, 0).sum(axis=0) <= 0,
                "The bias is added to what the picture brings, not taken off.": up - b <= 0,
                "A share is one number; the neurons themselves are wanted.": float(want.mean()),
                "How many they are is one number; the neurons themselves are wanted.": int(want.sum()),
                "The numbers of the neurons say it, too; but a truth value for each is wanted.": np.flatnonzero(want),
                "A column of W is a neuron; a row is a pixel.": (b[:n_in] + np.maximum(W, 0).sum(axis=1) <= 0),
            },
        )
