"""The promises of ``backprop.contract``, each tried on every layer of the table in ``cases``."""

import ast
import copy
import inspect
import pkgutil
import warnings

import numpy as np
import pytest
from cases import CASES, dx_of, every_layer, in_both_dtypes, in_both_modes

import backprop.layers
from backprop.contract import Layer, kept, lent
from backprop.layers import (
    LSTM,
    RNN,
    Attention,
    AvgPool2D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    GlobalAvgPool2D,
    LayerNorm,
    LeakyReLU,
    MaxOverTime,
    MaxPool2D,
    MultiHeadAttention,
    PositionEmbedding,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SumOverTime,
    Tanh,
)
from backprop.network import Network
from backprop.optimizers import Adam


def rng():
    return np.random.default_rng(0)


def gradients(layer):
    """Copies of all parameter gradients."""
    return {p.name: p.grad.copy() for p in layer.params()}


def nudge(f, array, h=1e-5):
    """∂f/∂array by centred differences, written apart from ``gradcheck`` so that neither vouches for itself."""
    slope = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + h
        above = f()
        array[index] = kept - h
        slope[index] = (above - f()) / (2 * h)
        array[index] = kept
    return slope


def assert_close(analytic, numeric, scale):
    """Within 1e-7 of the largest entry, or of 1e-3 of the whole loss's scale where a gradient is zero."""
    largest = max(np.abs(numeric).max(), np.abs(analytic).max(), 1e-3 * scale)
    assert np.abs(analytic - numeric).max() <= 1e-7 * largest


def same(mine, theirs):
    assert mine.keys() == theirs.keys()
    for name in mine:
        np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)


def test_every_layer_of_the_package_has_a_row_in_the_table():
    def family(layer):
        return {type(layer)} | {kind for part in layer.layers for kind in family(part)}

    modules = [f"backprop.layers.{module.name}" for module in pkgutil.iter_modules(backprop.layers.__path__)]
    written = {Network}
    for name in modules:
        module = __import__(name, fromlist=["*"])
        written |= {kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == name}
    tried = {kind for case in CASES for kind in family(case.layer())}
    bases = {base for kind in written for base in kind.__bases__}  # what a family shares is tried with its members
    assert {kind for kind in written - bases if issubclass(kind, Layer)} <= tried


@every_layer
@in_both_modes
def test_backward_is_the_answer_to_a_nudge(case, training):
    layer, x, dy = case.layer(training), case.x(), case.dy()

    def loss():
        return float((copy.deepcopy(layer).forward(x) * dy).sum())

    twin = copy.deepcopy(layer)
    scale = np.abs(twin.forward(x) * dy).sum()
    dx = dx_of(twin, dy)
    if not case.n_tokens:
        assert_close(dx, nudge(loss, x), scale)
    for mine, theirs in zip(layer.params(), twin.params(), strict=True):
        assert_close(theirs.grad, nudge(loss, mine.value), scale)


@every_layer
@in_both_modes
def test_neither_method_edits_its_argument(case, training):
    layer, x, dy = case.layer(training), case.x(), case.dy()
    x_before, dy_before = x.copy(), dy.copy()
    layer.forward(x)
    layer.backward(dy)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(dy, dy_before)


@every_layer
@in_both_modes
def test_the_arguments_may_be_read_only(case, training):
    layer, x, dy = case.layer(training), case.x(), case.dy()
    x.flags.writeable = dy.flags.writeable = False
    layer.forward(x)
    layer.backward(dy)


@every_layer
@in_both_modes
def test_backward_answers_the_same_when_asked_twice(case, training):
    layer, dy = case.layer(training), case.dy()
    layer.forward(case.x())
    dx = dx_of(layer, dy).copy()
    before = gradients(layer)
    np.testing.assert_array_equal(dx_of(layer, dy), dx)
    same(gradients(layer), before)


