"""Figures look as they did, read on both pages, leave matplotlib's settings alone and refuse wrong data."""

from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from backprop.plots import (
    accuracy_curve,
    bar_rows,
    block_diagram,
    bracketing,
    chords,
    computation_graph,
    confusion_matrix,
    contour,
    decision_regions,
    dot_rows,
    figure,
    function_and_slope,
    gradient_norms,
    heads_diagram,
    histogram,
    image_grid,
    layer_planes,
    learning_curves,
    loss_curves,
    lstm_cell,
    network_diagram,
    nudge_on_lines,
    number_grid,
    palette,
    paths_apart,
    paths_together,
    stream_diagram,
    unit_length_back,
    values_by_step,
)
from backprop.plots.page import as_html
from backprop.plots.palette import DARK_PAGE, contrast
from backprop.plots.style import label_lines
from backprop.training import Epoch
from tools.notebooks import execute

# One drawing per function. Its data are exact formulas, so the picture is the same on every machine.

EPOCHS = [
    Epoch(number=n, loss=2.3 * 0.75**n, val_loss=0.2 + 2.1 * 0.75**n, accuracy=1 - 0.9 * 0.7**n, lr=0.1)
    for n in range(1, 13)
]
ROWS, COLUMNS = np.mgrid[-1:1:12j, -1:1:12j]
IMAGES = np.stack([np.cos(k * ROWS) * np.cos(3 * COLUMNS) for k in range(8)])
POINTS = np.stack([np.linspace(-2, 2, 40), np.tile([-0.8, 0.9], 20)], axis=1)
LABELS = np.tile([0, 1], 20)
RUNNING = {
    "values": [[0.05, 0.1], [0.593, 0.597], [0.751, 0.773]],
    "gradients": [None, [0.0364, 0.0414], [0.741, -0.217]],
    "weights": [np.array([[0.15, 0.25], [0.2, 0.3]]), np.array([[0.4, 0.5], [0.45, 0.55]])],
    "weight_gradients": [np.full((2, 2), 0.0005), np.array([[0.0822, -0.0226], [0.0827, -0.0227]])],
    "biases": [[0.35, 0.35], [0.6, 0.6]],
}

NEURON = {
    "places": {"w": (0, 2), "x": (0, 0), "product": (1, 1), "loss": (2, 1)},
    "edges": {("w", "product"): 2, ("x", "product"): 3, ("product", "loss"): -0.43281, ("w", "loss"): None},
    "values": {"w": 3, "x": 2, "product": 6, "loss": 0.19572},
    "gradients": {"w": "?", "product": -0.43281},
    "symbols": {"product": "×"},
    "paths": [["w", "product", "loss"], ["w", "loss"]],
    "digits": 3,
}
TABLES = {"r": (1, 4), "B": (4, 12), "A": (12, 30)}
LINES = {"links": {"u": lambda t: 2 * t, "v": lambda u: 1 - u / 4}, "start": "t", "nudge": (0.25, 0.75), "span": (0, 2)}

STREAM = {
    "stops": ["ids", ("norm", "heads"), ("norm", "dense, dense"), "loss"],
    "values": {0: "(N, T)", 2: "(N, T, 4)"}, "gradients": {0: "1.1", 1: "", 2: "1"}, "letters": {0: "x"},
    "notes": {3: "labels"}, "groups": {"block": (1, 2)}, "marked": ("heads",),
}  # fmt: skip


def above_a_wave(points):
    return (points[:, 1] > 0.5 * np.sin(2 * points[:, 0])).astype(int)


def bowl(w):
    return 0.5 * (w[..., 0] ** 2 + 12 * w[..., 1] ** 2)


PLANES = {
    "image": np.eye(12), "shapes": [(3, 8, 8), (3, 4, 4), (20,), (2,)], "words": ["conv", "pool", "dense", "dense"],
    "windows": [5, 2],
}  # fmt: skip


def descent(lr):
    return np.array([[-3.0 * (1 - lr) ** t, 1.2 * (1 - 12 * lr) ** t] for t in range(30)])


