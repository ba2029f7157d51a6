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


@exercise("2.3.1.a", hint="Which number arrived at the tanh in the forward pass? Its slope belongs there.")
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
                "The slope is 1 − tanh² z: z has been squared there, not its tanh.": (
                    (a - y) * (1 - (w * x + b) ** 2) * x
                ),
                "The slope is taken at a, which is behind the tanh.": (a - y) * (1 - np.tanh(a) ** 2) * x,
                "The last link is missing: z = w x + b grows by x for each unit of w.": (a - y) * (1 - a * a),
                "The slope of the tanh is missing.": (a - y) * x,
                "The ½ in front of the loss cancels the 2 of the square.": 2 * (a - y) * (1 - a * a) * x,
                "The sign is flipped: the error is a − y.": (y - a) * (1 - a * a) * x,
                "The slope of the tanh is 1 − a², not 1 − a.": (a - y) * (1 - a) * x,
                "a (1 − a) is the slope of the sigmoid; this is a tanh.": (a - y) * a * (1 - a) * x,
                "That is the gradient of x; z grows by x, not by w, for each unit of w.": (a - y) * (1 - a * a) * w,
            },
        )


@exercise("2.3.1.b", hint="On the drawn chain each gradient is the one to its right times the slope between them.")
def price_at_every_stop(rng):
    """One sigmoid neuron; every gradient from a nudge of its own number."""
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
                "delta is the slope of the sigmoid alone; it multiplies da.": (
                    da,
                    *(a * (1 - a) * factor for factor in (1, x, 1, w)),
                ),
                "delta: the slope of a sigmoid is a (1 − a), not 1 − a².": (
                    da,
                    *(da * (1 - a * a) * factor for factor in (1, x, 1, w)),
                ),
                "dx lacks the factor w, the link from x to z.": (da, at_z, dw, at_z, at_z),
                "delta lacks the slope of the sigmoid.": (da, da, da * x, da, da * w),
                "db is not 0: a nudge of b moves z by as much.": (da, at_z, dw, 0.0, dx),
                "db has a factor b too many: a nudge of b moves z by as much.": (da, at_z, dw, at_z * b, dx),
                "db is the gradient of z, delta; da is one link further on.": (da, at_z, dw, da, dx),
                "The error is prediction minus target, a − y.": (-da, -at_z, -dw, -at_z, -dx),
                "da is the loss itself; its slope at a is a − y.": (
                    (a - y) ** 2 / 2,
                    *((a - y) ** 2 / 2 * a * (1 - a) * factor for factor in (1, x, 1, w)),
                ),
                "da: the ½ cancels the 2 of the square.": (2 * da, 2 * at_z, 2 * dw, 2 * at_z, 2 * dx),
                "delta: the slope is taken with z in the place of a.": (
                    da,
                    *(da * z * (1 - z) * factor for factor in (1, x, 1, w)),
                ),
                "The order is from the end to the front: da, delta, dw, db, dx.": (dx, at_z, dw, at_z, da),
            },
        )


@exercise("2.3.1.d", hint="Work from the end: find the gradient at the second pre-activation first, for both need it.")
def two_neurons(rng):
    """Two sigmoid neurons in a row."""
    for _ in range(2):
        w1, w2, x, y = away_from_zero(rng, 4)

        def loss(w1: float, w2: float, x: float = x, y: float = y) -> float:
            return float((sigmoid(w2 * sigmoid(w1 * x)) - y) ** 2 / 2)

        dw1 = nudged(lambda w, w2=w2: loss(w, w2), w1)
        dw2 = nudged(lambda w, w1=w1: loss(w1, w), w2)
        a1 = float(sigmoid(w1 * x))
        y_hat = float(sigmoid(w2 * a1))
        slope2 = y_hat * (1 - y_hat)
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
                "dw1 lacks x, the last link.": (dw1 / x, dw2),
                "The error is prediction minus target, ŷ − y.": (-dw1, -dw2),
                "Both lack the slope of the second sigmoid.": (dw1 / slope2, dw2 / slope2),
                "dw1: the slope of the first sigmoid is a1 (1 − a1), not a1.": (dw1 / (1 - a1), dw2),
                "dw1: the link from a1 to z2 is w2, not w1.": (dw1 / w2 * w1, dw2),
                "dw1: a nudge of w1 moves z1 by x, not by a1.": (dw1 / x * a1, dw2),
                "dw2: the slope of the second sigmoid is ŷ (1 − ŷ), that of the first is not in it.": (
                    dw1,
                    dw2 / slope2 * a1 * (1 - a1),
                ),
                "The order is dw1, dw2.": (dw2, dw1),
                "dw1 has the slope of the second sigmoid twice: the first has its own.": (
                    dw1 / (a1 * (1 - a1)) * slope2,
                    dw2,
                ),
            },
        )


