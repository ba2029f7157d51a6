"""The palette reads on both pages and in grey, and the style sheets of site and widgets use the same colours."""

import re
from pathlib import Path

import numpy as np
import pytest

from backprop.plots import palette
from backprop.plots.palette import DARK_PAGE, LINES, contrast, line

ROOT = Path(__file__).parents[2]
HUES = {name: getattr(palette, name) for name in ("BLUE", "RED", "ORANGE", "GREEN", "PURPLE", "GREY")}


def test_contrast_agrees_with_published_values():
    assert contrast("white", "black") == pytest.approx(21)
    assert contrast("#3b82c4", "#3b82c4") == 1
    assert contrast("#767676", "white") == pytest.approx(
        4.54, abs=0.005
    )  # the lightest grey that WCAG 2 AA allows on white
    assert contrast("white", "#ff0000") == pytest.approx(4.0, abs=0.005)


def test_every_hue_stands_out_on_the_white_and_on_the_dark_page():
    assert {name for name, hue in HUES.items() if min(contrast(hue, "white"), contrast(hue, DARK_PAGE)) < 3} == set()


def test_text_reads_on_white_and_well_enough_on_the_dark_page():
    """The site gives a figure's letters its own colour; in JupyterLab they keep this one."""
    assert contrast(palette.TEXT, "white") >= 4.5
    assert contrast(palette.TEXT, DARK_PAGE) >= 3.8


def test_lines_differ_in_dash_and_in_marker_besides_their_colour():
    for key in ("color", "linestyle", "marker"):
        assert len({str(look[key]) for look in palette.LINES}) == len(palette.LINES)


@pytest.mark.parametrize("index", [-1, len(LINES)])
def test_a_line_that_the_palette_does_not_have_is_refused(index):
    with pytest.raises(ValueError, match=f"number {index} is not one of them"):
        line(index)


@pytest.mark.parametrize("colours", [palette.SEQUENTIAL, palette.DIVERGING], ids=lambda c: c.name)
def test_a_colour_map_keeps_its_order_in_grey_print(colours):
    steps = np.diff([contrast(colours(k), "black") for k in range(256)])
    assert (steps > 0).all()


def test_zero_in_the_diverging_map_stands_out_from_either_page():
    zero = palette.DIVERGING(0.5)
    assert min(contrast(zero, "white"), contrast(zero, DARK_PAGE)) > 3


@pytest.mark.parametrize("sheet", ["web/static/book.css", "src/backprop/widgets/kit/look.css"])
def test_the_style_sheets_use_the_palette(sheet):
    written = dict(
        re.findall(r"--bp-(blue|red|orange|green|purple|grey):\s*(#[0-9a-f]{6})\b", (ROOT / sheet).read_text("utf-8"))
    )
    assert {name.upper(): hue for name, hue in written.items()} == HUES