@every_layer
def test_backward_does_not_remember_the_batch_before(case):
    fresh, used = case.layer(training=False), case.layer(training=False)
    used.forward(case.x(seed=1))
    used.backward(case.dy(seed=2))
    for layer in (fresh, used):
        layer.forward(case.x())
        layer.backward(case.dy())
    same(gradients(used), gradients(fresh))


@every_layer
@in_both_modes
def test_backward_is_linear_in_dy(case, training):
    layer = case.layer(training)
    one, other = case.dy(seed=1), case.dy(seed=2)
    layer.forward(case.x())
    parts = []
    for dy in (one, other, 2 * one - 3 * other):
        dx = dx_of(layer, dy)
        parts.append({"x": dx.copy(), **gradients(layer)})
    for name in parts[0]:
        np.testing.assert_allclose(parts[2][name], 2 * parts[0][name] - 3 * parts[1][name], rtol=1e-9, atol=1e-11)


@every_layer
@in_both_modes
def test_gradients_sum_over_the_rows_and_hold_no_one_over_n(case, training):
    layer, rows = case.layer(training), len(case.x())
    layer.forward(case.x())
    layer.backward(case.dy())
    whole, total = gradients(layer), {}
    for row in range(rows):
        dy = np.zeros(case.y_shape)
        dy[row] = case.dy()[row]
        layer.backward(dy)
        total = {name: total.get(name, 0.0) + grad for name, grad in gradients(layer).items()}
    assert total.keys() == whole.keys()
    for name, grad in whole.items():
        np.testing.assert_allclose(total[name], grad, rtol=1e-9, atol=1e-11, err_msg=name)


def row_and_its_gradient(layer, x, dy, row):
    """What the layer makes of one row, forward and backward, leaving the layer's random state as it was."""
    twin = copy.deepcopy(layer)
    y = twin.forward(x)
    return np.concatenate([y[row].ravel(), dx_of(twin, dy)[row].ravel()])


@every_layer
@in_both_modes
def test_examples_in_a_batch_do_not_see_each_other_except_where_the_table_says(case, training):
    layer, x, dy = case.layer(training), case.x(), case.dy()
    before = row_and_its_gradient(layer, x, dy, 0)
    others_x, others_dy = case.x(seed=21), case.dy(seed=23)
    others_x[0], others_dy[0] = x[0], dy[0]
    after = row_and_its_gradient(layer, others_x, others_dy, 0)
    if training and case.mixes_rows:
        assert np.abs(after - before).max() > 1e-3
    else:
        np.testing.assert_allclose(after, before, rtol=1e-13, atol=1e-15)


