"""Verdicts in Chinese: every sentence that a checker can say has its translation, and each verdict is Chinese alone."""

import ast
import io
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from test_exercises import NAMED, WRONG

from backprop import language
from backprop.examples.bug_zoo import SPECIMENS
from backprop.exercises.checking import check, find
from backprop.exercises.translation import Table, joined, table
from backprop.exercises.verdict import Verdict
from tools import sentences
from tools.lint.said import said_by, said_in
from web.runtime import own

TABLES = {path.stem for path in sentences.TABLES.glob("*.json")}
ENGLISH = re.compile(r"(?:\b[A-Za-z]+ ){3}[A-Za-z]+")
PYTHONS_OWN = re.compile(r"抛出 \w+：[^。]*。")
NAMES = "|".join(map(re.escape, SPECIMENS))
SPECIMEN = re.compile(rf"(?:(?<=[：“])|(?<=; ))(?:{NAMES})(?=[;。”])")  # they are named as on the English page


def english_in(said: str) -> re.Match | None:
    """Four words of English, where they are neither Python's own nor the name of a specimen of the bug zoo."""
    return ENGLISH.search(SPECIMEN.sub("", PYTHONS_OWN.sub("", said)))


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "zh")


@pytest.mark.parametrize("name", sentences.NAMES)
def test_every_sentence_has_a_chinese_one_that_keeps_fields_numbers_and_names(name):
    assert list(sentences.faults(name)) == []


def test_there_is_a_table_for_every_file_of_checkers():
    assert set(sentences.NAMES) == TABLES


@pytest.mark.parametrize("number", WRONG)
def test_a_verdict_says_what_was_found_in_the_source_and_in_chinese_nothing_in_english(number, chinese):
    section = find(number).cases.__module__.rpartition(".")[2]
    found = Table({text: text for name in ("checking", section) for text in said_by(name)})
    for answer in (*WRONG[number], *NAMED.get(number, {}).values()):
        verdict = check(number, answer, rng=np.random.default_rng(0))
        for sentence in (*verdict.sentences, verdict.hint, verdict.headline):
            assert found.knows(sentence), sentence
        if section in TABLES:
            assert repr(verdict).startswith(f"练习 {number}：✗ 还不对。\n")
            assert "\n提示：" in repr(verdict)
            assert not english_in(repr(verdict)), repr(verdict)


def test_a_specimen_keeps_its_english_name_and_no_other_english_does():
    assert not english_in("溜了过去：ReLU mask from dy; first layer not reached; last example only。")
    assert english_in("溜了过去：ReLU mask from dz; last example only。")[0] == "ReLU mask from dz"
    assert english_in("The ReLU mask from dy。")[0] == "The ReLU mask from"
    assert english_in("溜了过去：ReLU mask from dy is one。")[0] == "ReLU mask from dy"


SPEAK = """
import sys
import backprop.zh
assert not {"anywidget", "numpy"} & sys.modules.keys()
from backprop.exercises import check
for answer in (None, lambda x: "x", lambda x: 1 / 0):
    verdict = check("2.3.2.a", answer)
    print(verdict, verdict._repr_html_())
print(check("2.3.2.e", (3 - 17**0.5, 3 + 17**0.5)))
from backprop.widgets.shape_tracer import ShapeTracer
print([ShapeTracer().language, ShapeTracer(language="en").language])
"""


def spoken(encoding: str) -> str:
    """What a fresh process says that imports backprop.zh; its console has this encoding."""
    environment = os.environ | {"PYTHONIOENCODING": f"{encoding}:xmlcharrefreplace"}
    done = subprocess.run([sys.executable, "-c", SPEAK], capture_output=True, env=environment, check=True)
    return done.stdout.decode(encoding)


def test_one_import_makes_a_notebook_speak_chinese():
    said = spoken("utf-8")
    assert said.startswith("练习 2.3.2.a：○ 还没有作答。\n把 ... 换成你的答案，再运行一次这个单元格。 <div")
    assert "\n这里需要一个数，得到的却是 'x'（类型 str）。调用时的实参：x = " in said
    assert "\n提示：从 x 到 L 有两条路" in said
    assert "<strong>练习 2.3.2.a：✗ 还不对。</strong><br>它抛出 ZeroDivisionError：division by zero。调用时的" in said
    assert "<summary>提示</summary>从 x 到 L 有两条路" in said
    assert "练习 2.3.2.e：✓ 正确。\n" in said
    assert said.endswith("['zh', 'en']" + os.linesep)