DRAWINGS = {
    "loss_curves": lambda ax: loss_curves(ax, EPOCHS),
    "accuracy_curve": lambda ax: accuracy_curve(ax, EPOCHS),
    "function_and_slope": lambda ax: function_and_slope(ax, np.tanh, lambda z: 1 - np.tanh(z) ** 2, at=0.8),
    "chords": lambda ax: chords(
        ax, np.sin, np.cos, 0.5, {"one step": (0.5, 1.5), "both sides": (-0.5, 1.5)}, (-1.2, 2.3)
    ),
    "gradient_norms": lambda ax: gradient_norms(
        ax, {"sigmoid": 0.1 ** np.arange(6, 0, -1.0), "ReLU": [0.5, 0.6, 0.0, 0.7, 0.8, 0.9]}
    ),
    "values_by_step": lambda ax: values_by_step(
        ax, {"η = 0.5": 0.5 ** np.arange(13), "η = 1.9": (-0.9) ** np.arange(13)}, ylabel="weight w"
    ),
    "image_grid": lambda ax: image_grid(ax, IMAGES, titles=[f"{k} not {k + 1}" for k in range(8)], ncols=4),
    "image_grid_signed": lambda ax: image_grid(ax, IMAGES + 0.4, signed=True, ncols=4),
    "number_grid": lambda ax: number_grid(
        ax, np.arange(6).reshape(2, 3) - 2, kernel=[[1, -1]], at=(0, 1), marked=(0, 1), title="a window"
    ),
    "confusion_matrix": lambda ax: confusion_matrix(
        ax, np.repeat([0, 1, 2], 9), np.repeat([0, 1, 1, 2, 2], [8, 1, 9, 7, 2])
    ),
    "running_network": lambda ax: network_diagram(ax, [2, 2, 2], **RUNNING),
    "large_network": lambda ax: network_diagram(ax, [784, 128, 64, 10], output="z"),
    "computation_graph": lambda ax: computation_graph(ax, **NEURON),
    "bracketing": lambda ax: bracketing(ax, TABLES),
    "bracketing_from_front": lambda ax: bracketing(ax, TABLES, from_front=True),
    "paths_apart": lambda ax: paths_apart(ax, "xuL", (1, 2), (4, 5, 6)),
    "paths_together": lambda ax: paths_together(ax, "xuL", (1, 2), (4, 5, 6)),
    "nudge_on_lines": lambda ax: nudge_on_lines(ax, points=[0, 0.5, 1], says=("u = 2t", "v = 1 − u/4"), **LINES),
    "heads_diagram": lambda ax: heads_diagram(ax, 4, 6, 2),
    "layer_planes": lambda ax: layer_planes(ax, **PLANES),
    "unit_length_back": lambda ax: unit_length_back(ax, (1.6, 1.2), (-0.2, 1.1)),
    "block_diagram": lambda ax: block_diagram(ax, ["3 × 3", "norm", "ReLU", "3 × 3", "norm"], ["1 × 1", "norm"]),
    "lstm_cell": lstm_cell,
    "stream_diagram": lambda ax: stream_diagram(ax, **STREAM),
    "decision_regions": lambda ax: decision_regions(ax, above_a_wave, POINTS, LABELS, names=["below", "above"]),
    "contour": lambda ax: contour(
        ax, bowl, ((-4, 4), (-2, 2)), paths={"η = 0.02": descent(0.02), "η = 0.15": descent(0.15)}, minima=[(0, 0)]
    ),
    "dot_rows": lambda ax: dot_rows(
        ax, {"no cure": [88.0, 88.3, 87.4], "dropout": [89.2, 89.0, 89.6]}, xlabel="test accuracy (%)", level=88
    ),
    "bar_rows": lambda ax: bar_rows(ax, {"Conv2D": 204800, "ReLU": 0, "Dense": 32768}, title="multiplications"),
    "histogram": lambda ax: histogram(ax, {"wide": np.linspace(-2, 2, 400) ** 3, "narrow": np.linspace(0, 2, 400)}),
    "dot_rows_beside_print": lambda ax: dot_rows(
        ax, {"a": [2.0, 2.1], "b": [8.0, 9.0]}, printed={"b": 7.5}, xlabel="wrong answers (%)", ticks=[2, 5, 10]
    ),
    "dot_rows_and_reach": lambda ax: dot_rows(
        ax, {"a": [0.4, 0.6], "b": [-1.2, -0.9]}, level=0, reach={"a": 1.5, "b": 0.7}, xlabel="ours − printed"
    ),
}
drawing = pytest.mark.parametrize("name", list(DRAWINGS))


