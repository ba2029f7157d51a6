"""The bug zoo of section 2.5: layers and losses that go forward rightly and come back with one mistake.

A specimen is a small classifier, either right or with one part exchanged for a part that holds a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from backprop.contract import Array, Layer, Loss
from backprop.layers.activations import ReLU, Softmax, Tanh
from backprop.layers.batch_norm import BatchNorm
from backprop.layers.dense import Dense
from backprop.layers.dropout import Dropout
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network


class SlopeForgotten(ReLU):
    """The activation is left out on the way back: dx = dy."""

    def backward(self, dy: Array) -> Array:
        return dy


class MaskFromGradient(ReLU):
    """What is negative is dropped, in dy instead of in z."""

    def backward(self, dy: Array) -> Array:
        return np.maximum(dy, 0)


class SlopeAtA(Tanh):
    """f′(a) instead of f′(z): the slope 1 − tanh² is taken once too late."""

    def backward(self, dy: Array) -> Array:
        a = self.cached()
        return dy * (1 - np.tanh(a) ** 2)


class SlopeOfSigmoid(Tanh):
    """a (1 − a), left over from the sigmoid that this tanh replaced."""

    def backward(self, dy: Array) -> Array:
        a = self.cached()
        return dy * a * (1 - a)


class BiasAveraged(Dense):
    """db is the mean over the batch; it has to be the sum."""

    def backward(self, dy: Array) -> Array | None:
        dx = super().backward(dy)
        self.db /= len(dy)
        return dx


class BiasForgotten(Dense):
    """db stays 0."""

    def backward(self, dy: Array) -> Array | None:
        dx = super().backward(dy)
        self.db[...] = 0
        return dx


class NotReached(Dense):
    """The loop over the layers ends one layer too early: this one gets no gradient."""

    def backward(self, dy: Array) -> Array | None:
        dx = super().backward(dy)
        self.dW[...], self.db[...] = 0, 0
        return dx


class GradientTransposed(Dense):
    """dW = dyᵀ x instead of xᵀ dy; where n_in = n_out the shape is right."""

    def backward(self, dy: Array) -> Array | None:
        dx = super().backward(dy)
        self.dW = self.dW.T.copy()
        return dx


class WeightsNotTransposed(Dense):
    """dx = dy W instead of dy Wᵀ; where n_in = n_out the shape is right."""

    def backward(self, dy: Array) -> Array | None:
        super().backward(dy)
        return dy @ self.W


class UpdatedTooEarly(Dense):
    """It steps before it computes dx: dx uses weights that forward never saw."""

    lr = 0.1

    def backward(self, dy: Array) -> Array | None:
        super().backward(dy)
        return dy @ (self.W - self.lr * self.dW).T if self.wants_dx else None


class SignFlipped(Dense):
    """dx has the wrong sign: every layer below walks uphill."""

    def backward(self, dy: Array) -> Array | None:
        return -super().backward(dy)


class CacheOneBatchLate(Dense):
    """The cache holds the batch before this one."""

    before = None

    def forward(self, x: Array) -> Array:
        z = super().forward(x)
        before, self.before = self.before, x
        if before is not None and (before.shape, before.dtype) == (x.shape, x.dtype):
            self.cache = before
        return z


class NeverReset(Dense):
    """Gradients add up over the batches, and nobody sets them back to 0."""

    def backward(self, dy: Array) -> Array | None:
        before = (0, 0) if self.dW is None else (self.dW.copy(), self.db.copy())
        dx = super().backward(dy)
        self.dW += before[0]
        self.db += before[1]
        return dx


class MaskForgotten(Dropout):
    """Numbers that were dropped on the way forward get a gradient all the same."""

    def backward(self, dy: Array) -> Array:
        return dy


class ScaleForgotten(Dropout):
    """The mask is there on the way back, the factor 1/(1 − p) is not."""

    def backward(self, dy: Array) -> Array:
        _, kept = self.cached()
        return dy if kept is None else dy * kept


class StatisticsHeldFixed(BatchNorm):
    """Mean and variance of the batch are taken for constants, though every x moves them."""

    def backward(self, dy: Array) -> Array:
        super().backward(dy)
        _, inv_std, *_ = self.cached()
        return dy * (self.gamma * inv_std)


class TrainingFormula(BatchNorm):
    """In evaluation, where mean and variance *are* constants, backward still treats them as the batch's own."""

    def backward(self, dy: Array) -> Array:
        x_hat, inv_std, _ = self.cached()
        self.cache = x_hat, inv_std, True
        return super().backward(dy)


class MeanTwice(SoftmaxCrossEntropy):
    """1/N stands here, and a second time."""

    def backward(self) -> Array:
        dz = super().backward()
        return dz / len(dz)


class MeanMissing(SoftmaxCrossEntropy):
    """The loss is a mean, its gradient a sum."""

    def backward(self) -> Array:
        dz = super().backward()
        return dz * len(dz)


