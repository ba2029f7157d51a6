"""The networks of Nielsen's book on 50,000 digits of MNIST, run again with his settings (section 4.3.1)."""

import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.contract import Array
from backprop.data import Split, mnist
from backprop.initializers import normal
from backprop.layers import Dense, Sigmoid
from backprop.losses import MeanSquaredError, SigmoidCrossEntropy, accuracy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train
from experiments.runner import Experiment, Run, main

N = 50_000  # the rest of the training digits, the last 10,000, is for validation


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once on the first 50,000 digits; after every epoch look at the 10,000 others and at the test digits.

    A ``best`` accuracy is the highest over the epochs, so it flatters: the digits that it is quoted on have chosen it.
    ``recall`` is, for each digit 0 to 9, the share of its test images that the last epoch finds.
    """
    rng = np.random.default_rng(seed)
    net, loss = with_loss(network(configuration["sizes"], configuration["init"], rng), configuration["loss"])
    optimizer = SGD(configuration["lr"], decay=configuration["lambda"] / N)  # for SGD, decay and L2 are one rule
    x_val, y_val = data.x_train[N:], data.y_train[N:]
    digits = Split(data.x_train[:N], one_hot(data.y_train[:N]), x_val, one_hot(y_val))
    epochs, batch_size = configuration["epochs"], configuration["batch_size"]
    loop = train(net, loss, optimizer, digits, epochs=epochs, batch_size=batch_size, rng=rng)
    validation, test, lost, found = [], [], [], []
    for _ in tqdm(loop, f"seed {seed}", total=epochs, unit="epoch", leave=False, disable=None):
        validation.append(100 * accuracy(net.forward(x_val), y_val))
        y_hat = net.forward(data.x_test)
        test.append(100 * accuracy(y_hat, data.y_test))
        found = recall(y_hat, data.y_test)
        lost.append(sum(share < LOST for share in found))
    metrics = {
        "test_accuracy": test[-1],
        "best_test_accuracy": max(test),
        "validation_accuracy": validation[-1],
        "best_validation_accuracy": max(validation),
        "lost_digits": lost[-1],
    }
    return metrics, {"test_accuracy": test, "validation_accuracy": validation, "lost_digits": lost, "recall": found}


def network(sizes: list[int], init: str, rng: np.random.Generator) -> Network:
    """Dense layers with sigmoids between: "large" weights are N(0, 1), "scaled" ones N(0, 1/n_in); biases N(0, 1)."""
    spread: dict[str, Callable[..., Array]] = {
        "large": partial(normal, std=1.0),
        "scaled": lambda rng, shape, n_in, n_out: rng.normal(0.0, n_in**-0.5, shape),
    }
    dense = [Dense(n_in, n_out, rng, init=spread[init]) for n_in, n_out in pairwise(sizes)]
    for layer in dense:
        layer.b[...] = rng.standard_normal(len(layer.b))
    return Network(*[layer for pair in dense[:-1] for layer in (pair, Sigmoid())], dense[-1])


def with_loss(net: Network, loss: str) -> tuple[Network, MeanSquaredError | SigmoidCrossEntropy]:
    """The network and its loss; the quadratic one wants the sigmoid of the outputs, cross-entropy has it inside."""
    if loss == "quadratic":
        return Network(*net.layers, Sigmoid()), MeanSquaredError()
    return net, SigmoidCrossEntropy()


LOST = 5.0  # a digit counts as lost when fewer than 5 % of its images are found; a guess finds 10 %


def recall(y_hat: Array, labels: Array) -> list[float]:
    """For each digit the percentage of its images that are taken for it. Shapes: y_hat (N, 10), labels (N,)."""
    right = y_hat.argmax(axis=1) == labels
    return [100 * float(right[labels == digit].mean()) for digit in range(y_hat.shape[1])]


def one_hot(labels: Array) -> Array:
    return np.eye(10, dtype=np.float32)[labels]


UNITS = {
    "test_accuracy": "%",
    "best_test_accuracy": "%",
    "validation_accuracy": "%",
    "best_validation_accuracy": "%",
    "lost_digits": "",
}
BOOK = {"init": "large", "lambda": 0.0, "batch_size": 10, "epochs": 30}
QUADRATIC = BOOK | {"loss": "quadratic", "lr": 3.0}
CROSS_ENTROPY = BOOK | {"loss": "cross-entropy", "lr": 0.5}


def published(metric: str, value: float, chapter: int) -> dict[str, dict[str, Any]]:
    return {metric: {"value": value, "source": f"Nielsen (2015), Neural Networks and Deep Learning, chapter {chapter}"}}


EXPERIMENT = Experiment(
    name="nielsen",
    title="Networks of Nielsen's chapters 1 and 3: trained on 50,000 digits of MNIST, judged on the 10,000 test digits",
    units=UNITS,
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={
        "784-30-10, quadratic": QUADRATIC | {"sizes": [784, 30, 10]},
        "784-100-10, quadratic": QUADRATIC | {"sizes": [784, 100, 10]},
        "784-30-10, cross-entropy": CROSS_ENTROPY | {"sizes": [784, 30, 10]},
        "784-100-10, cross-entropy": CROSS_ENTROPY | {"sizes": [784, 100, 10]},
    },
    published={
        "784-30-10, quadratic": published("best_test_accuracy", 95.42, 1),
        "784-100-10, quadratic": published("best_test_accuracy", 96.59, 1),
        "784-30-10, cross-entropy": published("test_accuracy", 95.49, 3),
        "784-100-10, cross-entropy": published("test_accuracy", 96.82, 3),
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
