"""Checkers of the exercises on section 6.7, a small GPT: a norm, many blocks, heads, a cache of keys, tied weights."""

from functools import partial

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.exercises.values import close
from backprop.functions import softmax


@exercise("6.7.a", hint="Nudging x along itself changes nothing, for the root grows as fast as x does.")
def rms_norm_backward(rng):
    """Rows of different lengths, gains other than 1, and a gradient that is not at right angles to x̂."""
    for n, width in ((1, 3), (4, 5), (2, 8)):
        x = rng.normal(0, 2, (n, width)) + 1
        gamma, dy = rng.normal(1, 0.5, width), rng.normal(size=(n, width))
        r = 1 / np.sqrt((x * x).mean(axis=1, keepdims=True))
        x_hat, dx_hat = x * r, gamma * dy
        along = (dx_hat * x_hat).mean(axis=1, keepdims=True)
        dx, dgamma = r * (dx_hat - x_hat * along), (dy * x_hat).sum(axis=0)
        level = dx_hat.mean(axis=1, keepdims=True)
        traps = {
            "The root is treated as a constant here. It holds x, too, and that way pays its share.": [
                r * dx_hat,
                dgamma,
            ],
            "The gain γ is missing on the way back: dx̂ = γ dy.": [
                r * (dy - x_hat * (dy * x_hat).mean(axis=1, keepdims=True)),
                dgamma,
            ],
            "That is layer norm. Here no mean is subtracted, so none comes off on the way back.": [
                r * (dx_hat - level - x_hat * along),
                dgamma,
            ],
            "The share along x̂ is a mean over the row, not a sum.": [
                r * (dx_hat - x_hat * along * width),
                dgamma,
            ],
            "The factor r stands in front of the whole bracket.": [dx_hat - x_hat * along, dgamma],
            "The gradient of γ is the sum of dy x̂ over the rows, not their mean.": [dx, dgamma / n] if n > 1 else None,
            "The gradient of γ takes x̂, not x: γ multiplies the normalised number.": [dx, (dy * x).sum(axis=0)],
        }
        traps = {sentence: trap for sentence, trap in traps.items() if trap is not None}
        yield Case(x, gamma, dy, want=[dx, dgamma], traps=traps, names=("dx", "dgamma"))


K = np.arange(1, 23)  # the arms between the fronts of block 1 and of block 12
ON_PAPER = {"plain": 2.0**11, "square": 23.0, "normed": 23**0.5, "scaled": (1 + 22 / 24) ** 0.5}
MISTAKEN = {  # what typical mistakes make of one of the numbers
    "That is the mean square; the length is its root.": {"plain": [2.0**22], "normed": [23], "scaled": [23 / 12]},
    "Between the two fronts lie 22 arms: 11 blocks with two arms each.": {
        "plain": [2.0**12, 2.0**24, 2.0**5.5, 2.0**10.5],
        "square": [24, 25],
        "normed": [12**0.5, 24**0.5, 5],
        "scaled": [2**0.5, 2],
    },
    "Without a norm an arm adds as much as is there: the mean square doubles at each arm.": {"plain": [23, 23**0.5]},
    "Doubling 22 times multiplies by 2 each time; it does not add 2.": {"plain": [44, 44**0.5, 45**0.5]},
    "That is the factor of one arm; there are 22.": {"plain": [2, 2**0.5]},
    "The gradient gets longer on its way back, not shorter.": {"plain": [2.0**-11], "normed": [23**-0.5]},
    "The stream has the mean square 1 before the first arm adds anything.": {"square": [22]},
    "A block adds twice.": {"square": [11, 12, 13], "normed": [13**0.5]},
    "Behind a norm the rows have the mean square 1, so the arm adds 1, however large the stream is.": {
        "square": [2.0**22, 2.0**11]
    },
    "That is the root; the mean square is wanted.": {"square": [23**0.5]},
    "A norm multiplies the gradient by r, so an arm sends back less than it gets.": {"normed": [2.0**11]},
    "Squares of lengths add up, and in the square that an arm sends back r stands squared.": {
        "normed": [np.prod(1 + K**-0.5) ** 0.5, np.prod(1 + K**-0.5)]
    },
    "Each arm adds a share of what has arrived there, so the factors 1 + 1/k are multiplied.": {
        "normed": [1 + (1 / K).sum(), (1 + (1 / K).sum()) ** 0.5]
    },
    "The factor is for what an arm adds, not for all that is there.": {"scaled": [(23 / 24) ** 0.5, 23**0.5 / 24]},
    "A mean square takes the factor twice: each arm adds 1/24.": {
        "scaled": [(1 + 22 / 24**0.5) ** 0.5, 1 + 22 / 24**0.5]
    },
    "A plus copies the gradient, and the arms add to it.": {"plain": [1], "normed": [1], "scaled": [1]},
}


@exercise("6.7.b", hint="In front of arm k, how large is the mean square of the stream, and how much does the arm add?")
def twelve_blocks_on_paper(rng):
    """How much longer the gradient gets on its way back through 22 arms, with and without norms."""
    traps = {sentence: partial(mistaken, values=values) for sentence, values in MISTAKEN.items()}
    yield Case(want=tuple(ON_PAPER.values()), tol=2e-3, names=tuple(ON_PAPER), traps=traps)  # two decimals will do


