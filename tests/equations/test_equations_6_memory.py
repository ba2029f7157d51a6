"""The labelled equations of sections 6.4 and 6.5 against nudges, hand-worked numbers, or another road."""

from itertools import pairwise

import numpy as np
import pytest

from backprop.batches import next_token_batches
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient
from backprop.layers import LSTM, RNN, Conv1D, Embedding
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network

T, N_IN, N = 5, 2, 3


def sigma(z):
    return 1 / (1 + np.exp(-z))


def unrolled(x, W, U, b, nudge_z=None, nudge_c=None, nudge_a=None):
    """z, c and a of every step, each with a nudge added as soon as it is there; a loop over units, not over gates."""
    n = len(U)
    z, c, a = np.zeros((len(x), 4 * n)), np.zeros((len(x) + 1, n)), np.zeros((len(x) + 1, n))
    for k, x_k in enumerate(x):
        z[k] = x_k @ W + a[k] @ U + b + (0 if nudge_z is None else nudge_z[k])
        for j in range(n):
            z_i, z_f, z_g, z_o = z[k, [j, n + j, 2 * n + j, 3 * n + j]]
            c[k + 1, j] = sigma(z_f) * c[k, j] + sigma(z_i) * np.tanh(z_g)
            c[k + 1, j] += 0 if nudge_c is None else nudge_c[k, j]
            a[k + 1, j] = sigma(z_o) * np.tanh(c[k + 1, j])
        a[k + 1] += 0 if nudge_a is None else nudge_a[k]
    return z, c, a


@pytest.fixture(scope="module")
def cell():
    """A cell, its sequence, and the prices of z, c and a at every step by nudges alone."""
    rng = np.random.default_rng(6)
    W, U = rng.normal(size=(N_IN, 4 * N)), rng.normal(size=(N, 4 * N))
    b, x, dy = rng.normal(size=4 * N), rng.normal(size=(T, N_IN)), rng.normal(size=(T, N))
    given = (x, W, U, b)

    def price(**nudge):
        return float((unrolled(*given, **nudge)[2][1:] * dy).sum())

    z, c, a = unrolled(*given)
    dz, dc, da = (
        numerical_gradient(lambda v, name=name: price(**{name: v}), np.zeros(shape))
        for name, shape in (("nudge_z", (T, 4 * N)), ("nudge_c", (T, N)), ("nudge_a", (T, N)))
    )
    return given, dy, (z, c, a), (dz, dc, da)


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)


@pytest.mark.equation("eq-lstm")
def test_an_lstm_worked_by_hand_and_unrolled_equals_the_package(cell):
    layer = LSTM(1, 1, np.random.default_rng(0), dtype=np.float64)
    layer.W[...], layer.U[...], layer.b[...] = [[np.log(3), 0, 1, 0]], 0, [0, np.log(4), 0, np.log(9)]
    # i = 3/4 for x = 1, 1/4 for x = −1; f = 4/5; g = ± tanh 1; o = 9/10
    g = np.tanh(1.0)
    c = [0.75 * g, 0.8 * 0.75 * g - 0.25 * g]
    close(layer.forward(np.array([[[1.0], [-1.0]]]))[0, :, 0], 0.9 * np.tanh(c))
    (x, *weights), _, (_, _, a), _ = cell
    layer = LSTM(N_IN, N, np.random.default_rng(0), dtype=np.float64)
    layer.W[...], layer.U[...], layer.b[...] = weights
    np.testing.assert_allclose(layer.forward(x[None])[0], a[1:], rtol=1e-13)


@pytest.mark.equation("eq-lstm-state")
def test_the_state_is_paid_by_its_own_step_and_by_the_gates_of_the_next(cell):
    (_, _, U, _), dy, _, (delta, _, da) = cell
    close(da[:-1], dy[:-1] + delta[1:] @ U.T)
    close(da[-1], dy[-1])


@pytest.mark.equation("eq-lstm-memory")
def test_the_memory_is_paid_by_its_state_and_by_the_next_memory(cell):
    _, _, (z, c, _), (_, dc, da) = cell
    f, o = sigma(z[:, N : 2 * N]), sigma(z[:, 3 * N :])
    shown = da * o * (1 - np.tanh(c[1:]) ** 2)
    close(dc[:-1], shown[:-1] + dc[1:] * f[1:])
    close(dc[-1], shown[-1])


