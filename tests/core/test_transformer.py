"""Layer norm, positions and several heads: what they keep, what they refuse, and a whole small GPT against PyTorch."""

import numpy as np
import pytest

from backprop.examples.small_gpt import arms, follow, next_logits, shares, small_gpt, stream_gradients, write
from backprop.gradcheck import numerical_gradient, relative_error
from backprop.layers import Attention, LayerNorm, MultiHeadAttention, PositionEmbedding
from backprop.layers.transformer import join_heads, split_heads
from backprop.losses import SoftmaxCrossEntropy

TOKENS, STEPS, WIDE, HEADS = 11, 6, 8, 2


def rng(seed=0):
    return np.random.default_rng(seed)


def shaken(layer, seed=3):
    """The layer with all parameters away from their start."""
    state, noise = layer.state(), rng(seed)
    layer.load_state({name: array + 0.3 * noise.standard_normal(array.shape) for name, array in state.items()})
    return layer


def gpt():
    return shaken(small_gpt(TOKENS, STEPS, WIDE, HEADS, 2, rng(), dtype=np.float64))


def test_a_normalised_row_has_mean_0_and_spread_1_however_large_it_was():
    layer, x = LayerNorm(50, dtype=np.float64), rng().normal(7, 3, (4, 2, 50))
    y = layer.forward(x)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-14)
    np.testing.assert_allclose(y.std(axis=-1), 1, rtol=1e-5)
    np.testing.assert_allclose(layer.forward(1000 * x + 5), y, atol=1e-5)


def test_a_row_worked_by_hand():
    layer = LayerNorm(2, eps=1e-300, dtype=np.float64)
    layer.gamma[...], layer.shift[...] = [2, 3], [10, 20]
    # mean 4, deviations ∓3, spread 3
    np.testing.assert_allclose(layer.forward(np.array([[1.0, 7.0]])), [[8, 23]], rtol=1e-15)
    # of two numbers only the order survives, so no nudge changes anything
    np.testing.assert_allclose(layer.backward(np.array([[5.0, 6.0]])), 0, atol=1e-15)
    np.testing.assert_allclose(layer.dgamma, [-5, 6])
    np.testing.assert_allclose(layer.dshift, [5, 6])


def test_no_gradient_of_a_layer_norm_moves_a_row_as_a_whole_or_stretches_it():
    layer, x = shaken(LayerNorm(9, eps=1e-12, dtype=np.float64)), rng(1).standard_normal((5, 9))
    layer.forward(x)
    dx = layer.backward(rng(2).standard_normal((5, 9)))
    np.testing.assert_allclose(dx.sum(axis=1), 0, atol=1e-13)
    np.testing.assert_allclose((dx * x).sum(axis=1), 0, atol=1e-10)


def test_layer_norm_leaves_the_gradient_out_that_nobody_wants():
    layer = LayerNorm(3, dtype=np.float64)
    layer.wants_dx = False
    layer.forward(rng().standard_normal((2, 3)))
    assert layer.backward(np.ones((2, 3))) is None
    np.testing.assert_array_equal(layer.dshift, [2, 2, 2])


def test_a_layer_norm_without_a_positive_eps_is_refused():
    with pytest.raises(ValueError, match=r"LayerNorm wants n ≥ 1 and eps > 0, got 3, 0"):
        LayerNorm(3, eps=0)


def test_positions_are_added_and_get_the_sum_over_the_batch():
    layer = PositionEmbedding(4, 2, rng(), dtype=np.float64)
    x, dy = rng(1).standard_normal((2, 3, 3, 2))
    np.testing.assert_allclose(layer.forward(x) - x, np.stack([layer.W[:3]] * 3), atol=1e-15)
    np.testing.assert_array_equal(layer.backward(dy), dy)
    np.testing.assert_allclose(layer.dW[:3], dy[0] + dy[1] + dy[2])
    assert not layer.dW[3].any()


