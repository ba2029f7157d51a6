"""The backprop stepper: every number of a forward and a backward pass through the 2-2-2 network, one at a time."""

from typing import Any, NamedTuple

import numpy as np
import traitlets

from backprop.examples.running import PARAMETERS, X, Y, running_network, set_parameters
from backprop.layers.activations import ReLU, Sigmoid, Tanh
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.widgets.base import Choice, Number, Widget, join, numbers, styles

ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU}


class Step(NamedTuple):
    """One number of the trace: "dW112" is the gradient of the edge of layer 1 from unit 1 to unit 2."""

    phase: str
    target: str
    value: float


class BackpropStepper(Widget):
    """Forward, loss, backward and update of the 2-2-2 network, with the formula of each step.

    ``weights`` are the twelve parameters in the order W1 (by rows), b1, W2, b2. With "cross-entropy" the label is
    the larger of the two targets, and the outputs are a softmax. ``step`` is how many steps are shown, one for each
    number and one for the whole update; ``stepper.trace`` is every number as the package computes it, and
    ``stepper.losses`` the loss before and after the update. Raises TraitError for a value that is not finite.
    """

    _esm = join("backprop_stepper")
    _css = styles("backprop_stepper")
    ROOM = (43.5, 53)
    STILL = ("step", 29)  # all gradients known, no weight updated

    x = numbers(2, X[0])
    y = numbers(2, Y[0])
    weights = numbers(12, PARAMETERS)
    activation = Choice(list(ACTIVATIONS), "sigmoid").tag(sync=True)
    loss = Choice(["half squared error", "cross-entropy"], "half squared error").tag(sync=True)
    learning_rate = Number(1.0, min=0.01, max=10).tag(sync=True)
    step = traitlets.Int(0, min=0, max=30).tag(sync=True)

    def facts(self) -> dict[str, Any]:
        """The book's own numbers, to which "reset" goes back."""
        names = ("x", "y", "weights", "activation", "loss", "learning_rate")
        return {name: type(self).class_traits()[name].default() for name in names}

    @property
    def trace(self) -> list[Step]:
        """Every number in its order, computed by the package's layers, loss and optimizer."""
        net, steps = self._walk(self.weights)
        SGD(self.learning_rate).step(net.params())
        for name, p in zip(("W1", "b1", "W2", "b2"), net.params(), strict=True):
            steps += entries("update", name, p.value)
        return steps

    @property
    def losses(self) -> tuple[float, float]:
        """The loss before the update, and after it."""
        steps = self.trace
        _, after = self._walk([step.value for step in steps if step.phase == "update"])
        return tuple(step.value for step in steps + after if step.phase == "loss")

    def _walk(self, weights: list[float]) -> tuple[Network, list[Step]]:
        """The network with these weights, and every number of its forward and backward pass."""
        (first, _, second, _), soft = running_network()[0].layers, self.loss == "cross-entropy"
        activation = ACTIVATIONS[self.activation]
        layers = [first, activation(), second] + ([] if soft else [activation()])
        net, loss = Network(*layers), SoftmaxCrossEntropy() if soft else MeanSquaredError()
        set_parameters(net, weights)

        found, steps = [np.array([self.x])], []
        for layer in layers:
            found.append(layer.forward(found[-1]))
            steps += entries("forward", ("z1", "a1", "z2", "a2")[len(found) - 2], found[-1])
        if soft:
            p = np.exp(found[-1] - found[-1].max())
            steps += entries("forward", "a2", p / p.sum())
        y = np.array([int(self.y[1] > self.y[0])]) if soft else np.array([self.y])
        steps.append(Step("loss", "L", loss.forward(found[-1], y)))

        d = loss.backward()
        steps += entries("backward", "dz2" if soft else "da2", d)
        for name, layer in list(zip(("", "z1", "a1", "z2"), layers, strict=False))[::-1]:
            d = layer.backward(d)
            if layer in (first, second):
                number = "1" if layer is first else "2"
                steps += entries("backward", "dW" + number, layer.dW) + entries("backward", "db" + number, layer.db)
            if name:
                steps += entries("backward", "d" + name, d)
        return net, steps


def entries(phase: str, name: str, array: np.ndarray) -> list[Step]:
    """One step per number of an array; a row of a batch of one has one index, a matrix two."""
    array = np.squeeze(array, 0) if len(array) == 1 else array
    return [Step(phase, name + "".join(str(k + 1) for k in index), float(v)) for index, v in np.ndenumerate(array)]
