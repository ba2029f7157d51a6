"""The small network that reads drawings in section 4.5: trained on moved digits, rounded to bytes, and shipped.

Besides the ledger this writes `results/shipped/digit_pad.json`, the network of seed 0 that saw moved digits:
its weights as whole numbers from −127 to 127 with one scale per column, and ten real digits to start from.
"""

import base64
import json
import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.contract import Array
from backprop.data import Split, mnist, mnist_sample, shifted
from backprop.layers import Dense
from backprop.losses import SoftmaxCrossEntropy, accuracy
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.penalties import Penalty, l2
from backprop.schedules import cosine
from backprop.training import Epoch, train
from backprop.widgets.digit_pad import WEIGHTS, unpacked
from experiments.mnist_mlp import mlp
from experiments.runner import Experiment, Run, main

SHIFTS = range(7)
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))


def moved(data: Split, reach: int, rng: np.random.Generator) -> Split:
    """Every training digit at a new place, up to ``reach`` pixels away; the test digits stay."""
    down, right = rng.integers(-reach, reach + 1, size=(2, len(data.x_train)))
    return data._replace(x_train=shifted(data.x_train, down, right))


def train_on_moved(
    net: Network, configuration: dict[str, Any], data: Split, rng: np.random.Generator, penalty: Penalty | None = None
) -> list[Epoch]:
    """Momentum along a cosine; each epoch sees the training digits at new places within the ``reach``."""
    batch_size, epochs, history = configuration["batch_size"], configuration["epochs"], []
    optimizer = Momentum(cosine(configuration["lr"], epochs * len(data.x_train) // batch_size), configuration["beta"])
    options = {"epochs": 1, "batch_size": batch_size, "rng": rng, "penalty": penalty}
    for _ in tqdm(range(epochs), unit="epoch", leave=False, disable=None):
        seen = moved(data, configuration["reach"], rng)
        history += train(net, SoftmaxCrossEntropy(), optimizer, seen, **options)
    return history


def trained(configuration: dict[str, Any], seed: int, data: Split) -> Network:
    rng = np.random.default_rng(seed)
    net = mlp(configuration["sizes"], rng)
    train_on_moved(net, configuration, data, rng, l2(configuration["strength"]))
    return net


def as_bytes(values: Array) -> str:
    return base64.b64encode(values.tobytes()).decode()


def packed(net: Network) -> dict[str, Any]:
    """The network as text: for each layer its weights as bytes, the scale of each column, and its biases."""
    layers = []
    for layer in net.layers:
        if isinstance(layer, Dense):
            scale = np.abs(layer.W).max(axis=0) / 127
            levels = np.rint(layer.W / scale).astype(np.int8)
            layers.append({"W": as_bytes(levels), "scale": rounded(scale), "b": rounded(layer.b)})
    return {"layers": layers}


def rounded(values: Array) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def by_shift(net: Network, data: Split) -> list[float]:
    """Accuracy on the test digits in per cent, moved by 0 to 6 pixels, the mean of four directions."""
    dtype = net.layers[0].W.dtype
    return [
        100
        * np.mean(
            [accuracy(net.forward(shifted(data.x_test, far * d, far * r).astype(dtype)), data.y_test) for d, r in WAYS]
        )
        for far in SHIFTS
    ]


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once; measure the network as trained, and the same with its weights rounded to bytes."""
    net = trained(configuration, seed, data)
    record = packed(net)
    if configuration["reach"] and seed == 0:
        ship(record)
    curve = by_shift(unpacked(record), data)
    metrics = {
        "test_accuracy": 100 * accuracy(net.forward(data.x_test), data.y_test),
        "byte_accuracy": curve[0],
        "accuracy_moved_3": curve[3],
        "accuracy_moved_6": curve[6],
    }
    return metrics, {"accuracy_by_shift": curve}


def ship(record: dict[str, Any]) -> None:
    """Write what the widget shows, with the first test digit of each class of the sample."""
    samples = np.rint(255 * mnist_sample().x_test[:10]).astype(np.uint8)
    facts = {"about": "784-48-10 network trained on MNIST, and ten of its digits", "license": "CC BY-SA 3.0 (digits)"}
    facts["command"] = "python -m experiments.digit_pad"
    WEIGHTS.write_text(json.dumps(facts | record | {"samples": as_bytes(samples)}) + "\n", encoding="utf-8")


CONFIGURATION = {"sizes": [784, 48, 10], "lr": 0.1, "beta": 0.9, "strength": 1e-4, "batch_size": 100, "epochs": 20}

EXPERIMENT = Experiment(
    name="digit_pad",
    title="784-48-10 network on all of MNIST, trained with and without moved digits",
    units={"test_accuracy": "%", "byte_accuracy": "%", "accuracy_moved_3": "%", "accuracy_moved_6": "%"},
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={
        "moved by up to 2 pixels": CONFIGURATION | {"reach": 2},
        "as they are": CONFIGURATION | {"reach": 0},
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
