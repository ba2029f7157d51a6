"""What a gradient costs: which arrays are counted as kept, and that forgetting forgets."""

import numpy as np
import pytest

from backprop.contract import lent
from backprop.examples.prices import clocked, forget, kept
from backprop.layers import Dense, Sigmoid
from backprop.network import Network


@pytest.fixture
def net():
    rng = np.random.default_rng(0)
    return Network(Network(Dense(5, 7, rng), Sigmoid()), Network(Dense(7, 3, rng), Sigmoid()))


def test_each_array_is_counted_once_and_none_after_forgetting(net):
    net.forward(lent(np.ones((11, 5), np.float32)))
    assert sorted(array.shape for array in kept(net).values()) == [(11, 3), (11, 5), (11, 7)]
    forget(net)
    assert kept(net) == {}
    with pytest.raises(RuntimeError):
        net.backward(np.ones((11, 3), np.float32))


def test_the_clock_runs_both_passes_so_often(net):
    runs = []
    net.forward, net.backward = (lambda x: runs.append("forward")), (lambda dy: runs.append("backward"))
    forward, backward = clocked(net, np.ones(1), np.ones(1), rounds=3)
    assert runs == 3 * ["forward", "backward"]
    assert forward >= 0
    assert backward >= 0
