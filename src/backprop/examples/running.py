"""The running network: two inputs, two hidden neurons, two outputs, and numbers that never change in this book.

It is small enough to be worked by hand and large enough to have everything: a forked path, a negative weight, a
bias that is 0. Chapter 1 computes it forward, chapter 2 backward, and appendix A in PyTorch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backprop.contract import Array
from backprop.layers.activations import Sigmoid
from backprop.layers.dense import Dense
from backprop.losses import MeanSquaredError
from backprop.network import Network

X = ((1.0, 0.5),)
Y = ((1.0, 0.0),)
W1 = ((0.2, -0.6), (0.8, 0.4))
B1 = (0.0, 0.1)
W2 = ((0.7, -0.5), (-0.9, 0.3))
B2 = (0.2, 0.0)
PARAMETERS = (*W1[0], *W1[1], *B1, *W2[0], *W2[1], *B2)  # all twelve, in the order of `net.params()`


def running_network(dtype: type = np.float64) -> tuple[Network, Array, Array]:
    """The network Dense-Sigmoid-Dense-Sigmoid, its one example x and its target y.

    Shapes: x (1, 2), y (1, 2), every W (2, 2), every b (2,). The loss of the book is MeanSquaredError.
    """
    rng = np.random.default_rng(0)  # a layer draws its weights; these are then overwritten
    net = Network(Dense(2, 2, rng, dtype=dtype), Sigmoid(), Dense(2, 2, rng, dtype=dtype), Sigmoid())
    for index, W, b in ((0, W1, B1), (2, W2, B2)):
        net.layers[index].W[...] = W
        net.layers[index].b[...] = b
    return net, np.array(X, dtype), np.array(Y, dtype)


def set_parameters(net: Network, values: Sequence[float]) -> None:
    """Write twelve numbers, in the order of PARAMETERS, into the weights and biases of such a network."""
    for p, part in zip(net.params(), np.split(np.array(values, dtype=float), [4, 6, 10]), strict=True):
        p.value[...] = part.reshape(p.value.shape)


def loss_of_twelve(numbers: Sequence[float], x: Array | Sequence[Sequence[float]] = X) -> float:
    """The loss of the running network with these twelve parameters, in the order of PARAMETERS: a function to nudge.

    Shapes: x (1, 2), the network's own example unless another is given.
    """
    net, _, y = running_network()
    set_parameters(net, numbers)
    return MeanSquaredError().forward(net.forward(np.array(x)), y)


def second_half() -> dict[str, dict]:
    """Places, edges, values and gradients of a₁, a₂ → z → ŷ → L, as `backprop.plots.computation_graph` wants them."""
    net, x, y = running_network()
    first, hidden, second, last = net.layers
    loss = MeanSquaredError()
    a = hidden.forward(first.forward(x))
    z = second.forward(a)
    y_hat = last.forward(z)
    value, dy_hat = loss.forward(y_hat, y), loss.backward()
    dz = last.backward(dy_hat)
    names = ("a₁", "a₂", "z₁", "z₂", "ŷ₁", "ŷ₂", "L")
    values = dict(zip(names, [*a[0], *z[0], *y_hat[0], value], strict=True))
    gradients = dict(zip(names, [*second.backward(dz)[0], *dz[0], *dy_hat[0], 1], strict=True))
    edges = {(f"a{j}", f"z{k}"): second.W[i, m] for i, j in enumerate("₁₂") for m, k in enumerate("₁₂")}
    edges |= {(f"z{k}", f"ŷ{k}"): gradients[f"z{k}"] / gradients[f"ŷ{k}"] for k in "₁₂"}
    edges |= {(f"ŷ{k}", "L"): gradients[f"ŷ{k}"] for k in "₁₂"}
    spots = ((0, 1), (0, 0), (1.2, 1), (1.2, 0), (2.2, 1), (2.2, 0), (3.1, 0.5))
    return {
        "places": dict(zip(names, spots, strict=True)), "edges": edges, "values": values, "gradients": gradients
    }  # fmt: skip
