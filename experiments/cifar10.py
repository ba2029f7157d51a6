"""The LeNet of `lenet` on the colour photographs of CIFAR-10, for readers who fetched them (section 5.5)."""

import sys

from backprop.data import Split, cifar10
from experiments import lenet
from experiments.runner import Experiment, main


def load() -> dict[str, Split]:
    return {"CIFAR-10": cifar10()}


EXPERIMENT = Experiment(
    name="cifar10",
    title="LeNet on CIFAR-10: 50,000 photographs to train on, 10,000 to test",
    units=lenet.UNITS,
    data=("cifar10",),
    load=load,
    run=lenet.run,
    configurations={"16 and 32 channels": lenet.CLOTHES | {"data": "CIFAR-10", "epochs": 10}},
    seeds=(0, 1),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
