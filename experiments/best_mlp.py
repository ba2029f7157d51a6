"""The best network of dense layers that we train on MNIST in under two minutes of processor time (section 4.3)."""

import sys

from experiments import lecun
from experiments.runner import Experiment, main

SEARCHED = lecun.CROSS_ENTROPY | {"sizes": [784, 512, 512, 10], "activation": "ReLU", "epochs": 20}

EXPERIMENT = Experiment(
    name="best_mlp",
    title="784-512-512-10 with ReLU and dropout on all 60,000 digits of MNIST",
    units=lecun.UNITS,
    data=("mnist",),
    load=lecun.scaled_pixels,
    run=lecun.run,
    configurations={"784-512-512-10, ReLU, dropout 0.4": SEARCHED | {"dropout": 0.4}},
    seeds=tuple(range(5)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
