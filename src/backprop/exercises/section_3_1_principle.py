"""Checkers of the exercises in section 3.1, gradient descent and its limit."""

from collections.abc import Callable

import numpy as np

from backprop.exercises.answers import show
from backprop.exercises.checking import Case, exercise


def random_hessian(rng: np.random.Generator, n: int) -> np.ndarray:
    """A symmetric matrix with positive eigenvalues and no axis of the weights among its eigenvectors."""
    eigenvectors, _ = np.linalg.qr(rng.normal(size=(n, n)))
    return eigenvectors @ np.diag(rng.uniform(0.5, 9.0, n)) @ eigenvectors.T


@exercise("3.1.a", hint="Each of the two weights is a parabola of its own, with its own factor per step.")
def two_steps(rng):
    """Each weight is multiplied by its factor, 1 − 0.2 · 1 and 1 − 0.2 · 7, twice."""
    start, curvature, lr = np.array([3.0, 1.0]), np.array([1.0, 7.0]), 0.2

    def after(*factors):
        return tuple((start * np.prod(factors, axis=0)).tolist())

    factor = 1 - lr * curvature
    yield Case(
        want=after(factor, factor),
        tol=1e-4,
        names=("w₁", "w₂"),
        traps={
            "That is one step; take another from there.": after(factor),
            "Those are three steps.": after(factor, factor, factor),
            "That goes uphill: the gradient is subtracted.": after(1 + lr * curvature, 1 + lr * curvature),
            "The second step needs the slopes at the place where the first one ended.": after(1 - 2 * lr * curvature),
            "w₂ has the curvature 7: its slope is 7 w₂.": after([1 - lr] * 2, [1 - lr] * 2),
            "Both weights make two steps; w₂ has made one.": (after(factor, factor)[0], after(factor)[1]),
            "Both weights make two steps; w₁ has made one.": (after(factor)[0], after(factor, factor)[1]),
            "w₂ changes sides at every step; after two it is back on its own.": after(factor, [0.8, 0.4]),
            "The slope of ½ w² is w, not 2 w.": after(1 - 2 * lr * curvature, 1 - 2 * lr * curvature),
            "The slope of ½ w² is w, not w/2.": after(1 - lr * curvature / 2, 1 - lr * curvature / 2),
            "Those are the slopes there; where is it?": tuple((curvature * after(factor, factor)).tolist()),
        },
    )


@exercise("3.1.b", hint="Every step multiplies the weight by the same factor.")
def closed_form(rng):
    """The closed form against a loop, below and above the limit, and for no step at all."""
    for steps in (0, 1, 7):
        w0, curvature, lr = rng.uniform(0.5, 2.0, 3).round(3).tolist()
        want = w0
        for _ in range(steps):
            want -= lr * curvature * want
        yield Case(
            w0,
            curvature,
            lr,
            steps,
            want=want,
            traps={
                "One step takes off ηλw; but the next step takes off ηλ of what is left, so factors multiply.": w0
                * (1 - lr * curvature * steps),
                "The factor is 1 − ηλ: the curvature is missing.": w0 * (1 - lr) ** steps,
                "That goes uphill: the factor is 1 − ηλ.": w0 * (1 + lr * curvature) ** steps,
                "That is the share that is left; where does it start?": (1 - lr * curvature) ** steps,
                "That is one step too many.": w0 * (1 - lr * curvature) ** (steps + 1),
                "That is one step too few.": w0 * (1 - lr * curvature) ** (steps - 1),
                "An exponential is what many tiny steps do; these steps have a length.": w0
                * float(np.exp(-lr * curvature * steps)),
                "The slope of ½ λ w² is λ w: the ½ cancels the 2 of the square.": w0
                * (1 - lr * curvature / 2) ** steps,
                "The slope of ½ λ w² is λ w, not 2 λ w.": w0 * (1 - 2 * lr * curvature) ** steps,
                "The power belongs to the factor, not to the start.": (w0 * (1 - lr * curvature)) ** steps,
            },
        )


@exercise("3.1.c", hint="Look at the sign and at the size of the factor 1 − η λ.")
def fate(rng):
    """Every regime with both borders, for curvatures below and above 1; powers of 2, so that borders are exact."""
    fates = (
        (0.3, "one side", "where the factor 1 − ηλ is 0.7: the sign stays and the size shrinks"),
        (1.0, "one side", "where the factor 1 − ηλ is 0: it arrives in one step, and that counts as one side"),
        (1.6, "flips", "where the factor 1 − ηλ is −0.6: the sign changes at every step and the size shrinks"),
        (2.0, "diverges", "where the factor 1 − ηλ is exactly −1: it jumps from side to side for ever"),
        (2.5, "diverges", "where the factor 1 − ηλ is −1.5: the size grows"),
    )
    for curvature in (2.0 ** -rng.integers(1, 4), 2.0 ** rng.integers(1, 4)):
        for product, want, reason in fates:
            judge = word_judge(want, ("one side", "flips", "diverges"), f"ηλ = {product}, {reason}.")
            yield Case(float(curvature), product / float(curvature), judge=judge)


