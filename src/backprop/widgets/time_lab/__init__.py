"""The time lab: one recurrent neuron hears one sound; how much of it, and of the gradient, is left along time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.functions import sigmoid
from backprop.layers.activations import Identity, ReLU, Tanh
from backprop.widgets.base import Choice, Number, Widget, join, styles

ACTIVATIONS = {"linear": Identity, "tanh": Tanh, "relu": ReLU}


class AlongTime(NamedTuple):
    """What the lab draws, by step. Before the last border of a piece all gradients are 0.

    For the RNN: the states a_1 … a_T, the factors u f′(z_k) by which δ_{k+1} becomes δ_k, the δ_k; ``direct`` is empty.
    For the LSTM: the memories c_1 … c_T, the forget gates f_2 … f_T, ∂L/∂c_k by all ways, and by the direct path alone.
    ``gradient`` is ∂L/∂u.
    """

    states: Array
    factors: Array
    deltas: Array
    direct: Array
    gradient: float


class TimeLab(Widget):
    """One neuron, ``unit`` "rnn" or "lstm": its input is 1 at the first step and 0 at all later ones.

    The RNN is z_k = x_k + u a_{k-1}, a_k = f(z_k), and its loss is the last state. In the LSTM u leads from the state
    into all four gates, every input weight is 1, and ``forget`` is the one bias that is not 0; its loss is the last
    memory. The way back is cut at the borders of pieces of ``piece`` steps. ``clip`` shows the gradient of u clipped
    at 1. ``lab.along`` holds all numbers. Raises TraitError outside of the ranges.
    """

    _esm = join("time_lab")
    _css = styles("time_lab")
    ROOM = (36.5, 66)

    unit = Choice(["rnn", "lstm"], "rnn").tag(sync=True)
    recurrent = Number(0.9, min=-2, max=2).tag(sync=True)
    forget = Number(1.0, min=-2, max=6).tag(sync=True)
    steps = traitlets.Int(50, min=2, max=60).tag(sync=True)
    piece = traitlets.Int(60, min=1, max=60).tag(sync=True)
    activation = Choice(list(ACTIVATIONS), "linear").tag(sync=True)
    clip = traitlets.Bool(False).tag(sync=True)

    @property
    def along(self) -> AlongTime:
        """States, factors and gradients in float64."""
        first = (self.steps - 1) // self.piece * self.piece
        return self._gated(first) if self.unit == "lstm" else self._plain(first)

    def _plain(self, first: int) -> AlongTime:
        units = [ACTIVATIONS[self.activation]() for _ in range(self.steps)]
        a, states = np.zeros((1, 1)), []
        for k, unit in enumerate(units):
            a = unit.forward(self.recurrent * a + (k == 0))
            states.append(a.item())
        slopes = np.array([unit.backward(np.ones((1, 1))).item() for unit in units])
        deltas, da = np.zeros(self.steps), 1.0
        for k in reversed(range(first, self.steps)):
            deltas[k] = da * slopes[k]
            da = self.recurrent * deltas[k]
        factors, gradient = self.recurrent * slopes[:-1], float(np.dot(deltas[1:], states[:-1]))
        return AlongTime(np.array(states), factors, deltas, np.array([]), gradient)

    def _gated(self, first: int) -> AlongTime:
        a, c, kept = 0.0, 0.0, []
        for k in range(self.steps):
            z = self.recurrent * a + float(k == 0)
            i = o = sigmoid(np.array(z)).item()
            f, g = sigmoid(np.array(z + self.forget)).item(), np.tanh(z)
            kept.append((i, f, g, o, c, a))
            c = f * c + i * g
            a = o * np.tanh(c)
        memories = np.array([*[step[4] for step in kept[1:]], c])
        deltas, direct, gradient = np.zeros(self.steps), np.zeros(self.steps), 0.0
        da, dc, straight = 0.0, 1.0, 1.0
        for k in reversed(range(first, self.steps)):
            i, f, g, o, before, state = kept[k]
            shown = np.tanh(memories[k])
            dc += da * o * (1 - shown**2)
            deltas[k], direct[k] = dc, straight
            delta = dc * (g * i * (1 - i) + before * f * (1 - f) + i * (1 - g**2)) + da * shown * o * (1 - o)
            gradient += delta * state
            da, dc, straight = self.recurrent * delta, dc * f, straight * f
        return AlongTime(memories, np.array([step[1] for step in kept[1:]]), deltas, direct, float(gradient))
