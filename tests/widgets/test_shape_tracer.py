"""The shape tracer in Python and in script: the same product, and what is lit up is what a nudge reaches."""

import itertools
from functools import partial

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.gradcheck import numerical_gradient
from backprop.widgets.shape_tracer import DELTA, A, B, ShapeTracer, W

SIZES = [(1, 1, 1), (5, 5, 5), (3, 2, 4), (1, 5, 2), (4, 1, 3)]


def test_the_script_computes_the_packages_product_for_every_size(tmp_path):
    script = """
    const { arrays } = data.facts;
    const result = data.sizes.map((size) => {
      const { a, W, b } = widget.cut(arrays, ...size);
      return widget.layer(a, W, b);
    });
    """
    sizes = list(itertools.product(range(1, 6), repeat=3))
    found = run_node(ShapeTracer, tmp_path, script, {"facts": ShapeTracer().facts(), "sizes": sizes})
    for (N, n_in, n_out), z in zip(sizes, found, strict=True):
        wanted = ShapeTracer(N=N, n_in=n_in, n_out=n_out).z
        assert np.shape(z) == wanted.shape == (N, n_out)
        np.testing.assert_allclose(z, wanted, rtol=1e-9, atol=1e-15)


def test_the_gradients_are_the_packages_and_what_a_nudge_finds(tmp_path):
    script = """
    const { arrays } = data.facts;
    const result = data.sizes.map((size) => {
      const { a, W, delta } = widget.cut(arrays, ...size);
      return widget.gradients(a, W, delta);
    });
    """
    sizes = list(itertools.product((1, 3, 5), (1, 2, 5), (1, 4, 5)))
    found = run_node(ShapeTracer, tmp_path, script, {"facts": ShapeTracer().facts(), "sizes": sizes})
    for (N, n_in, n_out), gradients in zip(sizes, found, strict=True):
        wanted = ShapeTracer(N=N, n_in=n_in, n_out=n_out).gradients
        arrays = {"a": np.array(A)[:N, :n_in] * 1.0, "W": np.array(W)[:n_in, :n_out], "b": np.array(B)[:n_out]}
        delta = np.array(DELTA)[:N, :n_out]
        for name in arrays:
            nudged = numerical_gradient(partial(loss_above, delta, arrays, name), arrays[name])
            assert wanted["d" + name].shape == arrays[name].shape
            np.testing.assert_allclose(gradients["d" + name], wanted["d" + name], rtol=1e-9, atol=1e-14)
            np.testing.assert_allclose(wanted["d" + name], nudged, rtol=1e-6, atol=1e-8)


def loss_above(delta, arrays, name, nudged):
    """A made-up loss: one unit more of an entry of z adds its δ."""
    now = arrays | {name: nudged}
    return ((now["a"] @ now["W"] + now["b"]) * delta).sum()


def entries(shape):
    return list(np.ndindex(shape))


def positive(a, W, b):
    """The layer with every factor moved above 0, for a factor of 0 would hide a link."""
    return (a + 10) @ (W + 10) + b


@pytest.mark.parametrize(("N", "n_in", "n_out"), SIZES)
def test_an_entry_meets_exactly_what_a_nudge_of_it_reaches(N, n_in, n_out, tmp_path):
    arrays = {"a": np.array(A)[:N, :n_in] * 1.0, "W": np.array(W)[:n_in, :n_out], "b": np.array([B])[:, :n_out]}
    shapes = {name: array.shape for name, array in arrays.items()} | {"z": (N, n_out)}
    reached = {name: {} for name in arrays}  # entry of a, W, b -> the entries of z that change with it
    for name, array in arrays.items():
        for place in entries(array.shape):
            nudged = array.copy()
            nudged[place] += 1.5
            changed = positive(**(arrays | {name: nudged})) != positive(**arrays)
            reached[name][place] = {tuple(map(int, at)) for at in np.argwhere(changed)}
    script = """
    const result = data.asked.map(([array, [row, column]]) => {
      const touched = widget.meets(array, row, column);
      return Object.fromEntries(Object.entries(data.shapes).map(([name, [rows, columns]]) => [name,
        Array.from({ length: rows }, (_, r) =>
          Array.from({ length: columns }, (_, c) => Boolean(touched[name](r, c))))]));
    });
    """
    asked = [(name, place) for name, shape in shapes.items() for place in entries(shape)]
    found = run_node(ShapeTracer, tmp_path, script, {"asked": asked, "shapes": shapes})
    for (name, place), lit in zip(asked, found, strict=True):
        if name == "z":  # what it is made of: every entry of a, W, b that reaches it
            for factor in arrays:
                wanted = {at for at, ends in reached[factor].items() if place in ends}
                assert set(zip(*np.nonzero(lit[factor]), strict=True)) == wanted, (place, factor)
        else:
            assert set(zip(*np.nonzero(lit["z"]), strict=True)) == reached[name][place], (name, place)
            assert np.argwhere(lit[name]).tolist() == ([list(place)] if name != "b" else [[0, place[1]]])


def test_a_factor_meets_the_entries_that_it_is_multiplied_by(tmp_path):
    script = """
    const all = [0, 1, 2], on = (test) => all.flatMap((r) => all.filter((c) => test(r, c)).map((c) => [r, c]));
    const result = [on(widget.meets("a", 1, 2).W), on(widget.meets("W", 1, 2).a), on(widget.meets("b", 0, 2).W)];
    """
    row_of_W, column_of_a, nothing = run_node(ShapeTracer, tmp_path, script, None)
    assert row_of_W == [[2, 0], [2, 1], [2, 2]]  # a[1, 2] times row 2 of W
    assert column_of_a == [[0, 1], [1, 1], [2, 1]]  # W[1, 2] times column 1 of a
    assert nothing == []


def test_every_number_on_the_screen_has_at_most_one_decimal():
    tracer = ShapeTracer(N=5, n_in=5, n_out=5)
    for array in (A, W, B, DELTA, tracer.z, *tracer.gradients.values()):
        np.testing.assert_allclose(array, np.round(array, 1), atol=1e-12)


@pytest.mark.parametrize(
    "setting", [{"N": 0}, {"n_in": 6}, {"n_out": 1.5}, {"array": "w"}, {"direction": "up"}, {"row": 5}, {"column": -1}]
)
def test_nonsense_is_refused_and_leaves_the_tracer_as_it_was(setting):
    tracer = ShapeTracer()
    before = repr(tracer)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(tracer, name, value)
    assert repr(tracer) == before
