"""The adding problem, trained with the whole way back and with pieces of it (section 6.3)."""

import sys
from typing import Any

import numpy as np

from backprop.examples.long_memory import adding, learn
from backprop.layers import RNN, Dense
from experiments.runner import Experiment, Run, main

CONFIGURATION = {"length": 20, "n_hidden": 32, "steps": 1500, "lr": 0.003, "batch_size": 32, "max_norm": 1.0}
PIECES = {"the whole way back": None, "pieces of 10": 10, "pieces of 5": 5, "pieces of 1": 1}


def run(configuration: dict[str, Any], seed: int, data: None) -> Run:
    """The mean squared error of the last fifty steps, each measured on new sequences before its update."""
    rng, n = np.random.default_rng(seed), configuration["n_hidden"]
    layer = RNN(2, n, rng, every=configuration["every"])
    steps, lr = configuration["steps"], configuration["lr"]
    shown = np.array(learn(adding, layer, Dense(n, 1, rng), configuration["length"], rng, steps, lr))
    by_50 = [float(part.mean()) for part in np.split(shown, steps // 50)]
    return {"squared_error": by_50[-1]}, {"squared_error_by_50_steps": by_50}


EXPERIMENT = Experiment(
    name="adding_problem",
    title="Add the two marked numbers out of 20: an RNN with 32 neurons, its way back whole or cut",
    units={"squared_error": ""},
    data=(),
    load=lambda: None,
    run=run,
    configurations={name: CONFIGURATION | {"every": every} for name, every in PIECES.items()},
    seeds=tuple(range(10)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
