"""Checkers of the exercises in section 5.4, gradients with respect to pixels."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import ReLU
from backprop.layers.dense import Dense
from backprop.network import Network


@exercise("5.4.a", hint="np.clip(x + eps * np.sign(dx), 0, 1)")
def sign_step(rng):
    """Pixel by pixel: up where the gradient is positive, down where it is negative, never out of the range."""
    for eps in (0.1, 0.3):
        x, dx = rng.random((3, 1, 6, 6)), rng.normal(0, 0.1, (3, 1, 6, 6))
        x[:, :, 0], x[:, :, 1], dx[:, :, :, 0] = 0, 1, 0
        want = x.copy()
        for place in np.ndindex(x.shape):
            if dx[place]:
                want[place] = min(1.0, max(0.0, x[place] + (eps if dx[place] > 0 else -eps)))
        steepest = np.abs(dx).max()
        traps = {
            "That lowers the loss: an attack goes uphill, with the gradient.": np.clip(x - eps * np.sign(dx), 0, 1),
            "Pixels stay between 0 and 1: clip.": x + eps * np.sign(dx),
            "Every pixel takes its full eps: the sign of the gradient, not its size.": np.clip(x + eps * dx, 0, 1),
            "Every pixel takes its full eps; nothing is scaled by the largest gradient.": (
                np.clip(x + eps * dx / steepest, 0, 1)
            ),
            "Where the gradient is 0 the pixel stays.": np.clip(x + eps * np.where(dx >= 0, 1, -1), 0, 1),
            "That is the change; return the changed pictures.": eps * np.sign(dx),
        }
        yield Case(x, dx, eps, want=want, traps=traps)


@exercise("5.4.b", hint="own = len(dx) * dx; eps · Σ |own| and eps · √Σ own², over the last three axes.")
def expected_changes(rng):
    """All terms added one by one, and the variance of tossed signs from their definition."""
    for shape in ((4, 1, 5, 6), (3, 2, 3, 3)):
        dx, eps = rng.normal(size=shape), float(rng.uniform(0.05, 0.3))
        n = len(dx)
        worst = np.array([sum(eps * abs(n * v) for v in picture.ravel().tolist()) for picture in dx])
        variance = np.array([sum((eps * n * v) ** 2 for v in picture.ravel().tolist()) for picture in dx])
        tossed = np.sqrt(variance)
        signed = eps * n * dx.sum(axis=(1, 2, 3))
        traps = {
            "The mean loss divides by N; a picture's own loss has not been divided.": (worst / n, tossed / n),
            "A standard deviation is the root of the variance.": (worst, variance),
            "For the worst change all terms are positive: absolute values.": (signed, tossed),
            "The factor eps is missing.": (worst / eps, tossed / eps),
            "The other way round: first the worst, then the typical.": (tossed, worst),
            "A sum over the pixels, not a mean.": (worst / dx[0].size, tossed / np.sqrt(dx[0].size)),
        }
        yield Case(dx, eps, want=(worst, tossed), names=("worst", "tossed"), traps=traps)


@exercise("5.4.c", hint="np.clip(x, np.maximum(start − eps, 0), np.minimum(start + eps, 1))")
def into_the_box(rng):
    """Pixels of every kind: inside, beyond eps, beyond 0 or 1, beyond both."""
    for eps in (0.1, 0.25):
        start = rng.random((2, 1, 6, 6))
        start[:, :, 0], start[:, :, 1] = 0, 1
        x = start + rng.uniform(-3 * eps, 3 * eps, start.shape)
        want = x.copy()
        for place in np.ndindex(x.shape):
            allowed = [max(start[place] - eps, 0.0), min(start[place] + eps, 1.0)]
            want[place] = sorted([*allowed, x[place]])[1]
        traps = {
            "Pixels also stay between 0 and 1.": np.clip(x, start - eps, start + eps),
            "Pixels also stay within eps of the start.": np.clip(x, 0, 1),
            "Each pixel goes to the nearest allowed value; it is not put back to the start.": (
                np.where(np.abs(x - start) > eps, start, np.clip(x, 0, 1))
            ),
            "That is the change; return the picture.": want - start,
        }
        yield Case(x, start, eps, want=want, traps=traps)


@exercise("5.4.d", hint="delta1 = W2[:, k] * (z1 > 0); x · (delta1 W1ᵀ) and b1 · delta1 + b2[k].")
def two_parts(rng):
    """The package's backward pass from a 1 at the logit; all widths are equal once, so that shapes give no advice."""
    for n_in, n_1, n_out in ((6, 9, 4), (5, 5, 5)):
        layers = [Dense(n_in, n_1, rng, dtype=np.float64), ReLU(), Dense(n_1, n_out, rng, dtype=np.float64)]
        net = Network(*layers)
        for p in net.params():
            p.value[...] = rng.normal(size=p.value.shape)
        x, k = rng.normal(size=n_in), int(rng.integers(n_out))
        net.forward(x[None])
        dx = net.backward(np.eye(n_out)[[k]])[0]
        values, grads = ({p.name: p for p in net.params()}[name] for name in ("0.b", "2.b"))
        pixels = float(x @ dx)
        hidden, last = float(values.value @ values.grad), float(grads.value[k])
        W1, b1, W2, b2 = (p.value.copy() for p in net.params())
        open_valve = W2[:, k]
        traps = {
            "The biases of the first layer are missing.": (pixels, last),
            "The bias of the logit itself is missing.": (pixels, hidden),
            "The ReLU's valve is missing: where z1 < 0 nothing comes back.": (
                float(x @ (W1 @ open_valve)),
                float(b1 @ open_valve) + last,
            ),
            "That is the gradient; multiply it with the pixels.": (float(dx.sum()), hidden + last),
            "The other way round: first the pixels, then the biases.": (hidden + last, pixels),
            "Only the bias of logit k counts.": (pixels, hidden + float(b2.sum())),
        }
        yield Case(x, k, W1, b1, W2, b2, want=(pixels, hidden + last), names=("pixels", "biases"), traps=traps)
