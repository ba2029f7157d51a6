"""The engine behind `check`: any answer gets a verdict in words, never a traceback."""

import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop.exercises import check
from backprop.exercises import checking as module
from backprop.exercises.checking import Case, exercise
from backprop.exercises.verdict import Verdict
from backprop.plots import palette


@pytest.fixture(autouse=True)
def task(monkeypatch):
    """A registry of its own: exercise 0.0.a is the dense layer, whose batch of 7 has 3 inputs and 4 outputs."""
    monkeypatch.setattr(module, "_EXERCISES", {})

    @exercise("0.0.a", hint="a batch is a stack of rows")
    def dense(rng):
        for _ in range(3):
            x, W, b = rng.normal(size=(7, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
            yield Case(x, W, b, want=x @ W + b, traps={"The bias is missing.": x @ W})


def pose(*cases, hint="look again"):
    """Register exercise 0.0.2 with these cases."""
    module._EXERCISES.pop("0.0.2", None)
    exercise("0.0.2", hint=hint)(lambda rng: iter(cases))


def verdict_on(answer, *cases):
    pose(*cases)
    return check("0.0.2", answer)


def forward(x, W, b):
    return x @ W + b


def test_a_right_answer_is_correct_every_time():
    for seed in range(20):
        verdict = check("0.0.a", forward, rng=np.random.default_rng(seed))
        assert verdict
        assert repr(verdict) == "Exercise 0.0.a: ✓ correct."


def test_cases_are_fresh_at_every_call():
    seen = []
    for _ in range(2):
        check("0.0.a", lambda x, W, b: seen.append(x) or x @ W + b)
    assert len(seen) == 6
    assert len({x.tobytes() for x in seen}) == 6


def test_a_given_generator_makes_the_cases_repeatable():
    texts = {repr(check("0.0.a", lambda x, W, b: x, rng=np.random.default_rng(1))) for _ in range(3)}
    assert len(texts) == 1


def unfinished(x, W, b):
    raise NotImplementedError


@pytest.mark.parametrize(
    "answer",
    [None, ..., (..., ...), [None], {"W": ...}, lambda x, W, b: None, lambda x, W, b: ..., unfinished],
)
def test_an_unanswered_exercise_is_neither_right_nor_wrong(answer):
    verdict = check("0.0.a", answer)
    assert verdict.status == "open"
    assert not verdict
    assert repr(verdict).startswith("Exercise 0.0.a: ○ not answered yet.")


def test_the_text_of_an_unanswered_exercise_never_changes():
    assert len({repr(check("0.0.a", None)) + check("0.0.a", None)._repr_html_() for _ in range(3)}) == 1


def test_a_result_that_is_none_only_in_a_later_case_is_wrong():
    verdict = verdict_on(lambda n: n if n == 1 else None, Case(1, want=1), Case(2, want=2))
    assert verdict.status == "wrong"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, W, b: x @ W, "The bias is missing."),
        (lambda x, W, b: (x @ W + b).T, "shape is (4, 7), wanted is (7, 4): transposed"),
        (lambda x, W, b: (x @ W + b).ravel(), "the right numbers in another shape"),
        (lambda x, W, b: -(x @ W + b), "sign is flipped"),
        (lambda x, W, b: (x @ W + b) / 7, "7 times too small, and 7 is the length of axis 0 of argument 1"),
        (lambda x, W, b: (x @ W + b) * 7, "is a 1/7 missing?"),
        (lambda x, W, b: (x @ W + b) * 2, "Twice too large"),
        (lambda x, W, b: (x @ W + b) * 1.3, "Every entry is 1.3 times what is wanted"),
        (lambda x, W, b: x @ W + b + 0.5, "off by the same 0.5"),
        (lambda x, W, b: (x @ W + b)[::-1], "another order"),
        (lambda x, W, b: np.zeros((7, 4)), "Zero everywhere"),
        (lambda x, W, b: x @ W + b + np.eye(7, 4), "4 of 28 entries differ; the first, at [0, 0]"),
        (lambda x, W, b: np.full((7, 4), np.nan), "nan at [0, 0]"),
        (lambda x, W, b: np.full((7, 4), np.inf), "inf at [0, 0]"),
        (lambda x, W, b: (x @ W + b) > 0, "True or False where numbers are wanted"),
        (lambda x, W, b: "z", "'z' (of type str) where an array of shape (7, 4) is wanted"),
        (lambda x, W, b: (row for row in x), "of type generator"),
        (lambda x, W, b: np.broadcast_to(0.0, (10**6, 10**6)), "shape is (1000000, 1000000)"),
        (lambda x: x, "It raises TypeError"),
        (lambda x, W, b: x @ W.T, "The inner lengths of a product must be equal"),
        (lambda x, W, b: max(0, x), "max, min, if and and take one number"),
        (lambda x, W, b: x * np.ones(7), "Does a vector have to become a column first"),
        (lambda x, W, b: math.exp(1000), "too large for a float"),
        (lambda x, W, b: x + None, "Something is still None"),
        (lambda x: x, "calls it with the arguments that the exercise names"),
        (lambda x, W, b: exit(), "It raises SystemExit"),
        (42, "where a function is wanted"),
    ],
)
def test_the_verdict_names_what_is_wrong(answer, words):
    verdict = check("0.0.a", answer)
    assert verdict.status == "wrong"
    assert words in repr(verdict)
    assert "Hint: a batch is a stack of rows" in repr(verdict)


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (7.5, 7, "A whole number is wanted, not 7.5."),
        ([1.0, 2.5], np.array([1, 2]), "A whole number is wanted, at [1] not 2.5."),
        (math.nan, 7, "A whole number is wanted, not nan."),
        (np.array([1.0, -2.0, 3.0]), np.array([1.0, 2.0, 3.0]), "The sizes are right, but not all signs."),
        (0.18, 0.18243, "0.18 is rounded to 2 decimals; more are wanted."),
        (0.1825, 0.18243, "Right to about 3 digits; 5 are wanted."),
        (True, 1, "True or False where numbers are wanted"),
        (1, True, "numbers where True or False is wanted"),
        (3.2, 3.1, "3.2 is too large."),
        (np.eye(3), np.ones(3) * 5, "did a (3,) meet a (3, 1)"),
        (np.arange(6.0).reshape(2, 3), np.array([3.0, 5.0, 7.0]), "not yet summed over axis 0"),
        (np.arange(6.0).reshape(2, 3), np.array([1.0, 4.0]), "not yet averaged over axis 1"),
        (np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([[0.0, 2.0], [1.0, 3.0]]), "but transposed"),
        ([1.0], 1.0, "an array of shape (1,) where one number is wanted"),
        ((1.0, 2.0), (2.0, 1.0), "the right results in another order; wanted is result 1, result 2"),
        (1.0, (2.0, 1.0), "2 results are wanted"),
        ((1.0, 2.0, 3.0), (2.0, 1.0), "2 results are wanted (result 1, result 2), not 3"),
        ({"W": 1.0}, {"W": 1.0, "b": 2.0}, "the dict lacks 'b'"),
        ({"W": 1.0, "b": -2.0}, {"W": 1.0, "b": 2.0}, "'b': the right size, but the sign is flipped"),
        ({"W": 1.0, "b": 2.0}, {"W": 1.0}, "nobody asked for"),
        ("relu", "tanh", "'relu' is not right"),
        (np.sin, 1.0, "A function where a value is wanted"),
        (10**400, 1.0, "of type int"),
        ([[1.0], [2.0, 3.0]], np.ones((2, 2)), "of type list"),
        (1j, 1.0, "of type complex"),
        ([], np.ones(3), "the shape is (0,), wanted is (3,)."),
        ([], 1.0, "an array of shape (0,) where one number is wanted."),
        ((np.ones(2), []), (np.ones(2), np.ones(3)), "result 2: the shape is (0,), wanted is (3,)."),
        (np.array([1.0, -2.0]), (1.0, 2.0), "result 2: the right size, but the sign is flipped"),
    ],
)
def test_a_value_is_compared_and_the_difference_is_named(got, want, words):
    verdict = verdict_on(got, Case(want=want))
    assert verdict.status == "wrong"
    assert words.lower() in repr(verdict).lower()


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (1, 1.0),
        (np.float32(0.1), 0.1),
        (np.int64(7), 7),
        (7.0, 7),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ((1.0, [2, 3]), (1.0, np.array([2, 3]))),
        (" ReLU", "relu"),
        ({"W": np.ones(2)}, {"W": np.ones(2)}),
        (np.array([np.inf, np.nan]), np.array([np.inf, np.nan])),
        ({1, 2}, {2, 1}),
        ([np.ones(2), np.ones(3)], [np.ones(2), np.ones(3)]),
        (np.array([1.0, 2.0]), (1.0, 2.0)),
        (np.eye(2), ([1.0, 0.0], [0.0, 1.0])),
    ],
)
def test_equal_in_another_guise_is_correct(got, want):
    assert verdict_on(got, Case(want=want))


