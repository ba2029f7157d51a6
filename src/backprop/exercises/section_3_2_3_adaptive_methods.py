"""Checkers of the exercises in section 3.2.3, adaptive methods."""

import numpy as np

from backprop.contract import Param
from backprop.exercises.checking import Case, exercise
from backprop.optimizers import Adam, RMSProp


@exercise("3.2.3.a", hint="What are m̂ and v̂, if only the newest gradient is left, and what remains of m̂ / √v̂?")
def only_the_sign(rng):
    """Adam without memory, by hand."""
    yield Case(
        want=(0.7, -0.2, 0.1),
        names=("after_1", "after_4", "after_101"),
        traps={
            "That is plain descent; Adam's step does not shrink with the gradient.": (0.7, 0.7**4, 0.7**101),
            "That goes uphill.": (1.3, 2.2, 1 + 0.3 * 101),
            "after_4: the fourth step leads from 0.1 across 0.": (0.7, 0.1, 0.1),
            "after_101: beyond 0 the sign of the gradient changes, and the step turns round.": (
                0.7,
                -0.2,
                1 - 0.3 * 101,
            ),
            "after_101: an odd step ends on the positive side; count from step 4, which ends at −0.2.": (
                0.7,
                -0.2,
                -0.2,
            ),
            "after_101: it never comes to rest, for its steps do not get shorter.": (0.7, -0.2, 0.0),
            "A step has the length η, not 1.": (0.0, 0.0, 0.0),
            "The weight is asked for, not the step.": (0.3, 0.3, 0.3),
        },
    )


@exercise("3.2.3.b", hint="Count the steps from 1; the correction is used in the step and never kept.")
def corrected_rmsprop(rng):
    """The package's Adam without momentum, for runs of one step and of several."""
    for steps in (1, 2, 6):
        lr, beta = float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.5, 0.95))
        gradients = signed(rng, steps)
        yield Case(
            gradients,
            lr,
            beta,
            want=walk(Adam(lr, beta1=0.0, beta2=beta, eps=1e-300), gradients),
            traps={
                "That is RMSProp without the correction.": walk(RMSProp(lr, beta, eps=1e-300), gradients),
                "That goes uphill.": -walk(Adam(lr, beta1=0.0, beta2=beta, eps=1e-300), gradients),
                "The corrected v was kept: the memory itself stays uncorrected.": rms(
                    gradients, lr, beta, lambda v, t, beta: v / (1 - beta**t), keep=True
                ),
                "v is divided by 1 − βᵗ: the first ones are too small, not too large.": rms(
                    gradients, lr, beta, lambda v, t, beta: v * (1 - beta**t)
                ),
                "The correction has βᵗ, the power of the step, and not β.": rms(
                    gradients, lr, beta, lambda v, t, beta: v / (1 - beta)
                ),
                "Steps count from 1: the correction of the first one is 1 − β.": rms(
                    gradients, lr, beta, lambda v, t, beta: v / (1 - beta ** (t + 1))
                ),
                "The step divides by the root of v.": rms(
                    gradients, lr, beta, lambda v, t, beta: (v / (1 - beta**t)) ** 2
                ),
                "The root belongs to the corrected v as a whole.": rms(
                    gradients, lr, beta, lambda v, t, beta: v / (1 - beta**t) ** 2
                ),
                "Only the signs of the gradients count there; v has a memory.": -lr * float(np.sign(gradients).sum()),
                "v averages squares of the gradients.": signed_memory(gradients, lr, beta),
                "β and 1 − β are swapped: β is what v keeps.": rms(
                    gradients, lr, 1 - beta, lambda v, t, beta: v / (1 - beta**t)
                ),
            },
        )


