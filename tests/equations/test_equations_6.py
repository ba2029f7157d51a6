"""The labelled equations of sections 6.1 and 6.3 against hand-worked numbers, or another road than the package's."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.gradcheck import numerical_gradient
from backprop.layers import RNN, Dense, Embedding, SumOverTime
from backprop.network import Network
from backprop.optimizers import Momentum, clip_gradients


@pytest.mark.equation("eq-lookup")
@pytest.mark.equation("eq-scatter-add")
def test_a_lookup_is_a_one_hot_product_whose_gradient_adds_over_places():
    rng = np.random.default_rng(1)
    layer, ids, dy = Embedding(6, 3, rng, dtype=np.float64), np.array([[4, 1, 4, 0, 4]]), rng.normal(size=(1, 5, 3))
    one_hot = Dense(6, 3, rng, dtype=np.float64)
    one_hot.W[...] = layer.W
    e = (ids[0][:, None] == np.arange(6)).astype(float)
    np.testing.assert_allclose(layer.forward(ids)[0], one_hot.forward(e), rtol=1e-15)
    layer.backward(dy)
    one_hot.backward(dy[0])
    np.testing.assert_allclose(layer.dW, one_hot.dW, rtol=1e-13)
    np.testing.assert_allclose(layer.dW[4], dy[0, 0] + dy[0, 2] + dy[0, 4], rtol=1e-13)
    np.testing.assert_array_equal(layer.dW[[2, 3, 5]], 0)


@pytest.mark.equation("eq-momentum-tail")
@pytest.mark.parametrize(("steps", "way"), [(1, 0.2), (2, 0.3), (3, 0.35), (60, 0.4)])
def test_momentum_carries_a_row_on_after_its_only_gradient(steps, way):
    optimizer, w = Momentum(0.1, beta=0.5), np.zeros(1)
    for t in range(steps):
        optimizer.step([Param("w", w, np.array([2.0 * (t == 0)]))])
    # η g (1 + β + β² …) with η g = 0.2, β = ½: 0.2, 0.3, 0.35, …, 0.4
    assert -w[0] == pytest.approx(way, rel=1e-12)
    assert way == pytest.approx(0.2 * (1 - 0.5**steps) / 0.5, rel=1e-12)


@pytest.mark.equation("eq-bag")
def test_a_bag_of_embeddings_adds_up_the_votes_of_its_tokens():
    rng = np.random.default_rng(2)
    net = Network(Embedding(7, 4, rng, dtype=np.float64), SumOverTime(), Dense(4, 3, rng, dtype=np.float64))
    net.layers[2].b[...] = [1, 2, 3]
    votes = net.layers[0].W @ net.layers[2].W
    z = net.forward(np.array([[5, 0, 5, -1, -1]]))
    np.testing.assert_allclose(z[0], 2 * votes[5] + votes[0] + [1, 2, 3], rtol=1e-12)


def unrolled(x, W, U, b):
    """States a_1 … a_T written without a loop over a state: every step from the start again."""
    if not len(x):
        return []
    before = unrolled(x[:-1], W, U, b)
    last = before[-1] if before else np.zeros(len(U))
    return [*before, np.tanh(x[-1] @ W + last @ U + b)]


@pytest.mark.equation("eq-rnn")
@pytest.mark.equation("eq-bptt")
@pytest.mark.equation("eq-bptt-weights")
def test_the_gradient_through_time_is_that_of_the_unrolled_network():
    rng = np.random.default_rng(3)
    layer, x, dy = RNN(2, 3, rng, dtype=np.float64), rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    layer.b[...] = 0.3
    W, U, b = (p.value.copy() for p in layer.params())
    np.testing.assert_allclose(layer.forward(x[None])[0], unrolled(x, W, U, b), rtol=1e-14)
    dx = layer.backward(dy[None])[0]

    def priced(x=x, W=W, U=U, b=b):
        return float((np.array(unrolled(x, W, U, b)) * dy).sum())

    np.testing.assert_allclose(layer.dW, numerical_gradient(lambda W: priced(W=W), W), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(layer.dU, numerical_gradient(lambda U: priced(U=U), U), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(layer.db, numerical_gradient(lambda b: priced(b=b), b), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(dx, numerical_gradient(lambda x: priced(x=x), x), rtol=1e-6, atol=1e-9)


@pytest.mark.equation("eq-time-factor")
def test_along_time_one_unit_multiplies_slopes_and_its_weight():
    rng = np.random.default_rng(4)
    z, u, k = list(rng.normal(size=1)), 0.8, 0
    x = rng.normal(size=6)

    def last(z_k):
        z = float(z_k)
        for value in x:
            z = value + u * np.tanh(z)
        return z

    for value in x:
        z.append(value + u * np.tanh(z[-1]))
    product = np.prod([(1 - np.tanh(z_j) ** 2) * u for z_j in z[k:-1]])
    assert float(numerical_gradient(last, np.array(z[k]))) == pytest.approx(product, rel=1e-7)


@pytest.mark.equation("eq-clip")
def test_clipping_keeps_the_direction_and_limits_the_joint_length():
    gradients = [np.array([[3.0, 0.0]]), np.array([4.0])]
    params = [Param(str(n), g.copy(), g) for n, g in enumerate(gradients)]
    assert clip_gradients(params, 1.0) == 5.0
    np.testing.assert_allclose(np.concatenate([g.ravel() for g in gradients]), [0.6, 0, 0.8], rtol=1e-15)
    assert clip_gradients(params, 2.0) == pytest.approx(1)
    np.testing.assert_allclose(gradients[1], [0.8], rtol=1e-15)
