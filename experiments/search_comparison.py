"""Grid against random search at equal cost, 27 short trainings each, and two scales of the rate (section 3.3).

Three settings are searched: the learning rate over five decades, the width of the hidden layer and the strength of an
L2 penalty. Of these the rate matters most, unless the penalty goes up to 1. A seed is a whole search; the grid is put
at a random place of the same ranges.
"""

import sys
from functools import partial
from typing import Any

import numpy as np

from backprop.data import Split, mnist_sample
from backprop.losses import SoftmaxCrossEntropy
from backprop.optimizers import SGD
from backprop.penalties import l2
from backprop.search import Trial, grid, log_uniform, random_search, uniform
from backprop.training import evaluate, train
from experiments.mnist_mlp import mlp
from experiments.runner import Experiment, Run, main

RATE, WIDTH = (1e-4, 10.0), (16, 64)
WEAK, STRONG = (1e-7, 1e-4), (1e-4, 1.0)  # penalties that change next to nothing, and those that do
SHARED = {"trials": 27, "epochs": 3, "batch_size": 20, "training": 1000, "validation": 500, "test": 1000}


def digits() -> tuple[Split, Split]:
    """1,000 digits to learn from with 500 to choose by, and the same with the 1,000 test digits."""
    x, y, x_test, y_test = mnist_sample()
    return Split(x[:1000], y[:1000], x[1000:1500], y[1000:1500]), Split(x[:1000], y[:1000], x_test, y_test)


def trial(
    lr: float, width: int, strength: float, rng: np.random.Generator, *, data: tuple[Split, Split]
) -> tuple[float, float]:
    """Accuracy on the digits to choose by and on the test digits after one short training, in per cent."""
    choose, final = data
    net, loss = mlp([784, int(width), 10], rng), SoftmaxCrossEntropy()
    settings = {"epochs": SHARED["epochs"], "batch_size": SHARED["batch_size"], "rng": rng, "penalty": l2(strength)}
    with np.errstate(over="ignore", invalid="ignore"):
        history = list(train(net, loss, SGD(lr), choose, **settings))
        return 100 * history[-1].accuracy, 100 * evaluate(net, loss, *final[2:])[1]


def run(configuration: dict[str, Any], seed: int, data: tuple[Split, Split]) -> Run:
    """One search: the setting that is best on validation digits, and how it does on test digits."""
    strength = tuple(configuration.get("strength", WEAK))
    trials = search(configuration["search"], strength, np.random.default_rng(seed), partial(trial, data=data))
    best = max(trials, key=lambda found: found.result[0])
    metrics = {
        "validation_accuracy": best.result[0],
        "test_accuracy": best.result[1],
        "rates": len({found.settings["lr"] for found in trials}),
    }
    curves = {"lr": [found.settings["lr"] for found in trials], "accuracy": [found.result[0] for found in trials]}
    return metrics, curves


def search(kind: str, strength: tuple[float, float], rng: np.random.Generator, what: Any) -> list[Trial]:
    """27 trials of one kind, with penalties of this range."""
    if kind == "grid":

        def places(low: float, high: float) -> np.ndarray:
            return low + (high - low) * (rng.random() + np.arange(3)) / 3

        values = {"lr": 10 ** places(*np.log10(RATE)), "width": places(*WIDTH).round()}
        values = {
            name: array.tolist() for name, array in (values | {"strength": 10 ** places(*np.log10(strength))}).items()
        }
        return grid(what, values, rng, progress=False)
    rates = {"random, log": log_uniform, "random, linear": uniform}[kind](*RATE)
    space = {"lr": rates, "width": range(WIDTH[0], WIDTH[1] + 1), "strength": log_uniform(*strength)}
    return random_search(what, space, SHARED["trials"], rng, progress=False)


EXPERIMENT = Experiment(
    name="search_comparison",
    title="27 trials each: a 3 × 3 × 3 grid, random search, and random search on a linear scale of the rate",
    units={"validation_accuracy": "%", "test_accuracy": "%", "rates": ""},
    data=(),
    load=digits,
    run=run,
    configurations={kind: SHARED | {"search": kind} for kind in ("grid", "random, log", "random, linear")}
    | {
        f"{kind}, strong penalties": SHARED | {"search": kind, "strength": list(STRONG)}
        for kind in ("grid", "random, log")
    },
    seeds=tuple(range(20)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
