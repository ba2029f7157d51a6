"""Checkers of the exercises on page 2.5.1, gradient checking."""

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("2.5.1.a", hint="(f(x + h) − f(x − h)) / (2h); mind the brackets.")
def centred_difference(rng):
    """Steps so large that every formula shows its own error."""
    for f, name in ((np.exp, "exp"), (np.sin, "sin"), (lambda x: x**3, "x³")):
        x, h = float(rng.uniform(0.5, 1.5)), float(rng.uniform(0.1, 0.3))
        above, here, below = f(x + h), f(x), f(x - h)
        yield Case(
            f,
            x,
            h,
            want=(above - below) / (2 * h),
            traps={
                f"That is the forward difference of {name}; step to both sides.": (above - here) / h,
                f"That is the backward difference of {name}; step to both sides.": (here - below) / h,
                "The two ends are 2h apart, not h.": (above - below) / h,
                "Python reads a / 2 * h as (a / 2) · h; put 2 * h into brackets.": (above - below) / 2 * h,
                "That is the second difference.": (above - 2 * here + below) / h**2,
            },
        )


@exercise("2.5.1.b", hint="One largest difference over one largest entry of both arrays; 0 if all entries are 0.")
def relative_error(rng):
    """Arrays whose largest entry is in either one, and two arrays of zeros."""
    for first_is_larger in (True, False):
        small = rng.normal(size=(3, 2))
        large = small * rng.uniform(1.5, 2.5, size=(3, 2))
        a, b = (large, small) if first_is_larger else (small, large)
        difference, size = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
        one_sided = difference.max() / np.abs(small).max()
        yield Case(
            a,
            b,
            want=difference.max() / size.max(),
            traps={
                "That is the absolute error.": difference.max(),
                "Entry by entry, entries next to 0 decide: take the two maxima first.": (difference / size).max(),
                "Only one of the two arrays is looked at for the largest entry.": one_sided,
                "Without the absolute value a large negative difference does not count.": (a - b).max() / size.max(),
                "One number for the worst entry is wanted, not the mean.": difference.mean() / size.mean(),
            },
        )
    yield Case(np.zeros(3), np.zeros(3), want=0.0)


@exercise("2.5.1.c", hint="Set the derivative of h |f″| / 2 + 2ε |f| / h to 0.")
def best_forward_step(rng):
    """Magnitudes as in both precisions."""
    for eps in (float(np.finfo(np.float64).eps), float(np.finfo(np.float32).eps)):
        f, second = float(-rng.uniform(0.5, 3)), float(rng.uniform(0.5, 3))
        want = 2 * np.sqrt(eps * abs(f / second))
        yield Case(
            eps,
            f,
            second,
            want=want,
            traps={
                "A factor 2 is missing.": want / 2,
                "That is √2 too small: both values of f are rounded, which makes 2ε |f|.": want / np.sqrt(2),
                "That is the cube root of the centred difference; here the exponent is ½.": float(
                    np.cbrt(3 * eps * abs(f / second))
                ),
                "f and f″ have changed places.": 2 * np.sqrt(eps * abs(second / f)),
            },
        )


@exercise("2.5.1.d", hint="(gradient * u).sum(), and the centred difference of f at w + h u and w − h u.")
def along_a_direction(rng):
    """A function that tells a forward difference from a centred one; a wrong gradient tells claimed from measured."""
    for shape, factor in (((3, 2), 1.0), ((4,), 0.7)):
        c, w, u = rng.normal(size=(3, *shape))

        def f(w, c=c):
            return float(np.exp(c * w).sum())

        gradient = factor * c * np.exp(c * w)
        claimed, h = float((gradient * u).sum()), 1e-5
        measured = (f(w + h * u) - f(w - h * u)) / (2 * h)
        length = float(np.sqrt((u * u).sum()))
        yield Case(
            f,
            w,
            gradient,
            u,
            want=(claimed, measured),
            tol=1e-7,
            names=("claimed", "measured"),
            traps={
                "The order is claimed, measured.": (measured, claimed),
                "The gradient may be wrong: claimed comes from it, not from a nudge.": (measured, measured),
                "claimed: add the products up; the gradient alone knows no direction.": (
                    float(gradient.sum()),
                    measured,
                ),
                "Take u as it is; it is divided by its length here.": (claimed / length, measured / length),
                "measured: that is a forward difference.": (claimed, (f(w + h * u) - f(w)) / h),
                "measured: the two ends are 2h apart.": (claimed, 2 * measured),
            },
        )


@exercise("2.5.1.e", hint="A unit is on where z > 0. Compare on and off at both ends, then count.")
def switched_units(rng):
    """Units that stay on, stay off, switch, and sit at 0 exactly, which is off."""
    for shape in ((4, 5), (6,)):
        below = rng.normal(size=shape)
        above = below.copy()
        flips = rng.random(shape) < 0.4
        flips.flat[:2] = True, False
        above[flips] = -below[flips]
        stays = ~flips
        above[stays] += 0.5 * np.abs(below[stays]) * np.sign(below[stays])
        # the last unit starts at the kink and switches on, the one before ends there and stays off
        below.flat[-2:], above.flat[-2:] = (-0.3, 0.0), (0.0, 0.3)
        want = int(((below > 0) != (above > 0)).sum())
        yield Case(
            below,
            above,
            want=want,
            traps={
                "A unit with z = 0 at one end is left out: it is off there and on at the other end.": int(
                    (below * above < 0).sum()
                ),
                "A unit that goes from below 0 to 0 stays off: compare on and off, not signs.": int(
                    (np.sign(below) != np.sign(above)).sum()
                ),
                "Those that stay as they are have been counted.": int(((below > 0) == (above > 0)).sum()),
                "Units that are switched off count as well.": int(((below <= 0) & (above > 0)).sum()),
                "Units that are switched on count as well.": int(((below > 0) & (above <= 0)).sum()),
                "Every unit moves a little; only those that change sides count.": int((below != above).sum()),
            },
        )
