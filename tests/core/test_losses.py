"""The losses: numbers worked by hand, logits of 1e4, nudges, PyTorch, and what they refuse."""

import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backprop.functions import sigmoid, softmax
from backprop.gradcheck import numerical_gradient, relative_error
from backprop.losses import MeanSquaredError, SigmoidCrossEntropy, SoftmaxCrossEntropy, accuracy

LOGITS = hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.floats(-1e4, 1e4))


def rng(seed=0):
    return np.random.default_rng(seed)


def pairs():
    """Every loss with a prediction and a target, batches of several shapes."""
    z, sequence = rng().standard_normal((5, 3)), rng().standard_normal((4, 3, 6))
    return [
        (MeanSquaredError(), z, rng(1).standard_normal((5, 3))),
        (SoftmaxCrossEntropy(), z, np.array([0, 2, 1, 1, 2])),
        (SoftmaxCrossEntropy(), z, np.array([0, 2, 1, 1, 2], np.uint8)),
        (SoftmaxCrossEntropy(), sequence, rng(2).integers(0, 6, (4, 3))),
        (SigmoidCrossEntropy(), z, rng(3).integers(0, 2, (5, 3)).astype(float)),
        (SigmoidCrossEntropy(), z, rng(3).random((5, 3))),
    ]


every_loss = pytest.mark.parametrize(
    ("loss", "y_hat", "y"),
    pairs(),
    ids=["mse", "softmax", "softmax uint8", "softmax sequence", "sigmoid", "soft sigmoid"],
)


def test_mean_squared_error_worked_by_hand():
    loss = MeanSquaredError()
    # errors 1, 0, 2, 4: squares 21, N = 2, so 21 / 4
    assert loss.forward(np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 2.0], [1.0, 1.0]])) == 5.25
    np.testing.assert_array_equal(loss.backward(), [[0.5, 0], [1, 2]])


def test_softmax_cross_entropy_worked_by_hand():
    loss = SoftmaxCrossEntropy()
    # p = (1, 2, 5)/8 twice: −½ (ln 5/8 + ln 1/8) = ½ (ln 64 − ln 5) = 1.27472…
    z = np.log(np.array([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]]))
    assert loss.forward(z, np.array([2, 0])) == pytest.approx(1.2747225855, abs=1e-9)
    # (p − y) / 2
    np.testing.assert_allclose(loss.backward(), [[1 / 16, 2 / 16, -3 / 16], [-7 / 16, 2 / 16, 5 / 16]], rtol=1e-14)


def test_sigmoid_cross_entropy_worked_by_hand():
    loss = SigmoidCrossEntropy()
    # p = ¾, ¼ | ½, ½ with y = 1, 1 | 0, ½: −ln ¾ − ln ¼ | ln 2, ln 2; the sum (ln 16/3 + ln 4) / 2 = ½ ln 64/3
    z = np.array([[math.log(3), -math.log(3)], [0.0, 0.0]])
    assert loss.forward(z, np.array([[1.0, 1.0], [0.0, 0.5]])) == pytest.approx(1.530135397, abs=1e-9)
    np.testing.assert_allclose(loss.backward(), [[-1 / 8, -3 / 8], [1 / 4, 0]], rtol=1e-14)


def test_a_network_that_knows_nothing_pays_ln_10_on_ten_classes():
    assert SoftmaxCrossEntropy().forward(np.zeros((7, 10)), np.arange(7)) == pytest.approx(2.302585092994046)


@every_loss
def test_backward_is_the_answer_to_a_nudge(loss, y_hat, y):
    loss.forward(y_hat, y)
    slope = numerical_gradient(lambda y_hat: type(loss)().forward(y_hat, y), y_hat)
    assert relative_error(loss.backward(), slope) < 1e-8


@every_loss
def test_the_arguments_stay_and_backward_answers_the_same_twice(loss, y_hat, y):
    y_hat, y = y_hat.copy(), y.copy()
    y_hat.flags.writeable = y.flags.writeable = False
    loss.forward(y_hat, y)
    first = loss.backward()
    kept = first.copy()
    first += 1
    np.testing.assert_array_equal(loss.backward(), kept)


@every_loss
def test_the_same_data_twice_is_the_same_loss_and_half_the_gradient_per_row(loss, y_hat, y):
    once = loss.forward(y_hat, y)
    slope = loss.backward()
    assert loss.forward(np.concatenate([y_hat, y_hat]), np.concatenate([y, y])) == pytest.approx(once, rel=1e-13)
    np.testing.assert_allclose(2 * loss.backward(), np.concatenate([slope, slope]), rtol=1e-12)


