"""Wrong answers to the exercises of section 1.4: each must be recognised."""

import numpy as np


def careful(sign=-1, copies=True, back=True, half=0.5, always=False, first_only=False, kept=1.0, ascent=False):
    """A step with one fault."""

    def careful_step(net, loss, x, y, lr):
        before = loss.forward(net.forward(x), y)
        net.backward(loss.backward())
        old = [p.value.copy() if copies else p.value for p in net.params()]
        for p in net.params():
            p.value[...] += sign * lr * p.grad
        after = loss.forward(net.forward(x), y)
        if (after > before if ascent else after < before) and not always:
            return lr * kept
        if back:
            for p, value in list(zip(net.params(), old, strict=True))[: 1 if first_only else None]:
                p.value[...] = value
        return lr * half

    return careful_step


def no_backward(net, loss, x, y, lr):
    before = loss.forward(net.forward(x), y)
    kept = [p.value.copy() for p in net.params()]
    for p in net.params():
        p.value[...] -= lr * p.grad
    if loss.forward(net.forward(x), y) < before:
        return lr
    for p, value in zip(net.params(), kept, strict=True):
        p.value[...] = value
    return lr / 2


def epoch(examples, w, b, lr):
    for x, y in examples:
        error = w * x + b - y
        w, b = w - lr * error * x, b - lr * error
    return w, b


def no_factor(examples, w, b, lr):
    for x, y in examples:
        error = w * x + b - y
        w, b = w - lr * error, b - lr * error
    return w, b


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


def log_slope_y_hat_y_y_hat(z, y):
    h = np.exp(z)
    return ((h - y) * h, h - y / h)


def b_update_times_x(examples, w, b, lr):
    for x, y in examples:
        e = w * x + b - y
        w = w - lr * e * x
        b = b - lr * e * x
    return (w, b)


def resets_w_each(examples, w, b, lr):
    for x, y in examples:
        e = w * x + b - y
        w -= lr * e * x
    b -= lr * e
    return (w, b)


WRONG = {
    "1.4.a": [
        (-1.0, 0.5, 0.4),
        (2.0, 0.0, 0.2),
        (2.0, 0.0, 0.4),
        (0.4, 0.8, 1.0),
        (1.0, 0.5, 0.2),
        (1.0, 1.5, 0.4),
        (1.0, 0.5, 2.0),
        (2.0, 0.5, 0.4),
        (1.0, 0.5),
        1.0,
    ],
    "1.4.b": [
        careful(copies=False),
        careful(back=False),
        careful(sign=+1),
        careful(half=1.0),
        careful(half=2.0),
        careful(kept=0.5),
        careful(always=True),
        careful(first_only=True),
        careful(ascent=True),
        no_backward,
        lambda net, loss, x, y, lr: "half",
        lambda net, loss, x, y, lr: (lr, True),
    ],
    "1.4.c": [
        lambda z, y: (np.exp(z) - y, (np.exp(z) - y) * np.exp(z)),
        lambda z, y: (np.exp(z) - y, np.exp(z) - y),
        lambda z, y: ((y - np.exp(z)) * np.exp(z), y - np.exp(z)),
        lambda z, y: ((z - y) * z, z - y),
        lambda z, y: ((np.exp(z) - y) * np.exp(z), 1 - y / np.exp(z)),
        lambda z, y: (np.exp(z) - y, 1 - y / np.exp(z)),
        lambda z, y: ((np.exp(z) - y) * np.exp(z), np.exp(z) - y * z),
        lambda z, y: ((np.exp(z) - y) * np.exp(z), np.exp(z)),
        lambda z, y: (2 * (np.exp(z) - y) * np.exp(z), np.exp(z) - y),
        lambda z, y: np.exp(z) - y,
    ],
    "1.4.d": [
        never_moves,
        only_the_last,
        full_batch,
        error_computed_twice,
        uphill,
        lambda examples, w, b, lr: w,
        no_factor,
        lambda examples, w, b, lr: epoch(examples[::-1], w, b, lr),
        lambda examples, w, b, lr: epoch(examples[1:], w, b, lr),
    ],
    "1.4.e": [
        lambda W, b: (W[:, 1] - W[:, 0], b[1] - b[0]),
        lambda W, b: (W[:, 0], b[0]),
        lambda W, b: (W.sum(axis=1), b.sum()),
        lambda W, b: (W[:, 0] - W[:, 1], b[0]),
        lambda W, b: (W[:, 0] - W[:, 1], b[1] - b[0]),
        lambda W, b: ((W[:, 0] - W[:, 1]) / 2, (b[0] - b[1]) / 2),
        lambda W, b: W[:, 0] - W[:, 1],
        lambda W, b: (np.exp(W[:, 0]) / np.exp(W).sum(axis=1), np.exp(b[0]) / np.exp(b).sum()),
        6,
    ],
}

RIGHT = {
    "1.4.c": [lambda z, y: (np.exp(2 * z) - y * np.exp(z), -y + np.exp(z))],
    "1.4.d": [lambda examples, w, b, lr: np.array(epoch(examples, w, b, lr))],
    "1.4.e": [lambda W, b: (W @ [1, -1], b @ np.array([1, -1]))],
}


def ends_in_the_loop(examples, w, b, lr):
    for x, y in examples:
        error = w * x + b - y
        return w - lr * error * x, b - lr * error
    return w, b


NAMED = {
    "1.4.a": {
        "largest_rate: with 1/5 the step lands on the best knob": (1.0, 0.5, 0.2),
        "The slope of one example has the factor x": (0.4, 0.8, 1.0),
    },
    "1.4.c": {
        "counts: the slope of y ln ŷ at z is y; y/ŷ is its slope at": log_slope_y_hat_y_y_hat,
        "The error is e^z − y: the prediction is e^z, not z.": lambda z, y: ((z - y) * np.exp(z), z - y),
    },
    "1.4.d": {
        "Only the first example has been used.": ends_in_the_loop,
        "The gradient of b has no factor x: only w is multiplied by": b_update_times_x,
        "b moves once, at the end; it has to move after every": resets_w_each,
    },
    "1.4.e": {
        "That is the second score alone; the softmax looks at both.": lambda W, b: (W[:, 1], b[1]),
        "The bias is the difference of both biases; that is their": lambda W, b: (W[:, 0] - W[:, 1], b.sum()),
    },
}