@drawing
@pytest.mark.mpl_image_compare(tolerance=2, style="default", savefig_kwargs={"dpi": 72})
def test_a_figure_looks_as_it_did(name):
    fig, ax = figure(5.6, 3.6)
    DRAWINGS[name](ax)
    return fig


def test_a_weight_may_be_named_in_place_of_its_number():
    _, ax = figure()
    network_diagram(ax, [1, 1], weights=[[["$w_{11}$"]]])
    assert "$w_{11}$" in [text.get_text() for text in ax.texts]


def test_each_drawing_has_a_picture_to_be_compared_with_and_no_picture_is_left_over():
    pictures = {path.stem for path in (Path(__file__).parent / "baseline").iterdir()}
    assert pictures == {f"test_a_figure_looks_as_it_did_{name}" for name in DRAWINGS}  # make baseline draws them


@drawing
def test_a_drawing_returns_its_axes_and_leaves_settings_and_other_figures_alone(name):
    settings = dict(mpl.rcParams)
    fig, ax = figure()
    assert DRAWINGS[name](ax) is ax
    fig.canvas.draw()
    assert plt.get_fignums() == [fig.number]
    assert dict(mpl.rcParams) == settings


@drawing
def test_a_drawing_has_no_background_and_no_small_or_black_letter(name):
    fig, ax = figure(5.6, 3.6)
    DRAWINGS[name](ax)
    fig.canvas.draw()
    assert fig.get_facecolor()[3] == 0
    assert all(a.get_facecolor()[3] == 0 or a.get_label() == "<colorbar>" for a in fig.axes)
    on_a_tile = name == "confusion_matrix"  # the ink of its counts is chosen against their own opaque cells
    for text in fig.findobj(mpl.text.Text):
        if text.get_visible() and text.get_text().strip():
            assert text.get_fontsize() >= 9, text
            assert on_a_tile or min(contrast(text.get_color(), "white"), contrast(text.get_color(), DARK_PAGE)) > 3, (
                text
            )


@pytest.mark.parametrize(
    ("name", "across", "up"),
    [
        ("loss_curves", "epoch", "loss"),
        ("accuracy_curve", "epoch", "validation accuracy (%)"),
        ("gradient_norms", "layer", "norm of ∂L/∂W"),
        ("confusion_matrix", "predicted", "true"),
        ("decision_regions", "x₁", "x₂"),
        ("contour", "w₁", "w₂"),
    ],
)
def test_axes_are_named_in_the_letters_of_the_notation(name, across, up):
    _, ax = figure()
    DRAWINGS[name](ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == (across, up)


def test_a_line_through_two_points_bears_its_slope_and_the_tangent_that_of_the_function():
    _, ax = figure()
    chords(ax, np.square, lambda x: 2 * x, 1.0, {"one step": (1, 3), "both sides": (-1, 3)}, (-2, 4))
    assert {text.get_text() for text in ax.texts} == {"tangent: 2.00", "one step: 4.00", "both sides: 2.00"}
    _, tangent, touched, _, two, *_ = ax.lines
    np.testing.assert_allclose(tangent.get_xydata(), [(-2, -5), (4, 7)])
    np.testing.assert_allclose(touched.get_xydata(), [(1, 1)])
    np.testing.assert_allclose(two.get_xydata(), [(1, 1), (3, 9)])


def test_learning_curves_draws_loss_on_the_first_axes_and_accuracy_on_the_second():
    _, axes = figure(ncols=2)
    assert learning_curves(axes, EPOCHS) is axes
    assert [line.get_ydata()[-1] for line in axes[0].lines] == [EPOCHS[-1].loss, EPOCHS[-1].val_loss]
    assert axes[1].lines[0].get_ydata()[-1] == pytest.approx(100 * EPOCHS[-1].accuracy)


def test_a_run_that_diverged_is_drawn_and_named():
    fig, ax = figure()
    loss_curves(ax, [Epoch(1, 2.0, 2.1, 0.3, 0.1), Epoch(2, 9.0, np.inf, 0.1, 0.1), Epoch(3, np.nan, np.nan, 0.1, 0.1)])
    fig.canvas.draw()
    assert {text.get_text() for text in ax.texts} == {"training", "validation"}
    assert [text.xy[1] for text in ax.texts] == [2.1, 9.0]  # the last finite values


def test_a_name_stays_at_the_end_of_its_line_when_the_scale_changes():
    fig, ax = figure()
    values_by_step(ax, {"loss": [100.0, 10.0, 1.0]})
    ax.set_yscale("log")
    fig.canvas.draw()
    (name,) = ax.texts
    end = ax.transData.transform([2, 1.0])[1]
    box = name.get_window_extent()
    assert box.y0 < end < box.y1


def test_zero_in_a_signed_image_is_the_grey_of_the_middle():
    _, ax = figure()
    image_grid(ax, np.array([[[-0.1, 0.0, 0.8]]]), signed=True)
    (drawn,) = ax.images
    assert drawn.norm(0.0) == 0.5
    assert np.allclose(drawn.cmap(drawn.norm(0.0))[:3], to_rgb(palette.GREY), atol=0.01)


def test_names_beside_lines_that_end_together_do_not_overlap():
    fig, ax = figure()
    names = {ax.plot([0, 1], [0, 1 + shift])[0]: f"line {shift}" for shift in (0, 0.001, 0.002)}
    label_lines(ax, names)
    fig.canvas.draw()
    boxes = sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))
    # The middle name stays at its line; the others make room upwards and downwards alike.
    assert [text.xyann[1] for text in ax.texts] == pytest.approx([-12.5, 0, 12.5], abs=0.5)