@every_layer
def test_in_evaluation_a_batch_in_another_order_gives_the_same_rows_in_that_order(case):
    layer, x, dy = case.layer(training=False), case.x(), case.dy()
    order = np.random.default_rng(0).permutation(len(x))
    y = layer.forward(x).copy()
    dx = dx_of(layer, dy).copy()
    grads = gradients(layer)
    np.testing.assert_allclose(layer.forward(x[order]), y[order], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(dx_of(layer, dy[order]), dx[order], rtol=1e-13, atol=1e-15)
    for name, grad in gradients(layer).items():
        np.testing.assert_allclose(grad, grads[name], rtol=1e-11, atol=1e-13)


@every_layer
def test_in_evaluation_forward_changes_nothing_and_answers_the_same(case):
    layer, x = case.layer(training=False), case.x()
    before = copy.deepcopy(layer.state())
    y = layer.forward(x).copy()
    np.testing.assert_array_equal(layer.forward(x), y)
    same(layer.state(), before)


@every_layer
@in_both_modes
@in_both_dtypes
def test_the_dtype_that_comes_in_goes_out(case, training, dtype):
    layer = case.layer(training, dtype)
    y = layer.forward(case.x(dtype))
    dx = dx_of(layer, case.dy(dtype))
    assert y.dtype == dx.dtype == dtype
    assert y.shape == case.y_shape
    assert dx.shape == case.dx_shape
    params = list(layer.params())
    for p in params:
        assert p.grad.dtype == p.value.dtype == dtype
        assert p.grad.shape == p.value.shape
    if params:
        Adam(0.01).step(params)
    layer.forward(case.x(dtype))
    assert {array.dtype for array in layer.state().values()} <= {np.dtype(dtype)}


@every_layer
@in_both_modes
def test_float32_is_float64_rounded(case, training):
    def run(layer, dtype):
        x = case.x(np.float32)
        y = layer.forward(x if case.n_tokens else x.astype(dtype))
        dx = dx_of(layer, case.dy(np.float32).astype(dtype))
        return {"y": y, "x": dx, **gradients(layer)}

    layer = case.layer(training, np.float32)
    exact = run(copy.deepcopy(layer).astype(np.float64), np.float64)
    rounded = run(copy.deepcopy(layer), np.float32)
    for name, array in exact.items():
        np.testing.assert_allclose(rounded[name], array, rtol=0, atol=1e-5 * np.abs(array).max(initial=1), err_msg=name)


@every_layer
@in_both_modes
def test_what_was_returned_stays_valid_until_the_next_forward(case, training):
    layer, dy = case.layer(training), case.dy()
    y = layer.forward(case.x())
    y_before = y.copy()
    dx = dx_of(layer, dy)
    dx_before = dx.copy()
    layer.backward(case.dy(seed=5))
    np.testing.assert_array_equal(y, y_before)
    np.testing.assert_array_equal(dx, dx_before)


@every_layer
@in_both_modes
def test_a_batch_of_the_smallest_size_works(case, training):
    layer, rows = case.layer(training), case.min_rows if training else 1
    y = layer.forward(case.x()[:rows])
    dx = dx_of(layer, case.dy()[:rows])
    assert y.shape == (rows, *case.y_shape[1:])
    assert dx.shape == (rows, *case.dx_shape[1:])
    assert np.isfinite(y).all()
    assert np.isfinite(dx).all()


@every_layer
def test_batches_of_another_length_and_memory_layout_may_follow(case):
    layer = case.layer(training=False)
    x, dy = case.x(), case.dy()
    layer.forward(x)
    layer.backward(dy)
    y, dx = layer.forward(x[:1]).copy(), dx_of(layer, dy[:1]).copy()
    grads = gradients(layer)
    strided_x, strided_dy = np.asfortranarray(np.repeat(x, 2, axis=0))[:2:2], np.repeat(dy, 2, axis=0)[:2:2]
    np.testing.assert_allclose(layer.forward(strided_x), y, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(dx_of(layer, strided_dy), dx, rtol=1e-13, atol=1e-15)
    for name, grad in gradients(layer).items():
        np.testing.assert_allclose(grad, grads[name], rtol=1e-13, atol=1e-15)


@every_layer
@in_both_modes
def test_a_gradient_that_was_kept_stays_as_it_was_when_the_next_one_comes(case, training):
    layer = case.layer(training)
    layer.forward(case.x())
    layer.backward(case.dy())
    params = [(p.grad, p.grad.copy()) for p in layer.params()]
    layer.forward(case.x(seed=3))
    layer.backward(case.dy(seed=5))
    for grad, before in params:
        np.testing.assert_array_equal(grad, before)


@every_layer
@in_both_modes
@in_both_dtypes
@pytest.mark.parametrize("rows", ["one", "all"])
def test_what_is_edited_after_forward_does_not_reach_backward(case, training, dtype, rows):
    layer = case.layer(training, dtype)
    rows = max(case.min_rows, 2 if case.mixes_rows else 1) if rows == "one" else None
    x, dy = case.x(dtype)[:rows], case.dy(dtype)[:rows]
    twin = copy.deepcopy(layer)
    want_y = twin.forward(x.copy()).copy()
    want = {"x": dx_of(twin, dy.copy()), **gradients(twin)}

    y = layer.forward(x)
    assert not np.shares_memory(x, y)
    np.testing.assert_array_equal(y, want_y)
    if y.flags.writeable:
        y[...] = 9
    x[...] = 0
    dx = dx_of(layer, dy)
    assert not np.shares_memory(dx, dy)
    same({"x": dx, **gradients(layer)}, want)
    dx[...] = 9
    dy_again = dy.copy()
    dy[...] = 9
    same({"x": dx_of(layer, dy_again), **gradients(layer)}, want)


@every_layer
def test_what_was_returned_stays_as_it_was_whatever_the_layer_does_next(case):
    layer = case.layer()
    y, x = layer.forward(case.x()), case.x(seed=3)
    dx = dx_of(layer, case.dy())
    before = y.copy(), dx.copy()
    layer.forward(x)
    x[...] = 0
    layer.backward(case.dy(seed=5))
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(dx, before[1])


@every_layer
@in_both_modes
def test_an_array_that_is_lent_is_taken_as_it_is_and_gives_the_same_gradients(case, training):
    layer, twin, x = case.layer(training), case.layer(training), case.x()
    np.testing.assert_array_equal(layer.forward(lent(x)), twin.forward(x))
    np.testing.assert_array_equal(dx_of(layer, lent(case.dy())), dx_of(twin, case.dy()))
    same(gradients(layer), gradients(twin))
    assert x.flags.writeable


@pytest.mark.parametrize(
    "layer", [Sigmoid(), Tanh(), Softmax(), MaxPool2D(1), RNN(1, 1, rng()), LSTM(1, 1, rng())], ids=repr
)
def test_an_answer_that_backward_needs_is_read_only_and_any_other_may_be_edited(layer):
    x = np.ones((2, 1, 1, 1) if isinstance(layer, MaxPool2D) else (2, 1, 1), np.float32)
    with pytest.raises(ValueError, match="read-only"):
        layer.forward(x)[...] = 0
    Dense(1, 1, rng()).forward(np.ones((2, 1), np.float32))[...] = 0


def test_layers_in_a_row_keep_an_answer_once():
    net = Network(Sigmoid(), Dense(3, 2, rng(), dtype=np.float64))
    net.forward(np.ones((4, 3)))
    assert net.layers[1].cache is net.layers[0].cache


def test_only_what_came_read_only_is_kept_without_a_copy():
    x = np.asfortranarray(rng().standard_normal((3, 2)))
    assert kept(lent(x)).base is x
    mine = kept(x)
    assert not np.shares_memory(mine, x)
    assert mine.flags.f_contiguous
    np.testing.assert_array_equal(mine, x)
    assert lent([1.0]) == [1.0]  # for the layer to refuse


def test_a_copy_in_another_precision_draws_without_changing_the_chance_of_the_first():
    net, other = (Network(Dropout(0.5, rng()), Network(Dropout(0.3, np.random.default_rng(1)))) for _ in range(2))
    twin = net.astype(np.float64)
    x = np.ones((4, 50))
    dropped = twin.forward(x)
    np.testing.assert_array_equal(net.forward(x), other.forward(x))
    assert (dropped == 0).any()


@every_layer
@pytest.mark.parametrize("dtype", [np.float16, int])
def test_a_precision_that_loses_too_much_is_refused_at_the_door(case, dtype):
    layer = case.build(rng(), dtype)
    name = np.dtype(dtype).name
    words = f"computes in float32 or float64, not in {name}$" if case.has_dtype else f"forward wants .* of {name}$"
    with pytest.raises(ValueError, match=words):
        layer.forward(case.x(dtype))


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: Dense(1, 1, rng(), dtype=np.float64), (1, 1)),
        (lambda: LeakyReLU(0.0), (1, 1)),
        (lambda: BatchNorm(1, momentum=0.0, dtype=np.float64), (2, 1)),
        (lambda: BatchNorm(1, momentum=1.0, dtype=np.float64), (2, 1)),
        (lambda: Conv2D(1, 1, 1, rng(), dtype=np.float64), (1, 1, 1, 1)),
        (lambda: MaxPool2D(1), (1, 1, 1, 1)),
        (lambda: AvgPool2D(1), (1, 1, 1, 1)),
        (lambda: GlobalAvgPool2D(), (1, 1, 1, 1)),
        (lambda: Embedding(1, 1, rng(), dtype=np.float64), (1, 1)),
        (lambda: Conv1D(1, 1, 1, rng(), dtype=np.float64), (1, 1, 1)),
        (lambda: MaxOverTime(), (1, 1, 1)),
        (lambda: SumOverTime(), (1, 1, 1)),
        (lambda: RNN(1, 1, rng(), dtype=np.float64), (1, 1, 1)),
        (lambda: LSTM(1, 1, rng(), dtype=np.float64), (1, 1, 1)),
        (lambda: Attention(1, 1, rng(), dtype=np.float64), (1, 1, 1)),
        (lambda: MultiHeadAttention(1, 1, rng(), dtype=np.float64), (1, 1, 1)),
        (lambda: PositionEmbedding(1, 1, rng(), dtype=np.float64), (1, 1, 1)),
        (lambda: LayerNorm(1, dtype=np.float64), (1, 1)),
    ],
)
def test_the_smallest_layer_takes_the_smallest_input(make, shape):
    layer = make()
    layer.backward(np.ones_like(layer.forward(np.zeros(shape, int if isinstance(layer, Embedding) else float))))
    assert all(np.isfinite(p.grad).all() for p in layer.params())


