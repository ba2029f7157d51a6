"""The loop of every chapter: forward, loss, backward, update, and after each epoch a look at unseen data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from backprop.batches import minibatches
from backprop.contract import Array, Layer, Loss, Split, describe, lent
from backprop.losses import accuracy
from backprop.network import with_inner
from backprop.optimizers import Optimizer
from backprop.penalties import Penalty


class Epoch(NamedTuple):
    """One pass over the training data: the mean loss while training, then loss and accuracy on the test data.

    ``accuracy`` is nan where the targets are not class labels; ``lr`` is the rate of the epoch's last step.
    """

    number: int
    loss: float
    val_loss: float
    accuracy: float
    lr: float


def train_step(
    net: Layer, loss: Loss, optimizer: Optimizer, x: Array, y: Array, penalty: Penalty | None = None
) -> float:
    """Forward, loss, backward, update, once. Returns the loss before the update, without the penalty."""
    x, y = lent(x), lent(y)
    value = loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    if penalty is not None:
        penalty(net.params())
    optimizer.step(net.params())
    return value


@contextmanager
def evaluation(net: Layer) -> Iterator[None]:
    """``with evaluation(net):`` switches to evaluation mode, and back at the end of the block, errors included.

    Back means each layer to its own: a batch norm that was frozen before is frozen after.
    """
    modes = [(layer, layer.training) for layer in with_inner((net,))]
    net.train_mode(False)
    try:
        yield
    finally:
        for layer, was_training in modes:  # a network before its layers
            layer.train_mode(was_training)


@contextmanager
def without_dx(net: Layer) -> Iterator[None]:
    """``with without_dx(net):`` leaves ∂L/∂x out of each backward pass, and back at the end, errors included."""
    wanted, net.wants_dx = net.wants_dx, False
    try:
        yield
    finally:
        net.wants_dx = wanted


def evaluate(net: Layer, loss: Loss, x: Array, y: Array, batch_size: int = 1000) -> tuple[float, float]:
    """Mean loss and accuracy in evaluation mode, in batches so that memory stays small.

    Raises ValueError if there are no examples, or not as many targets.
    """
    if batch_size < 1 or not 0 < len(x) == len(y):
        raise ValueError(
            f"evaluate wants batch_size ≥ 1, at least one x and as many y, got {batch_size}, {len(x)}, {len(y)}"
        )
    x, y, labelled = lent(x), lent(y), y.dtype.kind in "iu"
    total, right = 0.0, 0.0
    with evaluation(net):
        for start in range(0, len(x), batch_size):
            part = slice(start, start + batch_size)
            y_hat = net.forward(x[part])
            total += loss.forward(y_hat, y[part]) * len(y_hat)
            right += accuracy(y_hat, y[part]) * len(y_hat) if labelled else math.nan
    return total / len(x), right / len(x)


def train(
    net: Layer,
    loss: Loss,
    optimizer: Optimizer,
    data: Split,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    penalty: Penalty | None = None,
) -> Iterator[Epoch]:
    """Train for ``epochs`` passes and yield an ``Epoch`` after each.

    Early stopping is ``break``, the history is ``list(train(...))``, a progress bar is ``tqdm(train(...))``; nothing
    happens before the first epoch is asked for. The network is left in training mode; a layer inside that was put into
    evaluation by itself, a frozen batch norm say, stays there.
    Raises ValueError, before the first step, if the data are empty, of unequal length, not finite, or hold
    labels that the network has no output for.
    """
    check_data(net, data)
    for number in range(1, epochs + 1):
        if not net.training:
            net.train_mode(True)
        total, lr = 0.0, optimizer.rate
        with without_dx(net):
            for x, y in minibatches(data.x_train, data.y_train, batch_size, rng):
                lr = optimizer.rate
                total += train_step(net, loss, optimizer, x, y, penalty) * len(x)
        val_loss, val_accuracy = evaluate(net, loss, data.x_test, data.y_test)
        yield Epoch(number, total / len(data.x_train), val_loss, val_accuracy, lr)


def check_data(net: Layer, data: Split) -> None:
    """Raise ValueError if training on ``data`` could only go wrong. Scans it all, so it runs once."""
    for part, x, y in (("train", data.x_train, data.y_train), ("test", data.x_test, data.y_test)):
        if len(x) == 0 or len(x) != len(y):
            raise ValueError(f"{part} data: want as many examples as targets and at least one, got {len(x)}, {len(y)}")
        for name, array in (("x", x), ("y", y)):
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise ValueError(f"{name}_{part} ({describe(array)}) holds nan or infinity")
        with evaluation(net):
            outputs = net.forward(lent(x[:1])).shape[-1]
        if y.dtype.kind in "iu" and (y.min() < 0 or y.max() >= outputs):
            raise ValueError(f"y_{part}: want labels 0 to {outputs - 1}, got {y.min()} to {y.max()}")
