"""What comes in at a layer's door: everything that is no batch of its shape and dtype is turned away by name."""

import contextlib
import re

import numpy as np
import pytest
from cases import every_layer, in_both_modes

from backprop.contract import Layer, Loss
from backprop.layers import (
    LSTM,
    RNN,
    Attention,
    AvgPool2D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Dense,
    Embedding,
    LayerNorm,
    MaxPool2D,
    MultiHeadAttention,
    PositionEmbedding,
    ReLU,
)


@every_layer
def test_backward_before_forward_names_the_layer(case):
    layer = case.layer()
    with pytest.raises(RuntimeError, match=r"^\w+\(.*\): backward was called before forward"):
        layer.backward(case.dy())


def assert_named(error, layer, *words):
    """The message opens with the layer, or with the layer inside the network that turned the input away."""
    message = str(error.value)
    parts, names = [layer], set()
    while parts:
        part = parts.pop()
        names.add(repr(part))
        parts.extend(part.layers)
    assert any(message.startswith(name + ":") for name in names), message
    for word in words:
        assert word in message


@every_layer
@in_both_modes
def test_an_input_of_the_wrong_shape_is_turned_away_at_the_door(case, training):
    layer = case.layer(training)
    for shape in case.bad_shapes:
        with pytest.raises(ValueError, match=r"forward wants (shape|a floating-point array) .* got shape") as error:
            layer.forward(np.zeros(shape))
        assert_named(error, layer, f"shape {shape} of float64")
    if training and case.min_rows > 1:
        with pytest.raises(ValueError, match=f"N ≥ {case.min_rows}"):
            layer.forward(case.x()[: case.min_rows - 1])


@every_layer
@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda x: x.astype(int), "int64"),
        (lambda x: x > 0, "bool"),
        (lambda x: x.astype(complex), "complex128"),
        (lambda x: x.astype(object), "object"),
        (lambda x: x.tolist(), "a list"),
        (lambda x: None, "a NoneType"),
        (lambda x: 1.0, "a float"),
    ],
    ids=["int", "bool", "complex", "object", "list", "None", "number"],
)
def test_an_input_of_another_kind_is_turned_away(case, spoil, word):
    if case.n_tokens and word == "int64":
        pytest.skip("integers are what it wants")
    layer = case.layer()
    with pytest.raises(ValueError, match="forward wants") as error:
        layer.forward(spoil(case.x()))
    assert_named(error, layer, word)


@every_layer
def test_another_precision_is_turned_away_where_the_layer_has_one(case):
    layer = case.layer(dtype=np.float32)
    if case.n_tokens:
        assert layer.forward(case.x().astype(np.int16)).dtype == np.float32
    elif case.has_dtype:
        with pytest.raises(ValueError, match=r"float32.*float64") as error:
            layer.forward(case.x(np.float64))
        assert_named(error, layer)
    else:
        assert layer.forward(case.x(np.float64)).dtype == np.float64


@every_layer
def test_a_dy_that_is_not_shaped_like_y_is_turned_away(case):
    layer = case.layer()
    layer.forward(case.x())
    dy = case.dy()
    for bad in (dy[..., :-1], dy[:-1], dy[:, 0], dy[None], dy.sum(axis=0), dy.tolist(), None, 1.0):
        with pytest.raises(ValueError, match=r"backward wants dy of shape .* got") as error:
            layer.backward(bad)
        assert_named(error, layer)


@every_layer
def test_a_dy_of_another_dtype_is_turned_away_or_keeps_its_dtype(case):
    layer = case.layer(dtype=np.float32)
    layer.forward(case.x(np.float32))
    for bad in (case.dy().astype(int), case.dy() > 0, case.dy().astype(complex)):
        with pytest.raises(ValueError, match=rf"backward wants dy of .* got .* of {bad.dtype}") as error:
            layer.backward(bad)
        assert_named(error, layer)
    free = ("Identity", "ReLU", "LeakyReLU", "Dropout", "MaxPool2D", "AvgPool2D", "GlobalAvgPool2D", "Flatten")
    if case.name.startswith(free):  # they hold no numbers of their own
        assert layer.backward(case.dy(np.float64)).dtype == np.float64
    else:
        with pytest.raises(ValueError, match=r"backward wants dy of .* and float32, got .* of float64") as error:
            layer.backward(case.dy(np.float64))
        assert_named(error, layer)


