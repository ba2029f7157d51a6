"""The activation explorer: a function, its slope, one z to drag, and the cliff where the textbook formula overflows."""

import numpy as np

from backprop.contract import Array
from backprop.widgets.base import Choice, Number, Widget, join, styles

FAR = 800.0  # beyond the place where e^z leaves float64
Pair = tuple[Array, Array]


def linear(z: Array) -> Pair:
    """a = z, slope 1."""
    return z, np.ones_like(z)


def relu(z: Array) -> Pair:
    """a = max(0, z), slope 1 where z > 0, else 0."""
    return np.maximum(z, 0), (z > 0).astype(z.dtype)


def leaky(z: Array) -> Pair:
    """a = z where z > 0, else 0.01 z."""
    slope = np.where(z > 0, z.dtype.type(1), z.dtype.type(0.01))
    return slope * z, slope


def textbook_sigmoid(z: Array) -> Pair:
    """a = 1 / (1 + exp(−z)), slope a (1 − a), as a textbook writes them."""
    a = 1 / (1 + np.exp(-z))
    return a, a * (1 - a)


def stable_sigmoid(z: Array) -> Pair:
    """The same with e^(−|z|) only; 1 − a is taken as σ(−z), which does not round to 0."""
    e = np.exp(-np.abs(z))
    larger, smaller = 1 / (1 + e), e / (1 + e)
    return np.where(z < 0, smaller, larger), larger * smaller


def textbook_tanh(z: Array) -> Pair:
    """a = (exp(z) − exp(−z)) / (exp(z) + exp(−z)), slope 1 − a²."""
    a = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    return a, 1 - a * a


def stable_tanh(z: Array) -> Pair:
    """NumPy's tanh, and its slope as 4e / (1 + e)² with e = exp(−2|z|)."""
    e = np.exp(-2 * np.abs(z))
    return np.tanh(z), 4 * e / (1 + e) ** 2


def textbook_softmax(z: Array) -> Pair:
    """p = exp(z) / (exp(z) + 1), the first output for the logits (z, 0), slope p (1 − p)."""
    p = np.exp(z) / (np.exp(z) + 1)
    return p, p * (1 - p)


def bent(z: Array) -> Pair:
    """u = √(2/π) (z + 0.044715 z³), which GELU puts into a tanh, and ∂u/∂z."""
    c, k = z.dtype.type(np.sqrt(2 / np.pi)), z.dtype.type(0.044715)
    return c * (z + k * (z * z * z)), c * (1 + 3 * k * (z * z))


def textbook_gelu(z: Array) -> Pair:
    """a = ½ z (1 + tanh u), the tanh form of GELU, with the textbook's tanh."""
    u, inner = bent(z)
    t, steep = textbook_tanh(u)
    share = 0.5 * (1 + t)
    return z * share, share + z * (0.5 * steep) * inner


def stable_gelu(z: Array) -> Pair:
    """The same as z σ(2u), which keeps the digits that 1 + tanh u loses below 0."""
    u, inner = bent(z)
    share, steep = stable_sigmoid(2 * u)
    return z * share, share + z * (2 * steep) * inner


# Softmax of (z, 0), computed safely, is the sigmoid: its largest logit is subtracted first.
STABLE = {
    "linear": linear, "relu": relu, "leaky": leaky, "sigmoid": stable_sigmoid, "tanh": stable_tanh,
    "gelu": stable_gelu, "softmax": stable_sigmoid,
}  # fmt: skip
TEXTBOOK = STABLE | {
    "sigmoid": textbook_sigmoid, "tanh": textbook_tanh, "gelu": textbook_gelu, "softmax": textbook_softmax
}  # fmt: skip


class ActivationExplorer(Widget):
    """f(z) and f′(z) of one activation function, with a z to drag and the number that a gradient is multiplied by.

    ``function`` is linear, relu, leaky, sigmoid, tanh, gelu or softmax (its first output for the logits (z, 0));
    ``form`` is textbook or stable; ``precision`` float64 or float32; ``reach`` "6", "100" or "800", the picture's
    half width. ``explorer.value`` and ``explorer.slope`` are computed by NumPy in that form and precision; nan where
    the textbook overflows. Raises TraitError for a z that is not a number from −800 to 800.
    """

    _esm = join("activation_explorer")
    _css = styles("activation_explorer")
    ROOM = (34, 56)

    function = Choice(list(STABLE), "sigmoid").tag(sync=True)
    z = Number(1.0, min=-FAR, max=FAR).tag(sync=True)
    form = Choice(["stable", "textbook"], "stable").tag(sync=True)
    precision = Choice(["float64", "float32"], "float64").tag(sync=True)
    reach = Choice(["6", "100", "800"], "6").tag(sync=True)

    def evaluate(self, z: Array) -> Pair:
        """f and f′ of an array, in the explorer's form and precision; infinities and nan come without a warning."""
        formulas = STABLE if self.form == "stable" else TEXTBOOK
        with np.errstate(all="ignore"):
            return formulas[self.function](np.asarray(z, dtype=self.precision))

    @property
    def value(self) -> float:
        """f(z)."""
        return float(self.evaluate([self.z])[0][0])

    @property
    def slope(self) -> float:
        """f′(z), what a gradient is multiplied by on its way back."""
        return float(self.evaluate([self.z])[1][0])
