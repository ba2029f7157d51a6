"""A network as a function of one long row of weights, and long rows seen from the side."""

from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Loss
from backprop.network import Network


def loss_of_weights(
    net: Network, loss: Loss, x: Array, y: Array, decay: float = 0.0
) -> tuple[Callable[[Array], float], Callable[[Array], Array], Array]:
    """The loss on x and y as a function of all parameters in a row, its gradient, and the row as it is now.

    To the loss is added ½ decay ‖w‖², a price on large weights. Each of the two functions writes its row into the
    network, which goes forward (and backward) with it; it leaves the row itself alone.

    Shapes: w (n,) with the n numbers of net.params(), one after the other; price: (n,) -> one number;
    slope: (n,) -> (n,).
    """

    def price(w: Array) -> float:
        begin = 0
        for p in net.params():
            p.value.flat = w[begin : begin + p.value.size]
            begin += p.value.size
        return float(loss.forward(net.forward(x), y) + decay / 2 * w @ w)

    def slope(w: Array) -> Array:
        price(w)
        net.backward(loss.backward())
        return np.concatenate([p.grad.ravel() for p in net.params()]) + decay * w

    return price, slope, np.concatenate([p.value.ravel() for p in net.params()])


def seen_from_the_side(rows: Array, g: Array) -> Array:
    """Each row as a point: its part along g, and along the direction across g in which the rows differ most.

    Shapes: rows (N, n), g (n,); the points (N, 2).
    """
    u = g / np.linalg.norm(g)
    apart = rows - rows.mean(axis=0)
    across = apart - np.outer(apart @ u, u)
    _, vectors = np.linalg.eigh(across @ across.T)  # (N, N): far smaller than (n, n)
    v = vectors[:, -1] @ across
    return np.stack([rows @ u, rows @ v / np.linalg.norm(v)], axis=1)
