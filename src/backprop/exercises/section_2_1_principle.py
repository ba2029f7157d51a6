"""Checkers of the exercises in section 2.1, the principle."""

import numpy as np

from backprop.exercises.checking import Case, exercise

FREE = {"w¹₁₁", "w¹₁₂", "w¹₂₁", "b¹₁"}
NAMES = FREE | {"w¹₂₂", "b¹₂", "w²₁₁", "w²₁₂", "w²₂₁", "w²₂₂", "b²₁", "b²₂"}


@exercise("2.1.a", hint="The change of the loss is the price times the push.")
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
            "new_loss: a negative price and a push up: the loss falls.": (0.44, -0.025),
            "The push is wanted, from where the weight is now; that is counted from before the first push.": (
                0.36,
                0.075,
            ),
            "push_needed: the wanted change is divided by the price, not the price by it.": (0.36, 40.0),
            "new_loss: the push is 0.05; the price is multiplied by it.": (-0.4, 0.025),
            "new_loss: the price has to be multiplied by the push.": (0.45, 0.025),
            "new_loss: price times push is the change itself, no share of the loss.": (0.4 * (1 - 0.8 * 0.05), 0.025),
        },
    )


@exercise("2.1.b", hint="f(w) without a push is the same for all numbers: ask once and keep the answer.")
def one_push_each(rng):
    """Forward differences of smooth functions, with the calls counted."""
    for n in (3, 1, 6):
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
            run=counted,
            traps={
                "That is the right gradient, but f(w) is asked again for each number.": ((up - f(w)) / h, 2 * n),
                "That is a push to both sides; one side is wanted.": ((up - down) / (2 * h), 2 * n),
                "One side only: the two values are h apart, not 2h.": ((up - f(w)) / (2 * h), n + 1),
                "Those are the changes of f; divide them by h.": (up - f(w), n + 1),
                "That pushes downward; each number is to be pushed up.": ((f(w) - down) / h, n + 1),
                "All numbers are pushed together: push one at a time.": (np.full(n, (f(w + h) - f(w)) / h), 2),
                "The pushes pile up: start from w again for each number.": (piled_up(f, w, h), n + 1),
                "The sign is flipped: after the push minus before.": ((f(w) - up) / h, n + 1),
                "That is w itself.": (w, 0),
            },
        )


def piled_up(f, w, h):
    """The differences when each push is left in place."""
    pushed, slopes = w.copy(), []
    for k in range(len(w)):
        pushed[k] += h
        slopes.append((f(pushed) - f(w)) / h)
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
        raise ValueError("w is not as it was: push a copy, or put the number back exactly")
    return np.asarray(slopes), calls


@exercise("2.1.c", hint="A push that is multiplied by 0 on its way to the loss arrives as 0.")
def free_numbers(rng):
    """The parameters whose gradient is 0 when x₁ is 0 and nothing listens to hidden unit 1."""
    yield Case(judge=judged)


def judged(got):
    """What is wrong with a set of names; None if nothing is."""
    if isinstance(got, str) or not hasattr(got, "__iter__"):
        return 'A set of names is wanted, {"w¹₁₁", …}.'
    got = set(got)
    if unknown := sorted(map(str, got - NAMES)):
        return f"There is no name {unknown[0]} in the list `names`."
    if got & {"w²₁₁", "w²₁₂"}:
        return "The numbers w²₁₁ and w²₁₂ are 0, but what they are multiplied by, a¹₁, is not: a push of them arrives."
    if extra := sorted(got - FREE):
        return f"A push of {extra[0]} does reach the loss."
    if {"w¹₁₁", "w¹₁₂"} - got:
        return "The input x₁ is 0. Which weights is it multiplied with?"
    if FREE - got:
        return "Nothing listens to hidden unit 1. What enters it?"
    return None


@exercise("2.1.d", hint="Each push meets its own price; all products are added to the loss as it is.")
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
                "Products first, then the sum: that multiplies the sums.": loss
                + sum(a.sum() * b.sum() for a, b in zip(g, h, strict=True)),
                "The products are added up, not averaged.": loss
                + sum((a * b).mean() for a, b in zip(g, h, strict=True)),
                "The pushes alone change nothing: each is multiplied by its price.": loss + sum(b.sum() for b in h),
                "Prices count with their signs.": loss + sum(abs(a * b).sum() for a, b in zip(g, h, strict=True)),
                "The start is counted once, not once for each array.": len(g) * loss + change,
                "Prices meet their own pushes: multiply number by number, * and not @.": loss
                + sum((a @ b).sum() for a, b in zip(g, h, strict=True) if a.shape[-1] == b.shape[0]),
            },
        )


@exercise("2.1.e", hint="The straight line promises price times push: which number has the largest price in size?")
def well_spent(rng):
    """The index of the largest price in size, and the push against it."""
    for sign in (-1, 1, -1, 1):
        dx = rng.normal(size=int(rng.integers(3, 8)))
        largest = np.abs(dx).max()
        dx[rng.permutation(len(dx))[:2]] = sign * (largest + 0.5), -sign * (largest + 0.25)
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
                "push: its direction alone is not enough; its size is h.": (i, -sign),
                "push: that is the promised change; the push is wanted.": (i, -h * abs(dx[i])),
                "The smallest price changes the loss least.": (
                    int(np.abs(dx).argmin()),
                    -h * np.sign(dx[np.abs(dx).argmin()]),
                ),
                "That looks for the largest price and forgets the negative ones.": (int(dx.argmax()), -h),
                "That looks for the most negative price and forgets the positive ones.": (int(dx.argmin()), h),
            },
        )


@exercise("2.1.f", hint="Fill in blue first; then walk back from the guess, one circle at a time.")
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
            "b_is_1: v is multiplied by a, which is max(0, z) and not z.": ((-16, -8, -2), (0, 0, 6)),
            "The error is the guess minus the target, 4 − 6: it is negative.": ((16, 8, 2), (0, 0, 0)),
            "b_is_3: on the way from the guess to z stands v = 4.": ((-4, -2, -2), (0, 0, 0)),
            "b_is_3: the last is the gradient of v, which is multiplied by a = 1.": ((-16, -8, -8), (0, 0, 0)),
            "b_is_3: w is multiplied by x = 2.": ((-8, -8, -2), (0, 0, 0)),
            "The order is w, b, v.": ((-8, -16, -2), (0, 0, 0)),
        },
    )
