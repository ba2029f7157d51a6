"""Checkers of the exercises in section 2.1, the principle."""

import numpy as np

from backprop.exercises.checking import Case, exercise

FREE = {"w¹₁₁", "w¹₁₂", "w¹₂₁", "b¹₁"}
NAMES = FREE | {"w¹₂₂", "b¹₂", "w²₁₁", "w²₁₂", "w²₂₁", "w²₂₂", "b²₁", "b²₂"}


@exercise("2.1.a", hint="The change of the loss is the gradient times the nudge.")
def shopping(rng):
    """The loss after a nudge of 0.05 at the gradient −0.8, and the nudge that a fall by 0.02 takes."""
    yield Case(
        want=(0.36, 0.025),
        names=("new_loss", "nudge_needed"),
        traps={
            "A negative gradient and a nudge up: the loss falls.": (0.44, 0.025),
            "The first is the change; add it to the loss before.": (-0.04, 0.025),
            "The loss falls when the weight goes up, so the nudge is positive.": (0.36, -0.025),
            "Divide the wanted change by the gradient.": (0.36, 0.016),
            "new_loss: a negative gradient and a nudge up: the loss falls.": (0.44, -0.025),
            "The nudge is wanted, from where the weight is now; that is counted from before the first nudge.": (
                0.36,
                0.075,
            ),
            "nudge_needed: the wanted change is divided by the gradient, not the gradient by it.": (0.36, 40.0),
            "new_loss: the nudge is 0.05; the gradient is multiplied by it.": (-0.4, 0.025),
            "new_loss: the gradient has to be multiplied by the nudge.": (0.45, 0.025),
            "new_loss: gradient times nudge is the change itself, no share of the loss.": (
                0.4 * (1 - 0.8 * 0.05),
                0.025,
            ),
        },
    )


@exercise("2.1.b", hint="f(w) without a nudge is the same for all numbers: ask once and keep the answer.")
def one_push_each(rng):
    """Forward differences of smooth functions, with the calls counted."""
    for n in (3, 1, 6):
        W, w, h = rng.normal(size=(n, n)), rng.normal(size=n), float(10 ** rng.uniform(-4, -2))

        def f(w, W=W):
            return float(np.sin(w @ W).sum() + (w**2).sum())

        nudged = w + h * np.eye(n)
        up = np.array([f(row) for row in nudged])
        down = np.array([f(row) for row in 2 * w - nudged])
        yield Case(
            f,
            w,
            h,
            want=((up - f(w)) / h, n + 1),
            names=("gradient", "calls of f"),
            run=counted,
            traps={
                "That is the right gradient, but f(w) is asked again for each number.": ((up - f(w)) / h, 2 * n),
                "That is a nudge to both sides; one side is wanted.": ((up - down) / (2 * h), 2 * n),
                "One side only: the two values are h apart, not 2h.": ((up - f(w)) / (2 * h), n + 1),
                "Those are the changes of f; divide them by h.": (up - f(w), n + 1),
                "That nudges downward; each number is to be nudged up.": ((f(w) - down) / h, n + 1),
                "All numbers are nudged together: nudge one at a time.": (np.full(n, (f(w + h) - f(w)) / h), 2),
                "The nudges pile up: start from w again for each number.": (piled_up(f, w, h), n + 1),
                "The sign is flipped: after the nudge minus before.": ((f(w) - up) / h, n + 1),
                "That is w itself.": (w, 0),
            },
        )


def piled_up(f, w, h):
    """The differences when each nudge is left in place."""
    nudged, slopes = w.copy(), []
    for k in range(len(w)):
        nudged[k] += h
        slopes.append((f(nudged) - f(w)) / h)
    return np.array(slopes)


def counted(answer, f, w, h):
    """What the answer makes of f, and how often it called it; w must stay as it was."""
    calls, kept = 0, w.copy()

    def watched(at):
        nonlocal calls
        calls += 1
        return f(np.array(at, dtype=float))

    slopes = answer(watched, w, h)
    if slopes is None:
        return None
    if not np.array_equal(w, kept):
        w[...] = kept
        raise ValueError("w is not as it was: nudge a copy, or put the number back exactly")
    return np.asarray(slopes), calls


@exercise("2.1.c", hint="A nudge that is multiplied by 0 on its way to the loss arrives as 0.")
def free_numbers(rng):
    """The parameters whose gradient is 0 when x₁ is 0 and nothing listens to hidden neuron 1."""
    yield Case(judge=judged)