@every_layer
def test_a_layer_of_float32_never_makes_float64_gradients(case):
    layer = case.layer(dtype=np.float32)
    layer.forward(case.x(np.float32))
    with contextlib.suppress(ValueError):
        layer.backward(case.dy(np.float64))
    layer.backward(case.dy(np.float32))
    assert all(p.grad.dtype == np.float32 for p in layer.params())


def test_a_layer_without_methods_says_so():
    class Half(Layer):
        pass

    class Nothing(Loss):
        pass

    with pytest.raises(NotImplementedError, match="Half has no forward"):
        Half().forward(np.zeros((1, 1)))
    with pytest.raises(NotImplementedError, match="Half has no backward"):
        Half().backward(np.zeros((1, 1)))
    with pytest.raises(NotImplementedError, match="Nothing has no forward"):
        Nothing().forward(np.zeros((1, 1)), np.zeros((1, 1)))
    with pytest.raises(NotImplementedError, match="Nothing has no backward"):
        Nothing().backward()


@pytest.mark.parametrize("bad", [0, -1, 2.0, "2", (2, 2), None])
@pytest.mark.parametrize(
    "make",
    [
        lambda n, rng: Dense(n, 2, rng),
        lambda n, rng: Dense(2, n, rng),
        lambda n, rng: Attention(n, 2, rng),
        lambda n, rng: Attention(2, n, rng),
        lambda n, rng: MultiHeadAttention(n, 2, rng),
        lambda n, rng: MultiHeadAttention(2, n, rng),
        lambda n, rng: PositionEmbedding(n, 2, rng),
        lambda n, rng: PositionEmbedding(2, n, rng),
        lambda n, rng: LayerNorm(n),
        lambda n, rng: BatchNorm(n),
        lambda n, rng: Conv1D(n, 2, 2, rng),
        lambda n, rng: Conv1D(2, n, 2, rng),
        lambda n, rng: Conv1D(2, 2, n, rng),
        lambda n, rng: Conv2D(n, 2, 2, rng),
        lambda n, rng: Conv2D(2, n, 2, rng),
        lambda n, rng: Conv2D(2, 2, n, rng),
        lambda n, rng: Conv2D(2, 2, 2, rng, stride=n),
        lambda n, rng: Conv2D(2, 2, 2, rng, padding=n or "same"),
        lambda n, rng: MaxPool2D(n),
        lambda n, rng: AvgPool2D(2, n or 0),
        lambda n, rng: Embedding(n, 2, rng),
        lambda n, rng: Embedding(2, n, rng),
        lambda n, rng: RNN(n, 2, rng),
        lambda n, rng: RNN(2, n, rng),
        lambda n, rng: LSTM(n, 2, rng),
        lambda n, rng: LSTM(2, n, rng),
    ],
)
def test_a_size_that_is_no_whole_number_above_zero_is_refused_by_the_layers_name(make, bad):
    with pytest.raises(ValueError, match=r"^\w+ wants .*got "):
        make(bad, np.random.default_rng(0))


def test_a_size_from_numpy_is_a_whole_number_too():
    assert repr(Dense(np.int64(3), np.uint8(2), np.random.default_rng(0))) == "Dense(3, 2)"


@pytest.mark.parametrize(
    ("layer", "training", "wanted"),
    [
        (BatchNorm(3), True, "(N, 3) or (N, 3, H, W) of float32, rows N ≥ 2 in training, got shape (2, 5)"),
        (BatchNorm(3), False, "(N, 3) or (N, 3, H, W) of float32, rows N ≥ 1 in evaluation, got shape (2, 5)"),
        (RNN(3, 4, np.random.default_rng(0)), True, "(N, T, 3) of float32, N ≥ 1, T ≥ 1, got shape (2, 5)"),
        (LSTM(3, 4, np.random.default_rng(0)), True, "(N, T, 3) of float32, N ≥ 1, T ≥ 1, got shape (2, 5)"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_door_names_its_axes_and_its_mode(layer, training, wanted):
    layer.training = training
    with pytest.raises(ValueError, match=re.escape(wanted)):
        layer.forward(np.ones((2, 5), np.float32))


def test_what_works_number_by_number_takes_a_batch_of_numbers():
    layer = ReLU()
    assert layer.forward(np.array([1.0, -2.0])).tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match=r"wants dy of shape \(2,\) and a floating-point dtype, got"):
        layer.backward(np.array([1, 2]))
