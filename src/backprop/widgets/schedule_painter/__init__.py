"""The schedule painter: draw the learning rate over 200 steps, and see how low it brings a noisy loss, and why."""

import math
from typing import Any

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.schedules import Schedule, constant, cosine, exponential, inverse, linear, step_decay, warmup
from backprop.widgets.base import Choice, Number, Widget, join, styles

CURVATURES = np.array([5.0, 0.25])  # a steep axis and a flat one: L = ½ Σ λ w²
START = np.array([1.0, 6.0])
SIGMA = 1.0  # standard deviation of the noise in each entry of a gradient
STEPS = 200
COLUMNS = 40  # a painted schedule has one rate for each of them, for STEPS / COLUMNS steps
LOWEST, HIGHEST = 1e-3, 1.0
BEST = 0.0129162  # the lowest expected loss that a painted schedule can end at; a test finds it again
CONSTANT = 0.0421650  # and the lowest that a constant rate can, which is 0.0656
NAMED = {
    "constant": constant,
    "step": lambda lr: step_decay(lr, 0.3, STEPS // 4),
    "linear": lambda lr: linear(lr, 0.0, STEPS),
    "exponential": lambda lr: exponential(lr, 0.02),
    "inverse": lambda lr: inverse(lr, STEPS // 10),
    "cosine": lambda lr: cosine(lr, STEPS),
    "warmup": lambda lr: warmup(STEPS // 10, then=cosine(lr, STEPS - STEPS // 10)),
}


def expected(rates: Array) -> tuple[Array, Array]:
    """The expected loss before the first step and after each, in two parts (eq-left-and-noise).

    First what is left of the start, then what the noise has brought in. Shapes: rates (n,); both (n + 1,).
    """
    left, noise = CURVATURES / 2 * START**2, np.zeros(2)
    parts = [(left.sum(), noise.sum())]
    with np.errstate(over="ignore"):
        for eta in rates:
            factor = (1 - eta * CURVATURES) ** 2
            left, noise = factor * left, factor * noise + CURVATURES / 2 * (eta * SIGMA) ** 2
            parts.append((left.sum(), noise.sum()))
    return tuple(np.array(parts).T)


def one_run(rates: Array, noise: Array) -> Array:
    """The loss of one run, w ← w − η (λ w + σ ξ). Shapes: rates (n,), noise ξ (n, 2), answer (n + 1,)."""
    w = START.copy()
    losses = [CURVATURES @ w**2 / 2]
    with np.errstate(over="ignore"):
        for eta, xi in zip(rates, noise, strict=True):
            w -= eta * (CURVATURES * w + SIGMA * xi)
            losses.append(CURVATURES @ w**2 / 2)
    return np.array(losses)


class Painted(traitlets.TraitType):
    """A list of 40 rates from 0.001 to 1."""

    info_text = f"{COLUMNS} rates from {LOWEST:g} to {HIGHEST:g}"

    def validate(self, obj: traitlets.HasTraits, value: object) -> list[float]:
        try:
            rates = [float(rate) for rate in value if not isinstance(rate, str | bool)]
        except (TypeError, ValueError):
            rates = []
        if len(rates) == COLUMNS and all(LOWEST <= rate <= HIGHEST for rate in rates):
            return rates
        raise traitlets.TraitError(f"painted must be {self.info_text}, got {value!r}")


class SchedulePainter(Widget):
    """Paint a learning-rate schedule, or pick a named one, and watch the expected loss of a noisy parabola under it.

    ``schedule`` is constant, step, linear, exponential, inverse, cosine, warmup or painted; ``learning_rate`` η₀ is
    where the named ones begin, and the constant rate to compare with. ``painted`` has 40 rates, each for five of the
    200 steps. ``painter.rule`` is the schedule as a function of the step, ready for an optimizer, ``painter.loss`` the
    expected loss it ends at. Raises TraitError for rates outside 0.001 … 1.
    """

    _esm = join("schedule_painter")
    _css = styles("schedule_painter")
    ROOM = (40, 54)

    schedule = Choice([*NAMED, "painted"], default_value="cosine").tag(sync=True)
    learning_rate = Number(0.2, min=LOWEST, max=HIGHEST).tag(sync=True)
    painted = Painted([0.1] * COLUMNS).tag(sync=True)

    def facts(self) -> dict[str, Any]:
        """The noisy parabola, the grid of a painted schedule, and the best that can be painted."""
        noise = np.random.default_rng(33).normal(size=(STEPS, 2)).round(3)
        parabola = {"curvatures": CURVATURES.tolist(), "start": START.tolist(), "sigma": SIGMA, "steps": STEPS}
        grid = {
            "columns": COLUMNS,
            "bounds": [LOWEST, HIGHEST],
            "best": BEST,
            "constant": CONSTANT,
            "noise": noise.tolist(),
        }
        return parabola | grid

    @property
    def rule(self) -> Schedule:
        """The schedule on the screen, step -> rate; a painted one keeps its last rate for ever."""
        if self.schedule != "painted":
            return NAMED[self.schedule](self.learning_rate)
        rates, each = list(self.painted), STEPS // COLUMNS
        return lambda step: rates[min(step // each, COLUMNS - 1)]

    @property
    def rates(self) -> Array:
        """The rate of each of the 200 steps."""
        return np.array([self.rule(step) for step in range(STEPS)])

    @property
    def loss(self) -> float:
        """The expected loss after the last step; infinite if it is beyond all numbers."""
        last = float(sum(part[-1] for part in expected(self.rates)))
        return last if math.isfinite(last) else math.inf
