"""The labelled equations of section 2.6, each with numbers of its own."""

import math

import numpy as np
import pytest

from backprop.gradcheck import numerical_gradient
from backprop.tape import Tensor, unbroadcast
from backprop.value import Value, order


@pytest.mark.equation("eq-tape-product")
def test_the_slope_of_a_product_is_the_other_factor():
    u = Value(3.0) * Value(-0.5)
    assert [slope for _, slope in u.edges] == [-0.5, 3.0]
    nudged = numerical_gradient(lambda v: float(v[0] * v[1]), np.array([3.0, -0.5]))
    np.testing.assert_allclose([slope for _, slope in u.edges], nudged, rtol=1e-9)


@pytest.mark.equation("eq-tape-walk")
def test_every_user_of_a_number_hands_something_back():
    # L = v e^v + v² at v = 0.5: dL/dv = e^v (1 + v) + 2v
    v = Value(0.5)
    (v * v.exp() + v * v).backward()
    assert v.grad == pytest.approx(1.5 * math.exp(0.5) + 1, rel=1e-14)


@pytest.mark.equation("eq-unbroadcast")
def test_the_gradient_of_a_bias_is_the_column_sums_of_dz():
    dz = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    np.testing.assert_array_equal(unbroadcast(dz, (2,)), [9, 12])
    u, b = np.arange(6.0).reshape(3, 2), np.array([0.1, -0.2])
    nudged = numerical_gradient(lambda b: float(((u + b) ** 2 / 2).sum()), b)
    leaf = Tensor(b)
    ((u + leaf) ** 2 / 2).sum().backward()
    np.testing.assert_allclose(leaf.grad, nudged, rtol=1e-8)


@pytest.mark.equation("eq-forward-mode")
def test_a_sweep_from_the_front_finds_what_the_walk_from_the_end_finds():
    v, w = Value(0.7), Value(-1.1)
    end = (v * w + v).tanh() * w
    end.backward()
    for start in (v, w):
        moved = {}
        for node in order(end):
            moved[id(node)] = (node is start) + sum(slope * moved[id(parent)] for parent, slope in node.edges)
        assert moved[id(end)] == pytest.approx(start.grad, rel=1e-14)