def test_a_console_without_chinese_gets_the_english_sentences():
    said = spoken("cp1252")
    assert "Exercise 2.3.2.a: not yet." in said
    assert "'x' (of type str) where one number is wanted." in said
    assert "Hint: Two paths lead from x to L" in said


@pytest.mark.parametrize(
    ("encoding", "headline"), [("gbk", "练习 2.3.2.a：还不对。"), ("big5", "Exercise 2.3.2.a: not")]
)
def test_a_console_speaks_chinese_as_far_as_it_has_the_characters(encoding, headline, chinese, monkeypatch):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert repr(check("2.3.2.a", 7)).startswith(headline)


def test_without_the_import_all_is_english_whatever_was_spoken_before():
    assert language.chosen() == "en"
    assert repr(check("2.3.2.a", None)).startswith("Exercise 2.3.2.a: ○ not answered yet.\nFill in")


def test_the_book_speaks_two_languages():
    with pytest.raises(ValueError, match="speaks 'en' and 'zh', not 'fr'"):
        language.choose("fr")


def test_a_sentence_that_no_table_has_stays_english(chinese):
    verdict = Verdict("9.9.a", "wrong", ("Nobody knows this.", "Zero everywhere.", "Nor this."), section="section_9_9")
    assert repr(verdict) == "练习 9.9.a：✗ 还不对。\nNobody knows this. 到处都是零。Nor this."


def test_the_page_that_computes_by_itself_has_the_tables():
    package = next(package for package in own() if package.name == "backprop")
    assert {"backprop/zh/__init__.py", "backprop/zh/checking.json"} <= package.read().keys()


TOLD = Table(
    {
        "W is wrong.": "W 错了。",
        "{name} is wrong.": "{name} 错了。",
        "{name} is wrong, and so is {other}.": "{name} 错了，{other} 也是。",
        "{n} of {n}.": "{n} 个里的 {n} 个。",
        "{sentence}: look again.": "{sentence}：再看一遍。",
        "The shape is {shape}": "形状是 {shape}",
        "It raises {text}.": "它抛出 {text}。",
        "It got {values}.": "它得到 {values}。",
        "a function": "一个函数",
        "an array of shape {shape}": "形状为 {shape} 的数组",
        "the bias": "偏置",
        "Not yet.": "",
    }
)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("W is wrong.", "W 错了。"),
        ("db is wrong.", "db 错了。"),
        ("db is wrong, and so is the bias.", "db 错了，偏置也是。"),
        ("the bias is wrong, and so is dW.", "偏置错了，dW 也是。"),
        ("3 of 3.", "3 个里的 3 个。"),
        ("3 of 4.", "3 of 4."),
        ("The shape is (2, 3): look again.", "形状是 (2, 3)：再看一遍。"),
        ("The shape is round: look again.", "The shape is round: look again."),
        ("It raises ValueError, a function.", "它抛出 ValueError, a function。"),
        ("It raises W is wrong..", "它抛出 W 错了。。"),
        (
            "It got f = a function, x = an array of shape (2,), y = 3.",
            "它得到 f = 一个函数, x = 形状为 (2,) 的数组, y = 3。",
        ),
        ("It got a = 'the bias', the bias = 3.", "它得到 a = 'the bias', the bias = 3。"),
        ("It got an\narray.", "它得到 an\narray。"),
        ("Not yet.", "Not yet."),
    ],
)
def test_a_template_carries_its_fields_over(english, chinese):
    assert TOLD.say(english) == chinese


def test_chinese_sentences_follow_each_other_without_a_space():
    assert joined(["W：", "错了。", "English stays.", "再看一遍。"]) == "W：错了。English stays. 再看一遍。"


def test_a_table_is_read_once_and_only_that_of_the_section():
    assert table("zh", "section_2_3_2_forks") is table("zh", "section_2_3_2_forks")
    assert not table("zh", "section_9_9").knows("The path through v is missing.")