def test_the_node_labels_of_a_network_are_those_of_the_notation():
    _, ax = figure()
    network_diagram(ax, [2, 7, 1], output="z")
    written = {text.get_text() for text in ax.texts}
    assert {"$x_{1}$", "$x_{2}$", "$a_{3}^{(1)}$", "⋮", "$a_{7}^{(1)}$", "z₁", "input", "7"} <= written
    assert not {"$a_{4}^{(1)}$", "$a_{6}^{(1)}$"} & written


def test_gradients_stand_in_red_below_the_blue_numbers():
    _, ax = figure(5.6, 3.8)
    network_diagram(ax, [2, 2, 2], **RUNNING)
    heights = {text.get_text(): (text.get_position()[1], text.get_color()) for text in ax.texts}
    for forward, backward in (("0.751", "0.741"), ("0.4", "0.0822"), ("0.773", "−0.217")):
        assert heights[forward][1] == palette.FORWARD
        assert heights[backward][1] == palette.BACKWARD
        assert heights[forward][0] > heights[backward][0]


def test_each_node_has_its_own_bias_above_it():
    _, ax = figure(5.6, 3.8)
    network_diagram(ax, [2, 3, 1], biases=[[0.1, -0.2, 0.3], [4.0]])
    biases = {text.get_text(): text.get_position() for text in ax.texts if text.get_text().startswith("b = ")}
    assert set(biases) == {"b = 0.1", "b = −0.2", "b = 0.3", "b = 4"}
    assert biases["b = 0.1"][1] > biases["b = −0.2"][1] > biases["b = 0.3"][1]
    assert biases["b = 4"][0] > biases["b = 0.1"][0]


def test_in_a_graph_values_stand_above_gradients_below_and_slopes_beside_their_arrows():
    _, ax = figure()
    computation_graph(ax, **NEURON)
    written = {text.get_text(): text for text in ax.texts if text.get_text()}
    assert set(written) == {"w", "x", "×", "product", "loss", "3", "2", "6", "0.196", "?", "−0.433"}
    at = {name: written[name].get_position() for name in written}
    assert at["?"][1] < at["w"][1] < at["3"][1]
    assert at["×"][1] < at["6"][1] < at["product"][1]
    assert (written["6"].get_color(), written["?"].get_color()) == (palette.FORWARD, palette.BACKWARD)
    slope = next(text for text in ax.texts if text.get_text() == "3" and text.get_color() == palette.TEXT)
    assert at["x"][0] < slope.get_position()[0] < at["×"][0]


