"""What a Value or a Tensor is to Python and NumPy: refused with a sentence, never answered in silence."""

import copy

import numpy as np
import pytest

from backprop.tape import Tensor
from backprop.value import Value

SILENT = {
    "==": lambda v: v == 1.0,
    "!=": lambda v: v != 1.0,
    "number ==": lambda v: v == 1.0,
    "array ==": lambda v: np.ones(1) == v,
    "array <": lambda v: np.ones(1) < v,
    "<": lambda v: v < 1,
    "<=": lambda v: v <= 1,
    ">": lambda v: v > v,
    ">=": lambda v: v >= 1,
    "if": lambda v: 1 if v else 2,
    "not": lambda v: not v,
    "in": lambda v: v in [v * 1.0],
    "max": lambda v: max(v, v * 1.0),
    "float": lambda v: float(v),
    "len": lambda v: len(v),
    "np.sum": np.sum,
    "np.mean": np.mean,
    "np.max": np.max,
    "np.argmax": np.argmax,
    "np.exp": np.exp,
    "np.log": np.log,
    "np.maximum": lambda v: np.maximum(v, 0),
    "np.add": lambda v: np.add(v, 1),
    "np.dot": lambda v: np.dot(v, v),
    "np.where": lambda v: np.where(True, v, 0),
    "np.concatenate": lambda v: np.concatenate([v, v]),
    "np.stack": lambda v: np.stack([v, v]),
    "np.array": np.array,
    "np.array of a list": lambda v: np.array([v, v]),
    "np.asarray": np.asarray,
    "np.shape": np.shape,
    "np.size": np.size,
    "np.zeros_like": np.zeros_like,
    "np.allclose": lambda v: np.allclose(v, v),
    "np.clip": lambda v: np.clip(v, 0, 1),
    "np.testing": lambda v: np.testing.assert_allclose(v, 1.0),
}
every_node = pytest.mark.parametrize(
    "node", [Value(1.0), Tensor(np.ones((2, 2))), Tensor(1.0) * 1], ids=["V", "T", "r"]
)


@every_node
@pytest.mark.parametrize("name", SILENT)
def test_what_does_not_see_into_a_node_is_refused_and_never_answered(node, name):
    with pytest.raises(TypeError) as caught:
        SILENT[name](node)
    if name not in ("float", "len", "np.exp", "np.log", "np.maximum", "np.add"):  # refused by Python or NumPy itself
        said = f"a {type(node).__name__} has no truth, no order, and is unknown to NumPy's functions: use its methods"
        assert said in str(caught.value)


@every_node
def test_a_node_can_stand_in_a_set_and_is_found_there_by_identity(node):
    assert {node: 1}[node] == 1
    assert node in {node, Value(1.0)}
    assert node in [node]
    assert not hasattr(node, "__array_interface__")


@every_node
@pytest.mark.parametrize("name", ["shape", "dtype", "item", "max", "dat"])
def test_an_attribute_that_a_node_has_not_is_told_where_to_look(node, name):
    with pytest.raises(AttributeError, match=f"a {type(node).__name__} has no '{name}'; what it holds is in data, its"):
        getattr(node, name)


@every_node
def test_a_node_can_be_copied(node):
    twin = copy.deepcopy(node)
    np.testing.assert_array_equal(twin.data, node.data)
    assert type(twin) is type(copy.copy(node)) is type(node)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_leaf_may_get_new_data_of_its_kind_and_a_single_number_stays_an_array(dtype):
    w = Tensor(np.array(1.0, dtype))
    for want in (0.8, 0.64):  # w ← w − 0.1 · 2 w
        (w * w).backward()
        w.data = w.data - dtype(0.1) * w.grad  # NumPy makes a number of it, no array
        assert isinstance(w.data, np.ndarray)
        assert w.data == pytest.approx(want)
        assert (w**2).data.dtype == dtype
    w.data -= w.grad


@pytest.mark.parametrize(
    ("new", "got"),
    [
        (np.ones(2), r"shape \(2,\) of float64"),
        (np.ones((1, 2), np.float32), "of float32"),
        (np.ones((1, 2), int), "int"),
    ],
)
def test_new_data_of_another_kind_are_refused(new, got):
    x = Tensor(np.ones((1, 2)))
    with pytest.raises(
        ValueError, match=rf"^Tensor\(shape \(1, 2\) of float64\) wants new data only if .* got .*{got}"
    ):
        x.data = new
    np.testing.assert_array_equal(x.data, [[1, 1]])


def test_the_data_of_a_result_cannot_be_replaced():
    y = Tensor(np.ones(2)) * 2
    with pytest.raises(ValueError, match="wants new data only if it is no result"):
        y.data = np.zeros(2)


def test_a_tensor_of_a_tensor_is_refused():
    with pytest.raises(ValueError, match="wants an array of a floating dtype, got a Tensor"):
        Tensor(Tensor(1.0))
