"""Wrong answers to the exercises on page 5.5: each must be recognised."""

import numpy as np


def counted(blocks, width, norm=2, bias=0, colours=3, kernel=9, last=1, first=True, narrow=False, convolutions=2):
    total, before = (kernel * colours * width + (norm + bias) * width if first else 0), width
    for stage in range(3):
        wide = width * 2**stage
        for _ in range(blocks):
            for number in range(convolutions):
                c_in = before if number == 0 and not narrow else wide
                total += kernel * c_in * wide + (norm + bias) * wide
            before = wide
    return total + last * 10 * (4 * width + 1)


def by_hand(blocks, width):
    numbers = 27 * width + 2 * width
    for wide, before in ((width, width), (2 * width, width), (4 * width, 2 * width)):
        numbers += 9 * before * wide + 9 * wide * wide * (2 * blocks - 1) + 4 * wide * blocks
    return float(numbers + 40 * width + 10)


def picked(dy, x_shape, start=0, factor=1.0, channels=None):
    dx = np.zeros(x_shape)
    places = dx[:, :, start::2, start::2]
    c = x_shape[1]
    source = dy[:, :c] if channels is None else dy[:, channels(c)]
    places[...] = factor * source[:, :, : places.shape[2], : places.shape[3]]
    return dx


def pixel_by_pixel(dy, x_shape):
    dx = np.zeros(x_shape)
    for n, c, r, k in np.ndindex(x_shape):
        if r % 2 == k % 2 == 0:
            dx[n, c, r, k] = dy[n, c, r // 2, k // 2]
    return dx.tolist()


def everywhere(dy, x_shape):
    return np.repeat(np.repeat(dy[:, : x_shape[1]], 2, 2), 2, 3)[:, :, : x_shape[2], : x_shape[3]]


def moved(x, down, right):
    y = np.zeros_like(x)
    for r, c in np.ndindex(x.shape[2:]):
        if 0 <= r - down < x.shape[2] and 0 <= c - right < x.shape[3]:
            y[:, :, r, c] = x[:, :, r - down, c - right]
    return y


def undone(dy, down, right):
    return moved(dy, -down, -right)[..., ::-1]


def rolled_and_cut(dy, down, right):
    height, width = dy.shape[2:]
    back = np.roll(dy, (-down, -right), axis=(2, 3))
    rows, columns = np.arange(height) + down, np.arange(width) + right
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    return (back * inside)[..., ::-1]


def fold(W, b, gamma, shift, mean, var, eps, change):
    a = gamma / np.sqrt(var + eps)
    return change(a, W, b, gamma, shift, mean, var, eps)


def folding(change):
    return lambda *args: fold(*args, change)


def channels(a):
    return a[:, None, None, None]


def kernel_by_kernel(W, b, gamma, shift, mean, var, eps):
    kernels, biases = [], []
    for o in range(len(W)):
        spread = (var[o] + eps) ** 0.5
        kernels.append(W[o] * gamma[o] / spread)
        biases.append((b[o] - mean[o]) / spread * gamma[o] + shift[o])
    return np.array(kernels), biases


def without_norms(blocks, width):
    return counted(blocks, width, norm=0)


def with_biases(blocks, width):
    return counted(blocks, width, bias=1)


def without_the_widening(blocks, width):
    return counted(blocks, width, narrow=True)


def same_way(dy, down, right):
    return moved(dy[..., ::-1], down, right)


def wrong_order(dy, down, right):
    return moved(dy[..., ::-1], -down, -right)


def mean_unscaled(*args):
    return fold(*args, lambda a, W, b, gamma, shift, mean, var, eps: (channels(a) * W, a * b - mean + shift))


RIGHT = {
    "5.5.a": [by_hand, counted],
    "5.5.b": [pixel_by_pixel, picked],
    "5.5.c": [undone, rolled_and_cut],
    "5.5.d": [kernel_by_kernel],
}

WRONG = {
    "5.5.a": [
        without_norms,
        with_biases,
        without_the_widening,
        lambda blocks, width: counted(blocks, width, norm=1),
        lambda blocks, width: counted(blocks, width, colours=1),
        lambda blocks, width: counted(blocks, width, kernel=3),
        lambda blocks, width: counted(blocks, width, last=0),
        lambda blocks, width: counted(blocks, width) - 10,
        lambda blocks, width: counted(blocks, width, first=False),
        lambda blocks, width: counted(blocks, width, convolutions=1),
        lambda blocks, width: counted(blocks, width) + 10 * width * width,
        lambda blocks, width: 269722,
    ],
    "5.5.b": [
        everywhere,
        lambda dy, x_shape: everywhere(dy, x_shape) / 4,
        lambda dy, x_shape: picked(dy, x_shape, start=1),
        lambda dy, x_shape: picked(dy, x_shape, factor=0.25),
        lambda dy, x_shape: picked(dy, x_shape, channels=lambda c: slice(-c, None)),
        lambda dy, x_shape: -picked(dy, x_shape),
        lambda dy, x_shape: dy[:, : x_shape[1]],
        lambda dy, x_shape: dy,
        lambda dy, x_shape: np.zeros(x_shape),
    ],
    "5.5.c": [
        same_way,
        wrong_order,
        lambda dy, down, right: moved(dy, down, right)[..., ::-1],
        lambda dy, down, right: moved(dy, -down, -right),
        lambda dy, down, right: dy[..., ::-1],
        lambda dy, down, right: undone(dy, 0, right),
        lambda dy, down, right: undone(dy, down, 0),
        lambda dy, down, right: np.roll(dy, (-down, -right), axis=(2, 3))[..., ::-1],
        lambda dy, down, right: moved(dy, -down, -right)[:, :, ::-1],
        lambda dy, down, right: undone(dy, right, down),
        lambda dy, down, right: -undone(dy, down, right),
        lambda dy, down, right: dy,
    ],
    "5.5.d": [
        mean_unscaled,
        folding(lambda a, W, b, gamma, shift, mean, var, eps: (channels(a) * W, shift - a * mean)),
        folding(lambda a, W, b, gamma, shift, mean, var, eps: (channels(a) * W, b - a * mean + shift)),
        folding(lambda a, W, b, gamma, shift, mean, var, eps: (channels(a) * W, a * (b + mean) + shift)),
        folding(lambda a, W, b, gamma, shift, mean, var, eps: (channels(a) * W, a * (b - mean + shift))),
        folding(lambda a, W, b, gamma, shift, mean, var, eps: (channels(a) * W, a * (b - mean))),
        folding(lambda a, W, b, gamma, shift, mean, var, eps: (W, a * (b - mean) + shift)),
        folding(
            lambda a, W, b, gamma, shift, mean, var, eps: (
                channels(gamma / np.sqrt(var)) * W,
                gamma / np.sqrt(var) * (b - mean) + shift,
            )
        ),
        folding(
            lambda a, W, b, gamma, shift, mean, var, eps: (
                channels(gamma / (var + eps)) * W,
                gamma / (var + eps) * (b - mean) + shift,
            )
        ),
        folding(lambda a, W, b, gamma, shift, mean, var, eps: (a[:, None, None] * W.sum(axis=1), a * (b - mean))),
        folding(lambda a, W, b, gamma, shift, mean, var, eps: channels(a) * W),
    ],
}


def scaled_channels_in(W, b, gamma, shift, mean, var, eps):
    a = gamma / np.sqrt(var + eps)
    return a[:, None, None] * W, a * (b - mean) + shift


NAMED = {
    "5.5.a": {
        "The batch normalisations are missing": without_norms,
        "The convolutions have no bias here": with_biases,
        "The first convolution of a stage reads the channels of the stage below.": without_the_widening,
    },
    "5.5.b": {"A pixel that was left out has the gradient 0": everywhere},
    "5.5.c": {
        "On the way back the move goes to the other side": same_way,
        "The order: the move came last": wrong_order,
    },
    "5.5.d": {
        "W: the scale belongs to the channels that come out": scaled_channels_in,
        "The mean is subtracted before the scaling, so it is scaled, too.": mean_unscaled,
    },
}