def test_a_fault_in_one_of_several_results_is_named_after_it():
    case = Case(np.ones((5, 2)), want=(np.ones(2), np.arange(1.0, 4.0)), names=("dx", "dW"))
    assert "\ndW: The right size, but the sign is flipped." in repr(
        verdict_on(lambda x: (np.ones(2), -np.arange(1.0, 4.0)), case)
    )


PARTS = {"The first is half.": (1.0, 3.0), "Both are odd.": (9.5, 7.0)}


@pytest.mark.parametrize(
    ("case", "answer", "message"),
    [
        (Case(1.0, want=2.0, traps={"p − y is not enough.": 1.0}), lambda x: x, "p − y is not enough."),
        (Case(1.0, want=2.0, traps={"It is negative.": lambda got: got < 0}), lambda x: -3.0, "It is negative."),
        (Case(1.0, want=2.0, traps={"It is negative.": lambda got: got < 0}), lambda x: "-3", "'-3' (of type str)"),
        (Case(1.0, want=2.0, traps={"It is negative.": lambda got: got < 0}), lambda x: [-3.0], "of shape (1,)"),
        (Case(1.0, want=(2.0, 3.0), traps=PARTS), lambda x: (1.0, 7.0), "The first is half."),
        (Case(1.0, want=(2.0, 3.0), traps=PARTS), lambda x: (9.5, 7.0), "Both are odd."),
        (Case(1.0, want=(2.0, 3.0), traps=PARTS), lambda x: (9.5, 7.5), "result 1: 9.5 is too large"),
        (Case(1.0, want=2.0, traps={"da lacks a slope.": 1.0}), lambda x: x, "da lacks a slope."),
        (Case(1.0, judge=lambda got: "dW2 has rows too many."), lambda x: x, "dW2 has rows too many."),
        (Case(1.0, want=1 / 3), lambda x: np.float64(0.123456789), "0.123457 is too small; wanted is 0.333333."),
        (Case(1.0, want=-0.0), lambda x: 2.0, "2 is too large; wanted is 0."),
        (Case(1.0, want=4.72468123), lambda x: 4.725, "4.725 is rounded to 3 decimals; more are wanted."),
        (
            Case(1.0, want=1.00000006, tol=1e-9),
            lambda x: np.float32(1.00000006),
            "Right to about 7 digits; 9 are wanted, and float32 holds fewer.",
        ),
        (Case(3.0, want=2.0), lambda x: x, "That is argument 1 as it came in."),
        (Case(1.0, 3.0, want=6.6), lambda x, y: 2.2, "Multiplied by argument 2 it would be right."),
        (Case(1.0, 3.0, want=2.2), lambda x, y: 6.6, "Divided by argument 2 it would be right."),
        (Case(1, 3, want=6), lambda x, y: 2, "Multiplied by argument 2 it would be right."),
        (Case(1.0, want=2.0), lambda x: x + "1", "'float' and 'str'."),
        (Case(np.sin, len, want=2.0), lambda f, g: f(1) and 1.5, "f = <ufunc 'sin'>, g = <built-in function len>."),
        (Case(1.0, 7.0, want=2.0, run=lambda f, x, y: f(x * y / 7)), lambda x: x, "Half of the wanted.\nHint"),
        (Case(lambda x: x, 1.0, want=2.0), lambda f, x: 1.5, "It was called with f = a function, x = 1."),
        (
            Case(1.0, want=7.0, run=lambda f, a: f(a + 1)),
            lambda b: b,
            "2 is too small; wanted is 7.\nHint",
        ),  # not with 1
    ],
)
def test_a_message_keeps_symbols_as_they_are_and_shows_few_digits(case, answer, message):
    assert message in repr(verdict_on(answer, case))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, W, b: (x @ W) ** 2, "It stays the same when b changes."),
        (lambda x, W, b: np.tanh(x @ W + b), ""),
        (lambda x, W, b: x @ W, ""),  # the trap has named it
        (lambda *args: (args[0] @ args[1]) ** 2, "It stays the same when argument 3 changes."),
    ],
)
def test_an_argument_that_the_answer_never_looks_at_is_named(answer, words, capsys):
    text = repr(check("0.0.a", answer))
    assert words in text
    assert ("stays the same" in text) == bool(words)
    assert not capsys.readouterr().out


