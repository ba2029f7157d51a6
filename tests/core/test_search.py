"""Searches for settings: what is tried, what comes back, in parallel, on a cluster, and when a trial fails."""

import math

import numpy as np
import pytest

from backprop.contract import Param
from backprop.data import Split
from backprop.layers import Dense, Dropout, ReLU
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD, Momentum
from backprop.search import Trial, grid, log_uniform, random_search, range_test, uniform


def rng(seed=0):
    return np.random.default_rng(seed)


def noisy(lr, beta=0.0, *, rng):
    """Depends on its settings and on chance."""
    return math.log10(lr) + beta + rng.normal()


def fussy(lr, *, rng):
    if lr > 1:
        raise FloatingPointError(f"lost at {lr}")
    return lr


def clouds():
    generator = rng(5)
    y = np.arange(80) % 2
    x = (np.eye(6)[y] * 2 + generator.standard_normal((80, 6))).astype(np.float32)
    return Split(x[:60], y[:60], x[60:], y[60:])


def small_net(seed=0):
    generator = rng(seed)
    return Network(Dense(6, 8, generator), ReLU(), Dropout(0.2, rng(seed + 1)), Dense(8, 2, generator))


def quick(trials_of, *arguments, **options):
    return trials_of(*arguments, progress=False, **options)


def test_a_grid_tries_every_combination_once_the_last_name_fastest():
    trials = quick(grid, noisy, {"lr": [0.1, 1.0], "beta": (0.0, 0.5, 0.9)}, rng())
    assert [tuple(trial.settings.values()) for trial in trials] == [
        (0.1, 0.0), (0.1, 0.5), (0.1, 0.9), (1.0, 0.0), (1.0, 0.5), (1.0, 0.9),
    ]  # fmt: skip
    assert all(type(trial) is Trial and trial.error == "" for trial in trials)


def test_a_trial_unpacks_into_settings_and_result():
    ((settings, result, _),) = quick(grid, lambda lr, rng: 10 * lr, {"lr": [0.5]}, rng())
    assert (settings, result) == ({"lr": 0.5}, 5.0)


def test_a_list_may_be_any_sequence_and_its_values_anything():
    kinds = [
        t.settings["kind"] for t in quick(grid, lambda kind, lr, rng: 0, {"kind": [SGD, "x"], "lr": np.ones(2)}, rng())
    ]
    assert kinds == [SGD, SGD, "x", "x"]


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_results_do_not_depend_on_how_many_run_at_once(n_jobs):
    space = {"lr": log_uniform(1e-4, 1), "beta": [0.0, 0.9]}
    alone = quick(random_search, noisy, space, 12, rng(3))
    assert quick(random_search, noisy, space, 12, rng(3), n_jobs=n_jobs) == alone
    assert quick(random_search, noisy, space, 12, rng(4)) != alone
    table = {"lr": [0.1, 0.2, 0.3]}
    assert quick(grid, noisy, table, rng(3), n_jobs=n_jobs) == quick(grid, noisy, table, rng(3))


def test_every_trial_has_chance_of_its_own():
    results = [t.result for t in quick(grid, lambda lr, rng: rng.normal(), {"lr": [1.0] * 50}, rng())]
    assert len(set(results)) == 50


def test_a_longer_search_begins_with_a_shorter_one():
    space = {"lr": log_uniform(1e-4, 1), "beta": uniform(0, 1)}
    assert quick(random_search, noisy, space, 9, rng(3))[:4] == quick(random_search, noisy, space, 4, rng(3))


def test_a_logarithmic_draw_has_as_many_numbers_in_each_decade():
    generator, draw = rng(), log_uniform(1e-4, 1)
    drawn = np.array([draw(generator) for _ in range(8000)])
    assert drawn.min() >= 1e-4
    assert drawn.max() <= 1
    np.testing.assert_allclose(np.histogram(np.log10(drawn), 4, (-4, 0))[0] / 2000, 1, atol=0.1)


