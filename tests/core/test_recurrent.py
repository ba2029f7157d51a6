"""Embedding, RNN and LSTM: numbers worked by hand, order in time, what they refuse, and the same layers in PyTorch."""

import copy
from operator import attrgetter

import numpy as np
import pytest
from cases import CASES

from backprop.gradcheck import numerical_gradient
from backprop.layers import LSTM, RNN, Embedding

NAME = attrgetter("name")


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_token_looks_up_its_row_and_minus_one_looks_up_zeros():
    layer = Embedding(3, 2, rng(), dtype=np.float64)
    layer.W[...] = [[1, 2], [3, 4], [5, 6]]
    y = layer.forward(np.array([[2, 0], [-1, 2]]))
    np.testing.assert_array_equal(y, [[[5, 6], [1, 2]], [[0, 0], [5, 6]]])


def test_a_repeated_token_gets_the_sum_and_no_token_gets_nothing():
    layer = Embedding(4, 2, rng(), dtype=np.float64)
    layer.forward(np.array([[2, 0, 2], [-1, 2, -1]]))
    dy = np.array([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]], dtype=np.float64)
    assert layer.backward(dy) is None
    # row 2: (1, 2) + (5, 6) + (9, 10); row 0: (3, 4); the other two were not looked up
    np.testing.assert_array_equal(layer.dW, [[3, 4], [0, 0], [15, 18], [0, 0]])


def test_a_lookup_is_one_hot_times_the_matrix_and_so_is_its_gradient():
    layer, ids, dy = Embedding(5, 3, rng(), dtype=np.float64), rng(1).integers(5, size=(6, 7)), rng(2).random((6, 7, 3))
    one_hot = np.eye(5)[ids].reshape(-1, 5)
    np.testing.assert_allclose(layer.forward(ids).reshape(-1, 3), one_hot @ layer.W, rtol=1e-15)
    layer.backward(dy)
    np.testing.assert_allclose(layer.dW, one_hot.T @ dy.reshape(-1, 3), rtol=1e-13)


def test_a_row_of_the_batch_before_keeps_no_gradient():
    layer = Embedding(3, 1, rng(), dtype=np.float64)
    for ids in ([[0, 1]], [[2, 2]], [[-1, -1]]):
        layer.forward(np.array(ids))
        layer.backward(np.ones((1, 2, 1)))
    assert not layer.dW.any()


@pytest.mark.parametrize(("ids", "got"), [([[0, 3]], "0 to 3"), ([[-2, 1]], "-2 to 1")])
def test_an_id_without_a_row_is_refused_by_name(ids, got):
    with pytest.raises(ValueError, match=rf"^Embedding\(3, 2\): forward wants ids -1 to 2, got {got}"):
        Embedding(3, 2, rng()).forward(np.array(ids))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (), (3,), (2, 3, 4)])
def test_ids_that_are_no_batch_of_sequences_are_refused(shape):
    with pytest.raises(ValueError, match=r"forward wants shape \(N, T\) of integers -1 to 5, N ≥ 1, T ≥ 1, got shape"):
        Embedding(6, 3, rng()).forward(np.zeros(shape, int))


def test_unsigned_ids_are_taken():
    layer = Embedding(3, 2, rng())
    for dtype in (np.uint8, np.uint64):
        np.testing.assert_array_equal(layer.forward(np.array([[2, 1]], dtype)), layer.W[[[2, 1]]])
        layer.backward(np.ones((1, 2, 2), np.float32))
        np.testing.assert_array_equal(layer.dW, [[0, 0], [1, 1], [1, 1]])


def test_rnn_worked_by_hand():
    layer = RNN(1, 1, rng(), activation="relu", dtype=np.float64)
    layer.W[...], layer.U[...], layer.b[...] = 2, 0.5, 1
    # z: 2 + 0 + 1 = 3, −2 + 1.5 + 1 = 0.5, 2 + 0.25 + 1 = 3.25
    np.testing.assert_array_equal(layer.forward(np.array([[[1.0], [-1.0], [1.0]]]))[0, :, 0], [3, 0.5, 3.25])
    # delta, last step first: 2, then 0 + 2 · 0.5 = 1, then 1 + 1 · 0.5 = 1.5
    dx = layer.backward(np.array([[[1.0], [0.0], [2.0]]]))
    np.testing.assert_array_equal(dx[0, :, 0], [3, 2, 4])
    # dW: 1 · 1.5 − 1 · 1 + 1 · 2; dU: 0 · 1.5 + 3 · 1 + 0.5 · 2; db: 1.5 + 1 + 2
    assert (layer.dW.item(), layer.dU.item(), layer.db.item()) == (2.5, 4, 4.5)


