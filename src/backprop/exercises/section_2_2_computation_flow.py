"""Checkers of the exercises in section 2.2, the computation flow."""

from itertools import pairwise

import numpy as np

from backprop.examples.running import running_network
from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import Sigmoid
from backprop.layers.dense import Dense
from backprop.losses import MeanSquaredError
from backprop.network import Network


@exercise("2.2.a", hint="Forward first; then walk back from the prediction, one line of the equations at a time.")
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
    other = (error + y - y[:, ::-1]) * output.cache * (1 - output.cache)
    turned_round = a1.T @ other, (other @ second.W.T * a1 * (1 - a1))[0]
    traps = {
        "Both have the wrong sign: it is prediction minus target.": (-dW2, -delta1),
        "dW2 is right; da1 needs the weights of each hidden neuron, so the transpose of W2.": (dW2, straight[0]),
        "dW2 is right; what you give for δ¹ is da1, before the slope of the sigmoid.": (dW2, da1[0]),
        "dW2 has its rows and columns exchanged: row i belongs to hidden neuron i.": (dW2.T, delta1),
        "dW2 is right in size, but its sign is flipped: it is prediction minus target.": (-dW2, delta1),
        "dW2 is right, but δ¹ has the wrong sign.": (dW2, -delta1),
        "That is dW2 for the input x; the second layer's input is a1.": (x.T @ delta2, delta1),
        "The target is (0, 1): the second output should be on.": turned_round,
        "Each entry of dW2 is an a times a δ; that has δ alone.": (np.vstack([delta2, delta2]), delta1),
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
        return f"The part {name} shall be numbers of shape {want[part].shape}."
    if given.size != want[part].size:
        return f"The part {name} shall have the shape {want[part].shape}, got {given.shape}."
    given = given.reshape(want[part].shape)
    if np.allclose(given, want[part], rtol=0, atol=6e-4):
        return None
    for sentence, trap in traps.items():
        if not np.allclose(trap, want[part], rtol=0, atol=6e-4) and np.allclose(given, trap, rtol=0, atol=6e-4):
            return sentence
    off = np.abs(given - want[part])
    place = tuple(int(k) for k in np.unravel_index(off.argmax(), off.shape))
    return f"A number of {name} is not right: the one at {place}, counted from 0, is off by {off.max():.4f}."


@exercise("2.2.b", hint="The gradient belongs to the weights that the forward pass used.")
def impatient_update(rng):
    """New matrices from gradients of the old ones, for one example and for several."""
    for n in (5, 1):
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
                "W1: the slope of the sigmoid, a1 (1 − a1), is missing.": (W1 - lr * x.T @ (dz2 @ W2.T), new2),
                "Nothing has been updated.": (W1, W2),
                "W1: the rate is missing.": (W1 - first(W2), new2),
                "W2: the rate is missing.": (new1, W2 - dW2),
                "W1: the slope of a sigmoid is a (1 − a); 1 − a² is that of the tanh.": (
                    W1 - lr * x.T @ (dz2 @ W2.T * (1 - a1**2)),
                    new2,
                ),
                "W1: the slope of a sigmoid is a (1 − a); here it is a alone.": (
                    W1 - lr * x.T @ (dz2 @ W2.T * a1),
                    new2,
                ),
                "W1 is right, W2 has not been updated.": (new1, W2),
                "W2 is right, W1 has not been updated.": (W1, new2),
                "The rate is missing.": (W1 - first(W2), W2 - dW2),
                "The mean over the examples is in dz2 already.": (W1 - lr * first(W2) / n, W2 - lr * dW2 / n),
            },
        )


@exercise("2.2.c", hint="Each entry of dW is an input times a δ. Where do you find the δ alone?")
def secret_input(rng):
    """The input of one example from dW = x δ and db = δ; some δ are 0, in a place that changes."""
    for zeros in ((), (0,), (-1, 1)):
        n_in, n_out = rng.choice(np.arange(4, 8), 2, replace=False) if zeros else (5, 5)
        x, delta = rng.normal(size=n_in), rng.uniform(0.3, 2, n_out) * rng.choice([-1.0, 1.0], n_out)
        delta = -np.abs(delta) if zeros else delta  # the largest in size is not the largest
        delta[list(zeros)] = 0.0
        dW = np.outer(x, delta)
        yield Case(
            dW,
            delta,
            want=x,
            traps={
                "That is a column of dW, x times its δ: divide by that δ.": dW[:, np.abs(delta).argmax()],
                "Divide by the δ of the same column, with its sign.": x * np.sign(delta[np.abs(delta).argmax()]),
                "That is a row of dW; x is in its columns.": dW[np.abs(delta).argmax() % n_in]
                / delta.flat[np.abs(delta).argmax()],
                "That is the first row of dW; x is in its columns.": dW[0] / (delta[0] or 1.0),
                "Every column gives x, so one of them is enough.": np.tile(x, (n_out, 1)).T,
                "That δ is 0, and 0/0 says nothing: choose a column whose δ is not 0.": np.full(n_in, np.nan),
                "That adds up x δ over the columns; δ is still in it.": dW.sum(axis=1),
                "That is x times the sum of the squared δ: divide by it.": dW @ delta,
                "The mean of each row still has the mean of δ in it.": dW.mean(axis=1),
                "That is upside down: a column of dW is x δ, so divide it by δ.": 1 / x,
                "That is x divided by δ: dW has the factor δ once.": x / delta[np.abs(delta).argmax()],
            },
        )


