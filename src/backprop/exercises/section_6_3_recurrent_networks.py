"""Checkers of the exercises on section 6.3: one weight at every step, forward and back, and the way back cut short."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


def last_state(x, w, u):
    a = 0.0
    for value in x:
        a = np.tanh(w * value + u * a)
    return float(a)


def back_to_front(a, u, back=lambda u: u, slope=lambda a: 1 - a * a, used=0, uses=None, direct=0.0, early=False):
    """The way back of one tanh unit, with a change in one place."""
    total, da = 0.0, 1.0
    for k in reversed(range(len(a) - 1)):
        delta = da * slope(a[k] if early else a[k + 1])
        total += delta * (a[k + used] if uses is None else uses[k])
        da = back(u) * delta + direct
    return float(total)


@exercise(
    "6.3.a", hint="u is used at every step, so it is a fork over time: one share for each step, and the shares add up."
)
def slope_of_the_recurrent_weight(rng):
    """One tanh unit over sequences of different lengths, nudged at u."""
    for steps in (3, 5, 1):
        x, w, u = rng.normal(size=steps), float(rng.uniform(1.1, 1.4)), float(rng.uniform(0.6, 1.0))
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
                "On its way to the step before, δ is multiplied by u.": back_to_front(a, u, back=lambda u: 1.0),
                "On its way to the step before, δ is multiplied by u, not by w.": (
                    back_to_front(a, u, back=lambda u, w=w: w)
                ),
                "The sign of u is turned on the way back.": back_to_front(a, u, back=lambda u: -u),
                "Step k met the state before it, a_{k−1}; a_k is what it made.": back_to_front(a, u, used=1),
                "The slope of tanh is 1 − a², with the state squared.": back_to_front(a, u, slope=lambda a: 1 - a),
                "The slope of tanh at z is 1 − tanh² z, and a_k is that tanh already.": (
                    back_to_front(a, u, slope=lambda a: 1 - np.tanh(a) ** 2)
                ),
                "That is the slope of w: each step adds δ_k times x_k. For u it is a_{k−1}.": (
                    back_to_front(a, u, uses=x)
                ),
                "That is the last state itself; its slope in u is wanted.": a[-1],
                "δ_k has the slope at the state that step k made, not at the one before it.": back_to_front(
                    a, u, early=True
                ),
                "The states are missing: each step adds a_{k−1} δ_k, not δ_k alone.": back_to_front(
                    a, u, uses=np.ones(steps)
                ),
                "Add up the shares of all steps: the one of step 1 alone is 0, because a_0 is.": 0.0,
                "Only the last state is priced; here every state has the price 1.": back_to_front(a, u, direct=1.0),
            }
        yield Case(x, w, u, want=want, traps=traps)


@exercise(
    "6.3.b", hint="u stands in z_k twice: as a factor that you see, and hidden in the state before. Product rule."
)
def slope_carried_forward(rng):
    """One step, with a state before that depends on u as s says, nudged at u."""
    for _ in range(4):
        a, s, value = (float(v) for v in rng.uniform(0.2, 0.9, size=3) * rng.choice([-1, 1], 3))
        w, u = (float(v) for v in rng.uniform(0.4, 1.4, size=2))

        def state(v, a=a, s=s, value=value, w=w, u=u):
            return float(np.tanh(w * value + v * (a + s * (v - u))))

        new, z = state(u), w * value + u * a
        slope = 1 - new**2
        yield Case(
            a,
            s,
            value,
            w,
            u,
            want=(new, float(numerical_gradient(state, np.array(u)))),
            names=("a_k", "s_k"),
            traps={
                "In s_k the term a_{k−1} is missing: u multiplies it, so a nudge of u counts even if a_{k−1} stays.": (
                    new,
                    slope * u * s,
                ),
                "In s_k the past is forgotten: a_{k−1} depends on u as well, by s_{k−1}.": (new, slope * a),
                "The slope of tanh is missing in s_k.": (new, a + u * s),
                "u multiplies the state before: s_k has a_{k−1} in it, not a_k.": (new, slope * (new + u * s)),
                "The slope of tanh belongs to the new state: 1 − a_k².": (new, (1 - a**2) * (a + u * s)),
                "The slope of tanh at z is 1 − tanh² z: 1 − a_k², not 1 − z_k².": (new, (1 - z**2) * (a + u * s)),
                "The slope of tanh is 1 − a_k², with the state squared.": (new, (1 - new) * (a + u * s)),
                "s_{k−1} comes into z_k by way of u a_{k−1}: it is multiplied by u.": (new, slope * (a + s)),
                "a_{k−1} is what u multiplies, so it stands in s_k as it is; s_{k−1} is multiplied by u.": (
                    new,
                    slope * (u * a + s),
                ),
                "s_{k−1} comes into z_k by way of u a_{k−1}, not of w x_k.": (new, slope * (a + w * s)),
                "That is how a_k depends on w; the slope in u is wanted.": (new, slope * (value + u * s)),
                "The two ways of u add up; they do not multiply.": (new, slope * a * u * s),
                "The state is a tanh of the sum.": (z, slope * (a + u * s)),
                "The two ways of u are subtracted; they add up.": (new, slope * (a - u * s)),
                "s_{k−1} comes into z_k behind u and meets the slope of tanh; it is not added to the end.": (
                    new,
                    s + slope * a,
                ),
                "s_{k−1} comes into z_k behind u and meets the slope of tanh, as a_{k−1} does.": (
                    new,
                    slope * a + u * s,
                ),
                "s_{k−1} is in the sum already, behind u; it is not added once more.": (new, s + slope * (a + u * s)),
            },
        )


def from_pieces(a, u, dy, every, first=0, slope=lambda a: 1.0):
    total = back = 0.0
    for k in reversed(range(len(dy))):
        delta = (dy[k] + back) * slope(a[k + 1])
        total += a[k] * delta
        back = 0.0 if k % every == first else u * delta
    return float(total)


def unpriced(a, u, dy, every):
    """The way back when a step's own price is dropped wherever one comes back."""
    total = back = 0.0
    for k in reversed(range(len(dy))):
        delta = back or dy[k]
        total += a[k] * delta
        back = 0.0 if k % every == 0 else u * delta
    return float(total)


