"""What a gradient costs, measured: the arrays that a network holds for the way back, and the time of both passes."""

import time
from collections.abc import Callable

import numpy as np

from backprop.contract import Array, Layer


def kept(layer: Layer) -> dict[int, Array]:
    """The arrays that a layer, and the layers in it, hold for the way back, each once, by its id."""
    cache = layer.cache if isinstance(layer.cache, tuple) else (layer.cache,)
    arrays = {id(part): part for part in cache if isinstance(part, np.ndarray)}
    for inner in layer.layers:
        arrays |= kept(inner)
    return arrays


def forget(layer: Layer) -> None:
    """Drop what a layer, and the layers in it, hold for the way back."""
    layer.cache = None
    for inner in layer.layers:
        forget(inner)


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def clocked(net: Layer, x: Array, dy: Array, rounds: int = 40) -> tuple[float, float]:
    """Median seconds of processor time of a forward pass and of a backward pass, which take turns.

    Shapes: x (N, n_in), dy (N, n_out).
    """
    passes = (lambda: net.forward(x)), (lambda: net.backward(dy))
    forward, backward = np.median([[_seconds(run) for run in passes] for _ in range(rounds)], axis=0)
    return float(forward), float(backward)
