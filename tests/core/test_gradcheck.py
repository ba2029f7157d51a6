"""The referee is tried too: it must catch every planted mistake, clear the innocent, and leave no trace."""

import copy

import numpy as np
import pytest
from cases import CASES, every_layer, in_both_modes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backprop.contract import Layer
from backprop.examples.bug_zoo import (
    BiasAveraged,
    BiasForgotten,
    CacheOneBatchLate,
    GradientTransposed,
    MaskFromGradient,
    NeverReset,
    ScaleForgotten,
    SignFlipped,
    WeightsNotTransposed,
)
from backprop.gradcheck import agree, gradient_errors, numerical_gradient, relative_error
from backprop.layers import GELU, BatchNorm, Dense, Dropout, Sigmoid, Softmax, Tanh
from backprop.network import Network


def rng(seed=0):
    return np.random.default_rng(seed)


def test_the_nudge_of_a_quadratic_is_exact_to_rounding():
    # f = x² + 3xy, ∂f/∂x = 2x + 3y, ∂f/∂y = 3x; the third derivative is 0, so only rounding is left
    slope = numerical_gradient(lambda x: x[0] ** 2 + 3 * x[0] * x[1], np.array([2.0, -1.0]))
    np.testing.assert_allclose(slope, [1, 6], rtol=1e-9)


def test_the_error_of_a_cubic_is_h_squared():
    # ((x + h)³ − (x − h)³) / 2h = 3x² + h²
    assert numerical_gradient(lambda x: x[0] ** 3, np.array([1.0]), h=0.1)[0] == pytest.approx(3.01, rel=1e-12)


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, max_side=3), elements=st.floats(-3, 3)))
def test_the_nudge_of_a_sum_of_sines_is_the_cosines_in_any_shape(x):
    slope = numerical_gradient(lambda x: float(np.sin(x).sum()), x)
    assert slope.shape == x.shape
    np.testing.assert_allclose(slope, np.cos(x), atol=1e-9)


def test_the_nudged_array_is_a_float64_copy():
    x = np.array([1.0, 2.0], np.float32)
    seen = []

    def f(x):
        seen.append(x.dtype)
        return float(x @ x)

    np.testing.assert_allclose(numerical_gradient(f, x), [2, 4], rtol=1e-9)
    assert set(seen) == {np.dtype(np.float64)}
    np.testing.assert_allclose(numerical_gradient(f, np.array([1, 2])), [2, 4], rtol=1e-9)
    x = x.astype(np.float64)
    x.flags.writeable = False
    np.testing.assert_allclose(numerical_gradient(f, x), [2, 4], rtol=1e-9)


def test_a_function_that_works_in_place_gets_its_own_slope():
    # softmax as it is often written: the slope of log Σ exp(z) is softmax(z)
    def f(z):
        top = z.max()
        z -= top
        np.exp(z, out=z)
        total = z.sum()
        z[...] = 7
        return top + np.log(total)

    z = np.array([[1.0, 2.0], [0.0, -1.0]])
    p = np.exp(z) / np.exp(z).sum()
    np.testing.assert_allclose(numerical_gradient(f, z), p, rtol=1e-9)
    np.testing.assert_array_equal(z, [[1, 2], [0, -1]])


def test_a_function_that_answers_with_its_argument_or_always_with_one_array_gets_its_own_slope():
    assert numerical_gradient(lambda x: x, np.array(3.0)) == pytest.approx(1)
    answer = np.zeros(())

    def f(x):
        answer[...] = x @ x
        return answer

    np.testing.assert_allclose(numerical_gradient(f, np.array([1.0, -2.0])), [2, -4], rtol=1e-9)


def test_an_argument_that_is_kept_stays_what_it_was():
    seen = []
    numerical_gradient(lambda x: seen.append(x) or 0.0, np.array([1.0, 5.0]), h=0.5)
    np.testing.assert_array_equal(seen, [[1.5, 5], [0.5, 5], [1, 5.5], [1, 4.5]])


