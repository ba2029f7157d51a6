"""Every message about a wrong result to the letter, and both sides of every border between two of them."""

import math

import numpy as np
import pytest

from backprop.exercises.answers import is_blank, is_several, show
from backprop.exercises.diagnose import difference, same

LADDER = np.array([1.0, 2.0, 4.0, 8.0])
TABLE = np.array([[1.0, 2, 3], [4, 6, 8], [9, 12, 16]])
GRID = np.array([[1.0, 2.0], [3.0, 5.0]])


def double(x: float) -> float:
    return 2 * x


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (np.arange(6), "[0 1 2 3 4 5]"),
        (np.arange(7), "an array of shape (7,)"),
        (np.array([0.12345, 2.0]), "[0.123 2.   ]"),
        (np.zeros((2, 1)), "an array of shape (2, 1)"),
        (np.array(2.5), "2.5"),
        (np.float32(0.5), "0.5"),
        (-0.0, "0"),
        (1234567.0, "1.23457e+06"),
        (double, "a function"),
        (len, "<built-in function len>"),
        ("yes", "'yes'"),
    ],
)
def test_anything_has_a_short_text(thing, text):
    assert show(thing) == text


@pytest.mark.parametrize("blank", [None, ..., NotImplemented, [None], (None, ...), {"W": None, "b": ...}])
def test_a_stub_is_blank(blank):
    assert is_blank(blank) is True


@pytest.mark.parametrize("filled", [0, "", [], {}, (), [None, 1], {"W": None, "b": 0}, np.array([None])])
def test_what_holds_anything_is_not_blank(filled):
    assert is_blank(filled) is False


def test_tuples_lists_and_arrays_can_be_unpacked():
    assert [is_several(thing) for thing in ((), [], np.ones(1), np.array(1.0), "ab", {})] == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("got", "want", "tol", "answer"),
    [
        (1.0009, 1.0, 1e-3, True),
        (1.0021, 1.0, 1e-3, False),
        (np.array([100.0, 0.1]), np.array([100.0, 0.0]), 1e-3, True),  # measured by the largest entry
        (np.array([100.0, 0.11]), np.array([100.0, 0.0]), 1e-3, False),
        (0.0009, 0.0, 1e-3, True),  # by 1 where all are zero
        (0.0011, 0.0, 1e-3, False),
        (7, 8, 1.0, False),  # whole numbers are compared exactly
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}, 1e-3, False),
        ({"a": 1.0, "b": 3.0}, {"a": 1.0, "b": 2.0}, 1e-3, False),
        ([("a", 1.0)], {"a": 1.0}, 1e-3, False),
        ((1.0, 2.0, 3.0), (1.0, 2.0), 1e-3, False),
        (1.0, (1.0,), 1e-3, False),
        ([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]], 1e-3, True),
        ("ＲＥＬＵ", "relu", 1e-3, False),
        (1, "1", 1e-3, False),
        (frozenset("a"), {"a"}, 1e-3, False),
        (np.ones((1, 2)), np.ones(2), 1e-3, False),
        (True, 1.0, 1e-3, False),
    ],
)
def test_what_counts_as_the_wanted(got, want, tol, answer):
    assert same(got, want, tol) is answer


