"""The activation functions: values by hand, ends of the number line, exact decimals, PyTorch."""

import math
import warnings
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backprop.layers import GELU, Identity, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh

SQUASHERS = [Identity, ReLU, LeakyReLU, Sigmoid, Tanh, GELU]
REAL = st.floats(-1e4, 1e4, width=32)
ROWS = hnp.arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=REAL)


def value_and_slope(layer, z):
    z = np.asarray(z)
    return layer.forward(z), layer.backward(np.ones_like(z))


def exact(name, z):
    """Value and slope of an activation with fifty digits, from its textbook formula."""
    with localcontext() as context:
        context.prec = 50
        context.Emin, context.Emax = -(10**9), 10**9
        z = Decimal(float(z))
        if name == "Sigmoid":
            a = 1 / (1 + (-z).exp())
            return a, a * (1 - a)
        if name == "Tanh":
            t = 1 - 2 / ((2 * z).exp() + 1)
            return t, 1 - t * t
        c, pi = Decimal("0.044715"), Decimal("3.14159265358979323846264338327950288419716939937510")
        scale = (2 / pi).sqrt()
        inner = scale * (z + c * z * z * z)
        t = Decimal(1) if inner > 10**8 else Decimal(-1) if inner < -(10**8) else 1 - 2 / ((2 * inner).exp() + 1)
        slope = (1 + t) / 2 + z / 2 * (1 - t * t) * scale * (1 + 3 * c * z * z)
        return z * (1 + t) / 2, slope


@pytest.mark.parametrize(
    ("layer", "z", "a", "slope"),
    [
        (Identity(), [-3.0, 0.0, 2.0], [-3, 0, 2], [1, 1, 1]),
        (ReLU(), [-3.0, 0.0, 2.0], [0, 0, 2], [0, 0, 1]),
        (LeakyReLU(0.1), [-3.0, 0.0, 2.0], [-0.3, 0, 2], [0.1, 0.1, 1]),
        (LeakyReLU(0.0), [-3.0, 0.0, 2.0], [0, 0, 2], [0, 0, 1]),
        # z = ln 3: 1 / (1 + 1/3) = 3/4, slope 3/4 · 1/4
        (Sigmoid(), [0.0, math.log(3), -math.log(3)], [0.5, 0.75, 0.25], [0.25, 0.1875, 0.1875]),
        # z = ln 2: (2 − 1/2) / (2 + 1/2) = 3/5, slope 1 − 9/25
        (Tanh(), [0.0, math.log(2), -math.log(2)], [0, 0.6, -0.6], [1, 0.64, 0.64]),
        # value 0 and slope ½ at 0; z and 1 far out, 0 and 0 at the other end
        (GELU(), [0.0, 100.0, -100.0], [0, 100, 0], [0.5, 1, 0]),
    ],
    ids=["Identity", "ReLU", "LeakyReLU", "LeakyReLU 0", "Sigmoid", "Tanh", "GELU"],
)
def test_value_and_slope_worked_by_hand(layer, z, a, slope):
    value, got = value_and_slope(layer, np.array([z]))
    np.testing.assert_allclose(value[0], a, rtol=1e-15, atol=1e-16)
    np.testing.assert_allclose(got[0], slope, rtol=1e-14, atol=1e-16)