@exercise("6.3.c", hint="It is the way back of the page, but what would cross the border of a piece is dropped.")
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
                "What comes back is added to the step's own price, not put in its place.": unpriced(a, u, dy, every),
                "That is the mean over the steps; uses of a weight add up.": float(want) / steps,
                "That is the mean over the pieces; uses of a weight add up.": float(want) / (steps / every),
                "That is the mean over the pieces, the shorter last one among them; uses of a weight add up.": float(
                    want
                )
                / -(-steps // every),
                "The states are missing: each step adds a[k] times delta.": from_pieces(
                    np.ones(steps + 1), u, dy, every
                ),
                "Only the first step is counted; the shares of all steps add up.": float(
                    a[0] * sum(u**j * dy[j] for j in range(every))
                ),
                "Each step looks back as far as the last here; a way back ends at the border of its piece.": float(
                    window
                ),
            },
        )


@exercise("6.3.d", hint="A clipped gradient points where it pointed before: one and the same factor for every number.")
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
                "The length is the root of the sum of squares; the root is missing.": [
                    g * min(1.0, max_norm / length**2) for g in gradients
                ],
                "Nothing has been clipped; their joint length is above the limit.": gradients,
                "The length is that of all numbers together, not the size of the largest.": [
                    g * min(1.0, max_norm / max(np.abs(other).max() for other in gradients)) for g in gradients
                ],
                "The length is that of all arrays together, not that of the longest.": [
                    g * min(1.0, max_norm / max(lengths)) for g in gradients
                ],
                "The squares of all numbers add up; here it is their mean.": [
                    g * min(1.0, max_norm * math.sqrt(sum(other.size for other in gradients)) / length)
                    for g in gradients
                ],
                "All have length 1 now; the limit is max_norm.": [g / length for g in gradients],
                "A length of max_norm is wanted for all together; here each array has it.": [
                    g * max_norm / own for g, own in zip(gradients, lengths, strict=True)
                ],
                "The quotient stands upside down: the limit over the length.": [
                    g * length / max_norm for g in gradients
                ],
            }
        else:
            traps = {
                "Gradients that are short enough stay as they are.": [g * max_norm / length for g in gradients],
                "Gradients that are short enough stay as they are, each array, too.": [
                    g * max_norm / own for g, own in zip(gradients, lengths, strict=True)
                ],
                "Gradients that are short enough stay as they are: the factor is at most 1.": [
                    g * max(1.0, max_norm / length) for g in gradients
                ],
            }
        yield Case(gradients, max_norm, want=[factor * g for g in gradients], traps=traps)