def test_lit_paths_of_a_graph_are_told_apart_without_colour():
    _, ax = figure()
    computation_graph(ax, **NEURON)
    arrows = [text.arrow_patch for text in ax.texts if getattr(text, "arrow_patch", None)]
    looks = [(arrow.get_edgecolor(), arrow.get_linewidth(), arrow.get_linestyle()) for arrow in arrows]
    assert looks[0] == looks[2] != looks[1]  # w to product to loss; x to product
    assert looks[3][:2] == looks[0][:2]  # the second path, from w to the loss
    assert looks[3][2] != looks[0][2]


def test_the_bar_of_signed_images_runs_from_minus_to_plus():
    _, ax = figure()
    image_grid(ax, np.array([[[-2.0, 1.0], [0.5, 0.0]]]), signed=True)
    (bar,) = (other for other in ax.figure.axes if other is not ax)
    labels = dict(zip(bar.get_yticks(), (label.get_text() for label in bar.get_yticklabels()), strict=True))
    assert labels == {-2.0: "−2", 0.0: "0", 2.0: "+2"}


@pytest.mark.parametrize(("points", "every"), [(2, 1), (100, 1), (101, 101)])
def test_a_path_has_a_marker_at_each_of_up_to_a_hundred_points(points, every):
    _, ax = figure(3, 3)
    path = np.linspace([-1, -1], [1, 1], points)
    contour(ax, lambda w: (w**2).sum(-1), ((-2, 2), (-2, 2)), paths={"way": path})
    (drawn,) = (line for line in ax.lines if line.get_label() == "way")
    assert drawn.get_markevery() == every


def test_a_confusion_matrix_has_true_classes_in_rows_and_predictions_in_columns():
    _, ax = figure()
    confusion_matrix(ax, [0, 0, 0, 1], [0, 1, 1, 1])
    assert {text.get_position(): text.get_text() for text in ax.texts} == {(0, 0): "1", (1, 0): "2", (1, 1): "1"}


def test_every_count_of_a_confusion_matrix_reads_on_its_cell():
    for wrong in (0, 1, 2, 5, 10, 20, 40, 60, 90, 99):
        _, ax = figure()
        confusion_matrix(ax, np.zeros(100, int), np.repeat([0, 1], [100 - wrong, wrong]))
        (cells,) = ax.images
        for text in ax.texts:
            column, row = text.get_position()
            cell = cells.cmap(cells.norm(cells.get_array()[row, column]))
            assert contrast(text.get_color(), cell) >= 4.5, (wrong, text)


def test_a_kernel_on_a_grid_shows_products_and_on_empty_cells_its_weights():
    _, ax = figure()
    number_grid(ax, [[2, 0, np.nan], [-1, 3, np.nan]], kernel=[[1, -4], [3, 2]], at=(0, 1))
    assert [text.get_text() for text in ax.texts] == ["2", "0·1", "−4", "−1", "3·3", "2"]


def test_several_cells_of_a_grid_can_be_marked():
    _, ax = figure()
    number_grid(ax, [[1, 2], [3, 4]], marked=[(1, 0), (0, 1)])
    dashed = [patch.get_xy() for patch in ax.patches if patch.get_linestyle() == "--"]
    assert np.allclose(dashed, [(0.06, 1.06), (1.06, 0.06)])


