"""The labelled equations of section 6.7 against another road than the page's."""

import numpy as np
import pytest

from backprop.examples.small_gpt import block
from backprop.gradcheck import numerical_gradient
from backprop.initializers import glorot
from backprop.layers import LayerNorm, MultiHeadAttention
from backprop.layers.attention import attend
from benchmarks.workloads import WORKLOADS


@pytest.mark.equation("eq-gpt-block")
def test_a_block_adds_two_arms_to_its_stream_and_its_gradient_adds_them_too():
    rng = np.random.default_rng(0)
    whole = block(6, 2, rng, glorot, dtype=np.float64)
    (norm1, heads), (norm2, wide, gelu, narrow) = (half.layers for half in whole.layers)
    x, dy = rng.standard_normal((2, 2, 5, 6))
    u = x + heads.forward(norm1.forward(x))
    y = u + narrow.forward(gelu.forward(wide.forward(norm2.forward(u))))
    np.testing.assert_allclose(whole.forward(x), y, rtol=1e-12)
    du = dy + norm2.backward(wide.backward(gelu.backward(narrow.backward(dy))))
    dx = du + norm1.backward(heads.backward(du))
    np.testing.assert_allclose(whole.backward(dy), dx, rtol=1e-12)


@pytest.mark.equation("eq-row-norm-backward")
def test_the_gradient_of_a_row_norm_is_a_projection_and_its_jacobian_says_the_same():
    rng, n = np.random.default_rng(1), 6
    layer = LayerNorm(n, dtype=np.float64)
    layer.gamma[...] = rng.normal(1, 0.3, n)
    x, dy = rng.standard_normal((2, 1, n))
    layer.forward(x)
    centred = x[0] - x[0].mean()
    spread = np.sqrt((centred**2).mean() + layer.eps)
    # ∂x̂_i/∂x_j = ([i = j] − 1/n) / s − centred_i centred_j / (n s³)
    jacobian = (np.eye(n) - 1 / n) / spread - np.outer(centred, centred) / (n * spread**3)
    np.testing.assert_allclose(layer.backward(dy)[0], jacobian.T @ (layer.gamma * dy[0]), rtol=1e-10, atol=1e-14)
    nudged = numerical_gradient(lambda x: float((layer.forward(x) * dy).sum()), x)
    np.testing.assert_allclose(jacobian.T @ (layer.gamma * dy[0]), nudged[0], rtol=1e-6, atol=1e-9)


@pytest.mark.equation("eq-heads")
def test_heads_are_attentions_of_their_own_columns_side_by_side():
    rng = np.random.default_rng(2)
    layer, x = MultiHeadAttention(6, 3, rng, dtype=np.float64), rng.standard_normal((2, 4, 6))
    q, k, v = (x @ part for part in np.split(layer.W, 3, axis=1))
    answers = [attend(*(part[..., 2 * i : 2 * i + 2] for part in (q, k, v)))[0] for i in range(3)]
    np.testing.assert_allclose(layer.forward(x), np.concatenate(answers, axis=2) @ layer.W_out, rtol=1e-12)


@pytest.mark.equation("eq-training-cost")
def test_a_training_step_costs_three_multiplications_a_weight_and_token():
    work = WORKLOADS["W6"]
    multiplications = sum(m * k * n for m, k, n in work.products())
    looked_up = ("0.W", "1.W")  # a lookup multiplies nothing
    weights = sum(p.value.size for p in work.network().params() if p.value.ndim >= 2 and p.name not in looked_up)
    maps = 3 * work.n_blocks * 2 * work.steps * work.n_dim  # three passes, scores and answers
    assert multiplications == work.batch * work.steps * (3 * weights + maps)  # and as many additions: six operations
