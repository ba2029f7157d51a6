"""The descent explorer: where does gradient descent go from here, at this rate, and why?"""

import math
from collections.abc import Callable
from typing import Any

import traitlets

from backprop.contract import Array
from backprop.examples import surfaces
from backprop.examples.surfaces import Surface
from backprop.optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, Optimizer, RMSProp, descend
from backprop.widgets.base import Number, Widget, join, styles

SURFACES: dict[str, Callable[[], Surface]] = {
    "bowl": surfaces.bowl,
    "ravine": surfaces.ravine,
    "rosenbrock": surfaces.rosenbrock,
    "saddle": surfaces.saddle,
    "himmelblau": surfaces.himmelblau,
    "mnist": surfaces.mnist_slice,
}
OPTIMIZERS: dict[str, Callable[[float, float], Optimizer]] = {
    "SGD": lambda lr, beta: SGD(lr),
    "Momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": lambda lr, beta: AdaGrad(lr),
    "RMSProp": lambda lr, beta: RMSProp(lr),
    "Adam": Adam,
}
FAR = 1e6  # a path that passes this distance has diverged, and ends before it


class Optimizers(traitlets.TraitType):
    """One name of an optimizer or up to six different ones, in any case: kept as a list of the class names."""

    info_text = f"one or several different names out of {', '.join(OPTIMIZERS)}"

    def validate(self, obj: traitlets.HasTraits, value: object) -> list[str]:
        names = [value] if isinstance(value, str) else value
        known = {name.lower(): name for name in OPTIMIZERS}
        if isinstance(names, list | tuple) and names and all(isinstance(name, str) for name in names):
            found = [known.get(name.lower()) for name in names]
            if None not in found and len(set(found)) == len(found):
                return found
        raise traitlets.TraitError(f"optimizer must be {self.info_text}, got {value!r}")


class Start(traitlets.TraitType):
    """Two finite coordinates, or None for the surface's own start; the explorer checks that the map holds them."""

    info_text = "two finite numbers (w1, w2)"

    def validate(self, obj: traitlets.HasTraits, value: object) -> tuple[float, float] | None:
        if value is None:
            return None
        try:
            w1, w2 = (float(v) for v in value if not isinstance(v, str | bool))
        except (TypeError, ValueError):
            w1 = w2 = math.nan
        if math.isfinite(w1) and math.isfinite(w2):
            return (w1, w2)
        raise traitlets.TraitError(f"start must be {self.info_text}, got {value!r}")


class DescentExplorer(Widget):
    """Descend on a surface of two weights, and see where each optimizer goes, how fast, and why.

    ``surface`` is bowl, ravine, rosenbrock, saddle, himmelblau or mnist; ``optimizer`` one name or a list out of SGD,
    Momentum, Nesterov, AdaGrad, RMSProp, Adam. ``learning_rate`` η is for all of them, ``momentum`` is β of Momentum
    and Nesterov and β₁ of Adam. ``start`` is a point of the map (the surface's own when left out), ``steps`` the
    length of the paths. ``kappa`` κ and ``angle``, in degrees, shape the ravine.

    In a notebook the traits follow the reader's hand and move the picture when set: ``explorer.learning_rate = 0.2``.
    ``explorer.path`` is computed by the package's optimizers, with or without a screen. Raises TraitError for
    settings that make no sense.
    """

    _esm = join("descent_explorer")
    _css = styles("descent_explorer")
    ROOM = (57, 92)

    learning_rate = Number(0.09, min=1e-4, max=10).tag(sync=True)
    momentum = Number(0.8, min=0, max=0.99).tag(sync=True)
    surface = traitlets.CaselessStrEnum(list(SURFACES), default_value="ravine").tag(sync=True)
    optimizer = Optimizers(["SGD", "Momentum"]).tag(sync=True)
    start = Start().tag(sync=True)
    steps = traitlets.Int(100, min=1, max=500).tag(sync=True)
    kappa = Number(20, min=1, max=1000).tag(sync=True)
    angle = Number(0, min=0, max=90).tag(sync=True)

    @traitlets.default("start")
    def _suggested(self) -> tuple[float, float]:
        return self._surface.start

    def facts(self) -> dict[str, Any]:
        """What the script needs to know of each surface besides its formula, and all of the measured one."""
        facts = {}
        for name, surface in ((name, make()) for name, make in SURFACES.items()):
            facts[name] = {
                "domain": [*surface.domain[0], *surface.domain[1]],
                "minima": surface.minima,
                "start": surface.start,
                "lr": surface.lr,
            }
        spline = surfaces.mnist_slice_data()
        facts["mnist"] |= {key: spline[key] for key in ("unit", "shape", "coefficients")}
        return facts

    @property
    def _surface(self) -> Surface:
        return surfaces.ravine(self.kappa, self.angle) if self.surface == "ravine" else SURFACES[self.surface]()

    def _holds(self, point: tuple[float, float]) -> bool:
        return all(low <= value <= high for value, (low, high) in zip(point, self._surface.domain, strict=True))

    @traitlets.validate("start")
    def _inside(self, proposal: dict) -> tuple[float, float]:
        point = proposal["value"]
        if point is None:
            return self._surface.start
        if not self._holds(point):
            (left, right), (bottom, top) = self._surface.domain
            raise traitlets.TraitError(
                f"start must lie on the map of {self.surface}, {left:g} ≤ w1 ≤ {right:g} and "
                f"{bottom:g} ≤ w2 ≤ {top:g}, got {point}"
            )
        return point

    @traitlets.observe("surface")
    def _moved(self, change: dict) -> None:
        """A new map begins at its own start, unless the start was chosen by hand and lies on it."""
        if change["old"] not in SURFACES:
            return  # the first surface, set by the constructor
        if self.start == SURFACES[change["old"]]().start or not self._holds(self.start):
            self.start = self._surface.start

    @property
    def paths(self) -> dict[str, Array]:
        """The path of every chosen optimizer by name, each (steps + 1, 2); shorter if it diverged or left the map."""
        return {name: self._descend(OPTIMIZERS[name](self.learning_rate, self.momentum)) for name in self.optimizer}

    @property
    def path(self) -> Array:
        """The path of the first chosen optimizer, (steps + 1, 2)."""
        return self.paths[self.optimizer[0]]

    def _descend(self, optimizer: Optimizer) -> Array:
        return descend(self._surface.gradient, self.start, optimizer, self.steps, far=FAR)
