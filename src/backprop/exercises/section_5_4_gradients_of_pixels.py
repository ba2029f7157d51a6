"""Checkers of the exercises in section 5.4, gradients with respect to pixels."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import ReLU
from backprop.layers.dense import Dense
from backprop.network import Network


@exercise(
    "5.4.a", hint="Three sums over the same four numbers: one of sizes, one of squares under a root, one single term."
)
def worst_and_typical(rng):
    yield Case(
        want=(1.0, 0.6, 0.5),
        names=("worst", "typical", "one_pixel"),
        traps={
            "The factor ε is missing: every pixel changes by 0.1.": (10.0, 6.0, 5.0),
            "For the worst change each pixel takes the sign that helps: add sizes, not the numbers.": (-0.2, 0.6, 0.5),
            "A size has no sign: for the worst change all four terms are positive.": (0.2, 0.6, 0.5),
            "A standard deviation is the root of the variance, and ε² stands under that root.": (1.0, 0.36, 0.5),
            "Coins add variances: the root of the sum of squares, not the sum of sizes.": (1.0, 1.0, 0.5),
            "The root is missing in the typical change.": (1.0, 3.6, 0.5),
            "The sum of squares is not divided by the number of pixels.": (1.0, 0.3, 0.5),
            "The best pixel is the one with the largest size; it may go down.": (1.0, 0.6, 0.3),
            "The last pixel goes down, and the loss rises: the change is positive.": (1.0, 0.6, -0.5),
            "The order is worst, typical, one pixel.": (0.6, 1.0, 0.5),
        },
    )


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
            "The valve lets the gradient pass or not; it does not multiply it by a1.": parts(
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


@exercise("5.4.e", hint="The mean of the gradients on the way takes the place of the gradient in gradient times pixel.")
def along_a_path(rng):
    """Scores whose gradient is a polynomial of the pixels, so that the place on the way matters."""
    for shape, steps in (((6,), 4), ((3, 4), 10), ((2, 2, 3), 1), ((5,), 7)):
        x, a, b, c = rng.random(shape) + 0.2, *rng.normal(size=(3, *shape))

        def gradient(x, a=a, b=b, c=c):
            return a + b * x + c * x**2

        def mean(shares, gradient=gradient, x=x):
            return sum(gradient(share * x) for share in shares) / len(shares)

        middle, left, right = (np.arange(steps) + part for part in (0.5, 0.0, 1.0))
        yield Case(
            gradient,
            x,
            steps,
            want=x * mean(middle / steps),
            traps={
                "Take the gradients in the middle of each part, not at its beginning.": x * mean(left / steps),
                "Take the gradients in the middle of each part, not at its end.": x * mean(right / steps),
                "That is the mean gradient; multiply it by the pixels.": mean(middle / steps),
                "A mean is wanted: divide by the number of steps.": steps * x * mean(middle / steps),
                "That is gradient times pixel, with the gradient at x alone.": x * gradient(x),
                "That is the gradient at x; the whole way from black to x counts.": gradient(x),
                "One number for each pixel is wanted, not their sum.": (x * mean(middle / steps)).sum(),
                "The way leads from black to x: a share of x, not x and a little more.": x
                * sum(gradient(x + share / steps) for share in middle)
                / steps,
                "Multiply by the pixels of x, after the mean, and not by those on the way.": sum(
                    share / steps * x * gradient(share / steps * x) for share in middle
                )
                / steps,
            },
        )