def test_an_lstm_with_open_gates_adds_up():
    layer = LSTM(1, 1, rng(), dtype=np.float64)
    layer.W[...], layer.U[...], layer.b[...] = [[0, 0, 1, 0]], 0, [50, 50, 0, 50]
    x = np.array([[[0.3], [-0.8], [1.1], [0.2]]])
    c = np.cumsum(np.tanh(x[0, :, 0]))
    np.testing.assert_allclose(layer.forward(x)[0, :, 0], np.tanh(c), rtol=1e-15)
    dy = np.array([[[0.0], [0.0], [0.0], [1.0]]])
    # the last memory is a plain sum: what reaches it reaches every step undiminished
    slope = (1 - np.tanh(x[0, :, 0]) ** 2) * (1 - np.tanh(c[-1]) ** 2)
    np.testing.assert_allclose(layer.backward(dy)[0, :, 0], slope, rtol=1e-13)


def test_the_gates_stand_in_the_order_i_f_g_o():
    layer, x = LSTM(1, 1, rng(), dtype=np.float64), np.ones((1, 2, 1))
    answers = []
    for closed in range(4):
        layer.W[...], layer.U[...], layer.b[...] = 0, 0, [50, 50, 1, 50]
        layer.b[closed] = 0 if closed == 2 else -50
        answers.append(layer.forward(x)[0, :, 0].round(12))
    g = np.tanh(1)
    np.testing.assert_allclose(answers, [[0, 0], [np.tanh(g)] * 2, [0, 0], [0, 0]], atol=1e-12)


@pytest.mark.parametrize("layer", [RNN(3, 2, rng()), RNN(3, 2, rng(), "relu"), LSTM(3, 2, rng())], ids=repr)
def test_no_step_sees_the_future_and_the_future_gets_no_gradient_from_the_past(layer):
    layer = layer.astype(np.float64)
    layer.b += 0.5
    x, dy = rng(1).standard_normal((4, 6, 3)), np.zeros((4, 6, 2))
    y = layer.forward(x).copy()
    dy[:, 2] = 1
    dx = layer.backward(dy)
    assert np.abs(dx[:, :3]).max(axis=(0, 2)).all()
    assert not dx[:, 3:].any()
    np.testing.assert_allclose(layer.forward(x[:, :3]), y[:, :3], rtol=1e-14)
    x[:, 3:] += 1
    np.testing.assert_allclose(layer.forward(x)[:, :3], y[:, :3], rtol=1e-14)


@pytest.mark.parametrize("case", [case for case in CASES if "RNN" in case.name or "LSTM" in case.name], ids=NAME)
def test_a_sequence_of_another_length_may_follow(case):
    layer, fresh = case.layer(), case.layer()
    layer.forward(case.x())
    layer.backward(case.dy())
    x, dy = rng().standard_normal((2, 9, 3)), rng(1).standard_normal((2, 9, case.y_shape[2]))
    np.testing.assert_array_equal(layer.forward(x), fresh.forward(x))
    np.testing.assert_array_equal(layer.backward(dy), fresh.backward(dy))
    np.testing.assert_allclose(layer.dU, fresh.dU, rtol=1e-13)