@every_layer
def test_a_copy_in_another_precision_has_all_its_arrays_in_it(case):
    for dtype in (np.float32, np.float64):
        twin = case.layer(dtype=np.float64).astype(dtype)
        assert {array.dtype for array in twin.state().values()} <= {np.dtype(dtype)}


@every_layer
def test_no_layer_warns_or_leaves_the_numbers_at_1e4_in_float32(case):
    for training in (True, False):
        layer = case.layer(training, np.float32)
        x = case.x(np.float32) if case.n_tokens else np.sign(case.x(np.float32)) * np.float32(1e4)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            y = layer.forward(x)
            dx = dx_of(layer, case.dy(np.float32))
        assert np.isfinite(y).all()
        assert np.isfinite(dx).all()


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(3, 2, rng()), "Dense(3, 2)"),
        (LeakyReLU(0.2), "LeakyReLU(0.2)"),
        (Dropout(0.25, rng()), "Dropout(0.25)"),
        (BatchNorm(4), "BatchNorm(4)"),
        (Conv2D(3, 2, 5, rng(), stride=2, padding=1), "Conv2D(3, 2, 5, stride=2, padding=1)"),
        (MaxPool2D(3, 2), "MaxPool2D(3, stride=2)"),
        (Embedding(6, 3, rng()), "Embedding(6, 3)"),
        (Conv1D(3, 4, 2, rng()), "Conv1D(3, 4, 2)"),
        (RNN(3, 2, rng(), "relu"), "RNN(3, 2, 'relu')"),
        (LSTM(3, 2, rng()), "LSTM(3, 2)"),
        (Attention(3, 2, rng(), causal=True), "Attention(3, 2, causal=True)"),
        (MultiHeadAttention(6, 2, rng(), causal=True), "MultiHeadAttention(6, 2, causal=True)"),
        (PositionEmbedding(5, 3, rng()), "PositionEmbedding(5, 3)"),
        (LayerNorm(4), "LayerNorm(4)"),
        (Residual(ReLU(), Dense(3, 3, rng())), "Residual(ReLU(), Dense(3, 3))"),
        (Network(Dense(3, 2, rng()), Network(ReLU())), "Network(Dense(3, 2), Network(ReLU()))"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_layer_is_shown_as_the_call_that_makes_it(layer, text):
    assert repr(layer) == text


def test_no_layer_calls_a_global_source_of_chance():
    files = [module for module in pkgutil.iter_modules(backprop.layers.__path__)]
    for module in files:
        tree = ast.parse(inspect.getsource(__import__(f"backprop.layers.{module.name}", fromlist=["*"])))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & {"seed", "rand", "randn", "RandomState", "default_rng"}
