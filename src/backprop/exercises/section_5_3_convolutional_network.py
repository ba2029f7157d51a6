"""Checkers of the exercises in section 5.3, a convolutional network."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import ReLU
from backprop.layers.convolution import Conv2D
from backprop.layers.dense import Dense
from backprop.layers.images import Flatten
from backprop.layers.pooling import MaxPool2D
from backprop.network import Network


@exercise("5.3.a", hint="c_1 (25 c_in + 1) + c_2 (25 c_1 + 1) + n_hidden (c_2 · last² + 1) + n_out (n_hidden + 1).")
def lenet_size(rng):
    """The package's network is built and its numbers are counted; sides that do not halve evenly among them."""
    for side in (28, 32, int(rng.integers(17, 24))):
        c_in, c_1, c_2, n_hidden, n_out = (int(n) for n in rng.integers(2, 9, size=5))
        convolutions = [Conv2D(c_in, c_1, 5, rng), ReLU(), MaxPool2D(2), Conv2D(c_1, c_2, 5, rng), ReLU(), MaxPool2D(2)]
        maps = Network(*convolutions, Flatten())
        wide = maps.forward(np.zeros((1, c_in, side, side), np.float32)).shape[1]
        net = Network(maps, Dense(wide, n_hidden, rng), ReLU(), Dense(n_hidden, n_out, rng))
        want = sum(p.value.size for p in net.params())
        biases = c_1 + c_2 + n_hidden + n_out
        grown = n_hidden * c_2 * (side // 4) ** 2 - n_hidden * wide
        traps = {
            "The biases are missing: one per channel, one per unit.": want - biases,
            "Each convolution without padding takes 4 rows and 4 columns away.": want + grown,
            "A kernel of the second convolution has 25 weights for each of its c_1 input channels.": (
                want - 25 * c_2 * (c_1 - 1)
            ),
            "A kernel of the first convolution has 25 weights for each of its c_in input channels.": (
                want - 25 * c_1 * (c_in - 1)
            ),
        }
        yield Case(side, c_in, c_1, c_2, n_hidden, n_out, want=want, traps=traps)


@exercise("5.3.b", hint="For each layer: view += (size − 1) · step, and only then step *= stride.")
def receptive_field(rng):
    """Counted on a line: which inputs can a number in the middle of the last layer have come from?"""
    for length in (1, 3, 4):
        windows = [(int(rng.integers(2, 6)), int(rng.integers(1, 4))) for _ in range(length)]
        seen = {0}
        for size, stride in reversed(windows):
            seen = {place * stride + offset for place in seen for offset in range(size)}
        want = max(seen) - min(seen) + 1
        view, step, early, late = 1, 1, 1, 1
        for size, stride in windows:
            view += (size - 1) * step
            step *= stride
            early += (size - 1) * step
            late += size * step // stride
        traps = {
            "The stride of a layer counts only from the next layer on.": early,
            "A window of size k adds k − 1 steps to the view, not k.": late,
            "The strides are missing: behind a stride of 2, two neighbours lie 2 pixels apart.": (
                1 + sum(size - 1 for size, _ in windows)
            ),
            "That is how far apart two neighbours lie, not how far one of them sees.": step,
        }
        yield Case(windows, want=want, traps=traps)


@exercise("5.3.c", hint="numbers.reshape(3, 32, 32).transpose(1, 2, 0) / 255")
def for_the_screen(rng):
    """Every byte is put where its colour, row and column say."""
    numbers = rng.integers(0, 256, 3072).astype(np.uint8)
    want = np.empty((32, 32, 3))
    for place, number in enumerate(numbers.tolist()):
        colour, rest = divmod(place, 1024)
        row, column = divmod(rest, 32)
        want[row, column, colour] = number / 255
    traps = {
        "Reshape alone leaves the numbers in their order; the colours lie 1,024 apart.": (
            numbers.reshape(32, 32, 3) / 255
        ),
        "Rows and columns are swapped.": want.transpose(1, 0, 2),
        "The colour must be the last axis.": want.transpose(2, 0, 1),
        "Divide by 255: Matplotlib wants 0 to 1.": want * 255,
        "The largest byte is 255, and must become 1.": want * 255 / 256,
        "Blue and red are swapped.": want[..., ::-1],
    }
    yield Case(numbers, want=want, traps=traps)


@exercise("5.3.d", hint="Softmax of z over the last axis, mean over axis 0, argmax over the last axis.")
def joint_answer(rng):
    """Pictures on which the ways to vote disagree, and logits too large for a bare exponential."""
    for shift in (0.0, 1000.0):
        while True:
            z = rng.normal(0, 3, (5, 60, 4))
            p = np.exp(z - z.max(axis=2, keepdims=True))
            p /= p.sum(axis=2, keepdims=True)
            want = p.mean(axis=0).argmax(axis=1)
            of_logits = z.mean(axis=0).argmax(axis=1)
            loudest = p.max(axis=0).argmax(axis=1)
            votes = np.array([np.bincount(each, minlength=4).argmax() for each in z.argmax(axis=2).T])
            if all((other != want).any() for other in (of_logits, loudest, votes, p[0].argmax(axis=1))):
                break
        traps = {
            "That is the mean of the logits; take the softmax first.": of_logits,
            "The mean over the places, not the largest probability of any place.": loudest,
            "Add up probabilities, not answers: a place that is unsure counts less.": votes,
            "All places have a say, not only the first.": p[0].argmax(axis=1),
        }
        yield Case(z + shift, want=want, traps=traps)
