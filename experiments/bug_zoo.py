"""Right and wrong gradients on all of MNIST: how wrong they are, and what accuracy they reach (section 2.5)."""

import sys
from typing import Any

import numpy as np

from backprop.contract import Array, Loss
from backprop.data import Split, mnist
from backprop.examples.bug_zoo import RIGHT, SPECIMENS, WRONG_FUNCTION
from backprop.gradcheck import relative_error
from backprop.network import Network
from backprop.optimizers import SGD, Adam
from backprop.training import train
from experiments.runner import Experiment, Run, main

OPTIMIZERS = {"SGD": SGD, "Adam": Adam}
BLOCKS = ("W1", "b1", "W2", "b2", "W3", "b3")


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """The mistakes in the gradient before training, and the test accuracy of the last epoch."""
    specimen, sizes = SPECIMENS[configuration["specimen"]], configuration["sizes"]
    batch_size, epochs = configuration["batch_size"], configuration["epochs"]
    with np.errstate(all="ignore"):  # some bugs end in infinity
        errors = mistakes(configuration["specimen"], sizes, data, batch_size, seed)
        rng = np.random.default_rng(seed)
        net, loss = specimen.build(rng, sizes)
        optimizer = OPTIMIZERS[configuration["optimizer"]](configuration["lr"])
        history = list(train(net, loss, optimizer, data, epochs=epochs, batch_size=batch_size, rng=rng))
    curve = [100 * epoch.accuracy for epoch in history]
    return {"test_accuracy": curve[-1], **errors}, {"test_accuracy": curve}


def mistakes(name: str, sizes: list[int], data: Split, batch_size: int, seed: int) -> dict[str, float]:
    """Relative error in per cent of every block of the gradient, against a right network with the same weights.

    The gradient is that of the second batch, for some mistakes keep something from the first.
    """
    specimen = SPECIMENS[name]
    right = RIGHT[specimen.family] if name != WRONG_FUNCTION.name else WRONG_FUNCTION
    x, y = data.x_train[: 2 * batch_size].astype(np.float64), data.y_train[: 2 * batch_size]
    errors = {}
    for training in (True, False):
        pair = [s.build(np.random.default_rng(seed), sizes, np.float64) for s in (specimen, right)]
        for net, _ in pair:
            net.train_mode(training)
        found, true = (second_gradient(net, loss, x, y) for net, loss in pair)
        floor = 1e-9 * max(float(np.abs(g).max()) for g in true.values())
        for block in (*BLOCKS, "x"):
            error = 100 * relative_error(found[block], true[block], floor)
            errors[f"error_{block}"] = max(error, errors.get(f"error_{block}", 0.0))
        if training:
            errors["error_in_training"] = max(errors.values())
    errors["error"] = max(errors.values())
    return errors


def second_gradient(net: Network, loss: Loss, x: Array, y: Array) -> dict[str, Array]:
    """∂L/∂ of every weight, bias and input on the second half of the examples, after a pass over the first."""
    half = len(x) // 2
    for part in (slice(None, half), slice(half, None)):
        loss.forward(net.forward(x[part]), y[part])
        dx = net.backward(loss.backward())
    dense = [p for p in net.params() if p.name.endswith(("W", "b"))]
    return {"x": dx} | {block: p.grad for block, p in zip(BLOCKS, dense, strict=True)}


SMALL_STEPS = {"sizes": [784, 64, 10], "optimizer": "SGD", "lr": 0.1, "batch_size": 100, "epochs": 3}
ADAM = SMALL_STEPS | {"optimizer": "Adam", "lr": 0.001}

EXPERIMENT = Experiment(
    name="bug_zoo",
    title="Planted bugs in a 784-64-64-10 network on all 60,000 digits of MNIST",
    units={"test_accuracy": "%", "error": "%", "error_in_training": "%"} | {f"error_{b}": "%" for b in (*BLOCKS, "x")},
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={name: {"specimen": name} | SMALL_STEPS for name in SPECIMENS}
    | {f"{name}, Adam": {"specimen": name} | ADAM for name in ("right, ReLU", "1/N twice", "1/N missing")},
    seeds=(0, 1, 2, 3, 4),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