@exercise("3.2.3.c", hint="After a long time both corrections are 1.")
def shout(rng):
    """The package's Adam after a silence in which both corrections have died out."""
    for beta1, beta2 in ((0.9, 0.999), (0.5, 0.9), (float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.5, 0.99)))):
        optimizer, w = Adam(1.0, beta1, beta2, eps=1e-300), np.zeros(1)
        optimizer.memory = {"m": {"w": np.zeros(1)}, "v": {"w": np.zeros(1)}}
        optimizer.t = 100_000
        optimizer.step([Param("w", w, np.array([2.0]))])
        yield Case(
            beta1,
            beta2,
            want=float(abs(w[0])),
            traps={
                "That is the very first step; after a long time the corrections are 1.": 1.0,
                "Only v is under the root, and v has β₂.": (1 - beta1) / np.sqrt(1 - beta1),
                "v is under a root.": (1 - beta1) / (1 - beta2),
                "β₁ belongs to m, which stands above, and β₂ to v below.": (1 - beta2) / np.sqrt(1 - beta1),
                "A new gradient enters with 1 − β, not with β.": beta1 / np.sqrt(beta2),
                "m is not under a root.": np.sqrt((1 - beta1) / (1 - beta2)),
                "v enters with 1 − β₂: the root is that of 1 − β₂, not of β₂.": (1 - beta1) / np.sqrt(beta2),
                "m enters with 1 − β₁, not with β₁.": beta1 / np.sqrt(1 - beta2),
                "m does not hold the whole gradient: it enters with 1 − β₁.": 1 / np.sqrt(1 - beta2),
                "That is the wrong way up: m is divided by the root of v.": np.sqrt(1 - beta2) / (1 - beta1),
                "A length is wanted, a positive number.": -(1 - beta1) / np.sqrt(1 - beta2),
            },
        )


@exercise("3.2.3.d", hint="Under the penalty λw is all that Adam sees, and it hardly changes from step to step.")
def dark_corner(rng):
    """The package's Adam with the package's penalty; an answer to two digits is enough."""

    def after(optimizer, strength, steps=10):
        w = np.full((1, 1), 0.05)
        for _ in range(steps):
            optimizer.step([Param("W", w, strength * w)])
        return float(w[0, 0])

    weak, strong = after(Adam(0.001), 1e-4), after(Adam(0.001), 1e-2)
    decayed = 0.05 * (1 - 1e-5) ** 10
    kept = 0.05 * (1 - 1e-7) ** 10
    yield Case(
        want=(weak, strong, decayed),
        tol=0.004,
        names=("weak", "strong", "decayed"),
        traps={
            "That is plain descent with the penalty; Adam divides its gradient by its own size.": (
                kept,
                decayed,
                decayed,
            ),
            "All three treated alike: Adam divides the penalty's gradient by its size, AdamW shrinks outside.": (
                weak,
                strong,
                weak,
            ),
            "decayed: AdamW multiplies by 1 − ηλ at each step; no step of length η belongs to it.": (
                weak,
                strong,
                weak,
            ),
            "decayed: each step leaves 1 − ηλ, not 1 − λ.": (weak, strong, 0.05 * 0.99**10),
            "decayed: the weight is asked for, not the share that is left.": (weak, strong, (1 - 1e-5) ** 10),
            "strong: a larger λ stands above and below the line, and cancels.": (weak, 0.0, decayed),
            "strong: each step is about η long, whatever λ is.": (weak, 0.05 - 10 * 0.1, decayed),
            "One step of it; ten are asked for.": (0.049, 0.049, 0.05 * (1 - 1e-5)),
            "The pull is towards 0.": (0.06, 0.06, decayed),
            "That is how far it has moved; the weight itself is asked for.": (0.01, 0.01, decayed),
        },
    )


