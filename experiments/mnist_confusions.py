"""Which digits a network mixes up: ten networks of 4,000 digits, ten of 60,000, on MNIST's own test (section 4.2).

The row between the two has the digits of the first and the recipe of the last: it tells what each of them is worth.
"""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.data import Split, mnist, mnist_sample
from backprop.losses import SoftmaxCrossEntropy
from backprop.optimizers import Momentum
from backprop.schedules import cosine
from backprop.training import train
from experiments.mnist_mlp import CONFIGURATION, mlp
from experiments.runner import Experiment, Run, main

PAIRS = {"four_and_nine": (4, 9), "three_and_five": (3, 5), "seven_and_nine": (7, 9)}


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once. For each test digit that is read wrongly: its number (``image``), and ``pair``, 10 × true + read."""
    rng = np.random.default_rng(seed)
    net = mlp(configuration["sizes"], rng)
    part, epochs, batch_size = data, configuration["epochs"], configuration["batch_size"]
    if configuration["digits"] == "sample":
        part = Split(*mnist_sample()[:2], *data[2:])
    steps = epochs * -(-len(part.x_train) // batch_size)  # rounded up
    lr = cosine(configuration["lr"], steps) if configuration["schedule"] == "cosine" else configuration["lr"]
    optimizer = Momentum(lr, beta=configuration["beta"])
    loop = train(net, SoftmaxCrossEntropy(), optimizer, part, epochs=epochs, batch_size=batch_size, rng=rng)
    *_, last = tqdm(loop, f"seed {seed}", total=epochs, unit="epoch", leave=False, disable=None)
    return mistakes(data.y_test, net.forward(data.x_test).argmax(axis=1), last.accuracy)


def mistakes(true: np.ndarray, read: np.ndarray, accuracy: float) -> Run:
    """The test accuracy, how often each of PAIRS is mixed up, in either direction, and every mistake."""
    (wrong,) = np.nonzero(true != read)
    pair = 10 * true[wrong].astype(int) + read[wrong]
    counts = {name: int(np.isin(pair, (10 * a + b, 10 * b + a)).sum()) for name, (a, b) in PAIRS.items()}
    return {"test_accuracy": 100 * accuracy, **counts}, {"image": wrong.tolist(), "pair": pair.tolist()}


PROGRAM = {"digits": "sample", "schedule": "constant", "lr": 0.02, "batch_size": 32, "epochs": 10}  # of section 4.2

EXPERIMENT = Experiment(
    name="mnist_confusions",
    title="Which digits ten networks 784-128-64-10 mix up, on the 10,000 test digits of MNIST",
    units={"test_accuracy": "%"} | dict.fromkeys(PAIRS, ""),
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={
        "4,000 digits": CONFIGURATION | PROGRAM,
        "4,000 digits, recipe of the 60,000": CONFIGURATION | {"digits": "sample", "schedule": "cosine"},
        "60,000 digits": CONFIGURATION | {"digits": "all", "schedule": "cosine"},
    },
    seeds=tuple(range(10)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
