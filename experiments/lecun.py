"""Fully connected networks of LeCun et al. (1998) and Simard et al. (2003) on MNIST, by our recipe (section 4.3.2).

Widths and losses are theirs, the digits and the scale of the pixels those of 1998; in 2003 they learned from the first
50,000 digits. The start, rate, momentum, schedule, batches and length of training are ours.
"""

import sys
from itertools import pairwise
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.contract import Array
from backprop.data import Split, mnist
from backprop.initializers import glorot, he
from backprop.layers import Dense, Dropout, ReLU, Tanh
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy, accuracy
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.schedules import cosine
from backprop.training import evaluation, train
from experiments.nielsen import one_hot, recall
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once; ``best_test_error`` is the lowest over the epochs, chosen by the test digits, so it flatters."""
    rng = np.random.default_rng(seed)
    net = network(configuration, rng)
    loss = {"quadratic": MeanSquaredError, "cross-entropy": SoftmaxCrossEntropy}[configuration["loss"]]()
    epochs, batch_size = configuration["epochs"], configuration["batch_size"]
    steps = epochs * -(-len(data.x_train) // batch_size)  # rounded up
    optimizer = Momentum(cosine(configuration["lr"], steps), beta=configuration["beta"])
    digits = data
    if configuration["loss"] == "quadratic":
        digits = data._replace(y_train=one_hot(data.y_train), y_test=one_hot(data.y_test))
    loop = train(net, loss, optimizer, digits, epochs=epochs, batch_size=batch_size, rng=rng)
    losses, errors, found = [], [], []
    for epoch in tqdm(loop, f"seed {seed}", total=epochs, unit="epoch", leave=False, disable=None):
        y_hat = predict(net, data.x_test)
        losses.append(epoch.loss)
        errors.append(100 - 100 * accuracy(y_hat, data.y_test))
        found = recall(y_hat, data.y_test)
    metrics = {"test_error": errors[-1], "best_test_error": min(errors), "test_accuracy": 100 - errors[-1]}
    return metrics, {"loss": losses, "test_error": errors, "recall": found}


def network(configuration: dict[str, Any], rng: np.random.Generator) -> Network:
    """Dense layers with an activation between neighbours, and dropout after it where one is wanted."""
    activation, init = {"tanh": (Tanh, glorot), "ReLU": (ReLU, he)}[configuration["activation"]]
    layers = []
    for n_in, n_out in pairwise(configuration["sizes"]):
        if layers:
            layers.append(activation())
            if configuration["dropout"]:
                layers.append(Dropout(configuration["dropout"], rng))
        layers.append(Dense(n_in, n_out, rng, init=init))
    return Network(*layers)


def predict(net: Network, x: Array) -> Array:
    """The outputs in evaluation mode, a thousand rows at a time, so that memory stays small."""
    with evaluation(net):
        return np.concatenate([net.forward(x[start : start + 1000]) for start in range(0, len(x), 1000)])


def scaled_pixels() -> Split:
    """MNIST with white at −0.1 and black at 1.175, as LeCun et al. fed it: the mean is near 0, the variance near 1."""
    data = mnist()
    return data._replace(x_train=1.275 * data.x_train - 0.1, x_test=1.275 * data.x_test - 0.1)


RECIPE = {"activation": "tanh", "dropout": 0.0, "beta": 0.9, "epochs": 10}
QUADRATIC = RECIPE | {"loss": "quadratic", "lr": 0.02, "batch_size": 50}
CROSS_ENTROPY = RECIPE | {"loss": "cross-entropy", "lr": 0.1, "batch_size": 100}
UNITS = {"test_error": "%", "best_test_error": "%", "test_accuracy": "%"}
LECUN = "LeCun, Bottou, Bengio and Haffner (1998), Proceedings of the IEEE 86(11)"
SIMARD = "Simard, Steinkraus and Platt (2003), ICDAR"

EXPERIMENT = Experiment(
    name="lecun",
    title="Fully connected networks of 1998 and 2003 on MNIST: 60,000 digits to train on, 10,000 to test",
    units=UNITS,
    data=("mnist",),
    load=scaled_pixels,
    run=run,
    configurations={
        "784-10, quadratic": QUADRATIC | {"sizes": [784, 10]},
        "784-10, cross-entropy": CROSS_ENTROPY | {"sizes": [784, 10]},
        "784-300-10, quadratic": QUADRATIC | {"sizes": [784, 300, 10]},
        "784-1000-10, quadratic": QUADRATIC | {"sizes": [784, 1000, 10]},
        "784-300-100-10, quadratic": QUADRATIC | {"sizes": [784, 300, 100, 10]},
        "784-800-10, cross-entropy": CROSS_ENTROPY | {"sizes": [784, 800, 10]},
    },
    published={
        "784-10, quadratic": {"test_error": {"value": 12.0, "source": LECUN}},
        "784-300-10, quadratic": {"test_error": {"value": 4.7, "source": LECUN}},
        "784-1000-10, quadratic": {"test_error": {"value": 4.5, "source": LECUN}},
        "784-300-100-10, quadratic": {"test_error": {"value": 3.05, "source": LECUN}},
        "784-800-10, cross-entropy": {"test_error": {"value": 1.6, "source": SIMARD}},
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
