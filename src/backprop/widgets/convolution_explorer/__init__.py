"""The convolution explorer: drag a kernel over a picture; forward it gathers, backward it scatters."""

import base64
import functools
import json
import math
from collections.abc import Sequence
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.layers.convolution import Conv2D
from backprop.widgets.base import Choice, Widget, join, styles

SIZE, LARGEST = 3, 9
TOY = (
    (0, 0, 0, 0, 0, 0, 0),
    (0, 2, 2, 2, 2, 2, 0),
    (0, 0, 0, 0, 1, 2, 0),
    (0, 0, 0, 1, 2, 0, 0),
    (0, 0, 0, 2, 1, 0, 0),
    (0, 0, 1, 2, 0, 0, 0),
    (0, 0, 2, 1, 0, 0, 0),
)
KERNELS = {
    "identity": (0, 0, 0, 0, 1, 0, 0, 0, 0),
    "blur": (1 / 9,) * 9,
    "sharpen": (0, -1, 0, -1, 5, -1, 0, -1, 0),
    "edge": (-1, 0, 1, -2, 0, 2, -1, 0, 1),
    "emboss": (-2, -1, 0, -1, 1, 1, 0, 1, 2),
}


def shipped() -> dict[str, str]:
    """The bytes of both pictures, in base64."""
    return json.loads(Path(__file__).with_name("pictures.json").read_text(encoding="utf-8"))


@functools.cache
def pictures() -> dict[str, Array]:
    """A photograph (64, 64) and a digit of MNIST (28, 28), from 0 (black) to 1, and a toy (7, 7) of 0, 1 and 2.

    The photograph is Grace Hopper's by James S. Davis, U.S. Navy, in the public domain, as matplotlib ships it.
    """
    levels = {name: np.frombuffer(base64.b64decode(text), np.uint8) for name, text in shipped().items()}
    shown = {name: level.reshape(math.isqrt(level.size), -1) / 255 for name, level in levels.items()}
    return {"toy": np.array(TOY, dtype=np.float64), **shown}


class Kernel(traitlets.List):
    """Nine numbers from −9 to 9, row by row; anything else is refused by name."""

    def validate(self, obj: traitlets.HasTraits, value: object) -> list[float]:
        numbers = np.ravel(value).tolist() if isinstance(value, Sequence | np.ndarray) else []
        fine = len(numbers) == SIZE**2 and all(isinstance(v, Real) and abs(v) <= LARGEST for v in numbers)
        if not fine:
            raise traitlets.TraitError(f"kernel must be nine numbers from -{LARGEST} to {LARGEST}, got {value!r}")
        return [float(v) for v in numbers]


class ConvolutionExplorer(Widget):
    """One 3×3 kernel on one picture: x, y, dx and dW, and the numbers at the place that is pointed at.

    ``picture`` is "toy", "photo" or "digit"; ``kernel`` nine numbers, row by row (``KERNELS`` has five to start from);
    ``row`` and ``column`` the place in y, those beyond the edge meaning the last; ``gradient`` says what comes back:
    "one" is dy = 1 at that place and 0 elsewhere, "ones" is dy = 1 everywhere, the gradient of L = Σ y, and "all" is
    dy = y, the gradient of L = ½ Σ y². ``seen`` is a pixel whose windows are lit, counted row by row; −1 is none. In a
    notebook with a kernel ``explorer.x``, ``.y``, ``.dy``, ``.dx`` and ``.dW`` are what the package computes.
    """

    _esm = join("convolution_explorer")
    _css = styles("convolution_explorer")
    ROOM = (41, 61)

    picture = Choice(["toy", "photo", "digit"], "photo").tag(sync=True)
    kernel = Kernel(list(KERNELS["edge"])).tag(sync=True)
    stride = traitlets.Int(1, min=1, max=3).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=2).tag(sync=True)
    row = traitlets.Int(18, min=0, max=65).tag(sync=True)
    column = traitlets.Int(49, min=0, max=65).tag(sync=True)
    gradient = Choice(["one", "ones", "all"], "one").tag(sync=True)
    seen = traitlets.Int(-1, min=-1, max=64**2 - 1).tag(sync=True)

    def facts(self) -> dict[str, Any]:
        """The pictures (two as bytes), the kernels to start from, and the bound of a weight."""
        return {"pictures": {"toy": np.ravel(TOY).tolist(), **shipped()}, "kernels": KERNELS, "largest": LARGEST}

    def _layer(self) -> tuple[Conv2D, Array]:
        layer = Conv2D(1, 1, SIZE, np.random.default_rng(0), self.stride, self.padding, dtype=np.float64)
        layer.W[...] = np.reshape(self.kernel, layer.W.shape)
        return layer, layer.forward(self.x[None, None])

    @property
    def x(self) -> Array:
        """The picture, (H, W)."""
        return pictures()[self.picture]

    @property
    def y(self) -> Array:
        """What the kernel makes of it, (H', W')."""
        return self._layer()[1][0, 0]

    @property
    def dy(self) -> Array:
        """The gradient that comes back, shaped like y."""
        y = self.y
        if self.gradient == "all":
            return y
        if self.gradient == "ones":
            return np.ones_like(y)
        dy = np.zeros_like(y)
        dy[min(self.row, len(y) - 1), min(self.column, len(y) - 1)] = 1
        return dy

    @property
    def dx(self) -> Array:
        """What arrives at the picture, shaped like x."""
        layer, _ = self._layer()
        return layer.backward(self.dy[None, None])[0, 0]

    @property
    def dW(self) -> Array:
        """What arrives at the kernel, (3, 3): a sum over all places of y."""
        layer, _ = self._layer()
        layer.backward(self.dy[None, None])
        return layer.dW[0, 0]
