"""Checkers of the exercises in section 5.3, a convolutional network."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient


@exercise(
    "5.3.a", hint="At one place of one picture it is a dense layer of c_in inputs. How many places use the same W?"
)
def kernel_of_one(rng):
    """Nudged; with as many channels out as in, where shapes give no advice, and with others."""
    for n, c_in, c_out, height, width in ((2, 3, 3, 3, 3), (3, 2, 4, 2, 3)):
        x, W = rng.normal(size=(n, c_in, height, width)), rng.normal(size=(c_out, c_in))
        dy = rng.normal(size=(n, c_out, height, width))

        def loss(x: np.ndarray, W: np.ndarray, dy: np.ndarray = dy) -> float:
            return float((np.einsum("oi,nirc->norc", W, x) * dy).sum())

        dx = numerical_gradient(lambda x, W=W, loss=loss: loss(x, W), x)
        dW = numerical_gradient(lambda W, x=x, loss=loss: loss(x, W), W)
        of_each = np.einsum("norc,nirc->noi", dy, x)
        square = {}
        if c_in == c_out:
            square = {
                "On the way back W is transposed: dx sums over the channels out.": (
                    np.einsum("oi,nirc->norc", W, dy),
                    dW,
                ),
                "dW is transposed: its rows are the channels out.": (dx, dW.T),
                "Both are transposed: W has a row for each channel out.": (np.einsum("oi,nirc->norc", W, dy), dW.T),
            }
        yield Case(
            dy,
            x,
            W,
            want=(dx, dW),
            names=("dx", "dW"),
            traps={
                "dW is a sum over examples and places, not a mean.": (dx, dW / (n * height * width)),
                "dW is a sum over the examples, not a mean.": (dx, dW / n),
                "dW is a sum over the places, not a mean.": (dx, dW / (height * width)),
                "dW adds up all examples, not the first alone.": (dx, of_each[0]),
                "dW adds up all examples, not the last alone.": (dx, of_each[-1]),
                "dW adds up the examples, too: one number for each entry of W.": (dx, of_each),
                "The same W is used at every place: dW adds up all places, not the first alone.": (
                    dx,
                    np.einsum("no,ni->oi", dy[:, :, 0, 0], x[:, :, 0, 0]),
                ),
                "A place's x and dy belong together: multiply them before you add.": (
                    dx,
                    np.outer(dy.sum(axis=(0, 2, 3)), x.sum(axis=(0, 2, 3))),
                ),
                "The order is dx, dW.": (dW, dx),
                "dW without the pictures: multiply dy by x.": (dx, np.repeat(dy.sum(axis=(0, 2, 3))[:, None], c_in, 1)),
                **square,
            },
        )


def field_mistakes(windows: list[tuple[int, int]], want: int) -> dict[str, int]:
    """What typical mistakes make of these windows."""
    sizes, strides = zip(*windows, strict=True)
    view, step, early, late, added, total = 1, 1, 1, 1, 1, 1
    for size, stride in windows:
        view += (size - 1) * step
        added += (size - 1) * total
        step *= stride
        total += stride
        early += (size - 1) * step
        late += size * step // stride
    flat, back = 1, 1
    for size, stride in reversed(windows):
        flat += (size - 1) * back
        back *= stride
    return {
        "The stride of a layer counts only from the next layer on.": early,
        "A window of size k adds k − 1 steps to the view, not k.": late,
        "The strides are missing: behind a stride of 2, two neighbours lie 2 pixels apart.": sum(sizes)
        - len(sizes)
        + 1,
        "That is how far apart two neighbours lie, not how far one of them sees.": step,
        "Before the first layer a number sees itself: the view starts at 1.": want - 1,
        "The first layer comes first in the list; here the last one does.": flat,
        "The side of the square is wanted, not its number of pixels.": want**2,
        "Windows of neighbours overlap: a window adds k − 1 steps to the view, sizes do not add up.": sum(sizes),
        "Windows of neighbours overlap: a window adds k − 1 steps to the view, sizes do not multiply.": math.prod(
            sizes
        ),
        "Steps multiply from layer to layer; a layer's own stride alone is not enough.": 1
        + sum((size - 1) * before for size, before in zip(sizes, [1, *strides], strict=False)),
        "Strides multiply from layer to layer; here they are added up.": added,
    }


@exercise("5.3.b", hint="Keep two numbers on the way: the view so far, and how many pixels lie between two neighbours.")
def receptive_field(rng):
    """Counted on a line: which inputs can a number in the middle of the last layer have come from?"""
    for length in (4, 3, 1):
        want, traps = 0, {"": 0}
        while want in traps.values() or len({*traps.values()}) < len(traps):  # every mistake has an answer of its own
            sizes, strides = rng.integers(2, 6, length).tolist(), rng.permutation([2, 3, 1, 2])[:length].tolist()
            windows = list(zip(sizes, strides, strict=True))
            seen = {0}
            for size, stride in reversed(windows):
                seen = {place * stride + offset for place in seen for offset in range(size)}
            want = max(seen) - min(seen) + 1
            traps = field_mistakes(windows, want)
            if length == 1:  # one layer has no next one: many mistakes do no harm
                break
        yield Case(windows, want=want, traps=traps)


@exercise("5.3.c", hint="In which three axes do the numbers lie in the file, and in which order are they wanted?")
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
        "The colour must be the last axis, and rows and columns are swapped.": want.transpose(2, 1, 0),
        "The order here is row, colour, column; the colour has to be last.": want.transpose(0, 2, 1),
        "The file holds one colour after the other, not one row after the other: colour, row, column.": (
            numbers.reshape(32, 3, 32).transpose(0, 2, 1) / 255
        ),
        "The picture is upside down.": want[::-1],
        "Whole bytes between 0 and 1 are only 0 and 1: // throws the fraction away, / keeps it.": (want >= 1).astype(
            int
        ),
        "Divide by 255: Matplotlib wants 0 to 1.": want * 255,
        "The largest byte is 255, and must become 1.": want * 255 / 256,
        "Blue and red are swapped.": want[..., ::-1],
        "The numbers are still in one row; give them their axes.": numbers / 255,
        "Light and dark are swapped: 255 is full colour, and must become 1.": 1 - want,
    }
    yield Case(numbers, want=want, traps=traps)


def bare_softmax(z: np.ndarray, largest: np.ndarray | float = 0.0) -> np.ndarray:
    """Softmax over the last axis as it comes out when ``largest`` is subtracted, overflow and all."""
    with np.errstate(all="ignore"):
        p = np.exp(z - largest)
        return p / p.sum(axis=-1, keepdims=True)


@exercise("5.3.d", hint="Probabilities first, then their mean over the places, and the class only at the very end.")
def joint_answer(rng):
    """Pictures on which the ways to vote disagree, and logits too large for a bare exponential, each in its own way."""
    for far in (0.0, 3000.0):
        while True:
            z = rng.normal(0, 3, (5, 60, 4))
            z[..., 0] -= far * (rng.random((5, 60)) < 0.2)  # far below the others of its own row
            p = softmax(z)
            want = p.mean(axis=0).argmax(axis=1)
            of_logits = z.mean(axis=0).argmax(axis=1)
            loudest = p.max(axis=0).argmax(axis=1)
            votes = np.array([np.bincount(each, minlength=4).argmax() for each in z.argmax(axis=2).T])
            middle = np.median(p, axis=0).argmax(axis=1)
            others = of_logits, loudest, votes, middle, p[0].argmax(axis=1), (p**2).mean(axis=0).argmax(axis=1)
            if all((other != want).any() for other in others):
                break
        # A softmax does not see what is added to a row. Half of the pictures are large everywhere.
        z = z + far * np.where(rng.random((60, 1)) < 0.5, 1.0, rng.choice([-1.0, 1.0], (5, 60, 1)))
        traps = {
            "That is the mean of the logits; take the softmax first.": z.mean(axis=0).argmax(axis=1),
            "The mean over the places, not the largest probability of any place.": loudest,
            "The mean over the places, not the median.": middle,
            "Add up probabilities, not answers: a place that is unsure counts less.": votes,
            "All places have a say, not only the first.": p[0].argmax(axis=1),
            "That is the smallest mean; the largest one is wanted.": p.mean(axis=0).argmin(axis=1),
            "Those are the mean probabilities; the class of the largest is wanted.": p.mean(axis=0),
            "Those are the answers of each place; they have to be joined.": p.argmax(axis=2),
            "The mean runs over the pictures here; the places are the first axis.": p.mean(axis=1).argmax(axis=1),
            "Some logits are in the thousands, and np.exp overflows: subtract the largest of each row first.": (
                bare_softmax(z).mean(axis=0).argmax(axis=1)
            ),
            "One largest logit for all leaves only zeros in some rows, and 0/0: each row needs its own.": (
                bare_softmax(z, z.max()).mean(axis=0).argmax(axis=1)
            ),
            "Each place of a picture needs its own largest logit: keep the axis of the places.": (
                bare_softmax(z, z.max(axis=(0, 2), keepdims=True)).mean(axis=0).argmax(axis=1)
            ),
            "The softmax runs over the classes, the last axis; here the places share 1.": (
                softmax(np.moveaxis(z, 0, -1)).mean(axis=-1).argmax(axis=-1)
            ),
            "The largest logit runs over the classes, the last axis.": (
                bare_softmax(z, z.max(axis=1, keepdims=True)).mean(axis=0).argmax(axis=1)
            ),
        }
        yield Case(z, want=want, traps=traps)
