"""The labelled equations of sections 6.2 and 6.6 against hand-worked numbers, or another road than the page's."""

import numpy as np
import pytest

from backprop.gradcheck import numerical_gradient
from backprop.layers import Attention, Concat, Conv1D, Dense, MaxOverTime, ReLU
from backprop.layers.attention import attend, attend_backward
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network


@pytest.mark.equation("eq-window")
@pytest.mark.equation("eq-window-backward")
def test_a_window_is_a_dense_layer_at_every_place_and_its_gradients_add_over_places():
    rng = np.random.default_rng(1)
    layer, dense = Conv1D(3, 2, 4, rng, dtype=np.float64), Dense(12, 2, rng, dtype=np.float64)
    dense.W[...], dense.b[...] = layer.W.reshape(12, 2), [5, 6]
    layer.b[...] = [5, 6]
    x, dy = rng.standard_normal((9, 3)), rng.standard_normal((6, 2))
    as_rows = np.stack([x[k : k + 4].ravel() for k in range(6)])  # each window's words side by side
    np.testing.assert_allclose(layer.forward(x[None])[0], dense.forward(as_rows), rtol=1e-12)
    dx, at_windows = layer.backward(dy[None])[0], dense.backward(dy).reshape(6, 4, 3)
    np.testing.assert_allclose(layer.dW.reshape(12, 2), dense.dW, rtol=1e-12)
    np.testing.assert_allclose(layer.db, dy.sum(axis=0), rtol=1e-12)
    for i in range(9):
        np.testing.assert_allclose(dx[i], sum(at_windows[i - j, j] for j in range(4) if 0 <= i - j < 6), rtol=1e-11)


@pytest.mark.equation("eq-max-over-time")
def test_only_the_window_that_won_is_paid():
    z, layer = np.array([[[1.0, 7.0], [4.0, 2.0], [3.0, 5.0]]]), MaxOverTime()
    np.testing.assert_array_equal(layer.forward(z), [[4, 7]])
    np.testing.assert_array_equal(layer.backward(np.array([[10.0, 20.0]]))[0], [[0, 20], [10, 0], [0, 0]])
    nudged = numerical_gradient(lambda z: float(z[0].max(axis=0) @ [10.0, 20.0]), z)
    np.testing.assert_allclose(nudged[0], [[0, 20], [10, 0], [0, 0]], atol=1e-6)


def reader_of_rows():
    """Windows, maxima, ReLU and a dense layer, every bias away from 0, and rows to read."""
    rng = np.random.default_rng(3)
    windows = Concat(*(Network(Conv1D(4, 6, m, rng), MaxOverTime()) for m in (2, 3)))
    net = Network(windows, ReLU(), Dense(12, 2, rng)).astype(np.float64)
    for p in net.params():
        if p.name.endswith("b"):
            p.value[...] = rng.standard_normal(p.value.shape)
    return net, rng.standard_normal((1, 8, 4))


@pytest.mark.equation("eq-shares")
def test_the_shares_of_words_and_biases_add_up_to_the_lead():
    net, x = reader_of_rows()
    z = net.forward(x)
    dx = net.backward(np.array([[-1.0, 1.0]]))
    biases = [p for p in net.params() if p.name.endswith("b")]
    shares = (x * dx).sum() + sum((p.value * p.grad).sum() for p in biases)
    assert len(biases) == 3
    assert shares == pytest.approx(z[0, 1] - z[0, 0], rel=1e-10)
    for p in biases:
        p.value[...] *= 3
    np.testing.assert_allclose(net.forward(3 * x), 3 * z, rtol=1e-12)  # one factor for rows and biases passes through


@pytest.mark.equation("eq-loss-and-lead")
@pytest.mark.parametrize("y", [0, 1])
def test_the_loss_prices_words_as_the_lead_does_up_to_one_factor(y):
    net, x = reader_of_rows()
    z, loss = net.forward(x), SoftmaxCrossEntropy()
    by_lead = net.backward(np.array([[-1.0, 1.0]])).copy()
    loss.forward(net.forward(x), np.array([y]))
    by_loss = net.backward(loss.backward())
    factor = 1 / (1 + np.exp(z[0, 0] - z[0, 1])) - y
    np.testing.assert_allclose(by_loss, factor * by_lead, rtol=1e-9, atol=1e-12)
    assert np.sign(factor) == (1 if y == 0 else -1)


def attention_by_loops(q, k, v):
    """Answers of one sequence, every number by itself."""
    y = np.zeros((len(q), v.shape[1]))
    for i, query in enumerate(q):
        fits = [np.exp(sum(a * b for a, b in zip(query, key, strict=True)) / len(query) ** 0.5) for key in k]
        for fit, value in zip(fits, v, strict=True):
            y[i] += fit / sum(fits) * value
    return y


def qkv(seed=0):
    return np.random.default_rng(seed).standard_normal((3, 5, 4))


