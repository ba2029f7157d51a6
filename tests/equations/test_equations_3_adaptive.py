"""The labelled equations of section 3.2.3 against numbers: worked by hand, unrolled, or from another library."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.optimizers import SGD, AdaGrad, Adam, AdamW, RMSProp
from backprop.penalties import l2


def walk(optimizer, gradients, start=0.0):
    """Every place of a weight that sees these gradients."""
    w, path = np.array([[start]]), [start]
    for g in gradients:
        optimizer.step([Param("W", w, np.array([[float(g)]]))])
        path.append(float(w[0, 0]))
    return np.array(path)


@pytest.mark.equation("eq-rare-words")
def test_the_frequency_of_a_word_is_its_curvature():
    # four texts; word 1 in all, word 2 in two, word 3 in one of them
    texts = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0]])
    frequency = texts.mean(axis=0)

    def loss(w):
        return np.mean([(text * (w - 1) ** 2).sum() / 2 for text in texts])

    w, h = np.array([0.3, -0.5, 2.0]), 1e-3
    assert loss(w) == pytest.approx((frequency * (w - 1) ** 2).sum() / 2, rel=1e-14)
    for i, step in enumerate(h * np.eye(3)):
        second = (loss(w + step) - 2 * loss(w) + loss(w - step)) / h**2
        assert second == pytest.approx(frequency[i], rel=1e-6)


@pytest.mark.equation("eq-diagonal-guess")
def test_the_mean_square_of_a_word_s_gradient_is_its_curvature_times_the_distance_squared():
    # eight texts; a word is in 4, 2 or 1 of them, and its gradient is 0 in the others
    texts = np.array([[1, 0, 0]] * 2 + [[1, 1, 0]] + [[1, 1, 1]] + [[0, 0, 0]] * 4)
    w = np.array([0.0, 3.0, -1.0])
    squares = ((texts * (w - 1)) ** 2).mean(axis=0)
    np.testing.assert_allclose(squares, [1 / 2 * 1, 1 / 4 * 4, 1 / 8 * 4], rtol=1e-14)
    curvature = np.array([1 / 2, 1 / 4, 1 / 8])  # by the test above
    np.testing.assert_allclose(curvature / np.sqrt(squares / (w - 1) ** 2), np.sqrt(curvature), rtol=1e-14)


@pytest.mark.equation("eq-adagrad")
def test_adagrad_divides_by_the_root_of_all_squares():
    # v = 9, 25, 169: steps 3/3, 4/5, 12/13 of the rate
    np.testing.assert_allclose(-np.diff(walk(AdaGrad(0.1), [3, 4, 12])), [0.1, 0.08, 0.1 * 12 / 13], rtol=1e-8)


@pytest.mark.equation("eq-adagrad-stride")
@pytest.mark.parametrize("g", [0.01, 5.0, 400.0])
def test_under_a_constant_gradient_adagrad_steps_shrink_as_one_over_root_t(g):
    steps = -np.diff(walk(AdaGrad(0.3), [g] * 50))
    np.testing.assert_allclose(steps, 0.3 / np.sqrt(np.arange(1, 51)), rtol=2e-6)


@pytest.mark.equation("eq-rmsprop")
def test_rmsprop_remembers_squares_with_falling_weight():
    # β = ¾; gradients 4, 2: v = ¼·16 = 4, then ¾·4 + ¼·4 = 4: steps 4/2, 2/2 of the rate
    np.testing.assert_allclose(-np.diff(walk(RMSProp(0.1, beta=0.75), [4, 2])), [0.2, 0.1], rtol=1e-7)


def test_rmsprop_recovers_from_a_steep_start_and_adagrad_does_not():
    seen = [100.0] * 20 + [1.0] * 220
    assert -np.diff(walk(RMSProp(1.0), seen))[-1] == pytest.approx(1, rel=1e-3)
    assert -np.diff(walk(AdaGrad(1.0), seen))[-1] == pytest.approx(1 / np.sqrt(200_220), rel=1e-6)


@pytest.mark.equation("eq-bias")
@pytest.mark.parametrize("beta", [0.5, 0.9, 0.999])
def test_an_average_from_zero_is_too_small_by_a_known_factor(beta):
    # all 2³ runs of three squares that are 1 or 3 with equal chance: E[g²] = 2 exactly
    means = np.zeros(3)
    for run in range(8):
        v = 0.0
        for t in range(3):
            v = beta * v + (1 - beta) * (1 + 2 * (run >> t & 1))
            means[t] += v / 8
    np.testing.assert_allclose(means, 2 * (1 - beta ** np.arange(1, 4)), rtol=1e-12)


@pytest.mark.equation("eq-adam")
def test_adam_equals_averages_written_out_as_sums():
    beta1, beta2, eta, eps = 0.6, 0.8, 0.1, 0.01
    g = np.array([2.0, -1.0, 0.5, 3.0])
    want = [0.0]
    for t in range(1, 5):
        ages = np.arange(t - 1, -1, -1)
        m_hat = np.average(g[:t], weights=beta1**ages)
        v_hat = np.average(g[:t] ** 2, weights=beta2**ages)
        want.append(want[-1] - eta * m_hat / (np.sqrt(v_hat) + eps))
    np.testing.assert_allclose(walk(Adam(eta, beta1, beta2, eps), g), want, rtol=1e-12)


@pytest.mark.equation("eq-adam-first")
@pytest.mark.parametrize("g", [1e6, -1.0, 1e-6, 1e-8, -1e-10])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.5)])
def test_the_first_step_has_length_eta_until_the_gradient_is_as_small_as_epsilon(g, betas):
    step = walk(Adam(0.01, *betas, eps=1e-8), [g])[1]
    assert step == pytest.approx(-np.sign(g) * 0.01 * abs(g) / (abs(g) + 1e-8), rel=1e-6)


@pytest.mark.parametrize("make", [lambda: AdaGrad(0.1), lambda: RMSProp(0.1), lambda: Adam(0.1)])
def test_the_path_does_not_change_when_the_loss_is_measured_in_other_units(make):
    g = np.random.default_rng(0).normal(size=40)
    np.testing.assert_allclose(walk(make(), 1000 * g), walk(make(), g), rtol=1e-4, atol=1e-7)
    assert not np.allclose(walk(SGD(0.1), 1000 * g), walk(SGD(0.1), g))


@pytest.mark.equation("eq-l2-under-adam")
def test_a_penalty_under_adam_is_divided_by_the_root_of_v():
    eta, strength, beta1, beta2 = 0.05, 0.3, 0.9, 0.99
    rng = np.random.default_rng(0)
    optimizer, penalty = Adam(eta, beta1, beta2), l2(strength)
    w, m, m_w, v = np.array([[1.0]]), 0.0, 0.0, 0.0
    for t in range(1, 30):
        g, before = rng.normal(), w[0, 0]
        m, m_w = beta1 * m + (1 - beta1) * g, beta1 * m_w + (1 - beta1) * before
        v = beta2 * v + (1 - beta2) * (g + strength * before) ** 2
        corrected = [m / (1 - beta1**t), m_w / (1 - beta1**t), v / (1 - beta2**t)]
        want = before - eta * (corrected[0] + strength * corrected[1]) / (np.sqrt(corrected[2]) + 1e-8)
        param = Param("W", w, np.array([[g]]))
        penalty([param])
        optimizer.step([param])
        assert w[0, 0] == pytest.approx(want, rel=1e-12)


@pytest.mark.equation("eq-adamw")
def test_adamw_shrinks_by_the_rate_times_the_decay_and_then_steps_as_adam():
    g, eta, decay = [2.0, -1.0, 0.5], 0.1, 0.4
    steps = np.diff(walk(Adam(eta), g))
    want = [3.0]
    for step in steps:
        want.append((1 - eta * decay) * want[-1] + step)
    np.testing.assert_allclose(walk(AdamW(eta, decay=decay), g, start=3.0), want, rtol=1e-12)


def test_a_weight_without_gradient_feels_every_penalty_under_adam_alike():
    ends = []
    for strength in (1e-4, 1e-2, 1.0):
        w, optimizer, penalty = np.array([[0.05]]), Adam(0.001), l2(strength)
        for _ in range(40):
            param = Param("W", w, np.zeros((1, 1)))
            penalty([param])
            optimizer.step([param])
        ends.append(w[0, 0])
    assert 0 < ends[0] < 0.02  # decay at this strength would leave 0.04999980
    np.testing.assert_allclose(ends[1:], ends[0], rtol=0.05)


@pytest.mark.equation("eq-reddi")
@pytest.mark.parametrize("C", [3.0, 4.0, 10.0])
def test_adam_with_a_short_memory_runs_to_the_worst_point(C):
    def last(optimizer):
        w = np.zeros(1)
        for t in range(1, 2001):
            optimizer.step([Param("w", w, np.array([C if t % 3 == 1 else -1.0]))])
            np.clip(w, -1, 1, out=w)
        return w[0]

    def rate(step):
        return 0.5 / np.sqrt(step + 1)

    assert last(Adam(rate, beta1=0.0, beta2=1 / (1 + C**2))) > 0.9
    assert last(SGD(rate)) < -0.9


def test_amsgrad_as_in_torch_goes_where_adam_does_not():
    torch = pytest.importorskip("torch")
    C = 4.0
    places = []
    for amsgrad in (False, True):
        w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.Adam([w], lr=0.5, betas=(0.0, 1 / (1 + C**2)), amsgrad=amsgrad)
        for t in range(1, 1501):
            optimizer.param_groups[0]["lr"] = 0.5 / np.sqrt(t)
            w.grad = torch.tensor([C if t % 3 == 1 else -1.0], dtype=torch.float64)
            optimizer.step()
            w.data.clamp_(-1, 1)
        places.append(float(w.detach()))
    assert places[0] > 0.9
    assert places[1] < -0.9