def test_an_argument_is_idle_only_if_it_changes_nothing_in_any_case_and_the_right_answer_needs_it():
    cases = [Case(1.5, 2.5, n, want=1.5 * 2.5**n) for n in (0, 2)]
    says = [repr(verdict_on(f, *cases)) for f in (lambda x, y, n: 2.2 * y**n, lambda x, y, n: 2.2 * x * y**n)]
    assert ["when x changes" in text for text in says] == [True, False]
    assert "stays" not in says[1]
    assert "stays" not in repr(verdict_on(lambda x, y: 2.2 * y, Case(1.5, 2.5, want=2.5, unused=(0,))))


def test_an_argument_that_was_changed_on_the_way_is_reported():
    def greedy(x, W, b):
        x *= 2
        return x @ W / 2 + b

    assert "x has been changed" in repr(check("0.0.a", greedy))


@pytest.mark.parametrize(("thing", "spoil"), [([1.0, 2.0], list.clear), ({"W": 1.0}, dict.clear)])
def test_a_list_or_a_dict_that_was_changed_is_reported_as_an_array_is(thing, spoil):
    def greedy(thing):
        size = len(thing)
        spoil(thing)
        return size

    assert "thing has been changed" in repr(verdict_on(greedy, Case(thing, want=len(thing))))