@pytest.mark.equation("eq-attention")
def test_attention_is_a_mean_of_values_in_shares_of_fit():
    q, k, v = qkv()
    np.testing.assert_allclose(attend(q[None], k[None], v[None])[0][0], attention_by_loops(q, k, v), rtol=1e-12)


@pytest.mark.equation("eq-dot-variance")
@pytest.mark.parametrize("n_dim", [4, 100])
def test_the_variance_of_a_dot_product_is_its_length(n_dim):
    # all pairs of vectors of signs for n = 4: the variance is exact; 100 by chance
    if n_dim == 4:
        signs = np.array(np.meshgrid(*[[-1, 1]] * 4)).reshape(4, -1).T
        assert (signs @ signs.T).var() == 4
    else:
        q, k = np.random.default_rng(3).standard_normal((2, 20000, n_dim))
        assert (q * k).sum(axis=1).var() == pytest.approx(n_dim, rel=0.05)


@pytest.mark.equation("eq-attention-mean")
def test_a_value_collects_what_each_query_takes_and_a_share_is_worth_its_value():
    q, k, v = qkv()
    dy = np.random.default_rng(1).standard_normal((5, 4))
    _, p = attend(q[None], k[None], v[None])
    dv = attend_backward(dy[None], q[None], k[None], v[None], p)[2][0]
    for j in range(5):
        np.testing.assert_allclose(dv[j], sum(p[0, i, j] * dy[i] for i in range(5)), rtol=1e-12)
    by_nudge = numerical_gradient(lambda shares: float((shares @ v * dy).sum()), p[0])
    np.testing.assert_allclose(by_nudge, [[row @ value for value in v] for row in dy], rtol=1e-7, atol=1e-9)


@pytest.mark.equation("eq-attention-softmax")
def test_a_score_is_worth_what_its_value_is_above_the_average():
    # shares (1, 3)/4 and prices (0, 8): the average is 6, so dz = (1/4 · −6, 3/4 · 2)
    z, dp = np.log([1.0, 3.0]), np.array([0.0, 8.0])

    def loss(z):
        return float((np.exp(z) / np.exp(z).sum()) @ dp)

    np.testing.assert_allclose(numerical_gradient(loss, z), [-1.5, 1.5], rtol=1e-9)
    q, k, v = np.ones((1, 1, 1)), z[None, :, None], dp[None, :, None]
    _, p = attend(q, k, v)
    np.testing.assert_allclose(attend_backward(np.ones((1, 1, 1)), q, k, v, p)[1][0, :, 0], [-1.5, 1.5], rtol=1e-12)


@pytest.mark.equation("eq-attention-scores")
def test_queries_and_keys_are_priced_through_all_their_scores():
    q, k, v = qkv(4)
    dy = np.random.default_rng(5).standard_normal((5, 4))
    _, p = attend(q[None], k[None], v[None])
    dq, dk, _ = attend_backward(dy[None], q[None], k[None], v[None], p)
    for gradient, nudged in (
        (dq, numerical_gradient(lambda a: float((attention_by_loops(a, k, v) * dy).sum()), q)),
        (dk, numerical_gradient(lambda a: float((attention_by_loops(q, a, v) * dy).sum()), k)),
    ):
        np.testing.assert_allclose(gradient[0], nudged, rtol=1e-6, atol=1e-9)


@pytest.mark.equation("eq-attention-fork")
def test_a_sequence_that_asks_itself_is_a_fork_with_three_ways_out():
    rng = np.random.default_rng(2)
    layer, x, dy = (
        Attention(3, 2, rng, dtype=np.float64),
        rng.standard_normal((1, 4, 3)),
        rng.standard_normal((1, 4, 2)),
    )
    layer.forward(x)
    dx = layer.backward(dy)[0]
    W_q, W_k, W_v = np.split(layer.W, 3, axis=1)

    def loss(asking, offering, telling):
        return float((attention_by_loops(asking @ W_q, offering @ W_k, telling @ W_v) * dy[0]).sum())

    x = x[0]
    ways = [
        numerical_gradient(lambda a: loss(a, x, x), x),
        numerical_gradient(lambda a: loss(x, a, x), x),
        numerical_gradient(lambda a: loss(x, x, a), x),
    ]
    np.testing.assert_allclose(dx, sum(ways), rtol=1e-6, atol=1e-9)


@pytest.mark.equation("eq-attention-mask")
def test_what_is_hidden_has_no_share_and_gets_no_gradient():
    q, k, v = qkv(6)
    y, p = attend(q[None], k[None], v[None], causal=True)
    for i in range(5):
        np.testing.assert_allclose(y[0, i], attention_by_loops(q[i : i + 1], k[: i + 1], v[: i + 1])[0], rtol=1e-12)
    assert not np.triu(p[0], 1).any()
    dy = np.zeros((1, 5, 4))
    dy[0, 1] = 1
    _, dk, dv = attend_backward(dy, q[None], k[None], v[None], p)
    assert not dk[0, 2:].any()
    assert not dv[0, 2:].any()
    assert dk[0, :2].any(axis=1).all()
