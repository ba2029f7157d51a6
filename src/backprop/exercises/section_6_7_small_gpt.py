"""Checkers of the exercises on section 6.7, a small GPT: a norm, a mask, heads, a cache of keys, and tied weights."""

import numpy as np

from backprop.exercises.checking import Case, exercise
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


@exercise("6.7.b", hint="Only the future's shares are to go. What do the others of a row still add up to?")
def shares_repaired(rng):
    """Shares of three to six steps, from a softmax that saw the future."""
    for n in (3, 4, 6):
        p = softmax(rng.normal(size=(n, n)))
        seen = np.tril(np.ones((n, n)))
        want = p * seen / (p * seen).sum(axis=1, keepdims=True)
        traps = {
            "The rows do not add up to 1 any more: divide each by what is left of it.": p * seen,
            "The past is hidden here, and the future seen: turn the triangle.": p
            * seen.T
            / (p * seen.T).sum(axis=1, keepdims=True),
            "The columns add up to 1 here; each row has to.": p * seen / (p * seen).sum(axis=0, keepdims=True),
            "These are shares already; a second softmax makes them nearly equal.": softmax(
                np.where(seen > 0, p, -np.inf)
            ),
            "All rows together add up to 1 here; each row has to by itself.": p * seen / (p * seen).sum(),
            "Nothing is hidden here.": p,
            "A step does not see itself here; only what comes later is hidden.": strictly_before(p),
        }
        yield Case(p, want=want, traps=traps)


def strictly_before(p: np.ndarray) -> np.ndarray:
    """The diagonal is hidden as well, but for the first step, which sees nothing else."""
    seen = np.tril(np.ones(p.shape), -1)
    seen[0, 0] = 1
    return p * seen / (p * seen).sum(axis=1, keepdims=True)


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