def test_the_answer_may_be_a_class_when_the_case_says_how_to_run_it():
    class Doubler:
        def forward(self, x):
            return 2 * x

    pose(Case(3.0, want=6.0, run=lambda layer, x: layer().forward(x)))
    assert check("0.0.2", Doubler)
    assert check("0.0.2", 5).status == "wrong"


def test_a_judge_decides_where_many_answers_are_right():
    pose(Case(judge=lambda got: None if got > 2 else "It should exceed 2."))
    assert check("0.0.2", 3)
    assert "It should exceed 2." in repr(check("0.0.2", 1))
    assert "cannot be compared" in repr(check("0.0.2", "three"))


def test_an_answer_stopped_by_hand_gets_a_verdict():
    def endless(x, W, b):
        raise KeyboardInterrupt

    assert "endless loop" in repr(check("0.0.a", endless))


def test_an_answer_may_print(capsys):
    assert check("0.0.a", lambda x, W, b: print("here") or x @ W + b)
    assert capsys.readouterr().out == "here\n" * 3


class Hostile:
    """Fails at whatever is asked of it."""

    __hash__ = None

    def refuse(self, *_args, **_kwargs):
        raise RuntimeError("no")

    __repr__ = __str__ = __eq__ = __array__ = __len__ = __iter__ = __bool__ = __getitem__ = __float__ = refuse


