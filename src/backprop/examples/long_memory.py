"""Two tasks that ask a network for something it read long ago, and the loop that trains one (sections 6.3 and 6.4)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Layer
from backprop.losses import Loss, MeanSquaredError, SoftmaxCrossEntropy, accuracy
from backprop.optimizers import Adam, clip_gradients

BATCH = 32


def adding(rng: np.random.Generator, length: int) -> tuple[Array, Array]:
    """The adding problem (Hochreiter & Schmidhuber 1997): numbers from 0 to 1, and the sum of the two marked ones.

    One mark stands in the first half of the sequence and one in the second. Whoever always answers 1, the mean, has a
    mean squared error of 1/6, without the half of the book's loss.

    Shapes: x (32, length, 2), a number and its mark; y (32, 1).
    """
    x = np.zeros((BATCH, length, 2), np.float32)
    x[:, :, 0] = rng.random((BATCH, length))
    rows = np.arange(BATCH)
    for low, high in ((0, length // 2), (length // 2, length)):
        x[rows, rng.integers(low, high, BATCH), 1] = 1
    return x, (x[:, :, :1] * x[:, :, 1:]).sum(axis=1)


def recall(rng: np.random.Generator, length: int) -> tuple[Array, Array]:
    """Random letters out of four, one-hot, and the number of the first one. A guess is right one time in four.

    Shapes: x (32, length, 4), y (32,).
    """
    letters = rng.integers(4, size=(BATCH, length))
    return np.eye(4, dtype=np.float32)[letters], letters[:, 0]


def learn(
    task: Callable[[np.random.Generator, int], tuple[Array, Array]],
    layer: Layer,
    head: Layer,
    length: int,
    rng: np.random.Generator,
    steps: int = 250,
    lr: float = 0.01,
) -> list[float]:
    """Train a recurrent layer and a head on its last state, on new sequences at each step; Adam, clipped at 1.

    Answers with what each batch showed before its step: for `recall` the share of right answers, for `adding` the
    mean squared error.
    """
    loss: Loss = SoftmaxCrossEntropy() if task is recall else MeanSquaredError()
    adam, shown = Adam(lr), []
    for _ in range(steps):
        x, y = task(rng, length)
        states = layer.forward(x)
        answer = head.forward(np.ascontiguousarray(states[:, -1]))
        value = loss.forward(answer, y)
        shown.append(accuracy(answer, y) if task is recall else 2 * value)  # the book's loss has one half in front
        d_states = np.zeros_like(states)
        d_states[:, -1] = head.backward(loss.backward())
        layer.backward(d_states)
        params = [*layer.params("0."), *head.params("1.")]
        clip_gradients(params, 1.0)
        adam.step(params)
    return shown