DIFFERENCES = [
    # kinds
    ("z", 1.0, (), "'z' (of type str) where one number is wanted."),
    ("z", LADDER, (), "'z' (of type str) where an array of shape (4,) is wanted."),
    (np.array([1, 0]), np.array([True, False]), (), "Numbers where True or False is wanted."),
    (np.array([True]), np.array([1]), (), "True or False where numbers are wanted."),
    (2.9999999999, 3, (), "A whole number is wanted, not 2.9999999999."),
    (np.array([1.0, 2.5, 3.5]), np.array([1, 2, 3]), (), "A whole number is wanted, at [1] not 2.5."),
    ("tanh", "relu", (), "'tanh' is not right."),
    # several results
    ([1.0], {"W": 1.0}, (), "[1.0] (of type list) where a dict is wanted."),
    ({}, {"W": 1.0, "b": 2.0}, (), "The dict lacks 'W', 'b'."),
    ({"W": 1.0, "b": 2.0}, {"W": 1.0}, (), "The dict has 'b', which nobody asked for."),
    ({"W": 1.0, "b": 4.0}, {"W": 1.0, "b": 2.0}, (), "'b': Twice too large."),
    (3.0, (1.0, 2.0), (), "2 results are wanted (result 1, result 2), not 3."),
    ((1.0,), (1.0, 2.0), (), "2 results are wanted (result 1, result 2), not 1."),
    ((2.0, 1.0), (1.0, 2.0), (), "The right results in another order; wanted is result 1, result 2."),
    (
        (5.0, 1.0, 2.0, 3.0, 4.0),
        (1.0, 2.0, 3.0, 4.0, 5.0),
        (),
        "The right results in another order; wanted is result 1, result 2, result 3, result 4, result 5.",
    ),
    ((6.5, 1.0, 2.0, 3.0, 4.0, 5.0), (1.0, 2.0, 3.0, 4.0, 5.0, 6.5), (), "result 1: 6.5 is too large."),
    # shapes
    (np.ones(1), 1.0, (), "An array of shape (1,) where one number is wanted: the right numbers in another shape."),
    (
        GRID[:, :1] * LADDER[:3],
        (GRID[:, :1] * LADDER[:3]).T,
        (),
        "The shape is (2, 3), wanted is (3, 2): transposed, with the right numbers.",
    ),
    (LADDER, LADDER.reshape(2, 2), (), "The shape is (4,), wanted is (2, 2): the right numbers in another shape."),
    (GRID, GRID.sum(0), (), "The shape is (2, 2), wanted is (2,): not yet summed over axis 0."),
    (GRID, GRID.sum(1), (), "The shape is (2, 2), wanted is (2,): not yet summed over axis 1."),
    (GRID, GRID.mean(1), (), "The shape is (2, 2), wanted is (2,): not yet averaged over axis 1."),
    (
        np.eye(3),
        np.full((1, 3), 5.0),
        (),
        "The shape is (3, 3), wanted is (1, 3): did a (3,) meet a (3, 1)? Together they broadcast to (3, 3).",
    ),
    (TABLE[:1], TABLE, (), "The shape is (1, 3), wanted is (3, 3): that is the first row alone."),
    (TABLE[-1], TABLE, (), "The shape is (3,), wanted is (3, 3): that is the last row alone."),
    (2.0, LADDER[:3:2], (), "The shape is (), wanted is (2,)."),
    (4.0, LADDER[:3:2], (), "The shape is (), wanted is (2,): that is the last entry alone."),
    (np.array([[7.0]]), np.array([5.0]), (), "The shape is (1, 1), wanted is (1,)."),
    (np.ones((2, 3)), np.ones(5), (), "The shape is (2, 3), wanted is (5,)."),
    (np.ones(0), np.ones(5), (), "The shape is (0,), wanted is (5,)."),
    (
        np.ones(1_000_000),
        np.ones((1000, 1000)),
        (),
        "The shape is (1000000,), wanted is (1000, 1000): the right numbers in another shape.",
    ),
    (np.ones(1_000_001), 1_000_001.0, (), "An array of shape (1000001,) where one number is wanted."),
    # numbers that are none
    (math.inf, 1.0, (), "There is an inf where a finite number is wanted."),
    (-math.inf, 1.0, (), "There is a -inf where a finite number is wanted."),
    (np.array([1.0, math.nan]), np.array([1.0, 2.0]), (), "There is a nan at [1] where a finite number is wanted."),
    (
        np.array([math.inf, 1.0, 3.0]),
        np.array([math.inf, 1.0, 2.0]),
        (),
        "1 of 3 entries differ; the first, at [2] is 3.",  # an infinity that is wanted is none too many
    ),
    # rounded or coarse
    (0.3, 1 / 3, (), "0.3 is rounded to 1 decimal; more are wanted."),
    (0.333333, 1 / 3, (), "0.333333 is rounded to 6 decimals; more are wanted."),
    (0.3333333, 1 / 3, (), "Right to about 7 digits; 9 are wanted."),
    (np.float32(1 / 3), 1 / 3, (), "Right to about 8 digits; 9 are wanted, and float32 holds fewer."),
    (1.0009, 1.0, (), "Right to about 3 digits; 9 are wanted."),
    (1.0011, 1.0, (), "1.0011 is too large."),
    (0.0, 0.04, (), "0 is not right."),
    # one cause for all
    (GRID.T, GRID, (), "The right numbers, but transposed."),
    (-LADDER, LADDER, (), "The right size, but the sign is flipped."),
    (2 * LADDER, LADDER, (), "Twice too large."),
    (LADDER / 2, LADDER, (), "Half of the wanted."),
    (0 * LADDER, LADDER, (), "Zero everywhere."),
    (1.3 * LADDER, LADDER, (), "Every entry is 1.3 times what is wanted."),
    (1.3 * LADDER[:3], LADDER[:3], (), "Every entry is 1.3 times what is wanted."),
    (1.3 * LADDER[:2], LADDER[:2], (), "2 of 2 entries differ; the first, at [0] is 1.3."),
    (LADDER - 0.5, LADDER, (), "Every entry is off by the same -0.5."),
    (LADDER[:3] - 0.5, LADDER[:3], (), "Every entry is off by the same -0.5."),
    (LADDER[:2] + 0.5, LADDER[:2], (), "2 of 2 entries differ; the first, at [0] is 1.5."),
    (LADDER * [1, -1, 1, 1], LADDER, (), "The sizes are right, but not all signs."),
    (LADDER[:3] * [1, -1, 1], LADDER[:3], (), "The sizes are right, but not all signs."),
    (LADDER[:2] * [1, -1], LADDER[:2], (), "1 of 2 entries differ; the first, at [1] is -2."),
    (LADDER[[1, 0, 2, 3]], LADDER, (), "The right numbers in another order."),
    (np.array([2, 1]), np.array([1, 2]), (), "The right numbers in another order."),
    (LADDER + np.array([0, 0.3, 0, 0.7]), LADDER, (), "2 of 4 entries differ; the first, at [1] is 2.3."),
    (
        LADDER + np.array([0, 0.3, 0, 0.7]),
        LADDER,
        (1.0,),
        "2 of 4 entries differ; the first, at [1] is 2.3, wanted is 2.",
    ),
    (GRID + np.array([[0, 0], [0, 0.7]]), GRID, (), "1 of 4 entries differ; the first, at [1, 1] is 5.7."),
    (GRID + np.eye(2), GRID, (), "2 of 4 entries differ; the first, at [0, 0] is 2. All of them are on the diagonal."),
    (
        TABLE + np.triu(TABLE, 1),
        TABLE,
        (),
        "3 of 9 entries differ; the first, at [0, 1] is 4. All of them are above the diagonal.",
    ),
    (
        TABLE + np.tril(TABLE, -1),
        TABLE,
        (),
        "3 of 9 entries differ; the first, at [1, 0] is 8. All of them are below the diagonal.",
    ),
    (
        TABLE + np.eye(3)[[1, 1, 1]] * LADDER[:3, None],
        TABLE,
        (),
        "3 of 9 entries differ; the first, at [0, 1] is 3. All of them are in column 1.",
    ),
    (
        TABLE * np.array([[1.3], [1], [1]]),
        TABLE,
        (),
        "3 of 9 entries differ; the first, at [0, 0] is 1.3. All of them are in row 0.",
    ),
    (
        TABLE * np.array([[1.3], [1], [1.4]]),
        TABLE,
        (),
        "6 of 9 entries differ; the first, at [0, 0] is 1.3. Only row 1 is right.",
    ),
    (
        LADDER + np.array([0, 0.3, 0, 0.7]),
        LADDER,
        (np.array([0.5, -1, 0, -2]),),
        "2 of 4 entries differ; the first, at [1] is 2.3, wanted is 2. It is wrong where argument 1 is negative, and "
        "only there.",
    ),
    (
        LADDER + np.array([0, 0.3, 0, 0.7]),
        LADDER,
        (np.array([1, 0, 1, 0]),),
        "2 of 4 entries differ; the first, at [1] is 2.3, wanted is 2. It is wrong where argument 1 is 0, and only "
        "there.",
    ),
    (np.array([2, 4]), np.array([1, 2]), (), "2 of 2 entries differ; the first, at [0] is 2."),
    # one number
    (3.17, 3.0, (), "3.17 is too large."),
    (2.87, 3.0, (), "2.87 is too small."),
    (2.87, 3.0, (7.0,), "2.87 is too small; wanted is 3."),
    (5, 3, (), "5 is too large."),
    (4, 3, (7,), "4 is one too many; wanted is 3."),
    (2.0, 3, (7,), "2 is one too few; wanted is 3."),
    (4.0, 3.0, (), "4 is too large."),
    # arguments
    (LADDER, 3.3 * LADDER[::-1], (0.5, LADDER), "That is argument 2 as it came in."),
    (LADDER, LADDER * LADDER, (1.0, LADDER + 0), "That is argument 2 as it came in."),
    (1.7 * LADDER, 1.7 * LADDER * LADDER, (0.25, LADDER), "Multiplied by argument 2 it would be right."),
    (1.7 * LADDER**2, 1.7 * LADDER, (0.25, LADDER), "Divided by argument 2 it would be right."),
    (2.2, 6.6, (1.0, True, 3.0), "Multiplied by argument 3 it would be right."),
    (9.5, 0.38, (0.2,), "Multiplied by the square of argument 1 it would be right."),
    (0.38, 1.9, (0.04,), "Divided by the root of argument 1 it would be right."),
    (2.2 * 0.3, 2.2 * 0.7, (0.3, 1.0, 0.7), "The factor is argument 1 where argument 3 is wanted."),
    (2 * LADDER, LADDER, (LADDER, 2), "Twice too large. And argument 2 is 2."),
    (2 * LADDER, LADDER, (0.5, 2), "Twice too large. And argument 1 is 0.5."),
    (1.5, 2.0, (0.25,), "Divided by 1 − argument 1 it would be right."),
    (2.2, 6.6, ("a", 3.0), "Multiplied by argument 2 it would be right."),
    (
        3.0 * LADDER[0],
        1.0,
        (np.ones(3),),
        "3 times too large, and 3 is the length of axis 0 of argument 1: is a 1/3 missing?",
    ),
    (
        1.0,
        3.0,
        (np.ones((2, 3)),),
        "3 times too small, and 3 is the length of axis 1 of argument 1: a mean where a sum is wanted?",
    ),
    (
        3.0,
        1.0,
        (np.ones(3), np.ones(3)),
        "3 times too large, and 3 is the length of axis 0 of argument 1: is a 1/3 missing?",
    ),
]


@pytest.mark.parametrize(("got", "want", "args", "message"), DIFFERENCES)
def test_the_most_telling_difference_is_named(got, want, args, message):
    assert " ".join(difference(got, want, 1e-9, (), args)) == message


def test_results_are_called_by_their_names():
    wanted = (np.ones(2), LADDER)
    said = difference((np.ones(2), -LADDER), wanted, 1e-6, ("db", "dW"))
    assert said == ["dW:", "The right size, but the sign is flipped."]
    assert difference((LADDER,), wanted, 1e-6, ("db", "dW")) == ["2 results are wanted (db, dW), not 1."]


def test_a_tolerance_of_single_precision_does_not_blame_the_precision():
    got = np.array([1.0002], dtype=np.float32)
    assert difference(got, np.ones(1), 1e-5) == ["Right to about 4 digits; 5 are wanted."]
