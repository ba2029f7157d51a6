"""The shortcut: a fork whose two gradients add up, what it refuses, and the same block in PyTorch."""

import numpy as np
import pytest

from backprop.initializers import zeros
from backprop.layers import BatchNorm, Conv2D, Dense, ReLU, Residual
from backprop.network import Network


def rng(seed=0):
    return np.random.default_rng(seed)


def dense(n_in, n_out, **settings):
    return Dense(n_in, n_out, rng(n_in), dtype=np.float64, **settings)


def test_a_shortcut_worked_by_hand():
    layer = dense(2, 2)
    layer.W[...], layer.b[...] = [[1, 2], [3, 4]], [10, 20]
    block = Residual(layer)
    # x W + b = (1 − 3 + 10, 2 − 4 + 20) = (8, 18), and x on top
    np.testing.assert_array_equal(block.forward(np.array([[1.0, -1.0]])), [[9, 17]])
    # dy Wᵀ = (1 + 4, 3 + 8) = (5, 11), and dy on top
    np.testing.assert_array_equal(block.backward(np.array([[1.0, 2.0]])), [[6, 13]])
    np.testing.assert_array_equal(layer.dW, [[1, 2], [-1, -2]])


def test_a_block_whose_layers_give_zero_lets_everything_through():
    block = Residual(dense(3, 5), ReLU(), dense(5, 3, init=zeros))
    x, dy = rng().standard_normal((2, 4, 3))
    np.testing.assert_array_equal(block.forward(x), x)
    np.testing.assert_array_equal(block.backward(dy), dy)


def test_a_block_needs_layers_that_keep_the_shape():
    with pytest.raises(ValueError, match=r"^Residual\(Dense\(3, 4\)\): wants .* but \(5, 3\) became \(5, 4\)"):
        Residual(dense(3, 4)).forward(np.zeros((5, 3)))
    with pytest.raises(ValueError, match=r"became \(5, 3\)"):  # numpy alone would add (5, 1) to (5, 3)
        Residual(dense(1, 3)).forward(np.zeros((5, 1)))


def test_a_wrong_dy_and_a_forgotten_forward_are_told_by_the_block():
    block = Residual(dense(3, 3))
    with pytest.raises(RuntimeError, match=r"^Residual\(Dense\(3, 3\)\): backward was called before forward"):
        block.backward(np.zeros((5, 3)))
    block.forward(np.zeros((5, 3)))
    with pytest.raises(ValueError, match=r"^Residual\(Dense\(3, 3\)\): backward wants dy of shape \(5, 3\)"):
        block.backward(np.zeros((5, 2)))


def test_a_block_of_no_layers_or_of_one_layer_twice_is_refused():
    layer = ReLU()
    for layers, words in (((), "one or more layers"), ((layer, layer), "every layer once")):
        with pytest.raises(ValueError, match=f"^Residual wants {words}"):
            Residual(*layers)
    with pytest.raises(ValueError, match=r"^Residual wants every layer once"):
        Residual(layer, shortcut=layer)
    with pytest.raises(ValueError, match="stands in two places"):
        Network(Residual(layer), layer)


def halving(rng_f=1, rng_shortcut=2):
    """3 channels become 4, and the picture half as high and wide, on both ways."""
    f = (Conv2D(3, 4, 3, rng(rng_f), stride=2, padding=1, dtype=np.float64), BatchNorm(4, dtype=np.float64))
    return Residual(*f, shortcut=Conv2D(3, 4, 1, rng(rng_shortcut), stride=2, dtype=np.float64))


def test_a_shortcut_with_a_layer_worked_by_hand():
    f, shortcut = dense(2, 1), dense(2, 1)
    f.W[...], f.b[...] = [[1], [2]], [5]
    shortcut.W[...], shortcut.b[...] = [[3], [4]], [100]
    block = Residual(f, shortcut=shortcut)
    # f: 1 − 2 + 5 = 4; shortcut: 3 − 4 + 100 = 99
    np.testing.assert_array_equal(block.forward(np.array([[1.0, -1.0]])), [[103]])
    # 2 (1, 2) + 2 (3, 4)
    np.testing.assert_array_equal(block.backward(np.array([[2.0]])), [[8, 12]])
    np.testing.assert_array_equal(f.dW, [[2], [-2]])
    np.testing.assert_array_equal(shortcut.dW, [[2], [-2]])


def test_both_ways_have_to_end_in_one_shape():
    block = Residual(dense(3, 4), shortcut=dense(3, 5))
    with pytest.raises(ValueError, match=r"f\(x\) of shape \(2, 4\) to a shortcut of shape \(2, 5\)"):
        block.forward(np.zeros((2, 3)))


def test_the_shortcuts_layer_is_one_of_the_blocks_own():
    block = halving()
    assert repr(block) == (
        "Residual(Conv2D(3, 4, 3, stride=2, padding=1), BatchNorm(4), shortcut=Conv2D(3, 4, 1, stride=2, padding=0))"
    )
    assert [p.name for p in block.params()] == ["0.W", "0.b", "1.gamma", "1.shift", "2.W", "2.b"]
    x = rng().standard_normal((2, 3, 6, 6))
    y = block.forward(x)
    twin = block.astype(np.float32)  # a copy has both ways, too
    np.testing.assert_allclose(twin.forward(x.astype(np.float32)), y, atol=1e-5)
    block.wants_dx = False
    assert not block.layers[0].wants_dx
    assert not block.layers[2].wants_dx
    assert block.backward(np.ones_like(y)) is None
    shared = dense(3, 3)
    with pytest.raises(ValueError, match="stands in two places"):
        Residual(shared, shortcut=shared)
    with pytest.raises(ValueError, match="one or more layers"):
        Residual(dense(3, 3), shortcut="a layer")


def test_its_layers_keep_their_names_modes_and_input_gradients():
    block = Residual(dense(3, 3), BatchNorm(3, dtype=np.float64))
    assert repr(block) == "Residual(Dense(3, 3), BatchNorm(3))"
    net = Network(block, dense(3, 2))
    assert [p.name for p in net.params()] == ["0.0.W", "0.0.b", "0.1.gamma", "0.1.shift", "1.W", "1.b"]
    net.train_mode(False)
    assert not block.layers[1].training
    net.forward(rng().standard_normal((4, 3)))
    net.wants_dx = False
    assert not block.layers[0].wants_dx
    assert not block.wants_dx
    assert net.backward(np.ones((4, 2))) is None
    net.wants_dx = True
    assert net.backward(np.ones((4, 2))).shape == (4, 3)


def test_a_block_equals_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    block = Residual(
        Conv2D(3, 4, 3, rng(1), padding=1, dtype=np.float64),
        ReLU(),
        Conv2D(4, 3, 3, rng(2), padding=1, dtype=np.float64),
    )
    nn = torch.nn
    f = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 3, 3, padding=1)).double()
    with torch.no_grad():
        for mine, theirs in zip(block.params(), f.parameters(), strict=True):
            theirs[:] = torch.tensor(mine.value)
    x, dy = rng().standard_normal((2, 2, 3, 6, 5))
    x_torch = torch.tensor(x, requires_grad=True)
    y = x_torch + f(x_torch)
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(block.forward(x), y.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(block.backward(dy), x_torch.grad.numpy(), rtol=1e-10, atol=1e-12)
    for mine, theirs in zip(block.params(), f.parameters(), strict=True):
        np.testing.assert_allclose(mine.grad, theirs.grad.numpy(), rtol=1e-10, atol=1e-12)