@pytest.mark.parametrize("h", [0.0, -1e-5, np.nan, np.inf])
def test_a_nudge_of_no_length_is_refused(h):
    with pytest.raises(ValueError, match=f"a nudge wants h > 0, got {h}"):
        numerical_gradient(lambda x: float(x @ x), np.ones(2), h)


def test_a_nudge_that_is_lost_in_rounding_is_refused_and_not_taken_for_a_slope_of_zero():
    with pytest.raises(ValueError, match=r"^a nudge of 1e-05 is lost in the rounding of 1e\+20: take a larger h"):
        numerical_gradient(lambda x: float(x @ x), np.array([1.0, 1e20]))


@pytest.mark.parametrize(
    ("answer", "words"), [(None, "a NoneType"), ([1.0], "a list"), ("1", "a str"), (1j, "a complex")]
)
def test_a_function_that_answers_with_no_number_is_refused(answer, words):
    with pytest.raises(ValueError, match=f"wants f to answer with one number, got {words}"):
        numerical_gradient(lambda x: answer, np.ones(2))


@pytest.mark.parametrize("answer", [3, True, np.float32(3), np.int8(3), np.array(3), np.array(3, np.float32)])
def test_a_function_may_answer_with_any_kind_of_number(answer):
    np.testing.assert_array_equal(numerical_gradient(lambda x: answer, np.ones(2)), [0, 0])


def test_a_function_that_answers_with_more_than_one_number_is_refused():
    with pytest.raises(ValueError, match=r"one number, got shape \(2,\)"):
        numerical_gradient(lambda x: 2 * x, np.ones(2))
    with pytest.raises(ValueError, match=r"one number, got shape \(1,\)"):
        numerical_gradient(lambda x: x, np.ones(1))


def test_relative_error_worked_by_hand():
    # 0.5 apart, largest entry 5
    assert relative_error(np.array([1.0, -4.5]), np.array([1.0, -5.0])) == pytest.approx(0.1)
    assert relative_error(np.array([1.0, -5.0]), np.array([1.0, -4.5])) == pytest.approx(0.1)
    assert relative_error(np.array([1.0]), np.array([-1.0])) == 2
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error(np.zeros(0), np.zeros(0)) == 0
    assert relative_error(np.array([1e-9]), np.array([0.0])) == 1
    assert relative_error(np.array([1e-9]), np.array([0.0]), floor=1.0) == 1e-9
    assert relative_error(np.array([3.0]), np.array([4.0]), floor=1.0) == 0.25


@pytest.mark.parametrize("other", [0.0, 1.0, np.nan])
def test_nan_is_never_close_to_anything(other):
    nan, number = np.array([0.0, np.nan]), np.array([0.0, other])
    for floor in (0.0, 1.0):
        # not nan: max() of several errors may drop it, and nan > 1e-7 is false
        assert relative_error(nan, number, floor) == relative_error(number, nan, floor) == np.inf


def test_infinity_is_not_close_to_infinity():
    for other in (np.inf, -np.inf, 0.0):
        assert relative_error(np.array([1.0, np.inf]), np.array([1.0, other])) == np.inf


def test_a_gradient_of_nan_is_not_lost_among_good_ones():
    class NanInOneParameter(Dense):
        def backward(self, dy):
            dx = super().backward(dy)
            self.db = self.db * np.nan
            return dx

    errors = gradient_errors(NanInOneParameter(3, 3, rng()), rng(1).standard_normal((3, 3)), rng())
    assert max(errors.values()) == errors["b"] == np.inf


def test_different_shapes_are_not_compared():
    with pytest.raises(ValueError, match=r"one shape, got \(3,\) and \(3, 1\)"):
        relative_error(np.zeros(3), np.zeros((3, 1)))


def test_images_of_bytes_are_compared_as_numbers():
    # 1 − 2 is 255 in np.uint8, and True − False is no subtraction at all
    assert relative_error(np.array([1], np.uint8), np.array([2], np.uint8)) == 0.5
    assert relative_error(np.array([2.0]), np.array([1], np.uint8)) == 0.5
    assert relative_error(np.array([True, True]), np.array([True, False])) == 1
    assert relative_error(np.array([-128], np.int8), np.array([127], np.int8)) == 255 / 128


