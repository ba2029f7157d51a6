"""Checkers of the exercises on page 2.4.3, minima, saddles and plateaus."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.exercises.diagnose import show


@exercise(
    "2.4.3.a", hint="Nudge one weight and look at what happens to all slopes: that is a row of the table, or a column."
)
def nudged_hessian(rng):
    """Bent enough that a difference to one side has five correct digits, and a centred one nine."""
    for n in (3, 1, 5):
        root = rng.normal(size=(n, n))
        fixed, c = root @ root.T + 2 * np.eye(n), rng.uniform(0.5, 1.5, n)

        def gradient(w, fixed=fixed, c=c):  # of ½ wᵀ fixed w + Σ c sin(3w) / 9
            return fixed @ w + c * np.cos(3 * w) / 3

        w, h = rng.normal(size=n), 1e-5
        want = fixed - np.diag(c * np.sin(3 * w))
        yield Case(
            gradient,
            w,
            want=want,
            tol=1e-8,
            traps={
                "That is a difference to one side; a centred one nudges up and down.": np.array(
                    [(gradient(w + d) - gradient(w)) / h for d in h * np.eye(n)]
                ),
                "A centred difference is divided by 2h.": 2 * want,
                "The second derivatives with the wrong sign.": -want,
                "Only the diagonal: nudging one weight changes the slopes at all others.": np.diag(np.diag(want)),
                "That is the gradient, its own nudges are missing.": gradient(w),
                "That is a difference to one side, downward; a centred one nudges up and down.": np.array(
                    [(gradient(w) - gradient(w - d)) / h for d in h * np.eye(n)]
                ),
                "Products of slopes are no second derivatives: nudge the gradient.": np.outer(gradient(w), gradient(w)),
                "A nudge of 1 is too large: the slopes bend on the way.": np.array(
                    [(gradient(w + d) - gradient(w - d)) / 2 for d in np.eye(n)]
                ),
                "All weights are nudged together; nudge one at a time.": np.array([gradient(w + h) - gradient(w - h)])
                / (2 * h),
                "All weights are nudged together, and the answer is copied: nudge one at a time.": np.outer(
                    gradient(w + h) - gradient(w - h), np.ones(n)
                )
                / (2 * h),
                "All weights are nudged together, and the answer is written into every row: nudge one at a time.": (
                    np.outer(np.ones(n), gradient(w + h) - gradient(w - h)) / (2 * h)
                ),
                "The division by 2h is missing.": 2 * h * want,
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
