"""The digit pad: draw a digit, watch a small network read it, and see where ink would change its mind."""

import base64
import functools
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.functions import softmax
from backprop.layers.activations import ReLU
from backprop.layers.dense import Dense
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.results.ledger import SHIPPED
from backprop.widgets.base import Choice, Widget, join, styles

WEIGHTS = SHIPPED / "digit_pad.json"  # written by experiments/digit_pad.py


def unpacked(record: dict[str, Any]) -> Network:
    """The network of ``experiments/digit_pad.py`` in float64: each weight is a byte times the scale of its column."""
    layers = []
    for packed in record["layers"]:
        scale, levels = np.array(packed["scale"]), np.frombuffer(base64.b64decode(packed["W"]), np.int8)
        dense = Dense(len(levels) // len(scale), len(scale), np.random.default_rng(0), dtype=np.float64)
        dense.W[...] = levels.reshape(dense.W.shape) * scale
        dense.b[...] = packed["b"]
        layers += [dense, ReLU()]
    return Network(*layers[:-1])


@functools.cache
def shipped() -> dict[str, Any]:
    """What ``experiments/digit_pad.py`` wrote: the layers, and ten real digits."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))


def reader() -> Network:
    """A new copy of the network that the pad shows, 784-48-10 in float64, trained on all of MNIST."""
    return unpacked(shipped())


class DigitPad(Widget):
    """A pad to draw a digit on, its ten probabilities, and ∂L/∂x of the loss for the label ``digit``.

    ``sample`` is "" for an empty pad, or "0" to "9" for a real digit of MNIST to start from; with ``centring`` "off"
    the network sees the pad as it is, else the drawing is scaled and brought to the middle first. In a notebook with a
    kernel ``pad.image`` is what the network sees, 784 numbers from 0 to 1, and may be set; ``pad.probabilities`` and
    ``pad.gradient`` are computed by the package. Raises TraitError for another digit, and ValueError for an image
    that is not 784 numbers from 0 to 1.
    """

    _esm = join("digit_pad")
    _css = styles("digit_pad")
    ROOM = (32, 61)
    _strokes = traitlets.List().tag(sync=True)
    _shift = traitlets.List().tag(sync=True)  # how far the drawing was moved, right and down; empty: it was not
    _pixels = traitlets.List().tag(sync=True)  # empty: as the sample says, without strokes and unmoved

    sample = Choice(["", *"0123456789"], "3").tag(sync=True)
    digit = Choice([*"0123456789"], "8").tag(sync=True)
    centring = Choice(["on", "off"], "on").tag(sync=True)

    def facts(self) -> dict[str, Any]:
        """The network and the ten real digits."""
        return {name: shipped()[name] for name in ("layers", "samples")}

    @property
    def image(self) -> Array:
        """What the network sees, (784,)."""
        if self._pixels:
            return np.array(self._pixels, dtype=float)
        samples = np.frombuffer(base64.b64decode(shipped()["samples"]), np.uint8).reshape(10, 784)
        return samples[int(self.sample)] / 255 if self.sample else np.zeros(784)

    @image.setter
    def image(self, values: Sequence[float]) -> None:
        pixels = np.asarray(values, dtype=float).ravel()
        if pixels.shape != (784,) or not (pixels >= 0).all() or not (pixels <= 1).all():
            raise ValueError(f"image wants 784 numbers from 0 to 1, got shape {np.shape(values)}")
        self._pixels = pixels.round(4).tolist()

    @property
    def probabilities(self) -> Array:
        """softmax of the ten logits, (10,)."""
        return softmax(reader().forward(self.image[None]))[0]

    @property
    def gradient(self) -> Array:
        """∂L/∂x of L = −ln p for the label ``digit``, (784,)."""
        net, loss = reader(), SoftmaxCrossEntropy()
        loss.forward(net.forward(self.image[None]), np.array([int(self.digit)]))
        return net.backward(loss.backward())[0]
