"""Checkers of the exercises on page 2.4.3, minima, saddles and plateaus."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("2.4.3.a", hint="Column k is (g(w + h e_k) − g(w − h e_k)) / 2h.")
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
            },
        )


@exercise("2.4.3.b", hint="All above the tolerance; all below its negative; some of each; nothing of these: flat.")
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
    ]
    for name, eigenvalues in wanted:
        scaled = np.array(eigenvalues) * rng.uniform(0.8, 1.2)
        turn, _ = np.linalg.qr(rng.normal(size=(len(scaled), len(scaled))))
        H = turn * scaled @ turn.T
        yield Case(
            (H + H.T) / 2,
            want=name,
            traps={
                f"It has eigenvalues of about {np.round(scaled, 3).tolist()}: call it {name!r}.": trap
                for trap in ("minimum", "maximum", "saddle", "flat")
                if trap != name
            },
        )


@exercise("2.4.3.c", hint="d (1 + η c)^t ≥ 1, so t ≥ ln(1/d) / ln(1 + η c), rounded up.")
def escape_steps(rng):
    """Steps away from a saddle, checked by walking."""
    cases = [(1e-7, 1.0, 0.1), (0.5, 2.0, 0.5)]
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
            },
        )
