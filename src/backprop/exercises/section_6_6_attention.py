"""Checkers of the exercises on section 6.6, attention: its softmax, its mask, two heads, and one word more."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient


def look_up(q, k, v):
    """Scaled dot-product attention of one sequence."""
    return softmax(q @ k.T / np.sqrt(q.shape[1])) @ v


@exercise("6.6.a", hint="np.diag(p) - np.outer(p, p).")
def jacobian_of_a_softmax(rng):
    """Shares of three to six keys; the Jacobian by nudges, one output at a time."""
    for n in (3, 6, 4):
        z = rng.normal(size=n)
        p = softmax(z)
        want = np.stack([numerical_gradient(lambda z, row=row: float(softmax(z)[row]), z) for row in range(n)])
        yield Case(
            p,
            want=want,
            traps={
                "A share also falls when another score rises: the entries off the diagonal are not 0.": np.diag(
                    p * (1 - p)
                ),
                "The diagonal lacks p itself: p_l (1 − p_l), not −p_l².": -np.outer(p, p),
                "The sign is turned: a share grows with its own score.": -want,
                "The diagonal holds 1 where it should hold p_l.": np.eye(n) - np.outer(p, p),
            },
        )


@exercise("6.6.b", hint="np.where(np.triu(np.ones(z.shape, bool), 1), -np.inf, z), then a softmax of each row.")
def shares_without_the_future(rng):
    """Scores of three to five steps, some so large that exp overflows unless the largest is subtracted."""
    for n, size in ((3, 1.0), (5, 2.0), (4, 5000.0)):
        z = rng.normal(size=(n, n)) * size
        seen = np.tril(np.ones((n, n)))
        want = np.zeros_like(z)
        for i in range(n):
            want[i, : i + 1] = softmax(z[i, : i + 1])
        strict = np.where(np.tril(seen, -1) > 0, z, -1e30)
        traps = {
            "The rows do not add up to 1: hide the scores before the softmax, not the shares after it.": softmax(z)
            * seen,
            "A score of 0 is not hidden: the softmax gives it a share. It takes −∞.": softmax(z * seen),
            "Shares lie above the diagonal, and the past is hidden: turn the triangle.": softmax(
                np.where(seen.T > 0, z, -np.inf)
            ),
            "The columns add up to 1 here; each row is a softmax by itself.": softmax(
                np.where(seen > 0, z, -np.inf).T
            ).T,
            "A step does not see itself here; only what comes later is hidden.": softmax(strict),
            "Nothing is hidden here.": softmax(z),
        }
        yield Case(z, want=want, traps=traps)


@exercise("6.6.c", hint="np.split(q, 2, axis=1) and so on; look_up for each pair of halves; np.concatenate on axis 1.")
def two_heads_side_by_side(rng):
    """Sequences of a few steps."""
    for t, n_dim in ((3, 4), (5, 6), (4, 2)):
        q, k, v = rng.normal(size=(3, t, n_dim))
        half = n_dim // 2
        first, second = (look_up(q[:, part], k[:, part], v[:, part]) for part in (slice(half), slice(half, None)))
        too_flat = [
            softmax(q[:, part] @ k[:, part].T / np.sqrt(n_dim)) @ v[:, part]
            for part in (slice(half), slice(half, None))
        ]
        yield Case(
            q,
            k,
            v,
            want=np.hstack([first, second]),
            traps={
                "That is one head for all columns; each half makes its own softmax.": look_up(q, k, v),
                "Each head is half as wide: divide by the root of n_dim / 2.": np.hstack(too_flat),
                "The heads stand in the wrong order.": np.hstack([second, first]),
                "The heads are added up; put them side by side.": first + second,
                "The heads stand one below the other; put them side by side.": np.vstack([first, second]),
            },
        )


@exercise("6.6.d", hint="look_up(q_new[None], np.vstack([k, k_new]), np.vstack([v, v_new]))[0][0].")
def one_word_more(rng):
    """The last row of causal attention over the whole text, written without a mask."""
    for t, n_dim, n in ((3, 4, 2), (1, 2, 3), (5, 3, 3)):
        k, v = rng.normal(size=(t, n_dim)), rng.normal(size=(t, n))
        q_new, k_new, v_new = rng.normal(size=n_dim), rng.normal(size=n_dim), rng.normal(size=n)
        all_k, all_v = np.vstack([k, k_new]), np.vstack([v, v_new])
        want = look_up(q_new[None], all_k, all_v)[0]
        yield Case(
            k,
            v,
            q_new,
            k_new,
            v_new,
            want=want,
            traps={
                "The new word does not see itself here: append its key and value first.": look_up(q_new[None], k, v)[0],
                "The scores are not divided by the root of n_dim.": softmax(all_k @ q_new) @ all_v,
                "The shape should be (n,), a single row.": want[None],
            },
        )
