"""What holds for every widget: one module that a browser takes, few bytes, words in both languages, a stable repr."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import traitlets
from harness import ALL, FOLDERS, ROOT, node, run_node, weight, widget_of

from backprop import language
from backprop.widgets import base
from backprop.widgets.base import Number, Widget, join, styles

each = pytest.mark.parametrize("widget", ALL, ids=lambda widget: widget.__name__)


@each
def test_the_module_loads_by_itself_and_offers_what_anywidget_calls(widget, tmp_path):
    result = run_node(widget, tmp_path, "const result = [typeof widget.default.render, Object.keys(widget)];", None)
    assert result[0] == "function"
    assert "import " not in widget._esm


@each
def test_script_and_styles_together_weigh_at_most_fourteen_kilobytes_compressed(widget):
    """About what a page pays for one of its figures; the explorer, with its plane, for a little more."""
    assert weight(widget) <= (17 if widget.__name__ == "DescentExplorer" else 14) * 1024


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
def test_a_per_cent_sign_stands_apart_from_its_number_in_english_only(widget, tmp_path):
    strings = run_node(widget, tmp_path, "const result = widget.STRINGS;", None)
    assert [text for text in strings["en"].values() if re.search(r"[\d}]%", text)] == []
    assert [text for text in strings["zh"].values() if re.search(r"\s%", text)] == []
    assert '" %"' not in widget._esm, "a view that writes the sign itself writes it alike in both languages"


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
def test_the_repr_is_the_same_in_every_language(widget):
    assert repr(widget(language="zh")) == repr(widget())


@each
def test_every_rule_of_the_styles_stays_inside_the_widget(widget):
    plain = re.sub(r"@(?:container|media)[^{]*\{(.*?\})\}", r"\1", widget._css, flags=re.DOTALL)
    selectors = [part for rule in re.findall(r"([^{}]+)\{", plain) for part in rule.split(",")]
    assert len(selectors) > 10
    assert [selector for selector in selectors if not selector.strip().startswith(".bp")] == []


@each
def test_each_public_trait_is_synced_with_the_page(widget):
    own = [name for name in vars(widget) if isinstance(vars(widget)[name], traitlets.TraitType)]
    assert own
    assert all(vars(widget)[name].metadata.get("sync") for name in own)


NAMES = {"__init__.py", "view.js", "maths.js", "words.js", "look.css"}
MORE = {
    "attention_lab": {"text.js"},
    "convolution_explorer": {"pictures.json", "pictures.js"},
    "descent_explorer": {"map.js", "plane.js", "diagnosis.js"},
    "digit_pad": {"ink.js", "pen.js"},
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_widget_is_a_folder_with_the_same_five_names(folder):
    files = {file.name for file in folder.iterdir() if file.is_file()}
    assert files == NAMES | MORE.get(folder.name, set())


@each
def test_the_old_address_of_a_widget_still_finds_it(widget):
    """A notebook names its widgets by module and class, also one that was saved long ago."""
    folder = widget.__module__.rpartition(".")[2]
    assert widget()._anywidget_id == f"backprop.widgets.{folder}.{folder.title().replace('_', '')}"


@each
def test_an_argument_that_is_no_trait_is_refused_by_name(widget):
    with pytest.raises(TypeError, match=rf"{widget.__name__} has no stps; it has .*language"):
        widget(stps=3)


@each
def test_facts_go_to_the_script_as_one_string(widget):
    shown = widget()
    assert json.loads(shown._facts) == json.loads(json.dumps(shown.facts()))
    assert [name for name in shown.keys if name.startswith("_") and name.lstrip("_") in ("network", "runs")] == []


LITERALS = r"""
const acorn = require("acorn");
const read = (text) => {
  const found = [];
  for (const token of acorn.tokenizer(text, { ecmaVersion: "latest", sourceType: "module" })) {
    if (["string", "template", "regexp"].includes(token.type.label)) found.push(token.value?.pattern ?? token.value);
  }
  return found;
};
const { files, joined } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const kept = new Map(read(joined).map((literal) => [literal, true]));
const modules = files.map((text) => text.replace(/^import [^;]*;\n/gm, ""));
console.log(JSON.stringify(modules.flatMap(read).filter((literal) => !kept.has(literal))));
"""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_joining_changes_no_literal_of_any_file(folder):
    """A parser of JavaScript reads every string, template and pattern of the files and of the joined module."""
    joined = widget_of(folder)._esm
    used = [*folder.glob("*.js"), *(file for file in (base.HERE / "kit").glob("*.js") if own_line(file) in joined)]
    assert len(used) > 4
    data = json.dumps({"files": [file.read_text(encoding="utf-8") for file in used], "joined": joined})
    command = [node(), "--input-type=commonjs", "-e", LITERALS]
    done = subprocess.run(command, input=data, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def own_line(file: Path) -> str:
    """The first line of a file that defines something."""
    return next(line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("export"))


def test_a_joined_module_has_each_file_once_and_before_its_user(tmp_path, monkeypatch):
    monkeypatch.setattr(base, "HERE", tmp_path)
    (tmp_path / "kit").mkdir()
    (tmp_path / "dial").mkdir()
    (tmp_path / "kit" / "draw.js").write_text("// why\nexport const a = 1;\n")
    (tmp_path / "dial" / "maths.js").write_text('import {\n  a,\n} from "../kit/draw.js";\nexport const b = a + 1;\n')
    (tmp_path / "dial" / "view.js").write_text(
        'import { a } from "../kit/draw.js";\nimport { b } from "./maths.js";\n'
        'export function c(x) {\n  // why\n  return `${x ? ` − ${x} > 0` : "a , b // c"}`;\n}\n'
    )
    assert join("dial") == (
        "export const a = 1;\nexport const b = a + 1;\n"
        'export function c(x) {\nreturn `${x ? ` − ${x} > 0` : "a , b // c"}`;\n}\n'
    )


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(base, "HERE", tmp_path)
    (tmp_path / "dial").mkdir()
    (tmp_path / "dial" / "view.js").write_text('import { a } from "./gone.js";\n')
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        join("dial")


@each
def test_the_style_of_a_widget_comes_after_the_kits_and_overrules_it(widget):
    twice = styles("kit")
    assert widget._css.startswith(twice[: len(twice) // 2])


def test_styles_keep_the_space_that_means_inside():
    assert ".bp :focus-visible" in styles("shape_tracer")


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


def test_a_widget_follows_the_page_and_in_a_chinese_notebook_it_is_chinese(monkeypatch):
    assert Widget().language == ""
    monkeypatch.setattr(language, "_chosen", "zh")
    assert Widget().language == Widget().get_state()["language"] == "zh"
    assert Widget(language="en").language == "en"


def test_the_language_is_one_of_the_two_or_the_pages():
    with pytest.raises(traitlets.TraitError):
        Widget(language="fr")
