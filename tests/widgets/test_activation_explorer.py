"""The activation explorer in Python and in script: one value, one slope, one cliff, against exact arithmetic too."""

import decimal
import math

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.gradcheck import numerical_gradient
from backprop.layers import GELU, Identity, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from backprop.widgets.activation_explorer import STABLE, TEXTBOOK, ActivationExplorer

LAYERS = {
    "linear": Identity(), "relu": ReLU(), "leaky": LeakyReLU(0.01), "sigmoid": Sigmoid(), "tanh": Tanh(), "gelu": GELU()
}  # fmt: skip
PLACES = [0.0, 1e-9, -1e-9, 1e-3, 0.5, -0.5, 1.0, -1.0, 3.3, -4.7, 9.0, -9.0, 17.0, 20.0, -40.0, 88.0, -88.0]
FAR = [*PLACES, 88.7, 88.8, -88.7, -88.8, 95.0, -95.0, 300.0, -300.0, 709.7, -709.7, 709.8, -709.8, 800.0, -800.0]
EVALUATE = """
const result = data.map(([name, z, stable, single]) => {
  const { value, slope, overflow } = widget.evaluate(name, z, stable, single);
  return [isNaN(value) ? "nan" : value, isNaN(slope) ? "nan" : slope, overflow];
});
"""


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