class LastExampleOnly(SoftmaxCrossEntropy):
    """`=` where `+=` is meant: each example overwrites the one before, and the last one stays."""

    def backward(self) -> Array:
        dz = super().backward()
        dz[:-1] = 0
        return dz


class DiagonalOnly(SoftmaxCrossEntropy):
    """∂pₖ/∂zⱼ is taken for 0 where j ≠ k: only the right class is pushed."""

    def backward(self) -> Array:
        dz = super().backward()
        _, rows, columns, _ = self.cached()
        kept = np.zeros_like(dz)
        kept[rows, columns] = dz[rows, columns]
        return kept


class SoftmaxTwice(SoftmaxCrossEntropy):
    """The gradient of this loss is right; the loss is not the one that was meant: softmax of a softmax."""

    def forward(self, z: Array, labels: Array) -> float:
        self.inner = Softmax()
        return super().forward(self.inner.forward(z), labels)

    def backward(self) -> Array:
        return self.inner.backward(super().backward())


@dataclass(frozen=True)
class Specimen:
    """Three dense layers, two activations, a loss; `family` names the right network it is compared with."""

    name: str
    family: str
    first: type[Dense] = Dense
    middle: type[Dense] = Dense
    last: type[Dense] = Dense
    activation: type[Layer] = ReLU
    dropout: type[Dropout] | None = None
    batch_norm: type[BatchNorm] | None = None
    loss: type[Loss] = SoftmaxCrossEntropy

    def build(
        self, rng: np.random.Generator, sizes: tuple[int, int, int] = (784, 64, 10), dtype: type = np.float32
    ) -> tuple[Network, Loss]:
        """The network n_in → n → n → n_out for ``sizes`` (n_in, n, n_out), and its loss."""
        n_in, n, n_out = sizes

        def between() -> list[Layer]:
            before = [self.batch_norm(n, dtype=dtype)] if self.batch_norm else []
            return [*before, self.activation(), *([self.dropout(0.5, rng)] if self.dropout else [])]

        first, middle = self.first(n_in, n, rng, dtype=dtype), self.middle(n, n, rng, dtype=dtype)
        last = self.last(n, n_out, rng, dtype=dtype)
        return Network(first, *between(), middle, *between(), last), self.loss()


RELU = Specimen("right, ReLU", "ReLU")
TANH = Specimen("right, tanh", "tanh", activation=Tanh)
DROPOUT = Specimen("right, dropout", "dropout", dropout=Dropout)
BATCH_NORM = Specimen("right, batch norm", "batch norm", batch_norm=BatchNorm)
RIGHT = {specimen.family: specimen for specimen in (RELU, TANH, DROPOUT, BATCH_NORM)}

WRONG_FUNCTION = replace(RELU, name="softmax twice", loss=SoftmaxTwice)


def in_all_dense(dense: type[Dense]) -> dict[str, type[Dense]]:
    return {"first": dense, "middle": dense, "last": dense}


BUGS = (
    replace(RELU, name="ReLU slope forgotten", activation=SlopeForgotten),
    replace(RELU, name="ReLU mask from dy", activation=MaskFromGradient),
    replace(TANH, name="tanh slope at a, not z", activation=SlopeAtA),
    replace(TANH, name="sigmoid's slope on tanh", activation=SlopeOfSigmoid),
    replace(RELU, name="db averaged", **in_all_dense(BiasAveraged)),
    replace(RELU, name="db forgotten", **in_all_dense(BiasForgotten)),
    replace(RELU, name="first layer not reached", first=NotReached),
    replace(RELU, name="dW transposed", middle=GradientTransposed),
    replace(RELU, name="W not transposed", middle=WeightsNotTransposed),
    replace(RELU, name="W updated too early", **in_all_dense(UpdatedTooEarly)),
    replace(RELU, name="sign of da flipped", last=SignFlipped),
    replace(RELU, name="cache one batch late", **in_all_dense(CacheOneBatchLate)),
    replace(RELU, name="gradients never reset", **in_all_dense(NeverReset)),
    replace(DROPOUT, name="dropout mask forgotten", dropout=MaskForgotten),
    replace(DROPOUT, name="dropout scale forgotten", dropout=ScaleForgotten),
    replace(BATCH_NORM, name="batch statistics held fixed", batch_norm=StatisticsHeldFixed),
    replace(BATCH_NORM, name="training formula in evaluation", batch_norm=TrainingFormula),
    replace(RELU, name="1/N twice", loss=MeanTwice),
    replace(RELU, name="1/N missing", loss=MeanMissing),
    replace(RELU, name="last example only", loss=LastExampleOnly),
    replace(RELU, name="softmax diagonal only", loss=DiagonalOnly),
)

SPECIMENS: dict[str, Specimen] = {s.name: s for s in (*RIGHT.values(), WRONG_FUNCTION, *BUGS)}
