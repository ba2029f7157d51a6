"""Checkers of the exercises in section 1.4, the training loop."""

import copy

import numpy as np

from backprop.exercises.answers import numbers, show
from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import Tanh
from backprop.layers.dense import Dense
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step


@exercise("1.4.a", hint="The slope of the loss is the mean of x(wx − y) over the two examples. Where is it 0?")
def how_far(rng):
    """One step, the factor of every step and the largest rate, for a loss with the slope 5(w − 2)."""
    yield Case(
        want=(1.0, 0.5, 0.4),
        tol=1e-3,
        names=("new_knob", "factor", "largest_rate"),
        traps={
            "new_knob: a step goes against the slope, downhill.": (-1.0, 0.5, 0.4),
            "The slope is 5(w − 2), not 10(w − 2): take the mean of two, and the half cancels the 2 of the square.": (
                2.0,
                0.0,
                0.2,
            ),
            "The half in the loss cancels the 2 of the square: the slope is 5(w − 2).": (2.0, 0.0, 0.4),
            "The slope of one example has the factor x: the mean is of x(wx − y).": (0.4, 0.8, 1.0),
            "largest_rate: with 1/5 the step lands on the best knob; it may be twice as long.": (1.0, 0.5, 0.2),
            "factor: the step is taken away from the distance: 1 − 5η is left.": (1.0, 1.5, 0.4),
            "largest_rate: the distance grows when 1 − 5η is below −1.": (1.0, 0.5, 2.0),
            "new_knob: that is where many steps lead, not one.": (2.0, 0.5, 0.4),
        },
    )


@exercise(
    "1.4.b",
    hint="To put something back you need what it was: the update writes into the very array that a name stands for.",
)
def careful_step(rng):
    """A rate that lowers the loss and one that raises it, on a regression and on a classification."""
    for loss, y in (
        (MeanSquaredError(), rng.normal(size=(6, 2))),
        (SoftmaxCrossEntropy(), np.array([0, 1] * 3)),
    ):
        x = rng.normal(size=(6, 3))
        x[1] = x[0]  # one question with two answers: else no rate may be too large
        fresh = Network(Dense(3, 4, rng, dtype=np.float64), Tanh(), Dense(4, 2, rng, dtype=np.float64))
        net, start = copy.deepcopy(fresh), fresh.state()  # no gradient of ours waits in the answer's network
        before = loss.forward(net.forward(x), y)
        net.backward(loss.backward())
        gradient = np.concatenate([p.grad.ravel() for p in net.params()])
        for grow, lr in ((False, float(rng.uniform(0.01, 0.05))), (True, float(rng.uniform(0.5, 1)))):
            while (loss_after(lr, net, loss, x, y, start) < before) == grow:
                lr *= 2 if grow else 0.5
            yield Case(
                run=lambda answer, fresh=fresh, x=x, y=y, loss=loss, lr=lr: stepped(
                    answer, copy.deepcopy(fresh), loss, x, y, lr
                ),
                judge=lambda got, lr=lr, grow=grow, gradient=gradient: judged(got, lr, grow, gradient),
            )


def loss_after(lr, net, loss, x, y, start):
    """The loss after one plain step from ``start`` at this rate."""
    net.load_state(start)
    train_step(net, loss, SGD(lr), x, y)
    return loss.forward(net.forward(x), y)


def stepped(answer, net, loss, x, y, lr):
    """What the answer returns, and by how much it has moved the parameters in all."""
    before = np.concatenate([p.value.ravel() for p in net.params()])
    rate = answer(net, loss, x, y, lr)
    return None if rate is None else (rate, np.concatenate([p.value.ravel() for p in net.params()]) - before)


def judged(got, lr, grow, gradient):
    """What is wrong with the rate and the move; None if nothing is."""
    if got is None:
        return "The rate for the next attempt is to be returned in either case."
    rate, move = numbers(got[0]), got[1]
    if rate is None or rate.ndim or rate.dtype.kind == "b":
        return f"One number is wanted, the rate for the next attempt; it returns {show(got[0])}."
    if not grow and np.allclose(move, lr * gradient, rtol=1e-6):
        return "The parameters move along their gradients: the step goes against them."
    if not grow and not move.any():
        return (
            "Where the loss is lower afterwards, the step shall be kept; here nothing has moved. "
            "Was it a step against the gradient, and is the loss afterwards that of a new forward pass?"
        )
    if grow and np.allclose(move, -lr * gradient, rtol=1e-6):
        return (
            "Where the loss is not lower afterwards, the parameters shall be put back; they are still moved. "
            "Was a copy kept?"
        )
    if not np.allclose(move, 0 if grow else -lr * gradient, rtol=1e-6, atol=1e-12):
        return (
            "Where the loss is not lower afterwards, some parameters do not end where they should: "
            "put all of them back."
            if grow
            else "Where the loss is lower afterwards, some parameters do not end where they should: "
            "take one step with each."
        )
    if not np.isclose(rate, lr / 2 if grow else lr, rtol=1e-6):
        wanted = "half of lr" if grow else "lr"
        return (
            f"Where the loss is {'not lower' if grow else 'lower'} afterwards, the rate to return is {wanted}; "
            f"it returns {show(got[0])} for {show(lr)}."
        )
    return None


