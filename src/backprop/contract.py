"""The promises that every layer and every loss keeps, written once so that the rest can rely on them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from numbers import Integral
from typing import NamedTuple, Self

import numpy as np

Array = np.ndarray


class Param:
    """One parameter as an optimizer sees it: what it is called, where it is, what a nudge of it costs.

    ``value`` is the array itself, not a copy: an update writes into it (``w = p.value; w -= lr * p.grad``).
    ``grad`` is ∂L/∂value, of the same shape, or None as long as no backward pass has run. A layer's parameter reads
    both when it is asked, so that a list of them, kept for many steps, never holds the gradient of an earlier one.
    ``name, value, grad = p`` takes it apart.
    """

    __slots__ = ("_grad", "_value", "name")

    def __init__(self, name: str, value: Array, grad: Array | None) -> None:
        self.name, self._value, self._grad = name, value, grad

    @property
    def value(self) -> Array:
        return self._value

    @property
    def grad(self) -> Array | None:
        return self._grad

    def __iter__(self) -> Iterator[str | Array | None]:
        return iter((self.name, self.value, self.grad))

    def __repr__(self) -> str:
        return f"Param({self.name!r}, {self.value!r}, {self.grad!r})"


class _OfLayer(Param):
    """The parameter ``attribute`` of ``layer``: W and dW as they are at the moment."""

    __slots__ = ("_layer",)

    def __init__(self, name: str, layer: Layer, attribute: str) -> None:
        self.name, self._layer, self._value, self._grad = name, layer, attribute, "d" + attribute

    @property
    def value(self) -> Array:
        return getattr(self._layer, self._value)

    @property
    def grad(self) -> Array | None:
        return getattr(self._layer, self._grad)


class Layer:
    """A pair of mirrored functions: ``forward(x) -> y`` and ``backward(dy) -> dx``.

    - ``forward`` leaves in ``cache`` what ``backward`` needs, out of reach: what comes in is copied unless it is
      read-only, an answer that is needed again is read-only. Only the parameters have to stay as they are meanwhile.
    - ``backward`` reads the cache and *assigns* the gradient of attribute ``W`` to attribute ``dW``. It does
      not accumulate over calls, so there is nothing to reset, and calling it twice gives the same answer.
    - Neither edits its argument.
    - A layer that holds other layers lists them in ``layers``; everything below then works on all of them.
    """

    param_names: tuple[str, ...] = ()
    buffer_names: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    _training: bool = True
    wants_dx: bool = True
    cache = None

    def forward(self, x: Array) -> Array:
        """y = f(x). Raises ValueError if ``x`` has the wrong shape or dtype."""
        raise NotImplementedError(f"{type(self).__name__} has no forward pass")

    def backward(self, dy: Array) -> Array | None:
        """dx = ∂L/∂x from dy = ∂L/∂y; None where there is no input gradient or nobody wants it (``wants_dx``).

        Raises RuntimeError before the first forward pass and ValueError if ``dy`` has not the shape and dtype of ``y``.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward pass")

    def params(self, prefix: str = "") -> Iterator[Param]:
        """Every parameter with its gradient, named by position: ``"2.W"`` is W of the layer at index 2."""
        for name in self.param_names:
            yield _OfLayer(prefix + name, self, name)
        for index, layer in enumerate(self.layers):
            yield from layer.params(f"{prefix}{index}.")

    def train_mode(self, on: bool = True) -> None:
        """Switch between training (dropout drops, batch norm measures) and evaluation, here and in all layers inside.

        Raises ValueError for anything but True and False: "eval", as a truth value, would be training.
        """
        if not isinstance(on, bool):
            raise ValueError(f"{self!r}: train_mode wants True or False, got {on!r}")
        self._training = on
        for layer in self.layers:
            layer.train_mode(on)

    @property
    def training(self) -> bool:
        """Whether the layer is in training; to set it is to call ``train_mode``."""
        return self._training

    @training.setter
    def training(self, on: bool) -> None:
        self.train_mode(on)

    def state(self, prefix: str = "") -> dict[str, Array]:
        """Copies of parameters and running statistics by name: all there is to save, ``np.savez(path, **net.state())``.

        They stay as they are while training goes on, so the best epoch so far can be kept and loaded again.
        """
        return {name: array.copy() for name, array in self._arrays(prefix)}

    def _arrays(self, prefix: str = "") -> Iterator[tuple[str, Array]]:
        for name in self.param_names + self.buffer_names:
            yield prefix + name, getattr(self, name)
        for index, layer in enumerate(self.layers):
            yield from layer._arrays(f"{prefix}{index}.")

    def load_state(self, state: dict[str, Array]) -> None:
        """Copy saved arrays back in. Raises ValueError if a name, shape or dtype is not the network's own."""
        mine = dict(self._arrays())
        if mine.keys() != set(state):
            missing, extra = sorted(mine.keys() - set(state)), sorted(set(state) - mine.keys())
            raise ValueError(f"saved state does not fit {self!r}: missing {missing}, unknown {extra}")
        for name, array in mine.items():
            saved = np.asarray(state[name])
            if (saved.shape, saved.dtype) != (array.shape, array.dtype):
                raise ValueError(f"{name!r}: want {describe(array)}, got {describe(saved)}")
        for name, array in mine.items():
            array[...] = state[name]

    def astype(self, dtype: type) -> Self:
        """A copy of the layer that computes in ``dtype``, with empty cache and no gradients."""
        twin = copy.copy(self)
        for name, generator in vars(self).items():
            if isinstance(generator, np.random.Generator):  # else a draw of one would change the chance of the other
                setattr(twin, name, copy.deepcopy(generator))
        twin.layers = tuple(layer.astype(dtype) for layer in self.layers)
        twin.cache = None
        for name in self.param_names + self.buffer_names:
            setattr(twin, name, getattr(self, name).astype(dtype))
        for name in self.param_names:
            setattr(twin, "d" + name, None)
        return twin

    def cached(self) -> object:
        """What forward left for backward; RuntimeError if there was no forward pass."""
        if self.cache is None:
            raise RuntimeError(f"{self!r}: backward was called before forward")
        return self.cache

    def check_input(self, x: Array, *shape: int | str, dtype: np.dtype | None = None, **least: int) -> None:
        """Raise ValueError unless ``x`` is a floating-point array of this shape and dtype, with at least one row.

        Of the shape numbers must fit and letters are free, but not 0, or not below what ``least`` gives for them:
        ``self.check_input(x, "N", "T", n_in, T=size)``. Without a shape or dtype any will do.
        """
        if is_floating(x) and (dtype is None or x.dtype == dtype):
            if not shape:
                fits = x.ndim > 0 and len(x) > 0
            else:
                fits = x.ndim == len(shape)
                for n, wanted in zip(x.shape, shape, strict=False):
                    fits = fits and (n == wanted or (isinstance(wanted, str) and n >= least.get(wanted, 1)))
            if fits:
                return
        if not shape:
            raise self.bad_input(x, "a floating-point array with at least one row")
        wanted = f"shape ({', '.join(map(str, shape))})"
        wanted = f"{wanted} of {dtype}" if dtype is not None else f"a floating-point array of {wanted}"
        letters = (f"{letter} ≥ {least.get(letter, 1)}" for letter in shape if isinstance(letter, str))
        raise self.bad_input(x, ", ".join([wanted, *letters]))

    def check_dy(self, dy: Array, shape: tuple[int, ...], dtype: np.dtype | None = None) -> None:
        """Raise ValueError unless ``dy`` is shaped like the output of the last forward pass, and of its dtype.

        A layer that multiplies ``dy`` by arrays of its own names their ``dtype``; to any other, whatever floating-point
        dtype comes in goes out.
        """
        fits = isinstance(dy, np.ndarray) and dy.shape == shape and dy.dtype.kind == "f"
        if not fits or (dtype is not None and dy.dtype != dtype):
            of = dtype or "a floating-point dtype"
            raise ValueError(f"{self!r}: backward wants dy of shape {shape} and {of}, got {describe(dy)}")

    def bad_input(self, x: object, wanted: str) -> ValueError:
        for p in self.params():
            if not is_floating(p.value):
                return ValueError(f"{self!r} computes in float32 or float64, not in {p.value.dtype}")
        return ValueError(f"{self!r}: forward wants {wanted}, got {describe(x)}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"


class Loss:
    """A function of prediction and target with one number as its answer; the mean over the batch lives here.

    ``forward(y_hat, y) -> float`` and ``backward() -> dy_hat``, the gradient of that number.
    """

    cache = None

    def forward(self, y_hat: Array, y: Array) -> float:
        raise NotImplementedError(f"{type(self).__name__} has no forward pass")

    def backward(self) -> Array:
        raise NotImplementedError(f"{type(self).__name__} has no backward pass")

    cached = Layer.cached

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def kept(x: Array) -> Array:
    """What forward may keep of an array until backward: a copy, or ``x`` itself if it came read-only.

    Whoever handed it in may write into it in between, and the gradient would be wrong without a word.
    """
    return x.copy(order="K") if x.flags.writeable else x


def sealed(y: Array) -> Array:
    """``y`` itself, read-only from now on: an answer that the layer will need again."""
    y.flags.writeable = False
    return y


def lent(x: Array) -> Array:
    """``x`` read-only, a promise that nobody writes into it before backward, so that no layer needs a copy."""
    if isinstance(x, np.ndarray):  # a layer says it better if not
        return sealed(x.view())
    return x


def with_gradients(who: str, params: Iterable[Param]) -> list[tuple[str, Array, Array]]:
    """Name, value and gradient of all parameters, for ``who`` is about to read them or to write into them.

    Raises ValueError if there is none at all (what ``net.params()`` gives can be walked through once), if one stands
    there twice, or if a gradient is not of its parameter's shape, and RuntimeError if one has no gradient yet.
    """
    found, call = [(p.name, p.value, p.grad) for p in params], who.rpartition(".")[2]
    for name, value, grad in found:
        if grad is None:
            raise RuntimeError(f"parameter {name!r} has no gradient yet: run backward before {call}")
        if not is_floating(value) or not is_floating(grad) or value.shape != grad.shape:
            raise ValueError(
                f"{who} wants a parameter and its gradient as two arrays of one shape, of float32 or float64, "
                f"got for {name!r} {describe(value)} and {describe(grad)}"
            )
    if not found:
        raise ValueError(
            f"{who} wants one parameter or more, got none: is this a used-up generator, "
            f"or a network without parameters? Ask anew at each step: {call}(net.params())"
        )
    if len({id(value) for _, value, _ in found}) < len(found):
        raise ValueError(f"{who} wants every parameter once, got {[name for name, _, _ in found]}")
    return found


def is_floating(x: object) -> bool:
    """Whether ``x`` is an array of float32 or wider: in float16 Adam's ε = 1e-8 is 0, and 65,520 is infinity."""
    return isinstance(x, np.ndarray) and x.dtype.char in "fdg"


def are_counts(*numbers: object) -> bool:
    """Whether all of them are whole numbers from 1 on."""
    return all(isinstance(n, Integral) and n >= 1 for n in numbers)


def describe(x: object) -> str:
    """How an error message speaks of what it got: shape and dtype of an array, type of anything else."""
    return f"shape {x.shape} of {x.dtype}" if isinstance(x, np.ndarray) else f"a {type(x).__name__}"


class Split(NamedTuple):
    """Examples to learn from, and others to be tested on.

    Shapes: x_train (N, …), y_train (N,), x_test (M, …), y_test (M,); rows are examples.
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
