"""Layers made of layers: the shortcut, which lets a gradient pass without being multiplied, and layers side by side."""

from __future__ import annotations

import numpy as np

from backprop.contract import Array, Layer
from backprop.network import Network, check_layers


class Residual(Network):
    """y = x + f(x), f the given layers in a row (He et al. 2016). x forks, so backward adds: dx = dy + f's own dx.

    Raises ValueError if f(x) has not the shape of x.
    """

    def forward(self, x: Array) -> Array:
        y = super().forward(x)
        if y.shape != x.shape:
            raise ValueError(f"{self!r}: wants layers that keep the shape, but {x.shape} became {y.shape}")
        self.cache = y.shape
        return y + x

    def backward(self, dy: Array) -> Array | None:
        self.check_dy(dy, self.cached())
        dx = super().backward(dy)
        return None if dx is None else dx + dy


class Concat(Layer):
    """The answers of several layers to one x, side by side on the last axis. x is a fork, so its gradients add up."""

    def __init__(self, *layers: Layer) -> None:
        check_layers("Concat", layers)
        self.layers = layers

    def forward(self, x: Array) -> Array:
        answers = [layer.forward(x) for layer in self.layers]
        y = np.concatenate(answers, axis=-1)
        self.cache = np.cumsum([answer.shape[-1] for answer in answers])[:-1], y.shape, y.dtype
        return y

    def backward(self, dy: Array) -> Array | None:
        cuts, y_shape, dtype = self.cached()
        self.check_dy(dy, y_shape, dtype)
        parts = np.split(dy, cuts, axis=-1)
        gradients = [layer.backward(part) for layer, part in zip(self.layers, parts, strict=True)]
        if any(dx is None for dx in gradients):
            return None
        return sum(gradients[1:], start=gradients[0])

    @property
    def wants_dx(self) -> bool:
        """Whether backward computes ∂L/∂x: a setting of the layers inside, all alike."""
        return self.layers[0].wants_dx

    @wants_dx.setter
    def wants_dx(self, wanted: bool) -> None:
        for layer in self.layers:
            layer.wants_dx = wanted
