"""Every exercise in the book has its parts, its published solution is correct, and wrong answers are recognised."""

import importlib
import math
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest

from backprop.exercises import check
from backprop.exercises import checking as engine
from tools.lint.page import CHECK, NUMBER, PYTHON, Page, label_of, last_line
from tools.notebooks import missing_frameworks

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = sorted(path.stem for path in (ROOT / "src/backprop/exercises").glob("section_*.py"))
LEVEL = re.compile(r"(●○○|●●○|●●●) · (\d+) minutes")
MINUTES = {"●○○": (1, 5), "●●○": (5, 12), "●●●": (12, 30)}


def exercise_faults(page: Page) -> Iterator[str]:
    """What the exercises of a page lack."""
    exercises = page.named("exercise")
    solved = [solution.argument for solution in page.named("solution")]
    numbers = []
    for block in exercises:
        match = re.fullmatch(rf"({NUMBER}) (\S.*)", block.argument)
        if not match:
            yield f"exercise {block.argument!r} is not titled by its page's number, a letter and words"
            continue
        number = match[1]
        numbers.append(number)
        if f":label: {label_of(number)}\n" not in block.body or ":nonumber:\n" not in block.body:
            yield f"exercise {number} lacks ':label: {label_of(number)}' or ':nonumber:'"
        hints = [hint.argument for hint in block.inner("dropdown")]
        if hints != ["Hint", "Second hint"]:
            yield f"exercise {number} lacks its two folded hints, has {hints}"
        yield from level_faults(number, block.body)
        stub = page.stub(block)
        call = CHECK.match(last_line(stub))
        if not call or call[1] != number or "..." not in stub:
            yield f'exercise {number} is not followed by a stub (...) that ends in check("{number}", …)'
        if solved.count(label_of(number)) != 1:
            yield f"exercise {number} has {solved.count(label_of(number))} solutions"
    for solution in page.named("solution"):
        if ":class: dropdown\n" not in solution.body:
            yield f"the solution of {solution.argument} is not folded"
        if not PYTHON.search(solution.body):
            yield f"the solution of {solution.argument} has no python fence"
        if not words_in(PYTHON.sub("", solution.body)):
            yield f"the solution of {solution.argument} does not say why"
    if numbers != sorted(numbers, key=place):
        yield f"exercises are out of order: {numbers}"


def level_faults(number: str, body: str) -> Iterator[str]:
    """What is wrong with the first line of an exercise, its level and its minutes."""
    first = next((line for line in body.splitlines() if line and not line.startswith(":")), "")
    match = LEVEL.fullmatch(first)
    if not match:
        yield f"exercise {number} does not open with its level, such as '●○○ · 5 minutes', but with {first!r}"
    elif not MINUTES[match[1]][0] <= int(match[2]) <= MINUTES[match[1]][1]:
        yield f"exercise {number} says {first!r}: {match[1]} is for {MINUTES[match[1]]} minutes"


def place(number: str) -> tuple[list[int], str]:
    """Where exercise "2.3.1.b" stands: on page 2.3.1, second."""
    chapter, *page, letter = number.split(".")
    return [99 if chapter == "A" else int(chapter), *map(int, page)], letter


def words_in(body: str) -> list[str]:
    return [word for line in body.splitlines() if not line.startswith((":", "```")) for word in line.split()]


def quiz_faults(page: Page) -> Iterator[str]:
    """What the predict-first questions of a page lack."""
    for quiz in page.named("admonition"):
        if ":class: quiz" not in quiz.body:
            continue
        options = quiz.inner("dropdown")
        signs = ["".join(words_in(option.body)[:1]) for option in options]
        if len(options) < 2 or signs.count("✓") != 1 or signs.count("✗") != len(options) - 1:
            yield f"quiz {quiz.argument!r} needs two options or more, one that opens with ✓ and the others with ✗"
        if any(len(words_in(option.body)) < 6 for option in options):
            yield f"quiz {quiz.argument!r} has an option without a reason"
        if not quiz.argument:
            yield "a quiz asks nothing"


APPENDIX_A = set((ROOT / "book/appendices").glob("frameworks*.ipynb")) - {
    ROOT / "book/appendices/frameworks_questions.ipynb"
}
NOTEBOOKS = [*(ROOT / "book").rglob("[0-9]*/*.ipynb"), *APPENDIX_A]
PAGES = {str(path.relative_to(ROOT)): Page(path, path.read_text(encoding="utf-8")) for path in sorted(NOTEBOOKS)}


def solutions() -> Iterator:
    """Those of a page whose frameworks are missing are skipped."""
    for name, page in PAGES.items():
        missing = ", ".join(missing_frameworks(ROOT / name))
        marks = [pytest.mark.skip(reason=f"{missing} not installed: make frameworks")] if missing else []
        yield from (pytest.param(number, code, id=number, marks=marks) for number, code in page.solutions())


SOLUTIONS = list(solutions())


def registered() -> dict[str, engine.Exercise]:
    for section in SECTIONS:
        importlib.import_module(f"backprop.exercises.{section}")
    return engine._EXERCISES


