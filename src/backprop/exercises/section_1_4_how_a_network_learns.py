"""Checkers of the exercises in section 1.4, the training loop."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import Tanh
from backprop.layers.dense import Dense
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step


@exercise("1.4.a", hint="w − η ∂L/∂w, and the gradient is negative.")
def one_update(rng):
    """0.7 moved against a gradient of −0.0687 at η = 2."""
    yield Case(
        want=0.7 + 2 * 0.0687,
        tol=1e-3,
        traps={
            "That is a move along the gradient: the loss would grow.": 0.7 - 2 * 0.0687,
            "That is the change alone; what is the weight after it?": 2 * 0.0687,
            "The learning rate is 2, not 1.": 0.7 + 0.0687,
        },
    )


@exercise(
    "1.4.b",
    hint="A round: loss.forward(net.forward(x), y), net.backward(loss.backward()), p.value[...] -= lr * p.grad.",
)
def the_loop(rng):
    """Losses and parameters after some rounds, on a regression and a classification; forward runs once per round."""
    for loss, y in ((MeanSquaredError(), rng.normal(size=(6, 2))), (SoftmaxCrossEntropy(), rng.integers(0, 2, 6))):
        steps, lr, x = int(rng.integers(3, 7)), float(rng.uniform(0.1, 0.5)), rng.normal(size=(6, 3))
        mine = Network(Dense(3, 4, rng, dtype=np.float64), Tanh(), Dense(4, 2, rng, dtype=np.float64))
        start, rule = mine.state(), SGD(lr)
        losses = [train_step(mine, loss, rule, x, y) for _ in range(steps)]
        want = losses, np.concatenate([p.value.ravel() for p in mine.params()])
        yield Case(
            run=lambda answer, mine=mine, start=start, x=x, loss=loss, y=y, lr=lr, steps=steps: trained(
                answer, mine, start, loss, x, y, lr, steps
            ),
            judge=lambda got, want=want, steps=steps: judged(got, *want, steps),
        )


def trained(answer, net, start, loss, x, y, lr, steps):
    """What the answer returns, where it leaves the parameters, and how often it ran the network forward."""
    net.load_state(start)
    calls, forward = [], Network.forward.__get__(net)
    net.forward = lambda batch: calls.append(1) or forward(batch)
    losses = answer(net, loss, x, y, lr, steps)
    if losses is None:
        return None  # nothing has been written so far
    return losses, np.concatenate([p.value.ravel() for p in net.params()]), len(calls)


def judged(got, losses, parameters, steps):
    """What is wrong with the losses, the parameters, or the number of forward passes; None if nothing is."""
    returned, moved, calls = got
    returned = np.asarray(returned, dtype=float)
    if returned.shape != (steps,):
        return f"{steps} losses are wanted, one per round; got shape {returned.shape}."
    if np.allclose(moved, parameters, rtol=1e-7, atol=1e-12):
        if not np.allclose(returned, losses, rtol=1e-7):
            return "the parameters end right, but the losses are not those before each update."
        return None if calls <= steps else f"right, but the network ran forward {calls} times in {steps} rounds."
    if np.allclose(returned, losses[0], rtol=1e-7):
        return "the loss stays as it is: no update reaches the parameters."
    if returned[-1] > returned[0] and losses[-1] < losses[0]:
        return "the loss grows: parameters move against their gradients."
    return "the parameters do not end where descent ends."


@exercise("1.4.c", hint="p = σ(z); the squared error keeps the factor p(1 − p), the cross-entropy has lost it.")
def two_slopes(rng):
    """Both slopes of a sigmoid output, by differentiating the losses numerically."""

    def losses(z, y):
        p = 1 / (1 + np.exp(-z))
        return 0.5 * (p - y) ** 2, -(y * np.log(p) + (1 - y) * np.log(1 - p))

    for shape in ((), (5,)):
        z, y = rng.uniform(-3, 3, shape), rng.integers(0, 2, shape) * 1.0
        h = 1e-5
        squared, entropy = ((up - down) / (2 * h) for up, down in zip(losses(z + h, y), losses(z - h, y), strict=True))
        yield Case(
            z,
            y,
            want=(squared, entropy),
            names=("squared", "entropy"),
            tol=1e-4,
            traps={
                "Both are right, but in the other order.": (entropy, squared),
                "The signs are the wrong way round: prediction minus target.": (-squared, -entropy),
                "The slope of the sigmoid is missing in the first.": (entropy, entropy),
            },
        )


@exercise(
    "1.4.d", hint="The update belongs into the loop over the examples, and w = w − … gives the name a new number."
)
def repaired_epoch(rng):
    """w and b after one update per example; one example and several."""
    for n in (1, 4):
        examples = [(float(x), float(y)) for x, y in rng.normal(size=(n, 2))]
        start = w, b = (float(v) for v in rng.normal(size=2))
        start = np.array([w, b])
        lr = float(rng.uniform(0.1, 0.4))
        path, batch, late = start.copy(), np.zeros(2), start.copy()
        for x, y in examples:
            path = path - lr * (path @ [x, 1] - y) * np.array([x, 1])
            batch += (start @ [x, 1] - y) * np.array([x, 1])
            late[0] -= lr * (late @ [x, 1] - y) * x
            late[1] -= lr * (late @ [x, 1] - y)
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
                "Only the last example has been used.": tuple(last.tolist()),
                "That is one update with the mean gradient: full batch.": tuple((start - lr * batch / n).tolist()),
                "That is one update with the sum of the gradients: full batch.": tuple((start - lr * batch).tolist()),
                "b moves by an error computed with the new w: compute the error once.": tuple(late.tolist()),
            },
        )


@exercise("1.4.e", hint="The output of a Sigmoid is the input of the next Dense: one array. Do not forget x.")
def cached_numbers(rng):
    """Kept numbers for several depths, and for one example and many."""
    for depth, n in ((3, 1), (2, 7), (5, int(rng.integers(2, 50)))):
        sizes = rng.integers(2, 9, size=depth).tolist()
        kept = {(0, "x"): n * sizes[0]} | {(k, "a"): n * width for k, width in enumerate(sizes[1:], start=1)}
        total, inner = sum(kept.values()), n * sum(sizes[1:-1])
        yield Case(
            sizes,
            n,
            want=total,
            traps={
                "Arrays that two layers share are counted twice.": total + inner,
                "The first Dense keeps x.": total - n * sizes[0],
                "The last Sigmoid keeps its output.": total - n * sizes[-1],
                "Every example has its own row in each cache.": total // n,
            },
        )
