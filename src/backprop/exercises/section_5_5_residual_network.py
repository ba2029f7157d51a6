"""Checkers of the exercises in section 5.5, a residual network on photographs."""

import numpy as np

from backprop.contract import Array
from backprop.exercises.checking import Case, exercise
from backprop.layers.batch_norm import BatchNorm
from backprop.layers.convolution import Conv2D
from backprop.network import Network
from backprop.training import evaluation


@exercise(
    "5.5.a", hint="Count one block of each stage; only the first block of a stage reads another number of channels."
)
def resnet_size(rng):
    """Counted layer by layer, as a list of the channels in and out of every convolution."""
    for blocks, width in ((3, 16), (int(rng.integers(2, 5)), int(rng.integers(5, 10))), (9, 16)):
        convolutions = [(3, width)]
        for stage in range(3):
            wide = 2**stage * width
            before = convolutions[-1][1]
            convolutions += [(before, wide), (wide, wide)] + [(wide, wide)] * (2 * blocks - 2)
        weights = sum(9 * c_in * c_out for c_in, c_out in convolutions)
        normed = sum(c_out for _, c_out in convolutions)
        last = 10 * (4 * width + 1)
        want = weights + 2 * normed + last
        halving = 9 * width * 2 * width + 9 * 2 * width * 4 * width
        traps = {
            "A batch normalisation has two numbers for each channel, a scale and a shift.": want - normed,
            "The batch normalisations are missing: a scale and a shift for each channel.": want - 2 * normed,
            "The convolutions have no bias here: the shift of the normalisation behind them takes its place.": (
                want + normed
            ),
            "The last layer is missing: 10 outputs that read the means of the channels.": want - last,
            "The last layer has 10 biases, too.": want - 10,
            "The first convolution is missing: it reads 3 colours.": want - 27 * width - 2 * width,
            "The first convolution reads 3 colours, not 1.": want - 18 * width,
            "A kernel has 3 × 3 weights for each channel it reads, not 3.": want - 2 * weights // 3,
            "The first convolution of a stage reads the channels of the stage below.": want + halving,
            "A block has two convolutions.": sum(
                9 * a * b + 2 * b for a, b in [convolutions[0], *convolutions[1::2]]
            ) + last,
            "Blocks of three stages, each twice as wide as the one below.": 27 * width
            + 9 * width * width * 6 * blocks + 2 * width * (6 * blocks + 1) + 10 * (width + 1),
            "These shortcuts have no parameters: they leave pixels out and fill up with zeros.": (
                want + width * 2 * width + 2 * width * 4 * width
            ),
        }  # fmt: skip
        yield Case(blocks, width, want=want, traps=traps)


