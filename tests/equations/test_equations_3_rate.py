"""The labelled equations of section 3.3 against numbers: sampled, counted, or worked by hand."""

import itertools

import numpy as np
import pytest

from backprop.data import Split
from backprop.layers import Dense
from backprop.losses import MeanSquaredError
from backprop.optimizers import SGD
from backprop.schedules import constant, cosine, exponential, inverse, linear, step_decay, warmup
from backprop.search import log_uniform, range_test
from backprop.widgets.schedule_painter import CURVATURES, START, expected


@pytest.mark.equation("eq-range-test")
def test_the_rates_of_a_range_test_are_a_geometric_row():
    x = np.ones((8, 1), dtype=np.float32)
    net = Dense(1, 1, np.random.default_rng(0))
    options = {"low": 1e-3, "high": 0.1, "steps": 5, "batch_size": 4, "rng": np.random.default_rng(0)}
    rates, _ = range_test(net, MeanSquaredError(), SGD(1.0), Split(x, x, x, x), **options)
    np.testing.assert_allclose(rates, [1e-3, 10**-2.5, 1e-2, 10**-1.5, 1e-1], rtol=1e-12)


def noisy_runs(rates, curvature, sigma, w0, runs, rng):
    w = np.full(runs, w0)
    for eta in rates:
        w = w - eta * (curvature * w + sigma * rng.normal(size=runs))
    return w


@pytest.mark.equation("eq-noisy-step")
def test_without_noise_the_noisy_step_is_descent_and_on_average_it_is_too():
    rng = np.random.default_rng(0)
    w = noisy_runs([0.3], 2.0, 1.5, 1.0, 200_000, rng)
    assert w.mean() == pytest.approx(1 - 0.3 * 2.0, abs=0.01)  # the noise has mean 0
    assert w.std() == pytest.approx(0.3 * 1.5, rel=0.01)  # and standard deviation ησ
    assert noisy_runs([0.3, 0.3], 2.0, 0.0, 1.0, 1, rng) == pytest.approx(0.4**2)


@pytest.mark.equation("eq-left-and-noise")
def test_the_mean_square_follows_from_what_is_left_and_what_comes_in():
    rng, rates = np.random.default_rng(1), [0.5, 0.2, 0.9, 0.05]
    square = 4.0
    for eta in rates:
        square = (1 - eta * 1.2) ** 2 * square + eta**2 * 0.7**2
    sampled = noisy_runs(rates, 1.2, 0.7, 2.0, 400_000, rng)
    assert (sampled**2).mean() == pytest.approx(square, rel=0.01)
    # and the painter's two parts, by hand for one step of rate 0.1: factors 0.5² and 0.975², noise λη²/2
    left, noise = expected([0.1])
    assert left[1] == pytest.approx(2.5 * 0.25 * START[0] ** 2 + 0.125 * 0.975**2 * START[1] ** 2)
    assert noise[1] == pytest.approx(CURVATURES.sum() / 2 * 0.01)


@pytest.mark.equation("eq-robbins-monro")
def test_noisy_descent_arrives_if_both_sums_are_as_they_should_be_and_otherwise_does_not():
    """Powers t^−p, worked out step by step: what is left of the start, and what the noise has brought in."""

    def after(p, steps, rate=0.5):
        left, noise = 1.0, 0.0
        for eta in rate / np.arange(1, steps + 1) ** p:
            left, noise = (1 - eta) ** 2 * left, (1 - eta) ** 2 * noise + eta**2
        return left, noise

    for p in (0.6, 0.8, 1.0):  # both parts go to 0
        early, late = after(p, 1000), after(p, 100_000)
        assert max(late) < max(early) / 4
    for p in (1.5, 2.0):  # the rates add up to S: the share e^(−S) of the way, or a little less, is never walked
        total = (0.5 / np.arange(1, 100_001) ** p).sum()
        left = after(p, 100_000)[0] ** 0.5
        assert 0.5 * np.exp(-total) < left < np.exp(-total)
        assert after(p, 1000)[0] ** 0.5 == pytest.approx(left, rel=0.05)
    assert after(0.0, 100_000)[1] == pytest.approx(after(0.0, 100)[1])  # the noise of a constant rate stays


@pytest.mark.equation("eq-one-over-t")
@pytest.mark.parametrize(("curvature", "sigma"), [(1.0, 1.0), (2.0, 3.0), (0.25, 0.5)])
def test_at_one_over_t_the_loss_is_that_of_a_mean_of_all_noise(curvature, sigma):
    n, runs, rng = 50, 40_000, np.random.default_rng(2)
    w = noisy_runs(1 / (curvature * np.arange(1, n + 1)), curvature, sigma, 4.0, runs, rng)
    assert curvature / 2 * (w**2).mean() == pytest.approx(sigma**2 / (2 * curvature * n), rel=0.03)
    again = np.random.default_rng(2)
    noise = np.mean([again.normal(size=runs) for _ in range(n)], axis=0)
    np.testing.assert_allclose(w, -sigma / curvature * noise, atol=1e-12)


@pytest.mark.equation("eq-schedules")
def test_the_five_schedules_at_start_middle_and_end():
    values = {
        step_decay(0.8, 0.5, 10): [0.8, 0.2, 0.05],
        linear(0.8, 0.2, 40): [0.8, 0.5, 0.2],
        exponential(0.8, 0.1): [0.8, 0.8 / np.e**2, 0.8 / np.e**4],
        inverse(0.8, 20): [0.8, 0.4, 0.8 / 3],
        cosine(0.8, 40, end=0.2): [0.8, 0.5, 0.2],
    }
    for schedule, wanted in values.items():
        np.testing.assert_allclose([schedule(t) for t in (0, 20, 40)], wanted, rtol=1e-12)
    quarter = 0.2 + 0.6 * (1 + np.sqrt(0.5)) / 2  # cos 45°
    assert cosine(0.8, 40, end=0.2)(10) == pytest.approx(quarter)
    assert step_decay(0.8, 0.5, 10)(9) == 0.8


@pytest.mark.equation("eq-warmup")
def test_warm_up_climbs_in_equal_steps_and_hands_over_without_a_jump():
    schedule = warmup(4, then=constant(1.0))
    np.testing.assert_allclose([schedule(t) for t in range(6)], [0.2, 0.4, 0.6, 0.8, 1.0, 1.0])
    falling = warmup(4, then=cosine(1.0, 10))
    assert [falling(t) for t in (4, 9, 14)] == pytest.approx([1.0, 0.5, 0.0])


@pytest.mark.equation("eq-log-uniform")
def test_a_power_of_a_uniform_number_is_uniform_by_decades():
    low, high = 1e-3, 1e1
    u = np.linspace(0, 1, 100_001)
    shares = np.histogram(low * (high / low) ** u, np.logspace(-3, 1, 5))[0] / len(u)
    np.testing.assert_allclose(shares, 0.25, atol=1e-4)
    given = np.random.default_rng(7).uniform(np.log(low), np.log(high))
    u = (given - np.log(low)) / np.log(high / low)
    assert log_uniform(low, high)(np.random.default_rng(7)) == pytest.approx(low * (high / low) ** u)


@pytest.mark.equation("eq-random-hit")
def test_the_chance_of_a_hit_is_counted_over_all_outcomes():
    q, n = 0.25, 4  # one setting in four is good: all 4⁴ outcomes are equally likely
    outcomes = list(itertools.product(range(4), repeat=n))
    hits = sum(0 in outcome for outcome in outcomes)
    assert hits / len(outcomes) == pytest.approx(1 - (1 - q) ** n)
