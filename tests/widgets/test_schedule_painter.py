"""The schedule painter in Python and in script: the book's schedules, and the exact expectation of many runs."""

import itertools

import numpy as np
import pytest
from harness import run_node
from scipy.optimize import minimize, minimize_scalar
from traitlets import TraitError

from backprop.contract import Param
from backprop.optimizers import SGD
from backprop.widgets.schedule_painter import (
    BEST,
    COLUMNS,
    CONSTANT,
    CURVATURES,
    NAMED,
    SIGMA,
    START,
    STEPS,
    SchedulePainter,
    expected,
    one_run,
)

RATES = [0.001, 0.02, 0.2, 0.39, 0.41, 1.0]


def zigzag():
    return np.geomspace(0.5, 0.002, COLUMNS).round(4).tolist()


def painters():
    named = [SchedulePainter(schedule=name, learning_rate=lr) for name, lr in itertools.product(NAMED, RATES)]
    return [*named, SchedulePainter(schedule="painted", painted=zigzag())]


def settings(painter):
    return [painter.schedule, painter.learning_rate, painter.painted]


def test_rates_losses_and_the_run_are_pythons(tmp_path):
    script = """
    const facts = data.facts;
    const result = data.cases.map((setting) => {
      const rates = widget.ratesOf(...setting, facts), { left, noise } = widget.expected(rates, facts);
      const plain = (values) => values.map((v) => (isFinite(v) ? v : null));
      return [rates, left, noise, widget.oneRun(rates, facts)].map(plain);
    });
    """
    cases = painters()
    data = {"facts": cases[0].facts(), "cases": [settings(painter) for painter in cases]}
    noise = np.array(cases[0].facts()["noise"])
    for painter, found in zip(cases, run_node(SchedulePainter, tmp_path, script, data), strict=True):
        rates = painter.rates
        wanted = [rates, *expected(rates), one_run(rates, noise)]
        for got, want in zip(found, wanted, strict=True):
            got = np.array(got, dtype=float)
            assert got.shape == want.shape
            np.testing.assert_allclose(got, np.where(np.isfinite(want), want, np.nan), rtol=1e-9, atol=1e-15)


def test_the_expected_loss_is_the_mean_of_many_runs_of_the_packages_sgd():
    painter, rng, runs = SchedulePainter(schedule="cosine", learning_rate=0.2), np.random.default_rng(0), 4000
    w, optimizer, means = np.tile(START, (runs, 1)), SGD(painter.rule), []
    for _ in range(STEPS):
        means.append((w**2 @ CURVATURES / 2).mean())
        optimizer.step([Param("w", w, w * CURVATURES + SIGMA * rng.normal(size=w.shape))])
    means.append((w**2 @ CURVATURES / 2).mean())
    np.testing.assert_allclose(means, sum(expected(painter.rates)), rtol=0.08)


