"""Layers for sequences: two ways to carry a memory along, RNN and LSTM.

The loops over time keep step k of all examples together, shape (T, N, …), so that every product inside is one matrix
product. What has no order in time, the inputs' share of z and the weights' gradients, is one product for all steps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Layer, are_counts, sealed
from backprop.initializers import glorot


class RNN(Layer):
    """a_k = f(x_k W + a_{k-1} U + b) from a_0 = 0: the same weights at every step, so their gradients add up over k.

    ``activation`` is "tanh" or "relu"; b starts at 0. The answer y holds a_1 to a_T. With ``every`` the way back is cut
    at the borders of pieces of so many steps (truncated backpropagation through time): then it is not the gradient.

    Shapes: x (N, T, n_in), W (n_in, n_hidden), U (n_hidden, n_hidden), b (n_hidden,), y (N, T, n_hidden).
    """

    param_names = ("W", "U", "b")

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        rng: np.random.Generator,
        activation: str = "tanh",
        init: Callable[..., Array] = glorot,
        dtype: type = np.float32,
        every: int | None = None,
    ) -> None:
        if every is not None and not are_counts(every):
            raise ValueError(f"RNN wants pieces of every ≥ 1 steps, or None for no cut; got {every!r}")
        if not are_counts(n_in, n_hidden) or activation not in ("tanh", "relu"):
            raise ValueError(f"RNN wants n_in, n_hidden ≥ 1, tanh or relu; got {n_in}, {n_hidden}, {activation!r}")
        self.W = init(rng, (n_in, n_hidden), n_in, n_hidden).astype(dtype)
        self.U = init(rng, (n_hidden, n_hidden), n_hidden, n_hidden).astype(dtype)
        self.b = np.zeros(n_hidden, dtype)
        self.dW = self.dU = self.db = None
        self.activation, self.every = activation, every

    def forward(self, x: Array) -> Array:
        x = steps(self, x)
        z = x @ self.W
        z += self.b
        a = np.zeros((len(x) + 1, *z.shape[1:]), z.dtype)
        for k in range(len(x)):
            z[k] += a[k] @ self.U
            if self.activation == "tanh":
                np.tanh(z[k], out=a[k + 1])
            else:
                np.maximum(z[k], 0, out=a[k + 1])
        self.cache = x, sealed(a)
        return a[1:].swapaxes(0, 1)

    def backward(self, dy: Array) -> Array | None:
        """Backwards through time: da_k is dy_k and what comes back from step k + 1, delta_k = da_k f′(z_k)."""
        x, a = self.cached()
        self.check_dy(dy, (x.shape[1], len(x), len(self.b)), x.dtype)
        y = a[1:]
        delta = (1 - y * y) if self.activation == "tanh" else (y > 0).astype(y.dtype)
        da = np.zeros_like(y[0])
        for k in reversed(range(len(x))):
            da += dy[:, k]
            delta[k] *= da
            np.matmul(delta[k], self.U.T, out=da)
            if self.every and k % self.every == 0:
                da[...] = 0  # a piece begins here
        self.dW, self.dU, self.db = step_gradients(x, a[:-1], delta)
        return (delta @ self.W.T).swapaxes(0, 1) if self.wants_dx else None

    def __repr__(self) -> str:
        pieces = f", every={self.every}" if self.every else ""
        return f"RNN({self.W.shape[0]}, {len(self.b)}, {self.activation!r}{pieces})"


class LSTM(Layer):
    """c_k = f_k c_{k-1} + i_k g_k and a_k = o_k tanh(c_k): a memory c that is added to (Hochreiter & Schmidhuber 1997).

    The gates i, f, g, o come in this order from one z_k = x_k W + a_{k-1} U + b: sigmoid, sigmoid, tanh, sigmoid. All
    start from 0, and b at 0 but for the forget gate's, which starts at 1 and keeps the memory (Gers et al. 2000).

    Shapes: x (N, T, n_in), W (n_in, 4 n_hidden), U (n_hidden, 4 n_hidden), b (4 n_hidden,), y (N, T, n_hidden).
    """

    param_names = ("W", "U", "b")

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        rng: np.random.Generator,
        init: Callable[..., Array] = glorot,
        dtype: type = np.float32,
    ) -> None:
        if not are_counts(n_in, n_hidden):
            raise ValueError(f"LSTM wants at least one input and one unit, got n_in={n_in}, n_hidden={n_hidden}")
        self.W = init(rng, (n_in, 4 * n_hidden), n_in, n_hidden).astype(dtype)
        self.U = init(rng, (n_hidden, 4 * n_hidden), n_hidden, n_hidden).astype(dtype)
        self.b = np.zeros(4 * n_hidden, dtype)
        self.b[n_hidden : 2 * n_hidden] = 1
        self.dW = self.dU = self.db = None

    def forward(self, x: Array) -> Array:
        x, n = steps(self, x), len(self.U)
        gates, _, c, tanh_c = arrays = self._arrays_for(*x.shape[:2])
        a = np.zeros(c.shape, c.dtype)
        half = np.full(4 * n, 0.5, x.dtype)  # sigmoid(z) is ½ tanh(½ z) + ½: one tanh makes all four gates
        half[2 * n : 3 * n] = 1
        U, rest = self.U * half, 1 - half
        np.matmul(x, self.W * half, out=gates)
        gates += self.b * half
        for k, gate in enumerate(gates):
            gate += a[k] @ U
            np.tanh(gate, out=gate)
            gate *= half
            gate += rest
            i, f, g, o = split(gate)
            np.multiply(f, c[k], out=c[k + 1])
            c[k + 1] += i * g
            np.tanh(c[k + 1], out=tanh_c[k])
            np.multiply(o, tanh_c[k], out=a[k + 1])
        self.cache = x, sealed(a), arrays
        return a[1:].swapaxes(0, 1)

    def backward(self, dy: Array) -> Array | None:
        """da comes from the step's own dy and from the next step's gates, dc from a and from the next step's memory."""
        x, a, (gates, delta, c, tanh_c) = self.cached()
        self.check_dy(dy, (x.shape[1], len(x), len(self.U)), x.dtype)
        da, dc = np.zeros_like(a[0]), np.zeros_like(a[0])
        U_T = self.U.T.copy()  # side by side in memory, for it is read at every step
        for k in reversed(range(len(x))):
            i, f, g, o = split(gates[k])
            da += dy[:, k]
            dc += da * o * (1 - tanh_c[k] * tanh_c[k])
            np.multiply(gates[k], 1 - gates[k], out=delta[k])  # the gates' slopes, times what reaches each gate
            delta_i, delta_f, delta_g, delta_o = split(delta[k])
            np.multiply(dc * i, 1 - g * g, out=delta_g)
            delta_i *= dc * g
            delta_f *= dc * c[k]
            delta_o *= da * tanh_c[k]
            dc *= f
            np.matmul(delta[k], U_T, out=da)
        self.dW, self.dU, self.db = step_gradients(x, a[:-1], delta)
        return (delta @ self.W.T).swapaxes(0, 1) if self.wants_dx else None

    def _arrays_for(self, t: int, n: int) -> tuple[Array, Array, Array, Array]:
        """Gates, their deltas, c and tanh c, to be written: those of the pass before if they fit, which saves time."""
        if self.cache is not None and self.cache[2][0].shape[:2] == (t, n):
            return self.cache[2]
        width, dtype = len(self.U), self.U.dtype
        gates, delta = np.empty((2, t, n, 4 * width), dtype)
        return gates, delta, np.zeros((t + 1, n, width), dtype), np.empty((t, n, width), dtype)

    def __repr__(self) -> str:
        return f"LSTM({self.W.shape[0]}, {len(self.U)})"


def steps(layer: RNN | LSTM, x: Array) -> Array:
    """A copy of x with time in front, (T, N, n_in); ValueError unless it is what the layer takes."""
    layer.check_input(x, "N", "T", len(layer.W), dtype=layer.W.dtype)
    return x.swapaxes(0, 1).copy()


def split(gates: Array) -> tuple[Array, Array, Array, Array]:
    """The four gates i, f, g, o, as views."""
    n = gates.shape[-1] // 4
    return gates[..., :n], gates[..., n : 2 * n], gates[..., 2 * n : 3 * n], gates[..., 3 * n :]


def step_gradients(x: Array, before: Array, delta: Array) -> tuple[Array, Array, Array]:
    """dW, dU, db: the sum over all examples and all steps; ``before`` is a of the step before each step.

    Shapes: x (T, N, n_in), before (T, N, n_hidden), delta (T, N, columns of W).
    """
    x, before, delta = (array.reshape(-1, array.shape[2]) for array in (x, before, delta))
    return x.T @ delta, before.T @ delta, delta.sum(axis=0)
