"""The time lab: one recurrent unit hears one sound; how much of it, and of the gradient, is left along time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.layers.activations import Identity, ReLU, Tanh
from backprop.widgets.base import Choice, Number, Widget, join, styles

ACTIVATIONS = {"linear": Identity, "tanh": Tanh, "relu": ReLU}


class AlongTime(NamedTuple):
    """By step, 1 to T: the state a, the slope f′(z), and δ = ∂L/∂z where the loss is the last state."""

    states: Array
    slopes: Array
    deltas: Array


class TimeLab(Widget):
    """One unit, z_k = x_k + u a_{k-1} and a_k = f(z_k): the input is 1 at the first step and 0 at all later ones.

    The loss is the last state, so ``lab.along.deltas`` says what a nudge at each step does to it. Raises TraitError
    outside of the ranges.
    """

    _esm = join("time_lab")
    _css = styles("time_lab")
    ROOM = (31, 52)

    recurrent = Number(0.9, min=-2, max=2).tag(sync=True)
    steps = traitlets.Int(30, min=2, max=60).tag(sync=True)
    activation = Choice(list(ACTIVATIONS), "linear").tag(sync=True)

    @property
    def along(self) -> AlongTime:
        """States, slopes and gradients, as the package's activations compute them in float64."""
        units = [ACTIVATIONS[self.activation]() for _ in range(self.steps)]
        a, states = np.zeros((1, 1)), []
        for k, unit in enumerate(units):
            a = unit.forward(self.recurrent * a + (k == 0))
            states.append(a.item())
        slopes = [unit.backward(np.ones((1, 1))).item() for unit in units]
        deltas, da = [], 1.0
        for slope in reversed(slopes):
            deltas.append(da * slope)
            da = self.recurrent * deltas[-1]
        return AlongTime(np.array(states), np.array(slopes), np.array(deltas[::-1]))
