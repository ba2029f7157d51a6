"""Checkers of the exercises in section 3.3.1, schedules and the noise floor."""

import numpy as np

from backprop.exercises.answers import numbers
from backprop.exercises.checking import Case, exercise
from backprop.schedules import cosine


@exercise("3.3.1.a", hint="The cosine of the page. What does it do after its last step?")
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
                "Half a cosine, from 0 to π: that is a whole one, which is back at the start at the end.": end
                + (lr - end) * (1 + np.cos(2 * min(angle, np.pi))) / 2,
                "1 + cos runs from 2 to 0: a ½ is missing.": end + (lr - end) * (1 + np.cos(min(angle, np.pi))),
                "That is a straight line.": lr + (end - lr) * min(angle / np.pi, 1),
                "The swing is lr − end, so that the schedule begins at lr.": end
                + lr * (1 + np.cos(min(angle, np.pi))) / 2,
                "The cosine falls from lr to end, not from end to lr.": lr
                + (end - lr) * (1 + np.cos(min(angle, np.pi))) / 2,
                "After the last step the rate stays at `end`, not at 0.": end * (t <= steps)
                + (t <= steps) * (lr - end) * (1 + np.cos(min(angle, np.pi))) / 2,
                "An angle of π at the last step: np.cos counts in radians, not in degrees.": end
                + (lr - end) * (1 + np.cos(180 * min(angle / np.pi, 1))) / 2,
                "The angle needs π: the cosine has to come to −1 at the end.": end
                + (lr - end) * (1 + np.cos(min(angle / np.pi, 1))) / 2,
            },
        )


@exercise(
    "3.3.1.b", hint="After the first step nothing of the start may be left, and every example has to count alike."
)
def averaging_rates(rng):
    """The rates are tried: SGD with them has to hold the mean of what it has seen, after every step, from any start."""
    for n in (5, 1, 12):
        start, examples = 10.0 + float(rng.normal()), rng.normal(size=n)
        yield Case(n, judge=lambda rates, s=start, x=examples: averages_wrongly(rates, s, x))


def averages_wrongly(rates, start: float, examples: np.ndarray) -> str | None:
    """What SGD with these rates does wrong, or None."""
    rates, n = numbers(rates), len(examples)
    if rates is None or rates.dtype.kind == "b" or rates.ndim != 1:
        return "A list or an array of rates is wanted."
    if len(rates) != n:
        return f"{n} rates are wanted for n = {n}, one for each step; there are {len(rates)}."
    if not np.isfinite(rates).all():
        return "Every rate is a finite number."
    k = np.arange(1, n + 1)
    guesses = {
        "The start counts as an example there: after the first step nothing of it may be left.": 1 / (k + 1),
        "Those are shares of the whole list; after every step, w is the mean of the examples so far.": np.full(
            n, 1 / n
        ),
        "The rates fall, but too slowly: after step 2 both examples have to count the same.": k**-0.5,
        "The rates fall too fast: a late example has to count as much as an early one.": 1 / k**2,
        "Those are the shares that the old mean keeps; the new example has the rest.": 1 - 1 / k,
        "The rates come the other way round: the first step is the largest.": 1 / k[::-1],
        "Those rates fall by a fixed factor; an early example would count less and less.": 0.5 ** (k - 1.0),
        "With the rate 1 w is the newest example alone.": np.ones(n),
        "Those are the numbers of the steps; a rate larger than 2 flies away.": k,
    }
    w = start
    for step, (rate, mean) in enumerate(zip(rates, np.cumsum(examples) / k, strict=True), start=1):
        w -= rate * (w - examples[step - 1])
        if abs(w - mean) > 1e-5 * start:
            for sentence, guess in guesses.items():
                if np.allclose(rates, guess, rtol=1e-5):
                    return sentence
            return f"After step {step}, w is {w:.4g}; the mean of the examples so far is {mean:.4g}."
    return None


