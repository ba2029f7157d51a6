"""Layers made of layers: the shortcut, which lets a gradient pass without being multiplied, and layers side by side."""

from __future__ import annotations

import numpy as np

from backprop.contract import Array, Layer
from backprop.network import Network, check_layers


class Residual(Network):
    """y = x + f(x), f the given layers in a row (He et al. 2016). x forks, so backward adds: dx = dy + f's own dx.

    Where f changes the shape, a layer ``shortcut`` has to make the same change: y = shortcut(x) + f(x), and dx is the
    sum of what both send back. Raises ValueError if the two summands differ in shape.
    """

    def __init__(self, *layers: Layer, shortcut: Layer | None = None) -> None:
        super().__init__(*layers)
        if shortcut is not None:
            check_layers("Residual", (*layers, shortcut))
            self.layers = (*layers, shortcut)
        self.has_identity = shortcut is None

    def forward(self, x: Array) -> Array:
        y, around = x, x if self.has_identity else self.layers[-1].forward(x)
        for layer in self._f:
            y = layer.forward(y)
        if y.shape != around.shape:
            if self.has_identity:
                raise ValueError(f"{self!r}: wants layers that keep the shape, but {x.shape} became {y.shape}")
            raise ValueError(f"{self!r}: cannot add f(x) of shape {y.shape} to a shortcut of shape {around.shape}")
        self.cache = y.shape
        return y + around

    def backward(self, dy: Array) -> Array | None:
        self.check_dy(dy, self.cached())
        dx, around = dy, dy if self.has_identity else self.layers[-1].backward(dy)
        for layer in reversed(self._f):
            dx = layer.backward(dx)
        return None if dx is None else dx + around

    @property
    def _f(self) -> tuple[Layer, ...]:
        return self.layers if self.has_identity else self.layers[:-1]

    @property
    def wants_dx(self) -> bool:
        """Whether backward computes ∂L/∂x: a setting of f, and the shortcut's is the same."""
        return self.layers[0].wants_dx

    @wants_dx.setter
    def wants_dx(self, wanted: bool) -> None:
        self.layers[0].wants_dx = wanted
        if not self.has_identity:
            self.layers[-1].wants_dx = wanted

    def __repr__(self) -> str:
        inside = ", ".join(map(repr, self._f))
        return f"Residual({inside})" if self.has_identity else f"Residual({inside}, shortcut={self.layers[-1]!r})"


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
