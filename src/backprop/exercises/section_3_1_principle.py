"""Checkers of the exercises in section 3.1, gradient descent and its limit."""

import numpy as np

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


@exercise("3.1.b", hint="Each direction keeps its own factor per step. Which power of it is one hundredth?")
def steps_by_direction(rng):
    """Counted by walking: 0.91 and −0.8 per step, from 1 down to a hundredth."""
    flat, steep = (walked_until(abs(1 - 0.09 * curvature), 0.01) for curvature in (1, 20))
    yield Case(
        want=(flat, steep),
        tol=1e-9,
        names=("flat_steps", "steep_steps"),
        traps={
            "The steep direction is the one with λ = 20; the two are exchanged.": (steep, flat),
            "A step too few: then a little more than one per cent is left.": (flat - 1, steep - 1),
            "A step too many: one step earlier less than one per cent was left already.": (flat + 1, steep + 1),
            "Count whole steps: round up.": lambda got: bool(np.any(np.mod(got, 1))),
            "That is a tenth of the distance, one per cent of the loss; of the distance a hundredth is asked for.": (
                walked_until(0.91, 0.1),
                walked_until(0.8, 0.1),
            ),
            "The factor is 1 − ηλ; e to the −ηλ is what many tiny steps would do.": (
                walked_until(float(np.exp(-0.09)), 0.01),
                walked_until(float(np.exp(-1.8)), 0.01),
            ),
            "One per cent is left, not lost.": (walked_until(0.91, 0.99), walked_until(0.8, 0.99)),
        },
    )


def walked_until(factor: float, share: float) -> int:
    """How many steps it takes until at most this share is left."""
    left, steps = 1.0, 0
    while left > share:
        left, steps = left * factor, steps + 1
    return steps


@exercise("3.1.c", hint="Divide a distance by the one before: that is the factor of a step.")
def read_the_curvature(rng):
    """A factor of −0.6 at η = 0.2."""
    lr, factor = 0.2, -0.6
    curvature = (1 - factor) / lr
    yield Case(
        want=(curvature, 1 / curvature, 2 / curvature),
        tol=1e-4,
        names=("curvature", "at_once", "limit"),
        traps={
            "The factor is negative, −0.6: the path changes sides.": (2.0, 0.5, 1.0),
            "The factor is 1 − ηλ: ηλ is 1.6, not 0.6.": (3.0, 1 / 3, 2 / 3),
            "Divide by the rate: that is ηλ, not λ.": (1.6, 1 / 1.6, 2 / 1.6),
            "The last two are exchanged: the limit is the larger rate.": (curvature, 2 / curvature, 1 / curvature),
            "1 − ηλ = −0.6 gives ηλ = 1.6: mind the sign.": (-curvature, -1 / curvature, -2 / curvature),
            "Those are products ηλ; rates are asked for.": (curvature, 1.0, 2.0),
            "The limit has the factor −1, not 0.": (curvature, 1 / curvature, 1 / curvature),
            "At the limit the factor is −1: ηλ = 2, not 4.": (curvature, 1 / curvature, 4 / curvature),
        },
    )


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
                "That is 2 over the largest entry on the diagonal; the largest eigenvalue is larger.": (
                    2 / np.diag(hessian).max()
                ),
                "H d is the difference of two gradients; that puts gradient(d) in its place.": (
                    2 / grown(lambda d, H=H, c=c: H @ np.tanh(H @ d + c), n)
                ),
                "Not enough rounds: d has not yet turned into the steepest direction.": (
                    lambda got, top=top, few=rounds[0]: 2 / top < got < 2.02 / few
                ),
                "d has to be brought to length 1 in each round: d · Hd grows with its length.": (
                    lambda got, top=top: 0 < got < 0.7 * 2 / top
                ),
            },
        )


def grown(gradient, n):
    """The length of gradient(d) for a d of length 1 that it no longer turns."""
    d = np.ones(n)
    for _ in range(300):
        d = gradient(d / np.linalg.norm(d))
    return np.linalg.norm(d)


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