@pytest.mark.parametrize(("within", "words"), [(1e-8, "1e-8"), (1e-12, "1e-12"), (0.05, "0.05"), (0, "0"), (1, "1")])
def test_what_agrees_is_said_in_one_line_that_names_the_tolerance(capsys, within, words):
    assert agree(np.array([[1.0, 2.0]]), np.array([[1.0, 2.0]]), within) is None
    assert capsys.readouterr().out == f"the two agree within {words}  ✓\n"


def test_the_line_of_agreement_takes_names_and_is_the_same_however_well_they_agree(capsys):
    for error in (1e-9, 0.0, -3e-10):
        agree(2.0, 2.0 + error, names="dW and the tape-01 nudge")
    assert capsys.readouterr().out == 3 * "dW and the tape-01 nudge agree within 1e-8  ✓\n"


def test_agreement_is_against_the_largest_entry_and_reaches_as_far_as_it_says(capsys):
    agree(np.array([1.0, 1e6]), np.array([1.005, 1e6]))
    agree([4.0], [5.0], within=0.2)
    agree(np.array([1], np.float32), [1], within=0)
    assert capsys.readouterr().out.count("✓") == 3
    with pytest.raises(AssertionError):
        agree([4.0], [5.0], within=0.19)
    with pytest.raises(AssertionError):
        agree(1.0, 1.0 + 1.1e-8)


def test_what_does_not_agree_is_told_how_much_where_and_with_both_numbers(capsys):
    a, b = np.ones((2, 3)), np.ones((2, 3))
    b[0, 1], b[1, 2] = 1.1, -4.0
    for one, other, numbers in ((a, b, "1.0 against -4.0"), (b, a, "-4.0 against 1.0")):
        with pytest.raises(AssertionError) as caught:
            agree(one, other, 1e-8, "dW and nudged")
        assert str(caught.value) == (
            "dW and nudged do not agree within 1e-8: the relative error is 1.2e+00, "
            f"the largest difference {numbers} at [1, 2]"
        )
    with pytest.raises(AssertionError, match=r"^the two do not .* difference 255.0 against 1.0$"):
        agree(np.uint8(255), np.uint8(1))
    assert capsys.readouterr().out == ""


def test_the_place_that_is_told_is_that_of_the_largest_difference_not_of_the_largest_numbers():
    with pytest.raises(AssertionError, match=r"the largest difference 1\.0 against 2\.0 at \[0\]$"):
        agree([1.0, 100.0], [2.0, 100.5])


