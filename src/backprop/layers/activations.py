"""The functions between the layers, each with its slope: the valve that the gradient passes on the way back.

All but softmax work on one number at a time, so their backward pass is dy times the slope f′(z), elementwise.
"""

from __future__ import annotations

import math

import numpy as np

from backprop.contract import Array, Layer
from backprop.functions import sigmoid, softmax


class Identity(Layer):
    """a = z: the output of a regression network, and a reminder that doing nothing has slope 1."""

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        self.cache = x.shape
        return x.copy(order="K")

    def backward(self, dy: Array) -> Array:
        self.check_dy(dy, self.cached())
        return dy.copy(order="K")


class ReLU(Layer):
    """a = max(0, z), slope 1 where z > 0, else 0; the slope at 0 itself is a convention."""

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        self.cache = x > 0
        return np.maximum(x, 0)

    def backward(self, dy: Array) -> Array:
        positive = self.cached()
        self.check_dy(dy, positive.shape)
        return dy * positive


class LeakyReLU(Layer):
    """a = z where z > 0, else slope · z: a ReLU that never quite closes."""

    def __init__(self, slope: float = 0.01) -> None:
        if not 0 <= slope < 1:
            raise ValueError(f"LeakyReLU wants 0 ≤ slope < 1, got {slope}")
        self.slope = float(slope)

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        self.cache = x > 0
        return np.maximum(x, self.slope * x)

    def backward(self, dy: Array) -> Array:
        positive = self.cached()
        self.check_dy(dy, positive.shape)
        dx = dy * positive
        dx *= 1 - self.slope
        dx += self.slope * dy
        return dx

    def __repr__(self) -> str:
        return f"LeakyReLU({self.slope})"


class Sigmoid(Layer):
    """a = 1 / (1 + exp(−z)), slope a (1 − a): at most ¼, and next to 0 at both ends."""

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        self.cache = sigmoid(x)
        return self.cache.copy(order="K")

    def backward(self, dy: Array) -> Array:
        a = self.cached()
        self.check_dy(dy, a.shape, a.dtype)
        return dy * a * (1 - a)


class Tanh(Layer):
    """a = tanh z, slope 1 − a²: 1 in the middle, next to 0 at both ends."""

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        self.cache = np.tanh(x)
        return self.cache.copy(order="K")

    def backward(self, dy: Array) -> Array:
        a = self.cached()
        self.check_dy(dy, a.shape, a.dtype)
        return dy * (1 - a * a)


class GELU(Layer):
    """a = ½ z (1 + t), t = tanh(√(2/π) (z + 0.044715 z³)): the tanh form of z Φ(z) (Hendrycks & Gimpel 2016).

    Slope ½ (1 + t) + ½ z (1 − t²) √(2/π) (1 + 3 · 0.044715 z²). PyTorch calls it ``approximate="tanh"``.
    """

    SCALE = math.sqrt(2 / math.pi)
    # tanh is 1 to the last bit long before, and the cube of a larger number overflows float32
    FLAT = 1e4

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        z = np.clip(x, -self.FLAT, self.FLAT)
        t = np.tanh(self.SCALE * (z + 0.044715 * z * z * z))
        self.cache = z, t
        return 0.5 * x * (1 + t)

    def backward(self, dy: Array) -> Array:
        z, t = self.cached()
        self.check_dy(dy, z.shape, z.dtype)
        inner = self.SCALE * (1 + 3 * 0.044715 * z * z)
        return dy * (0.5 * (1 + t) + 0.5 * z * (1 - t * t) * inner)


class Softmax(Layer):
    """p = exp(z) / Σ exp(z) over the last axis: a function of the whole row, which ties all outputs together.

    For training use ``SoftmaxCrossEntropy`` on the logits instead: it is exact where this one rounds to 0.
    """

    def forward(self, x: Array) -> Array:
        self.check_input(x)
        self.cache = softmax(x)
        return self.cache.copy(order="K")

    def backward(self, dy: Array) -> Array:
        """dz = p ⊙ (dy − Σ dy ⊙ p): the Jacobian diag(p) − p pᵀ, never built."""
        p = self.cached()
        self.check_dy(dy, p.shape, p.dtype)
        return p * (dy - (dy * p).sum(axis=-1, keepdims=True))
