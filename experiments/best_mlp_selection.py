"""What `best_mlp` does against over-fitting, chosen on 10,000 training digits that were held back (section 4.3)."""

import sys
from typing import Any

from backprop.data import Split
from experiments import best_mlp
from experiments.mnist_mlp_selection import digits, for_validation
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """As in `best_mlp`, under names that say what the digits are for."""
    return for_validation(best_mlp.run(configuration, seed, data))


EXPERIMENT = Experiment(
    name="best_mlp_selection",
    title="Cures for 784-512-512-10: trained on 50,000 digits, judged on 10,000 others",
    units={name.replace("test", "validation"): unit for name, unit in best_mlp.EXPERIMENT.units.items()},
    data=("mnist",),
    load=digits,
    run=run,
    configurations={
        "no cure": best_mlp.SEARCHED | {"dropout": 0.0, "reach": 0},
        "dropout 0.2": best_mlp.SEARCHED | {"dropout": 0.2, "reach": 0},
        "moved digits": best_mlp.SEARCHED | {"dropout": 0.0, "reach": 1},
        "moved digits, dropout 0.2": best_mlp.SEARCHED | {"dropout": 0.2, "reach": 1},
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