def word_judge(want: str, words: tuple[str, ...], reason: str) -> Callable[[object], str | None]:
    """A judge of a word: anything else is said not to be among the words, another of them gets the reason."""

    def judge(got):
        word = got.strip().casefold() if isinstance(got, str) else ""
        if word not in words:
            return f"{show(got)} where one of the words {', '.join(words)} is wanted."
        return None if word == want else f'"{word}" is not right for {reason}'

    return judge


@exercise("3.1.d", hint="Power iteration finds λ_max; the product with the Hessian is a difference of two gradients.")
def largest_rate(rng):
    """2/λ_max of a loss that is no quadratic, at a point where its Hessian differs from that at 0."""
    for n in (3, 4, 6):  # L = Σ ln cosh(H w + c) with a symmetric H has the gradient H tanh(H w + c)
        top, rounds, others = 0.0, [], []
        # On a plateau, where tanh is flat in every direction, nudges drown in rounding; and three rounds must not do.
        # And no other mistake may look like one of those.
        while (
            top < 0.2
            or min(abs(estimate / top - 1) for estimate in rounds) < 0.02
            or any(0.95 * rounds[1] < size < 1.05 * top for size in others)
        ):
            H, c, w = 0.2 * random_hessian(rng, n), rng.normal(size=n), 0.5 * rng.normal(size=n)
            hessian = H * (1 - np.tanh(H @ w + c) ** 2) @ H
            top, *_, bottom = np.linalg.svd(hessian, compute_uv=False).tolist()
            d, rounds = np.ones(n), []
            for _ in range(3):
                rounds.append(float(d @ hessian @ d / (d @ d)))
                d = hessian @ d
            others = [np.linalg.norm(H @ np.tanh(H @ w + c)), np.linalg.norm(H * (1 - np.tanh(c) ** 2) @ H, 2)]
        yield Case(
            lambda w, H=H, c=c: H @ np.tanh(H @ w + c),
            w,
            want=2 / top,
            tol=0.01,
            traps={
                "That is the limit at w = 0: nudge the gradient where you stand.": 2
                / np.linalg.norm(H * (1 - np.tanh(c) ** 2) @ H, 2),
                "That is 1/λ_max, the rate that arrives in one step along the steepest direction.": 1 / top,
                "That is the eigenvalue λ_max; the limit is 2/λ_max.": top,
                "That is 2/λ_min; the steepest direction sets the limit.": 2 / bottom,
                "That is twice the limit: a nudge to one side is h long, not 2h.": 4 / top,
                "H d is the difference of two gradients; that takes one gradient for it.": 2e-5
                / np.linalg.norm(H @ np.tanh(H @ w + c)),
                "The limit needs the curvature, not the size of the gradient.": 2
                / np.linalg.norm(H @ np.tanh(H @ w + c)),
                "Not enough rounds: d has not yet turned into the steepest direction.": (
                    lambda got, top=top, few=rounds[0]: 2 / top < got < 2.02 / few
                ),
                "d has to be brought to length 1 in each round: d · Hd grows with its length.": (
                    lambda got, top=top: 0 < got < 0.7 * 2 / top
                ),
            },
        )


@exercise("3.1.e", hint="At the best rate the flattest and the steepest direction are equally slow.")
def best_rate(rng):
    """The rate that balances both ends of the spectrum."""
    for n in (2, 3, 5):
        H = random_hessian(rng, n)
        low, high = 1 / np.linalg.norm(np.linalg.inv(H), 2), np.linalg.norm(H, 2)
        yield Case(
            H,
            want=2 / (low + high),
            traps={
                "That is the limit of stability: there the steepest direction does not converge at all.": 2 / high,
                "That is half of it: the factors at both ends add up to 0, so 2 stands on one side.": 1 / (low + high),
                "The eigenvalues are added: both ends have the factor 1 − η λ.": 2 / (high - low),
                "That is the condition number; a rate is wanted.": high / low,
                "That arrives in one step along the steepest direction; the flattest could have more.": 1 / high,
                "That is one over the geometric mean of both ends; the best rate is 2 over their sum.": (low * high)
                ** -0.5,
                "The diagonal does not hold the eigenvalues: np.linalg.eigvalsh finds them.": 2
                / (np.diag(H).min() + np.diag(H).max()),
                "All eigenvalues are averaged there; only the two ends matter.": n / np.trace(H),
            },
        )