WRONG = {
    "numbers in a row": (lambda ax: number_grid(ax, [1, 2]), r"\(rows, columns\), got \(2,\)"),
    "a kernel beyond the edge": (
        lambda ax: number_grid(ax, [[1, 2], [3, 4]], kernel=[[1, 1]], at=(0, 1)),
        "leaves the grid of 2 × 2",
    ),
    "titles of another number": (lambda ax: image_grid(ax, IMAGES, titles=["one"]), "8 images need 8 titles, got 1"),
    "flat images": (lambda ax: image_grid(ax, np.zeros((3, 784))), r"\(N, height, width\).*\(3, 784\)"),
    "no image": (lambda ax: image_grid(ax, np.zeros((0, 8, 8))), r"N > 0"),
    "predictions of another length": (lambda ax: confusion_matrix(ax, [0, 1], [0]), r"\(2,\) and \(1,\)"),
    "probabilities for classes": (lambda ax: confusion_matrix(ax, [0, 1], [0.2, 0.7]), "integers from 0"),
    "a negative class": (lambda ax: confusion_matrix(ax, [0, -1], [0, 1]), "integers from 0"),
    "a class without a name": (lambda ax: confusion_matrix(ax, [2], [0], names=["a", "b"]), "class 2 has no name"),
    "no accuracy": (lambda ax: accuracy_curve(ax, [Epoch(1, 1.0, 1.0, np.nan, 0.1)]), "no accuracy"),
    "no epoch": (lambda ax: loss_curves(ax, []), "no epoch"),
    "one axes for two curves": (lambda ax: learning_curves([ax], EPOCHS), "two axes, got 1"),
    "a range backwards": (lambda ax: function_and_slope(ax, np.sin, np.cos, (1, -1)), "low to high"),
    "a line through one point": (lambda ax: chords(ax, np.sin, np.cos, 0, {"x": (1, 1)}), "'x' needs two different"),
    "no norms": (lambda ax: gradient_norms(ax, {}), "at least one"),
    "norms all zero": (lambda ax: gradient_norms(ax, {"dead": [0.0, 0.0]}), "dead"),
    "no line at all": (lambda ax: values_by_step(ax, {}), "at least one"),
    "a line without values": (lambda ax: values_by_step(ax, {"run": []}), "'run' has no value"),
    "one layer": (lambda ax: network_diagram(ax, [3]), "at least two layers"),
    "an empty layer": (lambda ax: network_diagram(ax, [3, 0, 2]), "one node or more"),
    "values of another size": (lambda ax: network_diagram(ax, [2, 1], values=[[1, 2], [3, 4]]), "values must hold"),
    "gradients for too few layers": (lambda ax: network_diagram(ax, [2, 1], gradients=[None]), "gradients must hold"),
    "biases for the inputs": (lambda ax: network_diagram(ax, [2, 1], biases=[[0, 0], [0]]), "biases must hold"),
    "weights transposed": (lambda ax: network_diagram(ax, [2, 1], weights=[np.ones((1, 2))]), r"\(n_in, n_out\)"),
    "weights of hidden nodes": (lambda ax: network_diagram(ax, [9, 1], weights=[np.ones((9, 1))]), "at most 5"),
    "a number without a place": (lambda ax: computation_graph(ax, {"w": (0, 0)}, {("w", "L"): 1}), "'L' has no place"),
    "a path beside the arrows": (
        lambda ax: computation_graph(ax, **{**NEURON, "paths": [["x", "loss"]]}),
        "which is no edge",
    ),
    "four paths": (lambda ax: computation_graph(ax, **{**NEURON, "paths": [["w", "loss"]] * 4}), "up to 3 paths"),
    "heads of unequal width": (lambda ax: heads_diagram(ax, 4, 6, 4), "4 heads cannot share 6 columns"),
    "a step without a word": (lambda ax: layer_planes(ax, **{**PLANES, "words": ["conv"]}), "came with 1 words"),
    "a block without layers": (lambda ax: block_diagram(ax, []), "at least one box in f"),
    "a note without a stop": (lambda ax: stream_diagram(ax, **{**STREAM, "notes": {4: "?"}}), "none has the number 4"),
    "a stream that ends in an arm": (lambda ax: stream_diagram(ax, ["ids", ("norm", "heads")]), "ends with a box"),
    "points in space": (lambda ax: decision_regions(ax, above_a_wave, np.ones((4, 3)), LABELS[:4]), r"x \(N, 2\)"),
    "labels of another length": (lambda ax: decision_regions(ax, above_a_wave, POINTS, LABELS[1:]), r"\(39,\)"),
    "labels that are scores": (lambda ax: decision_regions(ax, above_a_wave, POINTS, LABELS / 2), "integers from 0"),
    "a predictor of logits": (lambda ax: decision_regions(ax, lambda x: x, POINTS, LABELS), r"got shape \(40000, 2\)"),
    "classes without names": (lambda ax: decision_regions(ax, above_a_wave, POINTS, LABELS, names=["a"]), "2 names"),
    "a loss that is not finite": (lambda ax: contour(ax, lambda w: 1 / w[..., 0], ((-1, 1), (-1, 1))), "finite loss"),
    "a path in space": (lambda ax: contour(ax, bowl, ((0, 1), (0, 1)), paths={"p": np.ones((4, 3))}), "path 'p'"),
    "nothing to count": (lambda ax: histogram(ax, {"w": []}), "'w' must be finite"),
    "a number that is not finite": (lambda ax: histogram(ax, {"w": [1.0, np.nan]}), "'w' must be finite"),
    "more lines than looks": (lambda ax: gradient_norms(ax, {str(k): [1.0] for k in range(7)}), "6 lines apart"),
}


