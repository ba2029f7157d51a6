"""Backpropagation on arrays: as in ``value``, but a local rule is a function, and broadcasting has to be undone."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from backprop.contract import Array, describe, kept
from backprop.node import Node
from backprop.value import order

Pull = Callable[[Array], Array]
Axis = int | tuple[int, ...] | None


class Tensor(Node):
    """An array that knows what it was computed from; ``backward`` leaves in ``grad`` what a nudge of each entry costs.

    ``edges`` holds a pair (parent, pull) for each Tensor that went in: from ∂L/∂self, ``pull`` makes ∂L/∂parent,
    a vector–Jacobian product. Plain numbers and arrays that went in are constants and have no edge.

    ``data`` is the array itself, not a copy, so that an update may write into it; what the rules read until backward is
    kept apart. Results are read-only. Raises ValueError unless it is of a floating dtype, which all results keep.
    """

    def __init__(self, data: Any, *edges: tuple[Any, Pull]) -> None:
        if isinstance(data, Node):
            raise ValueError(f"Tensor wants an array of a floating dtype, got {describe(data)}")
        self._data = np.asarray(data)
        if self._data.dtype.kind != "f":
            raise ValueError(f"Tensor wants an array of a floating dtype, got {describe(self._data)}")
        self.edges = tuple((parent, pull) for parent, pull in edges if isinstance(parent, Tensor))
        self.grad: Array | None = None
        if edges:
            if self._data.base is not None:  # a view of a parameter, which may be updated before backward
                self._data = self._data.copy()
            self._data.flags.writeable = False

    @property
    def data(self) -> Array:
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        data = np.asarray(data)
        if self.edges or (data.shape, data.dtype) != (self._data.shape, self._data.dtype):
            raise ValueError(f"{self!r} wants new data only if it is no result, and of its kind, got {describe(data)}")
        self._data = data

    def backward(self, seed: Array | None = None) -> None:
        """grad = Σ seed ⊙ ∂self/∂v for every v that self was computed from, assigned as in ``Value.backward``.

        Shapes: seed as self; without one, self holds one number and the seed is 1. Raises ValueError otherwise.
        """
        if seed is None:
            if self.data.size != 1:
                raise ValueError(f"backward starts at one number, or wants a seed; this has {describe(self.data)}")
            seed = np.ones_like(self.data)
        elif not isinstance(seed, np.ndarray) or (seed.shape, seed.dtype) != (self.data.shape, self.data.dtype):
            raise ValueError(f"backward wants a seed of {describe(self.data)}, got {describe(seed)}")
        nodes = order(self)
        for node in nodes:
            node.grad = np.zeros_like(node.data)
        self.grad += seed
        for node in reversed(nodes):
            for parent, pull in node.edges:
                parent.grad += unbroadcast(pull(node.grad), parent.data.shape)

    def __add__(self, other: Any) -> Tensor:
        return Tensor(self.data + self._array(other), (self, lambda dy: dy), (other, lambda dy: dy))

    def __sub__(self, other: Any) -> Tensor:
        return Tensor(self.data - self._array(other), (self, lambda dy: dy), (other, lambda dy: -dy))

    def __mul__(self, other: Any) -> Tensor:
        a, b = kept(self.data), self._array(other)
        return Tensor(a * b, (self, lambda dy: dy * b), (other, lambda dy: dy * a))

    def __truediv__(self, other: Any) -> Tensor:
        a, b = kept(self.data), self._array(other)
        y = a / b
        return Tensor(y, (self, lambda dy: dy / b), (other, lambda dy: -dy * y / b))

    def __pow__(self, n: float) -> Tensor:
        a, n = kept(self.data), self.exponent(n)
        return Tensor(a**n, (self, lambda dy: dy * (n * a ** (n - 1) if n else 0.0)))

    def __matmul__(self, other: Any) -> Tensor:
        """Shapes: (…, N, n) @ (…, n, K) -> (…, N, K)."""
        return self._product(self, other, kept(self.data), self._array(other))

    def __rmatmul__(self, other: Any) -> Tensor:
        return self._product(other, self, self._array(other), kept(self.data))

    def _product(self, left: Any, right: Any, a: Array, b: Array) -> Tensor:
        if np.ndim(a) < 2 or np.ndim(b) < 2:
            raise ValueError(f"@ wants two arrays of two or more dimensions, got {describe(a)} and {describe(b)}")
        return Tensor(a @ b, (left, lambda dy: dy @ b.swapaxes(-1, -2)), (right, lambda dy: a.swapaxes(-1, -2) @ dy))

    def exp(self) -> Tensor:
        y = np.exp(self.data)
        return Tensor(y, (self, lambda dy: dy * y))

    def log(self) -> Tensor:
        a = kept(self.data)
        return Tensor(np.log(a), (self, lambda dy: dy / a))

    def tanh(self) -> Tensor:
        y = np.tanh(self.data)
        return Tensor(y, (self, lambda dy: dy * (1 - y * y)))

    def sigmoid(self) -> Tensor:
        small = np.exp(-np.abs(self.data))  # never overflows
        y = np.where(self.data >= 0, 1, small) / (1 + small)
        return Tensor(y, (self, lambda dy: dy * y * (1 - y)))

    def relu(self) -> Tensor:
        positive = self.data > 0
        return Tensor(np.maximum(self.data, 0), (self, lambda dy: dy * positive))

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        shape = self.data.shape
        y = self.data.sum(axis=axis, keepdims=keepdims)
        return Tensor(y, (self, lambda dy: np.broadcast_to(_with_axis(dy, axis, keepdims), shape)))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def log_sum_exp(self, axis: Axis = -1, keepdims: bool = False) -> Tensor:
        """log Σ exp(x); its slope is softmax(x). The largest x is taken out first, so that nothing overflows."""
        a = kept(self.data)
        top = a.max(axis=axis, keepdims=True)
        y = top + np.log(np.exp(a - top).sum(axis=axis, keepdims=True))
        shown = y if keepdims else y.squeeze(axis=axis)
        return Tensor(shown, (self, lambda dy: _with_axis(dy, axis, keepdims) * np.exp(a - y)))

    def reshape(self, *shape: int) -> Tensor:
        before = self.data.shape
        return Tensor(self.data.reshape(*shape), (self, lambda dy: dy.reshape(before)))

    @property
    def T(self) -> Tensor:
        return Tensor(self.data.T, (self, lambda dy: dy.T))

    def __getitem__(self, index: Any) -> Tensor:
        a = self.data

        def scatter(dy: Array) -> Array:
            da = np.zeros_like(a)
            np.add.at(da, index, dy)  # an entry that was taken twice is a fork: its gradients add up
            return da

        return Tensor(a[index], (self, scatter))

    __radd__ = __add__
    __rmul__ = __mul__
    __iter__ = None  # a loop over rows would make one node for each

    def __neg__(self) -> Tensor:
        return self * -1.0

    def __rsub__(self, other: Any) -> Tensor:
        return -self + other

    def __rtruediv__(self, other: Any) -> Tensor:
        return self**-1 * other

    def _array(self, other: Any) -> Array | float:
        """The array behind an operand; ValueError if it would change the dtype of the result."""
        if isinstance(other, Real):
            return float(other)  # also np.float64, which would turn a float32 array into float64
        data = other.data if isinstance(other, Tensor) else other
        if not isinstance(data, np.ndarray) or data.dtype != self.data.dtype:
            raise ValueError(f"{self!r} wants a number or an array of its dtype, got {describe(data)}")
        return kept(data)

    def __repr__(self) -> str:
        return f"Tensor({describe(self.data)})"


def unbroadcast(dy: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of an array that was copied along some axes: the sum over its copies (eq-unbroadcast).

    Shapes: dy of a shape to which ``shape`` broadcasts; the answer has ``shape``.
    """
    added = dy.ndim - len(shape)
    stretched = tuple(added + i for i, n in enumerate(shape) if n == 1 and dy.shape[added + i] != 1)
    return dy.sum(axis=(*range(added), *stretched)).reshape(shape) if added or stretched else dy


def _with_axis(dy: Array, axis: Axis, keepdims: bool) -> Array:
    """dy with the axes back that a sum took away, so that it can be broadcast along them."""
    return dy if keepdims or axis is None else np.expand_dims(dy, axis)