@exercise("3.2.3.e", hint="Keep two numbers: v, which is updated as ever, and the largest corrected v, which is used.")
def amsgrad(rng):
    """Gradients that shrink, so that the maximum differs from the last average, and some that grow."""
    for size in (np.array([3.0, 1.0, 0.5, 0.2, 0.1]), np.array([0.2, 1.0, 3.0]), np.array([1.0])):
        gradients = (size * signed(rng, len(size))).tolist()
        lr, beta2 = float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.5, 0.9))
        hats, v = [], 0.0
        for t, g in enumerate(gradients, start=1):
            v = beta2 * v + (1 - beta2) * g**2
            hats.append(v / (1 - beta2**t))
        steps = [lr * g / np.sqrt(max(hats[: t + 1])) for t, g in enumerate(gradients)]
        yield Case(
            gradients,
            lr,
            beta2,
            want=-float(np.sum(steps)),
            traps={
                "That is Adam: it divides by the newest v̂, not by the largest so far.": walk(
                    Adam(lr, beta1=0.0, beta2=beta2, eps=1e-300), gradients
                ),
                "That goes uphill.": float(np.sum(steps)),
                "The maximum is taken of the corrected v̂, not of v.": ams(gradients, lr, beta2, hat=False),
                "The maximum goes into the step; fed back into v it makes another rule.": ams(
                    gradients, lr, beta2, feed_back=True
                ),
                "The step divides by the root of the largest v̂.": ams(gradients, lr, beta2, root=False),
                "Correct first, compare then: an old v keeps the correction of its own step.": late_hat(
                    gradients, lr, beta2
                ),
                "The largest v̂ of all steps so far, not only of the last two.": -float(
                    sum(lr * g / np.sqrt(max(hats[max(t - 1, 0) : t + 1])) for t, g in enumerate(gradients))
                ),
                "That divides by the largest gradient so far; v̂ is an average of squares.": largest_gradient(
                    gradients, lr
                ),
                "All steps divide by the same number there; each needs the largest v̂ until then.": -lr
                * sum(gradients)
                / np.sqrt(max(hats)),
                "That divides by the smallest v̂ so far.": -float(
                    sum(lr * g / np.sqrt(min(hats[: t + 1])) for t, g in enumerate(gradients))
                ),
            },
        )


def rms(gradients, lr, beta, correct, keep=False):
    """RMSProp with a correction, which may be kept by mistake."""
    w, v = 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = beta * v + (1 - beta) * g**2
        v, used = (correct(v, t, beta),) * 2 if keep else (v, correct(v, t, beta))
        w -= lr * g / np.sqrt(used)
    return float(w)


def signed_memory(gradients, lr, beta):
    """RMSProp that forgets to square: it divides by the root of the size of an average of gradients."""
    w, v = 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = beta * v + (1 - beta) * abs(g)
        w -= lr * g / np.sqrt(v / (1 - beta**t))
    return float(w)


def ams(gradients, lr, beta2, hat=True, feed_back=False, root=True):
    """AMSGrad with one thing wrong."""
    w, v, largest = 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v / (1 - beta2**t) if hat else v)
        v = largest if feed_back else v
        w -= lr * g / (np.sqrt(largest) if root else largest)
    return float(w)


def late_hat(gradients, lr, beta2):
    """AMSGrad that corrects the largest v by the newest step."""
    w, v, largest = 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v)
        w -= lr * g / np.sqrt(largest / (1 - beta2**t))
    return float(w)


def largest_gradient(gradients, lr):
    """AMSGrad with the largest gradient in place of the largest average."""
    sizes = np.maximum.accumulate(np.abs(gradients))
    return -lr * float(np.sum(np.array(gradients) / sizes))


def signed(rng: np.random.Generator, n: int) -> list[float]:
    """Numbers between 0.5 and 3 in size, of either sign."""
    return (rng.uniform(0.5, 3.0, n) * rng.choice([-1.0, 1.0], n)).round(3).tolist()


def walk(optimizer, gradients) -> float:
    """Where a weight ends that starts at 0."""
    w = np.zeros(1)
    for g in gradients:
        optimizer.step([Param("w", w, np.array([g]))])
    return float(w[0])