@pytest.mark.parametrize("case", list(WRONG))
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_wrong_data_is_refused_with_a_clear_message(case):
    draw, message = WRONG[case]
    _, ax = figure()
    with pytest.raises(ValueError, match=message):
        draw(ax)


def test_a_minimum_stands_at_its_coordinates():
    _, ax = figure(3, 3)
    contour(ax, lambda w: (w[..., 0] - 1) ** 2 + (w[..., 1] + 1) ** 2, ((-2, 2), (-2, 2)), minima=[(1, -1), (0.5, 2)])
    (stars,) = (drawn for drawn in ax.lines if drawn.get_marker() == "*")
    np.testing.assert_allclose(stars.get_xydata(), [(1, -1), (0.5, 2)])
    assert stars.get_label() == "minimum"


def test_the_bins_of_a_histogram_hold_every_number_of_every_list():
    _, ax = figure(3, 3)
    histogram(ax, {"narrow": [0.0, 1.0], "wide": [-4.0, 0.0, 8.0, 8.0]}, bins=6)
    outlines = [drawn.get_data() for drawn in ax.patches if drawn.get_label() in ("narrow", "wide")]
    np.testing.assert_allclose(outlines[0].edges, np.linspace(-4, 8, 7))
    np.testing.assert_allclose([outline.values.sum() for outline in outlines], 1)


def test_levels_given_one_by_one_are_filled_and_written_on_their_lines():
    for levels, written in ((6, set()), ((0.5, 2), {"0.5", "2"})):
        _, ax = figure(4, 4)
        contour(ax, lambda w: (w**2).sum(-1), ((-2, 2), (-2, 2)), levels=levels)
        assert {text.get_text() for text in ax.texts} == written
        assert any(drawn.filled for drawn in ax.collections) == bool(written)


def test_the_accuracy_at_the_end_of_the_line_is_the_last_and_not_the_best():
    _, ax = figure(3, 3)
    accuracy_curve(ax, [Epoch(n, 1.0, 1.0, accuracy, 0.1) for n, accuracy in enumerate((0.2, 0.912, 0.605), start=1)])
    assert "60.5 %" in [text.get_text() for text in ax.texts]
    assert "91.2 %" not in [text.get_text() for text in ax.texts]


def test_classes_without_names_are_counted_from_zero():
    _, ax = figure(3, 3)
    x = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.5]])
    decision_regions(ax, lambda points: (points[:, 0] > 1).astype(int), x, np.array([0, 0, 1]))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1"]


def test_in_a_notebook_a_figure_is_drawn_as_lines_and_its_letters_are_letters(tmp_path):
    source = """import matplotlib.pyplot as plt
from backprop.plots import figure
fig, ax = figure()
ax.set_xlabel("learning rate")
plt.show()"""
    cell = nbformat.v4.new_code_cell(source)
    (cell,) = execute(nbformat.v4.new_notebook(cells=[cell]), tmp_path)["cells"]
    (output,) = cell["outputs"]
    assert output["data"].keys() == {"image/svg+xml", "text/plain"}
    assert ">learning rate</text>" in output["data"]["image/svg+xml"]


def test_a_figure_for_a_slider_is_markup_with_its_own_names_and_is_closed():
    fig, ax = figure(2, 2)
    ax.plot([0, 1], [0, 1], label="line")
    ax.set_xlabel("a word")
    markup = as_html(fig, "a rising line", "rise")
    assert markup.startswith("<svg")
    assert 'aria-label="a rising line"' in markup
    assert ">a word</text>" in markup
    assert 'id="rise-' in markup
    assert 'id="figure_1"' not in markup
    assert not plt.fignum_exists(fig.number)