def test_a_uniform_draw_has_nine_tenths_in_the_last_decade():
    generator, draw = rng(), uniform(1e-4, 1)
    drawn = np.array([draw(generator) for _ in range(8000)])
    assert (drawn > 0.1).mean() == pytest.approx(0.9, abs=0.02)


def test_a_value_from_a_list_is_drawn_with_equal_chance():
    betas = [t.settings["beta"] for t in quick(random_search, lambda beta, rng: 0, {"beta": [0, 1, 2, 3]}, 2000, rng())]
    np.testing.assert_allclose(np.bincount(betas) / 500, 1, atol=0.15)


def test_a_failing_trial_is_reported_and_does_not_stop_the_others():
    with pytest.warns(
        RuntimeWarning, match=r"1 of 3 trials failed, the first with \{'lr': 5\}: FloatingPointError: lost at 5"
    ):
        trials = quick(grid, fussy, {"lr": [0.5, 5, 1]}, rng())
    assert trials == [({"lr": 0.5}, 0.5, ""), ({"lr": 5}, None, "FloatingPointError: lost at 5"), ({"lr": 1}, 1, "")]


def test_when_all_trials_fail_the_search_fails():
    with pytest.raises(RuntimeError, match=r"2 of 2 trials failed.*lost at 5"):
        quick(random_search, fussy, {"lr": [5]}, 2, rng(), n_jobs=2)


def test_an_interruption_is_no_failed_trial():
    def interrupted(lr, rng):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quick(grid, interrupted, {"lr": [1]}, rng())


@pytest.mark.parametrize("space", [{}, {"lr": []}, {"lr": "fast"}, {"lr": 0.1}, {"rate": [0.1]}, {"lr": [1], "b": [1]}])
def test_a_space_that_makes_no_sense_is_refused_before_any_trial(space):
    with pytest.raises(ValueError, match="a search"):
        quick(grid, fussy, space, rng())
    with pytest.raises(ValueError, match="a search"):
        quick(random_search, fussy, space, 3, rng())


def test_a_run_without_rng_is_refused():
    with pytest.raises(ValueError, match=r"run\(lr, rng\).*rng"):
        quick(grid, lambda lr: lr, {"lr": [1]}, rng())


@pytest.mark.parametrize("n", [0, -1])
def test_a_search_of_no_trial_is_refused(n):
    with pytest.raises(ValueError, match=f"n ≥ 1, got {n}"):
        quick(random_search, fussy, {"lr": [1]}, n, rng())


@pytest.mark.parametrize("draw", [log_uniform, uniform])
@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (0.1, math.inf), (math.nan, 1)])
def test_a_range_wants_two_finite_ends_in_order(draw, ends):
    with pytest.raises(ValueError, match="wants"):
        draw(*ends)


def test_a_logarithm_wants_a_range_above_zero():
    with pytest.raises(ValueError, match="log_uniform wants 0 < low"):
        log_uniform(0, 1)


def test_a_progress_bar_counts_the_trials(capsys):
    grid(noisy, {"lr": [1.0, 2.0, 3.0]}, rng())
    assert "3/3" in capsys.readouterr().err
    quick(grid, noisy, {"lr": [1.0, 2.0, 3.0]}, rng())
    assert capsys.readouterr().err == ""


