"""Checkers of the exercises on page 2.3.2, forks: what a nudge finds, and what one forgotten path would give."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import sigmoid
from backprop.gradcheck import numerical_gradient


@exercise("2.3.2.a", hint="Two paths lead from x to L: find what each of them carries, then add.")
def price_of_a_fork(rng):
    """L = uv + u² with u = sin x and v = eˣ."""
    for _ in range(3):
        x = rng.uniform(0.6, 1.2)
        u, v = np.sin(x), np.exp(x)
        want = numerical_gradient(lambda x: float(np.sin(x) * np.exp(x) + np.sin(x) ** 2), np.array(x))
        yield Case(
            float(x),
            want=float(want),
            traps={
                "The path through v is missing.": (v + 2 * u) * np.cos(x),
                "The path through u is missing.": u * np.exp(x),
                "Paths side by side add; only links of one path multiply.": (v + 2 * u) * np.cos(x) * u * np.exp(x),
                "u² also contributes: ∂L/∂u = v + 2u.": v * np.cos(x) + u * np.exp(x),
                "The slopes of u and v are missing: cos x and eˣ.": v + 2 * u + u,
                "That is L itself, not its slope.": u * v + u * u,
                "The slope of sin is cos, with a plus.": -(v + 2 * u) * np.cos(x) + u * v,
                "The product of both slopes is no path: add what each path carries.": np.cos(x) * v,
                "The path through v lacks its slope eˣ: u eˣ, not u alone.": (v + 2 * u) * np.cos(x) + u,
                "The path through u lacks its slope cos x.": (v + 2 * u) + u * v,
                "The path through v carries ∂L/∂v = u, not v.": (v + 2 * u) * np.cos(x) + v * v,
                "The slope of sin is cos; that multiplies by sin itself.": (v + 2 * u) * u + u * v,
                "The slope of cos would be −sin; that of sin is cos.": -(v + 2 * u) * u + u * v,
                "L has u² in it, not v²: the 2 belongs to u.": (v + u) * np.cos(x) + (u + 2 * v) * v,
                "u² has the slope 2u: ∂L/∂u = v + 2u.": (v + u) * np.cos(x) + u * v,
                "2u is the slope of u² at u; from x to u it is multiplied by cos x, as v is.": (
                    v * np.cos(x) + 2 * u + u * v
                ),
            },
        )


@exercise(
    "2.3.2.b",
    hint="A hidden neuron reaches every neuron of the next layer: its gradient is a sum over all these paths.",
)
def delta_of_hidden_neurons(rng):
    """A loss whose gradient at neuron k of the next layer is delta[k], nudged at z; widths differ, then are equal."""
    for n, m in ((3, 3), (3, 5), (4, 2)):
        z, W, delta = rng.normal(size=n), rng.normal(size=(n, m)), rng.normal(size=m)
        slope = sigmoid(z) * (1 - sigmoid(z))
        traps = {
            "Only the first path is there: a hidden neuron reaches every k.": slope * W[:, 0] * delta[0],
            "The slope of the sigmoid is missing.": W @ delta,
            "That is the mean over the paths; gradients add.": slope * (W @ delta) / m,
            "Products first, then the sum: that multiplies the sums.": slope * W.sum(axis=1) * delta.sum(),
            "The slope belongs to z, not to the sum over the paths.": sigmoid(W @ delta) * (1 - sigmoid(W @ delta)),
            "The slope is σ(z) (1 − σ(z)); that has z in the place of σ(z).": z * (1 - z) * (W @ delta),
            "That multiplies by σ(z), the value, not by its slope.": sigmoid(z) * (W @ delta),
            "The slope of the sigmoid is a (1 − a); that is the slope of the tanh.": (1 - np.tanh(z) ** 2)
            * (W @ delta),
            "That is the slope of a ReLU; here the units are sigmoids.": (z > 0) * (W @ delta),
            "The weights are missing: each path has its own.": slope * delta.sum(),
            "The slope is counted once for every path, but multiplies the sum once.": slope * (W @ delta) * m,
        }
        if n == m:
            traps["The indices of W are exchanged: W[j, k] leads from j to k."] = slope * (W.T @ delta)
        yield Case(
            z,
            W,
            delta,
            want=numerical_gradient(lambda z, W=W, delta=delta: float((sigmoid(z) @ W) @ delta), z),
            traps=traps,
        )


@exercise("2.3.2.c", hint="Draw the two ways from x to y: one of them has no layer on it.")
def missing_path(rng):
    """y = x + σ(w x), number by number."""
    for shape in ((4,), (2, 3)):
        x, dy, w = rng.normal(size=shape), rng.normal(size=shape), float(rng.uniform(1.5, 3))
        want = numerical_gradient(lambda x, w=w, dy=dy: float(((x + sigmoid(w * x)) * dy).sum()), x)
        yield Case(
            dy,
            x,
            w,
            want=want,
            traps={
                "The shortcut is still missing.": want - dy,
                "The way through the sigmoid is missing.": dy,
                "The direct way hands back dy, not 1: its slope is multiplied by the gradient at y.": want - dy + 1,
                "The direct way adds x on the way forward; its slope is 1, not x.": want - dy + dy * x,
                "The direct way hands back dy, not x: its slope 1 is multiplied by the gradient at y.": want - dy + x,
                "The factor w of the way through the sigmoid is lost: w x moves by w.": dy + (want - dy) / w,
                "The slope of the sigmoid is taken at x; w x arrives there.": dy
                + dy * sigmoid(x) * (1 - sigmoid(x)) * w,
                "The two ways add; that takes one from the other.": 2 * dy - want,
                "The two ways add; that multiplies them.": dy * (want - dy),
                "The slope of the sigmoid is a (1 − a); the factor 1 − a is lost.": dy + dy * sigmoid(w * x) * w,
                "dy multiplies both ways: the direct one is there twice.": want + dy,
            },
        )


@exercise("2.3.2.d", hint="Pretend that the two uses are two weights: find both gradients, then add.")
def weight_used_twice(rng):
    """tanh(w tanh(w x)), nudged at w in both places at once."""
    for _ in range(3):
        w, x = rng.uniform(0.5, 1.5, size=2).tolist()
        a1 = np.tanh(w * x)
        dz2 = 1 - np.tanh(w * a1) ** 2
        yield Case(
            w,
            x,
            want=float(numerical_gradient(lambda w, x=x: float(np.tanh(w * np.tanh(w * x))), np.array(w))),
            traps={
                "Only the second use of w is counted.": dz2 * a1,
                "Only the first use of w is counted.": dz2 * w * (1 - a1**2) * x,
                "The first use lacks w, the link from a1 to z2.": dz2 * (a1 + (1 - a1**2) * x),
                "The first use lacks the slope of the first tanh.": dz2 * (a1 + w * x),
                "The slope of the last tanh is missing.": a1 + w * (1 - a1**2) * x,
                "The second use is counted twice, the first not at all.": 2 * dz2 * a1,
                "The first use is counted twice, the second not at all.": 2 * dz2 * w * (1 - a1**2) * x,
                "Two uses add; that multiplies them.": dz2 * a1 * dz2 * w * (1 - a1**2) * x,
                "The slopes of both uses are multiplied there; find the gradient of each use, then add.": dz2
                * a1
                * (1 - a1**2)
                * x,
                "That is the slope of the first tanh alone; the second use and the second tanh are missing.": (
                    1 - a1**2
                )
                * x,
                "The first use lacks x: z₁ grows by x for each unit of w.": dz2 * (a1 + w * (1 - a1**2)),
                "The slope of the tanh is 1 − a², not 1 − a.": (1 - np.tanh(w * a1)) * (a1 + w * (1 - a1) * x),
                "That is a₂ itself, not its slope.": np.tanh(w * a1),
            },
        )


@exercise("2.3.2.e", hint="Add what the two paths bring, set the sum to 0 and solve for w.")
def cancelling_voices(rng):
    """The two weights for which a fork into two wrong outputs has the gradient 0."""
    root = np.sqrt(17)
    yield Case(
        want=(3 - root, 3 + root),
        names=("smaller", "larger"),
        traps={
            "The smaller one first.": (3 + root, 3 - root),
            "That leaves the weights out: each error is multiplied by the weight of its path.": (10.0, 10.0),
            "That makes output 2 right; output 1 would still pull at a.": (6.0, 6.0),
            "The signs: on the path over output 1 the error is 1 − 3 = −2, so it brings −4, not 4.": (2.0, 4.0),
        },
    )