def test_more_steps_than_positions_are_refused():
    layer = PositionEmbedding(4, 2, rng())
    with pytest.raises(ValueError, match=r"PositionEmbedding\(4, 2\): forward wants at most T = 4 steps, got shape"):
        layer.forward(np.zeros((1, 5, 2), np.float32))


def test_heads_are_joined_as_they_were_split():
    x = rng().standard_normal((3, 5, 8))
    parts = split_heads(x, 4)
    assert parts.shape == (12, 5, 2)
    np.testing.assert_array_equal(parts[5], x[1, :, 2:4])  # the second example's second head
    np.testing.assert_array_equal(join_heads(parts, 4), x)


@pytest.mark.parametrize("causal", [False, True])
def test_one_head_is_attention_with_a_matrix_behind_it(causal):
    many, one = (make(4, n, rng(), causal, dtype=np.float64) for make, n in ((MultiHeadAttention, 1), (Attention, 4)))
    one.W[...] = many.W
    x, dy = rng(1).standard_normal((2, 3, 5, 4))
    np.testing.assert_allclose(many.forward(x), one.forward(x) @ many.W_out, rtol=1e-12)
    np.testing.assert_allclose(many.backward(dy), one.backward(dy @ many.W_out.T), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(many.dW, one.dW, rtol=1e-12)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match=r"wants n_dim as a multiple of n_heads, got 6, 4"):
        MultiHeadAttention(6, 4, rng())


@pytest.mark.parametrize("causal", [False, True])
def test_many_heads_equal_pytorch(causal):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    layer = MultiHeadAttention(WIDE, HEADS, rng(), causal, dtype=np.float64)
    theirs = torch.nn.MultiheadAttention(WIDE, HEADS, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.tensor(layer.W.T))
        theirs.out_proj.weight.copy_(torch.tensor(layer.W_out.T))
    x, dy = rng(1).standard_normal((2, 3, 5, WIDE))
    x_torch = torch.tensor(x, requires_grad=True)
    mask = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1) if causal else None
    y, p = theirs(x_torch, x_torch, x_torch, attn_mask=mask, average_attn_weights=False)
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.p, p.detach().numpy().reshape(-1, 5, 5), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.backward(dy), x_torch.grad.numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.dW, theirs.in_proj_weight.grad.numpy().T, rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.dW_out, theirs.out_proj.weight.grad.numpy().T, rtol=0, atol=1e-10)


def test_layer_norm_equals_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    layer = shaken(LayerNorm(7, dtype=np.float64))
    x, dy = rng(1).normal(2, 3, (2, 4, 5, 7))
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, layer.gamma, layer.shift)]
    y = torch.nn.functional.layer_norm(leaves[0], (7,), *leaves[1:])
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), rtol=0, atol=1e-10)
    for mine, leaf in zip((layer.backward(dy), layer.dgamma, layer.dshift), leaves, strict=True):
        np.testing.assert_allclose(mine, leaf.grad.numpy(), rtol=0, atol=1e-10)


