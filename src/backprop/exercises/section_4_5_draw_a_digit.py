"""Checkers of the exercises in section 4.5, a digit drawn by the reader and the gradient of its pixels."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.layers.activations import Tanh
from backprop.layers.dense import Dense
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network


@exercise("4.5.a", hint="A mean of row numbers in which each row counts by its ink, and the same for columns.")
def to_the_middle(rng):
    """A patch of ink whose centre is found pixel by pixel, and lies above and below the middle of its pixel."""
    for (top, left), below, right in (((1, 7), 0, 1), ((0, 15), 1, 0), ((13, 2), 1, 0), ((8, 9), 0, 0)):
        halves = (-1, -1)
        while halves != (below, right):
            image = np.zeros((28, 28))
            # More ink below and at the right: the middle of the box is another place than the centre of mass.
            fade = np.outer(
                np.linspace(0.1, 1, 9) ** rng.uniform(0.5, 1.5), np.linspace(0.1, 1, 13) ** rng.uniform(0.5, 2)
            )
            image[top : top + 9, left : left + 13] = fade * rng.uniform(0.5, 1.0, fade.shape)
            ink = sum(float(v) for v in image.flat)
            row = sum(i * float(image[i, j]) for i, j in np.ndindex(image.shape)) / ink
            column = sum(j * float(image[i, j]) for i, j in np.ndindex(image.shape)) / ink
            # 0 or 1: well within the upper or lower half of a pixel, where rounding is clear
            halves = tuple(int(v % 1 > 0.5) if abs(v % 1 - 0.5) > 0.05 else -1 for v in (row, column))
        want = (round(14 - row), round(14 - column))
        rows, columns = np.nonzero(image)
        box = (round(14 - (rows.min() + rows.max()) / 2), round(14 - (columns.min() + columns.max()) / 2))
        traps = {
            "The wrong way round: that is where the ink is, not the way to the middle.": (-want[0], -want[1]),
            "Down and right are swapped: the row decides about down.": want[::-1],
            "Down and right are swapped, and both go the wrong way.": (-want[1], -want[0]),
            "down: the wrong way round.": (-want[0], want[1]),
            "right: the wrong way round.": (want[0], -want[1]),
            "Round to the nearest pixel at the end.": (14 - row, 14 - column),
            "Round to the nearest pixel, not always down; and the middle is 14, not 13.5.": (
                math.floor(14 - row),
                math.floor(14 - column),
            ),
            "Round to the nearest pixel, not always up.": (math.ceil(14 - row), math.ceil(14 - column)),
            "Round to the nearest pixel; int() cuts off.": (int(14 - row), int(14 - column)),
            "The middle is row 14 and column 14, not 13.": (round(13 - row), round(13 - column)),
            "down: the column has to be moved as well, to the right.": (want[0], 0),
            "That is the middle of the box around the ink; every pixel counts by its ink.": box,
            "The middle is row 14 and column 14.": (round(row), round(column)),
        }
        yield Case(image, want=want, names=("down", "right"), traps=traps)


@exercise("4.5.b", hint="The walk back to the pixels, with the slope of another activation.")
def pixel_gradient(rng):
    """The package's backward pass; all widths are equal once, so that shapes give no advice."""
    for n_in, n_1, n_out in ((7, 5, 4), (4, 4, 4)):
        layers = [Dense(n_in, n_1, rng, dtype=np.float64), Tanh(), Dense(n_1, n_out, rng, dtype=np.float64)]
        net, loss = Network(*layers), SoftmaxCrossEntropy()
        x, label = np.zeros(n_in), int(rng.integers(n_out))
        while np.ptp(np.sign(layers[0].forward(x[None]))) < 2:  # the first layer has answers of both signs
            for p in net.params():
                p.value[...] = rng.normal(size=p.value.shape)
            x = rng.normal(size=n_in)
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
            "The biases belong into the forward pass: z₁ = x W₁ + b₁, z₂ = a₁ W₂ + b₂.": through(
                x, label, W1, 0 * b1, W2, 0 * b2
            ),
            "b₁ belongs into the forward pass: z₁ = x W₁ + b₁.": through(x, label, W1, 0 * b1, W2, b2),
            "b₂ belongs into the forward pass: z₂ = a₁ W₂ + b₂.": through(x, label, W1, b1, W2, 0 * b2),
            "That is the slope of a ReLU; here the activation is tanh.": through(
                x, label, W1, b1, W2, b2, slope=lambda z: z > 0
            ),
            "The slope of tanh is 1 − a₁², with the activation squared.": through(
                x, label, W1, b1, W2, b2, slope=lambda z: 1 - np.tanh(z)
            ),
            "That is the slope of a sigmoid; that of tanh is 1 − a₁².": through(
                x, label, W1, b1, W2, b2, slope=lambda z: np.tanh(z) * (1 - np.tanh(z))
            ),
            "That is the gradient of the weights W₁; the pixels want one more product.": np.outer(
                x, (error[0] @ W2.T) * slope
            ),
            "That is δ of the first layer; one more product brings it to the pixels.": (error[0] @ W2.T) * slope,
            "The scores are not probabilities: the error is softmax(z₂) − y.": through(
                x, label, W1, b1, W2, b2, squash=lambda z: z
            ),
        }
        yield Case(x, label, W1, b1, W2, b2, want=want, traps=traps)


