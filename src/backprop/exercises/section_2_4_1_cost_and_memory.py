"""Checkers of the exercises on page 2.4.1, the cost of a gradient in products and in memory."""

from itertools import pairwise

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import Tanh
from backprop.layers.dense import Dense
from backprop.network import Network


@exercise("2.4.1.a", hint="2P forward passes, against one forward and one backward pass; P counts weights and biases.")
def nudging_price(rng):
    """The ratio of products for several depths."""
    for depth in (2, 1, 4):
        widths = rng.integers(2, 30, size=depth + 1).tolist()
        weights = sum(a * b for a, b in pairwise(widths))
        backward = 2 * weights - widths[0] * widths[1]
        parameters = weights + sum(widths[1:])
        price = 2 * parameters * weights / (weights + backward)
        yield Case(
            widths,
            want=price,
            traps={
                "The biases have to be nudged too.": 2 * weights * weights / (weights + backward),
                "A centred nudge takes two forward passes.": price / 2,
                "Backpropagation also needs its own forward pass.": 2 * parameters * weights / backward,
                "The input gradient is counted, but nobody computes it.": 2 * parameters / 3,
                "That is the other way round: nudging over backpropagation.": 1 / price,
            },
        )


@exercise("2.4.1.b", hint="4 · (n₀ + … + n_D) bytes per example; // divides and rounds down.")
def largest_batch(rng):
    """Batches that just fit, that miss by a byte, and none."""
    for depth in (3, 1, 5):
        widths = rng.integers(2, 50, size=depth + 1).tolist()
        each, wanted = 4 * sum(widths), int(rng.integers(3, 200))
        for memory in (each * wanted, each * wanted - 1, each * wanted + each - 1, each - 1):
            fits = memory // each
            yield Case(
                widths,
                memory,
                want=fits,
                traps={
                    "Every number takes 4 bytes.": memory // sum(widths),
                    "The input is kept as well: the first layer needs it for dW.": memory // (4 * sum(widths[1:])),
                    "The output is kept as well: the last sigmoid needs it for its slope.": memory
                    // (4 * sum(widths[:-1])),
                    "The weights are there already; the free memory is all for kept values.": memory
                    // (4 * sum(a * b for a, b in pairwise(widths))),
                    "That is one example too many: only whole examples that fit count.": fits + 1,
                },
            )


class Slate:
    """One memory for several segments: whoever goes forward wipes it."""

    owner = None


class Segment:
    """A part of a network that can go backward only while the shared memory is its own."""

    def __init__(self, layer, slate):
        self.layer, self.slate, self.runs = layer, slate, 0

    def forward(self, x):
        self.runs += 1
        self.slate.owner = self
        return self.layer.forward(x)

    def backward(self, dy):
        if self.slate.owner is not self:
            raise RuntimeError("another segment went forward since: the memory of this one is gone")
        return self.layer.backward(dy)

    def __repr__(self):
        return "Segment()"


@exercise("2.4.1.c", hint="Keep every segment's input; let it go forward again from there just before going backward.")
def backward_from_checkpoints(rng):
    """dx of chains of one to five segments, whose forward runs are counted."""
    for count in (3, 1, 5):
        sizes = rng.integers(2, 6, size=count + 1)
        layers = [Network(Dense(int(a), int(b), rng, dtype=np.float64), Tanh()) for a, b in pairwise(sizes)]
        x, dy = rng.normal(size=(4, sizes[0])), rng.normal(size=(4, sizes[-1]))
        whole = Network(*layers)
        whole.forward(x)
        want = whole.backward(dy)

        def run(answer, x, dy, layers=layers):
            slate = Slate()
            segments = [Segment(layer, slate) for layer in layers]
            dx = answer(segments, x, dy)
            return None if dx is None else (dx, max(segment.runs for segment in segments))

        def judge(got, want=want):
            if got is None:
                return "the function returns nothing for a chain of another length."
            dx, runs = got
            if not isinstance(dx, np.ndarray) or dx.shape != want.shape:
                return f"the gradient of the input has the shape {want.shape} here."
            if not np.allclose(dx, want, rtol=1e-9, atol=1e-12):
                return "the gradient is not right: was each segment run forward from its own input?"
            return None if runs <= 2 else f"right, but one segment went forward {runs} times; twice is enough."

        yield Case(x, dy, judge=judge, run=run)
