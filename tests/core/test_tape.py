"""The array tape: every operator nudged, broadcasting undone, and the same gradients as the layers and PyTorch."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from backprop.examples.running import running_network
from backprop.gradcheck import numerical_gradient, relative_error
from backprop.layers import Dense, ReLU, Tanh
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.tape import Tensor, unbroadcast


def rng(seed=0):
    return np.random.default_rng(seed)


def positive(*shape, seed=0):
    return np.exp(0.5 * rng(seed).standard_normal(shape))


TAKEN, AGAIN = np.array([0, 2, 2, 1]), np.array([1, 2, 2, 0])  # indices that repeat are forks

# Each operator once: what it computes from Tensors, and the shapes of those. All entries are positive.
OPERATORS = {
    "a + b": (lambda a, b: a + b, (3, 4), (3, 4)),
    "a + b, b copied down": (lambda a, b: a + b, (3, 4), (4,)),
    "a + b, b copied across": (lambda a, b: a + b, (3, 4), (3, 1)),
    "a + b, both copied": (lambda a, b: a + b, (3, 1), (1, 4)),
    "a + b, one number": (lambda a, b: a + b, (), (2, 3)),
    "array + a": (lambda a: np.ones((3, 4)) + a + 1 + np.float64(2), (4,)),
    "a - b": (lambda a, b: a - b, (3, 4), (4,)),
    "1 - a": (lambda a: 1 - a, (3, 4)),
    "-a": (lambda a: -a, (3, 4)),
    "a * b": (lambda a, b: a * b, (2, 3, 1), (3, 4)),
    "2 * a": (lambda a: 2 * a * np.full((2, 3, 4), 3.0), (3, 4)),
    "a / b": (lambda a, b: a / b, (3, 4), (3, 1)),
    "2 / a": (lambda a: 2 / a + a / 2, (3, 4)),
    "a ** 3": (lambda a: a**3 + a**0, (3, 4)),
    "a ** -0.5": (lambda a: a**-0.5, (3, 4)),
    "a @ b": (lambda a, b: a @ b, (3, 4), (4, 2)),
    "a @ b, batched": (lambda a, b: a @ b, (5, 3, 4), (4, 2)),
    "a @ b, both batched": (lambda a, b: a @ b, (5, 3, 4), (5, 4, 2)),
    "array @ a": (lambda a: np.arange(12.0).reshape(3, 4) @ a @ np.ones((2, 5)), (4, 2)),
    "exp": (lambda a: a.exp(), (3, 4)),
    "log": (lambda a: a.log(), (3, 4)),
    "tanh": (lambda a: a.tanh(), (3, 4)),
    "sigmoid": (lambda a: (a - 1).sigmoid(), (3, 4)),
    "relu": (lambda a: (a - 1).relu(), (3, 4)),
    "sum": (lambda a: a.sum(), (3, 4)),
    "sum over rows": (lambda a: a.sum(0), (3, 4)),
    "sum over the last, kept": (lambda a: a.sum(-1, keepdims=True), (3, 4)),
    "sum over two": (lambda a: a.sum((0, 2)), (2, 3, 4)),
    "mean": (lambda a: a.mean(), (3, 4)),
    "mean over columns": (lambda a: a.mean(1), (3, 4)),
    "mean over rows, kept": (lambda a: a - a.mean(1, keepdims=True), (3, 4)),
    "log_sum_exp": (lambda a: (a * 3).log_sum_exp(), (3, 4)),
    "log_sum_exp of all": (lambda a: a.log_sum_exp(None), (3, 4)),
    "log_sum_exp, kept": (lambda a: a - a.log_sum_exp(1, keepdims=True), (3, 4)),
    "log_sum_exp of one row": (lambda a: a.log_sum_exp(-1), (1, 4)),
    "reshape": (lambda a: a.reshape(2, 6), (3, 4)),
    "reshape by tuple": (lambda a: a.reshape((12,)), (3, 4)),
    "T": (lambda a: a.T @ a, (3, 4)),
    "a[1]": (lambda a: a[1], (3, 4)),
    "a[:, 1:3]": (lambda a: a[:, 1:3], (3, 4)),
    "a[mask]": (lambda a: a[np.eye(3, 4) == 1], (3, 4)),
    "a[labels]": (lambda a: a[np.arange(4), TAKEN], (4, 3)),
    "a[repeated rows]": (lambda a: a[TAKEN] * a[AGAIN], (3, 4)),
    "a used three times": (lambda a: a * a + a.exp() / (1 + a), (3, 4)),
}
every_operator = pytest.mark.parametrize("name", OPERATORS)


def case(name, dtype=np.float64):
    """The operator as a function of arrays that answers with a Tensor, and positive arrays for it."""
    f, *shapes = OPERATORS[name]
    return f, [positive(*shape, seed=i).astype(dtype) for i, shape in enumerate(shapes)]


def gradients(f, arrays, seed):
    leaves = [Tensor(array) for array in arrays]
    f(*leaves).backward(seed)
    return [leaf.grad for leaf in leaves]


def assert_nudged(f, arrays):
    """Every entry of every argument, against Σ f ⊙ r with a random r, so that no two mistakes cancel."""
    r = rng(9).standard_normal(f(*map(Tensor, arrays)).data.shape)
    for i, grad in enumerate(gradients(f, arrays, np.asarray(r))):

        def loss(x, i=i):
            return float((f(*(Tensor(x.copy() if k == i else a) for k, a in enumerate(arrays))).data * r).sum())

        assert grad.shape == arrays[i].shape
        assert relative_error(grad, numerical_gradient(loss, arrays[i]), floor=1e-3) <= 1e-7


@every_operator
def test_every_operator_answers_a_nudge(name):
    assert_nudged(*case(name))


# What NumPy has no operator or method for.
BY_NUMPY = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(1 - a)),
    "relu": lambda a: np.maximum(a - 1, 0),
    "log_sum_exp": lambda a: np.log(np.exp(3 * a).sum(-1)),
    "log_sum_exp of all": lambda a: np.log(np.exp(a).sum()),
    "log_sum_exp, kept": lambda a: a - np.log(np.exp(a).sum(1, keepdims=True)),
    "log_sum_exp of one row": lambda a: np.log(np.exp(a).sum(-1)),
    "a used three times": lambda a: a * a + np.exp(a) / (1 + a),
}


@every_operator
def test_every_operator_computes_what_numpy_computes(name):
    """A wrong sign in both directions would answer every nudge."""
    f, arrays = case(name)
    y, want = f(*map(Tensor, arrays)).data, np.asarray(BY_NUMPY.get(name, f)(*arrays))
    assert y.shape == want.shape
    np.testing.assert_allclose(y, want, rtol=1e-12)


def test_the_kink_of_relu_has_slope_0_as_in_the_layer():
    z = Tensor(np.zeros(3))
    z.relu().backward(np.ones(3))
    np.testing.assert_array_equal(z.grad, 0)


def test_the_power_0_has_slope_0_everywhere():
    z = Tensor(np.array([0.0, 2.0]))
    (z**0).backward(np.ones(2))
    np.testing.assert_array_equal(z.grad, 0)


def test_the_table_has_every_operator_of_the_class():
    written = {n for n, thing in vars(Tensor).items() if callable(thing) or isinstance(thing, property)}
    by_symbol = {"__add__", "__radd__", "__sub__", "__rsub__", "__neg__", "__mul__", "__rmul__", "__truediv__"}
    by_symbol |= {"__rtruediv__", "__pow__", "__matmul__", "__rmatmul__", "__getitem__"}
    by_name = written - by_symbol - {"__init__", "__repr__", "_array", "_product", "backward", "data"}
    assert by_symbol <= written
    assert {name.split()[0].rstrip(",") for name in OPERATORS} >= by_name


@every_operator
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_the_dtype_is_kept_forward_and_backward(name, dtype):
    f, arrays = case(name, dtype)
    if name in ("array + a", "2 * a", "array @ a"):
        pytest.skip("its constant array is float64")
    leaves = [Tensor(array) for array in arrays]
    end = f(*leaves)
    end.backward(np.ones_like(end.data))
    assert [end.data.dtype, end.grad.dtype] + [leaf.grad.dtype for leaf in leaves] == [dtype] * (2 + len(leaves))


@every_operator
def test_no_argument_is_edited_and_backward_twice_answers_the_same(name):
    f, arrays = case(name)
    before = [array.copy() for array in arrays]
    leaves = [Tensor(array) for array in arrays]
    end = f(*leaves)
    seed = rng(5).standard_normal(end.data.shape) if end.data.shape else np.array(1.5)
    kept = seed.copy()
    end.backward(seed)
    first = [leaf.grad.copy() for leaf in leaves]
    end.backward(seed)
    np.testing.assert_array_equal(seed, kept)
    for leaf, grad, array, old in zip(leaves, first, arrays, before, strict=True):
        np.testing.assert_array_equal(leaf.grad, grad)
        np.testing.assert_array_equal(array, old)


@settings(max_examples=60, deadline=None)
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3), op=st.sampled_from("+-*/"))
def test_broadcasting_is_undone_whatever_the_shapes(shapes, op):
    arrays = [positive(*shape, seed=i) for i, shape in enumerate(shapes.input_shapes)]
    operate = {"+": Tensor.__add__, "-": Tensor.__sub__, "*": Tensor.__mul__, "/": Tensor.__truediv__}[op]
    assert_nudged(operate, arrays)


@given(shapes=mutually_broadcastable_shapes(num_shapes=1, base_shape=(2, 3, 1), max_dims=4))
def test_to_unbroadcast_is_the_mirror_of_to_broadcast(shapes):
    # ⟨broadcast x, y⟩ = ⟨x, unbroadcast y⟩
    x = rng(1).standard_normal(shapes.input_shapes[0])
    y = rng(2).standard_normal(shapes.result_shape)
    back = unbroadcast(y, x.shape)
    assert back.shape == x.shape
    assert np.sum(np.broadcast_to(x, y.shape) * y) == pytest.approx(np.sum(x * back), rel=1e-12, abs=1e-12)


def test_the_gradient_of_a_bias_is_the_sum_over_the_batch_worked_by_hand():
    b = Tensor(np.zeros(2))
    (np.array([[0.0, 0.0]] * 3) + b).backward(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    np.testing.assert_array_equal(b.grad, [9, 12])


def test_gradients_do_not_share_memory():
    a, b = Tensor(np.ones(3)), Tensor(np.ones(3))
    end, seed = a + b, np.ones(3)
    end.backward(seed)
    a.grad *= 10
    end.grad *= 20
    np.testing.assert_array_equal(b.grad, np.ones(3))
    np.testing.assert_array_equal(seed, np.ones(3))


def test_a_double_precision_number_does_not_turn_single_precision_into_double():
    x = Tensor(np.ones(3, np.float32))
    for end in (x * np.float64(2), np.float64(2) - x, x / np.float64(2), x ** np.float64(2), np.float64(2) / x):
        end.sum().backward()
        assert (end.data.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_backward_starts_at_one_number_unless_a_seed_is_given():
    end = Tensor(np.ones((2, 3))) * 2
    with pytest.raises(ValueError, match=r"starts at one number, or wants a seed; this has shape \(2, 3\)"):
        end.backward()
    for seed, got in [(np.ones(3), r"shape \(3,\)"), (np.ones((2, 3), np.float32), ".*float32"), (1.0, "a float")]:
        with pytest.raises(ValueError, match=r"wants a seed of shape \(2, 3\) of float64, got " + got):
            end.backward(seed)
    assert end.grad is None


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (np.ones(2, int), "int64"),
        ([1, 2], "int64"),
        ("text", "<U4"),
        ([True], "bool"),
        (None, "object"),
        (1j, "complex"),
    ],
)
def test_what_has_no_slope_is_refused(data, dtype):
    with pytest.raises(ValueError, match=f"wants an array of a floating dtype, got shape .* of {dtype}"):
        Tensor(data)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (
            lambda x: x + np.ones((2, 3), np.float32),
            "of float64.*wants a number or an array of its dtype, got.*float32",
        ),
        (lambda x: Tensor(np.ones((2, 3), np.float32)) * x, "of float32.*got.*float64"),
        (lambda x: x * np.array([1, 2, 3]), "got shape.*int"),
        (lambda x: np.ones((3, 2), int) @ x, "got shape.*int"),
        (lambda x: x * [1.0, 2.0, 3.0], "got a list"),
        (lambda x: x + None, "got a NoneType"),
        (lambda x: x + np.ones(2), r"\(2,3\) \(2,\)"),
        (lambda x: x @ np.ones(3), r"two or more dimensions, got shape \(2, 3\).*and shape \(3,\)"),
        (lambda x: x @ 2.0, "two or more dimensions"),
        (lambda x: x @ x, "matmul"),
        (lambda x: x.reshape(5), "reshape"),
    ],
)
def test_an_operand_that_does_not_fit_is_named(mistake, words):
    with pytest.raises(ValueError, match=words):
        mistake(Tensor(np.ones((2, 3))))


def test_a_tensor_is_no_exponent_and_no_loop():
    x = Tensor(np.ones(2))
    with pytest.raises(TypeError, match="plain number n, got a Tensor"):
        x**x
    with pytest.raises(TypeError):
        list(x)


@every_operator
def test_a_result_cannot_be_edited_before_backward_has_read_it(name):
    f, arrays = case(name)
    leaves = [Tensor(array) for array in arrays]
    with pytest.raises(ValueError, match="read-only"):
        f(*leaves).data[...] = 0
    for leaf in leaves:
        leaf.data *= 2  # a parameter can be updated


@every_operator
@pytest.mark.parametrize("at", ["the leaves", "what the leaves were made of"])
def test_a_leaf_that_is_updated_too_early_does_not_reach_the_gradient(name, at):
    f, arrays = case(name)
    leaves = [Tensor(array.copy()) for array in arrays]
    end = f(*leaves)
    end.backward(np.ones_like(end.data))
    want, y = [leaf.grad for leaf in leaves], end.data.copy()

    arrays = [array.copy() for array in arrays]
    leaves = [Tensor(array) for array in arrays]
    end = f(*leaves)
    for array in arrays if at != "the leaves" else [leaf.data for leaf in leaves]:
        array *= 0.5
        array += 0.1
    end.backward(np.ones_like(end.data))
    np.testing.assert_array_equal(end.data, y)
    for leaf, gradient in zip(leaves, want, strict=True):
        np.testing.assert_array_equal(leaf.grad, gradient)


def test_a_constant_that_is_edited_too_early_does_not_reach_the_gradient():
    x, c = Tensor(np.array([[1.0, 2.0]])), np.array([[3.0, 4.0]])
    ends = [x * c, c * x, x / c, c / x, x + c, c - x, x @ c.T, c.T @ x, (x * c)[:, 0], (c * x).T]
    want = []
    for end in ends:
        end.backward(np.ones_like(end.data))
        want.append(x.grad)
    c[...] = 0
    for end, gradient in zip(ends, want, strict=True):
        end.backward(np.ones_like(end.data))
        np.testing.assert_array_equal(x.grad, gradient)


def test_a_row_of_a_leaf_is_not_the_leaf():
    x = Tensor(np.array([[1.0, 2.0], [3.0, 4.0]]))
    ends = [(part * part).sum() for part in (x[0], x.T, x.reshape(4))]
    x.data[...] = 0
    for end, number in zip(ends, (5, 30, 30), strict=True):
        end.backward()
        assert end.data == number
        assert x.grad.any()


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_log_sum_exp_does_not_overflow_and_its_slope_adds_up_to_one(axis):
    x = Tensor(np.array([[1000.0, 0.0, -1000.0], [-1e4, -1e4, -1e4]]))
    end = x.log_sum_exp(axis).sum()
    end.backward()
    assert np.isfinite(end.data)
    np.testing.assert_allclose(x.grad.sum(axis), 1, rtol=1e-12)


@pytest.mark.parametrize("z", [-1e4, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_the_sigmoid_does_not_overflow(z, dtype):
    x = Tensor(np.array([z], dtype))
    end = x.sigmoid()
    end.backward()
    assert (end.data[0], x.grad[0]) == (z > 0, 0)


def test_a_long_chain_is_walked_and_a_graph_is_released_without_the_collector():
    start = end = Tensor(np.ones(()))
    for _ in range(20_000):
        end = end + 1
    end.backward()
    assert start.grad == 1
    middle = weakref.ref(end)
    gc.disable()
    try:
        del end
        assert middle() is None
    finally:
        gc.enable()


def cross_entropy(logits, labels):
    return (logits.log_sum_exp() - logits[np.arange(len(labels)), labels]).mean()


def on_the_tape(net, x):
    """A Network of Dense and elementwise layers on the tape: the leaves by name, and the output."""
    leaves = {p.name: Tensor(p.value) for p in net.params()}
    a = x
    for i, layer in enumerate(net.layers):
        if isinstance(layer, Dense):
            a = a @ leaves[f"{i}.W"] + leaves[f"{i}.b"]
        else:
            a = getattr(a, type(layer).__name__.lower())()
    return leaves, a


def assert_equal_gradients(net, leaves, rtol):
    for p in net.params():
        np.testing.assert_allclose(leaves[p.name].grad, p.grad, rtol=rtol, atol=rtol * np.abs(p.grad).max())


def test_the_running_network_has_the_gradients_of_the_layers():
    net, x, y = running_network()
    loss = MeanSquaredError()
    value = loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    leaves, y_hat = on_the_tape(net, x)
    end = ((y_hat - y) ** 2).sum() / (2 * len(x))
    end.backward()
    assert float(end.data) == pytest.approx(value, rel=1e-14)
    assert_equal_gradients(net, leaves, 1e-13)


def test_pytorch_agrees_on_the_running_network():
    torch = pytest.importorskip("torch")
    net, x, y = running_network()
    leaves, y_hat = on_the_tape(net, x)
    (((y_hat - y) ** 2).sum() / (2 * len(x))).backward()
    theirs = {p.name: torch.tensor(p.value, requires_grad=True) for p in net.params()}
    a = (torch.tensor(x) @ theirs["0.W"] + theirs["0.b"]).sigmoid()
    a = (a @ theirs["2.W"] + theirs["2.b"]).sigmoid()
    (((a - torch.tensor(y)) ** 2).sum() / (2 * len(x))).backward()
    for name, leaf in leaves.items():
        np.testing.assert_allclose(leaf.grad, theirs[name].grad.numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-5)], ids=["float64", "float32"])
def test_a_classifier_has_the_gradients_of_the_layers(dtype, rtol):
    r = rng(3)
    net = Network(
        Dense(20, 16, r, dtype=dtype), ReLU(), Dense(16, 8, r, dtype=dtype), Tanh(), Dense(8, 5, r, dtype=dtype)
    )
    x, labels = r.standard_normal((32, 20)).astype(dtype), r.integers(0, 5, 32)
    loss = SoftmaxCrossEntropy()
    value = loss.forward(net.forward(x), labels)
    net.backward(loss.backward())
    leaves, logits = on_the_tape(net, x)
    end = cross_entropy(logits, labels)
    end.backward()
    assert float(end.data) == pytest.approx(value, rel=rtol)
    assert end.data.dtype == dtype
    assert_equal_gradients(net, leaves, rtol)


def test_training_on_the_tape_takes_the_same_path_as_training_the_layers():
    r = rng(4)
    net = Network(Dense(4, 6, r, dtype=np.float64), Tanh(), Dense(6, 3, r, dtype=np.float64))
    x, labels = r.standard_normal((30, 4)), r.integers(0, 3, 30)
    twin, loss, optimizer = net.astype(np.float64), SoftmaxCrossEntropy(), SGD(0.5)
    for _ in range(50):
        loss.forward(twin.forward(x), labels)
        twin.backward(loss.backward())
        optimizer.step(twin.params())
        leaves, logits = on_the_tape(net, x)  # its leaves are the arrays of net themselves
        cross_entropy(logits, labels).backward()
        for leaf in leaves.values():
            leaf.data -= 0.5 * leaf.grad
    for mine, theirs in zip(net.params(), twin.params(), strict=True):
        np.testing.assert_allclose(mine.value, theirs.value, rtol=1e-10, atol=1e-12)


@every_operator
def test_pytorch_agrees(name, monkeypatch):
    torch = pytest.importorskip("torch")
    if "array" in name or name == "2 * a":
        pytest.skip("mixes arrays of NumPy with the tape")
    f, arrays = case(name)
    translated = [torch.tensor(array, requires_grad=True) for array in arrays]

    def log_sum_exp(x, axis=-1, keepdims=False):
        return torch.logsumexp(x, tuple(range(x.ndim)) if axis is None else axis, keepdims)

    monkeypatch.setattr(torch.Tensor, "log_sum_exp", log_sum_exp, raising=False)
    end = f(*translated)
    seed = np.asarray(rng(6).standard_normal(tuple(end.shape)))
    end.backward(torch.tensor(seed))
    mine = [Tensor(array) for array in arrays]
    ours = f(*mine)
    ours.backward(seed)
    np.testing.assert_allclose(ours.data, end.detach().numpy(), rtol=1e-10, atol=1e-10)
    for tensor, theirs in zip(mine, translated, strict=True):
        np.testing.assert_allclose(tensor.grad, theirs.grad.numpy(), rtol=1e-10, atol=1e-10)


def test_a_product_of_square_arrays_goes_back_through_the_transposes():
    a, b, dy = np.random.default_rng(47).normal(size=(3, 4, 4))
    left, right = Tensor(a), Tensor(b)
    (left @ right).backward(dy)
    np.testing.assert_allclose(left.grad, np.einsum("nk,ik->ni", dy, b), rtol=1e-12)
    np.testing.assert_allclose(right.grad, np.einsum("ni,nk->ik", a, dy), rtol=1e-12)