def test_an_object_that_refuses_everything_is_named_by_its_type():
    assert "(of type Hostile) where one number is wanted" in repr(verdict_on(Hostile(), Case(want=1.0)))


class HostileError(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raises_hostile(*_args):
    raise HostileError


ODD = st.one_of(
    st.builds(Hostile),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.sampled_from([Hostile, raises_hostile, np.float32("nan"), np.array("x"), np.array(None), ...]),
    st.sampled_from([(7, 4), (4, 7), (0, 4), (), (7,), (4, 4), (28,), (10**9, 10**9)]).map(
        lambda shape: np.broadcast_to(1.0, shape)
    ),
)
ANSWERS = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=2), inner),
)
WANTED = [1, 1.5, True, "relu", np.ones((7, 4)), np.arange(4), (1.0, np.ones(2)), {"W": np.ones(3)}, {1, 2}, [1.0, "a"]]


@settings(max_examples=150, deadline=None)
@given(answer=ANSWERS, want=st.sampled_from(WANTED), called=st.booleans())
def test_whatever_the_answer_is_there_is_a_verdict_and_no_traceback(answer, want, called):
    pose(Case(3, want=want) if called else Case(want=want))
    verdict = check("0.0.2", (lambda _: answer) if called else answer)
    assert isinstance(verdict, Verdict)
    assert verdict.status in ("correct", "wrong", "open")
    assert repr(verdict)
    assert "<" not in verdict.headline
    assert verdict._repr_html_().endswith("</div>")


SIGNS = "∂L/∂ŷ = (ŷ − y) ⊙ x² ᵀ, ½ ≤ η√N ‖w‖ ″ 中"


@pytest.mark.parametrize(
    ("encoding", "spelt"),
    [
        ("ascii", "dL/dy_hat = (y_hat - y) * x^2 ^T, 1/2 <= eta sqrt N |w| '' \\u4e2d"),
        ("cp1252", "dL/dy_hat = (y_hat - y) * x² ^T, ½ <= eta sqrt N |w| '' \\u4e2d"),
        ("cp437", "dL/dy_hat = (y_hat - y) * x² ^T, ½ ≤ eta√N |w| '' \\u4e2d"),
        ("gbk", "dL/dy_hat = (y_hat - y) ⊙ x^2 ^T, 1/2 ≤ η√N ‖w‖ ″ 中"),
        ("utf-8", SIGNS),
    ],
)
def test_a_verdict_is_printed_on_a_console_of_any_encoding(encoding, spelt, monkeypatch):
    console = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr("sys.stdout", console)
    for status in ("correct", "wrong", "open"):
        print(Verdict("1.2.a", status, (SIGNS,), "x₁ ∈ {0, 1}"), flush=True)
    printed = console.buffer.getvalue().decode(encoding)
    assert spelt in printed
    if encoding != "utf-8":
        assert "Exercise 1.2.a: correct." in printed
        assert "Exercise 1.2.a: not yet." in printed


def test_a_verdict_where_nothing_is_printed_at_all_keeps_its_signs(monkeypatch):
    monkeypatch.setattr("sys.stdout", None)
    assert repr(Verdict("1.2.a", "correct")) == "Exercise 1.2.a: ✓ correct."


@pytest.mark.parametrize(("status", "hue"), [("correct", "green"), ("wrong", "red"), ("open", "grey")])
def test_a_verdict_has_the_colours_of_the_site_and_of_the_palette(status, hue):
    colour = f"var(--bp-{hue}, {getattr(palette, hue.upper())})"
    assert f"border-left: 4px solid {colour};" in Verdict("1.2.a", status)._repr_html_()