def through(x, label, W1, b1, W2, b2, slope=lambda z: 1 - np.tanh(z) ** 2, squash=softmax):
    """The gradient of the pixels, with other biases, another slope or no softmax."""
    z1 = x @ W1 + b1
    error = squash(np.tanh(z1) @ W2 + b2) - np.eye(len(b2))[label]
    return ((error @ W2.T) * slope(z1)) @ W1.T


def walks(x, gradient, lr, steps, low=0, high=1):
    """Where a walk ends: clipped at every step, clipped at the end, never clipped."""
    clipped, free = x.copy(), x.copy()
    for _ in range(steps):
        clipped = np.minimum(high, np.maximum(low, clipped - lr * gradient(clipped)))
        free = free - lr * gradient(free)
    return clipped, np.minimum(1, np.maximum(0, free)), free


@exercise("4.5.c", hint="The next gradient is taken at an image that exists.")
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
                apart = float(steps < 2 and gradient(x).max() > 0.1)
        here = gradient(x)
        traps = {
            "Clip after every step: on the way, gradients were taken at impossible images.": at_the_end,
            "Pixels stay between 0 and 1: clip.": free,
            "That goes uphill.": walks(x, gradient, -lr, steps)[0],
            "That is one step too many.": walks(x, gradient, lr, steps + 1)[0],
            "That is one step too few.": walks(x, gradient, lr, max(steps - 1, 0))[0],
            "One long step is not many short ones: ask for the gradient again at every step.": at_once,
            "Every step needs the gradient at its own image.": walks(x, lambda _, g=here: g, lr, steps)[0],
            "A pixel goes from 0, black, to 1: nothing below 0.": walks(x, gradient, lr, steps, -1, 1)[0],
            "A pixel goes from 0 to 1, not to 255.": walks(x, gradient, lr, steps, 0, 255)[0],
            "Below 0 it is clipped; above 1 as well.": walks(x, gradient, lr, steps, 0, np.inf)[0],
            "Above 1 it is clipped; below 0 as well.": walks(x, gradient, lr, steps, -np.inf, 1)[0],
            "Clip the image, not the gradient.": walks(
                x, lambda at: np.clip(gradient(at), 0, 1), lr, steps, -np.inf, np.inf
            )[0],
            "Clip the image; the gradient stays as it is.": walks(x, lambda at: np.clip(gradient(at), 0, 1), lr, steps)[
                0
            ],
            "The rate is missing: a step is lr times the gradient.": walks(x, gradient, 1.0, steps)[0],
        }
        yield Case(x, gradient, lr, steps, want=want, traps=traps)


@exercise("4.5.d", hint="A certain row and a row with a 0 need care: 0 times minus infinity is no number.")
def entropy(rng):
    """Rows summed one by one: drawn ones, an even one, one that is certain, one with a single 0."""
    n = int(rng.integers(6, 11))  # another number than that of the rows
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
        "One number for each row is wanted, not their sum.": want.sum(),
        "One number for each row is wanted, not their mean.": want.mean(),
        "There is a 0 in p, and its logarithm is no number: 0 · ln 0 counts as 0.": _careless(p),
        "That is how far the highest p is from 1; an entropy looks at all of them.": 1 - p.max(axis=1),
        "That is the negative logarithm of the highest p; an entropy averages over all of them.": -np.log(
            p.max(axis=1)
        ),
        "The terms −p ln p have to be added over each row.": -p * np.log(safe),
        "Nothing is added under the logarithm: take ln 1 where p is 0.": (
            lambda got, want=want: bool((got < want + 1e-3).all() and (np.abs(got - want) < 0.2).all())
        ),
        "The p in front is not squared.": -(p**2 * np.log(safe)).sum(axis=1),
        "How far it is from the highest entropy, ln K, is another number.": np.log(n) - want,
    }
    yield Case(p, want=want, traps=traps)


def _careless(p: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return -(p * np.log(p)).sum(axis=1)