def product(a: float, w: float, n: int, factor: Callable[[float, float, float], float]) -> float:
    """A product over n links of whatever `factor` makes of a link's old and new value."""
    slope = 1.0
    for _ in range(n):
        old, a = a, float(sigmoid(w * a))
        slope *= factor(old, a, w)
    return slope


@exercise(
    "2.3.1.e", hint="One link is two factors: the slope of the sigmoid, at the value that arrived, and the weight."
)
def chain_with_a_weight(rng):
    """Sigmoids with one weight before each, few links and many."""
    for n in (2, 1, 5):
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
                "The slope is taken at the old a: it is the new one that makes a (1 − a).": product(
                    a, w, n, lambda old, new, w: w * old * (1 - old)
                ),
                "The slope belongs to w a, the number that arrives at the sigmoid, not to a.": product(
                    a, w, n, lambda old, new, w: w * float(sigmoid(old) * (1 - sigmoid(old)))
                ),
                "The slope of the sigmoid is a (1 − a); 1 − a² is that of the tanh.": product(
                    a, w, n, lambda old, new, w: w * (1 - new**2)
                ),
                "The slope of the sigmoid is a (1 − a); the factor 1 − a is missing.": product(
                    a, w, n, lambda old, new, w: w * new
                ),
                "¼ is only the most that a sigmoid lets through.": (w / 4) ** n,
                "The sign is flipped.": -want,
                "Links of one path multiply; those are added up.": sum(
                    product(a, w, k, lambda old, new, w: w * new * (1 - new))
                    / product(a, w, k - 1, lambda old, new, w: w * new * (1 - new))
                    for k in range(1, n + 1)
                ),
                "All links have the slope of the first one: a changes from link to link.": product(
                    a, w, 1, lambda old, new, w: w * new * (1 - new)
                )
                ** n,
                "One link is missing.": product(a, w, n - 1, lambda old, new, w: w * new * (1 - new)),
            },
        )


@exercise("2.3.1.c", hint="Each slope is taken at the value that arrives there: x = 1, u = 3, v = 9.")
def three_links(rng):
    """The slopes of 2x + 1, of a square and of a reciprocal, and their product."""
    yield Case(
        want=((2, 6, -1 / 81), -12 / 81),
        names=("slopes", "dL_dx"),
        traps={
            "slopes: the last is taken at v = 9, where it is −1/81, and not at the start of the chain.": (
                (2, 6, -1),
                -12,
            ),
            "slopes: the square has the slope 2u, and u is 3 there.": ((2, 2, -1 / 81), -4 / 81),
            "slopes: 1/v falls as v grows.": ((2, 6, 1 / 81), 12 / 81),
            "slopes: the slope of 1/v is −1/v², with a square, not −1/v; and v is 9 there, not 3.": (
                (2, 6, -1 / 9),
                -12 / 9,
            ),
            "slopes: the slope of 1/v is −1/v², not 1/v.": ((2, 6, 1 / 9), 12 / 9),
            "dL_dx: the slopes multiply, they do not add.": ((2, 6, -1 / 81), 8 - 1 / 81),
        },
    )
