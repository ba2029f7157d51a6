"""What must not be answered in silence: NumPy's functions, comparisons and truth values of a Value or a Tensor."""

from __future__ import annotations

from numbers import Real
from typing import NoReturn

from backprop.contract import describe


class Node:
    """What a ``Value`` and a ``Tensor`` are to Python and NumPy: no number, and no array.

    Left alone, np.sum(node) would call its ``sum`` with arguments that it does not know, np.max(node) hand the node
    back, node == 1 compare identities, and ``if node:`` be true. All that raises TypeError instead.
    """

    __slots__ = ()
    __array_ufunc__ = None  # array @ node is left to the node, and np.exp(node) refused
    __hash__ = object.__hash__

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} has no truth, no order, and is unknown to NumPy's functions: "
            "use its methods, as in node.exp(), or node.data, what it holds"
        )

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __array__ = __array_function__ = _refuse

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} has no {name!r}; what it holds is in data, its gradient in grad")

    def exponent(self, n: float) -> float:
        """n of node ** n as a float; TypeError if it is no plain number, for a slope of n would need another rule."""
        if not isinstance(n, Real):
            raise TypeError(f"{type(self).__name__} ** n wants a plain number n, got {describe(n)}")
        return float(n)
