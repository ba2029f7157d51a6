"""Checkers of the exercises on page A.2, what else a framework can do."""

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("A.2.a", hint="Map a function that returns one number for one example: the length of its gradient.")
def gradient_lengths(rng):
    for n in (4, 60):  # more than one chunk, and not a whole number of chunks
        W, b, x, y = rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(n, 3)), rng.normal(size=(n, 2))
        dz = x @ W + b - y  # of half the squared length
        by_W, by_b = (dz**2).sum(1) * (x**2).sum(1), (dz**2).sum(1)
        want = np.sqrt(by_W + by_b)
        whole = np.sqrt(((x.T @ dz) ** 2).sum() + (dz.sum(0) ** 2).sum())
        traps = {
            "Those are the squares of the lengths; take the root.": want**2,
            "Lengths of the parts do not add up: add the squares, and take one root.": np.sqrt(by_W) + np.sqrt(by_b),
            "That is the length for W alone.": np.sqrt(by_W),
            "That is the length for b alone.": np.sqrt(by_b),
            "That is the length of the gradient of the whole batch, for every example.": np.full(n, whole),
            "That is the length of the mean gradient, for every example.": np.full(n, whole / n),
        }
        yield Case(W, b, x, y, want=want, traps=traps, run=lengths_of, tol=1e-5)


def lengths_of(answer, W, b, x, y):
    """The answer, called with tensors and the loss of one example."""
    import torch

    def loss(params, x, y):
        return ((x @ params["W"] + params["b"] - y) ** 2).sum() / 2

    params = {"W": torch.tensor(W), "b": torch.tensor(b)}
    got = answer(loss, params, torch.tensor(x), torch.tensor(y))
    return got.detach().numpy() if isinstance(got, torch.Tensor) else got


@exercise("A.2.b", hint="10⁻⁹ has to come above 3 · 10⁻⁸, and 30 to stay below 65,520.")
def scale_of_the_loss(rng):
    yield Case(
        want=(32, 2048),
        names=("smallest", "largest"),
        traps={
            "smallest: 16 · 10⁻⁹ is still below 3 · 10⁻⁸.": (16, 2048),
            "smallest: 64 serves, but 32 does, too.": (64, 2048),
            "largest: 4096 · 30 is above 65,520.": (32, 4096),
            "largest: 1024 serves, but 2048 does, too.": (32, 1024),
            "largest: the largest gradient is 30, not 1.": (32, 32768),
            "The two are exchanged.": (2048, 32),
            "Those are the exponents; the powers of two are wanted.": (5, 11),
        },
    )


@exercise("A.2.c", hint="Forward mode needs one call for each input, backward mode one for each output.")
def forward_or_backward(rng):
    yield Case(
        want=((3, 1000), (25450, 1)),
        names=("camera", "network"),
        traps={
            "camera: a jvp is one direction of the 3 inputs; a backward pass starts from one of 1,000 outputs.": (
                (1000, 3),
                (25450, 1),
            ),
            "network: the loss is one output, so one backward pass is enough.": ((3, 1000), (1, 25450)),
            "Forward and backward are exchanged.": ((1000, 3), (1, 25450)),
            "network: one jvp goes along one direction only, and there are 25,450.": ((3, 1000), (1, 1)),
            "camera: one backward pass starts from one output only, and there are 1,000.": ((3, 1), (25450, 1)),
            "camera: one jvp goes along one of three directions.": ((1, 1000), (25450, 1)),
        },
    )