def answers(table: str) -> dict[str, list]:
    """What the files of wrong answers hold under this name.

    WRONG has wrong answers, NAMED wrong answers by what is said of them, and RIGHT right ones in another style.
    """
    found = {}
    for section in SECTIONS:
        path = ROOT / "tests/exercises/wrong_answers" / f"{section}.py"
        names: dict = {}
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
        found |= names.get(table, {})
    return found


WRONG, RIGHT, NAMED = answers("WRONG"), answers("RIGHT"), answers("NAMED")
SEEDS = int(os.environ.get("EXERCISE_SEEDS", 3))  # 50 by hand, before a checker is believed


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_every_exercise_a_level_two_hints_a_stub_and_a_solution(name):
    assert not list(exercise_faults(PAGES[name]))


@pytest.mark.parametrize("name", PAGES)
def test_a_quiz_has_one_right_option_and_gives_reasons(name):
    assert not list(quiz_faults(PAGES[name]))


def test_every_file_of_checkers_is_named_after_a_page():
    named = {file_of(page) for page in PAGES.values() if page.named("exercise")}
    assert named == set(SECTIONS)


def file_of(page: Page) -> str:
    """Of chapter pages the name begins with their number; a page of appendix A gets it from its exercises."""
    number = page.named("exercise")[0].argument.split(" ")[0].rpartition(".")[0].replace(".", "_")
    stem = page.path.stem
    return f"section_{stem}" if stem.startswith(number) else f"section_{number}_{stem}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_three_to_five_exercises(name):
    assert 3 <= len(PAGES[name].named("exercise")) <= 5


def test_exercises_and_checkers_belong_together():
    on_pages = [number for page in PAGES.values() for number, _ in page.solutions()]
    assert sorted(on_pages) == sorted(registered())
    assert sorted(WRONG) == sorted(registered())


def test_a_checker_lives_in_the_file_named_after_its_page_and_gives_a_hint():
    for number, task in registered().items():
        page = "_".join(number.split(".")[:-1])
        assert re.match(rf"backprop\.exercises\.section_{page}_[a-z]", task.cases.__module__)
        assert len(task.hint.split()) >= 4


@pytest.mark.parametrize(("number", "code"), SOLUTIONS)
def test_the_published_solution_is_correct(number, code):
    names: dict = {}
    exec(compile(code, f"<solution of {number}>", "exec"), names)
    assert names["verdict"].status == "correct", names["verdict"]


@pytest.mark.parametrize(("number", "code"), SOLUTIONS)
def test_no_right_answer_is_said_to_leave_an_argument_out(number, code):
    answer = published_answer(number, code)
    assert not callable(answer) or engine._ignored(answer, engine.find(number)) == []


@pytest.mark.parametrize("number", WRONG)
def test_wrong_answers_are_recognised(number):
    assert len(WRONG[number]) >= 5, "five wrong answers at least"
    for position, answer in enumerate(WRONG[number]):
        for seed in range(SEEDS):
            verdict = check(number, answer, rng=np.random.default_rng(seed))
            assert verdict.status == "wrong", f"wrong answer {position} passes as {verdict.status}"
            assert verdict.message
            assert "cannot be compared" not in verdict.message, f"wrong answer {position}: {verdict.message}"


@pytest.mark.parametrize(
    ("number", "words", "answer"),
    [pytest.param(number, *row, id=number) for number, rows in NAMED.items() for row in rows.items()],
)
def test_a_typical_mistake_is_named(number, words, answer):
    for seed in range(SEEDS):
        verdict = check(number, answer, rng=np.random.default_rng(seed))
        assert verdict.status == "wrong"
        assert verdict.message.startswith(words)


def restyled(thing, style):
    """The same result as another reader may hand it in; what has no such form, a truth value or a word, as it is."""
    if isinstance(thing, dict):
        return {key: restyled(value, style) for key, value in thing.items()}
    if isinstance(thing, np.ndarray) and style in ("lists", "tuples"):
        return restyled(thing.tolist(), style)
    if isinstance(thing, (list, tuple)):
        return {"lists": list, "tuples": tuple}.get(style, type(thing))(restyled(part, style) for part in thing)
    array = np.asarray(thing) if isinstance(thing, (int, float, np.generic, np.ndarray)) else None
    if array is None or array.dtype.kind not in "iuf":
        return thing
    kinds, number = {"float32": ("f", np.float32), "int64": ("iu", np.int64), "floats": ("iu", float)}.get(style, "  ")
    return array.astype(number)[()] if array.dtype.kind in kinds else thing


@cache
def published_answer(number, code):
    names: dict = {}
    exec(compile(code.replace("verdict = check(", "_, answer = ("), f"<solution of {number}>", "exec"), names)
    return names["answer"]


@pytest.mark.parametrize("style", ["lists", "tuples", "float32", "int64", "floats"])
@pytest.mark.parametrize(("number", "code"), SOLUTIONS)
def test_a_right_answer_is_right_in_every_style(number, code, style):
    answer = published_answer(number, code)
    if callable(answer) and not isinstance(answer, type):
        plain = answer
        answer = lambda *args: restyled(plain(*args), style)  # noqa: E731
    else:
        answer = restyled(answer, style)
    for seed in range(SEEDS):
        verdict = check(number, answer, rng=np.random.default_rng(seed))
        assert verdict.status == "correct", verdict


