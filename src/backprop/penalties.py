"""Regularization as a price on large weights: a penalty joins the loss, its gradient joins the gradients.

A penalty is a function of the parameters: call it between ``backward`` and ``step``, or hand it to ``train``.
It touches weights (arrays of two or more dimensions) and leaves biases and gains alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from backprop.contract import Array, Param, with_gradients

Penalty = Callable[[Iterable[Param]], float]


def l2(strength: float) -> Penalty:
    """Adds strength · W to each dW and returns strength/2 · Σ W²: a pull in proportion to the weight."""
    strength = _checked(strength)

    def penalty(params: Iterable[Param]) -> float:
        total = 0.0
        for _, W, dW in weights(params):
            dW += strength * W
            total += strength / 2 * float(np.vdot(W, W))
        return total

    return penalty


def l1(strength: float) -> Penalty:
    """Adds strength · sign(W) to each dW and returns strength · Σ |W|: one pull for all, which makes zeros."""
    strength = _checked(strength)

    def penalty(params: Iterable[Param]) -> float:
        total = 0.0
        for _, W, dW in weights(params):
            dW += strength * np.sign(W)
            total += strength * float(np.abs(W).sum())
        return total

    return penalty


def weights(params: Iterable[Param]) -> list[tuple[str, Array, Array]]:
    """Name, value and gradient of the parameters that are weights.

    Raises RuntimeError if one has no gradient yet, ValueError if there is no parameter.
    """
    return [found for found in with_gradients("penalty", params) if found[1].ndim >= 2]


def _checked(strength: float) -> float:
    """The strength as a Python float: a NumPy one, from a logarithmic grid say, would upcast float32 gradients."""
    if not (strength >= 0 and math.isfinite(strength)):
        raise ValueError(f"a penalty wants a finite strength ≥ 0, got {strength}")
    return float(strength)
