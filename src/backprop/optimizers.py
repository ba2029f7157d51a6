"""How a gradient becomes a step: seven rules, each one method that reads like its equation.

An optimizer knows nothing of layers: ``step(params)`` takes named arrays with their gradients and updates the
arrays in place. What a rule remembers (``m``, ``v``) is kept by parameter name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from backprop.contract import Array, Param
from backprop.schedules import Schedule


@dataclass
class Optimizer:
    """What all rules share: the rate η (a number or a schedule), the count of steps t, the memory."""

    lr: float | Schedule
    t: int = field(default=0, init=False)
    memory: dict[str, dict[str, Array]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if not callable(self.lr) and not (self.lr >= 0 and math.isfinite(self.lr)):
            raise ValueError(f"{type(self).__name__} wants a finite lr ≥ 0 or a schedule, got {self.lr}")
        for name in ("beta", "beta1", "beta2"):
            if not 0 <= getattr(self, name, 0.0) < 1:
                raise ValueError(f"{type(self).__name__} wants 0 ≤ {name} < 1, got {getattr(self, name)}")
        if not getattr(self, "eps", 1.0) > 0:
            raise ValueError(f"{type(self).__name__} wants eps > 0, got {self.eps}")
        if not getattr(self, "decay", 0.0) >= 0:
            raise ValueError(f"{type(self).__name__} wants decay ≥ 0, got {self.decay}")

    @property
    def rate(self) -> float:
        """η of the coming step, a Python float, which upcasts no float32; a schedule counts steps from 0."""
        return float(self.lr(self.t) if callable(self.lr) else self.lr)

    def step(self, params: Iterable[Param]) -> None:
        """Update every parameter in place. Raises, before any update, RuntimeError if one has no gradient.

        ValueError if there is none at all: what ``net.params()`` gives can be walked through once.
        """
        params = list(params)
        if not params:
            raise ValueError(
                f"{type(self).__name__}.step wants one parameter or more, got none: is this a used-up generator, "
                "or a network without parameters? Ask anew at each step: step(net.params())"
            )
        for p in params:
            if p.grad is None:
                raise RuntimeError(f"parameter {p.name!r} has no gradient yet: run backward before step")
        eta = self.rate
        self.t += 1
        for p in params:
            self.update(p.value, p.grad, eta, p.name)

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        """The rule itself, for one parameter."""
        raise NotImplementedError(f"{type(self).__name__} has no rule")

    def recall(self, letter: str, name: str, w: Array) -> Array:
        """The memory ``letter`` of parameter ``name``, zeros at first; ValueError if it is of another shape."""
        memory = self.memory.setdefault(letter, {})
        if name not in memory:
            memory[name] = np.zeros_like(w)
        if memory[name].shape != w.shape:
            raise ValueError(
                f"{type(self).__name__} remembers {name!r} with shape {memory[name].shape}, got {w.shape}: "
                "a new network needs a new optimizer"
            )
        return memory[name]

    def state(self) -> dict[str, Array]:
        """Copies of all that a resumed run needs, as plain arrays for ``np.savez``: t, and memories as ``"m/0.W"``."""
        arrays = {"t": np.array(self.t)}
        for letter, memory in self.memory.items():
            arrays |= {f"{letter}/{name}": array.copy() for name, array in memory.items()}
        return arrays

    def load_state(self, state: dict[str, Array]) -> None:
        """Take up the memory that ``state`` saved, as copies. Raises ValueError if it is not such a state."""
        names = [key for key in state if key != "t"]
        if "t" not in state or not all("/" in key for key in names):
            raise ValueError(f"saved optimizer state wants 't' and names like 'm/0.W', got {sorted(state)}")
        self.t, self.memory = int(state["t"]), {}
        for key in names:
            letter, name = key.split("/", 1)
            self.memory.setdefault(letter, {})[name] = np.array(state[key])


@dataclass
class SGD(Optimizer):
    """w ← w − η g. With ``decay`` λ, weights (two or more dimensions) also shrink: w ← (1 − ηλ) w first."""

    decay: float = 0.0

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        shrink(w, eta * self.decay)
        w -= eta * g


@dataclass
class Momentum(Optimizer):
    """v ← β v + g, w ← w − η v (Polyak 1964, in the form the frameworks use: η is not in v)."""

    beta: float = 0.9

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        v = self.recall("v", name, w)
        v *= self.beta
        v += g
        w -= eta * v


@dataclass
class Nesterov(Optimizer):
    """v ← β v + g, w ← w − η (g + β v): the gradient as it will be felt one step ahead (Nesterov 1983)."""

    beta: float = 0.9

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        v = self.recall("v", name, w)
        v *= self.beta
        v += g
        w -= eta * (g + self.beta * v)


@dataclass
class AdaGrad(Optimizer):
    """v ← v + g², w ← w − η g / (√v + ε): a rate per number, which only ever falls (Duchi et al. 2011)."""

    eps: float = 1e-8

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        v = self.recall("v", name, w)
        v += g * g
        w -= eta * g / (np.sqrt(v) + self.eps)


@dataclass
class RMSProp(Optimizer):
    """v ← β v + (1 − β) g², w ← w − η g / (√v + ε): AdaGrad that forgets (Hinton 2012)."""

    beta: float = 0.9
    eps: float = 1e-8

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        v = self.recall("v", name, w)
        v *= self.beta
        v += (1 - self.beta) * g * g
        w -= eta * g / (np.sqrt(v) + self.eps)


@dataclass
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε) (Kingma & Ba 2015).

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) undo the start from zero, so the first step has length η.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        m, v = self.recall("m", name, w), self.recall("v", name, w)
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        v += (1 - self.beta2) * g * g
        m_hat = m / (1 - self.beta1**self.t)
        v_hat = v / (1 - self.beta2**self.t)
        w -= eta * m_hat / (np.sqrt(v_hat) + self.eps)


@dataclass
class AdamW(Optimizer):
    """Adam, with weights (two or more dimensions) shrunk first: w ← (1 − ηλ) w (Loshchilov & Hutter 2019).

    The shrinking stays outside m and v; an L2 penalty would pass through them and be divided by √v̂.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    decay: float = 0.01

    def update(self, w: Array, g: Array, eta: float, name: str) -> None:
        shrink(w, eta * self.decay)
        Adam.update(self, w, g, eta, name)