def judged(got):
    """What is wrong with a set of names; None if nothing is."""
    if isinstance(got, str) or not hasattr(got, "__iter__"):
        return 'A set of names is wanted, {"w¹₁₁", …}.'
    got = set(got)
    if unknown := sorted(map(str, got - NAMES)):
        return f"There is no name {unknown[0]} in the list `names`."
    if got & {"w²₁₁", "w²₁₂"}:
        return "The numbers w²₁₁ and w²₁₂ are 0, but what they are multiplied by, a¹₁, is not: a nudge of them arrives."
    if extra := sorted(got - FREE):
        return f"A nudge of {extra[0]} does reach the loss."
    if {"w¹₁₁", "w¹₁₂"} - got:
        return "The input x₁ is 0. Which weights is it multiplied with?"
    if FREE - got == {"b¹₁"}:
        return "The weights into hidden neuron 1 are all there; one more number enters it, and nothing listens to it."
    if FREE - got:
        return "Nothing listens to hidden neuron 1. What enters it?"
    return None


@exercise("2.1.d", hint="Each nudge meets its own gradient; all products are added to the loss as it is.")
def all_at_once(rng):
    """The linear prediction for parameter lists of several shapes."""
    for shapes in (((3, 3), (3,)), ((2,),), ((2, 4), (4,), (4, 4), (4,))):
        loss = float(rng.uniform(0.5, 2))
        g, h = ([rng.normal(size=shape) for shape in shapes] for _ in range(2))
        change = sum((a * b).sum() for a, b in zip(g, h, strict=True))
        yield Case(
            loss,
            g,
            h,
            want=loss + change,
            traps={
                "That is the change; add it to the loss before.": change,
                "The loss changes by gradient times nudge, with a plus; the nudge brings its own sign.": loss - change,
                "Only the first array is counted.": loss + (g[0] * h[0]).sum(),
                "Products first, then the sum: that multiplies the sums.": loss
                + sum(a.sum() * b.sum() for a, b in zip(g, h, strict=True)),
                "The products are added up, not averaged.": loss
                + sum((a * b).mean() for a, b in zip(g, h, strict=True)),
                "The nudges alone change nothing: each is multiplied by its gradient.": loss + sum(b.sum() for b in h),
                "Gradients count with their signs.": loss + sum(abs(a * b).sum() for a, b in zip(g, h, strict=True)),
                "The start is counted once, not once for each array.": len(g) * loss + change,
                "Gradients meet their own nudges: multiply number by number, * and not @.": loss
                + sum((a @ b).sum() for a, b in zip(g, h, strict=True) if a.shape[-1] == b.shape[0]),
            },
        )


@exercise("2.1.e", hint="Fill in blue first; then walk back from the guess, one circle at a time.")
def switched_off(rng):
    """The gradients of w, b and v of a ReLU neuron that is on, and of the same neuron when it is off."""
    yield Case(
        want=((-16, -8, -2), (0, 0, 0)),
        names=("b_is_3", "b_is_1"),
        traps={
            "b_is_1: the neuron is off. A small nudge of z does not move max(0, z), and v is multiplied by 0.": (
                (-16, -8, -2),
                (-48, -24, 6),
            ),
            "b_is_1: the ReLU is shut, so nothing of the error gets through it to w and b.": (
                (-16, -8, -2),
                (-48, -24, 0),
            ),
            "b_is_1: v meets a in the product v a, and a is 0; the error alone is the gradient of the guess.": (
                (-16, -8, -2),
                (0, 0, -6),
            ),
            "b_is_1: v is multiplied by a, which is max(0, z) and not z.": ((-16, -8, -2), (0, 0, 6)),
            "b_is_1: v is multiplied by a = 0, and with it the −6 of the guess.": ((-16, -8, -2), (0, 0, -6)),
            "The error is the guess minus the target, 4 − 6: it is negative.": ((16, 8, 2), (0, 0, 0)),
            "b_is_3: on the way from the guess to z stands v = 4.": ((-4, -2, -2), (0, 0, 0)),
            "b_is_3: the last is the gradient of v, which is multiplied by a = 1.": ((-16, -8, -8), (0, 0, 0)),
            "b_is_3: w is multiplied by x = 2.": ((-8, -8, -2), (0, 0, 0)),
            "The order is w, b, v.": ((-8, -16, -2), (0, 0, 0)),
        },
    )
