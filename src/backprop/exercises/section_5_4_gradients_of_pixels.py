"""Checkers of the exercises in section 5.4, gradients with respect to pixels."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import ReLU
from backprop.layers.dense import Dense
from backprop.network import Network


@exercise(
    "5.4.a", hint="Of the gradient only the sign counts: up, down or nowhere. Then back into the range of a pixel."
)
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
            "Every pixel takes eps, once; nothing is multiplied by the largest gradient.": (
                np.clip(x + eps * np.sign(dx) * steepest, 0, 1)
            ),
            "Where the gradient is 0 the pixel stays.": np.clip(x + eps * np.where(dx >= 0, 1, -1), 0, 1),
            "That is the change; return the changed pictures.": eps * np.sign(dx),
            "That is the change, cut to 0 and 1; return the changed pictures.": np.clip(eps * np.sign(dx), 0, 1),
            "The factor eps is missing: every pixel goes eps up or down.": np.clip(x + np.sign(dx), 0, 1),
            "A step of eps goes uphill everywhere here; where the gradient is negative, uphill is down.": (
                np.clip(x + eps, 0, 1)
            ),
            "Clip the pictures, not the change: pixels can leave the range.": x + np.clip(eps * np.sign(dx), 0, 1),
            "That is below 0 in places: clip from 0, not from −1.": np.clip(x + eps * np.sign(dx), -1, 1),
        }
        yield Case(x, dx, eps, want=want, traps=traps)


@exercise("5.4.b", hint="What did the mean over the batch do to the gradient of one picture's own loss?")
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
            "The root of the sum of squares is missing in the spread.": (worst, variance / eps),
            "For the worst change all terms are positive: absolute values.": (signed, tossed),
            "The factor eps is missing.": (worst / eps, tossed / eps),
            "The other way round: first the worst, then the typical.": (tossed, worst),
            "A sum over the pixels, not a mean.": (worst / dx[0].size, tossed / np.sqrt(dx[0].size)),
            "One number for each picture is wanted: sums over the last three axes alone.": (worst.sum(), tossed.sum()),
            "The spread is the root of a sum of squares; the sum of sizes over √n is at most as large.": (
                worst,
                worst / np.sqrt(dx[0].size),
            ),
            "The spread has to be that of the picture's own loss, too: N times as large.": (worst, tossed / n),
            "The worst change has to be that of the picture's own loss, too: N times as large.": (worst / n, tossed),
            "In the spread N stands under the root: there it has to be squared.": (worst, tossed / np.sqrt(n)),
            "The factor eps is missing in the spread.": (worst, tossed / eps),
            "The root comes after the sum of squares, not before.": (worst, worst),
            "A sum over the pixels, not a mean, in the worst change.": (worst / dx[0].size, tossed),
            "A sum over the pixels, not a mean, in the spread.": (worst, tossed / np.sqrt(dx[0].size)),
            "The factor eps is missing in the worst change.": (worst / eps, tossed),
            "The largest single pixel is not the worst change; all of them may change.": (
                eps * n * np.abs(dx).max(axis=(1, 2, 3)),
                tossed,
            ),
        }
        yield Case(dx, eps, want=(worst, tossed), names=("worst", "tossed"), traps=traps)


@exercise(
    "5.4.c", hint="Which picture within ε of x has the lowest score? The larger ε, the lower: so ε can be searched."
)
def strength_of_an_attack(rng):
    """Linear scores: what ε takes away from the score is a chain of straight pieces, one for each pixel's room."""
    for n, share in ((12, 0.7), (5, 0.5), (20, 0.9), (8, 0.8)):
        x, w = rng.random(n), rng.normal(size=n)
        x[:3], w[:4] = [0, 1, 0.05], [1.0, -0.5, 2.0, 0.0]  # two that cannot move, one not far, one without a say
        size, room = np.abs(w), np.where(w > 0, x, 1 - x)
        ends = np.append(0.0, np.sort(room))
        taken = np.array([float(size @ np.minimum(eps, room)) for eps in ends])
        lead = share * float(taken[-1])
        b = lead - float(x @ w)
        free, want = room > 0, float(np.interp(lead, taken, ends))
        traps = {
            "Pixels stay between 0 and 1: some of them cannot take the whole ε.": lead / size.sum(),
            "A pixel can run out of room on the way, not only before the first step.": lead / size[free].sum(),
            "The sizes of all weights add up; the length of w is for a change of fixed length.": lead
            / np.linalg.norm(w),
            "All pixels change at once, not only the one with the largest weight.": lead / size.max(),
            "Weights of both signs help: a pixel goes down where w is positive, up where it is negative.": (
                lead / abs(w.sum())
            ),
            "The bias b belongs to the score; without it the way to 0 is another one.": float(
                np.interp(float(x @ w), taken, ends)
            )
            if 0 < float(x @ w) < taken[-1]
            else 1.0 - float(x @ w < 0),
            "The score has the term b, too.": float(x @ w) / size.sum(),
            "That is the score; the ε that brings it down to 0 is wanted.": lead,
            "With ε = 1 every pixel can go anywhere, and less is enough. Does your score go down as ε grows?": 1.0,
            "With ε = 0 nothing changes, and the score is still above 0.": 0.0,
            "That is near, but not right to four digits: halve the interval more often.": (
                lambda got, want=want: abs(got - want) < 0.05
            ),
        }
        yield Case(x, w, b, want=want, tol=1e-4, traps=traps)


