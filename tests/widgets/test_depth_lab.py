"""The depth lab in Python and in script: the same random network, the same sizes, and the theory of random weights."""

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.gradcheck import numerical_gradient
from backprop.widgets.depth_lab import ACTIVATIONS, DEEPEST, WIDEST, DepthLab, block, rms, uniforms

SIZES = "const result = data.map((setting) => widget.sizes(...setting));"


def test_the_script_draws_the_same_numbers(tmp_path):
    script = "const result = data.map((number) => Array.from(widget.block(number)));"
    for number, found in zip([0, 1, 51], run_node(DepthLab, tmp_path, script, [0, 1, 51]), strict=True):
        np.testing.assert_allclose(np.reshape(found, (WIDEST, WIDEST)), block(number, WIDEST, WIDEST), rtol=1e-12)


def test_the_numbers_are_spread_like_independent_normal_ones():
    numbers = np.array([block(k, WIDEST, WIDEST) for k in range(DEEPEST + 2)])
    flat = numbers.ravel()
    n = len(flat)
    assert abs(flat.mean()) < 4 / n**0.5
    assert flat.var() == pytest.approx(1, abs=4 * (2 / n) ** 0.5)
    assert (flat**4).mean() == pytest.approx(3, abs=4 * (96 / n) ** 0.5)
    for other in (np.roll(numbers, 1, axis=axis) for axis in range(3)):
        assert abs((numbers * other).mean()) < 4 / n**0.5
    u = uniforms(np.arange(100_000))
    assert 0 < u.min() < u.max() < 1
    assert np.histogram(u, 10, (0, 1))[0] == pytest.approx(10_000, abs=400)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_script_measures_what_the_package_measures(activation, tmp_path):
    # Above s√n = 1 a deep tanh network is chaotic and multiplies rounding too: there it is compared while shallow.
    settings = [(1, 0.3, 4), (2, 5.0, 64), (8, 1.0, 16), (20, 0.177, 32), (50, 0.125, 64), (50, 0.005, 12)]
    found = run_node(DepthLab, tmp_path, SIZES, [(activation, *setting) for setting in settings])
    for (depth, std, width), sizes in zip(settings, found, strict=True):
        lab = DepthLab(activation=activation, depth=depth, std=std, width=width)
        for name, want in lab.sizes._asdict().items():
            assert len(sizes[name]) == depth + (name == "values")
            np.testing.assert_allclose(sizes[name], want, rtol=1e-9, err_msg=f"{name}, {lab}")


def test_the_sizes_in_python_are_those_of_a_nudge():
    lab = DepthLab(activation="tanh", depth=2, std=0.7, width=4)
    W1, W2, x, r = 0.7 * block(1, 4, 4), 0.7 * block(2, 4, 4), block(0, 8, 4), block(DEEPEST + 1, 8, 4)

    def priced(W1):
        return (np.tanh(np.tanh(x @ W1) @ W2) * r).sum()

    assert lab.sizes.weights[0] == pytest.approx(rms(numerical_gradient(priced, W1)), rel=1e-7)


@pytest.mark.parametrize(("activation", "mean_square"), [("linear", 1), ("relu", 1 / 2)])
def test_at_its_own_rule_a_deep_network_keeps_its_size(activation, mean_square):
    lab = DepthLab(activation=activation, depth=20, width=64)
    lab.std = (1 / (64 * mean_square)) ** 0.5
    assert lab.std == pytest.approx(lab.glorot if activation == "linear" else lab.he)
    sizes = lab.sizes
    assert 0.9 < (sizes.deltas[0] / sizes.deltas[-1]) ** (1 / 19) < 1.1
    assert 0.1 < sizes.values[-1] / sizes.values[0] < 10


def test_the_journey_is_told_as_it_went(tmp_path):
    script = """
    const told = (activation, depth, std, n) => widget.journey(widget.sizes(activation, depth, std, n), std, n);
    const result = data.map((setting) => told(...setting));
    """
    settings = {
        ("sigmoid", 20, 0.177, 32): "vanishes", ("relu", 20, 0.25, 32): "arrives", ("tanh", 50, 1, 32): "explodes",
        ("relu", 1, 0.25, 32): "single", ("linear", 50, 0.005, 4): "vanishes",
    }  # fmt: skip
    for setting, trip in zip(settings, run_node(DepthLab, tmp_path, script, list(settings)), strict=True):
        activation, depth, std, width = setting
        assert trip["fate"] == settings[setting]
        assert trip["steps"] == depth - 1
        if depth > 1:
            deltas = DepthLab(activation=activation, depth=depth, std=std, width=width).sizes.deltas
            assert trip["left"] == pytest.approx(deltas[0] / deltas[-1], rel=1e-6 if std < 1 else 10)
            assert trip["weights"] * trip["slope"] == pytest.approx(trip["factor"], rel=0.25)
    silent = "const result = widget.journey({ slopes: [1, 0, 1], deltas: [0, 0, 1] }, 1, 4).fate;"
    assert run_node(DepthLab, tmp_path, silent, None) == "gone"


def test_a_gradient_vanishes_below_a_thousandth_and_explodes_above_a_thousand(tmp_path):
    script = "const result = data.map((d) => widget.journey({ slopes: [1, 1, 1], deltas: [d, 0, 1] }, 1, 4).fate);"
    found = run_node(DepthLab, tmp_path, script, [0.99e-3, 1.01e-3, 0.99e3, 1.01e3])
    assert found == ["vanishes", "arrives", "arrives", "explodes"]


def test_the_axis_holds_every_size(tmp_path):
    script = "const result = data.map(widget.decades);"
    cases = [[1, 2], [0.5], [1e-20, 3], [1e7, 0], [1e-3, 1e5]]
    found = run_node(DepthLab, tmp_path, script, cases)
    for numbers, (low, high) in zip(cases, found, strict=True):
        assert high / low >= 0.99e4
        assert all(low * 0.999 <= number <= high * 1.001 for number in numbers if number)


@pytest.mark.parametrize("setting", [{"depth": 0}, {"depth": 51}, {"std": 0.0}, {"width": 65}, {"activation": "step"}])
def test_nonsense_is_refused_and_leaves_the_lab_as_it_was(setting):
    lab = DepthLab()
    before = repr(lab)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(lab, name, value)
    assert repr(lab) == before