@pytest.mark.parametrize(("number", "code"), [solution for solution in SOLUTIONS if solution.id in RIGHT])
def test_a_right_answer_that_is_written_otherwise_is_right(number, code):
    for position, answer in enumerate(RIGHT[number]):
        for seed in range(SEEDS):
            verdict = check(number, answer, rng=np.random.default_rng(seed))
            assert verdict.status == "correct", f"right answer {position}: {verdict}"


class Odd:
    def __getattr__(self, name):
        raise RuntimeError(name)


# What nobody wants: no exercise calls one of them right, and none breaks on it.
NONSENSE = [
    None, -1, math.nan, math.inf, 10**400, "text", b"x", [], [1, "a"], {}, (), object(), Odd(), int, np.exp,
    np.zeros(0), np.full((3, 3), np.nan), np.array([object()]),
    lambda *args, **more: None, lambda *args, **more: 1 / 0, lambda *args, **more: math.nan, lambda *args, **more: "x",
    lambda *args, **more: args, lambda: 1,
]  # fmt: skip


@pytest.mark.parametrize("number", WRONG)
def test_nonsense_gets_a_verdict_and_no_traceback(number):
    for answer in NONSENSE:
        verdict = check(number, answer)
        assert verdict.status in ("wrong", "open")
        assert verdict._repr_html_().endswith("</div>")


GOOD = [
    ("code", "import numpy as np\n\nfrom backprop.exercises.checking import check"),
    (
        "markdown",
        "````{exercise} 1.2.c Count\n:label: ex-1-2-c\n:nonumber:\n\n●○○ · 5 minutes\n\nCount.\n\n"
        "```{dropdown} Hint\nThink.\n```\n```{dropdown} Second hint\nCount up.\n```\n````",
    ),
    ("code", 'answer = ...  # your number\ncheck("1.2.c", answer)'),
    ("markdown", "````{solution} ex-1-2-c\n:class: dropdown\n\nSeven.\n\n```python\nanswer = 7\n```\n````"),
    (
        "markdown",
        "````{admonition} What is it?\n:class: quiz\n\n```{dropdown} Six\n✗ One is missing from the count.\n```\n"
        "```{dropdown} Seven\n✓ Six weights and one bias make seven.\n```\n````",
    ),
]


def page_of(cells: list[tuple[str, str]]) -> Page:
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    notebook = nbformat.v4.new_notebook(cells=[make[kind](text) for kind, text in cells])
    return Page(Path("1_2_planted.ipynb"), nbformat.writes(notebook))


def test_the_lint_accepts_a_whole_exercise_and_finds_its_solution():
    page = page_of(GOOD)
    assert not [*exercise_faults(page), *quiz_faults(page)]
    number, code = next(page.solutions())
    assert number == "1.2.c"
    assert code.endswith('answer = 7\n\nverdict = check("1.2.c", answer)')


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (":label: ex-1-2-c", ":label: ex-1-2-d", "lacks ':label: ex-1-2-c'"),
        (":nonumber:\n", "", "or ':nonumber:'"),
        ("{exercise} 1.2.c Count", "{exercise} Count", "not titled by its page"),
        ("```{dropdown} Hint\nThink.\n```\n", "", "lacks its two folded hints"),
        ("```{dropdown} Second hint\nCount up.\n```\n", "", "lacks its two folded hints"),
        ("●○○ · 5 minutes\n\n", "", "does not open with its level"),
        ("●○○ · 5", "●○○ 5", "does not open with its level"),
        ("5 minutes", "8 minutes", "●○○ is for (1, 5) minutes"),
        ('check("1.2.c"', 'check("1.2.d"', "not followed by a stub"),
        ("...  # your number", "7", "not followed by a stub"),
        ("{solution} ex-1-2-c", "{solution} ex-1-2-j", "has 0 solutions"),
        (":class: dropdown\n", "", "is not folded"),
        ("```python", "```text", "no python fence"),
        ("Seven.\n", "", "does not say why"),
        ("✓ Six", "✗ Six", "one that opens with ✓"),
        ("✗ One", "One", "one that opens with ✓"),
        (" One is missing from the count.", " No.", "without a reason"),
        ("{admonition} What is it?", "{admonition}", "asks nothing"),
    ],
)
def test_the_lint_sees_a_planted_fault(old, new, fault):
    assert any(old in text for _, text in GOOD)
    page = page_of([(kind, text.replace(old, new)) for kind, text in GOOD])
    assert any(fault in found for found in [*exercise_faults(page), *quiz_faults(page)])


def test_the_lint_sees_exercises_out_of_order():
    earlier = [(kind, text.replace("1.2.c", "1.2.b").replace("1-2-c", "1-2-b")) for kind, text in GOOD]
    assert any("out of order" in fault for fault in exercise_faults(page_of(GOOD + earlier)))
