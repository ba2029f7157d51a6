"""Attention: limits with a known answer, order and mask, and PyTorch's scaled dot-product attention."""

import numpy as np
import pytest

from backprop.layers import Attention
from backprop.layers.attention import attend, attend_backward


def rng(seed=0):
    return np.random.default_rng(seed)


def test_equal_keys_give_the_mean_and_a_huge_score_gives_a_lookup():
    q, k, v = rng().standard_normal((3, 2, 4, 3))
    y, p = attend(q, np.zeros_like(k), v)
    np.testing.assert_allclose(p, np.full((2, 4, 4), 0.25), rtol=1e-15)
    np.testing.assert_allclose(y, np.repeat(v.mean(axis=1, keepdims=True), 4, axis=1), rtol=1e-13)
    order = [2, 0, 3, 1]
    keys = np.repeat(np.eye(4)[None], 2, axis=0)
    y, _ = attend(1e4 * keys[:, order], keys, v)
    np.testing.assert_array_equal(y, v[:, order])


def test_scores_worked_by_hand():
    q, k = np.array([[[2.0, 0, 0, 0]]]).repeat(2, axis=1), np.zeros((1, 2, 4))
    k[0, 1, 0] = np.log(3)
    # q·k = (0, 2 ln 3), over √4: (0, ln 3), so p = (1, 3)/4
    y, p = attend(q, k, np.array([[[4.0], [8.0]]]))
    np.testing.assert_allclose(p[0], [[0.25, 0.75]] * 2, rtol=1e-15)
    np.testing.assert_allclose(y[0], [[7], [7]], rtol=1e-15)


def test_without_a_mask_attention_does_not_know_the_order():
    layer, x = Attention(3, 2, rng(), dtype=np.float64), rng(1).standard_normal((2, 5, 3))
    order = [3, 1, 4, 0, 2]
    np.testing.assert_allclose(layer.forward(x[:, order]), layer.forward(x)[:, order], rtol=1e-12)


def test_with_the_mask_no_step_sees_the_future_and_the_future_gets_no_gradient():
    layer, x = Attention(3, 2, rng(), causal=True, dtype=np.float64), rng(1).standard_normal((2, 5, 3))
    y, dy = layer.forward(x).copy(), np.zeros((2, 5, 2))
    dy[:, 2] = 1
    dx = layer.backward(dy)
    assert not dx[:, 3:].any()
    assert np.abs(dx[:, :3]).max(axis=(0, 2)).all()
    x[:, 3:] += 1
    np.testing.assert_allclose(layer.forward(x)[:, :3], y[:, :3], rtol=1e-14)
    np.testing.assert_allclose(y[:, 0], x[:, 0] @ layer.W[:, 4:], rtol=1e-14)


def test_attention_of_nothing_is_refused():
    for sizes in ((0, 2), (2, 0)):
        with pytest.raises(ValueError, match="Attention wants at least one input and one dimension"):
            Attention(*sizes, rng())
    with pytest.raises(
        ValueError, match=r"forward wants shape \(N, T, 3\) of float32, N ≥ 1, T ≥ 1, got shape \(5, 3\)"
    ):
        Attention(3, 2, rng()).forward(np.ones((5, 3), np.float32))


@pytest.mark.parametrize("causal", [False, True])
def test_attention_equals_pytorch(causal):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    q, k, v, dy = rng(1).standard_normal((4, 3, 7, 5))
    theirs = [torch.tensor(array, requires_grad=True) for array in (q, k, v)]
    y = torch.nn.functional.scaled_dot_product_attention(*theirs, is_causal=causal)
    y.backward(torch.tensor(dy))
    mine, p = attend(q, k, v, causal)
    np.testing.assert_allclose(mine, y.detach().numpy(), rtol=0, atol=1e-10)
    for gradient, tensor in zip(attend_backward(dy, q, k, v, p), theirs, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("causal", [False, True])
def test_the_layer_equals_pytorch_weights_included(causal):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    layer, x = Attention(4, 3, rng(), causal, dtype=np.float64), rng(1).standard_normal((2, 6, 4))
    dy = rng(2).standard_normal((2, 6, 3))
    W, x_torch = torch.tensor(layer.W, requires_grad=True), torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.scaled_dot_product_attention(*(x_torch @ W).split(3, dim=2), is_causal=causal)
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.backward(dy), x_torch.grad.numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.dW, W.grad.numpy(), rtol=0, atol=1e-10)
