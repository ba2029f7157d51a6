"""The labelled equations of chapter 4 against numbers: worked by hand, or by another road than the package's."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient
from backprop.layers import BatchNorm, Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD, Momentum


@pytest.mark.equation("eq-slope-along")
def test_two_losses_measure_the_slope_that_the_gradient_claims_along_a_direction():
    rng = np.random.default_rng(4)
    net = Network(Dense(6, 5, rng, dtype=np.float64), ReLU(), Dense(5, 3, rng, dtype=np.float64))
    x, y, loss, h = rng.normal(size=(8, 6)), rng.integers(0, 3, size=8), SoftmaxCrossEntropy(), 1e-6

    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    theta = {p.name: p.value.copy() for p in net.params()}
    g = {p.name: p.grad.copy() for p in net.params()}
    u = {name: rng.standard_normal(value.shape) for name, value in theta.items()}

    def loss_at(step: float) -> float:
        net.load_state({name: theta[name] + step * u[name] for name in theta})
        return loss.forward(net.forward(x), y)

    slope = (loss_at(h) - loss_at(-h)) / (2 * h)
    assert slope == pytest.approx(sum(np.vdot(g[name], u[name]) for name in g), rel=1e-7)
    for name in g:  # no array is invisible: without it the two sides differ
        assert slope != pytest.approx(sum(np.vdot(g[other], u[other]) for other in g if other != name), rel=1e-4)


@pytest.mark.equation("eq-training-step")
def test_two_steps_with_momentum_go_where_the_hand_worked_numbers_say():
    optimizer, w = Momentum(lr=0.1, beta=0.9), np.array([1.0])
    optimizer.step([Param("w", w, np.array([0.5]))])  # v = 0.5, w = 1 − 0.05
    assert w[0] == pytest.approx(0.95, rel=1e-15)
    optimizer.step([Param("w", w, np.array([0.5]))])  # v = 0.45 + 0.5 = 0.95, w = 0.95 − 0.095
    assert w[0] == pytest.approx(0.855, rel=1e-15)


@pytest.mark.equation("eq-initial-loss")
@pytest.mark.equation("eq-double-softmax-floor")
def test_equal_logits_cost_ln_k_and_a_second_softmax_has_a_floor():
    loss, labels = SoftmaxCrossEntropy(), np.array([3])
    assert loss.forward(np.zeros((1, 10)), labels) == pytest.approx(2.302585, abs=1e-6)
    assert loss.forward(np.eye(10)[[3]], labels) == pytest.approx(np.log(np.e + 9) - 1, rel=1e-12)
    for scale in (1.0, 10.0, 1000.0):  # no output of a first softmax goes below
        p = np.exp(scale * (np.eye(10)[[3]] - 1))
        assert loss.forward(p / p.sum(), labels) >= np.log(np.e + 9) - 1 - 1e-12


@pytest.mark.equation("eq-update-ratio")
def test_the_update_ratio_of_one_gradient_step_is_the_rate_times_the_ratio_of_the_norms():
    w = np.array([[3.0, 0.0], [0.0, 4.0]])
    new = w.copy()
    Momentum(lr=0.1, beta=0.0).step([Param("w", new, np.array([[0.3, 0.0], [0.4, 0.0]]))])
    assert np.linalg.norm(new - w) / np.linalg.norm(w) == pytest.approx(0.1 * 0.5 / 5, rel=1e-12)


@pytest.mark.equation("eq-no-leak")
@pytest.mark.parametrize(("training", "leaks"), [(True, True), (False, False)])
def test_a_nudge_of_one_example_changes_the_loss_of_another_where_batch_norm_measures(training, leaks):
    rng = np.random.default_rng(44)
    net = Network(Dense(6, 5, rng, dtype=np.float64), BatchNorm(5, dtype=np.float64), ReLU())
    x, labels, loss = rng.normal(size=(4, 6)), np.array([0, 3, 1, 4]), SoftmaxCrossEntropy()
    net.forward(x)  # so that the running statistics are some
    net.train_mode(training)
    for i in range(4):
        one = labels[i : i + 1]
        nudged = numerical_gradient(lambda x, i=i, one=one: loss.forward(net.forward(x)[i : i + 1], one), x)
        loss.forward(net.forward(x), labels)
        dz = loss.backward() * 4 * (np.arange(4) == i)[:, None]  # row i, without the 1/N of the mean
        np.testing.assert_allclose(net.backward(dz), nudged, atol=1e-8)
        assert (np.abs(np.delete(nudged, i, axis=0)).max() > 1e-3) == leaks


@pytest.mark.equation("eq-nielsen-decay")
def test_shrinking_by_eta_lambda_over_n_is_the_gradient_step_on_cost_and_penalty():
    lr, lam, n = 0.1, 5.0, 50_000
    w, x, y = np.array([[0.3], [-1.2]]), np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0], [0.0]])

    def cost(w) -> float:  # one sigmoid unit, cross-entropy over two examples, and λ/2n Σ w²
        a = 1 / (1 + np.exp(-x @ w))
        return -float(np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))) + lam / (2 * n) * float((w**2).sum())

    nudges = [np.array([[1e-5], [0.0]]), np.array([[0.0], [1e-5]])]
    slope = np.array([[(cost(w + h) - cost(w - h)) / 2e-5] for h in nudges])
    g = x.T @ (1 / (1 + np.exp(-x @ w)) - y) / 2
    assert (1 - lr * lam / n) * w - lr * g == pytest.approx(w - lr * slope, abs=1e-10)

    ours = w.copy()
    SGD(lr, decay=lam / n).step([Param("W", ours, g)])
    assert ours == pytest.approx((1 - 1e-5) * w - lr * g, rel=1e-12)


@pytest.mark.equation("eq-standard-error")
def test_the_mean_of_n_runs_strays_by_the_deviation_over_the_root_of_n():
    runs = np.array([94.0, 95.0, 97.0, 98.0])  # mean 96, squares 4 + 1 + 1 + 4 = 10
    assert np.std(runs, ddof=1) ** 2 == pytest.approx(10 / 3)
    assert np.std(runs, ddof=1) / np.sqrt(4) == pytest.approx((10 / 12) ** 0.5)

    many = np.random.default_rng(0).normal(96.0, 0.3, size=(40_000, 5))
    assert many.mean(axis=1).std() == pytest.approx(0.3 / 5**0.5, rel=0.02)
    assert many.var(axis=1, ddof=1).mean() == pytest.approx(0.3**2, rel=0.02)  # divided by n it would be 0.8 of it


@pytest.mark.equation("eq-gap-spread")
def test_a_gap_to_one_printed_run_has_the_luck_of_both_in_it():
    rng, n, s = np.random.default_rng(1), 4, 0.3
    ours, printed = rng.normal(96.0, s, size=(40_000, n)), rng.normal(96.0, s, size=40_000)
    gaps = ours.mean(axis=1) - printed
    assert gaps.std() == pytest.approx(s * np.sqrt(1 + 1 / n), rel=0.02)
    assert gaps.std() > 1.8 * ours.mean(axis=1).std()  # the standard error alone is much too small


@pytest.mark.equation("eq-centre-of-mass")
def test_the_centre_of_mass_is_where_the_image_would_balance():
    x = np.zeros((28, 28))
    x[4, 10], x[8, 10], x[8, 22] = 1.0, 0.5, 0.5  # half of the ink in row 4, half in row 8; 3/4 in column 10
    i, j = np.indices(x.shape)
    assert (i * x).sum() / x.sum() == pytest.approx(6)
    assert (j * x).sum() / x.sum() == pytest.approx(13)
    assert ((i - 6) * x).sum() == pytest.approx(0)
    assert ((j - 13) * x).sum() == pytest.approx(0)


@pytest.mark.equation("eq-input-gradient")
def test_one_more_product_gives_the_gradient_of_the_pixels():
    rng = np.random.default_rng(45)
    net = Network(Dense(6, 5, rng, dtype=np.float64), ReLU(), Dense(5, 3, rng, dtype=np.float64))
    x, wish, loss = rng.normal(size=(1, 6)), np.array([2]), SoftmaxCrossEntropy()
    W1, b1, W2, b2 = (p.value for p in net.params())
    z1 = x @ W1 + b1
    p = softmax(np.maximum(0, z1) @ W2 + b2)
    dx = ((p - np.eye(3)[wish]) @ W2.T * (z1 > 0)) @ W1.T
    nudged = numerical_gradient(lambda x: loss.forward(net.forward(x), wish), x)
    np.testing.assert_allclose(dx, nudged, rtol=1e-6, atol=1e-9)


@pytest.mark.equation("eq-pixel-descent")
def test_a_step_on_the_pixels_stops_at_black_and_at_white():
    x, dx = np.array([0.5, 0.1, 0.9, 0.0]), np.array([1.0, 1.0, -1.0, -1.0])
    assert np.minimum(1, np.maximum(0, x - 0.2 * dx)).tolist() == pytest.approx([0.3, 0.0, 1.0, 0.2])


@pytest.mark.equation("eq-brightness")
@pytest.mark.parametrize("c", [0.5, 2.0, 30.0])
def test_without_biases_a_brighter_picture_has_larger_logits_by_the_same_factor(c):
    rng = np.random.default_rng(45)
    net = Network(Dense(6, 5, rng, dtype=np.float64), ReLU(), Dense(5, 3, rng, dtype=np.float64))
    x = rng.random((4, 6))
    np.testing.assert_allclose(net.forward(c * x), c * net.forward(x), rtol=1e-12)
    net.layers[2].b[:] = 1, 0, -1
    assert np.abs(net.forward(c * x) - c * net.forward(x)).max() > 0.1  # the condition is needed


@pytest.mark.equation("eq-nearest-centroid")
@pytest.mark.equation("eq-centroid-is-linear")
def test_the_nearest_centroid_is_a_linear_layer_and_scikit_learns_answer():
    neighbors = pytest.importorskip("sklearn.neighbors")
    rng = np.random.default_rng(41)
    y = np.arange(60) % 4
    x, new = rng.normal(size=(60, 5)) + y[:, None], rng.normal(size=(200, 5)) + 1.5
    mu = np.stack([x[y == k].mean(axis=0) for k in range(4)])
    nearest = [int(np.argmin([np.linalg.norm(row - m) for m in mu])) for row in new]
    assert nearest == neighbors.NearestCentroid().fit(x, y).predict(new).tolist()
    linear = new @ mu.T - (mu * mu).sum(axis=1) / 2
    assert nearest == linear.argmax(axis=1).tolist()
    assert nearest != (new @ mu.T).argmax(axis=1).tolist()


@pytest.mark.equation("eq-squared-distance")
def test_a_squared_distance_is_two_squared_lengths_less_twice_the_product():
    x, c = np.array([3.0, -1.0]), np.array([0.0, 3.0])  # 3 to the side, 4 down: distance 5
    assert x @ x - 2 * x @ c + c @ c == pytest.approx(25, rel=1e-15)


@pytest.mark.equation("eq-accuracy-error")
def test_the_error_of_an_accuracy_is_the_spread_of_all_possible_tests():
    p, outcomes = 0.8, np.array([[(k >> i) & 1 for i in range(6)] for k in range(64)])
    chance = (p**outcomes * (1 - p) ** (1 - outcomes)).prod(axis=1)
    spread = np.sqrt((chance * (outcomes.mean(axis=1) - p) ** 2).sum())
    assert spread == pytest.approx(np.sqrt(p * (1 - p) / 6), rel=1e-12)


@pytest.mark.equation("eq-paired-error")
def test_the_error_of_a_difference_is_that_of_a_mean_of_minus_one_zero_and_one():
    d = np.array([1] * 7 + [-1] * 2 + [0] * 31)
    b, c, n = 7, 2, 40
    assert np.sqrt(b + c - (b - c) ** 2 / n) / n == pytest.approx(d.std() / np.sqrt(n), rel=1e-12)
