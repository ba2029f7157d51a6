"""Checkers of the exercises in section 2.1, the principle."""

import numpy as np

from backprop.exercises.checking import Case, exercise

FREE = {"w¹₁₁", "w¹₁₂", "w¹₂₁", "b¹₁"}
NAMES = FREE | {"w¹₂₂", "b¹₂", "w²₁₁", "w²₁₂", "w²₂₁", "w²₂₂", "b²₁", "b²₂"}


@exercise("2.1.a", hint="Change of the loss = price · push.")
def shopping(rng):
    """The loss after a push of 0.05 at the price −0.8, and the push that a fall by 0.02 takes."""
    yield Case(
        want=(0.36, 0.025),
        names=("new_loss", "push_needed"),
        traps={
            "A negative price and a push up: the loss falls.": (0.44, 0.025),
            "The first is the change; add it to the loss before.": (-0.04, 0.025),
            "The loss falls when the weight goes up, so the push is positive.": (0.36, -0.025),
            "Divide the wanted change by the price.": (0.36, 0.016),
        },
    )


@exercise("2.1.b", hint="Ask for f(w) once; then push one number at a time, in a copy.")
def one_push_each(rng):
    """Forward differences of smooth functions, with the calls counted."""
    for n in (1, 3, 6):
        W, w, h = rng.normal(size=(n, n)), rng.normal(size=n), float(10 ** rng.uniform(-4, -2))

        def f(w, W=W):
            return float(np.sin(w @ W).sum() + (w**2).sum())

        pushed = w + h * np.eye(n)
        up = np.array([f(row) for row in pushed])
        down = np.array([f(row) for row in 2 * w - pushed])
        yield Case(
            f,
            w,
            h,
            want=((up - f(w)) / h, n + 1),
            names=("gradient", "calls of f"),
            tol=1e-6,
            run=counted,
            traps={
                "That is the right gradient, but f(w) is asked again for each number.": ((up - f(w)) / h, 2 * n),
                "That is a push to both sides; one side is wanted.": ((up - down) / (2 * h), 2 * n),
                "Those are the changes of f; divide them by h.": (up - f(w), n + 1),
                "That pushes downward, or has the sign turned.": ((f(w) - down) / h, n + 1),
            },
        )


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
        raise ValueError("w is not as it was: push a copy, or put the number back exactly")
    return np.asarray(slopes), calls


@exercise("2.1.c", hint="Follow each number to the right: is it multiplied by 0 on every way to the loss?")
def free_numbers(rng):
    """The parameters whose gradient is 0 when x₁ is 0 and nothing listens to hidden unit 1."""
    yield Case(judge=judged)


def judged(got):
    """What is wrong with a set of names; None if nothing is."""
    if isinstance(got, str) or not hasattr(got, "__iter__"):
        return 'a set of names is wanted, {"w¹₁₁", …}.'
    got = set(got)
    if unknown := sorted(map(str, got - NAMES)):
        return f"{unknown[0]} is no name in the list `names`."
    if got & {"w²₁₁", "w²₁₂"}:
        return "w²₁₁ and w²₁₂ are 0, but what they are multiplied by, a¹₁, is not: a push of them arrives."
    if extra := sorted(got - FREE):
        return f"a push of {extra[0]} does reach the loss."
    if {"w¹₁₁", "w¹₁₂"} - got:
        return "x₁ is 0. Which weights is it multiplied with?"
    if FREE - got:
        return "nothing listens to hidden unit 1. What enters it?"
    return None


@exercise("2.1.d", hint="loss + Σ (g * h).sum(), over all pairs of arrays.")
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
                "The loss changes by price times push, with a plus; the push brings its own sign.": loss - change,
                "Only the first array is counted.": loss + (g[0] * h[0]).sum(),
                "Prices meet their own pushes: multiply number by number, * and not @.": loss
                + sum((a @ b).sum() for a, b in zip(g, h, strict=True) if a.shape[-1] == b.shape[0]),
            },
        )


@exercise("2.1.e", hint="argmax of |dx|, and a push against its sign.")
def well_spent(rng):
    """The index of the largest price in size, and the push against it."""
    for sign in (1, -1, 1):
        dx = rng.normal(size=int(rng.integers(3, 8)))
        dx[rng.integers(len(dx))] = sign * (np.abs(dx).max() + 0.5)
        other = int((-sign * dx).argmax())
        i, h = int(np.abs(dx).argmax()), float(rng.uniform(0.1, 2))
        yield Case(
            dx,
            h,
            want=(i, -h * sign),
            names=("index", "push"),
            traps={
                "That push raises the loss: go against the sign of the price.": (i, h * sign),
                "The size of the price counts, whichever sign it has.": (other, h * sign),
                "The push has the size h, whatever the price is.": (i, -h * dx[i]),
            },
        )
