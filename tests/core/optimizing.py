"""What the tests of the optimizers share: the seven rules, a walk of one number, parameters by name."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp

ALL = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW]
every_optimizer = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
with_memory = pytest.mark.parametrize("kind", ALL[1:], ids=lambda kind: kind.__name__)


def walk(optimizer, gradients, shape=(1, 1), name="W"):
    """Where a number that starts at 1 stands after each of the gradients."""
    w, path = np.ones(shape), []
    for g in gradients:
        optimizer.step([Param(name, w, np.full(shape, float(g)))])
        path.append(w.flat[0])
    return path


def params_of(**arrays):
    return [Param(name, array, np.ones_like(array)) for name, array in arrays.items()]