def exactly(name, z):
    """Value and slope with fifty digits."""
    with decimal.localcontext(prec=50):
        z, one = decimal.Decimal(z), decimal.Decimal(1)
        if name == "tanh":
            e = (-2 * abs(z)).exp()
            return float((1 - e) / (1 + e) * one.copy_sign(z)), float(4 * e / (1 + e) ** 2)
        e = (-z).exp()
        return float(1 / (1 + e)), float(e / (1 + e) ** 2)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softmax"])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_stable_formulas_keep_their_digits_wherever_the_true_number_can_be_written(name, precision):
    kind = np.finfo(precision)
    for z in FAR:
        z = float(np.dtype(precision).type(z))
        found = STABLE[name](np.array([z], dtype=precision))
        for got, want in zip(found, exactly(name, z), strict=True):
            assert got.dtype == precision
            assert got[0] == pytest.approx(want, rel=8 * float(kind.eps), abs=2 * float(kind.tiny))


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "softmax"])
def test_where_both_work_the_textbook_and_the_stable_formula_agree(name):
    z = np.linspace(-8, 8, 201)
    for one, other in zip(TEXTBOOK[name](z), STABLE[name](z), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("name", LAYERS)
def test_values_and_slopes_are_the_layers_of_the_package(name):
    z = np.linspace(-8, 8, 200)
    value, slope = STABLE[name](z)
    np.testing.assert_allclose(value, LAYERS[name].forward(z), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(slope, LAYERS[name].backward(np.ones_like(z)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", STABLE)
def test_every_slope_is_what_a_nudge_finds(name):
    for z in (-3.2, -0.7, 0.4, 2.9):
        nudged = numerical_gradient(lambda z: float(STABLE[name](z)[0][0]), np.array([z]))
        np.testing.assert_allclose(STABLE[name](np.array([z]))[1], nudged, rtol=1e-8)


def test_softmax_of_z_and_zero_is_its_first_output():
    z = np.array([-3.0, 0.2, 5.0])
    np.testing.assert_allclose(
        STABLE["softmax"](z)[0], Softmax().forward(np.stack([z, 0 * z], axis=1))[:, 0], rtol=1e-14
    )


def test_the_script_computes_what_numpy_computes(tmp_path):
    cases = [
        (name, z, stable, single)
        for name in STABLE
        for z in FAR
        for stable in (True, False)
        for single in (True, False)
    ]
    found = run_node(ActivationExplorer, tmp_path, EVALUATE, cases)
    for (name, z, stable, single), (value, slope, _) in zip(cases, found, strict=True):
        precision = "float32" if single else "float64"
        explorer = ActivationExplorer(function=name, z=z, form="stable" if stable else "textbook", precision=precision)
        # A processor's float32 exponential may differ from the rounded float64 one in the last bit; differences of
        # textbook formulas multiply that.
        rel, least = (2e-5, 4e-7) if single else (1e-9, 4e-16)
        if stable:
            least = float(np.finfo(precision).tiny)
        for got, want in ((value, explorer.value), (slope, explorer.slope)):
            assert float(got) == pytest.approx(want, rel=rel, abs=least, nan_ok=True), (name, z, stable, precision)


def test_in_float32_every_single_operation_is_rounded(tmp_path):
    """Bit for bit, except that the exponentials are rounded float64 ones: each processor has its own float32 exp."""
    one, two = np.float32(1), np.float32(2)

    def rounded(f, z):
        return np.float32(f(np.float64(z)))

    def textbook(v):
        up, down = rounded(np.exp, v), rounded(np.exp, -v)
        a = (up - down) / (up + down)
        return a, one - a * a

    def stable(v):
        e, steep = rounded(np.expm1, -two * abs(v)), rounded(np.exp, -two * abs(v))
        sum_ = one + steep
        return np.sign(v) * (-e / (two + e)), np.float32(4) * steep / (sum_ * sum_)

    places = np.random.default_rng(5).uniform(-6, 6, 300).astype(np.float32)
    cases = [("tanh", float(z), kind is stable, True) for kind in (textbook, stable) for z in places]
    wanted = [kind(z) for kind in (textbook, stable) for z in places]
    cases.append(("leaky", -1.0, True, True))
    wanted.append((-np.float32(0.01), np.float32(0.01)))
    found = run_node(ActivationExplorer, tmp_path, EVALUATE, cases)
    assert [tuple(map(np.float32, row[:2])) for row in found] == wanted
    assert [row[:2] for row in found] == [[float(value), float(slope)] for value, slope in wanted]


def breaks(name, z, precision):
    """Whether NumPy itself complains of an overflow."""
    try:
        with np.errstate(over="raise"):
            TEXTBOOK[name](np.array([z], dtype=precision))
    except FloatingPointError:
        return True
    return False


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_script_finds_the_cliff_where_numpy_overflows(precision, tmp_path):
    script = "const result = data.map(([name, end, single]) => widget.cliff(name, end, false, single));"
    cases = [(name, end, precision == "float32") for name in STABLE for end in (-800, 800)]
    most = math.log(np.finfo(precision).max)
    for (name, end, _), edge in zip(cases, run_node(ActivationExplorer, tmp_path, script, cases), strict=True):
        if edge is None:
            assert not breaks(name, end, precision)
            continue
        step = math.copysign(1e-3, end)
        assert not breaks(name, edge - step, precision)
        assert breaks(name, edge + step, precision)
        if name != "gelu":
            assert abs(edge) == pytest.approx(most, abs=1e-3)
    assert run_node(ActivationExplorer, tmp_path, script.replace("false", "true"), cases) == [None] * len(cases)


def test_the_sentence_fits_what_came_out(tmp_path):
    script = """
    const result = data.map(([name, z, stable, single]) =>
      widget.verdict(name, z, widget.evaluate(name, z, stable, single), widget.evaluate(name, z, true, single).slope));
    """
    expected = {
        ("tanh", 90, False, True): "nan", ("tanh", 90, False, False): "flat", ("tanh", 90, True, True): "under",
        ("sigmoid", -90, False, True): "zero", ("sigmoid", -90, False, False): "saturated",
        ("sigmoid", 20, False, True): "flat", ("sigmoid", 20, True, True): "saturated",
        ("sigmoid", 1, True, True): "partly",
        ("relu", 0, True, False): "corner", ("relu", -1, True, False): "shut", ("relu", 1, True, False): "open",
        ("sigmoid", 4.58, True, False): "partly", ("sigmoid", 4.60, True, False): "saturated",  # f′ around 0.01
        ("sigmoid", 0, False, False): "partly", ("softmax", 0, True, False): "partly",
        ("gelu", 1, True, False): "more", ("gelu", -1, True, False): "back", ("linear", 0, False, False): "open",
    }  # fmt: skip
    assert run_node(ActivationExplorer, tmp_path, script, list(expected)) == list(expected.values())


def test_numbers_next_to_one_are_not_written_as_one(tmp_path):
    values = [1, 1 - 1e-6, -1 + 1e-6, 1 + 1e-6, 0, -0.25, 0.9994, -1 - 1e-6, 0.9996, 1.0004]
    shown = run_node(
        ActivationExplorer, tmp_path, "const result = [...data.map(widget.shown), widget.shown(NaN)];", values
    )
    assert shown[:5] == ["1", "1 − 10⁻⁶", "−1 + 10⁻⁶", "1 + 10⁻⁶", "0"]
    assert shown[5:] == ["−0.25", "0.999", "−1 − 10⁻⁶", "1 − 4×10⁻⁴", "1 + 4×10⁻⁴", "nan"]


@pytest.mark.parametrize("setting", [{"z": 801}, {"z": np.nan}, {"function": "step"}, {"reach": 6}, {"form": "naive"}])
def test_nonsense_is_refused(setting):
    explorer = ActivationExplorer()
    before = repr(explorer)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(explorer, name, value)
    assert repr(explorer) == before
