"""Checkers of the exercises on page 2.4.3, minima, saddles and plateaus."""

import math

import numpy as np

from backprop.exercises.answers import show
from backprop.exercises.checking import Case, exercise


@exercise("2.4.3.a", hint="Differentiate (w₁w₂ − 1) w₂ once more, by each weight; one of the two is a product.")
def hessian_on_paper(rng):
    yield Case(
        want=((4, 3, 1), 1),
        names=("second derivatives", "negative eigenvalues"),
        traps={
            "∂²L/∂w₁² is w₂², not w₁²: the other weight is the factor.": ((1, 3, 4), 1),
            "In the mixed derivative w₂ stands in both factors: the product rule gives two terms.": ((4, 2, 1), 0),
            "The mixed derivative has a second term, w₁w₂ − 1 itself.": ((4, 2, 1), 1),
            "The mixed derivative is w₁w₂ plus (w₁w₂ − 1); one of the two is missing.": ((4, 1, 1), 0),
            "The mixed derivative is 2 w₁w₂ − 1; the −1 of the loss is lost.": ((4, 4, 1), 1),
            "The determinant is 4 · 1 − 3²: which sign has the product of the eigenvalues?": ((4, 3, 1), 0),
            "The sum of the eigenvalues is 4 + 1: not both can be negative.": ((4, 3, 1), 2),
            "That is the gradient; differentiate once more.": ((2, 1, 1), 0),
        },
    )


@exercise("2.4.3.b", hint="The signs of the eigenvalues decide: which of them count as 0?")
def kind(rng):
    """Symmetric matrices with chosen eigenvalues, turned at random."""
    wanted = [
        ("minimum", (1.0, 0.3)),
        ("saddle", (2.0, -0.5)),
        ("maximum", (-1.0, -2.0)),
        ("flat", (1.0, 1e-12)),
        ("saddle", (3.0, 1e-12, -0.2)),
        ("flat", (-1.0, -1e-12, -3.0)),
        ("minimum", (0.2, 5.0, 1.0)),
        ("minimum", (1e-5, 1.0)),
        ("maximum", (-1e-5, -1.0)),
        ("flat", (3e-7, 1.0)),
        ("flat", (-3e-7, 1.0)),
        ("flat", (3e-7, -1.0)),
        ("flat", (-3e-7, -1.0)),
        ("saddle", (-1e-5, 1.0)),
        ("saddle", (1e-5, -1.0)),
    ]
    for name, eigenvalues in wanted:
        scaled = np.array(eigenvalues) * rng.uniform(0.8, 1.2)
        turn, _ = np.linalg.qr(rng.normal(size=(len(scaled), len(scaled))))
        H = turn * scaled @ turn.T
        yield Case((H + H.T) / 2, judge=lambda got, name=name, scaled=scaled: named(got, name, scaled))


def named(got, name, eigenvalues):
    """What is wrong with the name of a point whose Hessian has these eigenvalues; None if nothing is."""
    names = ("minimum", "maximum", "saddle", "flat")
    if not isinstance(got, str) or got.strip().lower() not in names:
        return f"One of the words {', '.join(map(repr, names))} is wanted, not {show(got)}."
    if got.strip().lower() == name:
        return None
    listed = ", ".join(f"{value:.2g}" for value in eigenvalues)
    return f"The eigenvalues are {listed}; you call that {got.strip().lower()!r}."


@exercise("2.4.3.c", hint="Each step multiplies the distance by the same number; how often, until it is 1?")
def escape_steps(rng):
    """Steps away from a saddle, checked by walking."""
    cases = [(1e-7, 1.0, 0.1), (0.5, 2.0, 0.5), (0.7, 1.0, 0.2)]
    cases += [(10 ** float(rng.uniform(-9, -1)), float(rng.uniform(0.2, 3)), float(rng.uniform(0.01, 0.3)))]
    cases += [(1e-7, float(rng.uniform(0.2, 3)), float(rng.uniform(0.01, 0.3)))]
    for offset, curvature, eta in cases:
        distance, steps = offset, 0
        while distance < 1 - 1e-12:
            distance, steps = distance * (1 + eta * curvature), steps + 1
        exact = math.log(1 / offset) / math.log(1 + eta * curvature)
        yield Case(
            offset,
            curvature,
            eta,
            want=steps,
            traps={
                "One step too few: round up.": steps - 1,
                "That is the count for a growth of exp(ηc) per step; a step multiplies by 1 + ηc.": math.ceil(
                    math.log(1 / offset) / (eta * curvature)
                ),
                "Round up to a whole number of steps.": exact,
                "The curvature is missing: a step multiplies by 1 + ηc, not by 1 + η.": math.ceil(
                    math.log(1 / offset) / math.log(1 + eta)
                ),
                "The distance grows by multiplication: take logarithms.": math.ceil(1 / offset),
                "The distance grows: a step multiplies by 1 + ηc, not by 1 − ηc.": math.ceil(
                    math.log(1 / offset) / abs(math.log(abs(1 - eta * curvature) or 0.5))
                ),
                "One step too many: the distance may be exactly 1.": steps + 1,
                "Both logarithms have to be of one base.": math.ceil(
                    math.log10(1 / offset) / math.log(1 + eta * curvature)
                ),
                "The steps get longer: each adds to the distance in proportion to it.": math.ceil(
                    (1 - offset) / (offset * eta * curvature)
                ),
            },
        )


@exercise("2.4.3.d", hint="With equal weights s the gradient is about −s², and every second derivative contains an s.")
def three_in_a_row(rng):
    yield Case(judge=said_of_three)


def said_of_three(got):
    """What is wrong with (kind of the origin, steps) of ½ (w₁w₂w₃ − 1)²; None if nothing is."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        return f"A word and a number are wanted, not {show(got)}."
    word, steps = got
    if isinstance(word, str) and word.strip().lower() in ("minimum", "maximum", "saddle"):
        return f"Does a {word.strip().lower()} fit? At 0 every second derivative still contains a weight as a factor."
    if not isinstance(word, str) or word.strip().lower() != "flat":
        return f"One of the words minimum, maximum, saddle, flat is wanted, not {show(word)}."
    if steps not in (10, 100, 1_000, 10_000):
        return f"One of 10, 100, 1000, 10000 steps is wanted, not {show(steps)}."
    if steps < 1_000:
        return "Too few: a step multiplies s by 1 + ηs, at the start by 1.001 only."
    return None if steps == 1_000 else "Too many: the doublings get faster, since each step adds ηs²."
