"""The nudge meter in script and in Python: one loss for every push, one gradient for every number."""

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.widgets.nudge_meter import GUESSES, NUMBERS, NudgeMeter

BOOK = {}
DRAWN = {name: np.random.default_rng(21).normal(size=n).tolist() for name, n in (("x", 2), ("y", 2), ("weights", 12))}
ZEROS = {"x": [0.0, 1.0], "y": [0.0, 0.0], "weights": [0.0] * 12}
settings = pytest.mark.parametrize("setting", [BOOK, DRAWN, ZEROS], ids=["book", "drawn", "zeros"])


@settings
def test_script_and_package_agree_on_every_push_and_every_gradient(setting, tmp_path):
    meter, pushes = NudgeMeter(**setting), [-2.0, -0.1, 0.0, 1e-3, 1.0]
    script = """
    const prices = widget.prices(data.numbers);
    const result = widget.NUMBERS.map((name) => [name, prices[name], ...data.pushes.map((h) => widget.pushed(data.numbers, name, h).L)]);
    """  # noqa: E501
    numbers = {name: getattr(meter, name) for name in ("x", "y", "weights")}
    found = run_node(NudgeMeter, tmp_path, script, {"numbers": numbers, "pushes": pushes})
    assert sorted(row[0] for row in found) == sorted(NUMBERS)
    assert len(NUMBERS) == 24
    for name, gradient, *losses in found:
        meter.chosen = name
        assert gradient == pytest.approx(meter.gradient, rel=1e-9, abs=1e-14), name
        for h, loss in zip(pushes, losses, strict=True):
            meter.nudge = h
            assert loss == pytest.approx(meter.loss, rel=1e-9), (name, h)


@settings
def test_a_small_push_costs_what_backpropagation_says(setting):
    meter = NudgeMeter(**setting)
    for meter.chosen in NUMBERS:
        slopes = []
        for meter.nudge in (1e-5, -1e-5):
            slopes.append(meter.per_unit)
        assert sum(slopes) / 2 == pytest.approx(meter.gradient, rel=1e-7, abs=1e-10), meter.chosen


def test_a_pushed_activation_overrules_its_line_and_a_pushed_target_moves_the_goal():
    # ½(0.567 + 1 − 1)² + ½·0.451², and ½(0.567 − 2)² + ½·0.451²
    assert NudgeMeter(chosen="a21", nudge=1).loss == pytest.approx(0.566837**2 / 2 + 0.451364**2 / 2, rel=1e-5)
    assert NudgeMeter(chosen="y21", nudge=1).loss == pytest.approx(1.433163**2 / 2 + 0.451364**2 / 2, rel=1e-5)


@pytest.mark.parametrize(
    ("price", "near"),
    [(-0.106, "-0.1"), (0.45, "0.3"), (-7, "-0.3"), (0.0149, "0.01"), (0.002, "0"), (-0.005, "-0.01")],
)
def test_a_price_is_nearest_to_a_guess_by_their_ratio(price, near, tmp_path):
    script = "const result = widget.nearest(data.price, data.guesses);"
    assert run_node(NudgeMeter, tmp_path, script, {"price": price, "guesses": GUESSES}) == near


def test_no_push_has_no_change_per_unit():
    with pytest.raises(ValueError, match="nothing is pushed"):
        NudgeMeter().per_unit  # noqa: B018


@pytest.mark.parametrize(
    "setting",
    [
        {"nudge": 2.1},
        {"nudge": np.nan},
        {"chosen": "W311"},
        {"weights": [0.0] * 11},
        {"x": [np.inf, 0]},
        {"guess": 0.1},
    ],
)
def test_nonsense_is_refused(setting):
    with pytest.raises(TraitError):
        NudgeMeter(**setting)
