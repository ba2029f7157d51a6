"""The shape tracer: point at one entry of z = aW + b, or of a gradient, and see which row and column meet in it."""

from typing import Any

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.layers.dense import Dense
from backprop.widgets.base import Choice, Widget, join, styles

MOST = 5  # rows or columns
# Small numbers with at most one decimal, so that every sum on the screen can be checked in the head.
A = ((1, 2, -1, 0, 3), (0, -1, 2, 1, 1), (2, 1, 0, -2, 1), (-1, 3, 1, 2, 0), (3, 0, -2, 1, -1))
W = (
    (0.5, -0.2, 1, 0.3, -1),
    (0.1, 0.4, -0.5, 0.2, 0.6),
    (-0.3, 0.8, 0.2, -0.4, 0.1),
    (0.7, -0.6, 0.1, 0.5, 0.3),
    (0.2, 0.3, -0.1, -0.7, 0.4),
)
B = (0.1, -0.2, 0.3, 0, -0.1)
DELTA = ((1, 0, -2, 1, 2), (-1, 2, 1, 0, 1), (2, 1, 0, -1, -2), (0, -1, 1, 2, 1), (1, -2, 2, 0, -1))


class ShapeTracer(Widget):
    """z = aW + b in numbers, with 1 to 5 rows, inputs and outputs; the entry pointed at shows what it meets.

    With ``direction="backward"`` each entry also has its gradient, for a given δ = ∂L/∂z, and shows what that is made
    of (eq-dw, eq-db, eq-da). ``N``, ``n_in``, ``n_out`` are the sizes; ``array`` ("z", "a", "W" or "b"), ``row`` and
    ``column`` the entry that is pointed at, counted from 0. ``tracer.z`` and ``tracer.gradients`` are the
    package's. Raises TraitError for a size outside 1 … 5 or a place outside 0 … 4; a place beyond the edge of a
    smaller array means its last row or column.
    """

    _esm = join("shape_tracer")
    _css = styles("shape_tracer")
    ROOM = (30, 32)

    direction = Choice(["forward", "backward"], default_value="forward").tag(sync=True)
    N = traitlets.Int(3, min=1, max=MOST).tag(sync=True)
    n_in = traitlets.Int(2, min=1, max=MOST).tag(sync=True)
    n_out = traitlets.Int(4, min=1, max=MOST).tag(sync=True)
    array = Choice(["z", "a", "W", "b"], default_value="z").tag(sync=True)
    row = traitlets.Int(0, min=0, max=MOST - 1).tag(sync=True)
    column = traitlets.Int(0, min=0, max=MOST - 1).tag(sync=True)

    @classmethod
    def room(cls, state: dict[str, Any]) -> tuple[float, float]:
        """Backward, an entry has two lines."""
        return (36, 40) if state.get("direction") == "backward" else cls.ROOM

    def facts(self) -> dict[str, Any]:
        """The four arrays in full, of which the sizes cut a corner."""
        return {"arrays": {"a": A, "W": W, "b": B, "delta": DELTA}, "most": MOST}

    @property
    def z(self) -> Array:
        """aW + b for the sizes as they stand. Shapes: (N, n_out)."""
        return self._forward()[1]

    @property
    def gradients(self) -> dict[str, Array]:
        """dW, db and da for the sizes as they stand, each shaped like its array."""
        dense, _ = self._forward()
        da = dense.backward(np.array(DELTA, dtype=float)[: self.N, : self.n_out])
        return {"dW": dense.dW, "db": dense.db, "da": da}

    def _forward(self) -> tuple[Dense, Array]:
        """The layer of these sizes after its forward pass, and what it made."""
        dense = Dense(self.n_in, self.n_out, np.random.default_rng(0), dtype=np.float64)
        dense.W[:] = np.array(W)[: self.n_in, : self.n_out]
        dense.b[:] = B[: self.n_out]
        return dense, dense.forward(np.array(A, dtype=float)[: self.N, : self.n_in])