def test_a_refusal_describes_both_arrays():
    with pytest.raises(ValueError, match=r"got .*float64.* and .*complex128"):
        agree(np.zeros(2), np.zeros(2, complex))


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (np.zeros(3), np.zeros((3, 1)), r"one shape, .* got shape \(3,\) of float64 and shape \(3, 1\) of float64"),
        (np.zeros(3), 0.0, "one shape"),
        (np.zeros((0, 2)), np.zeros((0, 2)), "not empty"),
        (np.array([0.0, np.nan]), np.array([0.0, np.nan]), "numbers, none of them nan or infinite"),
        (np.ones(1), np.array([np.inf]), "numbers, none of them nan or infinite"),
        (np.array([np.inf]), np.array([np.inf]), "numbers, none of them nan or infinite"),
        (np.array([True]), np.ones(1), "nan or infinite, got shape .1,. of bool"),
        ("a", "a", "numbers, none of them nan or infinite"),
        (None, None, "numbers, none of them nan or infinite"),
        ([1.0], [object()], "numbers, none of them nan or infinite"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_agrees_with_nothing(capsys, a, b, words):
    for one, other in ((a, b), (b, a)):
        with pytest.raises(ValueError, match=words if one is a else "agree wants"):
            agree(one, other)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("within", [-1e-9, 1.5, np.nan, np.inf])
def test_a_tolerance_that_nothing_or_anything_would_pass_is_refused(within):
    with pytest.raises(ValueError, match="0 ≤ within ≤ 1, got"):
        agree(1.0, 1.0, within)


@every_layer
@in_both_modes
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_every_layer_is_cleared_in_both_precisions(case, training, dtype):
    layer = case.layer(training, dtype)
    errors = gradient_errors(layer, case.x(dtype), rng())
    assert list(errors) == ["x"] * (not case.n_tokens) + [p.name for p in layer.params()]
    assert max(errors.values()) <= 1e-7


@every_layer
def test_the_check_leaves_no_trace_in_the_layer(case):
    layer = case.layer()
    layer.forward(case.x())
    layer.backward(case.dy())
    x = case.x(seed=3)
    generators = [part.rng for part in everything_in(layer) if isinstance(part, Dropout)]
    before = copy.deepcopy(layer)
    chance = [copy.deepcopy(generator.bit_generator.state) for generator in generators]
    gradient_errors(layer, x, rng())
    np.testing.assert_array_equal(x, case.x(seed=3))
    assert [generator.bit_generator.state for generator in generators] == chance
    for mine, theirs in zip(everything_in(layer), everything_in(before), strict=True):
        assert (mine.training, mine.wants_dx) == (theirs.training, theirs.wants_dx)
        np.testing.assert_equal(mine.cache, theirs.cache)
    np.testing.assert_equal(layer.state(), before.state())
    np.testing.assert_equal([p.grad for p in layer.params()], [p.grad for p in before.params()])


def everything_in(layer):
    return [layer] + [part for inner in layer.layers for part in everything_in(inner)]


def test_a_layer_whose_input_gradient_is_switched_off_is_checked_all_the_same():
    layer = Dense(3, 2, rng())
    layer.wants_dx = False
    assert max(gradient_errors(layer, rng(1).standard_normal((4, 3)), rng()).values()) < 1e-7
    assert layer.wants_dx is False


def test_a_gradient_that_is_zero_is_no_error():
    # batch norm takes away whatever a bias before it adds
    net = Network(Dense(3, 4, rng()), BatchNorm(4), Tanh())
    errors = gradient_errors(net, rng(1).standard_normal((8, 3)), rng())
    assert errors["0.b"] <= 1e-7
    assert max(errors.values()) <= 1e-7


class InPlace(Layer):
    """y = max(x, 0) written into x, dx = dy ⊙ (x > 0) into dy: right, but a rude guest."""

    def forward(self, x):
        self.cache = x > 0
        x *= self.cache
        return x

    def backward(self, dy):
        dy *= self.cached()
        return dy


def test_a_layer_that_works_in_place_is_judged_by_its_gradients_alone():
    x = rng(1).standard_normal((4, 3))
    before = x.copy()
    for layer in (InPlace(), Network(Dense(3, 3, rng()), InPlace(), Dense(3, 2, rng()))):
        assert max(gradient_errors(layer, x, rng()).values()) <= 1e-7
    np.testing.assert_array_equal(x, before)


def test_integer_input_has_no_gradient_and_is_left_out():
    class Lookup(Layer):
        param_names = ("W",)

        def __init__(self):
            self.W, self.dW = rng().standard_normal((5, 2)), None

        def forward(self, ids):
            self.cache = ids
            return self.W[ids]

        def backward(self, dy):
            self.dW = np.zeros_like(self.W)
            np.add.at(self.dW, self.cached(), dy)

    errors = gradient_errors(Lookup(), np.array([0, 3, 3, 4]), rng())
    assert list(errors) == ["W"]
    assert errors["W"] <= 1e-7


class MeanedTwice(Dense):
    def backward(self, dy):
        dx = super().backward(dy)
        self.dW, self.db = self.dW / len(dy), self.db / len(dy)
        return dx


class Doubled(Dense):
    def backward(self, dy):
        return 2 * super().backward(dy)


class OneEntryOff(Dense):
    def backward(self, dy):
        dx = super().backward(dy)
        self.dW[0, 0] *= 1 + 1e-5
        return dx


class DiagonalSoftmax(Softmax):
    def backward(self, dy):
        p = self.cached()
        return dy * p * (1 - p)


class SlopeOfTheOutput(Sigmoid):
    def backward(self, dy):
        return dy * self.cached()


class TanhWithoutSquare(Tanh):
    def backward(self, dy):
        return dy * (1 - self.cached())


class HalfGelu(GELU):
    def backward(self, dy):
        _, t = self.cached()
        return dy * 0.5 * (1 + t)


class NewMask(Dropout):
    def backward(self, dy):
        return self._keep(dy, self.rng.random(dy.shape) >= self.p)


class MeanIsConstant(BatchNorm):
    def backward(self, dy):
        dx = super().backward(dy)
        x_hat, inv_std, *_ = self.cached()
        return dx + self.gamma * inv_std * self.dshift / len(dy) + 0 * x_hat


class VarianceIsConstant(BatchNorm):
    def backward(self, dy):
        x_hat, inv_std, *_ = self.cached()
        return super().backward(dy) + self.gamma * inv_std * x_hat * self.dgamma / len(dy)


class Nan(Dense):
    def backward(self, dy):
        return super().backward(dy) * np.nan


PLANTED = [
    (lambda: SignFlipped(3, 3, rng()), "x"),
    (lambda: WeightsNotTransposed(3, 3, rng()), "x"),
    (lambda: GradientTransposed(3, 3, rng()), "W"),
    (lambda: BiasAveraged(3, 3, rng()), "b"),
    (lambda: MeanedTwice(3, 3, rng()), "W"),
    (lambda: Doubled(3, 3, rng()), "x"),
    (lambda: BiasForgotten(3, 3, rng()), "b"),
    (lambda: OneEntryOff(3, 3, rng()), "W"),
    (lambda: DiagonalSoftmax(), "x"),
    (lambda: SlopeOfTheOutput(), "x"),
    (lambda: TanhWithoutSquare(), "x"),
    (lambda: MaskFromGradient(), "x"),
    (lambda: HalfGelu(), "x"),
    (lambda: NewMask(0.5, rng()), "x"),
    (lambda: ScaleForgotten(0.5, rng()), "x"),
    (lambda: MeanIsConstant(3), "x"),
    (lambda: VarianceIsConstant(3), "x"),
    (lambda: CacheOneBatchLate(3, 3, rng()), "W"),
    (lambda: NeverReset(3, 3, rng()), "W"),
    (lambda: Nan(3, 3, rng()), "x"),
]


@pytest.mark.parametrize(("build", "where"), PLANTED, ids=[type(build()).__name__ for build, _ in PLANTED])
def test_a_planted_mistake_is_caught_where_it_is_alone_and_deep_in_a_network(build, where):
    x = rng(1).standard_normal((3, 3))  # as many rows as columns: a transpose shows in no shape
    errors = gradient_errors(build(), x, rng())
    assert not errors[where] <= 1e-6
    if where == "x":
        assert all(error <= 1e-7 for name, error in errors.items() if name != "x")
    deep = Network(Dense(3, 3, rng(2)), Tanh(), build(), Sigmoid(), Dense(3, 2, rng(3)))
    errors = gradient_errors(deep, x, rng())
    caught = {name for name, error in errors.items() if not error <= 1e-6}
    assert caught == ({"x", "0.W", "0.b"} if where == "x" else caught & {"2.W", "2.b"})
    assert caught


def test_a_mistake_in_float32_is_caught_and_rounding_to_float32_is_not_taken_for_one():
    x = rng(1).standard_normal((3, 3)).astype(np.float32)
    assert gradient_errors(OneEntryOff(3, 3, rng()), x, rng())["W"] > 1e-6
    assert gradient_errors(Dense(3, 3, rng()), x, rng())["W"] < 1e-9


def test_a_gradient_of_the_wrong_shape_is_not_broadcast():
    class Flat(Dense):
        def backward(self, dy):
            self.db = None
            dx = super().backward(dy)
            self.db = self.db[None]
            return dx

    with pytest.raises(ValueError, match=r"one shape, got \(1, 3\) and \(3,\)"):
        gradient_errors(Flat(3, 3, rng()), rng().standard_normal((3, 3)), rng())


def test_the_referees_draw_repeats_with_its_generator():
    case = next(case for case in CASES if case.name == "Network of networks")
    one, other = (gradient_errors(case.layer(), case.x(), rng(4)) for _ in range(2))
    assert one == other
