"""Checkers of the exercises in section 3.3.1, schedules and the noise floor."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.schedules import cosine


@exercise("3.3.1.a", hint="η_T + (η₀ − η_T)(1 + cos(πt/T))/2, with t no larger than T.")
def cosine_rate(rng):
    """The package's cosine at the start, on the way, at the end and after it."""
    lr, end, steps = float(rng.uniform(0.2, 2.0)), float(rng.uniform(0.01, 0.1)), int(rng.integers(20, 90))
    for t in (0, int(rng.integers(3, steps // 2 - 2)), steps, steps + 7):
        angle = np.pi * t / steps
        yield Case(
            t,
            lr,
            steps,
            end,
            want=cosine(lr, steps, end)(t),
            traps={
                "After the last step a cosine rises again: the rate should stay at `end`.": end
                + (lr - end) * (1 + np.cos(angle)) / 2,
                "The schedule should land on `end`, not on 0.": lr * (1 + np.cos(min(angle, np.pi))) / 2,
                "Half a cosine, from 0 to π: that is a quarter, it starts with a full swing.": end
                + (lr - end) * np.cos(min(angle, np.pi) / 2),
            },
        )


@exercise("3.3.1.b", hint="η σ² = 2 (2 − η λ) · floor: collect η on one side.")
def rate_for(rng):
    """The rate whose floor, found by iterating the expectation, is the wanted one."""
    for _ in range(3):
        eta, curvature, sigma = rng.uniform(0.1, 0.6), rng.uniform(0.5, 2.0), rng.uniform(0.5, 2.0)
        square = 0.0
        for _ in range(2000):
            square = (1 - eta * curvature) ** 2 * square + (eta * sigma) ** 2
        floor = curvature / 2 * square
        yield Case(
            float(floor),
            float(curvature),
            float(sigma),
            want=eta,
            traps={
                "That is the rule of thumb ησ²/4 turned round: it leaves out ηλ, and gives too large a rate.": 4
                * floor
                / sigma**2,
                "The noise enters squared.": 4 * floor / (sigma + 2 * floor * curvature),
                "That is the limit of stability; there the floor is infinite.": 2 / curvature,
            },
        )


@exercise("3.3.1.c", hint="E[w²] ← (1 − ηλ)² E[w²] + η²σ², once per rate; the loss is λ/2 times it.")
def expected_loss(rng):
    """Against the exact sum: the start times all factors, plus each step's noise times the later ones."""
    for n in (0, 1, 6):
        rates = rng.uniform(0.05, 0.9, n).tolist()
        w0, curvature, sigma = rng.uniform(0.5, 3.0, 3).round(3).tolist()
        factors = (1 - np.array(rates) * curvature) ** 2
        later = [np.prod(factors[t + 1 :]) for t in range(n)]
        left = np.prod(factors) * w0**2
        noise = sum(eta**2 * sigma**2 * rest for eta, rest in zip(rates, later, strict=True))
        yield Case(
            rates,
            w0,
            curvature,
            sigma,
            want=float(curvature / 2 * (left + noise)),
            traps={
                "That is what is left of the start; the noise is missing.": float(curvature / 2 * left),
                "That is E[w²]; the loss is λ/2 times it.": float(left + noise),
                "The factor of a step is squared, since it multiplies w.": _unsquared(rates, w0, curvature, sigma),
            },
        )


def _unsquared(rates: list[float], w0: float, curvature: float, sigma: float) -> float:
    square = w0**2
    for eta in rates:
        square = (1 - eta * curvature) * square + (eta * sigma) ** 2
    return curvature / 2 * square
