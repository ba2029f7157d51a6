"""One small network at 11 learning rates, with 6 momenta, RMSProp and Adam (section 3.3): `TrainingExplorer`'s runs.

The validation digits choose; the test digits are looked at once, at the end of a run. The curves also go, rounded, to
`results/shipped/training_grid.json`, from which the widget draws.
"""

import json
import sys
from typing import Any

import numpy as np

from backprop.data import Split, mnist_sample
from backprop.losses import SoftmaxCrossEntropy
from backprop.optimizers import Adam, Momentum, Optimizer, RMSProp
from backprop.results import ledger
from backprop.training import evaluate, train
from backprop.widgets.training_explorer import RUNS
from experiments.mnist_mlp import mlp
from experiments.runner import Experiment, Run, main

RATES = tuple(float(f"{10 ** (k / 2):.3g}") for k in range(-8, 3))  # two to a decade
MOMENTA = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
SHARED = {"sizes": [784, 32, 10], "batch_size": 50, "epochs": 10, "training": 3000, "validation": 1000}
HIGHEST = 1e5  # a loss beyond this is written as this


def digits() -> tuple[Split, Split]:
    """3,000 training digits with 1,000 to choose by, and the same with the 1,000 test digits."""
    x, y, x_test, y_test = mnist_sample()
    n = SHARED["training"]
    return Split(x[:n], y[:n], x[n:], y[n:]), Split(x[:n], y[:n], x_test, y_test)


def rule(configuration: dict[str, Any]) -> Optimizer:
    """The optimizer of a configuration, new."""
    lr = configuration["lr"]
    if configuration["optimizer"] == "Momentum":
        return Momentum(lr, configuration["beta"])
    return {"RMSProp": RMSProp, "Adam": Adam}[configuration["optimizer"]](lr)


def run(configuration: dict[str, Any], seed: int, data: tuple[Split, Split]) -> Run:
    """Train once. Epoch 0 is the untrained network; the loss of a later epoch is the mean while training."""
    choose, final = data
    rng, loss = np.random.default_rng(seed), SoftmaxCrossEntropy()
    net = mlp(configuration["sizes"], rng)
    losses, accuracies = [evaluate(net, loss, *choose[:2])[0]], [evaluate(net, loss, *choose[2:])[1]]
    settings = {"epochs": configuration["epochs"], "batch_size": configuration["batch_size"], "rng": rng}
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges is an answer, too
        for epoch in train(net, loss, rule(configuration), choose, **settings):
            losses.append(epoch.loss)
            accuracies.append(epoch.accuracy)
        test_accuracy = evaluate(net, loss, *final[2:])[1]
    losses = [round(float(value), 4) for value in np.nan_to_num(np.minimum(losses, HIGHEST), nan=HIGHEST)]
    percent = [round(100 * value, 1) for value in accuracies]
    metrics = {"validation_accuracy": percent[-1], "test_accuracy": 100 * test_accuracy, "training_loss": losses[-1]}
    return metrics, {"loss": losses, "validation_accuracy": percent}


def configurations() -> dict[str, dict[str, Any]]:
    """Label -> configuration, rates fastest."""
    rules = [("Momentum", {"beta": beta}) for beta in MOMENTA] + [("RMSProp", {}), ("Adam", {})]
    return {
        ", ".join([name, *(f"β = {beta:g}" for beta in more.values()), f"η = {lr:g}"]): SHARED
        | {"optimizer": name, "lr": lr}
        | more
        for name, more in rules
        for lr in RATES
    }


def compact(record: dict[str, Any]) -> dict[str, Any]:
    """What the widget needs of a ledger record: per row its setting, and per seed losses and accuracies.

    A loss is written as 1000 · log₁₀, an accuracy in tenths of a per cent, both as whole numbers, each but the first
    as its difference from the number before.
    """
    rows = []
    for row in record["rows"]:
        setting = {key: row["configuration"].get(key) for key in ("optimizer", "beta", "lr")}
        curves = [run["curves"] for run in row["runs"]]
        losses = [np.rint(1000 * np.log10(np.maximum(c["loss"], 1e-4))).astype(int) for c in curves]
        accuracies = [np.rint(10 * np.array(c["validation_accuracy"])).astype(int) for c in curves]
        coded = [[np.diff(line, prepend=0).tolist() for line in lines] for lines in (losses, accuracies)]
        rows.append([*setting.values(), *coded])
    shared = {"seeds": [run["seed"] for run in record["rows"][0]["runs"]], **SHARED}
    return {key: record[key] for key in ("command", "created", "versions")} | shared | {"rows": rows}


EXPERIMENT = Experiment(
    name="training_grid",
    title="784-32-10 network on 3,000 digits: learning rate × momentum, RMSProp and Adam",
    units={"validation_accuracy": "%", "test_accuracy": "%", "training_loss": "nats"},
    data=(),
    load=digits,
    run=run,
    configurations=configurations(),
    seeds=(0, 1, 2, 3, 4),
)

if __name__ == "__main__":
    code = main(EXPERIMENT)
    if code == 0:
        record = ledger.load(EXPERIMENT.name).record
        RUNS.write_text(json.dumps(compact(record), separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"and, for the widget: {RUNS}")
    sys.exit(code)