def test_the_best_that_can_be_painted_is_found_again_from_two_starts():
    def end(powers):
        return np.log(sum(part[-1] for part in expected(np.repeat(10**powers, STEPS // COLUMNS))))

    for start in (np.full(COLUMNS, -1.0), np.linspace(-0.5, -2, COLUMNS)):
        found = minimize(end, start, method="L-BFGS-B", bounds=[(-3, 0)] * COLUMNS)
        assert np.exp(found.fun) == pytest.approx(BEST, rel=1e-4)


def test_the_best_constant_rate_is_found_again():
    found = minimize_scalar(lambda eta: sum(expected(np.full(STEPS, eta)))[-1], bounds=(0.01, 0.3))
    assert found.fun == pytest.approx(CONSTANT, rel=1e-5)
    assert found.x == pytest.approx(0.0656, rel=2e-3)


def test_a_schedule_of_the_painter_goes_straight_into_an_optimizer():
    painter = SchedulePainter(schedule="painted", painted=zigzag())
    optimizer = SGD(painter.rule)
    assert optimizer.rate == zigzag()[0]
    optimizer.t = 7
    assert optimizer.rate == zigzag()[1]
    optimizer.t = 10_000
    assert optimizer.rate == zigzag()[-1]
    assert painter.loss == sum(part[-1] for part in expected(painter.rates))


VERDICTS = [
    ("constant", 0.2, "floor"),
    ("constant", 0.39, "floor"),
    ("constant", 0.41, "diverges"),
    ("constant", 0.005, "slow"),
    ("cosine", 0.02, "slow"),
    ("cosine", 0.2, "noisy"),
    ("cosine", 1.0, "diverges"),
    ("linear", 0.1, "between"),
    ("exponential", 0.2, "between"),
    ("step", 0.3, "noisy"),
    ("exponential", 1.0, "spikes"),
    ("inverse", 0.3, "noisy"),
]


def test_the_verdicts_are_those_worked_out_from_the_two_parts(tmp_path):
    script = """
    const facts = data.facts;
    const result = data.cases.map(([name, lr]) => widget.verdict(widget.ratesOf(name, lr, [], facts), facts));
    """
    data = {"facts": SchedulePainter().facts(), "cases": [case[:2] for case in VERDICTS]}
    found = run_node(SchedulePainter, tmp_path, script, data)
    assert [(*case[:2], answer["what"]) for case, answer in zip(VERDICTS, found, strict=True)] == VERDICTS
    floor = found[0]
    assert floor["floor"] == pytest.approx(0.1 / (2 - 0.2 * 5) + 0.1 / (2 - 0.2 * 0.25))
    assert floor["end"] == pytest.approx(floor["floor"], rel=0.01)
    assert (found[2]["first"], found[2]["limit"]) == (1, 0.4)
    assert found[2]["factor"] == pytest.approx(1.05)


def test_a_schedule_that_passes_the_limit_late_is_told_the_step(tmp_path):
    painted = [0.1] * 6 + [1.0] * (COLUMNS - 6)
    script = "const f = data.facts, result = widget.verdict(widget.ratesOf('painted', 0.1, data.painted, f), f);"
    found = run_node(SchedulePainter, tmp_path, script, {"facts": SchedulePainter().facts(), "painted": painted})
    assert (found["what"], found["first"]) == ("diverges", 31)


@pytest.mark.parametrize(("first", "what"), [(0.41, "floor"), (0.42, "spikes")])  # to 1.2 and to 1.6 of the start
def test_a_spike_is_told_from_half_above_the_start_on(first, what, tmp_path):
    painted = [first] + [0.1] * (COLUMNS - 1)
    script = "const f = data.facts, result = widget.verdict(widget.ratesOf('painted', 0.1, data.painted, f), f).what;"
    data = {"facts": SchedulePainter().facts(), "painted": painted}
    assert run_node(SchedulePainter, tmp_path, script, data) == what


def test_the_best_schedule_is_told_that_it_is_one(tmp_path):
    """As the minimiser paints it: it passes the limit at first, when hardly any distance is along the steep axis."""
    painted = [1, 0.574, 0.341, 0.241, 0.186, 0.151, 0.127, 0.11, 0.096, 0.086, 0.078, 0.071, 0.065, 0.06, 0.056, 0.052]
    painted += [0.049, 0.046, 0.044, 0.041, 0.039, 0.038, 0.036, 0.034, 0.033, 0.032, 0.03, 0.029, 0.028, 0.027, 0.026]
    painted += [0.023, 0.019, 0.015, 0.012, 0.01, 0.008, 0.007, 0.006, 0.005]
    assert SchedulePainter(schedule="painted", painted=painted).loss == pytest.approx(BEST, rel=1e-3)
    script = "const f = data.facts, rates = widget.ratesOf('painted', 0.1, data.painted, f);"
    script += "const result = widget.verdict(rates, f).what;"
    data = {"facts": SchedulePainter().facts(), "painted": painted}
    assert run_node(SchedulePainter, tmp_path, script, data) == "best"


@pytest.mark.parametrize(
    "wrong",
    [{"schedule": "zigzag"}, {"learning_rate": 2.0}, {"learning_rate": 0.0}, {"painted": [0.1] * 39},
     {"painted": [0.1] * 39 + [2.0]}, {"painted": [0.1] * 39 + [float("nan")]}, {"painted": "0.1" * 40},
     {"painted": None}],
)  # fmt: skip
def test_nonsense_is_refused_and_leaves_the_painter_as_it_was(wrong):
    painter = SchedulePainter()
    before = repr(painter)
    ((name, value),) = wrong.items()
    with pytest.raises(TraitError, match=name):
        setattr(painter, name, value)
    assert repr(painter) == before
