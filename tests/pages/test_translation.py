"""The Chinese edition agrees with the English, unit by unit; and each rule notices what it is there for."""

import json
import re
import shutil

import nbformat
import pytest
import yaml

from tools.notebooks import execute
from web import translate
from web.translation import book, checks, units

PAGES = units.pages()
NOTEBOOKS = [name for name in PAGES if name.endswith(".ipynb")]


def test_every_page_has_a_translation_and_every_translation_its_page():
    others = {units.CHINESE / name for name in ("common.md", "glossary.md", "STYLE.md")}
    assert set(units.CHINESE.rglob("*.md")) == {units.translation_of(name) for name in PAGES} | others


@pytest.mark.parametrize("name", PAGES)
def test_a_translated_page_agrees_with_the_english(name):
    assert checks.faults(name) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_chinese_notebook_computes_what_the_english_does(name):
    english, chinese = json.loads((units.ENGLISH / name).read_text("utf-8")), book.notebook(name)
    pairs = list(zip(english["cells"], chinese["cells"], strict=True))
    assert [cell["id"] for cell, _ in pairs] == [cell["id"] for _, cell in pairs]
    codes = [("".join(en["source"]), "".join(zh["source"])) for en, zh in pairs if en["cell_type"] == "code"]
    assert [units.bare(en) for en, _ in codes] == [units.bare(zh.removeprefix(book.SPEAK)) for _, zh in codes]
    assert [zh.startswith(book.SPEAK) for _, zh in codes] == [True] + [False] * (len(codes) - 1)


def test_a_chinese_notebook_prints_what_it_says(tmp_path):
    page = nbformat.reads(book.page("2_backpropagation/2_3_2_forks.ipynb"), as_version=4)
    assert printed(execute(page, tmp_path)) == printed(page)


def printed(notebook: dict) -> list[str]:
    """Streams and verdicts of each cell, in whatever pieces they came; what is drawn is compared elsewhere."""
    return ["".join(text_of(output) for output in cell.get("outputs", [])) for cell in notebook["cells"]]


def text_of(output: dict) -> str:
    return "".join(output.get("text") or output.get("data", {}).get("text/html", ""))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_verdict_of_a_chinese_notebook_is_english(name):
    outputs = [output.get("data", {}) for cell in book.notebook(name)["cells"] for output in cell.get("outputs", [])]
    verdicts = [data for data in outputs if 'class="verdict' in "".join(data.get("text/html", ""))]
    for data in verdicts:
        for kind in ("text/html", "text/plain"):
            assert "练习 " in "".join(data[kind])
            assert not re.search(r"Exercise|answered|run this cell", "".join(data[kind]))


def test_contents_and_settings_have_their_chinese():
    toc, english = (
        yaml.safe_dump(book.contents(), allow_unicode=True),
        yaml.safe_load((units.ROOT / "_toc.yml").read_text("utf-8")),
    )
    assert "Part I" not in toc
    assert book.contents().keys() == english.keys()
    assert book.settings(units.ROOT / "_build" / "zh")["sphinx"]["config"]["language"] == "zh_CN"


