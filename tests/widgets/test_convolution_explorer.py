"""The convolution explorer in script and in Python: one y, one dx, one dW, three pictures, and refused kernels."""

import itertools

import numpy as np
import pytest
from harness import run_node
from matplotlib import cbook, image
from traitlets import TraitError

from backprop.data import mnist_sample
from backprop.widgets.convolution_explorer import KERNELS, ConvolutionExplorer, pictures

SETTINGS = list(itertools.product(["toy", "photo", "digit"], [1, 2, 3], [0, 1, 2], ["one", "ones", "all"]))


def in_script(folder, script, data):
    facts = ConvolutionExplorer().facts()["pictures"]
    return run_node(ConvolutionExplorer, folder, script, {"cases": data, "pictures": facts})


def test_y_dx_and_dw_equal_the_packages_for_every_stride_padding_and_gradient(tmp_path):
    rng, cases, wanted = np.random.default_rng(0), [], []
    for picture, stride, padding, gradient in SETTINGS:
        kernel = rng.uniform(-3, 3, 9).round(2).tolist()
        explorer = ConvolutionExplorer(
            picture=picture, stride=stride, padding=padding, gradient=gradient, kernel=kernel, row=40, column=7
        )
        cases.append([picture, kernel, stride, padding, explorer.dy.ravel().tolist()])
        wanted.append([explorer.y.ravel(), explorer.dx.ravel(), explorer.dW.ravel()])
    script = """
    const result = data.cases.map(([picture, kernel, stride, padding, dy]) => {
      const x = widget.asPicture(data.pictures[picture]), side = Math.sqrt(x.length);
      const y = widget.gather(x, side, kernel, stride, padding);
      const dW = widget.weigh(x, side, dy, stride, padding);
      return [[...y], [...widget.scatter(dy, side, kernel, stride, padding)], [...dW]];
    });
    """
    for found, (y, dx, dW) in zip(in_script(tmp_path, script, cases), wanted, strict=True):
        np.testing.assert_allclose(found[0], y, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found[1], dx, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found[2], dW, rtol=1e-9, atol=1e-12)


def test_the_count_of_windows_over_a_pixel_is_what_ones_scatter(tmp_path):
    cases = [[28, stride, padding] for stride in (1, 2, 3) for padding in (0, 1, 2)]
    script = """
    const result = data.cases.map(([side, s, p]) => {
      const dy = new Float64Array(widget.places(side, s, p) ** 2).fill(1), counted = [];
      for (let k = 0; k < side * side; k++) {
        counted.push(widget.readers(side, s, p, Math.floor(k / side), k % side).length);
      }
      return [[...widget.scatter(dy, side, Array(9).fill(1), s, p)], counted];
    });
    """
    for scattered, counted in in_script(tmp_path, script, cases):
        assert scattered == counted
        assert max(counted) <= 9


def test_the_windows_over_a_pixel_hold_it_under_the_weight_that_is_named(tmp_path):
    script = """
    const result = data.cases.map(([side, s, p, i, j]) => {
      return widget.readers(side, s, p, i, j).map(([r, c, k]) => [widget.pixels(side, s, p, r, c)[k], i * side + j]);
    });
    """
    cases = [[7, s, p, i, j] for s in (1, 2, 3) for p in (0, 1, 2) for i in range(7) for j in (0, 3, 6)]
    for named in in_script(tmp_path, script, cases):
        assert all(found == wanted for found, wanted in named)


def test_dy_of_ones_counts_the_windows_over_a_pixel_and_the_uses_of_a_weight():
    explorer = ConvolutionExplorer(picture="toy", kernel=[1] * 9, gradient="ones")
    along = np.array([1, 2, 3, 3, 3, 2, 1])
    np.testing.assert_array_equal(explorer.dx, np.outer(along, along))
    assert explorer.dW[0, 0] == explorer.x[:5, :5].sum()


def test_the_pictures_are_a_photograph_that_matplotlib_ships_and_a_digit_of_the_sample():
    photo = image.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)).astype(float)
    grey = photo[:384, 70:454] @ [0.299, 0.587, 0.114]
    theirs = grey.reshape(64, 6, 64, 6).mean(axis=(1, 3)) / 255
    np.testing.assert_allclose(pictures()["photo"], theirs, atol=2.5 / 255)  # readers of JPEG differ by a level
    np.testing.assert_allclose(pictures()["digit"], mnist_sample().x_test[15].reshape(28, 28), atol=1e-6)


def test_the_sums_that_the_sentences_speak_of_are_the_kernels():
    assert {name: round(sum(kernel), 9) for name, kernel in KERNELS.items()} == {
        "identity": 1,
        "blur": 1,
        "sharpen": 1,
        "edge": 0,
        "emboss": 1,
    }
    np.testing.assert_array_equal(ConvolutionExplorer(kernel=KERNELS["identity"], padding=1).y, pictures()["photo"])


def test_the_gradient_of_one_place_is_the_kernel_there_and_nothing_elsewhere():
    dx = ConvolutionExplorer(row=10, column=20, kernel=list(range(1, 10))).dx
    np.testing.assert_array_equal(dx[10:13, 20:23], np.arange(1, 10).reshape(3, 3))
    assert np.count_nonzero(dx) == 9


@pytest.mark.parametrize("wrong", [[1] * 8, [1] * 10, "edge", None, [10] + [0] * 8, [float("nan")] * 9, ["1"] * 9, 1.0])
def test_a_kernel_that_is_none_is_refused(wrong):
    with pytest.raises(TraitError, match="kernel must be nine numbers from -9 to 9"):
        ConvolutionExplorer(kernel=wrong)


def test_a_kernel_may_come_as_three_rows_or_as_an_array():
    explorer = ConvolutionExplorer(kernel=[[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    assert explorer.kernel == [0, 1, 0, 1, -4, 1, 0, 1, 0]
    explorer.kernel = np.eye(3)
    assert explorer.kernel == [1, 0, 0, 0, 1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "setting", [{"stride": 0}, {"stride": 4}, {"padding": 3}, {"picture": "cat"}, {"row": -1}, {"seen": 4096}]
)
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(TraitError):
        ConvolutionExplorer(**setting)
