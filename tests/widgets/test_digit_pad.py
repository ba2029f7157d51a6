"""The digit pad in script and in Python: one network, one gradient, and ink that is centred as MNIST's digits are."""

import base64
import gzip

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.data import mnist, mnist_sample
from backprop.functions import softmax
from backprop.losses import SoftmaxCrossEntropy, accuracy
from backprop.results import ledger
from backprop.widgets.digit_pad import WEIGHTS, DigitPad, reader, shipped

UNPACK = "const { net, samples } = widget.unpack(data.network);\n"


@pytest.fixture(scope="module")
def digits():
    """The 1,000 test digits of the sample, in float64."""
    data = mnist_sample()
    return data.x_test.astype(np.float64), data.y_test


def in_script(folder, script, **data):
    return run_node(DigitPad, folder, UNPACK + script, data | {"network": DigitPad().facts()})


def test_the_script_reads_a_thousand_digits_as_the_package_does(digits, tmp_path):
    x, y = digits
    script = """
    const answers = data.x.map((x) => { const p = [...widget.read(net, x).p]; return p.indexOf(Math.max(...p)); });
    const result = answers.filter((answer, k) => answer === data.y[k]).length / data.y.length;
    """
    found = in_script(tmp_path, script, x=x.tolist(), y=y.tolist())
    assert found == accuracy(reader().forward(x), y)
    assert found > 0.97


def test_probabilities_and_the_input_gradient_equal_the_packages_on_a_hundred_digits(digits, tmp_path):
    x, labels = digits[0][:100], np.arange(100) * 7 % 10  # other labels than the digits' own, too
    script = """
    const gradient = (x, k) => [...widget.inputGradient(net, x, data.labels[k])];
    const result = data.x.map((x, k) => [[...widget.read(net, x).p], gradient(x, k)]);
    """
    found = in_script(tmp_path, script, x=x.tolist(), labels=labels.tolist())
    net, loss = reader(), SoftmaxCrossEntropy()
    p = softmax(net.forward(x))
    loss.forward(net.forward(x), labels)
    dx = net.backward(loss.backward()) * len(x)  # the loss is a mean over the digits
    np.testing.assert_allclose([row[0] for row in found], p, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose([row[1] for row in found], dx, rtol=1e-9, atol=1e-13)


def test_descent_in_script_is_the_five_lines_of_the_page(digits, tmp_path):
    x = digits[0][3]
    script = """
    let x = Float64Array.from(data.x);
    for (let k = 0; k < 30; k++) x = widget.descend(net, x, 7, 0.1);
    const result = [...x];
    """
    found = np.array(in_script(tmp_path, script, x=x.tolist()))
    net, loss, x = reader(), SoftmaxCrossEntropy(), x[None]
    for _ in range(30):
        loss.forward(net.forward(x), np.array([7]))
        x = np.clip(x - 0.1 * net.backward(loss.backward()), 0, 1)
    np.testing.assert_allclose(found, x[0], rtol=1e-9, atol=1e-12)
    assert found.min() >= 0
    assert found.max() <= 1
    assert softmax(net.forward(x))[0, 7] > 0.9


def test_a_real_digit_that_is_drawn_comes_through_as_it_is(digits, tmp_path):
    x = digits[0][:100]
    script = "const result = data.x.map((x) => [...widget.centred(widget.draw(x, []))]);"
    np.testing.assert_allclose(in_script(tmp_path, script, x=x.tolist()), x, atol=1e-9)


STROKES = [[[30, 20, 80, 30, 60, 90]], [[5, 5, 20, 8]], [[100, 60, 100, 105], [60, 80, 105, 80]], [[56, 56]]]


@pytest.mark.parametrize("strokes", STROKES, ids=["large", "in a corner", "two strokes", "a dot"])
def test_ink_is_scaled_to_twenty_pixels_and_its_centre_of_mass_comes_to_the_middle(strokes, tmp_path):
    script = "const result = [...widget.centred(widget.draw(null, data.strokes))];"
    image = np.array(in_script(tmp_path, script, strokes=strokes)).reshape(28, 28)
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    tall, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert max(tall, wide) == 20
    points = np.array([point for line in strokes for point in zip(line[::2], line[1::2], strict=True)])
    drawn = np.ptp(points, axis=0) + 2 * 6.2  # the pen's outer radius on both sides
    assert wide / tall == pytest.approx(drawn[0] / drawn[1], rel=0.12)
    middle = np.arange(28) + 0.5
    for axis in (0, 1):
        assert 14 - 1e-9 <= image.sum(axis=axis) @ middle / image.sum() < 15
    assert 0 <= image.min() <= image.max() <= 1 + 1e-12


def test_the_ends_of_a_stroke_are_round_and_its_sides_straight(tmp_path):
    ink = np.array(in_script(tmp_path, "const result = [...widget.draw(null, [[30, 56, 80, 56]])];")).reshape(112, 112)
    y, x = np.mgrid[:112, :112] + 0.5
    away = np.hypot(x - np.clip(x, 30, 80), y - 56)  # from the nearest point of the stroke
    np.testing.assert_allclose(ink, np.clip((5.2 + 1 - away) / 2, 0, 1), atol=1e-12)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (8, -12), (-3, 5), (112, 0)])
