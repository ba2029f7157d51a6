"""Checkers of the exercises in section 3.2.3, adaptive methods."""

import numpy as np

from backprop.contract import Param
from backprop.exercises.checking import Case, exercise
from backprop.optimizers import Adam, RMSProp


@exercise("3.2.3.a", hint="Keep v as it is, and divide it by 1 − βᵗ only for the step; t counts from 1.")
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
            },
        )


@exercise("3.2.3.b", hint="(1 − β) β^(t−i) for gradient i, all divided by 1 − βᵗ; the last gradient has the largest.")
def memory_weights(rng):
    """What each gradient alone adds to the package's corrected average."""
    for t in (1, 4, 7):
        beta = float(rng.uniform(0.3, 0.95))
        want = []
        for i in range(t):
            m = 0.0
            for k in range(t):
                m = beta * m + (1 - beta) * (k == i)
            want.append(m / (1 - beta**t))
        yield Case(
            t,
            beta,
            want=np.array(want),
            traps={
                "The newest gradient has the largest weight, and it comes last.": np.array(want[::-1]),
                "These are the weights in m; those in m̂ add up to 1.": np.array(want) * (1 - beta**t),
            },
        )


@exercise("3.2.3.c", hint="One step after m = v = 0, with both corrections at 1: m = (1 − β₁) g, v = (1 − β₂) g².")
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
                "The root belongs to v alone, and v to β₂.": (1 - beta1) / np.sqrt(1 - beta1),
                "v is under a root.": (1 - beta1) / (1 - beta2),
            },
        )


@exercise("3.2.3.d", hint="v is updated as ever; the largest v/(1 − β₂ᵗ) so far is kept beside it and divides.")
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
            },
        )


def signed(rng: np.random.Generator, n: int) -> list[float]:
    """Numbers between 0.5 and 3 in size, of either sign."""
    return (rng.uniform(0.5, 3.0, n) * rng.choice([-1.0, 1.0], n)).round(3).tolist()


def walk(optimizer, gradients) -> float:
    """Where a weight ends that starts at 0."""
    w = np.zeros(1)
    for g in gradients:
        optimizer.step([Param("w", w, np.array([g]))])
    return float(w[0])
