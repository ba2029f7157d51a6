"""Toy sets of two classes that a straight line cannot part: moons and spirals."""

from __future__ import annotations

from numbers import Real

import numpy as np

from backprop.contract import Array


def moons(n: int, rng: np.random.Generator, noise: float = 0.1) -> tuple[Array, Array]:
    """Two half circles that reach into each other, blurred by normal noise; classes 0 and 1 by halves.

    ``Split(*moons(200, rng), *moons(1000, rng))`` makes a test set from a second draw.

    Shapes: x (n, 2) float32, y (n,) int.
    """
    y = _balanced(n, rng, noise)
    angle = np.pi * rng.random(n)
    x = np.stack([np.cos(angle) + y, np.sin(angle) * (1 - 2 * y) + 0.5 * y], axis=1)
    x = x - [0.5, 0.25]  # the centre of both arcs
    return (x + noise * rng.standard_normal((n, 2))).astype(np.float32), y


def spirals(n: int, rng: np.random.Generator, noise: float = 0.02, turns: float = 1.5) -> tuple[Array, Array]:
    """Two spiral arms from the centre to radius 1, one turned by half a circle against the other.

    Shapes: x (n, 2) float32, y (n,) int.
    """
    y = _balanced(n, rng, noise)
    if not np.isfinite(turns):
        raise ValueError(f"spirals wants a finite number of turns, got {turns}")
    radius = np.sqrt(rng.uniform(0.01, 1, n))  # the root spreads the points evenly along the arm
    angle = 2 * np.pi * turns * radius + np.pi * y
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (x + noise * rng.standard_normal((n, 2))).astype(np.float32), y


def _balanced(n: int, rng: np.random.Generator, noise: float) -> Array:
    """As many of class 0 as of class 1, in random order, once the arguments are known to make sense."""
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"a data set wants a whole number of points, one at least, got n={n!r}")
    if not isinstance(rng, np.random.Generator):  # np.random itself has the same methods, and a state that all share
        raise TypeError(f"a data set wants a random generator such as np.random.default_rng(0), got rng={rng!r}")
    if not isinstance(noise, Real) or not 0 <= noise < np.inf:
        raise ValueError(f"a data set wants a finite noise, 0 or more, got noise={noise!r}")
    return rng.permutation(np.arange(n) % 2)
