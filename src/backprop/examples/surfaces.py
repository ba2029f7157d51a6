"""Losses small enough to look at: of two weights, to draw, with exact derivatives; and of many tiny networks at once.

A surface takes points ``w`` whose last axis holds (w₁, w₂), one point or a whole grid of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backprop.contract import Array
from backprop.results.ledger import SHIPPED

Point = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """A loss L(w₁, w₂) with its derivatives, the part of the plane worth drawing, and where to begin.

    ``minima`` are all local minima inside ``domain`` = ((w₁ from, to), (w₂ from, to)); ``lr`` is a rate at which plain
    gradient descent from ``start`` gets somewhere.

    Shapes: ``f``: (…, 2) -> (…); ``gradient``: (…, 2) -> (…, 2); ``hessian``: (…, 2) -> (…, 2, 2).
    """

    name: str
    f: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    hessian: Callable[[Array], Array]
    domain: tuple[Point, Point]
    minima: tuple[Point, ...]
    start: Point
    lr: float


def _split(w: Array) -> tuple[Array, Array]:
    w = np.asarray(w, dtype=np.float64)
    if w.ndim == 0 or w.shape[-1] != 2:
        raise ValueError(f"a surface wants points with two coordinates, got shape {w.shape}")
    return w[..., 0], w[..., 1]


def _hessian(xx: Array, xy: Array, yy: Array) -> Array:
    xx, xy, yy = np.broadcast_arrays(xx, xy, yy)
    return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2).astype(np.float64)


def quadratic(lambda_1: float, lambda_2: float, name: str = "quadratic", angle: float = 0, **where: object) -> Surface:
    """L = ½ (λ₁ u₁² + λ₂ u₂²), where u is w in the eigendirections: each of the two descends on its own.

    ``angle``, in degrees, turns the first eigendirection away from the axis of w₁, counterclockwise.
    """
    turn = np.radians(angle)
    c, s = np.cos(turn), np.sin(turn)

    def along(w: Array) -> tuple[Array, Array]:
        x, y = _split(w)
        return c * x + s * y, c * y - s * x

    def f(w: Array) -> Array:
        u, v = along(w)
        return 0.5 * (lambda_1 * u * u + lambda_2 * v * v)

    def gradient(w: Array) -> Array:
        u, v = along(w)
        a, b = lambda_1 * u, lambda_2 * v
        return np.stack([c * a - s * b, s * a + c * b], axis=-1)

    def hessian(w: Array) -> Array:
        x, _ = _split(w)
        xx, yy = c * c * lambda_1 + s * s * lambda_2, s * s * lambda_1 + c * c * lambda_2
        return _hessian(np.full(x.shape, xx), c * s * (lambda_1 - lambda_2), yy)

    spot = {"domain": ((-3.0, 3.0), (-2.0, 2.0)), "minima": ((0.0, 0.0),), "start": (-2.5, 1.4), "lr": 0.1}
    return Surface(name, f, gradient, hessian, **(spot | where))


def bowl() -> Surface:
    """L = ½ (w₁² + 2 w₂²): nearly round, κ = 2; descent converges for η < 2/λ_max = 1."""
    return quadratic(1, 2, "bowl")


def ravine(kappa: float = 20, angle: float = 0) -> Surface:
    """L = ½ (20/κ · u₁² + 20 u₂²): a valley that grows longer and flatter with κ, turned by an angle in degrees.

    As it comes, L = ½ (w₁² + 20 w₂²). Its walls stay as they are, so descent converges for η < 2/λ_max = 0.1, always.
    """
    return quadratic(20 / kappa, 20, "ravine", angle, start=(-2.6, 1.0), lr=0.09)


def rosenbrock() -> Surface:
    """L = (1 − w₁)² + 100 (w₂ − w₁²)²: a curved valley with a nearly flat floor (Rosenbrock 1960)."""

    def f(w: Array) -> Array:
        x, y = _split(w)
        a, b = 1 - x, y - x * x
        return a * a + 100 * b * b

    def gradient(w: Array) -> Array:
        x, y = _split(w)
        b = y - x * x
        return np.stack([-2 * (1 - x) - 400 * x * b, 200 * b], axis=-1)

    def hessian(w: Array) -> Array:
        x, y = _split(w)
        return _hessian(2 - 400 * (y - x * x) + 800 * x * x, -400 * x, 200.0)

    domain = ((-2.25, 2.25), (-0.75, 2.25))
    return Surface("rosenbrock", f, gradient, hessian, domain, ((1.0, 1.0),), (-1.5, 1.5), 0.0005)


def saddle() -> Surface:
    """L = ½ w₁² + ¼ (w₂² − 1)²: two valleys with a saddle between them, at the origin.

    Bounded below like the loss of a network, so a path that escapes the saddle arrives somewhere.
    """

    def f(w: Array) -> Array:
        x, y = _split(w)
        b = y * y - 1
        return 0.5 * x * x + 0.25 * b * b

    def gradient(w: Array) -> Array:
        x, y = _split(w)
        return np.stack([x, (y * y - 1) * y], axis=-1)

    def hessian(w: Array) -> Array:
        _, y = _split(w)
        return _hessian(1.0, 0.0, 3 * y * y - 1)

    domain = ((-2.4, 2.4), (-1.6, 1.6))
    return Surface("saddle", f, gradient, hessian, domain, ((0.0, 1.0), (0.0, -1.0)), (-2.0, 0.01), 0.1)


def himmelblau() -> Surface:
    """L = (w₁² + w₂ − 11)² + (w₁ + w₂² − 7)²: four minima of equal depth (Himmelblau 1972)."""

    def f(w: Array) -> Array:
        x, y = _split(w)
        a, b = x * x + y - 11, x + y * y - 7
        return a * a + b * b

    def gradient(w: Array) -> Array:
        x, y = _split(w)
        a, b = x * x + y - 11, x + y * y - 7
        return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], axis=-1)

    def hessian(w: Array) -> Array:
        x, y = _split(w)
        return _hessian(12 * x * x + 4 * y - 42, 4 * (x + y), 2 + 4 * x + 12 * y * y - 28)

    minima = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )
    domain = ((-7.5, 7.5), (-5.0, 5.0))
    return Surface("himmelblau", f, gradient, hessian, domain, minima, (-0.5, -0.5), 0.005)


def mnist_slice() -> Surface:
    """A real loss: cross-entropy on 4,000 digits over a plane through the weights of three trained networks.

    Computed on a grid by ``python -m experiments.mnist_slice``; a bicubic spline fills in, with exact derivatives.
    Outside the grid the loss is unknown: NaN.
    """
    data = mnist_slice_data()
    domain = (tuple(data["domain"][:2]), tuple(data["domain"][2:]))
    coefficients = spline_coefficients(data)

    def f(w: Array) -> Array:
        return spline(coefficients, domain, w, 0, 0)

    def gradient(w: Array) -> Array:
        return np.stack([spline(coefficients, domain, w, 1, 0), spline(coefficients, domain, w, 0, 1)], axis=-1)

    def hessian(w: Array) -> Array:
        orders = ((2, 0), (1, 1), (0, 2))
        return _hessian(*(spline(coefficients, domain, w, *order) for order in orders))

    minima = tuple(map(tuple, data["minima"]))
    return Surface("mnist", f, gradient, hessian, domain, minima, tuple(data["start"]), data["lr"])


def mnist_slice_data() -> dict:
    """What ``experiments/mnist_slice.py`` wrote: domain, minima, start, rate, and the spline's coefficients as text."""
    return json.loads((SHIPPED / "mnist_slice.json").read_text(encoding="utf-8"))