@exercise("5.4.d", hint="Walk back from a 1 at the logit k, and stop at each bias and at the pixels.")
def two_parts(rng):
    """The package's backward pass from a 1 at the logit; all widths are equal once, so that shapes give no advice."""
    for n_in, n_1, n_out in ((5, 5, 5), (6, 9, 4)):
        layers = [Dense(n_in, n_1, rng, dtype=np.float64), ReLU(), Dense(n_1, n_out, rng, dtype=np.float64)]
        net = Network(*layers)
        while True:
            for p in net.params():
                p.value[...] = rng.normal(size=p.value.shape)
            x, k = rng.normal(size=n_in), int(rng.integers(n_out))
            W1, b1, W2, b2 = (p.value.copy() for p in net.params())
            z1 = x @ W1 + b1
            others = x @ W1 > 0, b1 > 0, z1 > 1, z1 > -1  # each is another valve for one unit at least
            if all((other != (z1 > 0)).any() for other in others):
                break
        net.forward(x[None])
        dx = net.backward(np.eye(n_out)[[k]])[0]
        values, grads = ({p.name: p for p in net.params()}[name] for name in ("0.b", "2.b"))
        pixels = float(x @ dx)
        hidden, last = float(values.value @ values.grad), float(grads.value[k])
        open_valve, z1 = W2[:, k], x @ W1 + b1

        def parts(delta, x=x, W1=W1, b1=b1, last=last):
            return float(x @ (W1 @ delta)), float(b1 @ delta) + last

        square = {}
        if n_in == n_1 == n_out:
            delta1 = open_valve * (z1 > 0)
            square = {
                "Column k of W2 leads to logit k, not row k.": parts(W2[k] * (z1 > 0)),
                "W1 has to be transposed on the way back.": (float(x @ (delta1 @ W1)), hidden + last),
                "W1 is missing on the way back to the pixels.": (float(x @ delta1), hidden + last),
            }
        traps = {
            **square,
            "The biases of the first layer are missing.": (pixels, last),
            "The bias of the logit itself is missing.": (pixels, hidden),
            "The ReLU's valve is missing: where z1 < 0 nothing comes back.": parts(open_valve),
            "The valve lets the price pass or not; it does not multiply it by a1.": parts(
                open_valve * np.maximum(z1, 0)
            ),
            "The valve is the wrong way round: it opens where z1 is positive.": parts(open_valve * (z1 < 0)),
            "The valve opens where z1 = xW1 + b1 is positive: its bias decides, too.": parts(open_valve * (x @ W1 > 0)),
            "The biases of the first layer are missing, in z1, too.": (parts(open_valve * (x @ W1 > 0))[0], last),
            "That is the gradient; multiply it with the pixels.": (float(dx.sum()), hidden + last),
            "The other way round: first the pixels, then the biases.": (hidden + last, pixels),
            "Only the bias of logit k counts.": (pixels, hidden + float(b2.sum())),
            "A bias counts with its gradient, not with 1.": (pixels, float(b1.sum()) + last),
            "That is all of the score in one; the pixels and the biases are wanted apart.": pixels + hidden + last,
        }
        yield Case(x, k, W1, b1, W2, b2, want=(pixels, hidden + last), names=("pixels", "biases"), traps=traps)