@every_loss
def test_the_loss_is_a_python_float_and_the_gradient_has_the_dtype_of_the_prediction(loss, y_hat, y):
    y = y.astype(np.float32) if y.dtype.kind == "f" else y
    assert type(loss.forward(y_hat.astype(np.float32), y)) is float
    assert loss.backward().dtype == np.float32
    assert loss.backward().shape == y_hat.shape


@every_loss
def test_backward_before_forward_names_the_loss(loss, y_hat, y):
    with pytest.raises(RuntimeError, match=rf"^{type(loss).__name__}\(\): backward was called before forward"):
        type(loss)().backward()


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_losses_are_right_for_logits_of_1e4_without_a_warning(dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        softmax_loss, sigmoid_loss = SoftmaxCrossEntropy(), SigmoidCrossEntropy()
        # certain and right costs 0; certain and wrong costs the gap, 2e4
        z = np.array([[1e4, -1e4], [1e4, -1e4]], dtype)
        assert softmax_loss.forward(z, np.array([0, 1])) == 1e4
        np.testing.assert_array_equal(softmax_loss.backward(), [[0, 0], [0.5, -0.5]])
        z = np.array([[1e4], [1e4], [-1e4], [-1e4]], dtype)
        # right, wrong, wrong, right: 2 · 1e4 / 4
        assert sigmoid_loss.forward(z, np.array([[1], [0], [1], [0]], dtype)) == 5e3
        np.testing.assert_array_equal(sigmoid_loss.backward()[:, 0], [0, 0.25, -0.25, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_tiny_sigmoid_losses_keep_their_digits(dtype):
    z = np.array([[10.0], [30.0], [60.0]], dtype)
    for row in z:
        # ln(1 + e⁻ᶻ) = e⁻ᶻ − e⁻²ᶻ/2 + …
        tiny = math.log1p(math.exp(-float(row[0])))
        got = SigmoidCrossEntropy().forward(row[None], np.ones((1, 1), dtype))
        assert got == pytest.approx(tiny, rel=8 * float(np.finfo(dtype).eps))


@given(LOGITS, st.randoms(use_true_random=False))
def test_softmax_cross_entropy_is_minus_log_p_summed_exactly(z, random):
    labels = np.array([random.randrange(z.shape[1]) for _ in z])
    total = 0.0
    for row, label in zip(z.tolist(), labels, strict=True):
        top = max(row)
        total += math.log(math.fsum(math.exp(number - top) for number in row)) + top - row[label]
    loss = SoftmaxCrossEntropy()
    assert loss.forward(z, labels) == pytest.approx(total / len(z), rel=1e-12, abs=1e-11)
    dz = loss.backward()
    # a common shift of a row costs nothing, and only the label's slope is not positive
    np.testing.assert_allclose(dz.sum(axis=1), 0, atol=1e-15)
    assert (dz[np.arange(len(z)), labels] <= 0).all()
    assert ((dz >= 0).sum(axis=1) >= z.shape[1] - 1).all()


@given(LOGITS)
def test_sigmoid_cross_entropy_mirrors_when_target_and_logit_do(z):
    y = rng().integers(0, 2, z.shape).astype(float)
    one, other = SigmoidCrossEntropy(), SigmoidCrossEntropy()
    assert one.forward(z, y) == pytest.approx(other.forward(-z, 1 - y), rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(one.backward(), -other.backward(), atol=1e-15)


@given(st.floats(-20, 20))
def test_two_way_softmax_is_a_sigmoid(z):
    two, one = SoftmaxCrossEntropy(), SigmoidCrossEntropy()
    loss = two.forward(np.array([[0.0, z]]), np.array([1]))
    assert loss == pytest.approx(one.forward(np.array([[z]]), np.array([[1.0]])), rel=1e-12, abs=1e-15)
    assert two.backward()[0, 1] == pytest.approx(one.backward()[0, 0], rel=1e-9, abs=1e-15)
    assert softmax(np.array([[0.0, z]]))[0, 1] == pytest.approx(sigmoid(np.array(z)), rel=1e-13)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
def test_sigmoid_and_softmax_of_whole_numbers_are_those_of_the_same_floats(dtype):
    # in np.uint8 0 − 1 is 255, and minus 5 is 251
    z = np.array([[0, 1, 0], [1, 1, 0]]) if dtype is bool else np.array([[5, 0, 3], [127, 126, 120]])
    for f in (sigmoid, softmax):
        np.testing.assert_array_equal(f(z.astype(dtype)), f(z.astype(float)))
        assert f(z.astype(np.float32)).dtype == np.float32


def test_pairs_of_different_shape_do_not_broadcast():
    for loss in (MeanSquaredError(), SigmoidCrossEntropy()):
        for y in (np.zeros(4), np.zeros((4, 2)), np.zeros((1, 1)), np.zeros((3, 1))):
            with pytest.raises(ValueError, match=rf"^{type(loss).__name__}.* got shape \(4, 1\) of float64 and shape"):
                loss.forward(np.zeros((4, 1)), y)


@pytest.mark.parametrize("loss", [MeanSquaredError(), SigmoidCrossEntropy()], ids=["mse", "sigmoid"])
@pytest.mark.parametrize(
    ("y_hat", "y"),
    [
        (np.zeros((2, 1)), np.zeros((2, 1), np.float32)),
        (np.zeros((2, 1)), np.zeros((2, 1), int)),
        (np.zeros((2, 1), int), np.zeros((2, 1), int)),
        (np.zeros((0, 1)), np.zeros((0, 1))),
        (np.zeros((2, 0)), np.zeros((2, 0))),
        (np.zeros(()), np.zeros(())),
        ([[0.0]], [[0.0]]),
        (np.zeros((2, 1)), [[0.0], [0.0]]),
        (np.zeros((2, 1)), None),
    ],
    ids=["precision", "int target", "int", "no rows", "no columns", "no batch", "lists", "list target", "None"],
)
def test_pairs_of_no_or_different_precision_are_turned_away(loss, y_hat, y):
    with pytest.raises(ValueError, match=rf"^{type(loss).__name__}\(\) wants prediction and target .* got"):
        loss.forward(y_hat, y)


@pytest.mark.parametrize(
    ("z", "labels", "message"),
    [
        (np.zeros((2, 3)), np.zeros(2), "wants integer labels, got shape .2,. of float64"),
        (np.zeros((2, 3)), [0, 1], "wants integer labels, got a list"),
        (np.zeros((2, 3)), np.array([True, False]), "wants integer labels"),
        (
            np.zeros((2, 3)),
            np.zeros((2, 4), int),
            r"wants logits .* got shape \(2, 3\) of float64 and shape \(2, 4\) of",
        ),
        (np.zeros((2, 3)), np.zeros((2, 1), int), "wants logits .* got shape"),
        (np.zeros((2, 3)), np.zeros(3, int), "wants logits .* got shape"),
        (np.zeros((2, 3, 4)), np.zeros(2, int), "wants logits .* got shape"),
        (np.zeros((0, 3)), np.zeros(0, int), "wants logits .* got shape"),
        (np.zeros((2, 0)), np.zeros(2, int), "wants logits .* got shape"),
        (np.zeros(3), np.array(1), "wants logits .* got shape"),
        (np.zeros(()), np.array(0), "wants logits .* got shape"),
        ([[0.0, 1.0]], np.zeros(1, int), "wants logits .* got a list"),
        (np.zeros((2, 3), int), np.zeros(2, int), "wants logits .* got shape .* of int64"),
    ],
)
def test_softmax_cross_entropy_turns_away_what_is_no_logits_with_labels(z, labels, message):
    with pytest.raises(ValueError, match=rf"^SoftmaxCrossEntropy\(\) {message}"):
        SoftmaxCrossEntropy().forward(z, labels)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.array([0, -1]), "labels 0 to 2, got -1 to 0"),  # "no token", as an index the last class
        (np.array([0, -1], np.int8), "labels 0 to 2, got -1 to 0"),
        (np.array([0, -4]), "labels 0 to 2, got -4 to 0"),
        (np.array([3, 1]), "labels 0 to 2, got 1 to 3"),
        (np.array([255, 1], np.uint8), "labels 0 to 2, got 1 to 255"),
    ],
)
@pytest.mark.parametrize("sequence", [False, True])
def test_labels_without_a_logit_are_refused(labels, said, sequence):
    z = np.array([[0.0, 0.0, 9.0], [0.0, 1.0, 0.0]])
    z, labels = (z[None], labels[None]) if sequence else (z, labels)
    with pytest.raises(ValueError, match=rf"^SoftmaxCrossEntropy\(\) wants {said}$"):
        SoftmaxCrossEntropy().forward(z, labels)
    with pytest.raises(ValueError, match=rf"^accuracy wants {said}$"):
        accuracy(z, labels)


@pytest.mark.parametrize(
    ("bad", "said"), [(-1.0, "-1 to 1"), (1.5, "0 to 1.5"), (-1e-7, "-1e-07 to 1"), (np.nan, "nan")]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_targets_that_are_no_probabilities_are_refused(bad, said, dtype):
    # with −1 and +1 the loss has no minimum: it runs to −∞
    y = np.array([[0.0], [1.0], [bad]], dtype)
    with pytest.raises(ValueError, match=rf"^SigmoidCrossEntropy\(\) wants targets between 0 and 1, got {said}"):
        SigmoidCrossEntropy().forward(np.zeros((3, 1), dtype), y)


@every_loss
def test_what_is_edited_between_forward_and_backward_does_not_reach_the_gradient(loss, y_hat, y):
    y_hat, y = y_hat.copy(), y.copy()
    loss.forward(y_hat, y)
    want = loss.backward()
    loss.forward(y_hat, y)
    y_hat += 1
    y[...] = 0
    np.testing.assert_array_equal(loss.backward(), want)


def test_losses_of_float16_are_refused():
    z = np.zeros((2, 1), np.float16)
    for loss, y in ((MeanSquaredError(), z), (SigmoidCrossEntropy(), z), (SoftmaxCrossEntropy(), np.zeros(2, int))):
        with pytest.raises(ValueError, match=f"^{type(loss).__name__}.* of float16"):
            loss.forward(z, y)


def test_of_one_logit_a_row_accuracy_asks_for_its_sign():
    logits, labels = np.array([[9.0], [0.5], [-9.0], [0.0]]), np.array([1, 1, 0, 0])
    assert accuracy(logits, labels) == 1
    assert accuracy(logits, 1 - labels) == 0
    assert accuracy(logits[None], labels[None]) == 1
    with pytest.raises(ValueError, match="accuracy wants labels 0 to 1, got 0 to 2"):
        accuracy(logits, 2 * labels)


def test_accuracy_takes_no_row_with_nan_for_right():
    logits, nan = np.array([[1.0, 2.0], [np.nan, 1.0], [1.0, np.nan], [2.0, 1.0]]), np.array([[np.nan], [1.0]])
    assert accuracy(logits, np.array([1, 0, 1, 0])) == 0.5
    assert accuracy(nan, np.array([0, 1])) == 0.5
    assert accuracy(np.full((2, 3), -np.inf), np.array([0, 0])) == 1


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.array(["0", "1"]), "of <U1"),
        (np.array([0.0, 1.0]), "of float64"),
        (np.array([True, False]), "of bool"),
        (np.array([0, 1], object), "of object"),
    ],
)
def test_accuracy_wants_labels_that_are_integers(labels, said):
    with pytest.raises(ValueError, match=f"^accuracy wants integer labels, got shape .2,. {said}"):
        accuracy(np.eye(2), labels)
    assert accuracy(np.eye(2), [0, 1]) == accuracy(np.eye(2), np.array([0, 1], np.uint8)) == 1