def spline_coefficients(data: dict) -> Array:
    """The table of coefficients (rows follow w₁, columns w₂), stored as whole numbers of `unit`."""
    flat = np.array(data["coefficients"].split(), dtype=np.float64)
    return (flat * data["unit"]).reshape(data["shape"])


def _basis(u: Array, order: int, step: float) -> list[Array]:
    """The four cubic B-splines that reach a point at fraction ``u`` of its cell, or their derivative of an order."""
    if order == 0:
        s = 1 - u
        return [s * s * s / 6, (4 - 3 * u * u * (2 - u)) / 6, (4 - 3 * s * s * (2 - s)) / 6, u * u * u / 6]
    if order == 1:
        s = 1 - u
        return [v / step for v in (-s * s / 2, u * (3 * u - 4) / 2, s * (4 - 3 * s) / 2, u * u / 2)]
    return [v / (step * step) for v in (1 - u, 3 * u - 2, 1 - 3 * u, u)]


def spline(coefficients: Array, domain: tuple[Point, Point], w: Array, along_x: int, along_y: int) -> Array:
    """Value (0, 0) or a derivative (order along w₁, along w₂; up to 2) of the bicubic B-spline; NaN outside.

    Shapes: coefficients (n + 2, k + 2) over a grid of n × k points; w (…, 2) -> (…).
    """
    cells, fractions, steps = [], [], []
    inside = True
    for value, (low, high), count in zip(_split(w), domain, coefficients.shape, strict=True):
        step = (high - low) / (count - 3)
        at = (value - low) / step
        inside = inside & (value >= low) & (value <= high)
        cell = np.clip(np.floor(np.where(inside, at, 0)), 0, count - 4).astype(int)
        cells.append(cell)
        fractions.append(at - cell)
        steps.append(step)
    total = 0.0
    for i, across in enumerate(_basis(fractions[0], along_x, steps[0])):
        row = 0.0
        for j, along in enumerate(_basis(fractions[1], along_y, steps[1])):
            row = row + along * coefficients[cells[0] + i, cells[1] + j]
        total = total + across * row
    return np.where(inside, total, np.nan)[()]


