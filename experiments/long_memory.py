"""How far back an RNN and an LSTM learn to remember, from several starts and at several rates (section 6.4)."""

import sys
from typing import Any

import numpy as np

from backprop.examples.long_memory import learn, recall
from backprop.initializers import orthogonal
from backprop.layers import LSTM, RNN, Dense
from experiments.runner import Experiment, Run, main

RATES = (0.001, 0.003, 0.01, 0.03)
CONFIGURATION = {"letters": 32, "steps": 1000, "rates": list(RATES), "batch_size": 32, "max_norm": 1.0}
CELLS: dict[str, dict[str, Any]] = {
    "RNN, 16 neurons": {"cell": "rnn", "n_hidden": 16},
    "RNN, 16 neurons, orthogonal": {"cell": "rnn", "n_hidden": 16, "start": "orthogonal"},
    "RNN, 32 neurons": {"cell": "rnn", "n_hidden": 32},
    "RNN, 32 neurons, orthogonal": {"cell": "rnn", "n_hidden": 32, "start": "orthogonal"},
    "LSTM, 16 neurons, forget bias 1": {"cell": "lstm", "n_hidden": 16, "forget": 1},
    "LSTM, 16 neurons, forget bias 4": {"cell": "lstm", "n_hidden": 16, "forget": 4},
}


def run(configuration: dict[str, Any], seed: int, data: None) -> Run:
    """At each rate from the same start, on the same letters; the share of right answers in the last twenty steps."""
    n, steps, metrics, curves = configuration["n_hidden"], configuration["steps"], {}, {}
    for lr in configuration["rates"]:
        rng = np.random.default_rng(seed)
        layer = LSTM(4, n, rng) if configuration["cell"] == "lstm" else RNN(4, n, rng)
        if "forget" in configuration:
            layer.b[n : 2 * n] = configuration["forget"]
        if "start" in configuration:
            layer.U[...] = orthogonal(rng, (n, n), n, n)
        shown = np.array(learn(recall, layer, Dense(n, 4, rng), configuration["letters"], rng, steps, lr))
        metrics[f"right_{lr:g}"] = 100 * float(shown[-20:].mean())
        curves[f"right_by_50_steps_{lr:g}"] = [100 * float(part.mean()) for part in np.split(shown, steps // 50)]
    return metrics, curves


EXPERIMENT = Experiment(
    name="long_memory",
    title="Name the first of 32 letters after 1,000 steps, at four learning rates",
    units={f"right_{lr:g}": "%" for lr in RATES},
    data=(),
    load=lambda: None,
    run=run,
    configurations={name: CONFIGURATION | cell for name, cell in CELLS.items()},
    seeds=tuple(range(5)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
