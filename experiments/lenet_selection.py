"""How many epochs `lenet` trains on Fashion-MNIST, chosen on 10,000 training images held back (section 5.3)."""

import sys
from typing import Any

from backprop.data import Split, fashion_mnist
from experiments import lenet
from experiments.mnist_mlp_selection import for_validation, held_out
from experiments.runner import Experiment, Run, main


def clothes() -> dict[str, Split]:
    """20,000 training images to learn from, which keeps the search short, and the last 10,000 to choose by."""
    data = held_out(fashion_mnist())
    few = data._replace(x_train=data.x_train[:20000], y_train=data.y_train[:20000])
    return {"Fashion-MNIST": lenet.as_images(few)}


def run(configuration: dict[str, Any], seed: int, data: dict[str, Split]) -> Run:
    """As in `lenet`, under names that say what the images are for."""
    return for_validation(lenet.run(configuration, seed, data))


EXPERIMENT = Experiment(
    name="lenet_selection",
    title="LeNet on Fashion-MNIST: trained on 20,000 images, judged on 10,000 others",
    units={name.replace("test", "validation"): unit for name, unit in lenet.UNITS.items()},
    data=("fashion_mnist",),
    load=clothes,
    run=run,
    configurations={f"{epochs} epochs": lenet.CLOTHES | {"epochs": epochs} for epochs in (4, 6)},
    seeds=(0, 1),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
