"""What the page for instructors says of the other pages is true: hours, needs, the order of its plans, exercises."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "web" / "extensions"))
import exercises
import minutes

ROOT = Path(__file__).resolve().parents[2]
EDITIONS = [ROOT / folder / "appendices" / "instructors.md" for folder in ("book", "translations/zh")]
LISTS = [path.with_name("exercises.md") for path in EDITIONS]
NUMBER = re.compile(r"(?<![\w.])(?:A|\d)(?:\.\d)+(?![\w.]*\.[a-z])")
EXERCISE = re.compile(r"(?<![\w.])(?:A|\d)(?:\.\d)+\.[a-z]\b")
NEEDED = re.compile(r"(\d(?:_\d)+)_\w+\.ipynb|section (\d(?:\.\d)+)|(frameworks)\.ipynb")
READ = re.compile(r"read in week|已经读过")
COMPARED = {"5.4": {"4.5"}, "6.2": {"5.4"}, "6.6": {"6.3"}}  # "for comparison", "if you want to see it"
SPARED = {"4.4": {"3.2.4", "3.2.5"}, "6.7": {"6.5"}}  # the page or the plan says what to do without


def cells_of(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def number_of(path: Path, cells: list[dict]) -> str:
    """A page of the appendix bears the number of its exercises."""
    if match := re.match(r"\d(?:_\d)+", path.name):
        return match[0].replace("_", ".")
    text = "".join(minutes.text_of(cell) for cell in cells)
    return re.search(r"\{exercise\} (A\.\d)", text)[1]


PATHS = [*sorted((ROOT / "book").glob("[1-6]_*/[1-6]_*.ipynb")), *(ROOT / "book/appendices").glob("frameworks*.ipynb")]
PAGES = {number_of(path, cells): cells for path in PATHS if minutes.practice(cells := cells_of(path))}
TRUNK = {number for number in PAGES if number.startswith("1.")} | {"2.1", "2.3.1", "2.3.2", "2.3.3"}


def needs(number: str) -> set[str]:
    """The pages that the head of a page says it needs."""
    head = minutes.text_of(PAGES[number][0]).partition("**You need**")[2].partition("\n\n")[0]
    found = {(path or section).replace("_", ".") or "A.1" for path, section, _guide in NEEDED.findall(head)}
    return (found & PAGES.keys()) - COMPARED.get(number, set())


def tables(path: Path) -> Iterator[list[list[str]]]:
    """The rows of each table, its head first."""
    for block in re.findall(r"(?:^\|.*\|\n)+", path.read_text(encoding="utf-8"), re.M):
        head, _rule, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()]
        yield [head, *rows]


def table(path: Path, place: int) -> list[list[str]]:
    """The rows of a table of the page, without the head."""
    return list(tables(path))[place][1:]


CHAPTERS, BRANCHES, WAYS, _LECTURE, FOUR_WEEKS, TWELVE_WEEKS, _POINTS = range(7)


def pages_in(cell: str) -> list[str]:
    """ "1.1 to 1.3, 4.2" as the numbers of these pages; a chapter is the number with which its title begins."""
    order, found = list(PAGES), []
    if chapter := re.match(r"\[(\w) ", cell):
        return [number for number in order if number.startswith(chapter[1] + ".")]
    for first, last in re.findall(rf"({NUMBER.pattern})(?: (?:to|到) ({NUMBER.pattern}))?", cell):
        found += order[order.index(first) : order.index(last or first) + 1]
    return found


def hours(pages: list[str]) -> float:
    return sum(minutes.reading(PAGES[page]) for page in pages) / 60 + hours_of_exercises(pages)


def hours_of_exercises(pages: Iterable[str]) -> float:
    return sum(sum(minutes.practice(PAGES[page])) for page in pages) / 60


def hours_of(cell: str) -> float:
    """The hours of the pages of a cell; where they were read in an earlier week, those of their exercises."""
    pages = pages_in(cell)
    return hours_of_exercises(pages) if READ.search(cell) else hours(pages)


def needs_in_all(number: str) -> set[str]:
    """What a page needs besides the trunk, what that needs in turn, and so on."""
    nearest = needs(number) - TRUNK - SPARED.get(number, set())
    return nearest.union(*(needs_in_all(page) for page in nearest))


def time_of(exercise: str) -> int:
    """The minutes that an exercise tells."""
    page, _, letter = exercise.rpartition(".")
    return minutes.practice(PAGES[page])["abcde".index(letter)]


def exercises_there() -> list[str]:
    """The numbers of all exercises of the book, in reading order."""
    text = "".join(minutes.text_of(cell) for cells in PAGES.values() for cell in cells)
    return re.findall(r"\{exercise\} (\S+)", text)


def test_every_page_with_exercises_has_a_number():
    assert len(PAGES) == 48
    assert next(iter(PAGES)) == "1.1"
    assert {"2.3.1", "6.7", "A.4"} < PAGES.keys()
    assert needs("5.2") == {"5.1", "3.2.5", "2.4.2"}


HOURS = [(CHAPTERS, 0, 1), (WAYS, 1, 2), (FOUR_WEEKS, 1, 2), (TWELVE_WEEKS, 1, 2)]


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
@pytest.mark.parametrize(("place", "pages", "told"), HOURS)
def test_hours_are_the_minutes_of_the_pages(path, place, pages, told):
    for row in table(path, place):
        assert float(row[told]) == pytest.approx(hours_of(row[pages]), abs=0.35), row  # told in halves
        assert float(row[told]) % 0.5 == 0


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_all_hours_are_those_of_reading_and_of_exercises(path):
    told = re.search(r"(\d+) (?:hours|小时)\D+(\d+) \D+(\d+)", path.read_text(encoding="utf-8")).groups()
    whole, read, practised = map(int, told)
    assert whole == read + practised
    assert read == pytest.approx(sum(round(minutes.reading(cells)) for cells in PAGES.values()) / 60, abs=0.5)
    assert practised == pytest.approx(hours_of_exercises(PAGES), abs=0.5)
    assert whole < sum(float(row[1]) for row in table(path, CHAPTERS)) <= whole + 0.5  # "a little more"
    assert max(round(minutes.reading(cells)) for cells in PAGES.values()) == 20


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_the_table_of_branches_is_what_the_heads_of_the_pages_say(path):
    rows = [
        (pages_in(branch), set(NUMBER.findall(needed)), opens) for branch, needed, opens, _ in table(path, BRANCHES)
    ]
    assert sorted([page for pages, _, _ in rows for page in pages] + list(TRUNK)) == sorted(PAGES)
    for pages, needed, opens in rows:
        said = {need for page in pages for need in needs(page)} - TRUNK - set(pages)
        assert needed == said, pages
        assert set(NUMBER.findall(opens)) == {other[0] for other, need, _ in rows if need & set(pages)}, pages


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_the_shortest_ways_have_what_their_ends_need_and_nothing_else(path):
    for _goal, sections, _hours in table(path, WAYS):
        *way, end = pages_in(sections)
        assert way == [page for page in PAGES if page in needs_in_all(end)], end


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_a_branch_is_linked_to_its_pages(path):
    for branch, *_ in table(path, BRANCHES):
        links = re.findall(r"\[((?:A|\d)(?:\.\d)+)[^]]*\]\(([^)]+)\)", branch)
        assert [number for number, _ in links] == pages_in(branch)
        for number, target in links:
            linked = (EDITIONS[0].parent / target).resolve()
            assert number_of(linked, cells_of(linked)) == number


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
@pytest.mark.parametrize(("page", "names", "words"), [("3.2.3", "AdamW?", "AdamW?"), ("3.2.2", "Momentum", "momentum")])
def test_a_remark_on_an_optimizer_names_all_pages_that_use_it_and_do_not_need_its_page(path, page, names, words):
    remark = next(row[3] for row in table(path, BRANCHES) if pages_in(row[0]) == [page])
    told = set(pages_in(remark.partition("(")[0].partition("（")[0]))
    said = {
        kind: {n for n in PAGES if any(speaks_of(name, cell) for cell in PAGES[n] if cell["cell_type"] == kind)}
        for kind, name in (("code", names), ("markdown", words))
    }
    spared = {page} | {other for other in PAGES if page in needs(other)}
    assert said["code"] - spared <= told <= (said["code"] | said["markdown"]) - spared


def speaks_of(name: str, cell: dict) -> bool:
    lines = minutes.text_of(cell).splitlines()
    return any(re.search(rf"\b{name}\b", line) for line in lines if not line.startswith(("from ", "import ")))


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_the_trunk_takes_the_hours_that_it_tells_and_a_branch_takes_along_what_hangs_on_it(path):
    text = path.read_text(encoding="utf-8")
    told = re.search(r"2\.3\.1 (?:to|到) 2\.3\.3\D+(\d+\.\d) (?:hours|小时)", text)[1]
    assert float(told) == pytest.approx(hours(list(TRUNK)), abs=0.35)
    leaves = r"(?:Without|略去) (2\.3\.4)(?:, for example, you also lose|，也就学不成) (.+)"
    branch, lost = re.search(leaves, text).groups()
    assert pages_in(lost) == [page for page in PAGES if branch in needs_in_all(page)]


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
@pytest.mark.parametrize("place", [FOUR_WEEKS, TWELVE_WEEKS])
def test_a_plan_teaches_nothing_before_what_it_needs(path, place):
    taught = {0: set()}
    for week, sections, _hours, lab in table(path, place):
        known = set(taught[int(week) - 1])  # rows of one week are alternatives
        for page in pages_in(sections):
            assert needs(page) - SPARED.get(page, set()) <= known | {"1.1"}, page
            known.add(page)
        taught[int(week)] = known | taught.get(int(week), set())
        assert {exercise.rpartition(".")[0] for exercise in EXERCISE.findall(lab)} <= set(pages_in(sections)), week


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_the_exercises_named_for_a_lab_take_as_long_as_the_page_says(path):
    least, most = re.search(r"(\d+) (?:to|到) (\d+) (?:minutes|分钟)", path.read_text(encoding="utf-8")).groups()
    labs = [EXERCISE.findall(row[3]) for row in table(path, TWELVE_WEEKS)]
    assert sum(not lab for lab in labs) == 1  # where the project is shown
    for lab in filter(None, labs):
        assert int(least) <= sum(map(time_of, lab)) <= int(most), lab


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_the_readings_of_the_project_take_as_long_as_the_page_says_and_need_only_what_is_taught(path):
    text = path.read_text(encoding="utf-8")
    told, readings = re.search(r"(\d+) (?:minutes in all|分钟)[:：](.+?`ex-3-3-2-c`)", text, re.S).groups()
    pages = [number.replace("_", ".") for number in re.findall(r"/(4_3_\d)_", readings)]
    taught = {page for row in table(path, TWELVE_WEEKS) if int(row[0]) <= 10 for page in pages_in(row[1])}
    assert pages == ["4.3.1", "4.3.2"]
    assert needs_in_all("4.3.2") <= taught | set(pages)
    in_all = sum(minutes.reading(PAGES[page]) for page in pages) + time_of("3.3.2.c")
    assert int(told) == pytest.approx(in_all, abs=3)


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_the_last_weeks_with_the_project_take_as_long_as_the_page_says(path):
    text = path.read_text(encoding="utf-8")
    assert re.search("come to about six hours each|每周约六小时", text)
    assert re.search("exercises of week 11 go, two of these hours|可以略去第 11 周的练习，那一周就少两小时", text)
    weeks = [(int(row[0]), row[1]) for row in table(path, TWELVE_WEEKS)]
    plan = {week: hours_of(cell) for week, cell in weeks if week < 12}
    for last in (hours_of(cell) for week, cell in weeks if week == 12):
        assert (plan[10] + plan[11] + last + 8 + 0.75) / 3 == pytest.approx(6, abs=0.75)
    eleventh = next(cell for week, cell in weeks if week == 11)
    assert hours_of_exercises(pages_in(eleventh)) == pytest.approx(2, abs=0.25)


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_reading_twice_adds_to_a_week_what_the_page_says(path):
    told = "adds half an hour to an hour and a half to a week|每周再加半小时到一个半小时"
    assert re.search(told, path.read_text(encoding="utf-8"))
    rows = [row[1] for place in (FOUR_WEEKS, TWELVE_WEEKS) for row in table(path, place)]
    for pages in (pages_in(cell) for cell in rows if not READ.search(cell)):
        assert 30 <= sum(minutes.reading(PAGES[page]) for page in pages) <= 90


def test_the_twelve_weeks_say_what_they_leave_out():
    taught = {page for row in table(EDITIONS[0], TWELVE_WEEKS) for page in pages_in(row[1])}
    told = re.search(r"^These twelve weeks leave out (.+)$", EDITIONS[0].read_text(encoding="utf-8"), re.M)[1]
    assert {page for page in PAGES if page[0] != "A"} - taught == set(NUMBER.findall(told))


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_every_exercise_that_is_named_is_in_the_book(path):
    there = exercises_there()
    assert len(there) > 200
    assert set(EXERCISE.findall(path.read_text(encoding="utf-8"))) <= set(there)


def test_the_list_of_exercises_names_subjects_in_reading_order_and_the_same_in_both_editions():
    texts = [path.read_text(encoding="utf-8") for path in LISTS]
    english, chinese = (re.findall(r"^(\S+\.[a-z]): \S", text, re.M) for text in texts)
    assert english == chinese == [number for number in exercises_there() if number in english]
    assert len(english) > 90


def advised(path: Path, place: int) -> list[str]:
    """The exercises that the page of all exercises names in one of its items of advice."""
    advice = re.findall(r"^- (?:.|\n(?!- |\n))+", path.read_text(encoding="utf-8"), re.M)[place]
    return [label.replace("-", ".") for label in re.findall(r"<ex-([\w-]+)>`", advice)]


@pytest.mark.parametrize("path", LISTS, ids=["en", "zh"])
def test_who_has_little_time_does_two_exercises_of_each_chapter_and_a_gradient_check_in_less_than_two_hours(path):
    found = advised(path, 0)
    assert [number[0] for number in found] == list("1122233445566")
    assert "2.5.1.d" in found
    assert 90 <= sum(map(time_of, found)) < 120
    told = re.search(r"[(（]\D*(\d) \D+(\d) ", path.read_text(encoding="utf-8")).groups()
    pages = {number.rpartition(".")[0] for number in found}
    for number, read in zip(told, (pages, pages.union(TRUNK, *map(needs_in_all, pages))), strict=True):
        assert float(number) == pytest.approx(sum(minutes.reading(PAGES[page]) for page in read) / 60, abs=0.5)


@pytest.mark.parametrize("path", LISTS, ids=["en", "zh"])
def test_the_exercises_before_an_examination_take_less_than_an_hour(path):
    found = advised(path, 1)
    assert len(found) == 8
    assert 45 <= sum(map(time_of, found)) < 60


@pytest.mark.parametrize("path", LISTS, ids=["en", "zh"])
def test_those_on_paper_are_as_many_and_take_as_long_as_the_page_says(path):
    codes = [minutes.text_of(cell) for cells in PAGES.values() for cell in cells if cell["cell_type"] == "code"]
    found = exercises.on_paper(codes)
    advice = re.search(r"(\d+) (?:exercises|道)\D+(\d\.5) (?:hours|小时)", path.read_text(encoding="utf-8"))
    assert int(advice[1]) == len(found)
    assert float(advice[2]) == pytest.approx(sum(map(time_of, found)) / 60, abs=0.25)
    assert set(exercises_there()) - set(found) > exercises.ASKS_THE_PAGE


def test_only_exercises_of_the_appendix_are_not_counted_below_the_list():
    assert "in chapters 1 to 6." in (ROOT / "web" / "live" / "ledger.js").read_text("utf-8")
    assert {number[0] for number in exercises_there()} == set("123456A")


@pytest.mark.parametrize("path", LISTS + EDITIONS, ids=["en list", "zh list", "en", "zh"])
def test_a_reference_in_the_words_of_a_number_leads_to_that_exercise(path):
    found = re.findall(r"\{ref\}`([^`<]+) <ex-([\w-]+)>`", path.read_text(encoding="utf-8"))
    assert len(found) > 15
    assert [number for number, _ in found] == [label.replace("-", ".") for _, label in found]


ANSWERS = {
    "right": "return d2 * w2 * a1 * (1 - a1) * x, d2 * a1",
    "wrong": "return d2 * w2 * a1 * x, d2 * a1",
    "endless": "\n    while True:\n        pass",
}
ANSWER = """
from backprop.functions import sigmoid


