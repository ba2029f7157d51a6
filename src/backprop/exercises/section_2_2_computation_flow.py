"""Checkers of the exercises in section 2.2, the computation flow."""

from itertools import pairwise

import numpy as np

from backprop.examples.running import running_network
from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import Sigmoid
from backprop.layers.dense import Dense
from backprop.losses import MeanSquaredError
from backprop.network import Network


@exercise("2.2.a", hint="δ² = (ŷ − y) ŷ (1 − ŷ), dW2 = a1ᵀ δ², δ¹ = (δ² W2ᵀ) a1 (1 − a1).")
def red_numbers(rng):
    """dW of the second layer and δ of the first, by the package's layers, for x = (0.5, −1) and y = (0, 1)."""
    net = running_network()[0]
    _, hidden, second, output = net.layers
    loss, x, y = MeanSquaredError(), np.array([[0.5, -1.0]]), np.array([[0.0, 1.0]])
    loss.forward(net.forward(x), y)
    error = loss.backward()
    delta2 = output.backward(error)
    da1 = second.backward(delta2)
    delta1, a1, dW2 = hidden.backward(da1)[0], second.cache, second.dW
    straight = a1 * (1 - a1) * (delta2 @ second.W)
    traps = {
        "Both have the wrong sign: it is prediction minus target.": (-dW2, -delta1),
        "dW2 is right; da1 needs the weights of each hidden unit, so the transpose of W2.": (dW2, straight[0]),
        "dW2 is right; what you give for δ¹ is da1, before the slope of the sigmoid.": (dW2, da1[0]),
        "dW2 has its rows and columns exchanged: row i belongs to hidden unit i.": (dW2.T, delta1),
        "The slope of the output's sigmoid is missing.": (
            a1.T @ error,
            (error @ second.W.T * a1 * (1 - a1))[0],
        ),
    }
    want = dW2, delta1
    for one in (0, 1):  # both parts are judged to three decimals, although one is larger
        others = {sentence: trap[one] for sentence, trap in traps.items()}
        yield Case(
            judge=lambda got, one=one, want=want, others=others: judged(got, one, want, others),
        )


def judged(got, part, want, traps):
    """What is wrong with one part of (dW2, δ¹); None if nothing is."""
    name = ("dW2", "delta1")[part]
    try:
        given = np.asarray(got[part], dtype=float)
    except (TypeError, ValueError, IndexError, KeyError):
        return f"{name} shall be numbers of shape {want[part].shape}."
    if given.size != want[part].size:
        return f"{name} shall have the shape {want[part].shape}, got {given.shape}."
    given = given.reshape(want[part].shape)
    if np.allclose(given, want[part], rtol=0, atol=6e-4):
        return None
    for sentence, trap in traps.items():
        if not np.allclose(trap, want[part], rtol=0, atol=6e-4) and np.allclose(given, trap, rtol=0, atol=6e-4):
            return sentence
    off = np.abs(given - want[part])
    place = tuple(int(k) for k in np.unravel_index(off.argmax(), off.shape))
    return f"the number in {name} at {place}, counted from 0, is off by {off.max():.4f}."


@exercise("2.2.b", hint="Find both gradients first; then change both matrices.")
def impatient_update(rng):
    """New matrices from gradients of the old ones, for one example and for several."""
    for n in (1, 5):
        x, W1, W2 = rng.normal(size=(n, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
        a1, dz2, lr = rng.uniform(0.1, 0.9, (n, 4)), rng.normal(size=(n, 2)), float(rng.uniform(0.2, 1))
        dW2 = a1.T @ dz2

        def first(W, x=x, a1=a1, dz2=dz2):
            return x.T @ (dz2 @ W.T * a1 * (1 - a1))

        new1, new2 = W1 - lr * first(W2), W2 - lr * dW2
        yield Case(
            x,
            a1,
            dz2,
            W1,
            W2,
            lr,
            want=(new1, new2),
            names=("W1", "W2"),
            traps={
                "da1 is still computed with the new W2.": (W1 - lr * first(new2), new2),
                "Those are the gradients, not the new matrices.": (first(W2), dW2),
                "The matrices move along their gradients.": (W1 + lr * first(W2), W2 + lr * dW2),
                "Both are right, but in the other order.": (new2, new1),
            },
        )


@exercise("2.2.c", hint="Forward n·Σ n_in·n_out; backward twice that, without n·n₀·n₁.")
def multiplications(rng):
    """Multiplications for several depths, for one example and many."""
    for depth, n in ((2, 1), (3, 7), (5, int(rng.integers(2, 40)))):
        sizes = rng.integers(2, 30, size=depth).tolist()
        forward = n * sum(a * b for a, b in pairwise(sizes))
        first = n * sizes[0] * sizes[1]
        yield Case(
            sizes,
            n,
            want=(forward, 2 * forward - first),
            names=("forward", "backward"),
            traps={
                "The gradient of the input is counted, but nobody computes it.": (forward, 2 * forward),
                "Backward makes two products per layer, dW and da.": (forward, forward),
                "Every example costs as much again.": (forward // n, (2 * forward - first) // n),
                "It is the first layer that does without da, not the last.": (
                    forward,
                    2 * forward - n * sizes[-1] * sizes[-2],
                ),
            },
        )


@exercise("2.2.d", hint="dz = da · a(1 − a), dW = aᵀ dz with the a before the matrix, then da = dz Wᵀ.")
def any_list(rng):
    """Gradients of networks with two, one and four layers, as the package's layers give them."""
    for depth in (2, 1, 4):
        widths = rng.integers(2, 5, size=depth + 1)
        layers = [Dense(int(a), int(b), rng, dtype=np.float64) for a, b in pairwise(widths)]
        net, loss = Network(*(part for layer in layers for part in (layer, Sigmoid()))), MeanSquaredError()
        x, y = rng.normal(size=(1, widths[0])), rng.uniform(size=(1, widths[-1]))
        loss.forward(net.forward(x), y)
        net.backward(loss.backward())
        gradients = [layer.dW.copy() for layer in layers]
        yield Case(
            x,
            y,
            [layer.W.copy() for layer in layers],
            want=gradients,
            traps={
                "The gradients come last first; the first belongs to the first matrix.": gradients[::-1],
                "The signs are the wrong way round: prediction minus target.": [-g for g in gradients],
                "The half in front of the loss cancels the 2 of the square.": [2 * g for g in gradients],
            },
        )
