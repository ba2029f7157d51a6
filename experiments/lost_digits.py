"""Why a network of Nielsen's loses whole digits: one suspect changed at a time, eight starts each (section 4.3.1)."""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.batches import minibatches
from backprop.data import Split, mnist
from backprop.functions import sigmoid
from backprop.losses import accuracy
from backprop.optimizers import SGD
from backprop.training import train_step
from experiments.nielsen import CROSS_ENTROPY, LOST, QUADRATIC, N, network, one_hot, recall, with_loss
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once; one seed gives every configuration the same random numbers: the start and the order of the digits.

    At the end, for each digit 0 to 9, on its test images: the ``recall``, and of its own output unit the median
    pre-activation ``z`` and the mean ``slope`` a(1 − a). ``lowest_z`` is the lowest of the ten medians, and ``start_z``
    are the ten before the first step.
    """
    rng = np.random.default_rng(seed)
    to_z = network(configuration["sizes"], configuration["init"], rng)  # up to the last pre-activation
    net, loss = with_loss(to_z, configuration["loss"])
    optimizer, x, y = SGD(configuration["lr"]), data.x_train[:N], one_hot(data.y_train[:N])
    net.wants_dx = False
    start, test, lost = own_medians(to_z.forward(data.x_test), data.y_test), [], []
    for _ in tqdm(range(configuration["epochs"]), f"seed {seed}", unit="epoch", leave=False, disable=None):
        for x_batch, y_batch in minibatches(x, y, configuration["batch_size"], rng):
            train_step(net, loss, optimizer, x_batch, y_batch)
        z = to_z.forward(data.x_test)
        test.append(100 * accuracy(z, data.y_test))
        lost.append(sum(share < LOST for share in recall(z, data.y_test)))
    own, medians = own_images(z, data.y_test), own_medians(z, data.y_test)
    metrics = {"test_accuracy": test[-1], "lost_digits": lost[-1], "lowest_z": min(medians)}
    curves = {
        "test_accuracy": test,
        "lost_digits": lost,
        "recall": recall(z, data.y_test),
        "start_z": start,
        "z": medians,
    }
    return metrics, curves | {"slope": [float((sigmoid(z) * sigmoid(-z)).mean()) for z in own]}


def own_images(z: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
    """For each digit, what its own unit says to its images."""
    return [z[labels == digit, digit] for digit in range(10)]


def own_medians(z: np.ndarray, labels: np.ndarray) -> list[float]:
    return [float(np.median(own)) for own in own_images(z, labels)]


SHORT = {"sizes": [784, 100, 10], "epochs": 5}

EXPERIMENT = Experiment(
    name="lost_digits",
    title="784-100-10 from eight starts, five epochs: digits lost on the 10,000 test images of MNIST",
    units={"test_accuracy": "%", "lost_digits": "", "lowest_z": ""},
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={
        "quadratic, η = 3": QUADRATIC | SHORT,
        "quadratic, η = 0.5": QUADRATIC | SHORT | {"lr": 0.5},
        "cross-entropy, η = 0.5": CROSS_ENTROPY | SHORT,
        "quadratic, η = 3, scaled start": QUADRATIC | SHORT | {"init": "scaled"},
    },
    seeds=tuple(range(8)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
