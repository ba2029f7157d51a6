"""Checkers of the exercises on section 6.3: one weight at every step, by hand and back, forward, and cut short."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("6.3.a", hint="Draw the three copies of u. Go forward first, for you need the states.")
def three_steps_by_hand(rng):
    """δ of three steps and the gradient of u, written out."""
    a, delta = np.array([0.0, 3.0, 5.0, 11.0]), np.array([8.0, 4.0, 2.0])
    yield Case(
        want=(delta, 22.0),
        names=("delta", "du"),
        traps={
            "delta: step 1 comes first.": (delta[::-1], 22.0),
            "delta: step 1 comes first. And each copy of u goes with its own δ.": (
                delta[::-1],
                float(a[:-1] @ delta[::-1]),
            ),
            "δ_3 is the error of the last state, 11 − 9: the ½ of the loss takes away the 2 of the square.": (
                2 * delta,
                44.0,
            ),
            "δ_3 is the error of the last state, not 1.": (delta / 2, 11.0),
            "The error is the state minus the target: the sign is turned.": (-delta, -22.0),
            "On its way to the step before, δ is multiplied by u, and here u is 2.": (np.full(3, 2.0), 16.0),
            "On its way to the step before, δ is multiplied by u, not divided by it.": (
                np.array([0.5, 1.0, 2.0]),
                13.0,
            ),
            "du: only the last copy of u is counted.": (delta, 10.0),
            "du: a copy of u gets its δ times the state before it, a_{k−1}; a_k is what it made.": (
                delta,
                float(a[1:] @ delta),
            ),
            "du: that is the mean of the copies; uses of a weight add up.": (delta, 22 / 3),
            "du: the states are missing; each copy gets a_{k−1} δ_k.": (delta, 14.0),
            "du: u multiplied the states, not the inputs.": (delta, float(np.array([3.0, -1.0, 1.0]) @ delta)),
        },
    )


def last_state(x, w, u):
    a = 0.0
    for value in x:
        a = np.tanh(w * value + u * a)
    return float(a)


def back_to_front(a, u, back=lambda u: u, slope=lambda a: 1 - a * a, used=0, uses=None, direct=0.0, early=False):
    """The way back of one tanh neuron, with a change in one place."""
    total, da = 0.0, 1.0
    for k in reversed(range(len(a) - 1)):
        delta = da * slope(a[k] if early else a[k + 1])
        total += delta * (a[k + used] if uses is None else uses[k])
        da = back(u) * delta + direct
    return float(total)


@exercise(
    "6.3.b", hint="u is used at every step, so it is a fork over time: one share for each step, and the shares add up."
)
def slope_of_the_recurrent_weight(rng):
    """One tanh neuron over sequences of different lengths, nudged at u."""
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
                "Only the last state enters the loss; here every state does.": back_to_front(a, u, direct=1.0),
            }
        yield Case(x, w, u, want=want, traps=traps)


@exercise(
    "6.3.c", hint="u stands in z_k twice: as a factor that you see, and hidden in the state before. Product rule."
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


def without_own_dy(a, u, dy, every):
    """The way back when a step's own dy is dropped wherever one comes back."""
    total = back = 0.0
    for k in reversed(range(len(dy))):
        delta = back or dy[k]
        total += a[k] * delta
        back = 0.0 if k % every == 0 else u * delta
    return float(total)


@exercise("6.3.d", hint="It is the way back of the page, but what would cross the border of a piece is dropped.")
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
                "This neuron is linear: it has no slope of a tanh.": from_pieces(
                    a, u, dy, every, slope=lambda a: 1 - a**2
                ),
                "What comes back is added to the step's own dy, not put in its place.": without_own_dy(a, u, dy, every),
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
                "Every step looks back equally far here; a way back ends at the border of its piece.": float(window),
            },
        )
