"""The knob board in Python and in script: one network, one loss, one descent, however it is computed."""

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.gradcheck import numerical_gradient
from backprop.widgets.knob_board import BETA, LR, START, KnobBoard, descend, loss_and_slopes, network, two_moons

BOARDS = [START, [0.0] * 9, [4.0] * 9, [-4.0] * 9, *np.random.default_rng(0).uniform(-4, 4, (40, 9)).tolist()]


def numbers_by_hand(knobs, x):
    """The formula as the page writes it, point by point."""
    w11, w21, b1, w12, w22, b2, w13, w23, b3 = knobs
    a1 = np.tanh(w11 * x[:, 0] + w21 * x[:, 1] + b1)
    a2 = np.tanh(w12 * x[:, 0] + w22 * x[:, 1] + b2)
    return w13 * a1 + w23 * a2 + b3


def test_the_network_is_the_formula_of_the_page():
    x, _ = two_moons()
    for knobs in BOARDS:
        np.testing.assert_allclose(network(knobs).forward(x)[:, 0], numbers_by_hand(knobs, x), rtol=1e-12, atol=1e-14)


def test_the_slopes_are_what_a_nudge_finds():
    for knobs in BOARDS[:12]:
        nudged = numerical_gradient(lambda k: loss_and_slopes(k)[0], np.array(knobs, dtype=float))
        np.testing.assert_allclose(loss_and_slopes(knobs)[1], nudged, rtol=1e-6, atol=1e-8)


def test_the_script_computes_the_packages_loss_slopes_and_counts(tmp_path):
    script = "const { points } = data.facts, result = data.boards.map((k) => widget.measure(k, points));"
    found = run_node(KnobBoard, tmp_path, script, {"facts": KnobBoard().facts(), "boards": BOARDS})
    x, y = two_moons()
    for knobs, measured in zip(BOARDS, found, strict=True):
        loss, slopes = loss_and_slopes(knobs)
        assert measured["loss"] == pytest.approx(loss, rel=1e-9)
        np.testing.assert_allclose(measured["slopes"], slopes, rtol=1e-9, atol=1e-12 * max(1, np.abs(slopes).max()))
        assert measured["right"] == ((network(knobs).forward(x) > 0.5) == (y > 0.5)).sum()


def test_a_thousand_steps_of_the_script_are_the_packages(tmp_path):
    script = """
    const { points, lr, beta, steps } = data.facts, result = [];
    let walk = { knobs: data.start, memory: data.start.map(() => 0) };
    for (let t = 0; t < steps; t++) {
      walk = widget.step(walk, widget.measure(walk.knobs, points).slopes, lr, beta);
      result.push(walk.knobs);
    }
    """
    found = run_node(KnobBoard, tmp_path, script, {"facts": KnobBoard().facts(), "start": START})
    np.testing.assert_allclose(found, descend(START)[1:], rtol=1e-9, atol=1e-9)


def test_descent_is_the_rule_of_momentum_written_out():
    knobs, v = np.array(START), np.zeros(9)
    for _ in range(5):
        v = BETA * v + loss_and_slopes(knobs)[1]
        knobs = knobs - LR * v
    np.testing.assert_allclose(descend(START, steps=5)[-1], knobs, rtol=1e-12)


def test_from_the_start_descent_finds_the_border_of_the_moons():
    x, y = two_moons()
    path = descend(START)
    assert ((network(path[0]).forward(x) > 0.5) == (y > 0.5)).mean() == 0.5
    assert ((network(path[-1]).forward(x) > 0.5) == (y > 0.5)).mean() >= 0.98
    assert loss_and_slopes(path[-1])[0] < 0.0125


def test_knobs_can_be_read_and_set_together_or_by_name():
    board = KnobBoard(w11=2, b3=-0.5)
    assert board.knobs == [2.0, *START[1:8], -0.5]
    board.knobs = range(9)
    assert (board.w11, board.b3) == (0.0, 8.0)
    assert KnobBoard(knobs=range(9)).loss == board.loss == loss_and_slopes(range(9))[0]


@pytest.mark.parametrize(
    "setting", [{"w11": np.nan}, {"b3": "1"}, {"w12": 101}, {"best": [1.0, 2.0]}, {"best": [np.inf] * 9}, {"slopes": 2}]
)
def test_nonsense_is_refused_and_leaves_the_board_as_it_was(setting):
    board = KnobBoard()
    before = repr(board)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(board, name, value)
    assert repr(board) == before


def test_an_unknown_setting_or_a_wrong_number_of_knobs_is_named():
    with pytest.raises(TypeError, match="no w33"):
        KnobBoard(w33=1)
    with pytest.raises(ValueError, match="zip"):
        KnobBoard(knobs=[1, 2])
    with pytest.raises(ValueError, match="nine finite knobs w11"):
        network([1.0] * 8)