@exercise("1.4.c", hint="Write the loss as a function of z alone before you differentiate: what is ln ŷ?")
def count_slopes(rng):
    """Both slopes behind an exponential, by differentiating the losses numerically."""

    def losses(z, y):
        y_hat = np.exp(z)
        return 0.5 * (y_hat - y) ** 2, y_hat - y * np.log(y_hat)

    for z, y in ((1.2, 2.0), (rng.uniform(-2, 2, 6), np.array([0.0, 1.0, 2.0, 3.0, 5.0, 9.0]))):
        h = 1e-5
        squared, counts = ((up - down) / (2 * h) for up, down in zip(losses(z + h, y), losses(z - h, y), strict=True))
        y_hat = np.exp(z)
        yield Case(
            z,
            y,
            want=(squared, counts),
            names=("squared", "counts"),
            traps={
                "Both are right, but in the other order.": (counts, squared),
                "The signs are the wrong way round: prediction minus target.": (-squared, -counts),
                "squared: the slope of e^z is missing, the last link to z.": (counts, counts),
                "counts: that is its slope at ŷ; the link from ŷ to z is missing.": (squared, 1 - y / y_hat),
                "Both are slopes at ŷ; the link from ŷ to z, the slope of e^z, is missing.": (counts, 1 - y / y_hat),
                "counts: the slope of y ln ŷ at z is y, for ln ŷ = z.": (squared, y_hat - y * z),
                "The prediction is e^z, not z.": ((z - y) * z, z - y),
                "The error is e^z − y: the prediction is e^z, not z.": ((z - y) * y_hat, z - y),
                "counts: this loss has no factor ŷ left; it cancels.": (squared, squared),
                "squared: the ½ cancels the 2 of the square.": (2 * squared, counts),
                "counts: the slope of y ln ŷ at z is y; y/ŷ is its slope at ŷ.": (squared, y_hat - y / y_hat),
                "counts: y ln ŷ has a slope, too.": (squared, y_hat),
                "Those are the losses; their slopes at z are wanted.": losses(z, y),
            },
        )


@exercise("1.4.d", hint="Two faults. Which examples does the update see, and what does `parameter -=` change?")
def repaired_epoch(rng):
    """w and b after one update per example; one example and several."""
    for n in (1, 4):
        examples = [(float(x), float(y)) for x, y in rng.normal(size=(n, 2))]
        start = w, b = (float(v) for v in rng.normal(size=2))
        start = np.array([w, b])
        lr = float(rng.uniform(0.1, 0.4))
        path, batch, late, up, mixed = start.copy(), np.zeros(2), start.copy(), start.copy(), start.copy()
        for x, y in examples:
            up = up + lr * (up @ [x, 1] - y) * np.array([x, 1])
            mixed = mixed - lr * (mixed @ [x, 1] - y)
            path = path - lr * (path @ [x, 1] - y) * np.array([x, 1])
            batch += (start @ [x, 1] - y) * np.array([x, 1])
            late[0] -= lr * (late @ [x, 1] - y) * x
            late[1] -= lr * (late @ [x, 1] - y)
        alike, backwards, alone = start.copy(), start.copy(), start.copy()
        for x, y in examples:
            error = alone @ [x, 1] - y
            alone[0] -= lr * error * x
        alone[1] -= lr * error
        for x, y in examples:
            alike = alike - lr * (alike @ [x, 1] - y) * x
        for x, y in examples[::-1]:
            backwards = backwards - lr * (backwards @ [x, 1] - y) * np.array([x, 1])
        backwards = tuple(backwards.tolist())
        x, y = examples[0]
        first = start - lr * (start @ [x, 1] - y) * np.array([x, 1])
        x, y = examples[-1]
        last = start - lr * (start @ [x, 1] - y) * np.array([x, 1])
        yield Case(
            examples,
            w,
            b,
            lr,
            want=tuple(path.tolist()),
            names=("w", "b"),
            traps={
                "w and b come back unchanged.": (w, b),
                "Both move along their gradients: the step goes against them.": tuple(up.tolist()),
                "The gradient of w has the factor x; that of b has none.": tuple(mixed.tolist()),
                "The gradient of b has no factor x: only w is multiplied by it.": tuple(alike.tolist()),
                "b moves once, at the end; it has to move after every example, as w does.": tuple(alone.tolist()),
                "The examples are taken in another order: first the first.": backwards,
                "Only the last example has been used.": tuple(last.tolist()),
                "Only the first example has been used. Does the loop end too early?": tuple(first.tolist()),
                "That is one update with the mean gradient: full batch.": tuple((start - lr * batch / n).tolist()),
                "That is one update with the sum of the gradients: full batch.": tuple((start - lr * batch).tolist()),
                "b moves by an error computed with the new w: compute the error once.": tuple(late.tolist()),
            },
        )


@exercise("1.4.e", hint="Write out the softmax of two scores. What of the two scores does it depend on?")
def one_score(rng):
    """The sigmoid neuron that says what a softmax of two scores says of class 0."""
    for n in (3, 1, 5):
        W, b = rng.normal(size=(n, 2)), rng.normal(size=2)
        (first, second), (c, d) = W.T, b.tolist()
        yield Case(
            W,
            b,
            want=(first - second, c - d),
            names=("w", "c"),
            traps={
                "That is the probability of class 1: take the second score from the first.": (second - first, d - c),
                "That is the first score alone; the softmax looks at the second one as well.": (first, c),
                "That is the second score alone; the softmax looks at both.": (second, d),
                "The scores are subtracted, not added.": (first + second, c + d),
                "The bias is the difference of both biases, not the first of them.": (first - second, c),
                "The bias is the difference of both biases; that is their sum.": (first - second, c + d),
                "The bias has the wrong sign: it is a difference in the same order as the weights.": (
                    first - second,
                    d - c,
                ),
                "That is half the difference: the neuron has to bridge all of it.": ((first - second) / 2, (c - d) / 2),
            },
        )
