"""Checkers of the exercises on section 6.3, recurrent networks: one weight at every step, the way back cut short."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


def last_state(x, w, u):
    a = 0.0
    for value in x:
        a = np.tanh(w * value + u * a)
    return float(a)


@exercise("6.3.a", hint="δ_T = 1 − a_T², then δ_k = δ_{k+1} u (1 − a_k²); add a_{k−1} δ_k at each step.")
def slope_of_the_recurrent_weight(rng):
    """One tanh unit over sequences of different lengths, nudged at u."""
    for steps in (3, 5, 1):
        x, w, u = rng.normal(size=steps), float(rng.uniform(0.5, 1.2)), float(rng.uniform(0.6, 1.1))
        a = [0.0]
        for value in x:
            a.append(float(np.tanh(w * value + u * a[-1])))
        want = float(numerical_gradient(lambda u, x=x, w=w: last_state(x, w, u), np.array(u)))
        traps = {}
        if steps > 1:
            flat, linear = [u ** (steps - 1 - k) for k in range(steps)], 1 - a[steps] ** 2
            traps = {
                "Only the last use of u is counted; it is used at every step.": a[steps - 1] * linear,
                "The slopes of tanh are missing.": float(np.dot(a[:-1], flat)),
                "Only the last tanh has its slope here; every step has one.": float(np.dot(a[:-1], flat)) * linear,
                "That is the mean over the steps; uses of a weight add up.": want / steps,
            }
        yield Case(x, w, u, want=want, traps=traps)


@exercise("6.3.b", hint="The smallest whole n with factor**n ≤ share: log share / log factor, rounded up.")
def steps_until_little_is_left(rng):
    """Shares that no whole power hits exactly; a long memory first, where two mistakes rarely give one number."""
    for least, shortest in ((0.8, 20), (0.3, 3), (0.3, 3), (0.3, 3)):
        factor, n = float(rng.uniform(least, 0.97)), int(rng.integers(shortest, 60))
        share = factor ** (n - float(rng.uniform(0.2, 0.8)))
        exact = math.log(share) / math.log(factor)
        yield Case(
            factor,
            share,
            want=n,
            traps={
                "Rounded down, more than the share is left: round up.": n - 1,
                "A whole number of steps is asked for: round up.": exact,
                "That is the logarithm of the share alone; divide by that of the factor.": math.ceil(-math.log(share)),
                "The quotient stands upside down.": math.ceil(1 / exact),
                "One step fewer is enough.": n + 1,
                "The factor is what stays at a step, not what is lost.": math.ceil(
                    math.log(share) / math.log(1 - factor)
                ),
                "Each step multiplies what is left; no fixed amount is taken away.": math.ceil(
                    (1 - share) / (1 - factor)
                ),
                "The logarithm of a quotient is a difference; divide one logarithm by the other.": math.ceil(
                    math.log(share / factor)
                ),
                "Both logarithms are negative, so their quotient needs no sign.": math.ceil(-exact),
            },
        )


def from_pieces(a, u, dy, every, first=0, slope=lambda a: 1.0):
    total = back = 0.0
    for k in reversed(range(len(dy))):
        delta = (dy[k] + back) * slope(a[k + 1])
        total += a[k] * delta
        back = 0.0 if k % every == first else u * delta
    return float(total)


@exercise("6.3.c", hint="total += a[k] * delta; then back = 0 if k % every == 0, else u * delta.")
def truncated_slope(rng):
    """Pieces that do and do not divide the length; by the ways to the loss, listed one by one."""
    for steps, every in ((6, 2), (7, 3), (5, 4)):
        u, dy, a = float(rng.uniform(0.6, 1.2)), rng.normal(size=steps), [float(rng.normal())]
        for value in rng.normal(size=steps):
            a.append(float(value + u * a[-1]))
        a = np.array(a)
        want = sum(a[k] * u ** (j - k) * dy[j] for j in range(steps) for k in range(j + 1) if k // every == j // every)
        alone = sum(
            (a[k] if k % every else 0.0) * u ** (j - k) * dy[j]
            for j in range(steps)
            for k in range(j + 1)
            if k // every == j // every
        )
        window = sum(a[k] * u ** (j - k) * dy[j] for j in range(steps) for k in range(max(0, j - every + 1), j + 1))
        yield Case(
            a,
            u,
            dy,
            every,
            want=float(want),
            traps={
                "The way back was not cut.": from_pieces(a, u, dy, steps + 1, first=steps),
                "Every step is on its own here: inside a piece the gradient travels.": float(np.dot(a[:-1], dy)),
                "The cut is one step off: a piece begins at k = 0, every, 2 · every.": from_pieces(
                    a, u, dy, every, first=1
                ),
                "The state of the piece before still counts: only the gradient stops.": float(alone),
                "Step k met the state before it, a[k]; a[k + 1] is what it made.": from_pieces(
                    np.append(a[1:], 0), u, dy, every
                ),
                "On its way to the step before, delta is multiplied by u.": from_pieces(a, 1.0, dy, every),
                "This unit is linear: it has no slope of a tanh.": from_pieces(
                    a, u, dy, every, slope=lambda a: 1 - a**2
                ),
                "Each step looks back as far as the last here; a way back ends at the border of its piece.": float(
                    window
                ),
            },
        )


@exercise("6.3.d", hint="One factor for all: min(1, max_norm / length), the length from the squares of all arrays.")
def clipping_together(rng):
    """Gradients that are too long by different amounts in each array, and some that are short enough."""
    for scale, max_norm in ((3.0, 1.0), (10.0, 2.5), (0.01, 1.0)):
        gradients = [scale * rng.normal(size=(3, 2)), 0.1 * scale * rng.normal(size=4), scale * rng.normal(size=(2, 2))]
        length = math.sqrt(sum(float((g**2).sum()) for g in gradients))
        factor = min(1.0, max_norm / length)
        lengths = [float(np.linalg.norm(g)) for g in gradients]
        traps = {}
        if factor < 1:
            traps = {
                "Each array is clipped by its own length here; all share one.": [
                    g * min(1.0, max_norm / own) for g, own in zip(gradients, lengths, strict=True)
                ],
                "Each number is clipped by itself here, which turns the gradient.": [
                    np.clip(g, -max_norm, max_norm) for g in gradients
                ],
                "The length is a root of squares, not a sum of lengths.": [
                    g * min(1.0, max_norm / sum(lengths)) for g in gradients
                ],
            }
        else:
            traps = {"Gradients that are short enough stay as they are.": [g * max_norm / length for g in gradients]}
        yield Case(gradients, max_norm, want=[factor * g for g in gradients], traps=traps)
