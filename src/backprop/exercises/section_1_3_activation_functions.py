"""Checkers of the exercises in section 1.3, activation functions."""

import warnings
from collections.abc import Callable

import numpy as np

from backprop.contract import Array
from backprop.exercises.checking import Case, exercise
from backprop.functions import sigmoid, softmax


def without_a_warning(answer: Callable[[Array], Array], z: Array) -> Array:
    """Call the answer; an overflow on the way is an error, even where what comes out looks right."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the error below says it better
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return answer(z)


@exercise(
    "1.3.a",
    hint="The valve multiplies the gradient by its slope. Two of the three slopes can be had from the answer a alone.",
)
def three_valves(rng):
    """A gradient of −8 behind a ReLU at −0.5, a sigmoid that says 0.8 and a tanh that says 0.5."""
    yield Case(
        want=(0.0, -1.28, -6.0),
        tol=1e-3,
        names=("relu_dz", "sigmoid_dz", "tanh_dz"),
        traps={
            "Those are the slopes; the gradient −8 is multiplied by them.": (0.0, 0.16, 0.75),
            "The gradient keeps its sign: it is multiplied by slopes, and none of these is negative.": (0.0, 1.28, 6.0),
            "relu_dz: z is negative, so the ReLU is shut.": (-8.0, -1.28, -6.0),
            "relu_dz: the gradient is multiplied by the slope, not by z.": (4.0, -1.28, -6.0),
            "sigmoid_dz: the slope is a(1 − a), not a.": (0.0, -6.4, -6.0),
            "sigmoid_dz: the slope is a(1 − a); a quarter is the largest that it can be.": (0.0, -2.0, -6.0),
            "sigmoid_dz: 0.8 is the answer a, not the sum z.": (0.0, -8 * 0.2139, -6.0),
            "tanh_dz: the slope is 1 − a², not 1 − a.": (0.0, -1.28, -4.0),
            "tanh_dz: a(1 − a) is the slope of the sigmoid.": (0.0, -1.28, -2.0),
            "tanh_dz: 0.5 is the answer a, not the sum z.": (0.0, -1.28, -8 * 0.7864),
        },
    )


@exercise(
    "1.3.b",
    hint="Go from left to right. Which of the three neurons is awake between 0 and 1, and what slope does the tent "
    "have there?",
)
def tent(rng):
    """The changes of the slope at 0, 1 and 2."""
    yield Case(
        want=(1.0, -2.0, 1.0),
        tol=1e-3,
        names=("first_weight", "second_weight", "third_weight"),
        traps={
            "That stays at 1 from t = 1 on: the tent has to come down again.": (1.0, -1.0, 0.0),
            "That never stops falling after t = 2.": (1.0, -2.0, 0.0),
            "second_weight: the first neuron is still awake, so −1 only makes the line flat.": (1.0, -1.0, 1.0),
            "third_weight: after t = 2 the slope is −1 + 2 = 1; it has to be 0.": (1.0, -2.0, 2.0),
            "The tent hangs upside down.": (-1.0, 2.0, -1.0),
            "Without a negative weight the line can only rise.": (1.0, 2.0, 1.0),
            "That is twice as high.": (2.0, -4.0, 2.0),
        },
    )


@exercise("1.3.c", hint="f is a product of two functions of z, so its slope has two terms.")
def silu_slope(rng):
    """What a nudge of z σ(z) finds."""
    z, h = rng.normal(size=(3, 4)) * 2, 1e-5
    a = sigmoid(z)
    yield Case(
        z,
        want=((z + h) * sigmoid(z + h) - (z - h) * sigmoid(z - h)) / (2 * h),
        traps={
            "That is f itself, not its slope.": z * a,
            "That is the slope of the sigmoid; the product rule has two terms.": a * (1 - a),
            "The first term, σ(z), is missing.": z * a * (1 - a),
            "The second term lacks its factor z.": a + a * (1 - a),
            "The second term is added, not taken away.": a - z * a * (1 - a),
            "The slope of the sigmoid is a(1 − a); the factor 1 − a is missing.": a + z * a,
            "The slope of the sigmoid is a(1 − a); that has a² for it.": a + z * a * a,
            "1 − a, not 1 − z: the slope of the sigmoid is written with its output.": a * (1 + z * (1 - z)),
            "The first factor's slope, 1, is multiplied by σ(z).": 1 + a * (1 - a),
            "f (1 − f) is right for the sigmoid alone; f is a product.": z * a * (1 - z * a),
            "The slope of the sigmoid is a (1 − a); 1 − a² is that of the tanh.": a + z * (1 - a**2),
            "The slope of a product is not the product of the slopes.": a,
        },
    )


@exercise("1.3.d", hint="Where z is large, e^z overflows; take it out of the bracket before you take the logarithm.")
def softplus(rng):
    """Moderate z against the formula as it stands, far z against what it tends to; no overflow on the way."""
    near = rng.uniform(-8, 8, size=20)
    yield Case(
        near,
        want=np.log1p(np.exp(near)),
        run=without_a_warning,
        traps={
            "That is the ReLU; the corner is to be rounded off.": np.maximum(near, 0),
            "That is log₂; the logarithm is the natural one.": np.log1p(np.exp(near)) / np.log(2),
            "ln(1 + e^−|z|) is taken to the base 2.": np.maximum(near, 0) + np.log2(1 + np.exp(-np.abs(near))),
            "For positive z, ln(1 + e^−z) is still to be added to z.": np.where(near > 0, near, np.log1p(np.exp(near))),
            "The sign of z is turned: that is the softplus of −z.": np.log1p(np.exp(-near)),
            "For positive z, e^min(z, 0) is 1; what is to be added is ln(1 + e^−z).": np.maximum(near, 0)
            + np.log1p(np.exp(np.minimum(near, 0))),
            "For negative z the exponent −z is positive: e^−|z|.": np.maximum(near, 0) + np.log1p(np.exp(-near)),
            "ln(1 + e^−|z|) is added, not taken away.": np.maximum(near, 0) - np.log1p(np.exp(-np.abs(near))),
            "That is the sigmoid; the softplus is ln(1 + e^z).": sigmoid(near),
            "ln(1 + e^−|z|) alone is right for z ≤ 0; the part max(z, 0) is missing.": np.log1p(np.exp(-np.abs(near))),
        },
    )
    far = rng.uniform(40, 1e4, size=8)
    stopped = "The result stops growing: far to the right the softplus is z itself."
    yield Case(far, want=far, run=without_a_warning, traps={stopped: lambda got: np.ptp(np.sort(got)[-3:]) < 1e-9})
    yield Case(-far - 1e3, want=np.zeros(8), run=without_a_warning)
    small = rng.uniform(-60, -40, size=1)  # one number, so that a small one counts
    yield Case(
        small,
        want=np.exp(small),
        run=without_a_warning,
        traps={"1 + e has been rounded to 1: np.log1p(e) keeps small numbers.": np.zeros(1)},
    )


@exercise(
    "1.3.e", hint="Softmax does not change when a number is taken from all logits of a row: which number makes it safe?"
)
def probabilities(rng):
    """Rows that are near, rows that are far from 0, and far from each other."""
    n, k = rng.choice(np.arange(3, 8), 2, replace=False)
    z = rng.normal(size=(n, k)) * 2
    e, below = np.exp(z), np.exp(z - z.max(axis=1, keepdims=True))
    yield Case(
        z,
        want=e / e.sum(axis=1, keepdims=True),
        run=without_a_warning,
        traps={
            "That is normalised over the whole batch; each row has its own sum.": e / e.sum(),
            "That is normalised over the examples; the classes are on axis 1.": e / e.sum(axis=0),
            "Each row has its own maximum, but not yet its own sum: add along axis 1.": below / below.sum(),
            "The sums run down the columns; the classes of a row add up to 1, along axis 1.": below / below.sum(axis=0),
            "Each row is shifted by one number, its own maximum; here the columns are shifted.": np.exp(
                z - z.max(axis=0)
            )
            / np.exp(z - z.max(axis=0)).sum(axis=1, keepdims=True),
            "The division is missing: rows must add up to 1.": e,
            "The shift is there, the division is missing: rows must add up to 1.": below,
            "The exponentials are missing: the logits themselves are divided by their sum.": z
            / z.sum(axis=1, keepdims=True),
            "That is a sigmoid: the classes of a row share 1.": sigmoid(z),
            "The logarithm is too much: probabilities are wanted.": np.log(e / e.sum(axis=1, keepdims=True)),
        },
    )
    z[0] += 1e4
    z[1] -= 1e4
    alike = softmax(z)
    alike[:2] = 1 / k
    cut = (
        "In far rows all classes come out alike: a cut logit forgets its distance to the others; shift the row instead."
    )
    yield Case(z, want=softmax(z), run=without_a_warning, traps={cut: alike})
    z[2, 0] = 1e4
    yield Case(z, want=softmax(z), run=without_a_warning)
