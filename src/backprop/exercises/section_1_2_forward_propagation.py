"""Checkers of the exercises in section 1.2, the forward pass."""

import math
from itertools import pairwise

import numpy as np

from backprop.exercises.answers import numbers, show
from backprop.exercises.checking import Case, exercise


@exercise("1.2.a", hint="First the sum z, then the activation of it.")
def other_neuron(rng):
    """Activation of the second hidden neuron of the running network at x = (2, −1)."""
    z = 2 * -0.6 + -1 * 0.4 + 0.1
    first = 2 * 0.2 + -1 * 0.8
    yield Case(
        want=1 / (1 + math.exp(-z)),
        tol=5e-3,
        traps={
            "That is a tanh; this neuron has a sigmoid.": math.tanh(z),
            "That is z; the activation is the sigmoid of it.": z,
            "The bias 0.1 is missing.": 1 / (1 + math.exp(-(z - 0.1))),
            "That is the first hidden neuron.": 1 / (1 + math.exp(-first)),
            "That is the sigmoid of −z.": 1 / (1 + math.exp(z)),
            "The inputs are exchanged: 2 meets the weight −0.6.": 1 / (1 + math.exp(-(2 * 0.4 - 1 * -0.6 + 0.1))),
            "That is the old input, (1, 0.5); now x = (2, −1).": 1 / (1 + math.exp(-(-0.6 + 0.5 * 0.4 + 0.1))),
            "The second input is −1, not 1.": 1 / (1 + math.exp(-(2 * -0.6 + 0.4 + 0.1))),
            "The first weight is −0.6, not 0.6.": 1 / (1 + math.exp(-(2 * 0.6 - 0.4 + 0.1))),
            "The bias is added, not taken away.": 1 / (1 + math.exp(-(z - 0.2))),
            "That is e to the power of z; the sigmoid is 1 / (1 + e^−z).": math.exp(z),
            "That is e to the power of −z; the sigmoid is 1 / (1 + e^−z).": math.exp(-z),
            "A ReLU would say 0; this neuron has a sigmoid.": 0.0,
        },
    )


@exercise("1.2.b", hint="Take one layer at a time: what does each of its neurons bring?")
def count_parameters(rng):
    """Weights and biases for several depths and widths."""
    for depth in (3, 2, 5):
        sizes = rng.integers(2, 20, size=depth).tolist()
        while depth > 2 and len(set(wrong_counts(sizes).values())) < len(wrong_counts(sizes)):
            sizes = rng.integers(2, 20, size=depth).tolist()  # no two mistakes may come to the same number
        yield Case(sizes, want=sum(map(math.prod, pairwise(sizes))) + sum(sizes[1:]), traps=wrong_counts(sizes))


def wrong_counts(sizes):
    """What a reader may count in place of weights and biases."""
    biases = sum(sizes[1:])
    weights = sum(math.prod(pair) for pair in pairwise(sizes))
    return {
        "Every neuron also has a bias.": weights,
        "The inputs have no bias; only neurons do.": weights + biases + sizes[0],
        "That is the number of neurons; the weights are between them.": sum(sizes),
        "That counts biases only.": biases,
        "Every input meets every neuron: the widths are multiplied, not added.": sum(sizes[:-1]) + biases,
        "Every input meets every neuron: the widths are multiplied, and the biases added.": sum(sizes[:-1])
        + 2 * biases,
        "The layers between the first and the last are left out.": sizes[0] * sizes[-1] + sizes[-1],
        "That counts one layer of weights alone; every pair of neighbours has one.": (sizes[0] + 1) * sizes[1],
        "The output neurons have biases, too.": weights + sum(sizes[1:-1]),
        "Each pair of layers is to be counted once, not all products of all sizes.": math.prod(sizes),
        "The bias belongs to each neuron of the layer, not to each of its inputs.": weights + sum(sizes[:-1]),
        "One bias per layer is too few: every neuron has its own.": weights + len(sizes) - 1,
    }


@exercise("1.2.c", hint="All rows go through the layer in one matrix product; the ReLU then acts on each number.")
def relu_layer(rng):
    """ReLU(aW + b) against a sum over single inputs, for one row and for many."""
    for n in (7, 1):
        n_in, n_out = rng.choice(np.arange(2, 7), 2, replace=False)
        a, W, b = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)
        z = np.array([[sum(row[i] * W[i, j] for i in range(n_in)) + b[j] for j in range(n_out)] for row in a])
        yield Case(
            a,
            W,
            b,
            want=z * (z > 0),
            traps={
                "That is z: the ReLU is missing.": z,
                "The bias is missing.": np.maximum(0, z - b),
                "The bias belongs inside the ReLU.": np.maximum(0, z - b) + b,
                "The bias is added, not taken away.": np.maximum(0, z - 2 * b),
                "The ReLU acts on what leaves the layer, not on what enters it.": np.maximum(0, a) @ W + b,
                "The ReLU keeps what is positive; that keeps what is negative.": np.minimum(0, z),
                "The ReLU makes 0 of what is negative; it does not turn its sign.": np.abs(z),
                "That is a tanh; a ReLU is wanted.": np.tanh(z),
                "That is a sigmoid; a ReLU is wanted.": 1 / (1 + np.exp(-z)),
                "One row per example is wanted, not their mean.": (z * (z > 0)).mean(axis=0),
                "The ReLU gives z itself where it is positive, not 1.": (z > 0).astype(float),
            },
        )


@exercise("1.2.d", hint="The answer is ½ where the sum z is 0. For which of the four pairs should the sum be positive?")
def three_gates(rng):
    """One neuron each for and, or, not both: tried on all four pairs of inputs."""
    yield Case(judge=gates_judged)