@exercise("5.5.b", hint="The shortcut only picks and copies. A number that was not picked cannot have moved the loss.")
def halving_backward(rng):
    """Even and odd sides, and dy large where the channels were filled up, which leads nowhere."""
    for height, width in ((4, 6), (5, 4), (7, 3)):
        n, c_in, more = 2, int(rng.integers(2, 4)), int(rng.integers(1, 4))
        x_shape = (n, c_in, height, width)
        dy = rng.normal(size=(n, c_in + more, (height + 1) // 2, (width + 1) // 2))
        dx = np.zeros(x_shape)
        dx[:, :, ::2, ::2] = dy[:, :c_in]
        spread = np.repeat(np.repeat(dy[:, :c_in], 2, axis=2), 2, axis=3)[:, :, :height, :width]
        last, odd = np.zeros(x_shape), np.zeros(x_shape)
        last[:, :, ::2, ::2] = dy[:, more:][:, -c_in:] if more + c_in > c_in else dy
        odd_part = odd[:, :, 1::2, 1::2]
        odd_part[...] = dy[:, :c_in, : odd_part.shape[2], : odd_part.shape[3]]
        traps = {
            "A pixel that was left out has the gradient 0: it cannot have moved the loss.": spread,
            "Every second pixel was taken, without a mean: the factor is 1.": dx / 4,
            "The pixels 0, 2, 4 … were taken, not 1, 3, 5 …": odd,
            "The channels that were filled up with zeros are the last ones; x became the first ones.": last,
            "Those are the gradients of the pixels that were taken. They have to go back to their places.": dy[
                :, :c_in
            ],
        }
        yield Case(dy, x_shape, want=dx, traps=traps, unused=(1,))


def moved(x: Array, down: int, right: int) -> Array:
    """Pictures (N, C, H, W) moved by whole pixels, black behind them."""
    height, width = x.shape[2:]
    y = np.zeros_like(x)
    if abs(down) < height and abs(right) < width:
        rows, cols = (slice(max(by, 0), side + min(by, 0)) for by, side in ((down, height), (right, width)))
        from_rows, from_cols = (slice(max(-by, 0), side + min(-by, 0)) for by, side in ((down, height), (right, width)))
        y[:, :, rows, cols] = x[:, :, from_rows, from_cols]
    return y


@exercise(
    "5.5.c", hint="Follow one pixel x[…, r, c] through both steps to its place in y. Its gradient is what dy has there."
)
def mirrored_backward(rng):
    """Moves to all sides, by nothing, and out of the picture; pixels that left have the gradient 0."""
    for down, right in ((1, 2), (-2, 1), (2, -1), (0, 0), (-1, -3), (1, 7)):
        dy = rng.normal(size=(2, 3, 5, 6))
        want = moved(dy, -down, -right)[..., ::-1].copy()
        traps = {
            "On the way back the move goes to the other side: what went down comes from below.": (
                moved(dy[..., ::-1], down, right)
            ),
            "The order: the move came last, so it is undone first, and then the mirror.": (
                moved(dy[..., ::-1], -down, -right)
            ),
            "The mirror is missing.": moved(dy, -down, -right),
            "The move is missing.": dy[..., ::-1],
            "The move down is missing.": moved(dy, 0, -right)[..., ::-1],
            "The move to the right is missing.": moved(dy, -down, 0)[..., ::-1],
            "A pixel that left the picture has the gradient 0; np.roll brings it back in at the other side.": (
                np.roll(dy, (-down, -right), axis=(2, 3))[..., ::-1]
            ),
            "Mirrored is left for right, the last axis, not top for bottom.": moved(dy, -down, -right)[:, :, ::-1],
            "Down goes along the rows, the third axis, and right along the last one.": (
                moved(dy, -right, -down)[..., ::-1]
            ),
        }
        yield Case(dy, down, right, want=want, traps=traps)


@exercise("5.5.d", hint="In evaluation the normalisation is y = a·(its input) + c for each channel. What are a and c?")
def folded(rng):
    """The package's two layers in evaluation are asked, and the one convolution in their place has to say the same."""
    for k in range(3):
        c_out = int(rng.integers(2, 5))
        c_in = int(rng.integers(1, 4)) if k else c_out  # the scale has to find its axis by itself
        pair = Network(Conv2D(c_in, c_out, 3, rng, dtype=np.float64), BatchNorm(c_out, dtype=np.float64))
        convolution, norm = pair.layers
        convolution.b[...] = rng.normal(size=c_out)
        gamma, shift, mean = rng.normal(size=(3, c_out))
        var = rng.uniform(0.2, 4, c_out)
        norm.gamma[...], norm.shift[...], norm.running_mean[...], norm.running_var[...] = gamma, shift, mean, var
        norm.eps = 0.1  # large, so that it is missed
        x = rng.normal(size=(2, c_in, 4, 4))
        with evaluation(pair):
            base = pair.forward(x)
        a = gamma / np.sqrt(var + 0.1)
        W, b = convolution.W.copy(), convolution.b.copy()
        want = a[:, None, None, None] * W, a * (b - mean) + shift
        one = Conv2D(c_in, c_out, 3, rng, dtype=np.float64)
        one.W[...], one.b[...] = want
        if not np.allclose(one.forward(x), base):
            raise AssertionError("the two layers and the one in their place differ")

        def with_factor(a, W=W, b=b, mean=mean, shift=shift):
            return a[:, None, None, None] * W, a * (b - mean) + shift

        traps = {
            "The variance has to be rooted: divide by the spread.": with_factor(gamma / (var + 0.1)),
            "ε is missing under the root.": with_factor(gamma / np.sqrt(var)),
            "ε stands under the root, beside the variance.": with_factor(gamma / (np.sqrt(var) + 0.1)),
            "The kernels are scaled by γ, too.": with_factor(1 / np.sqrt(var + 0.1)),
            "The old bias is missing in the new one.": (want[0], shift - a * mean),
            "The old bias passes through the scaling, too.": (want[0], b - a * mean + shift),
            "The mean is subtracted before the scaling, so it is scaled, too.": (want[0], a * b - mean + shift),
            "The mean is subtracted, not added.": (want[0], a * (b + mean) + shift),
            "The shift comes last, unscaled.": (want[0], a * (b - mean + shift)),
            "The shift is missing.": (want[0], a * (b - mean)),
            "The kernels have to be scaled as well as the biases.": (W, want[1]),
        }  # fmt: skip
        if c_in == c_out:
            traps["W: the scale belongs to the channels that come out, axis 0."] = (a[:, None, None] * W, want[1])
        yield Case(W, b, gamma, shift, mean, var, 0.1, want=want, names=("W", "b"), traps=traps)