def in_pytorch(torch, P, ids):
    """The logits of the same GPT, from its parameters by name, in the calls of PyTorch."""
    F = torch.nn.functional
    n, t = ids.shape

    def split(h):
        return h.view(n, t, HEADS, WIDE // HEADS).transpose(1, 2)

    x = F.embedding(ids, P["0.W"]) + P["1.W"][:t]
    for b in ("2.", "3."):
        h = F.layer_norm(x, (WIDE,), P[b + "0.0.gamma"], P[b + "0.0.shift"])
        q, k, v = (h @ P[b + "0.1.W"]).split(WIDE, 2)
        h = F.scaled_dot_product_attention(split(q), split(k), split(v), is_causal=True)
        x = x + h.transpose(1, 2).reshape(n, t, WIDE) @ P[b + "0.1.W_out"]
        h = F.layer_norm(x, (WIDE,), P[b + "1.0.gamma"], P[b + "1.0.shift"])
        h = F.gelu(h @ P[b + "1.1.W"][0] + P[b + "1.1.b"], approximate="tanh")
        x = x + h @ P[b + "1.3.W"][0] + P[b + "1.3.b"]
    return F.layer_norm(x, (WIDE,), P["4.gamma"], P["4.shift"]) @ P["5.W"][0] + P["5.b"]


def test_every_gradient_of_a_whole_gpt_equals_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    net, loss = gpt(), SoftmaxCrossEntropy()
    ids, labels = rng(1).integers(TOKENS, size=(2, 3, 5))
    mine = loss.forward(net.forward(ids), labels)
    net.backward(loss.backward())
    P = {p.name: torch.tensor(p.value, requires_grad=True) for p in net.params()}
    logits = in_pytorch(torch, P, torch.tensor(ids))
    theirs = torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.tensor(labels).flatten())
    theirs.backward()
    assert mine == pytest.approx(theirs.item(), rel=1e-13)
    assert len(P) == 26
    for p in net.params():
        np.testing.assert_allclose(p.grad, P[p.name].grad.numpy(), rtol=0, atol=1e-10, err_msg=p.name)


def test_every_gradient_of_a_whole_gpt_agrees_with_a_nudge():
    net, loss = shaken(small_gpt(5, 4, 4, 2, 1, rng(), dtype=np.float64)), SoftmaxCrossEntropy()
    ids, labels = rng(1).integers(5, size=(2, 2, 3))
    loss.forward(net.forward(ids), labels)
    net.backward(loss.backward())
    for p in net.params():
        gradient = p.grad.copy()

        def moved(value, array=p.value):
            before = array.copy()
            array[...] = value
            answer = loss.forward(net.forward(ids), labels)
            array[...] = before
            return answer

        assert relative_error(gradient, numerical_gradient(moved, p.value.copy())) < 1e-6, p.name


def test_the_first_loss_is_that_of_knowing_nothing():
    net = small_gpt(27, 16, 48, 4, 2, rng())
    ids = rng(1).integers(27, size=(20, 16))
    assert SoftmaxCrossEntropy().forward(net.forward(ids), ids) == pytest.approx(np.log(27), abs=0.02)


