"""A network as a function of one long row of weights, for whoever walks on its loss as on a landscape."""

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
