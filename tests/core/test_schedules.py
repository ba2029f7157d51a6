"""The schedules: points worked by hand, and what must hold for all of them."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.schedules import constant, cosine, exponential, inverse, linear, step_decay, warmup

RATE = st.floats(0, 10)
STEPS = st.integers(1, 300)


@pytest.mark.parametrize(
    ("schedule", "points"),
    [
        (constant(0.3), {0: 0.3, 1: 0.3, 10**9: 0.3}),
        # three quarters of the way from 1.0 down to 0.2
        (linear(1.0, 0.2, 4), {0: 1.0, 1: 0.8, 2: 0.6, 3: 0.4, 4: 0.2, 5: 0.2, 10**9: 0.2}),
        (linear(0.0, 0.5, 5), {0: 0.0, 1: 0.1, 4: 0.4, 5: 0.5, 6: 0.5}),
        (step_decay(0.8, 0.5, 3), {0: 0.8, 2: 0.8, 3: 0.4, 5: 0.4, 6: 0.2, 9: 0.1}),
        # halves every 10 steps
        (exponential(0.4, math.log(2) / 10), {0: 0.4, 10: 0.2, 20: 0.1, 5: 0.4 / math.sqrt(2)}),
        # a half after as many steps as it says, then a third, and a thousandth
        (inverse(0.6, 10), {0: 0.6, 5: 0.4, 10: 0.3, 20: 0.2, 9990: 0.0006}),
        # the cosine of 0, 60, 90, 120 and 180 degrees
        (cosine(1.0, 6), {0: 1.0, 2: 0.75, 3: 0.5, 4: 0.25, 6: 0.0, 7: 0.0, 10**9: 0.0}),
        (cosine(1.0, 6, end=0.2), {0: 1.0, 2: 0.8, 3: 0.6, 4: 0.4, 6: 0.2, 100: 0.2}),
        # a fifth of the way at once, the whole after four, then the schedule from its own start
        (warmup(4, then=constant(0.5)), {0: 0.1, 1: 0.2, 2: 0.3, 3: 0.4, 4: 0.5, 5: 0.5}),
        (warmup(1, then=linear(1.0, 0.0, 2)), {0: 0.5, 1: 1.0, 2: 0.5, 3: 0.0}),
        (warmup(2, then=cosine(0.6, 6)), {0: 0.2, 1: 0.4, 2: 0.6, 4: 0.45, 8: 0.0}),
        (warmup(1, then=warmup(1, then=constant(0.4))), {0: 0.1, 1: 0.2, 2: 0.4}),
    ],
)
def test_points_worked_by_hand(schedule, points):
    for step, rate in points.items():
        assert schedule(step) == pytest.approx(rate, rel=1e-13, abs=1e-16)


def falling(lr, end, factor, steps):
    """Every schedule that never rises, from lr; those with an end from the larger to the smaller."""
    high, low = max(lr, end), min(lr, end)
    return [
        constant(lr),
        linear(high, low, steps),
        cosine(high, steps, low),
        step_decay(lr, factor, steps),
        exponential(lr, factor),
        inverse(lr, steps),
    ]


@given(RATE, RATE, st.floats(0, 1), STEPS)
def test_rates_are_finite_floats_that_never_rise_and_never_fall_below_zero(lr, end, factor, steps):
    for schedule in falling(lr, end, factor, steps):
        rates = [schedule(step) for step in range(0, 3 * steps, max(1, steps // 20))]
        assert all(math.isfinite(rate) and rate >= 0 for rate in rates)
        assert all(later <= earlier + 1e-12 for earlier, later in pairwise(rates))


@given(RATE, RATE, STEPS, st.integers(0, 1000))
def test_both_ends_are_reached_and_the_last_one_kept(start, end, steps, more):
    for schedule in (linear(start, end, steps), cosine(start, steps, end)):
        assert schedule(0) == pytest.approx(start, rel=1e-12, abs=1e-12)
        assert schedule(steps) == pytest.approx(end, rel=1e-12, abs=1e-12)
        assert schedule(steps + more) == schedule(steps)


@given(RATE, STEPS)
def test_a_cosine_is_above_the_line_in_its_first_half_and_below_it_in_its_second(lr, steps):
    for step in range(steps + 1):
        above = cosine(lr, steps)(step) - linear(lr, 0.0, steps)(step)
        assert above >= -1e-12 if 2 * step <= steps else above <= 1e-12


@given(st.integers(1, 100), RATE, STEPS)
def test_warm_up_climbs_in_equal_strides_from_above_zero_into_the_schedule(climb, lr, steps):
    then = cosine(lr, steps)
    schedule = warmup(climb, then)
    stride = lr / (climb + 1)
    for step in range(climb + 1):
        assert schedule(step) == pytest.approx(stride * (step + 1), rel=1e-9, abs=1e-12)
    for step in range(0, 2 * steps, 7):
        assert schedule(climb + step) == then(step)


def test_what_divides_by_the_step_is_made_anew():
    """The schedules above are made while this file is imported: `make mutants` switches its changes on later."""
    assert [round(inverse(0.6, 10)(step), 12) for step in (0, 5, 20)] == [0.6, 0.4, 0.2]
    assert [step_decay(0.8, 0.5, 3)(step) for step in (2, 5, 6)] == [0.8, 0.4, 0.2]


@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf])
def test_rates_below_zero_or_without_end_are_refused_by_name(bad):
    for name, make in [
        ("lr", lambda: constant(bad)),
        ("start", lambda: linear(bad, 0.1, 5)),
        ("end", lambda: linear(0.1, bad, 5)),
        ("lr", lambda: step_decay(bad, 0.5, 5)),
        ("factor", lambda: step_decay(0.1, bad, 5)),
        ("lr", lambda: exponential(bad, 0.1)),
        ("rate", lambda: exponential(0.1, bad)),
        ("lr", lambda: inverse(bad, 5)),
        ("lr", lambda: cosine(bad, 5)),
        ("end", lambda: cosine(0.1, 5, bad)),
    ]:
        with pytest.raises(ValueError, match=f"a schedule wants a finite {name} ≥ 0"):
            make()


@pytest.mark.parametrize("bad", [0, -3, 2.5, 10.0, "10", None])
def test_step_counts_that_are_no_whole_number_from_1_are_refused_by_name(bad):
    for name, make in [
        ("steps", lambda: linear(1.0, 0.0, bad)),
        ("every", lambda: step_decay(1.0, 0.5, bad)),
        ("steps", lambda: inverse(1.0, bad)),
        ("steps", lambda: cosine(1.0, bad)),
        ("steps", lambda: warmup(bad, constant(1.0))),
    ]:
        with pytest.raises(ValueError, match=f"a schedule wants a whole number {name} ≥ 1"):
            make()


def test_a_count_of_steps_may_come_from_numpy():
    steps = np.ceil(300 / 50).astype(int)
    assert type(steps) is not int
    assert cosine(1.0, steps)(3) == pytest.approx(0.5)
    assert warmup(steps, linear(1.0, 0.0, steps))(6) == 1.0
    assert step_decay(1.0, 0.5, steps)(6) == 0.5


def test_warm_up_into_a_number_says_how_to_write_it():
    with pytest.raises(ValueError, match=r"a fixed rate is constant\(0.1\)"):
        warmup(5, then=0.1)
