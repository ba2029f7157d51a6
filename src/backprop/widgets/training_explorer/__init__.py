"""The training explorer: real runs of a small network on digits, by learning rate, momentum and optimizer."""

import functools
import json
import math
from typing import Any, NamedTuple

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.results.ledger import SHIPPED
from backprop.widgets.base import Number, Widget, join, styles

RUNS = SHIPPED / "training_grid.json"  # written by experiments/training_grid.py


class Cell(NamedTuple):
    """The runs of one setting. ``beta`` is None unless the optimizer is Momentum.

    Shapes: loss and accuracy (in per cent, on validation digits), (seeds, epochs + 1); epoch 0 is before training.
    """

    optimizer: str
    beta: float | None
    lr: float
    loss: Array
    accuracy: Array


@functools.cache
def cells() -> tuple[Cell, ...]:
    """All recorded settings, row by row of the map."""
    rows = json.loads(RUNS.read_text("utf-8"))["rows"]
    decoded = []
    for optimizer, beta, lr, losses, accuracies in rows:
        loss = 10 ** (np.cumsum(losses, axis=1) / 1000)
        decoded.append(Cell(optimizer, beta, lr, loss, np.cumsum(accuracies, axis=1) / 10))
    return tuple(decoded)


def outcome(cell: Cell) -> dict[str, Any]:
    """What the runs of one setting came to: ``what`` is converges, slow, behind, unsettled or lost, beside the numbers.

    Means over the seeds; ``rises`` counts, over all runs, the epochs after the first whose loss is more than 5 % above
    that of the epoch before. ``behind`` is how many points the best setting of the map is ahead.
    """
    loss, last = cell.loss.mean(axis=0), cell.accuracy[:, -1]
    best = max(other.accuracy[:, -1].mean() for other in cells())
    found = {
        "accuracy": float(last.mean()), "sd": float(last.std(ddof=1)),
        "low": float(last.min()), "high": float(last.max()),
        "start": float(loss[0]), "end": float(loss[-1]), "peak": float(loss[1:].max()),
        "rises": int((cell.loss[:, 2:] > 1.05 * cell.loss[:, 1:-1]).sum()),
        "fall": float(1 - loss[-1] / loss[-2]), "behind": float(best - last.mean()),
    }  # fmt: skip
    if found["end"] > 0.9 * found["start"] and found["peak"] > found["start"]:
        return found | {"what": "lost"}
    if found["rises"] >= len(cell.loss):
        return found | {"what": "unsettled"}
    if found["peak"] > 1.05 * found["start"]:
        return found | {"what": "behind"}
    if found["end"] > 0.3:
        return found | {"what": "slow"}
    return found | {"what": "converges" if found["behind"] < 1.5 else "behind"}


class Recorded(Number):
    """A number that goes to the nearest of the recorded ones; what lies outside of them is refused."""

    def __init__(self, default: float, name: str, **options: Any) -> None:
        self.values = sorted({getattr(cell, name) for cell in cells()} - {None})
        self.log = self.values[0] > 0
        super().__init__(default, min=self.values[0], max=self.values[-1], **options)

    def validate(self, obj: traitlets.HasTraits, value: object) -> float:
        number = super().validate(obj, value)
        return min(self.values, key=lambda known: abs(math.log(known / number) if self.log else known - number))


class TrainingExplorer(Widget):
    """Recorded runs of a 784-32-10 network on 3,000 digits: 11 learning rates, and 6 momenta or RMSProp or Adam.

    ``optimizer`` is Momentum, RMSProp or Adam; ``learning_rate`` and ``momentum`` go to the nearest recorded value.
    The map shows the accuracies after ``epoch`` epochs. ``explorer.cell`` has the five runs of the setting,
    ``explorer.outcome`` what they came to. Raises TraitError for a rate outside 0.0001 … 10, a momentum outside
    0 … 0.99 or an epoch outside 1 … 10.
    """

    _esm = join("training_explorer")
    _css = styles("training_explorer")
    ROOM = (42, 76)

    optimizer = traitlets.CaselessStrEnum(["Momentum", "RMSProp", "Adam"], default_value="Momentum").tag(sync=True)
    learning_rate = Recorded(0.1, "lr").tag(sync=True)
    momentum = Recorded(0.9, "beta").tag(sync=True)
    epoch = traitlets.Int(10, min=1, max=10).tag(sync=True)

    def facts(self) -> dict[str, Any]:
        """All recorded runs, as the file has them."""
        return json.loads(RUNS.read_text("utf-8"))

    @property
    def cell(self) -> Cell:
        """The runs of the setting on the screen."""
        beta = self.momentum if self.optimizer == "Momentum" else None
        wanted = (self.optimizer, beta, self.learning_rate)
        return next(cell for cell in cells() if cell[:3] == wanted)

    @property
    def outcome(self) -> dict[str, Any]:
        """What these runs came to."""
        return outcome(self.cell)