def test_accuracy_counts_rows_whose_largest_logit_is_at_the_label():
    logits = np.array([[1.0, 3.0, 2.0], [5.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 2.0, 1.0]])
    assert accuracy(logits, np.array([1, 0, 2, 2])) == 0.75
    assert accuracy(logits.reshape(2, 2, 3), np.array([[1, 0], [0, 0]])) == 0.5
    assert type(accuracy(logits, np.array([1, 0, 2, 2]))) is float


@pytest.mark.parametrize("labels", [np.zeros(3, int), np.zeros((4, 1), int), np.zeros((4, 3), int), np.zeros(0, int)])
def test_accuracy_turns_away_labels_that_do_not_match(labels):
    said = f"got shape (4, 3) of float64 and shape {labels.shape} of int64"
    with pytest.raises(ValueError, match="accuracy wants logits .* " + re.escape(said)):
        accuracy(np.zeros((4, 3)), labels)


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        (np.zeros((0, 3)), np.zeros(0, int)),
        (np.zeros((2, 0)), np.zeros(2, int)),
        (np.zeros(3), np.array(1)),
        ([[1.0]], [0]),
    ],
    ids=["no rows", "no columns", "no batch", "lists"],
)
def test_accuracy_of_nothing_or_of_no_array_is_refused(logits, labels):
    with pytest.raises(ValueError, match="accuracy wants logits"):
        accuracy(logits, labels)


@every_loss
def test_losses_equal_pytorch(loss, y_hat, y):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    theirs, n = torch.tensor(y_hat, requires_grad=True), len(y_hat)
    target = torch.tensor(y.astype(np.int64) if y.dtype.kind in "iu" else y)
    if isinstance(loss, MeanSquaredError):
        value = torch.nn.functional.mse_loss(theirs, target, reduction="sum") / (2 * n)
    elif isinstance(loss, SoftmaxCrossEntropy):
        value = torch.nn.functional.cross_entropy(theirs.reshape(-1, y_hat.shape[-1]), target.reshape(-1))
    else:
        value = torch.nn.functional.binary_cross_entropy_with_logits(theirs, target, reduction="sum") / n
    value.backward()
    assert loss.forward(y_hat, y) == pytest.approx(value.item(), rel=1e-13)
    np.testing.assert_allclose(loss.backward(), theirs.grad.numpy(), rtol=1e-11, atol=1e-15)
