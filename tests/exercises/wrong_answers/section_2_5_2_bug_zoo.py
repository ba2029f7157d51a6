"""Wrong answers to the exercises on page 2.5.2: each must be recognised."""

import numpy as np

from backprop.gradcheck import gradient_errors, numerical_gradient, relative_error


def loss_error(net, loss, x, labels):
    z = net.forward(x).astype(np.float64)
    loss.forward(z, labels)
    return relative_error(loss.backward(), numerical_gradient(lambda z: loss.forward(z, labels), z))


def network_only(net, loss, x, labels, rng):
    return max(gradient_errors(net, x, rng).values()) < 1e-7


def in_training_only(net, loss, x, labels, rng):
    return loss_error(net, loss, x, labels) < 1e-7 and network_only(net, loss, x, labels, rng)


def weights_only(net, loss, x, labels, rng):
    if loss_error(net, loss, x, labels) > 1e-7:
        return False
    for training in (True, False):
        net.train_mode(training)
        if max(e for name, e in gradient_errors(net, x, rng).items() if name.endswith("W")) > 1e-7:
            return False
    return True


def in_float32(net, loss, x, labels, rng):
    """Nudges the network as it is: rounding hides everything."""
    z = net.forward(x)
    loss.forward(z, labels)
    net.backward(loss.backward())
    grad = next(net.params()).grad.copy()

    def value(W):
        next(net.params()).value[...] = W
        return loss.forward(net.forward(x), labels)

    return relative_error(grad, numerical_gradient(value, next(net.params()).value)) < 1e-7


def one_example(net, loss, x, labels, rng):
    net.train_mode(False)
    return loss_error(net, loss, x[:1], labels[:1]) < 1e-7 and network_only(net, loss, x[:1], labels[:1], rng)


def suspects(errors, n, border=1e-6, digits=None):
    right, wrong = [], [0]
    for name, error in errors.items():
        if name != "x":
            (wrong if error > border else right).append(int(name.split(".")[0][:digits]))
    return max(wrong), min(right, default=n)


def one_digit(errors, n):
    return suspects(errors, n, digits=1)


WRONG = {
    "2.5.2.a": [(0.8, 3), (-8, 3), (-1, 3), (-0.9, 3), (-0.8, 9), (-0.8, 1), (-0.8, -3)],
    "2.5.2.b": [
        ("2.W 2.b", "0.W 0.b", "0.W 0.b 2.W 2.b 4.W 4.b"),
        ("0.b 2.b", "0.W 0.b", "0.W 0.b 2.W 2.b 4.W 4.b"),
        ("2.b", "0.W 0.b 2.W 2.b", "0.W 0.b 2.W 2.b 4.W 4.b"),
        ("2.b", "2.W 2.b", "0.W 0.b 2.W 2.b 4.W 4.b"),
        ("2.b", "0.W 0.b", "4.W 4.b"),
        ("2.b", "0.W 0.b", "W2"),
        "2.b",
    ],
    "2.5.2.c": [
        lambda errors, n: (0, n),
        lambda errors, n: tuple(
            sorted({int(name.split(".")[0]) for name in errors if name != "x" and errors[name] > 1e-6})[:1] * 2
        ),
        lambda errors, n: max(int(name.split(".")[0]) for name in errors if name != "x" and errors[name] > 1e-6),
        lambda errors, n: (
            max(int(name.split(".")[0]) for name in errors if name != "x" and errors[name] > 1e-6),
            n,
        ),
        lambda errors, n: [name for name in errors if errors[name] > 1e-6],
        lambda errors, n: (
            0,
            min((int(name.split(".")[0]) for name in errors if name != "x" and errors[name] < 1e-6), default=n),
        ),
        one_digit,
        lambda errors, n: suspects(errors, n, border=1e-3),
        lambda errors, n: suspects(errors, n)[::-1],
        lambda errors, n: (suspects(errors, n)[0],) * 2,
    ],
    "2.5.2.d": [
        lambda net, loss, x, labels, rng: True,
        lambda net, loss, x, labels, rng: False,
        lambda net, loss, x, labels, rng: loss_error(net, loss, x, labels) < 1e-7,
        lambda net, loss, x, labels, rng: loss_error(net, loss, x, labels),
        network_only,
        in_training_only,
        weights_only,
        in_float32,
        one_example,
    ],
}

RIGHT = {"2.5.2.b": [["2.b", "0.b, 0.W", "4.b 4.W 2.b 2.W 0.b 0.W"]]}
