"""A residual network on the photographs of CIFAR-10, by the layers of this book (section 5.5)."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.batches import minibatches
from backprop.contract import Array, Layer, lent
from backprop.data import Split, cifar10, moved_and_mirrored
from backprop.functions import softmax
from backprop.layers import BatchNorm, Conv2D, Dense, GlobalAvgPool2D, ReLU, Residual
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.penalties import l2
from backprop.schedules import cosine, warmup
from backprop.training import evaluate, evaluation, train_step, without_dx
from experiments.runner import Experiment, Run, main

HELD_BACK = 5000  # training photographs to watch the training by
WORST = 20


def block(c_in: int, c_out: int, rng: np.random.Generator, stride: int = 1, shortcut: bool = True) -> list[Layer]:
    """The block of He et al. (2016): two 3×3 convolutions, each normalised, a shortcut around both, a ReLU."""
    f = [
        *(Conv2D(c_in, c_out, 3, rng, stride=stride, padding=1), BatchNorm(c_out), ReLU()),
        *(Conv2D(c_out, c_out, 3, rng, padding=1), BatchNorm(c_out)),
    ]
    if not shortcut:
        return [Network(*f), ReLU()]
    if c_in == c_out and stride == 1:
        return [Residual(*f), ReLU()]
    return [Residual(*f, shortcut=Network(Conv2D(c_in, c_out, 1, rng, stride=stride), BatchNorm(c_out))), ReLU()]


def residual_network(
    widths: list[int], blocks: int, rng: np.random.Generator, stem: int, strides: list[int], shortcut: bool = True
) -> Network:
    """A convolution, then for each width ``blocks`` blocks, the first with the stage's stride; means, and 10 logits."""
    layers, c = [Conv2D(3, stem, 3, rng, padding=1), BatchNorm(stem), ReLU()], stem
    for width, stride in zip(widths, strides, strict=True):
        for number in range(blocks):
            layers += block(c, width, rng, stride if number == 0 else 1, shortcut)
            c = width
    return Network(*layers, GlobalAvgPool2D(), Dense(c, 10, rng))


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train once on all but the last 5,000 training photographs; a look at those after each epoch, at the test last."""
    rng, setting = np.random.default_rng(seed), configuration
    data, held_back = standardised(data)
    few = slice(setting.get("photographs"))
    x_train, y_train = data.x_train[few], data.y_train[few]
    net = residual_network(
        setting["widths"], setting["blocks"], rng, setting["stem"], setting["strides"], setting["shortcut"]
    )
    curves = {name: [] for name in ("loss", "train_accuracy", "validation_loss", "validation_accuracy")}
    look = x_train[:500], y_train[:500]
    lengths = [gradient_lengths(net, *look)]
    for loss in losses(net, x_train, y_train, setting, rng, seed):
        lengths.append(gradient_lengths(net, *look))
        curves["loss"].append(loss)
        _, seen = evaluate(net, SoftmaxCrossEntropy(), x_train[:2500], y_train[:2500], batch_size=250)
        validation_loss, validation = evaluate(net, SoftmaxCrossEntropy(), *held_back, batch_size=250)
        curves["train_accuracy"].append(100 * seen)
        curves["validation_loss"].append(validation_loss)
        curves["validation_accuracy"].append(100 * validation)
        print(f"seed {seed}: loss {loss:.3f}, validation {100 * validation:.2f} %", file=sys.stderr, flush=True)
    p = probabilities(net, data.x_test)
    metrics = {
        "test_accuracy": 100 * (p.argmax(axis=1) == data.y_test).mean(),
        "validation_accuracy": curves["validation_accuracy"][-1],
        "train_accuracy": curves["train_accuracy"][-1],
        "test_loss": -np.log(p[np.arange(len(p)), data.y_test] + 1e-12).mean(),
    }
    curves |= {f"gradient_{epochs}": length for epochs, length in enumerate(lengths)}
    return metrics, curves | mistakes(p, data.y_test)


def losses(
    net: Layer, x: Array, y: Array, setting: dict[str, Any], rng: np.random.Generator, seed: int
) -> Iterator[float]:
    """Train, and hand over the mean loss after each epoch: the rate climbs for a fifth of the steps and falls to 0."""
    steps = setting["epochs"] * -(-len(x) // setting["batch_size"])
    optimizer = Momentum(warmup(steps // 5, then=cosine(setting["lr"], steps - steps // 5)), beta=0.9)
    for _ in tqdm(range(setting["epochs"]), f"seed {seed}", unit="epoch", leave=False, disable=None):
        yield epoch(net, optimizer, x, y, setting, rng)


def epoch(
    net: Layer, optimizer: Momentum, x: Array, y: Array, setting: dict[str, Any], rng: np.random.Generator
) -> float:
    """One pass over the training photographs, each time moved and mirrored anew if so set; the mean loss."""
    penalty, loss, total = l2(setting["decay"]), SoftmaxCrossEntropy(), 0.0
    net.train_mode(True)
    with without_dx(net):
        for some, labels in minibatches(x, y, setting["batch_size"], rng):
            if setting["moved"]:
                some = moved_and_mirrored(some, rng, setting.get("far", 4))
            total += train_step(net, loss, optimizer, some, labels, penalty) * len(some)
    return total / len(x)


def standardised(data: Split) -> tuple[Split, tuple[Array, Array]]:
    """Each colour with mean 0 and spread 1, and the last training photographs set apart."""
    kept = data.x_train[:-HELD_BACK]
    mean, spread = (f(kept, axis=(0, 2, 3), keepdims=True, dtype=np.float64).astype("f") for f in (np.mean, np.std))
    x_train, x_test = (data.x_train - mean) / spread, (data.x_test - mean) / spread
    held_back = x_train[-HELD_BACK:], data.y_train[-HELD_BACK:]
    return Split(x_train[:-HELD_BACK], data.y_train[:-HELD_BACK], x_test, data.y_test), held_back


def gradient_lengths(net: Network, x: Array, y: Array) -> list[float]:
    """Length of ∂L/∂x at what enters each block, the lowest first, and at what leaves the last, in training mode.

    The running statistics of the normalisation are put back as they were.
    """
    before, loss, lengths = net.state(), SoftmaxCrossEntropy(), []
    net.train_mode(True)
    loss.forward(net.forward(lent(x)), y)
    dy = loss.backward()
    for layer in reversed(net.layers):
        if isinstance(layer, GlobalAvgPool2D):
            dy = layer.backward(dy)
            lengths.append(np.linalg.norm(dy))
            continue
        dy = layer.backward(dy)
        if isinstance(layer, Network):  # a block, with a shortcut or plain
            lengths.append(np.linalg.norm(dy))
    net.load_state(before)
    return [float(length) for length in reversed(lengths)]


def probabilities(net: Layer, x: Array) -> Array:
    with evaluation(net):
        return np.concatenate([softmax(net.forward(lent(x[at : at + 250]))) for at in range(0, len(x), 250)])


def mistakes(p: Array, y: Array) -> dict[str, list[float]]:
    """How often each class was taken for which, row by row, and the pictures whose class was given the least."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (y, p.argmax(axis=1)), 1)
    given = p[np.arange(len(y)), y]
    worst = np.argsort(given)[:WORST]
    return {
        "confusion": table.ravel().tolist(),
        "worst": worst.tolist(),
        "worst_answer": p[worst].argmax(axis=1).tolist(),
        "worst_probability": p[worst].max(axis=1).tolist(),
    }


def load() -> Split:
    return cifar10()


UNITS = {"test_accuracy": "%", "validation_accuracy": "%", "train_accuracy": "%", "test_loss": "nats"}
RECIPE = {
    "stem": 32, "widths": [48, 96, 192], "strides": [2, 2, 2], "blocks": 1, "shortcut": True, "moved": True,
    "lr": 0.1, "decay": 5e-4, "batch_size": 64, "epochs": 13,
}  # fmt: skip

HE = "ResNet-20 after 64,000 batches of 128: He, Zhang, Ren and Sun (2016), CVPR"

EXPERIMENT = Experiment(
    name="residual_network",
    title="A residual network on CIFAR-10: 45,000 photographs to train on, 10,000 to test",
    units=UNITS,
    data=("cifar10",),
    load=load,
    run=run,
    configurations={"moved and mirrored": RECIPE},
    published={"moved and mirrored": {"test_accuracy": {"value": 91.25, "source": HE}}},
    seeds=(0, 1),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
