"""Nielsen's networks with an L2 penalty, up to four hidden layers deep, judged on validation digits (section 4.3.2)."""

import sys

from backprop.data import mnist
from experiments.nielsen import BOOK, UNITS, published, run
from experiments.runner import Experiment, main

PENALTY = BOOK | {"loss": "cross-entropy", "lr": 0.1, "lambda": 5.0}
SCALED = PENALTY | {"init": "scaled"}

EXPERIMENT = Experiment(
    name="nielsen_penalty",
    title="Networks of Nielsen's chapters 3 and 5, λ = 5: trained on 50,000 digits of MNIST, judged on 10,000 others",
    units=UNITS,
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={
        "784-100-10, 60 epochs": PENALTY | {"sizes": [784, 100, 10], "epochs": 60},
        "784-30-10": SCALED | {"sizes": [784, 30, 10]},
        "784-30-30-10": SCALED | {"sizes": [784, 30, 30, 10]},
        "784-30-30-30-10": SCALED | {"sizes": [784, 30, 30, 30, 10]},
        "784-30-30-30-30-10": SCALED | {"sizes": [784, 30, 30, 30, 30, 10]},
    },
    published={
        "784-100-10, 60 epochs": published("validation_accuracy", 98.04, 3),
        "784-30-10": published("validation_accuracy", 96.48, 5),
        "784-30-30-10": published("validation_accuracy", 96.90, 5),
        "784-30-30-30-10": published("validation_accuracy", 96.57, 5),
        "784-30-30-30-30-10": published("validation_accuracy", 96.53, 5),
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
