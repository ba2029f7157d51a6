"""How a gradient becomes a step: seven rules, each one method that reads like its equation.

An optimizer knows nothing of layers: ``step(params)`` takes named arrays with their gradients and updates the
arrays in place. What a rule remembers (``m``, ``v``) is kept by parameter name.
"""

from __future__ import annotations

import copy
import math
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from functools import partial
from numbers import Real
from typing import Any

import numpy as np

from backprop.contract import Array, Param, with_gradients
from backprop.schedules import Schedule

Memory = Callable[[str], Array]


def setting(wants: str, fits: Callable[[float], bool], default: float, **more: Any) -> Any:
    """A number of a rule that knows its range, so that the family need not know the numbers of its rules."""
    return field(default=default, metadata={"wants": wants, "fits": fits}, **more)


below_one = partial(setting, "0 ≤ {} < 1", lambda number: 0 <= number < 1)
above_zero = partial(setting, "{} > 0", lambda number: 0 < number < math.inf)
# To be given by name: the second number of other libraries' SGD is momentum.
not_negative = partial(setting, "{} ≥ 0", lambda number: 0 <= number < math.inf, kw_only=True)


@dataclass
class Optimizer:
    """What all rules share: the rate η (a number or a schedule), the count of steps t, the memory."""

    lr: float | Schedule
    t: int = field(default=0, init=False)
    memory: dict[str, dict[str, Array]] = field(default_factory=dict, init=False, repr=False)
    # The arrays that the memory belongs to, held weakly: an optimizer keeps no network alive.
    arrays: dict[str, weakref.ref[Array]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not callable(self.lr) and not is_rate(self.lr):
            raise ValueError(f"{type(self).__name__} wants a finite lr ≥ 0 or a schedule, got {self.lr!r}")
        for each in fields(self):
            if "wants" in each.metadata:
                number = getattr(self, each.name)
                if not isinstance(number, Real) or not each.metadata["fits"](number):
                    wanted = each.metadata["wants"].format(each.name)
                    raise ValueError(f"{type(self).__name__} wants {wanted}, got {number!r}")
                setattr(self, each.name, float(number))  # a np.float64 would upcast float32

    @property
    def rate(self) -> float:
        """η of the coming step, a Python float, which upcasts no float32; a schedule counts steps from 0.

        Raises ValueError if a schedule, or whoever changed ``lr``, made it anything but a finite number ≥ 0.
        """
        eta = self.lr(self.t) if callable(self.lr) else self.lr
        if not is_rate(eta):
            raise ValueError(f"{type(self).__name__} wants a finite rate ≥ 0 for step {self.t}, got {eta!r}")
        return float(eta)

    def step(self, params: Iterable[Param]) -> None:
        """Update every parameter in place. Raises, before any update, RuntimeError if one has no gradient.

        ValueError if there is none at all: what ``net.params()`` gives can be walked through once. Or if two have one
        name, a gradient has another shape than its parameter, or a memory belongs to another array.
        """
        who = f"{type(self).__name__}.step"
        found = with_gradients(who, params)
        if len({name for name, _, _ in found}) < len(found):
            raise ValueError(
                f"{who} wants every name once, got {[name for name, _, _ in found]}: two networks need prefixes, "
                "step([*one.params('one.'), *other.params('other.')])"
            )
        if self.memory:
            for name, w, _ in found:
                self._check_memory(name, w)
        eta = self.rate
        self.t += 1
        for name, w, g in found:
            self.update(w, g, eta, partial(self.recall, name, w))

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        """The rule itself, for one parameter; ``memory("v")`` is what it remembers under this letter."""
        raise NotImplementedError(f"{type(self).__name__} has no rule")

    def recall(self, name: str, w: Array, letter: str) -> Array:
        """The memory ``letter`` of parameter ``name``, zeros at first."""
        memory = self.memory.setdefault(letter, {})
        if name not in memory:
            memory[name] = np.zeros_like(w)
            self.arrays[name] = weakref.ref(w)
        return memory[name]

    def _check_memory(self, name: str, w: Array) -> None:
        """Raise ValueError if what is remembered under ``name`` cannot be the memory of ``w``."""
        before = self.arrays[name]() if name in self.arrays else None
        if before is w:
            return  # as at the last step
        rule, again = type(self).__name__, "a new network needs a new optimizer"
        for memory in self.memory.values():
            if name not in memory:
                raise ValueError(f"{rule} remembers {sorted(memory)} after {self.t} steps, but not {name!r}: {again}")
            if memory[name].shape != w.shape:
                raise ValueError(f"{rule} remembers {name!r} with shape {memory[name].shape}, got {w.shape}: {again}")
            if memory[name].dtype != w.dtype:
                raise ValueError(f"{rule} remembers {name!r} in {memory[name].dtype}, got {w.dtype}: {again}")
        if before is not None and not np.may_share_memory(before, w):
            raise ValueError(f"{rule} remembers another array named {name!r}, which is still in use: {again}")
        self.arrays[name] = weakref.ref(w)

    def reset(self) -> None:
        """Forget all steps and memories, as if new."""
        self.t, self.memory, self.arrays = 0, {}, {}

    def state(self) -> dict[str, Array]:
        """Copies of all that a resumed run needs, as plain arrays for ``np.savez``.

        The name of the rule, t, and memories as ``"m/0.W"``.
        """
        arrays = {"rule": np.array(type(self).__name__), "t": np.array(self.t)}
        for letter, memory in self.memory.items():
            arrays |= {f"{letter}/{name}": array.copy() for name, array in memory.items()}
        return arrays

    def load_state(self, state: dict[str, Array]) -> None:
        """Take up the memory that ``state`` saved, as copies. Raises ValueError if it is not one of this rule."""
        names = [key for key in state if key not in ("rule", "t")]
        if not {"rule", "t"} <= set(state) or not all("/" in key for key in names):
            raise ValueError(f"saved optimizer state wants 'rule', 't' and names like 'm/0.W', got {sorted(state)}")
        if str(state["rule"]) != type(self).__name__:
            raise ValueError(f"{type(self).__name__} cannot go on with the memory of {state['rule']}")
        if not float(state["t"]).is_integer() or state["t"] < 0:
            raise ValueError(f"saved optimizer state wants a count of steps t, got {state['t']}")
        self.reset()
        self.t = int(state["t"])
        for key in names:
            letter, name = key.split("/", 1)
            self.memory.setdefault(letter, {})[name] = np.array(state[key])

    def __getstate__(self) -> dict[str, Any]:
        """What a copy takes along: a memory of its own, and no arrays, for it will move those of a copied network."""
        return vars(self) | {"memory": copy.deepcopy(self.memory), "arrays": {}}


@dataclass
class SGD(Optimizer):
    """w ← w − η g. With ``decay`` λ, weights (two or more dimensions) also shrink: w ← (1 − ηλ) w first."""

    decay: float = not_negative(0.0)

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        step = eta * g  # before w shrinks, for g may be w itself: the gradient of ½ ‖w‖²
        shrink(w, eta * self.decay)
        w -= step


@dataclass
class Momentum(Optimizer):
    """v ← β v + g, w ← w − η v (Polyak 1964, in the form the frameworks use: η is not in v)."""

    beta: float = below_one(0.9)

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        v = memory("v")
        v *= self.beta
        v += g
        w -= eta * v


@dataclass
class Nesterov(Optimizer):
    """v ← β v + g, w ← w − η (g + β v): the gradient as it will be felt one step ahead (Nesterov 1983)."""

    beta: float = below_one(0.9)

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        v = memory("v")
        v *= self.beta
        v += g
        w -= eta * (g + self.beta * v)


@dataclass
class AdaGrad(Optimizer):
    """v ← v + g², w ← w − η g / (√v + ε): a rate per number, which only ever falls (Duchi et al. 2011)."""

    eps: float = above_zero(1e-8)

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        v = memory("v")
        v += g * g
        w -= eta * g / (np.sqrt(v) + self.eps)


@dataclass
class RMSProp(Optimizer):
    """v ← β v + (1 − β) g², w ← w − η g / (√v + ε): AdaGrad that forgets (Hinton 2012)."""

    beta: float = below_one(0.9)
    eps: float = above_zero(1e-8)

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        v = memory("v")
        v *= self.beta
        v += (1 - self.beta) * g * g
        w -= eta * g / (np.sqrt(v) + self.eps)


@dataclass
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε) (Kingma & Ba 2015).

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) undo the start from zero, so the first step has length η.
    """

    beta1: float = below_one(0.9)
    beta2: float = below_one(0.999)
    eps: float = above_zero(1e-8)

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        m, v = memory("m"), memory("v")
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        v += (1 - self.beta2) * g * g
        m_hat = m / (1 - self.beta1**self.t)
        v_hat = v / (1 - self.beta2**self.t)
        w -= eta * m_hat / (np.sqrt(v_hat) + self.eps)


@dataclass
class AdamW(Adam):
    """Adam, with weights (two or more dimensions) shrunk first: w ← (1 − ηλ) w (Loshchilov & Hutter 2019).

    The shrinking stays outside m and v; an L2 penalty would pass through them and be divided by √v̂.
    """

    decay: float = not_negative(0.01)

    def update(self, w: Array, g: Array, eta: float, memory: Memory) -> None:
        if np.may_share_memory(w, g):
            g = g.copy()  # the gradient of ½ ‖w‖² is w itself, and must not shrink with it
        shrink(w, eta * self.decay)
        super().update(w, g, eta, memory)


def is_rate(eta: Any) -> bool:
    """Whether it is a finite number ≥ 0."""
    return isinstance(eta, (float, Real)) and 0 <= eta < math.inf  # float first, for to ask a Real takes time


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

    Returns the norm before clipping. Raises ValueError unless max_norm > 0 and the norm is a finite number,
    RuntimeError without gradients.
    """
    if not max_norm > 0:
        raise ValueError(f"clip_gradients wants max_norm > 0, got {max_norm}")
    found = with_gradients("clip_gradients", params)
    with np.errstate(over="ignore"):  # said below
        # In float64: the squares of an exploding float32 gradient, the very one to be clipped, overflow float32.
        norm = math.sqrt(sum(float(np.square(g, dtype=np.float64).sum()) for _, _, g in found))
    if not math.isfinite(norm):
        raise ValueError(f"clip_gradients wants gradients of finite length, got one of {norm}: no factor can mend that")
    if norm > max_norm:
        for _, _, g in found:
            g *= max_norm / norm
    return norm
