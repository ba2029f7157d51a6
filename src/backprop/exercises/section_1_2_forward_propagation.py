"""Checkers of the exercises in section 1.2, the forward pass."""

import math
from itertools import pairwise

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("1.2.a", hint="First z, a sum of three numbers; then the sigmoid of it.")
def other_neuron(rng):
    """Activation of the second hidden neuron of the running network at x = (2, −1)."""
    z = 2 * -0.6 + -1 * 0.4 + 0.1
    first = 2 * 0.2 + -1 * 0.8
    yield Case(
        want=1 / (1 + math.exp(-z)),
        tol=5e-3,
        traps={
            "That is z; the activation is the sigmoid of it.": z,
            "The bias 0.1 is missing.": 1 / (1 + math.exp(-(z - 0.1))),
            "That is the first hidden neuron.": 1 / (1 + math.exp(-first)),
            "That is the sigmoid of −z.": 1 / (1 + math.exp(z)),
        },
    )


@exercise("1.2.b", hint="Each neuron of a layer has one weight per input and one bias.")
def count_parameters(rng):
    """Weights and biases for several depths and widths."""
    for depth in (2, 3, 5):
        sizes = rng.integers(2, 20, size=depth).tolist()
        biases = sum(sizes[1:])
        weights = sum(math.prod(pair) for pair in pairwise(sizes))
        yield Case(
            sizes,
            want=weights + biases,
            traps={
                "Every neuron also has a bias.": weights,
                "The inputs have no bias; only neurons do.": weights + biases + sizes[0],
            },
        )


@exercise("1.2.c", hint="z = aW + b, then np.maximum. Leave the caller's array as it was.")
def relu_layer(rng):
    """ReLU(aW + b) against a sum over single inputs, for one row and for many."""
    for n in (1, 7):
        n_in, n_out = rng.choice(np.arange(2, 7), 2, replace=False)
        a, W, b = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)
        z = np.array([[sum(row[i] * W[i, j] for i in range(n_in)) + b[j] for j in range(n_out)] for row in a])
        yield Case(
            a,
            W,
            b,
            want=z * (z > 0),
            traps={"That is z: the ReLU is missing.": z, "The bias is missing.": np.maximum(0, z - b)},
        )


@exercise("1.2.d", hint="What is in `output` after the loop has seen the second example?")
def all_examples(rng):
    """Sigmoid outputs of every row, not of the last one alone."""
    n, n_in, n_out = rng.permutation([3, 4, 5])
    x, W, b = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)
    want = np.stack([1 / (1 + np.exp(-(row @ W + b))) for row in x])
    yield Case(
        x,
        W,
        b,
        want=want,
        traps={"Only the last example's output came back.": want[-1], "The sigmoid is missing.": x @ W + b},
    )
    yield Case(x[:1], W, b, want=want[:1])


@exercise("1.2.e", hint="−ln p, where every one of K classes has the same p.")
def initial_loss(rng):
    """−ln(1/K) for several K."""
    for n_classes in (2, 10, int(rng.integers(11, 1000))):
        yield Case(
            n_classes,
            want=-math.log(1 / n_classes),
            traps={
                "That is ln(1/K), a negative number; the loss is −ln p.": math.log(1 / n_classes),
                "The logarithm is the natural one.": math.log2(n_classes),
                "That is p, the probability of one class.": 1 / n_classes,
            },
        )
