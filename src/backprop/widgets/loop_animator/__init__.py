"""The loop animator: forward fills the caches, backward reads them, the update turns the knobs, and round it goes."""

from typing import Any

import traitlets

from backprop.contract import Array
from backprop.examples.running import B1, B2, W1, W2, X, Y, running_network
from backprop.losses import MeanSquaredError
from backprop.optimizers import SGD
from backprop.widgets.base import Number, Widget, join, styles

ROUNDS = 12
STEPS = 11  # of one round: five forward (the loss is the fifth), five backward, one update


def rounds(learning_rate: float, count: int = ROUNDS) -> list[dict[str, Array | float]]:
    """Every number of `count` rounds of the running network and of the forward and backward pass after them.

    Each entry holds the parameters that its round began with (W1, b1, W2, b2), the values forward (z1, a1, z2,
    guess, error, loss) and the gradients (delta2, da1, delta1, dW1, …), all computed by the package.
    """
    net, x, y = running_network()
    loss, optimizer, names, found = MeanSquaredError(), SGD(learning_rate), ("W1", "b1", "W2", "b2"), []
    for _ in range(count + 1):
        now = {name: p.value.copy() for name, p in zip(names, net.params(), strict=True)}
        now["x"] = a = x
        for name, layer in zip(("z1", "a1", "z2", "guess"), net.layers, strict=True):
            now[name] = a = layer.forward(a)
        now["loss"] = loss.forward(a, y)
        now["error"] = d = loss.backward()
        for name, layer in zip(("delta2", "da1", "delta1"), net.layers[:0:-1], strict=True):
            now[name] = d = layer.backward(d)
        net.layers[0].backward(d)
        now |= {"d" + name: p.grad.copy() for name, p in zip(names, net.params(), strict=True)}
        found.append({name: value if name == "loss" else value.squeeze() for name, value in now.items()})
        optimizer.step(net.params())
    return found


class LoopAnimator(Widget):
    """Training of the running network, one step at a time: what each layer keeps, hands on, reads and hands back.

    ``position`` counts the steps taken, eleven to a round, ``learning_rate`` is that of plain descent.
    ``animator.loss`` is the loss that was measured last, None before the first. Raises TraitError for a position
    outside 0 … 132 or a rate outside 0.1 … 10.
    """

    _esm = join("loop_animator")
    _css = styles("loop_animator")
    ROOM = (39, 57)
    STILL = ("position", 7 * STEPS + 7)  # in the middle of a way back: two caches are read, three are full

    learning_rate = Number(1.0, min=0.1, max=10).tag(sync=True)
    position = traitlets.Int(0, min=0, max=ROUNDS * STEPS).tag(sync=True)

    def facts(self) -> dict[str, Any]:
        """The running network as the first round finds it, and how many rounds there are."""
        start = {"W1": W1, "b1": B1, "W2": W2, "b2": B2}
        return {"x": X[0], "y": Y[0], "start": start, "rounds": ROUNDS}

    @property
    def loss(self) -> float | None:
        """The loss that was measured last at this position, as the package computes it."""
        measured = (self.position + STEPS - 5) // STEPS  # the loss is the fifth step of a round
        return rounds(self.learning_rate, measured - 1)[-1]["loss"] if measured else None