ENGLISH = """# 1.1 A title

The **slope** of $f$ is *not* 0.5, says [section 1.4](1_4.ipynb) and `f(x)`.

$$
f(w_1) = 2 \\text{ up}
$$ (eq-f)

- one
- two, 3.0 ± 0.1<!-- ledger: run metric -->

````{exercise} 1.1.a Count
:label: ex-1-1-a
●○○ · 5 minutes
````
```{dropdown} Yes
✓ Right.
```
```python
a = b + 1  # more
```"""
CHINESE = """# 1.1 标题

[1.4 节](1_4.ipynb)和 `f(x)` 说，$f$ 的**斜率***不是* 0.5。

$$
f(w_1) = 2 \\text{ 往上}
$$ (eq-f)

- 一
- 二，3.0 ± 0.1<!-- ledger: run metric -->

````{exercise} 1.1.a 数一数
:label: ex-1-1-a
●○○ · 5 分钟
````
```{dropdown} 是
✓ 对。
```
```python
a = b + 1  # 更多
```"""


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Write a page of one cell of each kind, with this translation of the first; returns its name."""
    for module in (units, book):
        monkeypatch.setattr(module, "ENGLISH", tmp_path / "book")
        monkeypatch.setattr(module, "CHINESE", tmp_path / "zh")
        monkeypatch.setattr(module, "common", lambda: {"your code here": "在这里写你的代码"})
    drawn = {"mystnb": {"figure": {"caption": "A line of 7 steps."}, "image": {"alt": "A line that rises."}}}
    code = 'def f(x):\n    """The line."""\n    return x  # its own\n\n\n# your code here\nf(1)'
    cells = [
        {"id": "aaaa0001", "cell_type": "markdown", "metadata": {}, "source": [ENGLISH]},
        {"id": "aaaa0002", "cell_type": "code", "metadata": drawn, "source": [code], "outputs": []},
    ]
    path = tmp_path / "book" / "page.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")

    def write(chinese: str = CHINESE, figure: str = "一条走 7 步的线。\n\n一条上升的线。", more: str = "") -> str:
        words = {("aaaa0001", ""): chinese, ("aaaa0002", "figure"): figure}
        words["aaaa0002", "code"] = f"The line. → 这条线。\nits own → 它自己的{more}"
        english = units.units("page.ipynb")
        made = {key: units.Translated(units.digest(english[key]), text) for key, text in words.items()}
        target = units.translation_of("page.ipynb")
        target.parent.mkdir(exist_ok=True)
        target.write_text(units.written(made), "utf-8")
        return "page.ipynb"

    return write


def test_a_faithful_page_has_no_faults(page):
    assert checks.faults(page()) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("w_1", "w_2", "lost ('formula'"),
        ("(eq-f)", "(eq-g)", "lost ('formula'"),
        ("1_4.ipynb", "1_3.ipynb", "lost ('link'"),
        ("`f(x)`", "`f(y)`", "lost ('code'"),
        ("b + 1", "b - 1", "lost ('block'"),
        ("✓ 对", "✗ 错", "lost ('sign'"),
        ("1.1.a 数", "1.1.b 数", "lost ('directive'"),
        ("ex-1-1-a", "ex-1-1-b", "lost ('directive'"),
        ("run metric", "run other", "lost ('remark'"),
        ("- 二", "二", "lost list_item"),
        ("# 1.1", "## 1.1", "lost ('heading'"),
        ("**斜率**", "斜率", "lost strong"),
        ("**斜率***不是*", "**斜率。**不是", "lost strong"),
        ("*不是*", "不是", "lost em"),
        ("0.5。", "0.6。", "numbers differ"),
        ("5 分钟", "6 分钟", "numbers differ"),
        ("标题", "标题,有字", "half-width punctuation"),
        ("说，$f$", "说$f$", "no space between"),
        ("说，$f$ 的", "说，$f$的", "no space between"),
        ("- 一", "- [附录 A](1_3.ipynb)的一", "no space between"),
        ("说，", "说， ", "a space after full-width"),
        ("- 一", "- 一 二", "a space inside Chinese"),
        ("- 一", "- 见 {numref}`fig-a`", "a space inside Chinese"),
        ("- 一", "- 87 % 的一", "a space before the per cent sign"),
        ("- 一", "- 一\n二", "a line that breaks"),
        ("- 一", '- "一"', "straight quotes"),
        ("- 一", "- 您的一", "style: 您"),
        ("- 一", "- 对一进行检验", "style: 您"),
        ("- 一", "- 我的手的字的墨的黑", "four 的"),
        ("- 一", "- 显然是一", "nothing is obvious"),
        ("- 一", "- 学习速率", "write 学习率"),
        ("- 一", "- this was not translated", "an English phrase"),
    ],
)
def test_a_planted_fault_is_named(page, before, after, fault):
    assert before in CHINESE
    found = checks.faults(page(CHINESE.replace(before, after)))
    assert any(fault in one for one in found), found


def test_a_waiver_lets_numbers_differ_and_is_not_kept_longer_than_needed(page):
    name = page(CHINESE.replace(" 0.5。", "一半。"))
    path = units.translation_of(name)
    path.write_text(path.read_text("utf-8").replace("aaaa0001 en", "aaaa0001 numbers en"), "utf-8")
    assert checks.faults(name) == []
    page()
    path.write_text(path.read_text("utf-8").replace("aaaa0001 en", "aaaa0001 numbers en"), "utf-8")
    assert "not needed" in checks.faults(name)[0]


def test_figures_and_comments_are_compared_too(page):
    assert "numbers differ" in checks.faults(page(figure="一条走 8 步的线。\n\n一条上升的线。"))[0]
    assert "needs the caption" in checks.faults(page(figure="一条走 7 步的线。"))[0]
    assert "other comments" in checks.faults(page(more="\nanother → 另一个"))[0]
    assert "not translated: ['its own']" in checks.faults(page(more="\nits own → "))[0]


def test_a_tuple_of_words_is_translated_and_one_of_letters_is_not():
    code = "a = 1  # (smaller, larger)\nb = 2  # (d_w, d_b)\nc = 3  # (ds, dp)\nd = 4  # [_, _]\ne = 5  # (1000, 2)"
    assert [words for _, _, words in units.comments(code)] == ["(smaller, larger)"]


def change_english(name: str, before: str, after: str) -> None:
    path = units.ENGLISH / name
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")


@pytest.mark.parametrize(
    ("before", "after", "unit"),
    [
        ("The **slope**", "A **slope**", "aaaa0001:"),
        ("rises", "falls", "aaaa0002 figure:"),
        ("its own", "own", "aaaa0002 code:"),
    ],
)
def test_stale_english_names_the_cell(page, before, after, unit):
    name = page()
    change_english(name, before, after)
    assert f"{name} {unit} stale" in checks.faults(name)[0]
    translate.fresh(name, unit.split()[0].rstrip(":"))
    assert not [fault for fault in checks.faults(name) if "stale" in fault]


def test_units_are_missing_unknown_or_out_of_order(page):
    name = page()
    path, marks = units.translation_of(name), units.written(units.translation(name)).split("\n<!-- ")
    path.write_text(f"{marks[0]}\n<!-- {marks[1]}", "utf-8")
    assert "aaaa0002 code: missing" in checks.faults(name)[0]
    path.write_text("\n<!-- ".join([*marks, "bbbb0000 en:123456 -->\n多余"]), "utf-8")
    assert "no such unit" in checks.faults(name)[0]
    path.write_text("\n<!-- ".join([marks[0], marks[2], marks[1]]) + "\n", "utf-8")
    assert "another order" in checks.faults(name)[0]
    path.write_text("\n<!-- ".join([*marks, marks[1]]), "utf-8")
    with pytest.raises(ValueError, match="stands there twice"):
        checks.faults(name)


def test_a_draft_keeps_what_is_translated_and_adds_what_is_not(page):
    name = page()
    change_english(name, "aaaa0002", "aaaa0003")
    kept = units.drafted(name)
    assert kept["aaaa0001", ""].words == CHINESE
    assert kept["aaaa0003", "code"].words == "The line. → \nits own → "
    assert ("aaaa0002", "code") not in kept


def test_a_comment_that_would_change_the_code_is_refused(page):
    code = "".join(book.notebook(page())["cells"][1]["source"])
    assert code == book.SPEAK + 'def f(x):\n    """这条线。"""\n    return x  # 它自己的\n\n\n# 在这里写你的代码\nf(1)'
    with pytest.raises(ValueError, match="changes what the code does"):
        book.with_comments('def f():\n    """One."""', 'One. → 一"""')