def shrink(w: Array, amount: float) -> None:
    """w ← (1 − amount) w for weights; biases and gains, arrays of one dimension, stay as they are."""
    if amount and w.ndim >= 2:
        w *= 1 - amount


def descend(
    gradient: Callable[[Array], Array], start: Iterable[float], optimizer: Optimizer, steps: int, far: float = math.inf
) -> Array:
    """The path of an optimizer on a surface: ``start`` and the point after each step; it ends before it passes ``far``.

    Shapes: start (n,), gradient: (n,) -> (n,); the path (steps + 1, n), or shorter.
    """
    w = np.array(start, dtype=np.float64)
    path = [w.copy()]
    for _ in range(steps):
        optimizer.step([Param("w", w, gradient(w))])
        if not (np.abs(w) <= far).all():
            break
        path.append(w.copy())
    return np.array(path)


def clip_gradients(params: Iterable[Param], max_norm: float) -> float:
    """Scale all gradients in place so that their joint norm is at most ``max_norm`` (Pascanu et al. 2013).

    Returns the norm before clipping. Raises ValueError unless max_norm > 0, RuntimeError without gradients.
    """
    if not max_norm > 0:
        raise ValueError(f"clip_gradients wants max_norm > 0, got {max_norm}")
    params = list(params)
    for p in params:
        if p.grad is None:
            raise RuntimeError(f"parameter {p.name!r} has no gradient yet: run backward before clipping")
    # In float64: the squares of an exploding float32 gradient, the very one to be clipped, overflow float32.
    norm = math.sqrt(sum(float(np.square(p.grad, dtype=np.float64).sum()) for p in params))
    if norm > max_norm:
        for _, _, g in params:
            g *= max_norm / norm
    return norm