def test_markup_in_a_message_is_shown_as_text():
    html = verdict_on("<script>", Case(want="relu"))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_unknown_number_is_an_error_that_names_it():
    for number in ("9.9.9", "", "1", None):
        with pytest.raises(ValueError, match="the book has no exercise"):
            check(number, 1)


def test_the_checkers_of_a_page_are_in_the_file_of_its_name(tmp_path, monkeypatch):
    source = "from backprop.exercises.checking import Case, exercise\n"
    for name, number in (("98_1_rule", "98.1.a"), ("98_1_1_chain", "98.1.1.a"), ("98_11_more", "98.11.a")):
        checker = f"exercise('{number}', hint='')(lambda rng: iter([Case(want=1)]))\n"
        (tmp_path / f"section_{name}.py").write_text(source + checker)
    monkeypatch.setattr("backprop.exercises.__path__", [str(tmp_path)])
    assert check("98.1.a", 1)
    assert not {"98.1.1.a", "98.11.a"} & module._EXERCISES.keys()
    assert check("98.1.1.a", 1)
    with pytest.raises(ValueError, match=r"no exercise '98\.1\.b'"):
        check("98.1.b", 1)


def test_two_checkers_of_one_exercise_are_an_error():
    with pytest.raises(ValueError, match=r"0\.0\.a has two checkers"):
        exercise("0.0.a", hint="")(lambda rng: iter(()))


def test_a_case_without_anything_to_compare_is_an_error():
    with pytest.raises(ValueError, match="either want or judge"):
        Case(1)


def test_a_trap_that_cannot_be_told_from_the_right_result_is_no_mistake():
    case = Case(1.0, want=1.0, tol=0.1, traps={"You took the trap.": 1.08})
    assert "trap" not in repr(verdict_on(lambda x: 1.16, case))
    other = Case(1.0, want=1.0, tol=0.1, traps={"You took the trap.": 2.0})
    assert "You took the trap." in repr(verdict_on(lambda x: 2.0, other))


def test_of_two_traps_with_one_result_later_cases_choose():
    cases = [Case(x, want=x + 3, traps={"It was doubled.": 2 * x, "It was squared.": x * x}) for x in (2, 3, 5)]
    assert verdict_on(lambda x: x * x, *cases).message.startswith("It was squared. It was called with x = 2.")
    assert verdict_on(lambda x: 2 * x, *cases).message.startswith("It was doubled. It was called with x = 2.")
    assert verdict_on(lambda x: {2: 4}[x], *cases).message.startswith("It was doubled.")  # breaks down at 3
    assert verdict_on(lambda x: 4, *cases).message.startswith("It was doubled.")  # neither, later on
    right = Case(1, want=1, traps={"It was doubled.": 2, "It was squared.": 1})  # a square is right here, a double not
    assert verdict_on(lambda x: x * x, cases[0], right).message.startswith("It was squared.")


@pytest.mark.parametrize(("found", "side"), [(-3.0, "small"), (-1.0, "large"), (5.0, "large")])
def test_too_large_and_too_small_are_told_on_the_line_of_numbers(found, side):
    assert f"is too {side}" in repr(verdict_on(lambda x: found + 0.123, Case(1.0, want=-2.0)))


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (5, "5 times too large, and 5 is the length of axis 0 of argument 1: is a 1/5 missing?"),
        (1 / 5, "5 times too small, and 5 is the length of axis 0 of argument 1: a mean where a sum is wanted?"),
        (-1, "The right size, but the sign is flipped."),
        (0.5, "Half of the wanted."),
    ],
)
def test_a_factor_is_named_with_its_side_and_where_it_may_come_from(factor, words):
    x = np.array([1.0, 4.0, 2.0, 8.0, 5.5])
    assert words in repr(verdict_on(lambda x: factor * x[:3].sum(), Case(x, want=x[:3].sum())))


def test_twice_too_large_is_no_matter_of_an_axis_of_length_two():
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    said = repr(verdict_on(lambda x: 2 * x.sum(axis=0), Case(x, want=x.sum(axis=0))))
    assert "Twice too large." in said
    assert "axis" not in said
