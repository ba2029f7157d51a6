"""Three learning rates, each trained to the same training loss: does the rate decide where descent ends (3.2.4)?"""

import sys
from typing import Any

import numpy as np

from backprop.data import Split, mnist
from backprop.layers import Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import evaluate, train
from experiments.runner import Experiment, Run, main

N = 1000
BASE = {"sizes": [784, 100, 10], "batch_size": 20, "until": 0.002, "at_most": 2000}


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train on the first 1,000 digits until the loss on them, looked at after each epoch, is below ``until``.

    Then look at the 10,000 test digits, once. A run that does not get there in ``at_most`` epochs raises RuntimeError.
    """
    rng = np.random.default_rng(seed)
    n_in, n_hidden, n_out = configuration["sizes"]
    net = Network(Dense(n_in, n_hidden, rng), ReLU(), Dense(n_hidden, n_out, rng))
    loss, optimizer = SoftmaxCrossEntropy(), SGD(configuration["lr"])
    x, y = data.x_train[:N], data.y_train[:N]
    how = {"epochs": configuration["at_most"], "batch_size": configuration["batch_size"], "rng": rng}
    for epoch in train(net, loss, optimizer, Split(x, y, x, y), **how):
        if epoch.val_loss < configuration["until"]:
            break
    else:
        raise RuntimeError(f"the training loss is still {epoch.val_loss} after {epoch.number} epochs")
    test_loss, test_accuracy = evaluate(net, loss, data.x_test, data.y_test)
    return {
        "epochs": epoch.number,
        "train_loss": epoch.val_loss,
        "test_loss": test_loss,
        "test_accuracy": 100 * test_accuracy,
        "weight_norm": float(np.sqrt(sum((layer.W**2).sum() for layer in net.layers if hasattr(layer, "W")))),
    }, {}


EXPERIMENT = Experiment(
    name="rate_and_place",
    title="784-100-10 network on the first 1,000 digits of MNIST, by three rates to one training loss",
    units={"epochs": "", "train_loss": "nats", "test_loss": "nats", "test_accuracy": "%", "weight_norm": ""},
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={f"η = {lr}": BASE | {"lr": lr} for lr in (0.5, 0.1, 0.02)},
    seeds=tuple(range(10)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
