"""The ward of section 4.4: twelve training runs of one network, each with one fault, and a healthy run to compare.

Make your diagnosis before you read on: the key to the ward is at the end of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from backprop.batches import minibatches
from backprop.contract import Array, Layer, Split
from backprop.examples.bug_zoo import GradientTransposed
from backprop.initializers import he, zeros
from backprop.layers.activations import ReLU, Softmax
from backprop.layers.batch_norm import BatchNorm
from backprop.layers.dense import Dense
from backprop.layers.dropout import Dropout
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.penalties import l2
from backprop.training import evaluation, train_step, without_dx

EPOCHS, BATCH = 3, 32


class Run(NamedTuple):
    """A training run as it came in: its data, its network, the loss of each step, and its vital signs.

    ``train`` and ``test`` are the shares of digits that its own judge counts as right; ``ratio`` is the median
    {eq}`eq-update-ratio` of all weight matrices and steps, ``dead`` the `dead_share` at the end.
    """

    data: Split
    net: Network
    losses: Array
    train: float
    test: float
    ratio: float
    dead: float

    @property
    def last(self) -> float:
        """The mean loss of the last fifty steps."""
        return float(self.losses[-50:].mean())


def network(
    rng: np.random.Generator,
    init: Callable = he,
    bias: float = 0.0,
    drop: float = 0.0,
    middle: type[Dense] = Dense,
    norm: bool = False,
    end: tuple[Layer, ...] = (),
) -> Network:
    """784-64-64-10 with ReLU; the arguments are there to make it ill."""
    first, second = Dense(784, 64, rng, init), middle(64, 64, rng, init)
    for layer in (first, second):
        layer.b[...] = bias
    hidden = [part for layer in (first, second) for part in (layer, *([BatchNorm(64)] if norm else []), ReLU())]
    last = [*([Dropout(drop, rng)] if drop else []), Dense(64, 10, rng, init)]
    return Network(*hidden, *last, *end)


def dead_share(net: Network, x: Array) -> float:
    """The share of ReLU neurons that answer 0 to every example, in the worst layer."""
    shares = [0.0]
    for layer in net.layers:
        x = layer.forward(x)
        if isinstance(layer, ReLU):
            shares.append(float((x <= 0).all(axis=0).mean()))
    return max(shares)


def update_ratios(old: dict[str, Array], net: Network) -> list[float]:
    """‖ΔW‖ / ‖W‖ of each weight matrix, with its values before the step in ``old``: {eq}`eq-update-ratio`."""
    new = {p.name: p.value for p in net.params()}
    return [float(np.linalg.norm(new[name] - W) / max(np.linalg.norm(W), 1e-12)) for name, W in old.items()]


def share_right(net: Network, x: Array, y: Array, at_once: int = 100) -> float:
    """The share of right answers, so many digits at a time, in the mode that the network is in."""
    parts = range(0, len(x), at_once)
    right = [(net.forward(x[i : i + at_once]).argmax(axis=1) == y[i : i + at_once]).sum() for i in parts]
    return float(sum(right) / len(x))


def observe(
    data: Split,
    lr: float = 0.02,
    penalty: Callable | None = None,
    batches: Callable = minibatches,
    forgetful: bool = False,
    seed: int = 1,
    **ill: Any,
) -> Run:
    """Three epochs with momentum. A ``forgetful`` judge does not switch to evaluation mode."""
    rng, loss = np.random.default_rng(seed), SoftmaxCrossEntropy()
    net, optimizer, losses, ratios = network(rng, **ill), Momentum(lr), [], []
    with without_dx(net):
        for _ in range(EPOCHS):
            for x, y in batches(data.x_train, data.y_train, BATCH, rng):
                old = {p.name: p.value.copy() for p in net.params() if p.value.ndim == 2}
                losses.append(train_step(net, loss, optimizer, x, y, penalty))
                ratios.append(np.median(update_ratios(old, net)))
    for layer in net.layers:
        if isinstance(layer, BatchNorm):
            layer.momentum = 0.0  # to be looked at in training mode must not change the patient
    with evaluation(net):
        dead = dead_share(net, data.x_train)
        shares = [share_right(net, *part) for part in (data[:2], data[2:])]
    if forgetful:
        shares = [share_right(net, *part) for part in (data[:2], data[2:])]
    return Run(data, net, np.array(losses), *shares, float(np.median(ratios)), dead)


def in_order(x: Array, y: Array, batch_size: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Batches without shuffling."""
    for i in range(0, len(x), batch_size):
        yield x[i : i + batch_size], y[i : i + batch_size]


def ward(data: Split) -> dict[str, Run]:
    """The twelve patients, by their letters."""
    return {letter: observe(prepare(data), **ill) for letter, (_, prepare, ill) in PATIENTS.items()}


SUSPECTS = (
    "the learning rate is too high",
    "the learning rate is too low",
    "all weights start at 0",
    "the hidden biases start at −1",
    "the pixels go from 0 to 255, not from 0 to 1",
    "each label has slipped to the next digit",
    "the digits come sorted by class, and nobody shuffles",
    "the network ends in a softmax, and the loss takes another one",
    "the penalty on the weights is too strong",
    "dropout is left on when the network is judged",
    "one gradient is computed wrongly",
    "the digits of a batch change each other's answers",
)


def as_they_are(data: Split) -> Split:
    return data


def bright(data: Split) -> Split:
    return data._replace(x_train=data.x_train * np.float32(255), x_test=data.x_test * np.float32(255))


def slipped(data: Split) -> Split:
    return data._replace(y_train=np.roll(data.y_train, 1))


def train_sorted(data: Split) -> Split:
    order = np.argsort(data.y_train, kind="stable")
    return data._replace(x_train=data.x_train[order], y_train=data.y_train[order])


def test_sorted(data: Split) -> Split:
    order = np.argsort(data.y_test, kind="stable")
    return data._replace(x_test=data.x_test[order], y_test=data.y_test[order])


# Which suspect it is, counted from 1; what was done to its digits; and what else is wrong.
PATIENTS: dict[str, tuple[int, Callable[[Split], Split], dict[str, Any]]] = {
    "A": (5, bright, {}),
    "B": (6, slipped, {}),
    "C": (1, as_they_are, {"lr": 0.6}),
    "D": (3, as_they_are, {"init": zeros}),
    "E": (8, as_they_are, {"end": (Softmax(),)}),
    "F": (7, train_sorted, {"batches": in_order}),
    "G": (9, as_they_are, {"penalty": l2(0.1)}),
    "H": (2, as_they_are, {"lr": 0.0002}),
    "I": (4, as_they_are, {"bias": -1.0}),
    "J": (10, as_they_are, {"drop": 0.5, "forgetful": True}),
    "K": (11, as_they_are, {"middle": GradientTransposed}),
    "L": (12, test_sorted, {"norm": True, "forgetful": True}),
}
