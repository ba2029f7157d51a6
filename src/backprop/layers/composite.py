"""Layers made of layers: the shortcut, which lets a gradient pass a layer without being multiplied by it."""

from __future__ import annotations

from backprop.contract import Array, Layer
from backprop.network import Network


class Residual(Layer):
    """y = x + f(x), f the given layers in a row (He et al. 2016). x forks, so backward adds: dx = dy + f's own dx.

    Raises ValueError if f(x) has not the shape of x.
    """

    wants_dx = Network.wants_dx  # that of the first layer inside

    def __init__(self, *layers: Layer) -> None:
        self.layers = (Network(*layers),)

    def forward(self, x: Array) -> Array:
        y = self.layers[0].forward(x)
        if y.shape != x.shape:
            raise ValueError(f"{self!r}: wants layers that keep the shape, but {x.shape} became {y.shape}")
        self.cache = y.shape
        return y + x

    def backward(self, dy: Array) -> Array | None:
        self.check_dy(dy, self.cached())
        dx = self.layers[0].backward(dy)
        return None if dx is None else dx + dy

    def __repr__(self) -> str:
        return f"Residual({', '.join(map(repr, self.layers[0].layers))})"
