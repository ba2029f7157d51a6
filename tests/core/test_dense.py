"""The dense layer: numbers worked by hand, what it refuses, and the same layer in PyTorch."""

from functools import partial

import numpy as np
import pytest

from backprop.initializers import normal, zeros
from backprop.layers import Dense


def rng():
    return np.random.default_rng(0)


def test_forward_and_backward_agree_with_the_numbers_worked_by_hand():
    layer = Dense(2, 3, rng(), dtype=np.float64)
    layer.W[...] = [[1, 2, 3], [4, 5, 6]]
    layer.b[...] = [10, 20, 30]
    z = layer.forward(np.array([[1.0, 2.0], [3.0, -1.0]]))
    # row 1: 1·1 + 2·4 + 10 = 19, 1·2 + 2·5 + 20 = 32, 1·3 + 2·6 + 30 = 45
    # row 2: 3·1 − 1·4 + 10 = 9, 3·2 − 1·5 + 20 = 21, 3·3 − 1·6 + 30 = 33
    np.testing.assert_array_equal(z, [[19, 32, 45], [9, 21, 33]])
    dx = layer.backward(np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]))
    # dW = xᵀ dy: [[1·1 + 3·2, 1·0 + 3·1, −1·1 + 3·0], [2·1 − 1·2, 2·0 − 1·1, −2·1 − 1·0]]
    np.testing.assert_array_equal(layer.dW, [[7, 3, -1], [0, -1, -2]])
    # db: columns of dy added up
    np.testing.assert_array_equal(layer.db, [3, 1, -1])
    # dx = dy Wᵀ: [1·1 − 1·3, 1·4 − 1·6], [2·1 + 1·2, 2·4 + 1·5]
    np.testing.assert_array_equal(dx, [[-2, -2], [4, 13]])


def test_a_new_layer_has_random_weights_zero_biases_and_no_gradients():
    layer = Dense(4, 3, rng())
    assert layer.W.shape == (4, 3)
    assert layer.b.shape == (3,)
    assert layer.W.dtype == layer.b.dtype == np.float32
    assert not layer.b.any()
    assert len(np.unique(layer.W)) == 12
    assert layer.dW is None
    assert layer.db is None


def test_the_same_generator_state_gives_the_same_weights_and_the_next_draw_gives_others():
    generator = rng()
    first, second = Dense(3, 3, generator), Dense(3, 3, generator)
    np.testing.assert_array_equal(Dense(3, 3, rng()).W, first.W)
    assert (first.W != second.W).all()


def test_the_initializer_is_told_fan_in_and_fan_out():
    seen = []

    def spy(generator, shape, n_in, n_out):
        seen.append((shape, n_in, n_out))
        return np.full(shape, 0.5)

    np.testing.assert_array_equal(Dense(5, 2, rng(), spy).W, np.full((5, 2), 0.5))
    assert seen == [((5, 2), 5, 2)]
    assert not Dense(5, 2, rng(), init=zeros).W.any()
    assert np.abs(Dense(50, 20, rng(), init=partial(normal, std=1e-6)).W).max() < 1e-5


@pytest.mark.parametrize(("n_in", "n_out"), [(0, 2), (2, 0), (-1, 2)])
def test_a_layer_without_inputs_or_outputs_is_refused(n_in, n_out):
    with pytest.raises(ValueError, match=f"Dense wants .* got n_in={n_in}, n_out={n_out}"):
        Dense(n_in, n_out, rng())


def test_the_message_for_a_wrong_width_says_what_came_and_what_was_wanted():
    with pytest.raises(ValueError, match=r"^Dense\(3, 2\): forward wants shape \(N, 3\) of float32, N ≥ 1, got shape "):
        Dense(3, 2, rng()).forward(np.zeros((5, 4), np.float32))


def test_the_input_gradient_is_left_out_when_nobody_wants_it():
    layer, x, dy = Dense(3, 2, rng(), dtype=np.float64), rng().random((4, 3)), rng().random((4, 2))
    layer.forward(x)
    layer.backward(dy)
    dW, db = layer.dW.copy(), layer.db.copy()
    layer.wants_dx = False
    assert layer.backward(dy) is None
    np.testing.assert_array_equal(layer.dW, dW)
    np.testing.assert_array_equal(layer.db, db)


def test_dense_equals_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    layer, x, dy = Dense(7, 5, rng(), dtype=np.float64), rng().standard_normal((6, 7)), rng().standard_normal((6, 5))
    layer.b += 0.3
    theirs = torch.nn.Linear(7, 5).double()
    with torch.no_grad():
        theirs.weight[:] = torch.tensor(layer.W.T)
        theirs.bias[:] = torch.tensor(layer.b)
    x_torch = torch.tensor(x, requires_grad=True)
    z = theirs(x_torch)
    z.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), z.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(layer.backward(dy), x_torch.grad.numpy(), rtol=1e-12)
    np.testing.assert_allclose(layer.dW.T, theirs.weight.grad.numpy(), rtol=1e-12)
    np.testing.assert_allclose(layer.db, theirs.bias.grad.numpy(), rtol=1e-12)