_BENDS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {  # f, and its slope from a = f(z)
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(float)),
}


def tiny_networks(w: Array, x: Array, y: Array, bend: str = "tanh") -> tuple[Array, Array]:
    """The loss ½ mean (ŷ − y)² and its gradient, of many networks n–h–1 at once, each a row of ``w``.

    A row holds W1 row by row, b1, W2 and b2: h(n + 2) + 1 numbers for h neurons of tanh or ReLU and a linear output.

    Shapes: w (m, P), x (N, n), y (N, 1) -> (m,) and (m, P).
    """
    n, (m, count) = x.shape[1], w.shape
    h, rest = divmod(count - 1, n + 2)
    if rest or h < 1 or bend not in _BENDS:
        raise ValueError(f"a row holds h * {n + 2} + 1 numbers, and bend is tanh or relu; got {count} and {bend!r}")
    f, slope = _BENDS[bend]
    W1, b1 = w[:, : n * h].reshape(m, n, h), w[:, None, n * h : n * h + h]
    W2, b2 = w[:, n * h + h : -1, None], w[:, None, -1:]
    a = f(x @ W1 + b1)
    error = a @ W2 + b2 - y
    delta2 = error / len(x)
    delta1 = delta2 @ W2.swapaxes(1, 2) * slope(a)
    dW1, dW2 = (x.T @ delta1).reshape(m, -1), (a.swapaxes(1, 2) @ delta2).reshape(m, -1)
    gradient = np.concatenate([dW1, delta1.sum(axis=1), dW2, delta2.sum(axis=1)], axis=1)
    return (error**2).sum(axis=(1, 2)) / (2 * len(x)), gradient


def settle(w: Array, x: Array, y: Array, bend: str = "tanh", steps: int = 4000) -> Array:
    """Where the tiny networks in the rows of `w` stand after descent on all examples, with momentum 0.9 and rate 0.1.

    Shapes: as for `tiny_networks`; returns (m, P).
    """
    velocity = np.zeros_like(w)
    for _ in range(steps):
        velocity = 0.9 * velocity + tiny_networks(w, x, y, bend)[1]
        w = w - 0.1 * velocity
    return w


def dead_neurons(w: Array, x: Array) -> Array:
    """How many ReLUs of each tiny network answer 0 to every example, so that no gradient reaches their weights.

    Shapes: w (m, P), x (N, n) -> (m,).
    """
    n, m = x.shape[1], len(w)
    h = (w.shape[1] - 1) // (n + 2)
    z = x @ w[:, : n * h].reshape(m, n, h) + w[:, None, n * h : n * h + h]
    return (z <= 0).all(axis=1).sum(axis=1)


# A local minimum on the moons: a run of page 2.4.3 after 400,000 more steps, sharpened by Newton's method.
MOONS_MINIMUM = (
    3.52757927018, -0.362912130824, 3.4732433529, 1.63757257373, -4.78335699441, 0.0870887273527,
    0.231132016999, -0.581934841937, 0.73427355085,
)  # fmt: skip
