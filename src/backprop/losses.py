"""What training makes small. The mean over the batch is taken here and nowhere else, so 1/N appears once.

Softmax and sigmoid are fused with their cross-entropies: the loss needs log p, and log p computed from a
rounded p is lost exactly where the network is most wrong. It also leaves p − y in plain sight.
"""

from __future__ import annotations

import numpy as np

from backprop.contract import Array, Loss, describe, is_floating
from backprop.functions import sigmoid


class MeanSquaredError(Loss):
    """L = 1/(2N) Σ ‖ŷ − y‖², the half so that no 2 stands in the gradient.

    Shapes: ŷ and y both (N, n_out).
    """

    def forward(self, y_hat: Array, y: Array) -> float:
        check_pair(self, y_hat, y)
        error = y_hat - y
        self.cache = error
        return float(np.vdot(error, error)) / (2 * len(error))

    def backward(self) -> Array:
        """dŷ = (ŷ − y) / N."""
        error = self.cached()
        return error / len(error)


class SoftmaxCrossEntropy(Loss):
    """L = −1/N Σ log p[label], p = softmax(z), computed as log Σ exp(z) − z[label].

    Shapes: z (N, K) with integer labels (N,), or z (N, T, K) with labels (N, T); the mean is over all labels.
    """

    def forward(self, z: Array, labels: Array) -> float:
        if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu":
            raise ValueError(f"{self!r} wants integer labels, got {describe(labels)}")
        fits = isinstance(z, np.ndarray) and z.ndim >= 2 and z.shape[:-1] == labels.shape
        if not fits or not is_floating(z) or z.size == 0:
            raise ValueError(
                f"{self!r} wants logits (N, K) with labels (N,), or (N, T, K) with (N, T), N ≥ 1; "
                f"got {describe(z)} and {describe(labels)}"
            )
        check_labels(repr(self), labels, z.shape[-1])
        rows, columns = np.arange(labels.size), labels.flatten()
        p = z.reshape(labels.size, -1)
        p = p - p.max(axis=1, keepdims=True)
        z_label = p[rows, columns]
        np.exp(p, out=p)
        total = p.sum(axis=1)
        p /= total[:, None]
        self.cache = p, rows, columns, z.shape
        return float((np.log(total) - z_label).sum()) / labels.size

    def backward(self) -> Array:
        """dz = (p − y) / N, y one-hot."""
        p, rows, columns, shape = self.cached()
        dz = p.copy()
        dz[rows, columns] -= 1
        dz /= len(rows)
        return dz.reshape(shape)


class SigmoidCrossEntropy(Loss):
    """L = −1/N Σ [y log p + (1 − y) log(1 − p)], p = sigmoid(z), as max(z, 0) − zy + log(1 + exp(−|z|)).

    Shapes: z and y both (N, n_out), y between 0 and 1. ValueError otherwise: with targets of −1 it has no minimum.
    """

    def forward(self, z: Array, y: Array) -> float:
        check_pair(self, z, y)
        if not (y.min() >= 0 and y.max() <= 1):  # nan is neither
            raise ValueError(f"{self!r} wants targets between 0 and 1, got {y.min():g} to {y.max():g}")
        self.cache = sigmoid(z) - y
        return float((np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).sum()) / len(z)

    def backward(self) -> Array:
        """dz = (p − y) / N."""
        error = self.cached()
        return error / len(error)


def accuracy(logits: Array, labels: Array) -> float:
    """The share of rows whose largest logit is at the label; of one logit a row, whether it is positive says 1 or 0.

    A row with nan in it has no largest logit, so it is not right.

    Shapes: logits (N, K) with labels (N,), or (N, T, K) with (N, T). Raises ValueError for labels that are not
    integers from 0 to K − 1, or 0 and 1 where K is 1.
    """
    fits = isinstance(logits, np.ndarray) and logits.ndim >= 2 and logits.shape[:-1] == np.shape(labels)
    if not fits or logits.size == 0:
        raise ValueError(f"accuracy wants logits (N, K) and labels (N,), got {describe(logits)} and {describe(labels)}")
    labels, n_classes = np.asarray(labels), logits.shape[-1]
    if labels.dtype.kind not in "iu":
        raise ValueError(f"accuracy wants integer labels, got {describe(labels)}")
    check_labels("accuracy", labels, max(n_classes, 2))
    chosen = logits.argmax(axis=-1) if n_classes > 1 else logits[..., 0] > 0
    return float(((chosen == labels) & ~np.isnan(logits).any(axis=-1)).mean())


def check_labels(who: str, labels: Array, n_classes: int) -> None:
    """Raise ValueError unless the labels are 0 to n_classes − 1: an index of −1, "no token", is silently the last."""
    if labels.astype(np.uintp).max() >= n_classes:  # in one pass: unsigned, a negative number is larger than all
        raise ValueError(f"{who} wants labels 0 to {n_classes - 1}, got {labels.min()} to {labels.max()}")


def check_pair(loss: Loss, y_hat: Array, y: Array) -> None:
    """Raise ValueError unless prediction and target agree: (N,) against (N, 1) would broadcast to (N, N)."""
    same = isinstance(y_hat, np.ndarray) and isinstance(y, np.ndarray) and y_hat.shape == y.shape
    if not same or not is_floating(y_hat) or y_hat.dtype != y.dtype or y.ndim == 0 or y.size == 0:
        raise ValueError(
            f"{loss!r} wants prediction and target of one shape and floating dtype, N ≥ 1; "
            f"got {describe(y_hat)} and {describe(y)}"
        )