@exercise("3.3.1.c", hint="What a step leaves of the mean square, and the noise that it adds: once per rate.")
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
                "The factor of a step is squared, since it multiplies w.": _loss(
                    rates, w0, curvature, sigma, factor_power=1
                ),
                "The noise of a step is ησ, so its square has η² in it.": _loss(
                    rates, w0, curvature, sigma, powers=(1, 2)
                ),
                "The noise of a step is ησ, so its square has σ² in it.": _loss(
                    rates, w0, curvature, sigma, powers=(2, 1)
                ),
                "The noise is multiplied by the rate as well.": _loss(rates, w0, curvature, sigma, powers=(0, 2)),
                "The noise of a step is ησ: the curvature is not in it.": _loss(
                    rates, w0, curvature, sigma * curvature
                ),
                "The noise of a step is added behind it: its own factor does not shrink it.": float(
                    curvature
                    / 2
                    * (left + sum(eta**2 * sigma**2 * np.prod(factors[t:]) for t, eta in enumerate(rates)))
                ),
                "The start is missing: E[w²] is w0² at first.": _loss(rates, 0.0, curvature, sigma),
                "E[w²] is w0² at first, not w0.": _loss(rates, w0**0.5, curvature, sigma),
                "The loss is λ/2 times E[w²]: the ½ is missing.": 2 * _loss(rates, w0, curvature, sigma),
                "The loss is λ/2 times E[w²]: λ is missing.": _loss(rates, w0, curvature, sigma) / curvature,
                "The noise is added, not taken away.": _loss(rates, w0, curvature, sigma, sign=-1),
                "The first rate is used once and never again; every rate has its own step.": _loss(
                    rates[:1] * n, w0, curvature, sigma
                ),
            },
        )


def _loss(rates, w0, curvature, sigma, factor_power=2, powers=(2, 2), sign=1) -> float:
    """The expected loss, with other powers of the factor, of η and of σ, or the noise taken away."""
    square = w0**2
    for eta in rates:
        square = (1 - eta * curvature) ** factor_power * square + sign * eta ** powers[0] * sigma ** powers[1]
    return curvature / 2 * square


@exercise("3.3.1.d", hint="What is left after n steps at 1/t is σ²/(2λn).")
def price_of_one_over_t(rng):
    """σ²/(2λn) at λ = 0.5, σ = 0.3: 0.09/n."""
    yield Case(
        want=(90, 810),
        names=("steps to 0.001", "more steps to 0.0001"),
        traps={
            "How many more, after the first: take them off.": (90, 900),
            "The loss has a 2 in the denominator: σ²/(2λn).": (180, 1620),
            "λ stands in the denominator: along a steep direction noise costs less.": (22.5, 202.5),
            "σ is squared.": (300, 2700),
            "That is for E[w²] = σ²/(λ²n); the loss is λ/2 times it.": (360, 3240),
            "That is the loss after one step; ask for which n it is 0.001.": (0.09, 0.09),
            "Ten times closer takes ten times the steps, not ten more.": (90, 10),
            "Ten times closer takes ten times the steps in all, not as many again.": (90, 90),
        },
    )


@exercise("3.3.1.e", hint="Add up all rates; what is left of the distance is about e to the power −λ times this sum.")
def share_never_walked(rng):
    """Between the exact product, 0.0776, and e to the power −2.5 with the sum taken as 0.2/0.02, 0.0821."""
    total = 0.2 / (1 - np.exp(-0.02))
    left = float(np.prod(1 - 0.25 * 0.2 * np.exp(-0.02 * np.arange(5000))))
    yield Case(
        want=(left + float(np.exp(-2.5))) / 2,
        tol=0.05,
        traps={
            "That is the share that is walked; what is left?": 1 - float(np.exp(-0.25 * total)),
            "That is the share of the loss; the distance is its root.": float(np.exp(-0.5 * total)),
            "The flat direction has λ = 0.25: it multiplies the sum of the rates.": float(np.exp(-total)),
            "That is the sum of the rates; what does it leave of the distance?": float(total),
            "That is λ times the sum of the rates: what is left is e to its negative power.": float(0.25 * total),
            "That is one step alone: its factor is 1 − λη₀.": 0.95,
            "The rates fall so fast that they add up to a finite number: something is left.": 0.0,
            "Some of the way is walked: what is left is less than all of it.": 1.0,
        },
    )