@pytest.mark.parametrize("every", [1, 3, 4, 9])
def test_a_way_back_that_is_cut_is_that_of_each_piece_from_the_state_before_it(every):
    """The states of a piece, nudged by the weights inside of the piece alone."""
    layer = RNN(2, 3, rng(), dtype=np.float64, every=every)
    x, dy = rng(1).standard_normal((2, 7, 2)), rng(2).standard_normal((2, 7, 3))
    y = layer.forward(x)
    dx, dU, db = layer.backward(dy), layer.dU, layer.db

    def priced(U, b, x):
        total = 0.0
        for start in range(0, 7, every):
            a = y[:, start - 1] if start else np.zeros((2, 3))
            for k in range(start, min(start + every, 7)):
                a = np.tanh(x[:, k] @ layer.W + a @ U + b)
                total += (a * dy[:, k]).sum()
        return float(total)

    U, b = layer.U.copy(), layer.b.copy()
    np.testing.assert_allclose(dU, numerical_gradient(lambda U: priced(U, b, x), U), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(db, numerical_gradient(lambda b: priced(U, b, x), b), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(dx, numerical_gradient(lambda x: priced(U, b, x), x), rtol=1e-6, atol=1e-9)
    assert repr(layer) == f"RNN(2, 3, 'tanh', every={every})"


def test_new_layers_start_as_the_text_says():
    assert not RNN(3, 2, rng()).b.any()
    np.testing.assert_array_equal(LSTM(3, 2, rng()).b, [0, 0, 1, 1, 0, 0, 0, 0])
    W = Embedding(2000, 50, rng()).W
    assert abs(W.mean()) < 0.02
    assert abs(W.std() - 1) < 0.02
    for layer in (RNN(300, 500, rng()), LSTM(300, 500, rng())):
        # as many numbers come in as go out, per gate: variance 1/n for U, 2/(n_in + n) for W
        assert abs(layer.U.std() * 500**0.5 - 1) < 0.02
        assert abs(layer.W.std() * 400**0.5 - 1) < 0.02


@pytest.mark.parametrize(
    "make",
    [
        lambda: Embedding(0, 2, rng()),
        lambda: Embedding(2, 0, rng()),
        lambda: RNN(0, 2, rng()),
        lambda: RNN(2, 0, rng()),
        lambda: RNN(2, 2, rng(), activation="sigmoid"),
        lambda: RNN(2, 2, rng(), every=0),
        lambda: RNN(2, 2, rng(), every=2.0),
        lambda: LSTM(0, 2, rng()),
        lambda: LSTM(2, 0, rng()),
    ],
)
def test_settings_that_make_no_layer_are_refused(make):
    with pytest.raises(ValueError, match=r"wants .* got"):
        make()


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.name in ("RNN tanh", "LSTM", "Conv1D", "Attention", "Concat")],
    ids=NAME,
)
def test_the_input_gradient_is_left_out_when_nobody_wants_it(case):
    layer = case.layer()
    layer.forward(case.x())
    layer.backward(case.dy())
    twin = copy.deepcopy(layer)
    layer.wants_dx = False
    assert layer.wants_dx is False
    assert layer.backward(case.dy()) is None
    for mine, theirs in zip(layer.params(), twin.params(), strict=True):
        np.testing.assert_array_equal(mine.grad, theirs.grad)


def same_as_torch(torch, layer, theirs, x, dy):
    """Forward and backward of a recurrent layer against PyTorch's, whose two biases are our one."""
    with torch.no_grad():
        theirs.weight_ih_l0[:] = torch.tensor(layer.W.T)
        theirs.weight_hh_l0[:] = torch.tensor(layer.U.T)
        theirs.bias_ih_l0[:] = torch.tensor(layer.b)
        theirs.bias_hh_l0[:] = 0
    x_torch = torch.tensor(x, requires_grad=True)
    y, _ = theirs(x_torch)
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), rtol=0, atol=1e-10)
    pairs = [(layer.backward(dy), x_torch.grad), (layer.dW.T, theirs.weight_ih_l0.grad)]
    pairs += [(layer.dU.T, theirs.weight_hh_l0.grad), (layer.db, theirs.bias_ih_l0.grad)]
    for mine, grad in pairs:
        np.testing.assert_allclose(mine, grad.numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("kind", ["tanh", "relu", "lstm"])
def test_a_recurrent_layer_equals_pytorch(kind):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    x, dy = rng(1).standard_normal((5, 20, 4)), rng(2).standard_normal((5, 20, 6))
    if kind == "lstm":
        layer, theirs = LSTM(4, 6, rng(), dtype=np.float64), torch.nn.LSTM(4, 6, batch_first=True)
    else:
        layer = RNN(4, 6, rng(), kind, dtype=np.float64)
        theirs = torch.nn.RNN(4, 6, nonlinearity=kind, batch_first=True)
    layer.b += 0.2 * rng(3).standard_normal(layer.b.shape)
    same_as_torch(torch, layer, theirs.double(), x, dy)


def test_embedding_equals_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    layer, ids, dy = Embedding(7, 3, rng(), dtype=np.float64), rng(1).integers(7, size=(5, 9)), rng(2).random((5, 9, 3))
    W = torch.tensor(layer.W, requires_grad=True)
    y = torch.nn.functional.embedding(torch.tensor(ids), W)
    y.backward(torch.tensor(dy))
    np.testing.assert_array_equal(layer.forward(ids), y.detach().numpy())
    layer.backward(dy)
    np.testing.assert_allclose(layer.dW, W.grad.numpy(), rtol=0, atol=1e-10)