def slope_of(a):
    return a * (1 - a)


def walked(x, y, weights, slope=slope_of, turned=True, before=True, last=True, through=True, inner=True):
    """The walk of exercise 2.2.d with one mistake; None where its shapes do not fit."""
    activations = [x]
    for W in weights:
        activations.append(1 / (1 + np.exp(-activations[-1] @ W)))
    gradients, da = [], activations[-1] - y
    try:
        for k in reversed(range(len(weights))):
            a = activations[k + 1]
            dz = da * slope(a) if (last if k == len(weights) - 1 else inner) else da
            gradients.insert(0, (activations[k] if before else a).T @ dz)
            da = (dz if through else da) @ (weights[k].T if turned else weights[k])
    except ValueError:
        return None
    return gradients


@exercise(
    "2.2.d",
    hint="Forward: keep a list of all activations, `x` first. Backward: a loop from the last layer to the first.",
)
def any_list(rng):
    """Gradients of networks with two, one and four layers, as the package's layers give them."""
    for depth in (2, 1, 4):
        widths = rng.integers(2, 5, size=depth + 1)
        layers = [Dense(int(a), int(b), rng, dtype=np.float64) for a, b in pairwise(widths)]
        net, loss = Network(*(part for layer in layers for part in (layer, Sigmoid()))), MeanSquaredError()
        x, y = rng.normal(size=(1, widths[0])), rng.uniform(size=(1, widths[-1]))
        loss.forward(net.forward(x), y)
        net.backward(loss.backward())
        gradients, weights = [layer.dW.copy() for layer in layers], [layer.W.copy() for layer in layers]
        yield Case(
            x,
            y,
            weights,
            want=gradients,
            traps={
                "The gradients come last first; the first belongs to the first matrix.": gradients[::-1],
                "The signs are the wrong way round: prediction minus target.": [-g for g in gradients],
                "The slopes of the sigmoids are missing: da has to become dz.": walked(x, y, weights, np.ones_like),
                "The slopes of the hidden sigmoids are missing; only the last one is there.": walked(
                    x, y, weights, inner=False
                ),
                "The slope of the last sigmoid is missing; the others are there.": walked(x, y, weights, last=False),
                "dz has to be handed back, not da: the slopes of later layers are lost on the way.": walked(
                    x, y, weights, through=False
                ),
                "The slope of a sigmoid is a (1 − a); here it is a alone.": walked(x, y, weights, lambda a: a),
                "The slope of a sigmoid is a (1 − a); here it is 1 − a alone.": walked(x, y, weights, lambda a: 1 - a),
                "The slope of a sigmoid is a (1 − a); 1 − a² is that of the tanh.": walked(
                    x, y, weights, lambda a: 1 - a**2
                ),
                "dz is handed back through W; W has to be transposed, da = dz Wᵀ.": walked(x, y, weights, turned=False),
                "Each dW takes the activation before its matrix, not the one behind.": walked(
                    x, y, weights, before=False
                ),
                "The half in front of the loss cancels the 2 of the square.": [2 * g for g in gradients],
            },
        )


@exercise("2.2.e", hint="Two paths lead back to x, and two to y: add what each brings.")
def quotient_by_hand(rng):
    """The four gradients of (x + y) / (x y) at x = 2, y = 4."""
    yield Case(
        want=(0.125, -0.09375, -0.25, -0.0625),
        names=("ds", "dp", "dx", "dy"),
        traps={
            "dx and dy: that is the path through p alone; the path through s is to be added.": (
                0.125,
                -0.09375,
                -0.375,
                -0.1875,
            ),
            "dx and dy: that is the path through s alone; the path through p is to be added.": (
                0.125,
                -0.09375,
                0.125,
                0.125,
            ),
            "dp: a larger p makes the quotient smaller, so its gradient is negative.": (0.125, 0.09375, 0.5, 0.3125),
            "dp: the slope of s/p in p is −s/p²; s is missing.": (0.125, -1 / 64, 0.0625, 0.09375),
            "dp: the slope of s/p in p is −s/p²; p stands there squared.": (0.125, -0.75, -2.875, -1.375),
            "dx and dy: a nudge of x moves p by y, and a nudge of y by x.": (0.125, -0.09375, -0.0625, -0.25),
        },
    )
