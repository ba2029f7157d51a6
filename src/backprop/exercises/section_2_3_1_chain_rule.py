"""Checkers of the exercises on page 2.3.1, the chain rule: what a nudge finds, by centred differences."""

from collections.abc import Callable

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import sigmoid
from backprop.gradcheck import numerical_gradient


def nudged(f: Callable[[float], float], at: float) -> float:
    """The slope of f at one number."""
    return float(numerical_gradient(lambda x: float(f(x)), np.array(at)))


def away_from_zero(rng: np.random.Generator, n: int) -> list[float]:
    """Numbers of size ½ to 1½ and either sign, so that no factor disappears."""
    return (rng.choice([-1, 1], n) * rng.uniform(0.5, 1.5, n)).tolist()


@exercise("2.3.1.a", hint="The slope of the tanh belongs to z = w x + b, the number that arrived there.")
def slope_at_the_right_place(rng):
    """One tanh neuron."""
    for _ in range(3):
        w, b, x, _ = away_from_zero(rng, 4)
        y = 1.5 + rng.uniform()
        a = np.tanh(w * x + b)
        yield Case(
            w,
            b,
            x,
            y,
            want=nudged(lambda w, b=b, x=x, y=y: (np.tanh(w * x + b) - y) ** 2 / 2, w),
            traps={
                "The slope is still taken at w.": (a - y) * (1 - np.tanh(w) ** 2) * x,
                "The slope is taken at w x; b arrives there, too.": (a - y) * (1 - np.tanh(w * x) ** 2) * x,
                "The slope is taken at a, which is behind the tanh.": (a - y) * (1 - np.tanh(a) ** 2) * x,
                "The last link is missing: z = w x + b grows by x for each unit of w.": (a - y) * (1 - a * a),
            },
        )


@exercise("2.3.1.b", hint="da = a − y; delta = da times the slope; then w, b and x hang on z = w x + b.")
def price_at_every_stop(rng):
    """One sigmoid neuron; every price from a nudge of its own number."""
    for _ in range(2):
        w, b, x, y = away_from_zero(rng, 4)
        z = w * x + b
        a = float(sigmoid(z))
        da = nudged(lambda a, y=y: (a - y) ** 2 / 2, a)
        at_z = nudged(lambda z, y=y: (sigmoid(z) - y) ** 2 / 2, z)
        dw = nudged(lambda w, b=b, x=x, y=y: (sigmoid(w * x + b) - y) ** 2 / 2, w)
        dx = nudged(lambda x, b=b, w=w, y=y: (sigmoid(w * x + b) - y) ** 2 / 2, x)
        yield Case(
            w,
            b,
            x,
            y,
            want=(da, at_z, dw, at_z, dx),
            names=("da", "delta", "dw", "db", "dx"),
            traps={
                "dw and dx are exchanged: each multiplies by the other one.": (da, at_z, dx, at_z, dw),
                "delta lacks the slope of the sigmoid.": (da, da, da * x, da, da * w),
                "db is not 0: a nudge of b moves z by as much.": (da, at_z, dw, 0.0, dx),
            },
        )


@exercise("2.3.1.c", hint="Σ (ŷ − y) x, divided by N; the ½ has cancelled the 2.")
def gradient_of_a_mean(rng):
    """A line through the origin under the mean squared error."""
    for n in (3, 7):
        w, x, y = 2 + rng.uniform(), rng.normal(size=n), rng.normal(size=n)
        total = ((w * x - y) * x).sum()
        yield Case(
            w,
            x,
            y,
            want=nudged(lambda w, n=n, x=x, y=y: ((w * x - y) ** 2).sum() / (2 * n), w),
            traps={
                "That is the gradient of the sum; the mean has a 1/N in front.": total,
                "The sum over the examples is missing: one number is wanted.": (w * x - y) * x / n,
                "The ½ cancels the 2 of the square.": total / (2 * n),
                "The link from w to the prediction is missing: its slope is x.": (w * x - y).sum() / n,
            },
        )


@exercise("2.3.1.d", hint="delta2 first; times a1 it is dw2, times w2 it is the price at a1.")
def two_neurons(rng):
    """Two sigmoid neurons in a row."""
    for _ in range(2):
        w1, w2, x, y = away_from_zero(rng, 4)

        def loss(w1: float, w2: float, x: float = x, y: float = y) -> float:
            return float((sigmoid(w2 * sigmoid(w1 * x)) - y) ** 2 / 2)

        dw1 = nudged(lambda w, w2=w2: loss(w, w2), w1)
        dw2 = nudged(lambda w, w1=w1: loss(w1, w), w2)
        a1 = float(sigmoid(w1 * x))
        yield Case(
            w1,
            w2,
            x,
            y,
            want=(dw1, dw2),
            names=("dw1", "dw2"),
            traps={
                "dw1 lacks the slope of the first sigmoid.": (dw1 / (a1 * (1 - a1)), dw2),
                "dw1 lacks w2, the link from a1 to z2.": (dw1 / w2, dw2),
                "dw2 is multiplied by x; the second weight multiplies a1.": (dw1, dw2 / a1 * x),
            },
        )


@exercise("2.3.1.e", hint="Each link multiplies by w and by the slope of the sigmoid at w a.")
def chain_with_a_weight(rng):
    """Sigmoids with one weight before each, few links and many."""
    for n in (1, 2, 5):
        a, w = rng.uniform(0.2, 0.9), rng.uniform(1.5, 4)

        def end(a: float, w: float = w, n: int = n) -> float:
            for _ in range(n):
                a = float(sigmoid(w * a))
            return a

        want = nudged(end, a)
        yield Case(
            a,
            w,
            n,
            want=want,
            tol=1e-4,  # the nudge of a slope that is next to nothing
            traps={
                "The weight is missing: each link also multiplies by w.": want / w**n,
                "The weight stands in every link, not only in one.": want / w ** (n - 1),
                "That is a_n, the value at the end, not the slope.": end(a),
            },
        )
