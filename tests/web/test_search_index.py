"""What the search reads: sentences and symbols, and no code, no output and nothing that is folded."""

import re
from types import SimpleNamespace

import pytest
import search_index
import yaml
from docutils import nodes
from docutils.utils import new_document
from sphinx_design.dropdown import dropdown_main
from sphinx_exercise.nodes import exercise_node, solution_node


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\frac{\partial L}{\partial W_{1}}", "∂L/∂W_1"),
        (r"\partial L / \partial W = a^\top \delta", "∂L / ∂W = aᵀ δ"),
        (r"w \leftarrow w - \eta\,\delta\,x", "w ← w - ηδx"),
        (r"\tfrac12 \big(\hat{y} - y\big)^2", "1/2 (ŷ - y)²"),
        (r"\eta = 3 \cdot 10^{-2} \, .", "η = 3 · 10^-2."),
        (r"\lambda_\text{max}", "λ_max"),
        (r"0 \le p \ge a \ne b \approx c \in d \to \infty", "0 ≤ p ≥ a ≠ b ≈ c ∈ d → ∞"),
        (r"a \times b \odot c \pm \sqrt{d}", "a × b ⊙ c ± √d"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "…"),
    ],
)
def test_a_formula_is_read_as_its_symbols(tex, text):
    assert search_index.symbols(tex) == text


def a_page() -> nodes.document:
    """A section with all that may stand in one, and in it an exercise with its solution."""
    page = new_document("page")
    text = nodes.paragraph("", "", nodes.Text("The slope "), nodes.math("", r"\delta"), nodes.Text(" is local."))
    row = nodes.row("", *(nodes.entry("", nodes.paragraph("", word)) for word in ("eta", "rate")))
    folded = dropdown_main("", nodes.paragraph("", "the answer"))
    code = nodes.container("", nodes.literal_block("", "import numpy"), nodes.raw("", "<b>1</b>", format="html"))
    caption = nodes.container("", nodes.figure("", nodes.caption("", "A slope.")))
    exercise = exercise_node("", nodes.title("", "Exercise 1.1.a · Nudge"), nodes.paragraph("", "Do it."), ids=["ex"])
    solution = solution_node("", nodes.title("", "Solution"), nodes.paragraph("", "the answer"))
    parts = [nodes.title("", "Slopes"), text, row, folded, code, caption, exercise, solution]
    page += nodes.section("", *parts, ids=["slopes"])
    return page


def test_a_section_has_its_sentences_and_leaves_out_code_and_what_is_folded():
    assert list(search_index.sections(a_page())) == [
        ("slopes", "Slopes", "The slope δ is local.\neta\trate\nA slope."),
        ("ex", "Exercise 1.1.a · Nudge", "Do it."),
    ]


def test_a_word_knows_its_texts_as_steps_and_one_of_every_third_text_says_nothing():
    texts = ["the loss", "the loss", "the", "nan", *["x"] * 9]
    found = search_index.postings(texts)
    assert found["loss"] == "0 1"
    assert found["nan"] == "3"
    assert found["x"] == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Exercise 2.3.1.a, loss 2.30.", {"exercise", "2.3.1.a", "loss", "2.30"}),
        ("∂L/∂W = aᵀδ", {"∂l", "∂w", "at", "δ"}),
        ("η∂L", {"η", "∂l"}),
        ("交叉熵 loss", {"交叉", "叉熵", "熵", "loss"}),
    ],
)
def test_a_text_is_split_into_words(text, words):
    assert set(search_index.postings([text, "", ""])) == words


def written(tmp_path, monkeypatch, table: str) -> list[str]:
    """The warnings of a book of one page whose words are in `table`."""
    said = []
    (tmp_path / "words.yml").write_text(table, encoding="utf-8")
    monkeypatch.setattr(search_index, "TABLE", tmp_path / "words.yml")
    log = SimpleNamespace(warning=lambda text, *values: said.append(text % values))
    monkeypatch.setattr(search_index.logging, "getLogger", lambda name: log)
    builder = SimpleNamespace(format="html", relations={"page": [None, None, None]}, get_target_uri=lambda name: name)
    app = SimpleNamespace(
        builder=builder, config=SimpleNamespace(root_doc="page", language="en"), outdir=tmp_path, searched={}
    )
    search_index.collect(app, a_page(), "page")
    search_index.write_index(app, None)
    return said


def test_words_of_the_table_reach_their_section(tmp_path, monkeypatch):
    assert written(tmp_path, monkeypatch, "page: derivative\npage#ex: push, prod") == []
    index = (tmp_path / "search" / "index.js").read_text("utf-8")
    assert '["slopes","Slopes","derivative"],["ex","Exercise 1.1.a · Nudge","push, prod"]' in index
    assert (tmp_path / "search" / "page.js").read_text("utf-8").startswith('searchText("page",["The slope δ')


def test_a_line_of_the_table_that_fits_no_section_is_a_warning(tmp_path, monkeypatch):
    said = written(tmp_path, monkeypatch, "page#slope: derivative\nother: push")
    assert said == ["search_words.yml: the book has no 'page#slope'", "search_words.yml: the book has no 'other'"]


@pytest.mark.parametrize("table", [search_index.TABLE, search_index.CHINESE])
def test_each_place_of_a_table_has_one_line_of_phrases(table):
    lines = [line for line in table.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert len(yaml.safe_load("\n".join(lines))) == len(lines)
    assert all(re.fullmatch(r"book/\S+: [^,:]\S*( \S+)*", line) and ", ," not in line for line in lines)


def test_whoever_reads_chinese_finds_a_page_by_its_english_names_too():
    place = "book/3_gradient_descent/3_1_principle"
    english, chinese = (search_index.readers_words(language)[place] for language in ("en", "zh_CN"))
    assert chinese == f"{english}, 梯度下降, 最速下降, 最陡下降"
