"""How many steps a batch size needs to one loss, each at its own best rate, and how noisy gradients are on the way."""

import copy
import math
import sys
from typing import Any

import numpy as np

from backprop.batches import minibatches
from backprop.contract import Array
from backprop.data import Split, mnist_sample
from backprop.layers import Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import evaluate, train_step
from experiments.runner import Experiment, Run, main

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4000)
RATES = (0.32, 0.16, 0.64, 0.08, 0.04, 0.02, 0.01, 1.28)  # twofold apart, those that win most often first
CONFIGURATION = {"sizes": [784, 16, 10], "rates": list(RATES), "target": 0.5, "most": 8000, "asked": 1000}
LOST = 20.0  # a loss above this, or no number at all, ends a run


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """The fewest steps that any rate needs to the target; a rate is given up when it needs more than the best."""
    rng = np.random.default_rng(seed)
    n_in, n_hidden, n_out = configuration["sizes"]
    start = Network(Dense(n_in, n_hidden, rng), ReLU(), Dense(n_hidden, n_out, rng))
    fewest, best, end = configuration["most"], math.nan, start
    for lr in configuration["rates"]:
        steps, net = steps_to_target(configuration, lr, seed, copy.deepcopy(start), data, fewest)
        if steps < fewest:
            fewest, best, end = steps, lr, net
    asked = data.x_train[: configuration["asked"]], data.y_train[: configuration["asked"]]
    metrics = {
        "steps": fewest,
        "rate": best,
        "noise_scale_at_start": noise_scale(start, *asked),
        "noise_scale_at_target": noise_scale(end, *asked),
    }
    return metrics, {}


def steps_to_target(
    configuration: dict[str, Any], lr: float, seed: int, net: Network, data: Split, most: int
) -> tuple[int, Network]:
    """After how many steps the loss of all digits is below the target, looked at every 3 per cent; else `most`."""
    loss, sgd, order, look_at = SoftmaxCrossEntropy(), SGD(lr), np.random.default_rng(seed), 1
    with np.errstate(all="ignore"):  # some rates are far too large
        while True:
            for x, y in minibatches(data.x_train, data.y_train, configuration["batch_size"], order):
                train_step(net, loss, sgd, x, y)
                if sgd.t >= look_at:
                    value = evaluate(net, loss, data.x_train, data.y_train)[0]
                    if value < configuration["target"]:
                        return sgd.t, net
                    if not value < LOST:
                        return most, net
                    look_at = max(sgd.t + 1, int(1.03 * sgd.t))
                if sgd.t >= most:
                    return most, net


def noise_scale(net: Network, x: Array, y: Array) -> float:
    """s² / ‖g‖² over the gradients of single examples, equation eq-noise-scale."""
    loss, gradients = SoftmaxCrossEntropy(), []
    for n in range(len(x)):
        loss.forward(net.forward(x[[n]]), y[[n]])
        net.backward(loss.backward())
        gradients.append(np.concatenate([p.grad.ravel() for p in net.params()]))
    rows = np.array(gradients, dtype=np.float64)
    g = rows.mean(axis=0)
    return float(((rows - g) ** 2).sum(axis=1).mean() / (g @ g))


EXPERIMENT = Experiment(
    name="batch_size",
    title="Steps to a training loss of 0.5 on 4,000 digits, 784-16-10, plain descent, each batch size at its best rate",
    units={"steps": "steps", "rate": "", "noise_scale_at_start": "examples", "noise_scale_at_target": "examples"},
    data=(),
    load=mnist_sample,
    run=run,
    configurations={f"B = {size}": CONFIGURATION | {"batch_size": size} for size in SIZES},
    seeds=(0, 1, 2, 3, 4),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