def two_weights(w1, w2, x, y):
    a1 = sigmoid(w1 * x)
    a2 = sigmoid(w2 * a1)
    d2 = (a2 - y) * a2 * (1 - a2)
    """


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_answers_are_graded_one_by_one_and_an_endless_one_ends(path, tmp_path):
    files = {name: ANSWER + end for name, end in ANSWERS.items()}
    endless, right, wrong = graded(path, tmp_path, r"Run as: python (.+?)\"", files)
    assert "✓ correct" in right
    assert "not yet" in wrong
    assert "the slope of the first sigmoid is a1 (1 − a1)" in wrong
    assert endless == "no answer within a minute\n"


@pytest.mark.parametrize("path", EDITIONS, ids=["en", "zh"])
def test_an_answer_in_numbers_is_graded_by_the_name_that_its_file_gives_to_it(path, tmp_path):
    named = re.search(r"`(answer = .+?)`", path.read_text(encoding="utf-8"))[1]
    numbers = "slope, new_knob, promised_loss = 0.4, {}, 0.395\n" + named
    files = {"right": numbers.format(0.2), "wrong": numbers.format(0.6), "without": "answer = np.zeros(3)"}
    right, without, wrong = graded(path, tmp_path, r"`python (grade.py 1\.1\.d .+?)`", files)
    assert "✓ correct" in right
    assert "not yet" in wrong
    assert without == ""  # it stopped early


def graded(path: Path, folder: Path, call: str, files: dict[str, str]) -> list[str]:
    """What the page's program says of each of these files, in the order of their names."""
    text = path.read_text(encoding="utf-8")
    program = re.search(r"^```python\n(.+?)^```", text, re.M | re.S)[1]
    assert "timeout=60" in program
    (folder / "grade.py").write_text(program.replace("timeout=60", "timeout=6"), encoding="utf-8")
    (folder / "handed_in").mkdir()
    for name, answer in files.items():
        (folder / "handed_in" / f"{name}.py").write_text(answer, encoding="utf-8")
    command = [sys.executable, *re.search(call, text)[1].split()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, encoding="utf-8")
    return re.split(r"^\w+\.py\n", done.stdout, flags=re.M)[1:]