SOURCE = '''
"""A docstring is not said."""

@exercise("1.1.a", hint="Look at both ends.")
def ends(rng):
    """Nor is this."""
    traps = {"The first one is missing.": 1, "Both are missing.": 2}
    traps["A third one came."] = 3
    yield Case(want=(1, 2), names=("left end", "right"), traps=traps)
    yield Case(want=(1, 2), names=("left", "right_end"))
    return f"{show(got[0])} is {'too large' if got > 1 else f'not {want}'}: {', '.join(names)} of {want}."

CODE = {"no such word": "It is unknown."}, "einsum,ij->ji", f"<b>{name} is bold</b>", f"{x:.3g}", f"{part}:"
'''


def test_what_is_said_is_read_from_a_source_in_its_order():
    assert list(said_in(ast.parse(SOURCE))) == [
        "Look at both ends.",
        "The first one is missing.",
        "Both are missing.",
        "A third one came.",
        "left end",
        "right",
        "{got} is too large: {names} of {want}.",
        "{got} is not {want}: {names} of {want}.",
        "It is unknown.",
        "{part}:",
    ]


@pytest.mark.parametrize(
    ("english", "chinese", "fault"),
    [
        ("{n} of {size} differ.", "{size} 个里有 {m} 个不对。", "a field differs"),
        ("There are 1,000 of them.", "一共 100 个。", "a number differs"),
        ("The path through v is missing.", "The path through v is missing.", "no Chinese in it"),
        ("{part}:", "{part}：", ""),
        ("The slope is 1 − a².", "斜率是 1 − a。", "a name differs"),
        ("W[j, k] is meant.", "指的是 W[k, j]。", "a name differs"),
        ("dW is missing.", "db 漏了。", "a name differs"),
        ("db is missing.", "漏了 db.", ""),
        ("It is missing.", "漏了.", "half-width punctuation"),
        ("db is missing.", "db漏了。", "no space between Chinese and Latin"),
        ("{n} are missing.", "漏了{n} 个。", "no space between Chinese and Latin"),
        ("η is missing.", "漏了η。", "no space between Chinese and a formula"),
        ("It is missing.", "漏了 。", "a space before full-width"),
        ("It is missing.", "您漏了它。", "您"),
        ("It is missing.", "漏了 something that is missing。", "an English phrase"),
        ("The bias is missing.", "漏了偏差项。", "write 偏置"),
        ("There are 1,000 of them.", "一共 1000 个。", ""),
        ("{w}'s slope at x₁ is −σ(x₁).", "{w} 在 x₁ 处的斜率是 −σ(x₁)。", ""),
    ],
)
def test_a_planted_fault_of_a_translation_is_found(english, chinese, fault):
    found = list(sentences.differences(english, chinese))
    assert any(fault in one for one in found) if fault else found == []


def test_the_name_of_a_variable_before_a_colon_stays_unless_the_table_translates_it(monkeypatch):
    table = {"dx: the slope is missing.": "dx：漏了斜率。", "slope: a sign is lost.": "斜率：丢了一个符号。"}
    monkeypatch.setattr(sentences, "said_by", lambda name: table)
    monkeypatch.setattr(sentences, "table_of", lambda name: table)
    assert list(sentences.faults("checking")) == [
        "does not begin with slope：, the name of a variable: 斜率：丢了一个符号。"
    ]
    table["slope"] = "斜率"
    assert list(sentences.faults("checking")) == []


def test_a_planted_gap_in_a_table_is_found_and_a_draft_fills_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sentences, "TABLES", tmp_path)
    monkeypatch.setattr(sentences, "ROOT", tmp_path)
    whole = sentences.said_by("section_2_3_2_forks")
    assert len(list(sentences.faults("section_2_3_2_forks"))) == len(whole)
    (tmp_path / "section_2_3_2_forks.json").write_text(
        '{"Gone.": "没了。", "That is L itself, not its slope.": "是 L。"}', "utf-8"
    )
    assert "not needed: Gone." in list(sentences.faults("section_2_3_2_forks"))
    sentences.draft("section_2_3_2_forks")
    assert "gone: Gone. → 没了。" in capsys.readouterr().out
    drafted = sentences.table_of("section_2_3_2_forks")
    assert list(drafted) == whole
    assert {text for text in drafted.values() if text} == {"是 L。"}
    assert f"missing: {whole[0]}" in list(sentences.faults("section_2_3_2_forks"))