def test_the_english_of_a_unit_is_found_in_the_history():
    name = "3_gradient_descent/3_1_principle.ipynb"
    (unit, _), words = next(iter(units.units(name).items()))
    assert translate.english_then(name, unit, units.digest(words)) == words


def test_the_command_names_what_is_wrong(capsys):
    with pytest.raises(SystemExit, match="the book has no page 'nowhere"):
        translate.main("draft", "nowhere.ipynb")
    with pytest.raises(SystemExit, match="Translate the book"):
        translate.main("translate")
    with pytest.raises(SystemExit, match="name the units"):
        translate.main("fresh", "index.ipynb")


def test_a_page_of_markdown_is_cut_at_its_headings_outside_fences():
    text = "# Title\nwords\n\n```python\n# no heading\n```\n## One\n1\n### Inner\n## One\n2\n"
    assert [name for name, _ in units.sections(text)] == ["title", "one", "one-again"]
    assert "".join(words for _, words in units.sections(text)) == text


def test_a_stale_translation_stops_the_book_and_names_the_cell(page, monkeypatch, capsys):
    name = page()
    change_english(name, "The **slope**", "A **slope**")
    monkeypatch.setattr(book, "lay", lambda folder: pytest.fail("laid out all the same"))
    assert translate.main("lay", "nowhere") == 1
    assert f"{name} aaaa0001: stale" in capsys.readouterr().out


def test_laying_out_touches_only_what_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "pages", lambda: ["index.ipynb", "3_gradient_descent/index.md"])
    folder = units.ROOT / "_build" / tmp_path.name
    try:
        book.lay(folder)
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
        (folder / "book" / "gone.md").write_text("old")
        book.lay(folder)
        assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    finally:
        shutil.rmtree(folder)
