"""The learning rate of `mnist_mlp`, chosen on 10,000 training digits that were held back, not on the test digits."""

import sys
from typing import Any

from backprop.data import Split, mnist
from experiments import mnist_mlp
from experiments.runner import Experiment, Run, main

RATES = (0.01, 0.02, 0.05, 0.1, 0.2)


def held_out(data: Split) -> Split:
    """The first 50,000 training examples to learn from, the last 10,000 to choose by; no test example."""
    x, y = data[:2]
    return Split(x[:50000], y[:50000], x[50000:], y[50000:])


def digits() -> Split:
    return held_out(mnist())


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """As in `mnist_mlp`, under names that say what the digits are for."""
    return for_validation(mnist_mlp.run(configuration, seed, data))


def for_validation(outcome: Run) -> Run:
    """A run's metrics and curves under names that say that held-back digits gave them."""
    metrics, curves = outcome
    return (
        {name.replace("test", "validation"): value for name, value in metrics.items()},
        {name.replace("test", "validation"): values for name, values in curves.items()},
    )


EXPERIMENT = Experiment(
    name="mnist_mlp_selection",
    title="Learning rates for 784-128-64-10: trained on 50,000 digits, judged on 10,000 others",
    units={"validation_accuracy": "%", "validation_loss": "nats"},
    data=("mnist",),
    load=digits,
    run=run,
    configurations={f"η = {lr}": mnist_mlp.CONFIGURATION | {"lr": lr} for lr in RATES},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
