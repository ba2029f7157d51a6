"""A network is layers in a row, walked forward and then backward. It is itself a layer, so networks nest."""

from __future__ import annotations

from collections.abc import Iterator

from backprop.contract import Array, Layer


class Network(Layer):
    """y = f_n(… f_2(f_1(x))); backward is the same list from its end.

    Raises ValueError if there is no layer, or if one layer stands in two places.
    """

    def __init__(self, *layers: Layer) -> None:
        check_layers(type(self).__name__, layers)
        self.layers = layers

    def forward(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy: Array) -> Array | None:
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    @property
    def wants_dx(self) -> bool:
        """Whether backward computes ∂L/∂x; training switches it off, since nothing there reads it."""
        return self.layers[0].wants_dx

    @wants_dx.setter
    def wants_dx(self, wanted: bool) -> None:
        self.layers[0].wants_dx = wanted


def check_layers(kind: str, layers: tuple[Layer, ...]) -> None:
    """Raise ValueError unless there are layers, and each of them, and of those inside them, stands in one place.

    In two places its second forward would overwrite the cache of its first.
    """
    if not layers or not all(isinstance(layer, Layer) for layer in layers):
        raise ValueError(f"{kind} wants one or more layers, got {layers!r}")
    places = [id(layer) for layer in with_inner(layers)]
    if len(set(places)) < len(places):
        raise ValueError(f"{kind} wants every layer once, but one layer stands in two places")


def with_inner(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """The layers and all inside them, each before what it holds."""
    for layer in layers:
        yield layer
        yield from with_inner(layer.layers)
