"""Five cures for overfitting on 1,000 digits, each at several strengths (section 3.2).

Strengths are to be chosen by ``validation_accuracy``, on 1,000 other digits; ``test_accuracy`` chooses nothing.
"""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.batches import minibatches
from backprop.contract import Array
from backprop.data import Split, mnist
from backprop.layers import Dense, Dropout, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.penalties import l1, l2
from backprop.training import evaluate, train_step
from experiments.runner import Experiment, Run, main

N = 1000


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train on the first 1,000 digits, validate on the next 1,000 after every epoch, test on 10,000 once.

    ``stopped_accuracy`` and ``stopped_loss`` are for the weights of the epoch that had the lowest validation loss.
    ``small_weights`` is the share of first-layer weights closer to 0 than 0.001, among those of pixels in use.
    """
    rng = np.random.default_rng(seed)
    net = Network(Dense(784, 100, rng), ReLU(), Dropout(configuration.get("dropout", 0.0), rng), Dense(100, 10, rng))
    loss, optimizer = SoftmaxCrossEntropy(), SGD(configuration["lr"])
    penalty = l1(configuration["L1"]) if "L1" in configuration else l2(configuration.get("L2", 0.0))
    x, y = data.x_train[:N], data.y_train[:N]
    x_val, y_val = data.x_train[N : 2 * N], data.y_train[N : 2 * N]
    net.wants_dx = False
    lowest, kept, losses = np.inf, {}, []
    for _ in tqdm(range(configuration["epochs"]), f"seed {seed}", unit="epoch", leave=False, disable=None):
        for x_batch, y_batch in minibatches(x, y, configuration["batch_size"], rng):
            train_step(net, loss, optimizer, shifted(x_batch, configuration.get("shift", 0), rng), y_batch, penalty)
        losses.append(evaluate(net, loss, x_val, y_val)[0])
        if losses[-1] < lowest:
            lowest, kept = losses[-1], net.state()
    in_use = net.layers[0].W[x.any(axis=0)]
    test_loss, test_accuracy = evaluate(net, loss, data.x_test, data.y_test)
    metrics = {
        "train_accuracy": 100 * evaluate(net, loss, x, y)[1],
        "validation_accuracy": 100 * evaluate(net, loss, x_val, y_val)[1],
        "test_accuracy": 100 * test_accuracy,
        "test_loss": test_loss,
        "small_weights": 100 * (np.abs(in_use) < 1e-3).mean(),
    }
    net.load_state(kept)
    stopped_loss, stopped_accuracy = evaluate(net, loss, data.x_test, data.y_test)
    metrics |= {"stopped_accuracy": 100 * stopped_accuracy, "stopped_loss": stopped_loss}
    return metrics, {"validation_loss": losses}


def shifted(x: Array, pixels: int, rng: np.random.Generator) -> Array:
    """Each image moved by up to ``pixels`` both ways; what leaves on one side is blank, so it may re-enter."""
    if pixels == 0:
        return x
    images = x.reshape(-1, 28, 28)
    moves = rng.integers(-pixels, pixels + 1, (len(x), 2))
    return np.stack([np.roll(image, move, (0, 1)) for image, move in zip(images, moves, strict=True)]).reshape(x.shape)


BASE = {"lr": 0.1, "batch_size": 20, "epochs": 60}
STRENGTHS = {
    "L2": (0.003, 0.01, 0.03),
    "L1": (0.0003, 0.001, 0.003),
    "dropout": (0.2, 0.5),
    "shift": (1, 2),
}

EXPERIMENT = Experiment(
    name="regularization",
    title="784-100-10 network on the first 1,000 digits of MNIST: five cures for overfitting",
    units={
        "train_accuracy": "%",
        "validation_accuracy": "%",
        "test_accuracy": "%",
        "test_loss": "nats",
        "stopped_accuracy": "%",
        "stopped_loss": "nats",
        "small_weights": "%",
    },
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={"no cure": BASE}
    | {f"{cure} {strength}": BASE | {cure: strength} for cure, values in STRENGTHS.items() for strength in values},
    seeds=tuple(range(5)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
