"""The site's formulas: read strictly, kept together with the signs beside them; quantities that no line breaks."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

sys.path.append(str(Path(__file__).resolve().parents[2] / "web" / "extensions"))
import formulas
import sphinxcontrib.katex as katex

APP = SimpleNamespace(connect=lambda *event, **options: None)


def test_a_formula_that_cannot_be_read_stops_the_build():
    formulas.setup(APP)
    formulas.find_node(APP, None)
    assert "katex" in katex.render_latex(r"\delta = \frac{\partial L}{\partial z}")
    with pytest.raises(katex.KaTeXError, match="Undefined control sequence"):
        katex.render_latex(r"\delta = \fraction{1}{2}")


def paragraph(*parts: object) -> nodes.document:
    document = new_document("page")
    document += nodes.paragraph("", "", *parts)
    return document


@pytest.mark.parametrize(("before", "after", "left", "right"), [
    ("see ", ".", "see ", ""), ("see ", ", and so on", "see ", " and so on"), ("see ", ").", "see ", ""),
    ("see (", " there)", "see ", " there)"), ("see (", ").", "see ", ""), ("见（", "）。另外", "见", "另外"),
])  # fmt: skip
def test_no_line_begins_with_the_full_stop_of_a_formula_or_ends_with_its_bracket(before, after, left, right):
    document = paragraph(*map(nodes.Text, (after, "So ", before)), nodes.math("", "x"), nodes.Text(after))
    formulas.keep_punctuation(APP, document, "page")
    (glued,) = document.findall(nodes.inline)
    assert (glued["classes"], document[0][0]) == (["bp-glue"], after)
    assert f"{after}So {left}{glued.astext()}{right}" == document.astext() == f"{after}So {before}x{after}"


def test_a_long_formula_may_still_be_broken_and_its_full_stop_is_drawn_in_its_last_piece():
    long = "a + b + c + d + e + f + g + h"
    document = paragraph(nodes.Text("("), nodes.math("", long), nodes.Text("), so"))
    formulas.keep_punctuation(APP, document, "page")
    (mark,) = document.findall(nodes.inline)
    assert (mark["classes"], mark.astext()) == (["bp-mark"], "),")
    assert document.astext() == "(" + formulas.WORD_JOINER + long + "), so"
    drawn = f'<span class="math">{katex.render_latex(long)}</span>'
    context = {"body": f'{drawn}<span class="bp-mark">),</span> so'}
    formulas.draw_marks_inside(APP, "page", "page.html", context, None)
    assert context["body"] == f'{drawn[:-28]}<span class="bp-mark">),</span>{drawn[-28:]} so'
    assert drawn.endswith("</span>" * 4)
    formulas.keep_punctuation(APP, document := paragraph(nodes.math("", long), nodes.Text(" so")), "page")
    assert document.astext() == long + " so"


@pytest.mark.parametrize("sign", formulas.CLOSING)
def test_a_sign_that_closes_stays_with_the_formula_before_it(sign):
    document = paragraph(nodes.math("", "x"), nodes.Text(sign + " so"))
    formulas.keep_punctuation(APP, document, "page")
    assert next(document.findall(nodes.inline)).astext() == "x" + sign
    assert document.astext() == "x" + sign + " so"


def test_a_sign_behind_a_bold_phrase_stays_with_the_formula_that_ends_it():
    document = paragraph(nodes.strong("", "", nodes.Text("以及 "), nodes.math("", "x")), nodes.Text("。另外"))
    formulas.keep_punctuation(APP, document, "page")
    assert next(document.findall(nodes.inline)).astext() == "x。"
    assert document.astext() == "以及 x。另外"


def test_signs_that_do_not_touch_a_formula_stay_as_they_are():
    parts = ((nodes.Text("so. "), nodes.math("", "x"), nodes.Text(" (so")), (nodes.Text("("), nodes.emphasis("", "x")))
    for one in parts:
        document = paragraph(*one)
        before = document.astext()
        formulas.keep_punctuation(APP, document, "page")
        assert document.astext() == before
    document = paragraph(nodes.Text("“"), nodes.math("", "x"), nodes.math("", "y"))
    formulas.keep_punctuation(APP, document, "page")
    assert next(document.findall(nodes.inline)).astext() == "“x"
    assert document.astext() == "“xy"


@pytest.mark.parametrize(("typed", "kept"), [
    ("at 87.06 ± 0.05 % of", "at 87.06~±~0.05~% of"), ("a 28 × 28 image", "a 28~×~28 image"),
    ("of 12 MB in 3 s.", "of 12~MB in 3~s."), ("3 seeds and 4 small", "3 seeds and 4 small"),
    ("a × b, ± for short, 100% of", "a × b, ± for short, 100% of"), ("5 ×3, 3 kBit", "5~×3, 3 kBit"),
])  # fmt: skip
def test_no_line_breaks_inside_a_quantity(typed, kept):
    document = paragraph(nodes.Text(typed), nodes.literal("", typed))
    formulas.keep_quantities(APP, document, "page")
    assert document.astext().replace("\N{NO-BREAK SPACE}", "~") == kept + typed