def mistaken(found, values) -> bool:
    """Whether one of the four numbers is one of these values."""
    at = dict(zip(ON_PAPER, found, strict=True))
    return any(close(at[name], np.asarray(value, float), 2e-3) for name in values for value in values[name])


@exercise("6.7.c", hint="First through the matrix, as in a dense layer. Then hand to each head its own columns.")
def to_the_heads(rng):
    """Five or six steps, two to four heads, as many rows as columns once, where a forgotten transpose fits."""
    for steps, n_heads, width in ((5, 2, 3), (6, 3, 2), (4, 4, 1)):
        n = n_heads * width
        a, dy, W_out = rng.normal(size=(steps, n)), rng.normal(size=(steps, n)), rng.normal(size=(n, n))
        da = dy @ W_out.T
        dW_out, heads = a.T @ dy, da.reshape(steps, n_heads, width).swapaxes(0, 1)
        mixed = da.reshape(n_heads, steps, width)
        traps = {
            "Steps and heads are mixed: reshape alone cuts the rows. Cut the columns, or swap the axes after it.": [
                dW_out,
                mixed,
            ],
            "The matrix is transposed on the way back: da = dy W_outᵀ.": [
                dW_out,
                (dy @ W_out).reshape(steps, n_heads, width).swapaxes(0, 1),
            ],
            "The way back leads through W_out before it is cut into heads.": [
                dW_out,
                dy.reshape(steps, n_heads, width).swapaxes(0, 1),
            ],
            "The gradient of W_out is transposed: row i belongs to column i of a.": [dW_out.T, heads],
            "The gradient of W_out is aᵀ dy; the gradient of the answers has no place in it.": [a.T @ da, heads],
        }
        if n_heads > 1 and width > 1:
            across = da.reshape(steps, width, n_heads).transpose(2, 0, 1)
            traps["A head owns neighbouring columns, the first n / n_heads and so on, not every other one."] = [
                dW_out,
                across,
            ]
        yield Case(dy, a, W_out, n_heads, want=[dW_out, heads], traps=traps, names=("dW_out", "dheads"))


@exercise("6.7.d", hint="Only the new step is computed. Its key and value join the others before its query asks.")
def a_step_with_a_cache(rng):
    """A past of none, of one and of several steps, and scores that call for the root."""
    for past, n in ((0, 2), (1, 3), (5, 4)):
        x, W = rng.normal(size=n), rng.normal(size=(n, 3 * n))
        k, v = rng.normal(size=(2, past, n))
        q, key, value = np.split(x @ W, 3)
        keys, values = np.vstack([k, key]), np.vstack([v, value])
        p = softmax(keys @ q / np.sqrt(n))
        turned, plain = np.vstack([key, k]), softmax(keys @ q)
        traps = {
            "The scores are not divided by the root of their width.": [plain @ values, keys, values],
            "The answer is right; the new key and value have to be kept for the step after.": [p @ values, k, v],
            "Keys and values are exchanged in what is returned.": [p @ values, values, keys],
            "The new key comes behind the old ones: a cache is in the order of the steps.": [
                p @ values,
                turned,
                np.vstack([value, v]),
            ],
        }
        if past:
            alone = softmax(k @ q / np.sqrt(n))
            traps["The new step sees itself, too: append its key and value before its query asks."] = [
                alone @ v,
                keys,
                values,
            ]
        yield Case(x, W, k, v, want=[p @ values, keys, values], traps=traps, names=("y", "k", "v"))


@exercise("6.7.e", hint="The matrix is a fork: looked up at the start, multiplied by at the end. Forks add.")
def a_matrix_used_twice(rng):
    """Tokens that repeat, and some that do not occur, which are priced by the logits alone."""
    for steps, n_tokens, n in ((4, 3, 2), (6, 5, 3), (5, 5, 5)):
        W, a = rng.normal(size=(n_tokens, n)), rng.normal(size=(steps, n))
        ids = rng.integers(n_tokens - 1, size=steps)
        ids[1] = ids[0]
        dz, dx = rng.normal(size=(steps, n_tokens)), rng.normal(size=(steps, n))
        looked_up, last = np.zeros_like(W), np.zeros_like(W)
        np.add.at(looked_up, ids, dx)
        last[ids] = dx
        as_logits = dz.T @ a
        traps = {
            "Only the last layer's use is counted: the lookup sends a gradient, too.": as_logits,
            "Only the lookup is counted: the logits z = a Wᵀ send a gradient, too.": looked_up,
            "A token that stands twice gets both gradients: dW[ids] += dx keeps the last one alone.": as_logits + last,
            "Two uses add up; nothing is divided by two.": (as_logits + looked_up) / 2,
            "The two uses add up; here one is subtracted.": as_logits - looked_up,
        }
        if n == n_tokens:
            traps["Of z = a Wᵀ the gradient of W is dzᵀ a, not aᵀ dz."] = a.T @ dz + looked_up
        yield Case(W, ids, a, dz, dx, want=as_logits + looked_up, traps=traps, unused=(0,))
