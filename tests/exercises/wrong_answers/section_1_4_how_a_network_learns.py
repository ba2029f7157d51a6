"""Wrong answers to the exercises of section 1.4: each must be recognised."""

import numpy as np


def loop(sign=-1, twice=False, late=False, last=False, first_only=False, copies=False):
    """A training loop with one fault."""

    def learn_for(net, loss, x, y, lr, steps):
        losses = []
        for _ in range(steps):
            losses.append(loss.forward(net.forward(x), y))
            if twice:
                loss.forward(net.forward(x), y)
            net.backward(loss.backward())
            for p in list(net.params())[: 1 if first_only else None]:
                value = p.value.copy() if copies else p.value
                value += sign * lr * p.grad
            if late:
                losses[-1] = loss.forward(net.forward(x), y)
        return losses[-1] if last else losses

    return learn_for


def never_moves(examples, w, b, lr):
    for x, y in examples:
        error = w * x + b - y
        for parameter, gradient in ((w, error * x), (b, error)):
            parameter -= lr * gradient
    return w, b


def only_the_last(examples, w, b, lr):
    x, y = examples[-1]
    error = w * x + b - y
    return w - lr * error * x, b - lr * error


def full_batch(examples, w, b, lr):
    errors = [(w * x + b - y, x) for x, y in examples]
    return w - lr * np.mean([e * x for e, x in errors]), b - lr * np.mean([e for e, _ in errors])


def error_computed_twice(examples, w, b, lr):
    for x, y in examples:
        w = w - lr * (w * x + b - y) * x
        b = b - lr * (w * x + b - y)
    return w, b


def uphill(examples, w, b, lr):
    for x, y in examples:
        error = w * x + b - y
        w, b = w + lr * error * x, b + lr * error
    return w, b


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


WRONG = {
    "1.4.a": [0.5626, 0.1374, 0.7687, -0.8374, "0.837", [0.837, 0.837]],
    "1.4.b": [
        loop(sign=+1),
        loop(twice=True),
        loop(late=True),
        loop(last=True),
        loop(first_only=True),
        loop(copies=True),
        loop(sign=-2),
    ],
    "1.4.c": [
        lambda z, y: (sigmoid(z) - y, (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))),
        lambda z, y: (sigmoid(z) - y, sigmoid(z) - y),
        lambda z, y: ((y - sigmoid(z)) * sigmoid(z) * (1 - sigmoid(z)), y - sigmoid(z)),
        lambda z, y: ((z - y) * z * (1 - z), z - y),
        lambda z, y: sigmoid(z) - y,
        lambda z, y: (2 * (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)), sigmoid(z) - y),
    ],
    "1.4.d": [never_moves, only_the_last, full_batch, error_computed_twice, uphill, lambda examples, w, b, lr: w],
    "1.4.e": [
        lambda sizes, n: sum(sizes),
        lambda sizes, n: n * sum(sizes[1:]),
        lambda sizes, n: n * sum(sizes[:-1]),
        lambda sizes, n: n * (sum(sizes) + sum(sizes[1:-1])),
        lambda sizes, n: n * sizes[0] * sizes[-1],
        6,
    ],
}
