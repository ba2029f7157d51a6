"""Checkers of the exercises in section 4.5, a digit drawn by the reader and the gradient of its pixels."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import Tanh
from backprop.layers.dense import Dense
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network


@exercise("4.5.a", hint="The mean row is Σ i · (ink of row i) / (all ink); the move is 14 minus it, rounded.")
def to_the_middle(rng):
    """A patch of ink whose centre is found pixel by pixel, in two corners and in the middle."""
    for top, left in ((0, 15), (13, 2), (8, 9)):
        image = np.zeros((28, 28))
        # More ink below and at the right, so that the middle of the box is another place than the centre of mass.
        fade = np.outer(np.linspace(0.1, 1, 9), np.linspace(0.1, 1, 13))
        image[top : top + 9, left : left + 13] = fade * rng.uniform(0.5, 1.0, fade.shape)
        ink = sum(float(v) for v in image.flat)
        row = sum(i * float(image[i, j]) for i, j in np.ndindex(image.shape)) / ink
        column = sum(j * float(image[i, j]) for i, j in np.ndindex(image.shape)) / ink
        want = (round(14 - row), round(14 - column))
        rows, columns = np.nonzero(image)
        box = (round(14 - (rows.min() + rows.max()) / 2), round(14 - (columns.min() + columns.max()) / 2))
        traps = {
            "Down and right are swapped: the row decides about down.": want[::-1],
            "The wrong way round: that is where the ink is, not the way to the middle.": (-want[0], -want[1]),
            "That is the middle of the box around the ink; every pixel counts by its ink.": box,
            "The middle is row 14 and column 14.": (round(row), round(column)),
        }
        yield Case(image, want=want, names=("down", "right"), traps=traps)


@exercise("4.5.b", hint="delta2 = p − y, delta1 = (delta2 W2ᵀ) (1 − a1²), dx = delta1 W1ᵀ.")
def pixel_gradient(rng):
    """The package's backward pass; all widths are equal once, so that shapes give no advice."""
    for n_in, n_1, n_out in ((7, 5, 4), (4, 4, 4)):
        layers = [Dense(n_in, n_1, rng, dtype=np.float64), Tanh(), Dense(n_1, n_out, rng, dtype=np.float64)]
        net, loss = Network(*layers), SoftmaxCrossEntropy()
        for p in net.params():
            p.value[...] = rng.normal(size=p.value.shape)
        x, label = rng.normal(size=n_in), int(rng.integers(n_out))
        loss.forward(net.forward(x[None]), np.array([label]))
        error = loss.backward()
        want = net.backward(error)[0]
        W1, b1, W2, b2 = (p.value.copy() for p in net.params())
        slope = 1 - np.tanh(x @ W1 + b1) ** 2
        p = error[0] + np.eye(n_out)[label]
        traps = {
            "The slope of tanh is missing.": error[0] @ W2.T @ W1.T,
            "That is uphill for p and downhill for L: the error is p − y.": -want,
            "The label is missing: the error is p − y, not p.": ((p @ W2.T) * slope) @ W1.T,
            "The slope is 1 − a₁², taken at a₁ = tanh(z₁), not at z₁.": (
                ((error[0] @ W2.T) * (1 - (x @ W1 + b1) ** 2)) @ W1.T
            ),
        }
        yield Case(x, label, W1, b1, W2, b2, want=want, traps=traps)


def walks(x, gradient, lr, steps):
    """Where a walk ends: clipped at every step, clipped at the end, never clipped."""
    clipped, free = x.copy(), x.copy()
    for _ in range(steps):
        clipped = np.minimum(1, np.maximum(0, clipped - lr * gradient(clipped)))
        free = free - lr * gradient(free)
    return clipped, np.minimum(1, np.maximum(0, free)), free


@exercise("4.5.c", hint="x = np.clip(x - lr * gradient(x), 0, 1), once for each step; a new array each time.")
def pixel_walk(rng):
    """A bowl whose lowest point lies outside of the square, so that walls are met and left again; and no step."""
    for steps in (0, 1, 12):
        apart = 0.0
        while apart < 0.05:  # until the wall matters on the way
            H = rng.normal(size=(6, 6))
            H, goal, x = H @ H.T + np.eye(6), rng.uniform(-2, 3, 6), rng.uniform(0.2, 0.8, 6)
            lr = float(rng.uniform(0.5, 0.9) / np.linalg.eigvalsh(H)[-1])

            def gradient(x, H=H, goal=goal):
                return H @ (x - goal)

            want, at_the_end, free = walks(x, gradient, lr, steps)
            at_once = np.clip(x - steps * lr * gradient(x), 0, 1)
            apart = min(np.abs(want - other).max() for other in (at_the_end, free, at_once))
            if steps < 2 or not {0.0, 1.0} <= set(want):
                apart = float(steps < 2)
        traps = {
            "Clip after every step: on the way, gradients were taken at impossible images.": at_the_end,
            "Pixels stay between 0 and 1: clip.": free,
            "That goes uphill.": walks(x, gradient, -lr, steps)[0],
        }
        yield Case(x, gradient, lr, steps, want=want, traps=traps)


@exercise("4.5.d", hint="−Σ p ln p over each row; where p is 0 take the logarithm of 1.")
def entropy(rng):
    """Rows summed one by one: drawn ones, an even one, one that is certain, one with a single 0."""
    n = int(rng.integers(4, 11))
    p = rng.dirichlet(np.ones(n), size=5)
    p[0], p[1] = 1 / n, np.eye(n)[int(rng.integers(n))]
    p[2, 0], p[2, 1] = 0, p[2, 0] + p[2, 1]
    want = np.array([-sum(v * np.log(v) for v in row.tolist() if v > 0) for row in p])
    safe = np.where(p > 0, p, 1)
    traps = {
        "The sign: an entropy is never below 0.": -want,
        "That is in bits; use the natural logarithm.": want / np.log(2),
        "Each logarithm is weighted with its p.": -np.log(safe).sum(axis=1),
        "Sum over each row, not over the columns.": -(p * np.log(safe)).sum(axis=0),
        "A sum over the classes, not a mean.": want / n,
    }
    yield Case(p, want=want, traps=traps)
