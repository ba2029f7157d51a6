"""What holds for every widget: one module that a browser takes, few bytes, words in both languages, a stable repr."""

import re

import pytest
import traitlets
from harness import ALL, run_node, weight

from backprop.widgets import host
from backprop.widgets.host import Number, Widget, join, squeeze, styles

each = pytest.mark.parametrize("widget", ALL, ids=lambda widget: widget.__name__)


@each
def test_the_module_loads_by_itself_and_offers_what_anywidget_calls(widget, tmp_path):
    result = run_node(widget, tmp_path, "const result = [typeof widget.default.render, Object.keys(widget)];", None)
    assert result[0] == "function"
    assert "import " not in widget._esm


@each
def test_script_and_styles_together_weigh_at_most_twelve_kilobytes_compressed(widget):
    assert weight(widget) <= 12 * 1024


@each
def test_both_languages_have_the_same_words_with_the_same_places_to_fill(widget, tmp_path):
    strings = run_node(widget, tmp_path, "const result = widget.STRINGS;", None)
    assert set(strings) == {"en", "zh"}
    places = [
        {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in words.items() if text} for words in strings.values()
    ]
    assert places[0] == places[1]
    assert re.search(r"[\u4e00-\u9fff]", "".join(strings["zh"].values()))


@each
def test_every_word_that_the_script_asks_for_exists(widget, tmp_path):
    strings = run_node(widget, tmp_path, "const result = widget.STRINGS;", None)
    asked = set(re.findall(r'\.say\("(\w+)"', widget._esm))
    assert asked
    assert asked <= strings["en"].keys()


@each
def test_the_repr_names_the_public_traits_and_nothing_that_changes_between_runs(widget):
    first, second = repr(widget()), repr(widget())
    assert first == second
    assert first.startswith(f"{widget.__name__}(")
    assert "0x" not in first
    assert "_esm" not in first


@each
def test_every_rule_of_the_styles_stays_inside_the_widget(widget):
    plain = re.sub(r"@container[^{]*\{(.*?\})\}", r"\1", widget._css, flags=re.DOTALL)
    selectors = [part for rule in re.findall(r"([^{}]+)\{", plain) for part in rule.split(",")]
    assert len(selectors) > 10
    assert [selector for selector in selectors if not selector.strip().startswith(".bp")] == []


@each
def test_each_public_trait_is_synced_with_the_page(widget):
    own = [name for name in vars(widget) if isinstance(vars(widget)[name], traitlets.TraitType)]
    assert own
    assert all(vars(widget)[name].metadata.get("sync") for name in own)


def test_a_joined_module_has_each_neighbour_once_and_before_its_user(tmp_path, monkeypatch):
    monkeypatch.setattr(host, "HERE", tmp_path)
    (tmp_path / "kit.js").write_text("// why\nexport const a = 1;\n")
    (tmp_path / "maths.js").write_text('import { a } from "./kit.js";\nexport const b = a + 1;\n')
    (tmp_path / "name.js").write_text(
        'import { a } from "./kit.js";\nimport { b } from "./maths.js";\nexport const c = { text: "a , b // c" };\n'
    )
    joined = join("name.js")
    assert joined.replace("\n", "") == 'export const a=1;export const b=a + 1;export const c={text:"a , b // c"};'


def test_a_missing_neighbour_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(host, "HERE", tmp_path)
    (tmp_path / "name.js").write_text('import { a } from "./gone.js";\n')
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        join("name.js")


def test_squeezing_leaves_quoted_text_and_increments_alone():
    text = 'const a = "x , y" + ++ids;\n  // why\n  const b = `( ${a} )`;\n'
    assert squeeze(text).replace("\n", "") == 'const a="x , y" + ++ids;const b=`( ${a} )`;'


def test_styles_keep_the_space_that_means_inside():
    assert ".bp :focus-visible" in styles()


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf"), 1e300, -1, True, "0.1", None, [0.1], 1j])
def test_a_number_refuses_what_is_none_and_says_what_it_wants(wrong):
    class Knob(traitlets.HasTraits):
        rate = Number(0.5, min=0, max=1)

    with pytest.raises(traitlets.TraitError, match="rate must be a number from 0 to 1, got"):
        Knob(rate=wrong)


def test_a_number_takes_ints_and_numpy_scalars_as_floats():
    import numpy as np

    class Knob(traitlets.HasTraits):
        rate = Number(0.5, min=0, max=2)

    for fine in (1, np.float32(1), np.int64(1)):
        knob = Knob(rate=fine)
        assert type(knob.rate) is float
        assert knob.rate == 1


def test_the_language_is_one_of_the_two_or_the_pages():
    with pytest.raises(traitlets.TraitError):
        Widget(language="fr")
