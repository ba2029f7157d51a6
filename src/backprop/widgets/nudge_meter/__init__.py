"""The nudge meter: push any number of the 2-2-2 network, watch the loss, and read what that costs per unit."""

import numpy as np
import traitlets

from backprop.examples.running import PARAMETERS, X, Y, running_network, set_parameters
from backprop.losses import MeanSquaredError
from backprop.network import Network
from backprop.widgets.base import Choice, Number, Widget, join, numbers, styles

SHAPES = {"a0": 1, "W1": 2, "b1": 1, "z1": 1, "a1": 1, "W2": 2, "b2": 1, "z2": 1, "a2": 1, "y2": 1}  # indices of each
NUMBERS = [name + "".join(str(k + 1) for k in at) for name, n in SHAPES.items() for at in np.ndindex((2,) * n)]
GUESSES = ["-0.3", "-0.1", "-0.03", "-0.01", "0", "0.01", "0.03", "0.1", "0.3"]


class NudgeMeter(Widget):
    """One number of the network pushed by ``nudge``; the loss then, and the slope beside the gradient.

    ``chosen`` names the number as the stepper does: "W211" is the weight of layer 2 from unit 1 to unit 1, "a01" an
    input, "a21" an output, "y21" a target. A z or an a is pushed whatever its own line says. With ``predict`` the
    answer stays hidden until there is a ``guess`` of the gradient. ``meter.loss``, ``meter.gradient`` and
    ``meter.per_unit`` are what the package computes. Raises TraitError for a nudge outside −2 … 2 and for a value
    that is not finite.
    """

    _esm = join("nudge_meter")
    _css = styles("nudge_meter")
    ROOM = (36, 57)

    x = numbers(2, X[0])
    y = numbers(2, Y[0])
    weights = numbers(12, PARAMETERS)
    chosen = Choice(NUMBERS, "b21").tag(sync=True)
    nudge = Number(0.0, min=-2, max=2).tag(sync=True)
    predict = traitlets.Bool(False).tag(sync=True)
    guess = Choice(["", *GUESSES], "").tag(sync=True)

    def facts(self) -> dict[str, list[str]]:
        """The guesses to choose from."""
        return {"guesses": GUESSES}

    @property
    def loss(self) -> float:
        """The loss with the chosen number pushed."""
        return self._loss(self.nudge)

    @property
    def per_unit(self) -> float:
        """The change of the loss per unit of the push; ValueError without a push."""
        if self.nudge == 0:
            raise ValueError("nothing is pushed: set a nudge other than 0")
        return (self.loss - self._loss(0.0)) / self.nudge

    @property
    def gradient(self) -> float:
        """∂L/∂(chosen number), by one backward pass."""
        net, loss = self._network(), MeanSquaredError()
        loss.forward(net.forward(np.array([self.x])), np.array([self.y]))
        d = loss.backward()
        found = {"a2": d, "y2": -d}
        for name, layer in zip(("z2", "a1", "z1", "a0"), net.layers[::-1], strict=True):
            found[name] = d = layer.backward(d)
        found |= zip(("W1", "b1", "W2", "b2"), (p.grad for p in net.params()), strict=True)
        name, place = self._place()
        return found[name][place].item()

    def _place(self) -> tuple[str, tuple]:
        """The array of the chosen number, and its place there, behind any batch."""
        return self.chosen[:2], (..., *(int(k) - 1 for k in self.chosen[2:]))

    def _network(self) -> Network:
        net = running_network()[0]
        set_parameters(net, self.weights)
        return net

    def _loss(self, nudge: float) -> float:
        net, (chosen, place) = self._network(), self._place()

        def push(name: str, array: np.ndarray) -> np.ndarray:
            if name == chosen:
                array[place] += nudge
            return array

        for name, p in zip(("W1", "b1", "W2", "b2"), net.params(), strict=True):
            push(name, p.value)
        a = push("a0", np.array([self.x]))
        for name, layer in zip(("z1", "a1", "z2", "a2"), net.layers, strict=True):
            a = push(name, layer.forward(a))
        return MeanSquaredError().forward(a, push("y2", np.array([self.y])))
