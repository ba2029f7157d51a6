"""Whatever a widget is told: it refuses with a word on why and stays as it was, or it shows something sensible."""

import json

import numpy as np
import pytest
import traitlets
from harness import ALL, page

from backprop.widgets.base import Number

each = pytest.mark.parametrize("widget", ALL, ids=lambda widget: widget.__name__)
SETTINGS = 6
ODD = [
    None, True, False, 0, -1, 7, 10**6, 10**400, 0.0, -0.0, 1e-320, 1e308, float("nan"), float("inf"), 1j, "", "relu",
    "1", "<b>", b"1", [], [0.1], [0.1] * 9, [[1.0, 0.0], [0.0, 1.0]], [float("nan")] * 2, [1e308, -1e308], ["a"],
    [None], (), {}, {"a": 1}, np.ones(2), np.float32(0.5), np.int64(3), np.array("x"), object(), print,
]  # fmt: skip


def own_traits(widget: type) -> dict[str, traitlets.TraitType]:
    """The traits that a reader sets."""
    traits = {name: trait for name, trait in vars(widget).items() if isinstance(trait, traitlets.TraitType)}
    return {name: trait for name, trait in traits.items() if not name.startswith("_")}


def refusal(shown: object, name: str, value: object) -> str | None:
    """Why the widget does not take the value; None if it does."""
    try:
        setattr(shown, name, value)
    except traitlets.TraitError as error:
        return str(error)
    return None


@each
def test_a_value_is_refused_by_name_or_taken_as_something_a_page_can_hold(widget):
    for name in own_traits(widget):
        for value in ODD:
            shown = widget()
            before = repr(shown)
            reason = refusal(shown, name, value)
            if reason is None:
                json.dumps(getattr(shown, name), allow_nan=False)
            else:
                assert name in reason
                assert repr(shown) == before


def some_setting(widget: type, rng: np.random.Generator) -> dict[str, object]:
    """A value for each trait from anywhere in its range, most often from an end of it; refused ones are left out."""
    chosen = {}
    for name, trait in own_traits(widget).items():
        low, high = getattr(trait, "min", None), getattr(trait, "max", None)
        if isinstance(trait, traitlets.Enum):
            value = rng.choice(np.array([None, *trait.values], dtype=object)[1:])
        elif isinstance(trait, Number | traitlets.Int) and None not in (low, high):
            value = rng.choice([low, high, rng.uniform(low, high)])
            value = float(value) if isinstance(trait, Number) else int(value)
        else:
            value = ODD[rng.integers(len(ODD))]
        if refusal(widget(), name, value) is None:
            chosen[name] = value
    return chosen


@each
def test_any_setting_is_drawn_without_an_error_or_a_number_that_is_none(widget, open_page):
    rng = np.random.default_rng(0)
    widgets = [widget(**some_setting(widget, rng)) for _ in range(SETTINGS)]
    tab = open_page(page(*widgets))
    tab.wait_for_function(f"() => document.querySelectorAll('.bp').length >= {SETTINGS}", timeout=60_000)
    for index in range(SETTINGS):
        tab.locator(".bp").nth(index).scroll_into_view_if_needed()
    tab.wait_for_timeout(300)
    words = tab.evaluate("[...document.querySelectorAll('.bp')].map(el => el.innerText)")
    assert all(text.strip() for text in words)
    assert [text for text in words if any(bad in text for bad in ("NaN", "undefined", "[object", "Infinity"))] == []