def test_softmax_worked_by_hand():
    layer = Softmax()
    # exp: 1, 2, 5, sum 8
    p = layer.forward(np.log(np.array([[1.0, 2.0, 5.0]])))
    np.testing.assert_allclose(p, [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-15)
    # dy = (1, 0, 0): p ⊙ (dy − 1/8) = (1/8 · 7/8, 2/8 · −1/8, 5/8 · −1/8)
    dz = layer.backward(np.array([[1.0, 0.0, 0.0]]))
    np.testing.assert_allclose(dz, [[7 / 64, -2 / 64, -5 / 64]], rtol=1e-14)


@pytest.mark.parametrize("layer", [Sigmoid(), Tanh(), GELU()], ids=["Sigmoid", "Tanh", "GELU"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_value_and_slope_are_right_all_along_the_number_line_without_a_warning(layer, dtype):
    # among them where exp leaves float32 (88.7, −103.9) and float64 (709.8, −745.1)
    sizes = [0, 1e-8, 1e-3, 0.3, 1, 2.5, 4, 8, 15, 17, 20, 40, 88, 89, 104, 500, 710, 746, 1e4]
    z = np.array([[sign * size for size in sizes for sign in (1, -1)]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slope = value_and_slope(layer, z)
    eps = float(np.finfo(dtype).eps)
    # GELU's slope multiplies the rounding of tanh by up to z³
    slope_eps = 32 * eps if isinstance(layer, GELU) else 4 * eps
    for at, got, got_slope in zip(z[0].tolist(), value[0].tolist(), slope[0].tolist(), strict=True):
        want, want_slope = exact(type(layer).__name__, at)
        assert abs(got - float(want)) <= 4 * eps * max(1.0, abs(float(want))), at
        assert abs(got_slope - float(want_slope)) <= slope_eps, at


def test_numbers_whose_cube_overflows_float32_are_no_trouble():
    z = np.array([[1e20, -1e20, 1e30, -1e30]], np.float32)
    for layer in (Sigmoid(), Tanh(), GELU(), LeakyReLU(), ReLU()):
        value, slope = value_and_slope(layer, z)
        assert np.isfinite(value).all()
        assert ((slope >= 0) & (slope <= 1)).all()
    np.testing.assert_array_equal(value, [[z[0, 0], 0, z[0, 2], 0]])
    value, slope = value_and_slope(GELU(), z)
    np.testing.assert_array_equal(value, [[z[0, 0], 0, z[0, 2], 0]])
    np.testing.assert_array_equal(slope, [[1, 0, 1, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_small_sigmoids_keep_their_digits(dtype):
    z = np.array([[-1.0, -10.0, -20.0, -50.0, -80.0]], dtype)
    value, slope = value_and_slope(Sigmoid(), z)
    want = [float(exact("Sigmoid", at)[0]) for at in z[0]]
    np.testing.assert_allclose(value[0], want, rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(slope[0], [a * (1 - a) for a in want], rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_softmax_is_right_for_logits_of_1e4_without_a_warning(dtype):
    layer = Softmax()
    z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4 - 1], [1e4, 0.0, 1e4]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p = layer.forward(z)
        dz = layer.backward(np.ones_like(z))
    e = math.exp(-1)
    want = [[1, 0, 0], [1 / 3] * 3, [1 / (2 + e), 1 / (2 + e), e / (2 + e)], [0.5, 0, 0.5]]
    np.testing.assert_allclose(p, want, rtol=4 * np.finfo(dtype).eps)
    # a common nudge of all p costs nothing: they sum to 1 whatever z
    np.testing.assert_allclose(dz, 0, atol=2 * np.finfo(dtype).eps)


@given(ROWS, REAL)
def test_softmax_gives_probabilities_that_a_common_shift_leaves_alone(z, shift):
    layer = Softmax()
    p = layer.forward(z)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-6)
    assert (np.take_along_axis(p, z.argmax(axis=-1)[:, None], axis=-1)[:, 0] == p.max(axis=-1)).all()
    moved = layer.forward(z.astype(np.float64) + shift)
    np.testing.assert_allclose(moved, layer.forward(z.astype(np.float64)), atol=1e-10)
    # the gradient of each row sums to 0, since a shift costs nothing
    dz = layer.backward(np.random.default_rng(0).standard_normal(z.shape))
    np.testing.assert_allclose(dz.sum(axis=-1), 0, atol=1e-12)


@given(ROWS)
def test_the_slopes_keep_their_bounds(z):
    for layer, low, high in [(ReLU(), 0, 1), (LeakyReLU(0.3), 0.3, 1), (Sigmoid(), 0, 0.25), (Tanh(), 0, 1)]:
        _, slope = value_and_slope(layer, z)
        assert (slope >= np.float32(low) * (1 - 1e-6)).all()
        assert (slope <= high * (1 + 1e-6)).all()


@given(ROWS)
def test_odd_and_mirrored_functions_are_odd_and_mirrored(z):
    np.testing.assert_array_equal(Tanh().forward(-z), -Tanh().forward(z))
    np.testing.assert_allclose(Sigmoid().forward(-z), 1 - Sigmoid().forward(z), atol=1e-7)
    np.testing.assert_array_equal(ReLU().forward(z) - ReLU().forward(-z), z)
    np.testing.assert_allclose(GELU().forward(z) - GELU().forward(-z), z, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("slope", [-0.1, 1.0, 1.5, float("nan")])
def test_leaky_relu_refuses_a_slope_outside_0_to_1(slope):
    with pytest.raises(ValueError, match="LeakyReLU wants 0 ≤ slope < 1"):
        LeakyReLU(slope)


def test_numpy_numbers_as_settings_do_not_upcast():
    layer = LeakyReLU(np.float64(0.1))
    value, slope = value_and_slope(layer, np.ones((2, 2), np.float32))
    assert value.dtype == slope.dtype == np.float32


@pytest.mark.parametrize(
    ("layer", "name", "settings"),
    [
        (ReLU(), "relu", {}),
        (LeakyReLU(0.2), "leaky_relu", {"negative_slope": 0.2}),
        (Sigmoid(), "sigmoid", {}),
        (Tanh(), "tanh", {}),
        (GELU(), "gelu", {"approximate": "tanh"}),
        (Softmax(), "softmax", {"dim": -1}),
    ],
    ids=["ReLU", "LeakyReLU", "Sigmoid", "Tanh", "GELU", "Softmax"],
)
def test_activations_equal_pytorch(layer, name, settings):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    rng = np.random.default_rng(0)
    z, dy = 4 * rng.standard_normal((5, 6)), rng.standard_normal((5, 6))
    z[0, 0] = 0.0
    theirs = torch.tensor(z, requires_grad=True)
    function = getattr(torch if name in ("sigmoid", "tanh") else torch.nn.functional, name)
    a = function(theirs, **settings)
    a.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(z), a.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.backward(dy), theirs.grad.numpy(), rtol=1e-11, atol=1e-14)
