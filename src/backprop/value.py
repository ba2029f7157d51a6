"""Backpropagation on single numbers: arithmetic that remembers what it did, so that it can be walked backwards."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

from backprop.node import Node


class Value(Node):
    """A number that knows what it was computed from; ``backward`` leaves in ``grad`` what a nudge of it costs.

    ``edges`` holds a pair (parent, slope) for each Value that went in: the local rule of the operator, as a number.
    A plain number that went in is a constant and has no edge. Raises TypeError unless ``data`` is one real number.
    """

    __slots__ = ("data", "edges", "grad")

    def __init__(self, data: float, *edges: tuple[Any, float]) -> None:
        if not isinstance(data, Real):
            raise TypeError(f"Value wants one real number, got a {type(data).__name__}")
        self.data, self.grad = float(data), None
        self.edges = tuple((parent, slope) for parent, slope in edges if isinstance(parent, Value))

    def backward(self) -> None:
        """grad = ∂self/∂v for every v that self was computed from (eq-tape-walk).

        It assigns: what an earlier backward left there is forgotten, so calling it twice gives the same answer.
        """
        nodes = order(self)
        for node in nodes:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(nodes):
            for parent, slope in node.edges:
                parent.grad += slope * node.grad

    def __add__(self, other: Value | float) -> Value:
        return Value(self.data + number(other), (self, 1.0), (other, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        return Value(self.data * number(other), (self, number(other)), (other, self.data))

    def __pow__(self, n: float) -> Value:
        n = self.exponent(n)
        return Value(self.data**n, (self, n * self.data ** (n - 1) if n else 0.0))

    def exp(self) -> Value:
        y = math.exp(self.data)
        return Value(y, (self, y))

    def log(self) -> Value:
        return Value(math.log(self.data), (self, 1 / self.data))

    def tanh(self) -> Value:
        y = math.tanh(self.data)
        return Value(y, (self, 1 - y * y))

    def sigmoid(self) -> Value:
        small = math.exp(-abs(self.data))  # never overflows
        y = (1 if self.data >= 0 else small) / (1 + small)
        return Value(y, (self, y * (1 - y)))

    def relu(self) -> Value:
        return Value(max(self.data, 0.0), (self, float(self.data > 0)))

    def __repr__(self) -> str:
        return f"Value({self.data:.6g}, grad={self.grad if self.grad is None else f'{self.grad:.6g}'})"

    # The rest is made of the above and needs no rule of its own.
    # fmt: off
    __radd__ = __add__
    __rmul__ = __mul__
    def __neg__(self) -> Value: return self * -1
    def __sub__(self, other: Value | float) -> Value: return self + -other
    def __rsub__(self, other: float) -> Value: return -self + other
    def __truediv__(self, other: Value | float) -> Value: return self * other**-1
    def __rtruediv__(self, other: float) -> Value: return self**-1 * other


def number(x: Value | float) -> float:
    if isinstance(x, Value):
        return x.data
    return float(x) if isinstance(x, Real) else x  # a np.float32 would round; of all else Python says what is wrong


def order(end: Any) -> list[Any]:
    """``end`` and all it was computed from along ``edges``: each node once, parents first. No recursion, any depth."""
    nodes, seen, waiting = [], set(), [(end, False)]
    while waiting:
        node, parents_done = waiting.pop()
        if parents_done:
            nodes.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting += [(node, True), *((parent, False) for parent, _ in node.edges)]
    return nodes