@pytest.mark.equation("eq-lstm-gates")
def test_each_gate_is_paid_by_its_product_times_the_other_factor(cell):
    given, dy, (z, c, _), (delta, dc, da) = cell
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
    i, f, g, o = sigma(z_i), sigma(z_f), np.tanh(z_g), sigma(z_o)
    close(delta[:, :N], dc * g * i * (1 - i))
    close(delta[:, N : 2 * N], dc * c[:-1] * f * (1 - f))
    close(delta[:, 2 * N : 3 * N], dc * i * (1 - g * g))
    close(delta[:, 3 * N :], da * np.tanh(c[1:]) * o * (1 - o))
    layer = LSTM(N_IN, N, np.random.default_rng(0), dtype=np.float64)
    layer.W[...], layer.U[...], layer.b[...] = given[1:]
    layer.forward(given[0][None])
    close(layer.backward(dy[None])[0], delta @ given[1].T)
    close(layer.db, delta.sum(axis=0))


@pytest.mark.equation("eq-memory-path")
def test_with_gates_that_read_no_state_the_memory_is_multiplied_by_forget_gates_alone(cell):
    (x, W, U, b), _, _, _ = cell
    r = np.array([1.0, -2.0, 0.5])

    def price(nudge_c):  # of the last memory, the way by the gates closed
        return float(unrolled(x, W, 0 * U, b, nudge_c=nudge_c)[1][-1] @ r)

    dc = numerical_gradient(price, np.zeros((T, N)))
    f = sigma((x @ W + b)[:, N : 2 * N])
    for k in range(T):
        close(dc[k], r * f[k + 1 :].prod(axis=0))


@pytest.mark.equation("eq-next-letter")
@pytest.mark.equation("eq-letter-loss")
@pytest.mark.equation("eq-perplexity")
def test_the_loss_is_the_mean_surprise_of_names_whose_probabilities_add_up():
    rng = np.random.default_rng(7)
    net = Network(Embedding(3, 4, rng), RNN(4, 5, rng), Conv1D(5, 3, 1, rng)).astype(np.float64)

    def p_of(name):  # every letter from the start again
        p = [softmax(net.forward(np.array([[0, *name[:k]]]))[0, -1])[letter] for k, letter in enumerate([*name, 0])]
        return np.prod(p), len(p)

    # all names of up to three letters 1 and 2, and all beginnings of three: together they are certain
    ended = [(), *((i,) for i in (1, 2)), *((i, j) for i in (1, 2) for j in (1, 2))]
    begun = [(i, j, k) for i in (1, 2) for j in (1, 2) for k in (1, 2)]
    certain = sum(p_of(name)[0] for name in ended)
    for name in begun:
        p = softmax(net.forward(np.array([[0, *name]]))[0])
        certain += np.prod(p[np.arange(3), list(name)])
    assert certain == pytest.approx(1, rel=1e-12)
    rows = [np.array([0, *name, 0]) for name in [*ended[1:], *begun]]
    (total, count), loss = (0.0, 0), SoftmaxCrossEntropy()
    for x, y in next_token_batches(rows, 6, rng):
        total += loss.forward(net.forward(x), y) * y.size
        count += y.size
    logs, lengths = zip(*[(np.log(p), length) for p, length in map(p_of, [*ended[1:], *begun])], strict=True)
    assert count == sum(lengths)
    assert total / count == pytest.approx(-sum(logs) / sum(lengths), rel=1e-12)
    # a fair choice among eight: ln 8 nats, perplexity 8
    assert np.exp(loss.forward(np.zeros((5, 8)), np.arange(5))) == pytest.approx(8, rel=1e-12)


@pytest.mark.equation("eq-bigram-gradient")
def test_a_table_of_logits_is_pulled_to_the_shares_of_its_pairs():
    rng = np.random.default_rng(8)
    ids = rng.integers(4, size=30)
    table, loss = Embedding(4, 4, rng, dtype=np.float64), SoftmaxCrossEntropy()
    loss.forward(table.forward(ids[None, :-1]), ids[None, 1:])
    table.backward(loss.backward())
    pairs = list(pairwise(ids))
    n = np.array([[pairs.count((i, j)) for j in range(4)] for i in range(4)], dtype=float)
    p = np.exp(table.W) / np.exp(table.W).sum(axis=1, keepdims=True)
    close(table.dW, (n.sum(axis=1, keepdims=True) * p - n) / 29)
    close(table.dW, numerical_gradient(lambda W: -float((n * np.log(softmax(W))).sum()) / 29, table.W))
    table.W[...] = np.log(n + 1e-12)
    loss.forward(table.forward(ids[None, :-1]), ids[None, 1:])
    table.backward(loss.backward())
    np.testing.assert_allclose(table.dW, 0, atol=1e-11)


@pytest.mark.equation("eq-temperature")
def test_temperature_raises_odds_to_a_power():
    z = np.log([1.0, 2.0, 4.0])
    np.testing.assert_allclose(softmax(z / 0.5), np.array([1, 4, 16]) / 21, rtol=1e-14)
    np.testing.assert_allclose(softmax(z / 2), np.sqrt([1, 2, 4]) / (3 + np.sqrt(2)), rtol=1e-14)
    np.testing.assert_allclose(softmax(z / 0.01), [0, 0, 1], atol=1e-12)