def test_a_drawing_is_moved_as_a_whole_and_without_centring_a_pixel_is_the_mean_of_its_cells(
    right, down, digits, tmp_path
):
    script = """
    const moved = widget.draw(data.x, data.strokes, [data.right, data.down]);
    const still = widget.draw(data.x, data.strokes);
    const result = [[...still], [...moved], [...widget.asDrawn(moved)]];
    """
    there = {"x": digits[0][3].tolist(), "strokes": [[40, 40, 70, 60]], "right": right, "down": down}
    still, moved, seen = map(np.array, in_script(tmp_path, script, **there))
    padded = np.pad(still.reshape(112, 112), 112)
    wanted = padded[112 - down : 224 - down, 112 - right : 224 - right]
    np.testing.assert_allclose(moved.reshape(112, 112), wanted, atol=1e-12)
    np.testing.assert_allclose(seen.reshape(28, 28), wanted.reshape(28, 4, 28, 4).mean(axis=(1, 3)), atol=1e-12)


def test_no_ink_is_no_image(tmp_path):
    assert in_script(tmp_path, "const result = widget.centred(widget.draw(null, []));") is None


def test_advice_names_the_ninth_where_ink_helps_most(tmp_path):
    x, dx = np.zeros((28, 28)), np.zeros((28, 28))
    dx[5:8, 20:22] = -1.0  # more ink at the upper right
    dx[20:24, 5:9] = 9.0  # less at the lower left, but there is none to take
    script = "const result = data.x.map((x) => widget.advice(x, data.dx));"
    full = np.where(dx > 0, 1.0, 0.0)
    found = in_script(tmp_path, script, x=[x.ravel().tolist(), full.ravel().tolist()], dx=dx.ravel().tolist())
    assert [(row["add"], row["where"]) for row in found] == [(True, 2), (False, 6)]


def test_the_ninths_are_eleven_six_and_eleven_pixels_wide(tmp_path):
    script = "const result = data.dx.map((dx) => widget.advice(Array(784).fill(0), dx).where);"
    rows, columns = np.arange(28), np.arange(28)[::-1]
    dx = np.zeros((28, 28, 28))
    dx[np.arange(28), rows, columns] = -1.0
    third = np.repeat([0, 1, 2], [11, 6, 11])
    found = in_script(tmp_path, script, dx=dx.reshape(28, 784).tolist())
    assert found == (3 * third[rows] + third[columns]).tolist()


def test_the_weights_weigh_little_and_each_is_a_byte():
    assert len(gzip.compress(WEIGHTS.read_bytes(), 9)) < 60_000
    assert [len(base64.b64decode(layer["W"])) for layer in shipped()["layers"]] == [784 * 48, 48 * 10]


def test_the_samples_are_one_digit_of_each_class(digits):
    for k in range(10):
        np.testing.assert_allclose(DigitPad(sample=str(k)).image, digits[0][k], atol=1e-7)
        assert digits[1][k] == k


def test_the_ledger_tells_the_accuracy_of_the_very_network_that_is_shipped():
    try:
        data = mnist()
    except FileNotFoundError:
        pytest.skip("all of MNIST is not here: python -m backprop.data fetch mnist")
    net, run = reader(), ledger.load("digit_pad").row("moved by up to 2 pixels")["runs"][0]
    assert run["seed"] == 0
    found = 100 * accuracy(net.forward(data.x_test.astype(np.float64)), data.y_test)
    assert found == pytest.approx(run["metrics"]["byte_accuracy"], abs=1e-6)


def test_a_nudge_of_a_pixel_costs_what_the_gradient_says():
    pad, h = DigitPad(sample="3", digit="8"), 1e-3
    x, gradient = pad.image.round(4), pad.gradient
    for k in np.argsort(-np.abs(gradient) * ((x > 0.1) & (x < 0.9)))[:5]:
        losses = []
        for push in (h, -h):
            pad.image = x + push * (np.arange(784) == k)
            losses.append(-np.log(pad.probabilities[8]))
        assert (losses[0] - losses[1]) / (2 * h) == pytest.approx(gradient[k], rel=1e-3)


def test_an_empty_pad_is_black_and_an_image_that_is_set_is_what_the_network_sees():
    pad = DigitPad(sample="")
    assert not pad.image.any()
    pad.image = np.full((28, 28), 0.25)
    assert pad.image.tolist() == [0.25] * 784
    assert pad.probabilities.sum() == pytest.approx(1)


@pytest.mark.parametrize("wrong", [np.zeros(783), np.full(784, 1.1), np.full(784, -0.1), np.full(784, np.nan)])
def test_an_image_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="784 numbers from 0 to 1"):
        DigitPad().image = wrong


@pytest.mark.parametrize("setting", [{"sample": "10"}, {"digit": ""}, {"digit": 8}, {"centring": True}])
def test_another_digit_is_refused(setting):
    with pytest.raises(TraitError):
        DigitPad(**setting)
