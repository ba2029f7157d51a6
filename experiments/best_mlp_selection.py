"""The dropout of `best_mlp`, chosen on 10,000 training digits that were held back, not on the test digits."""

import sys
from typing import Any

from backprop.datasets import Split
from experiments import best_mlp, lecun
from experiments.runner import Experiment, Run, main


def held_out() -> Split:
    """The first 50,000 training digits to learn from, the last 10,000 to choose by."""
    x, y = lecun.scaled_pixels()[:2]
    return Split(x[:50000], y[:50000], x[50000:], y[50000:])


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """As in `lecun`, under names that say what the digits are for."""
    metrics, curves = lecun.run(configuration, seed, data)
    return (
        {name.replace("test", "validation"): value for name, value in metrics.items()},
        {name.replace("test", "validation"): values for name, values in curves.items()},
    )


EXPERIMENT = Experiment(
    name="best_mlp_selection",
    title="Dropout for 784-512-512-10: trained on 50,000 digits, judged on 10,000 others",
    units={name.replace("test", "validation"): unit for name, unit in lecun.UNITS.items()},
    data=("mnist",),
    load=held_out,
    run=run,
    configurations={f"dropout {p}": best_mlp.SEARCHED | {"dropout": p} for p in (0.0, 0.2, 0.4)},
    seeds=(0, 1),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
