"""The knob board: nine sliders are a whole network. Turn them by hand, then let descent turn them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.data.toys import moons
from backprop.layers.activations import Tanh
from backprop.layers.dense import Dense
from backprop.losses import MeanSquaredError
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.widgets.base import Number, Widget, join, styles

# Neuron by neuron: two weights and a bias each. w13 is the weight of neuron 3's first input, which is neuron 1.
NAMES = ("w11", "w21", "b1", "w12", "w22", "b2", "w13", "w23", "b3")
START = (1.0, -1.0, 0.0, 1.0, 1.0, 0.5, 0.5, -0.5, 0.0)
LR, BETA, STEPS = 0.1, 0.9, 1000  # what the button "let descent do it" uses
FAR = 100.0  # bound of a knob; descent that began at the sliders' ends has been seen to reach 24


def two_moons() -> tuple[Array, Array]:
    """The board's 100 points, and 0 for the upper moon, 1 for the lower.

    Rounded to three decimals, so that script and package read the very same numbers. Shapes: x (100, 2), y (100, 1).
    """
    x, y = moons(100, np.random.default_rng(3), noise=0.15)
    return np.round(x.astype(float), 3), y.astype(float)[:, None]


def network(knobs: Sequence[float]) -> Network:
    """ŷ = w13 tanh(w11 x₁ + w21 x₂ + b1) + w23 tanh(w12 x₁ + w22 x₂ + b2) + b3, as layers of the package.

    Raises ValueError unless there are nine finite knobs, in the order of NAMES.
    """
    knobs = np.array(knobs, dtype=float)
    if knobs.shape != (len(NAMES),) or not np.isfinite(knobs).all():
        raise ValueError(f"the board has nine finite knobs {', '.join(NAMES)}; got {knobs}")
    rng = np.random.default_rng(0)  # Dense draws weights, which are overwritten
    hidden, output = Dense(2, 2, rng, dtype=np.float64), Dense(2, 1, rng, dtype=np.float64)
    hidden.W[:] = knobs[[0, 1, 3, 4]].reshape(2, 2).T
    hidden.b[:] = knobs[[2, 5]]
    output.W[:, 0] = knobs[[6, 7]]
    output.b[:] = knobs[8]
    return Network(hidden, Tanh(), output)


def in_order(W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    """The nine numbers of a 2-2-1 network, or the nine slopes, in the order of NAMES."""
    return np.array([*W1[:, 0], b1[0], *W1[:, 1], b1[1], *W2[:, 0], *b2])


def loss_and_slopes(knobs: Sequence[float]) -> tuple[float, Array]:
    """The loss of a board on its points and ∂L/∂knob, nine numbers in the order of NAMES."""
    net, loss, (x, y) = network(knobs), MeanSquaredError(), two_moons()
    value = loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    return value, in_order(*(p.grad for p in net.params()))


def descend(knobs: Sequence[float], steps: int = STEPS, lr: float = LR) -> Array:
    """The board after each step of gradient descent with momentum, as the board's button runs it.

    Shapes: (steps + 1, 9).
    """
    net, loss, (x, y), optimizer = network(knobs), MeanSquaredError(), two_moons(), Momentum(lr, BETA)
    path = [np.array(knobs, dtype=float)]
    for _ in range(steps):
        loss.forward(net.forward(x), y)
        net.backward(loss.backward())
        optimizer.step(net.params())
        path.append(in_order(*(p.value for p in net.params())))
    return np.array(path)


class KnobBoard(Widget):
    """A network of nine knobs on two moons: turn them by hand, read the loss, then let gradient descent turn them.

    The knobs are the traits w11 … b3, their order is ``NAMES``; ``board.knobs`` reads and sets all nine.
    ``slopes`` shows under each slider which way lowers the loss. ``best`` keeps the best board found by hand, empty
    before the first move; a curve shows the loss after each move since the last reset. ``board.loss`` is computed
    by the package, with or without a screen. Raises TraitError for a knob that is not a number from −100 to 100.
    """

    _esm = join("knob_board")
    _css = styles("knob_board")
    ROOM = (41, 55)

    w11, w21, b1, w12, w22, b2, w13, w23, b3 = (Number(value, min=-FAR, max=FAR).tag(sync=True) for value in START)
    slopes = traitlets.Bool(False).tag(sync=True)
    best = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, **traits: object) -> None:
        if "knobs" in traits:
            traits |= zip(NAMES, traits.pop("knobs"), strict=True)
        super().__init__(**traits)

    def facts(self) -> dict[str, Any]:
        """The points, and what the button "let descent do it" uses."""
        x, y = two_moons()
        points = np.hstack([x, y]).tolist()
        return {"names": NAMES, "points": points, "lr": LR, "beta": BETA, "steps": STEPS}

    @traitlets.validate("best")
    def _nine_or_none(self, proposal: dict) -> list[float]:
        board = proposal["value"]
        if len(board) not in (0, len(NAMES)) or not all(math.isfinite(knob) for knob in board):
            raise traitlets.TraitError(f"best must be empty or nine finite numbers, got {board}")
        return board

    @property
    def knobs(self) -> list[float]:
        """All nine knobs in the order of ``NAMES``."""
        return [getattr(self, name) for name in NAMES]

    @knobs.setter
    def knobs(self, values: Sequence[float]) -> None:
        with self.hold_trait_notifications():
            for name, value in zip(NAMES, values, strict=True):
                setattr(self, name, value)

    @property
    def loss(self) -> float:
        """The loss of the board as it stands."""
        return loss_and_slopes(self.knobs)[0]
