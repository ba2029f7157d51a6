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


@exercise(
    "4.5.c", hint="With two classes only the difference of the logits counts. What does half the brightness do to it?"
)
def dimmed_on_paper(rng):
    bright, half = 1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-1))
    yield Case(
        want=(bright, half, 0.5),
        tol=0.015,
        names=("bright", "half", "black"),
        traps={
            "bright: logits are not probabilities; take exponentials before you divide.": (0.75, half, 0.5),
            "bright: that is the smaller one of the two.": (1 - bright, half, 0.5),
            "bright: the larger logit alone does not say it; the difference does.": (1 / (1 + math.exp(-3)), half, 0.5),
            "half: half the brightness halves the logits, not the probability.": (bright, bright / 2, 0.5),
            "half: the softmax sees the difference, and it is halved.": (bright, bright, 0.5),
            "half: the probability does not move half of the way.": (bright, (bright + 0.5) / 2, 0.5),
            "black: both logits are 0 then, and 0 is a logit like any other.": (bright, half, 0),
            "black: there is no tenth here; two classes are level.": (bright, half, 0.1),
            "black: two equal logits share evenly.": (bright, half, 1),
            "Between 0 and 1, please, not per cent.": (100 * bright, 100 * half, 50),
        },
    )


@exercise("4.5.d", hint="The difference of the two logits is linear in x. In which direction does it fall fastest?")
def shortest_walk(rng):
    """Layers of several widths, also where the wish is ahead already: then the walk goes the other way."""
    for n_in, n_out in ((6, 4), (5, 5), (9, 3)):
        W, b, x = rng.normal(size=(n_in, n_out)), rng.normal(size=n_out), rng.normal(size=n_in)
        now, wish = (int(k) for k in rng.permutation(n_out)[:2])
        W[:, now] *= 1.7  # no two columns are equally long
        if n_in == 9:  # the wish is ahead
            b[wish] += 4 + abs((x @ W + b)[now] - (x @ W + b)[wish])
        elif (x @ W + b)[now] < (x @ W + b)[wish] + 0.5:
            b[now] += 1 + (x @ W + b)[wish] - (x @ W + b)[now]
        z = x @ W + b
        d, g = z[now] - z[wish], W[:, now] - W[:, wish]
        want = x - d / (g @ g) * g
        yield Case(
            x, W, b, now, wish,
            want=want,
            traps={
                "That walks away from the wish: the difference grows along g.": x + d / (g @ g) * g,
                "Divide by g · g: one length makes g a direction, the other turns d into a distance.": (
                    x - d / np.linalg.norm(g) * g
                ),
                "That is a step with the whole gradient, not just as far as d becomes 0.": x - g,
                "That is a step of d along g; how much does d fall on it?": x - d * g,
                "That is twice as far: there the wish is ahead by as much as now was.": x - 2 * d / (g @ g) * g,
                "The biases belong to the logits.": x - (x @ g) / (g @ g) * g,
                "The way back is paid by now as well: g is the difference of two columns.": (
                    x + d / (W[:, wish] @ W[:, wish]) * W[:, wish]
                ),
                "Lowering now alone is a longer walk; raise the wish as well.": (
                    x - d / (W[:, now] @ W[:, now]) * W[:, now]
                ),
                "It gives the two equal logits, but there is a nearer image: all pixels help.": (
                    x - d / g[np.abs(g).argmax()] * (np.arange(n_in) == np.abs(g).argmax())
                ),
                "It gives the two equal logits, but a sign for each pixel is a longer way than g.": (
                    x - d / np.abs(g).sum() * np.sign(g)
                ),
                "That is the step; the image after it is wanted.": want - x,
                "That is how long the walk is; the image at its end is wanted.": abs(d) / np.linalg.norm(g),
            },
        )  # fmt: skip


@exercise("4.5.e", hint="A row with a 0 needs care: 0 times minus infinity is no number.")
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