def test_writing_step_by_step_gives_the_logits_of_the_whole_row():
    net, ids = gpt(), rng(1).integers(TOKENS, size=(1, STEPS))
    whole = net.forward(ids)[0]
    z, past = next_logits(net, ids[:, :2])
    np.testing.assert_allclose(z[0], whole[1], rtol=1e-12)
    for k in range(2, STEPS):
        z, past = next_logits(net, ids[:, k : k + 1], past)
        np.testing.assert_allclose(z[0], whole[k], rtol=1e-11)
    assert past[0][0].shape == (HEADS, STEPS, WIDE // HEADS)
    with pytest.raises(ValueError, match="the net has 6 positions, got 6 steps and 1 more"):
        next_logits(net, ids[:, :1], past)


def test_a_cache_of_keys_wants_a_mask_and_one_step_at_a_time():
    x = np.zeros((1, 2, 4), np.float32)
    with pytest.raises(ValueError, match=r"MultiHeadAttention\(4, 2, causal=False\): extend wants causal=True"):
        MultiHeadAttention(4, 2, rng()).extend(x)
    layer = MultiHeadAttention(4, 2, rng(), causal=True)
    _, past = layer.extend(x)
    with pytest.raises(ValueError, match="one step after a past, got 2 steps"):
        layer.extend(x, past)


def test_what_is_written_ends_at_an_end_or_at_the_last_position():
    net = gpt()
    for seed in range(30):
        row = write(net, 1.0, rng(seed))
        assert len(row) <= STEPS
        assert 0 not in row
    net.layers[-1].b[...] = np.arange(TOKENS) == 0
    net.layers[-1].b *= 1e4
    assert write(net, 1.0, rng()) == []
    assert write(net, 0.01, rng(1)) == []


def test_what_is_written_goes_on_from_its_start_as_the_whole_row_would():
    net, start = gpt(), [3, 1, 4]
    likely = int(net.forward(np.array([[0, *start]]))[0, -1].argmax())
    row = write(net, 1e-3, rng(), start=start)
    assert row[:3] == start
    assert row[3:4] == [likely] * (likely != 0)
    assert write(net, 1.0, rng(2), start=[]) == write(net, 1.0, rng(2))
    with pytest.raises(ValueError, match="the net has 6 positions, got 0 steps and 7 more"):
        write(net, 1.0, rng(), start=range(1, 7))


def test_arms_that_add_nothing_are_followed_at_one_length_and_leave_the_rows_as_unlike_as_they_were():
    halves = arms(True, True, 3, rng(), np.float64)
    for half in halves:
        half.layers[-1].load_state({name: 0 * array for name, array in half.layers[-1].state().items()})
    lengths, cosine = follow(halves, rng(1))
    x, dx = rng(1).standard_normal((2, 8, 16, 32))
    np.testing.assert_allclose(lengths, [np.linalg.norm(dx)] * 3, rtol=1e-12)
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    pairs = [row[i] @ row[j] for row in x for i in range(16) for j in range(16) if i != j]
    assert cosine == pytest.approx(np.mean(pairs))


def test_the_lengths_that_are_followed_are_those_in_front_of_the_blocks():
    halves = arms(True, False, 2, rng(), np.float64)
    lengths, _ = follow(halves, rng(1))
    _, dx = rng(1).standard_normal((2, 8, 16, 32))
    for k in (1, 0):
        for half in (halves[2 * k + 1], halves[2 * k]):
            dx = half.backward(dx)
        assert lengths[k] == pytest.approx(np.linalg.norm(dx))


def test_the_shares_of_all_heads_add_up_to_1_and_none_looks_ahead():
    p = shares(gpt(), rng(1).integers(TOKENS, size=5))
    assert p.shape == (2, HEADS, 5, 5)
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    assert not p[..., ~np.tri(5, dtype=bool)].any()


def test_the_stream_begins_with_the_gradient_of_the_positions_and_arms_that_are_0_leave_it_as_it_is():
    net, ids, loss = gpt(), rng(1).integers(TOKENS, size=STEPS + 1), SoftmaxCrossEntropy()
    lengths = stream_gradients(net, ids)
    loss.forward(net.forward(ids[None, :-1]), ids[None, 1:])
    net.backward(loss.backward())
    (positions,) = (p.grad for p in net.params() if p.name == "1.W")
    assert lengths[0] == pytest.approx(np.linalg.norm(positions))
    assert len(set(lengths)) == 5
    for block in net.layers[2:-2]:
        block.layers[0].layers[1].W_out[...] = 0
        block.layers[1].layers[3].W[...] = 0
    assert len(set(stream_gradients(net, ids))) == 1


@pytest.mark.parametrize("call", ["forward", "extend"])
@pytest.mark.parametrize("x", [np.zeros((2, WIDE), np.float32), np.zeros((2, 3, WIDE))])
def test_heads_say_the_shape_and_the_dtype_that_they_want(call, x):
    with pytest.raises(ValueError, match=r"wants shape \(N, T, 8\) of float32, N ≥ 1, T ≥ 1, got shape"):
        getattr(MultiHeadAttention(WIDE, HEADS, rng(), causal=True), call)(x)


def test_positions_say_the_shape_that_they_want():
    with pytest.raises(ValueError, match=r"wants shape \(N, T, 8\) of float32, N ≥ 1, T ≥ 1, got shape \(2, 8\)"):
        PositionEmbedding(STEPS, WIDE, rng()).forward(np.zeros((2, WIDE), np.float32))


def test_heads_at_the_front_leave_their_dx_out():
    layer = MultiHeadAttention(WIDE, HEADS, rng())
    layer.wants_dx = False
    assert layer.backward(layer.forward(np.ones((1, 3, WIDE), np.float32))) is None
    assert np.abs(layer.dW).max() > 0
