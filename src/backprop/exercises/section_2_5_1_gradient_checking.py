"""Checkers of the exercises on page 2.5.1, gradient checking."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.exercises.diagnose import same


@exercise("2.5.1.a", hint="Write out (1 + h)³ and (1 − h)³: here the series ends.")
def two_errors_on_paper(rng):
    yield Case(
        want=(0.31, 0.01, 0),
        tol=1e-6,
        names=("one-sided", "centred", "centred, of the square"),
        traps={
            "one-sided: h f″/2 is only the first term; the third power leaves h² as well.": (0.3, 0.01, 0),
            "Those are the slopes; their errors are wanted.": (3.31, 3.01, 2),
            "one-sided: divide by h.": (0.031, 0.01, 0),
            "centred: the two ends are 2h apart.": (0.31, 0.02, 0),
            "centred: f‴ of x³ is 6, so that h² f‴/6 is h².": (0.31, 0.06, 0),
            "The even powers cancel: for a square nothing is left.": (0.31, 0.01, 0.01),
            "The third derivative of x² is 0: its centred difference is exact.": (0.31, 0.01, 0.1),
        },
    )


@exercise("2.5.1.b", hint="Two maxima, taken separately: one of the differences, one of the sizes.")
def relative_error(rng):
    """Arrays whose largest entry is in either one, and two arrays of zeros."""
    for first_is_larger, sign, scale in ((True, 1, 1.0), (False, -1, 1e-4), (True, -1, 1.0), (False, 1, 1e-4)):
        small = scale * rng.normal(size=(3, 2))
        small.flat[np.abs(small).argmax()] *= sign * np.sign(small.flat[np.abs(small).argmax()])
        small *= np.where(
            np.abs(small) == np.abs(small).max(), 2.0, 1.0
        )  # one entry, of either sign, is far the largest
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
                "The largest entry may be negative: take absolute values first.": difference.max()
                / max(a.max(), b.max()),
                "The largest difference may be negative: take its absolute value first.": (b - a).max() / size.max(),
                "Both sizes are added up; the larger of them is wanted.": difference.max()
                / (np.abs(a).max() + np.abs(b).max()),
                "That is the mean of the quotients; one number for the worst entry is wanted.": (
                    difference / size
                ).mean(),
                "Entry by entry, entries next to 0 decide: take the two maxima first.": (difference / size).max(),
                "Only one of the two arrays is looked at for the largest entry.": one_sided,
                "Without the absolute value a large negative difference does not count.": (a - b).max() / size.max(),
                "The largest difference is wanted, not the mean one.": difference.mean() / size.max(),
                "Those are lengths, with all entries in them; the largest entries are compared.": float(
                    np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b))
                ),
                "One number for the worst entry is wanted, not the mean.": difference.mean() / size.mean(),
            },
        )
    yield Case(
        np.zeros(3),
        np.zeros(3),
        judge=lambda got: None if same(got, 0.0, 1e-9) else "Two arrays of zeros have the error 0.",
    )


@exercise("2.5.1.c", hint="Write down the error as a function of h: one part grows with h, the other one with 1/h.")
def best_forward_step(rng):
    """Magnitudes as in both precisions."""
    nan = "Either f or f″ may be negative: take absolute values under the root."
    signs = ((np.float64, -1, 1), (np.float32, -1, 1), (np.float64, 1, -1), (np.float32, -1, -1))
    for kind, sign_f, sign_second in signs:
        eps = float(np.finfo(kind).eps)
        f, second = sign_f * float(rng.uniform(1.5, 3)), sign_second * float(rng.uniform(0.3, 0.8))
        want = 2 * np.sqrt(eps * abs(f / second))
        yield Case(
            eps,
            f,
            second,
            want=want,
            traps={
                nan: float("nan"),
                "A factor 2 is missing.": want / 2,
                "That is √2 too small: both values of f are rounded, which makes 2ε |f|.": want / np.sqrt(2),
                "That is the cube root of the centred difference; here the exponent is ½.": float(
                    np.cbrt(3 * eps * abs(f / second))
                ),
                "That is √2 too large: the two parts are ½ h |f″| and 2ε |f| / h.": want * np.sqrt(2),
                "f(x) and f″(x) decide as well, not ε alone.": np.sqrt(eps),
                "The root has to be taken: h² is what the equation gives.": want**2,
                "That is twice too large: h |f″| / 2, with the half of the Taylor series.": 2 * want,
                "That is the error at the best step, not the step.": want * second,
                "f is divided by f″, not multiplied.": 2 * np.sqrt(eps * abs(f * second)),
                "f and f″ have changed places.": 2 * np.sqrt(eps * abs(second / f)),
            },
        )


@exercise(
    "2.5.1.d",
    hint="The claimed slope is a sum of products; the measured one comes from two values of `f`, along `u`.",
)
def along_a_direction(rng):
    """A function that tells a forward difference from a centred one; a wrong gradient tells claimed from measured."""
    for shape, factor in (((3, 2), 0.8), ((4,), 1.0)):
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
            tol=1e-6,
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
                "measured: nudge along u, by h times u, not all entries alike.": (
                    claimed,
                    (f(w + h) - f(w - h)) / (2 * h),
                ),
                "measured: nudge along u, not along the gradient.": (
                    claimed,
                    (f(w + h * gradient) - f(w - h * gradient)) / (2 * h),
                ),
                "claimed: take u as it is; it is divided by its length here.": (claimed / length, measured),
                "measured: that is above and below exchanged.": (claimed, -measured),
                "measured: that repeats the claim; it has to come from two values of f.": (claimed, claimed),
                "claimed: the products are added up: one number is wanted.": (gradient * u, measured),
                "claimed: the mean of the products is taken; a slope adds them.": (
                    float((gradient * u).mean()),
                    measured,
                ),
                "measured: nudge by h times u, with h = 1e-5; that goes the whole way along u.": (
                    claimed,
                    (f(w + u) - f(w - u)) / 2,
                ),
                "measured: nudge by h times u; that nudges by u and divides by 2h.": (
                    claimed,
                    (f(w + u) - f(w - u)) / (2 * h),
                ),
                "measured: u is divided by its length, in this one only.": (claimed, measured / length),
                "claimed: the gradient is multiplied by the direction u, not by the place w.": (
                    float((gradient * w).sum()),
                    measured,
                ),
                "claimed: products count with their signs.": (float(np.abs(gradient * u).sum()), measured),
            },
        )


@exercise("2.5.1.e", hint="A neuron is either on or off at each end: compare these two, not the numbers.")
def switched_neurons(rng):
    """Neurons that stay on, stay off, switch, and sit at 0 exactly, which is off: many at once, then one at a time."""
    pairs = []
    for shape in ((4, 5), (8,)):
        below, above = rng.uniform(0.1, 0.9, (2, *shape)) * rng.choice([-1.0, 1.0], (2, *shape))
        below.flat[-6:], above.flat[-6:] = (-0.3, 0.0, 0.0, -0.5, 0.4, 0.7), (0.0, 0.3, 0.2, 0.6, -0.2, 0.1)
        pairs.append((below, above))
    # one neuron each, so that two mistakes cannot cancel in the count
    singles = ((-0.3, 0.0), (0.0, 0.3), (0.0, -0.2), (0.4, 0.0), (-0.5, 0.2), (0.6, -0.1), (0.5, 0.6), (-0.5, -0.8))
    pairs += [(np.array([start]), np.array([end])) for start, end in singles]
    for below, above in pairs:
        want = int(((below > 0) != (above > 0)).sum())
        yield Case(
            below,
            above,
            want=want,
            traps={
                "A neuron with z = 0 at one end is left out: it is off there and on at the other end.": int(
                    (below * above < 0).sum()
                ),
                "Those that are on at the upper end have been counted; compare the two ends.": int((above > 0).sum()),
                "Those that are on at the lower end have been counted; compare the two ends.": int((below > 0).sum()),
                "A neuron that goes from below 0 to 0 stays off: compare on and off, not signs.": int(
                    (np.sign(below) != np.sign(above)).sum()
                ),
                "A neuron with z = 0 is off: on is where z > 0, not where z ≥ 0.": int(
                    ((below >= 0) != (above >= 0)).sum()
                ),
                "A neuron that comes to 0 from below is off before and after: it does not switch.": int(
                    (below * above <= 0).sum()
                ),
                "All that are on at one end are counted, also those that are on at both.": int(
                    ((below > 0) | (above > 0)).sum()
                ),
                "How many are on at each end does not tell how many switch: two may switch in opposite ways.": abs(
                    int((above > 0).sum()) - int((below > 0).sum())
                ),
                "Those that stay on have been counted; the others switch or stay off.": int(
                    ((below > 0) & (above > 0)).sum()
                ),
                "Those that stay off have been counted.": int(((below <= 0) & (above <= 0)).sum()),
                "Those that stay as they are have been counted.": int(((below > 0) == (above > 0)).sum()),
                "Neurons that are switched off count as well.": int(((below <= 0) & (above > 0)).sum()),
                "Neurons that are switched on count as well.": int(((below > 0) & (above <= 0)).sum()),
                "Every neuron moves a little; only those that change sides count.": int((below != above).sum()),
            },
        )
