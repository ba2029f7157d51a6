"""The layers of a network for text: windows, maxima and sums worked by hand, branches, PyTorch's conv1d."""

import numpy as np
import pytest

from backprop.layers import Concat, Conv1D, Dense, Embedding, MaxOverTime, Residual, SumOverTime
from backprop.network import Network


def rng(seed=0):
    return np.random.default_rng(seed)


def test_conv1d_worked_by_hand():
    layer = Conv1D(1, 1, 2, rng(), dtype=np.float64)
    layer.W[:, 0, 0], layer.b[...] = [10, 1], 100
    y = layer.forward(np.array([[[1.0], [2.0], [3.0]]]))
    # 10 · 1 + 1 · 2 + 100 and 10 · 2 + 1 · 3 + 100: no flip, as in the frameworks
    np.testing.assert_array_equal(y[0, :, 0], [112, 123])
    dx = layer.backward(np.array([[[1.0], [4.0]]]))
    # x₁ is read by window 1 alone, x₂ by both, x₃ by window 2 alone
    np.testing.assert_array_equal(dx[0, :, 0], [10, 1 + 40, 4])
    # dW[0]: 1 · 1 + 2 · 4; dW[1]: 2 · 1 + 3 · 4
    np.testing.assert_array_equal(layer.dW[:, 0, 0], [9, 14])
    assert layer.db.item() == 5


def test_conv1d_of_size_one_is_a_dense_layer_at_every_step():
    layer, dense = Conv1D(3, 2, 1, rng(), dtype=np.float64), Dense(3, 2, rng(), dtype=np.float64)
    np.testing.assert_array_equal(layer.W[0], dense.W)
    x, dy = rng(1).standard_normal((4, 5, 3)), rng(2).standard_normal((4, 5, 2))
    np.testing.assert_allclose(layer.forward(x).reshape(20, 2), dense.forward(x.reshape(20, 3)), rtol=1e-14)
    np.testing.assert_allclose(layer.backward(dy).reshape(20, 3), dense.backward(dy.reshape(20, 2)), rtol=1e-14)
    np.testing.assert_allclose(layer.dW[0], dense.dW, rtol=1e-13)


def test_conv1d_of_a_shifted_sequence_is_shifted():
    layer, x = Conv1D(3, 2, 3, rng(), dtype=np.float64), rng(1).standard_normal((2, 8, 3))
    np.testing.assert_allclose(layer.forward(x[:, 1:]), layer.forward(x)[:, 1:], rtol=1e-14)


def test_a_sequence_shorter_than_the_window_is_refused():
    with pytest.raises(
        ValueError, match=r"^Conv1D\(3, 2, 4\): forward wants shape \(N, T, 3\) .* T ≥ 4, got shape \(1, 3"
    ):
        Conv1D(3, 2, 4, rng()).forward(np.zeros((1, 3, 3), np.float32))


@pytest.mark.parametrize("sizes", [(0, 2, 2), (2, 0, 2), (2, 2, 0)])
def test_a_convolution_of_nothing_is_refused(sizes):
    with pytest.raises(ValueError, match="Conv1D wants n_in, n_out, size ≥ 1"):
        Conv1D(*sizes, rng())


def test_the_start_knows_how_many_numbers_a_window_sums_over():
    seen = []

    def spy(generator, shape, n_in, n_out):
        seen.append((shape, n_in, n_out))
        return np.ones(shape)

    Conv1D(5, 2, 3, rng(), init=spy)
    assert seen == [((3, 5, 2), 15, 6)]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_conv1d_equals_pytorch(size):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    layer, x = Conv1D(4, 3, size, rng(), dtype=np.float64), rng(1).standard_normal((6, 9, 4))
    layer.b += 0.3
    W, b, x_torch = (torch.tensor(array, requires_grad=True) for array in (layer.W, layer.b, x))
    y = torch.nn.functional.conv1d(x_torch.swapaxes(1, 2), W.permute(2, 1, 0), b).swapaxes(1, 2)
    dy = rng(2).standard_normal(y.shape)
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), rtol=0, atol=1e-10)
    for mine, theirs in ((layer.backward(dy), x_torch), (layer.dW, W), (layer.db, b)):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), rtol=0, atol=1e-10)


def test_the_maximum_pays_its_gradient_to_the_step_that_won_the_first_of_several():
    layer = MaxOverTime()
    x = np.array([[[1.0, 5.0], [3.0, 5.0], [2.0, 4.0]]])
    np.testing.assert_array_equal(layer.forward(x), [[3, 5]])
    np.testing.assert_array_equal(layer.backward(np.array([[10.0, 20.0]]))[0], [[0, 20], [10, 0], [0, 0]])


def test_a_bag_has_no_order_and_pays_its_gradient_to_every_step():
    layer = SumOverTime()
    x = rng().standard_normal((2, 4, 3))
    np.testing.assert_allclose(layer.forward(x[:, ::-1]), layer.forward(x), rtol=1e-14)
    np.testing.assert_array_equal(layer.backward(np.array([[1.0, 2, 3], [4, 5, 6]]))[1], [[4, 5, 6]] * 4)


def test_a_fork_into_two_layers_adds_their_gradients():
    one, other = Dense(2, 1, rng(), dtype=np.float64), Dense(2, 2, rng(), dtype=np.float64)
    one.W[...], other.W[...] = [[1], [2]], [[3, 4], [5, 6]]
    layer = Concat(one, other)
    # 1 · 1 + 10 · 2, then 1 · 3 + 10 · 5 and 1 · 4 + 10 · 6
    np.testing.assert_array_equal(layer.forward(np.array([[1.0, 10.0]])), [[21, 53, 64]])
    # 1 · 1 + 2 · 3 + 3 · 4 and 1 · 2 + 2 · 5 + 3 · 6
    np.testing.assert_array_equal(layer.backward(np.array([[1.0, 2.0, 3.0]])), [[19, 30]])
    assert [p.name for p in layer.params()] == ["0.W", "0.b", "1.W", "1.b"]


def test_layers_side_by_side_are_told_that_nobody_wants_their_dx():
    layer = Concat(Dense(2, 1, rng()), Dense(2, 1, rng()))
    layer.wants_dx = False
    assert not any(part.wants_dx for part in layer.layers)


def test_two_embeddings_side_by_side_have_no_input_gradient():
    layer, ids = Concat(Embedding(3, 2, rng()), Embedding(3, 1, rng())), np.array([[0, 2]])
    assert layer.backward(layer.forward(ids)) is None
    np.testing.assert_array_equal(layer.layers[1].dW[2], layer.layers[1].W[2])


def test_concat_refuses_what_is_no_row_of_layers():
    dense = Dense(2, 2, rng())
    for parts in ((), (dense, np.tanh)):
        with pytest.raises(ValueError, match="Concat wants one or more layers"):
            Concat(*parts)
    for parts in ((dense, dense), (dense, Network(dense)), (Network(Residual(dense)), Concat(dense))):
        with pytest.raises(ValueError, match="Concat wants every layer once, but one layer stands in two places"):
            Concat(*parts)


@pytest.mark.parametrize("layer", [SumOverTime(), MaxOverTime()])
def test_a_layer_over_time_says_which_axes_it_wants(layer):
    with pytest.raises(ValueError, match=r"OverTime\(\): forward wants .*\(N, T, n\), N ≥ 1, T ≥ 1, n ≥ 1, .*\(5, 3\)"):
        layer.forward(np.ones((5, 3), np.float32))