@pytest.mark.filterwarnings("ignore")
def test_the_same_call_on_a_dask_cluster_gives_the_same_results():
    distributed = pytest.importorskip("distributed", reason="Dask is optional: make frameworks")
    joblib = pytest.importorskip("joblib")
    space = {"lr": log_uniform(1e-4, 1), "beta": [0.0, 0.9]}
    alone = quick(random_search, noisy, space, 8, rng(3))
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with (
        distributed.LocalCluster(**settings) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        assert quick(random_search, noisy, space, 8, rng(3), n_jobs=-1) == alone


def ranged(net=None, optimizer=None, seed=0, **options):
    return range_test(
        net or small_net(), SoftmaxCrossEntropy(), optimizer or SGD(0.1), clouds(),
        **{"batch_size": 20, "rng": rng(seed)} | options,
    )  # fmt: skip


def test_a_range_test_climbs_by_one_factor_from_low_to_high():
    rates, losses = ranged(low=1e-4, high=1e-2, steps=21)
    np.testing.assert_allclose(rates, np.logspace(-4, -2, 21), rtol=1e-12)
    assert losses.shape == (21,)


def test_a_range_test_leaves_the_network_and_the_optimizer_alone_chance_included():
    net, optimizer = small_net(), Momentum(0.1)
    before = net.state()
    first = ranged(net, optimizer)
    assert all(np.array_equal(before[name], array) for name, array in net.state().items())
    assert (optimizer.lr, optimizer.t, optimizer.memory) == (0.1, 0, {})
    assert all(p.grad is None for p in net.params())
    for one, two in zip(first, ranged(net, optimizer), strict=True):  # dropout's generator was not used up
        np.testing.assert_array_equal(one, two)


def test_a_range_test_trains_in_training_mode_whatever_the_mode_of_the_network():
    net, evaluating = small_net(), small_net()
    evaluating.train_mode(False)
    for one, two in zip(ranged(net, Momentum(0.1)), ranged(evaluating, Momentum(0.1)), strict=True):
        np.testing.assert_array_equal(one, two)
    assert not evaluating.training


def test_each_loss_belongs_to_the_step_that_follows_it():
    """ŷ = w + b, loss ½(ŷ − 1)², full batch, from 0."""
    net, x = Dense(1, 1, rng(), dtype=np.float64), np.ones((4, 1))
    net.W[...], data = 0.0, Split(np.ones((4, 1)), x, x, x)
    optimizer = SGD(9.0)
    rates, losses = range_test(
        net, MeanSquaredError(), optimizer, data, low=0.1, high=0.4, steps=3, batch_size=4, rng=rng()
    )
    error, wanted = -1.0, []  # weight and bias share it: each step shrinks it by 1 − 2η
    for eta in rates:
        wanted.append(error**2 / 2)
        error *= 1 - 2 * eta
    np.testing.assert_allclose(losses, wanted, rtol=1e-12)


def test_a_range_test_starts_the_memory_of_a_used_optimizer_from_zero():
    used = Momentum(0.1)
    used.step([Param(p.name, p.value.copy(), np.ones_like(p.value)) for p in small_net().params()])
    for one, two in zip(ranged(optimizer=used), ranged(optimizer=Momentum(3.0)), strict=True):
        np.testing.assert_array_equal(one, two)
    assert used.t == 1


def test_a_range_test_ends_when_the_loss_has_run_away():
    rates, losses = ranged(low=1e-2, high=1e6, steps=200)
    assert len(rates) == len(losses) < 200
    assert not losses[-1] <= 4 * losses[0]
    assert (losses[:-1] <= 4 * losses[0]).all()


def test_a_range_test_ends_at_once_when_even_the_first_loss_is_no_number():
    net = small_net()
    for p in net.params():
        p.value[...] = np.nan
    assert len(ranged(net).loss) == 1


@pytest.mark.parametrize(
    "wrong", [{"low": 0}, {"low": 2, "high": 1}, {"high": math.inf}, {"steps": 1}, {"low": math.nan}]
)
def test_a_range_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="range_test wants 0 < low < high and steps ≥ 2"):
        ranged(**wrong)


def test_a_range_test_refuses_data_that_training_would_refuse():
    data = clouds()
    with pytest.raises(ValueError, match="want labels 0 to 1, got 0 to 9"):
        range_test(
            small_net(),
            SoftmaxCrossEntropy(),
            SGD(0.1),
            data._replace(y_train=data.y_train * 9),
            batch_size=5,
            rng=rng(),
        )


def test_a_trial_that_edits_a_list_in_its_settings_does_not_change_the_next_trials():
    def run(sizes, lr, *, rng):
        sizes.append(10)
        return len(sizes)

    sizes = [784]
    trials = grid(run, {"sizes": [sizes], "lr": [1.0, 2.0, 3.0]}, rng(), progress=False)
    assert [trial.result for trial in trials] == [2, 2, 2]
    assert all(trial.settings["sizes"] == [784] for trial in trials)
    assert sizes == [784]