PAIRS = [(0, 0), (0, 1), (1, 0), (1, 1)]
GATES = {"and_neuron": (0, 0, 0, 1), "or_neuron": (0, 1, 1, 1), "nand_neuron": (1, 1, 1, 0)}


def gates_judged(got):
    """What is wrong with the three neurons (w₁, w₂, b); None if nothing is."""
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 3:
        return "Three neurons are wanted: and_neuron, or_neuron and nand_neuron."
    for (name, wanted), part in zip(GATES.items(), got, strict=True):
        array = numbers(part)
        if array is None or array.dtype.kind == "b" or array.shape != (3,) or not np.isfinite(array).all():
            return f"{name} shall be three numbers, w₁, w₂ and b; it is {show(part)}."
        z = np.array(PAIRS) @ array[:2].astype(float) + float(array[2])
        if sentence := gate_judged(name, np.array(wanted), z):
            return sentence
    return None


def gate_judged(name, wanted, z):
    """What is wrong with one neuron, whose sums at the four pairs are z."""
    answers = 1 / (1 + np.exp(-np.clip(z, -500, 500)))
    if ((answers > 0.9) == wanted).all() and ((answers < 0.1) == 1 - wanted).all():
        return None
    says = z > 0
    if (says == wanted).all() and (z != 0).all():
        return (
            f"{name} is on the right side of ½ for all four pairs, but not sure enough: "
            "multiply all its numbers by 10, or by more."
        )
    if (says == 1 - wanted).all():
        return f"{name} says the opposite at all four pairs: turn the signs of all its numbers."
    for other, answer in GATES.items():
        if other != name and (says == answer).all():
            return f"{name} answers as {other} should."
    if name == "nand_neuron" and (says == (1, 0, 0, 0)).all():
        return f"{name} says neither: one input at 1 is not both, so there it should say yes as well."
    if says.all() or not says.any():
        if says[0] != wanted[0]:
            return (
                f"{name} gives the same answer to all four pairs: "
                "at (0, 0) the bias alone decides, and decides wrongly."
            )
        return f"{name} gives the same answer to all four pairs: the weights have to outweigh the bias."
    worst = int(np.where(wanted == 1, answers, 1 - answers).argmin())
    pair, said = PAIRS[worst], show(round(float(answers[worst]), 3))
    if wanted[worst]:
        return f"{name} says {said} at the inputs {pair}; it should say more than 0.9."
    return f"{name} says {said} at the inputs {pair}; it should say less than 0.1."


@exercise("1.2.e", hint="A ReLU keeps what is positive. One of the two neurons can see to the inputs with x₁ > x₂.")
def distance(rng):
    """A 2-2-1 ReLU network, run on inputs on both sides of the crease, far and near."""
    x = rng.normal(size=(40, 2)) * rng.choice([0.1, 1.0, 10.0], size=(40, 1))
    x[:2] = [[2.0, -1.0], [-1.0, 2.0]]
    yield Case(judge=lambda got: judged(got, x))


def judged(got, x):
    """What is wrong with the network (W1, b1, W2, b2) as a distance; None if nothing is."""
    shapes = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}
    if not isinstance(got, (tuple, list)) or len(got) != 4:
        return "Four arrays are wanted: W1, b1, W2 and b2."
    arrays = []
    for (name, shape), part in zip(shapes.items(), got, strict=True):
        array = numbers(part)
        if array is None or array.dtype.kind == "b" or array.shape != shape:
            return f"{name} shall be numbers of shape {shape}; it is {show(part)}."
        arrays.append(array.astype(float))
    W1, b1, W2, b2 = arrays
    y = (np.maximum(0, x @ W1 + b1) @ W2 + b2)[:, 0]
    right, difference = np.abs(x[:, 0] - x[:, 1]), x[:, 0] - x[:, 1]
    for sentence, trap in {
        "It is right where x₁ > x₂ and silent elsewhere: the other neuron has to see to the rest.": np.maximum(
            0, difference
        ),
        "It is right where x₂ > x₁ and silent elsewhere: the other neuron has to see to the rest.": np.maximum(
            0, -difference
        ),
        "That is x₁ − x₂, with a sign: both neurons have to raise the output.": difference,
        "That is x₂ − x₁, with a sign: both neurons have to raise the output.": -difference,
        "The distance comes out with a minus: the output's weights have the wrong sign.": -right,
        "That is |x₁ + x₂|: the two inputs need weights of opposite sign.": np.abs(x.sum(axis=1)),
    }.items():
        if np.allclose(y, trap, rtol=1e-5, atol=1e-9):
            return sentence
    if np.allclose(y, right, rtol=1e-5, atol=1e-9):
        return None
    for j, (first, second) in enumerate(W1.T.tolist(), start=1):
        if first + second and not b1.any():
            return (
                f"Hidden neuron {j} has the weights {first:g} and {second:g}: "
                "it moves when both inputs grow alike, but the distance does not."
            )
    if b1.any():
        return "The hidden biases have to be 0: where x₁ = x₂ both neurons are to be silent, and to wake beside it."
    if W1[0, 0] * W1[0, 1] > 0:
        return "Both hidden neurons look the same way: one of them has to see x₁ − x₂, the other x₂ − x₁."
    factor = y[0] / right[0]
    if factor and np.allclose(y, factor * right, rtol=1e-5, atol=1e-9):
        return f"That is {show(float(factor))} times the distance."
    if np.ptp(y - right) < 1e-9:
        return "The distance is off by the same number everywhere: look at the biases."
    worst = int(np.abs(y - right).argmax())
    said, wanted = show(float(y[worst])), show(float(right[worst]))
    return f"At x = {show(x[worst])} the network says {said}; the distance is {wanted}."
