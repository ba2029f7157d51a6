"""Checkers of the exercises on section 6.6, attention: one head by design, the mask, two heads, and a start at 0."""

from collections.abc import Callable

import numpy as np

from backprop.exercises.answers import numbers
from backprop.exercises.checking import Case, exercise
from backprop.exercises.values import close
from backprop.functions import softmax


def look_up(q, k, v):
    """Scaled dot-product attention of one sequence."""
    return softmax(q @ k.T / np.sqrt(q.shape[1])) @ v


@exercise("6.6.a", hint="Give each step a key that no other step has. Whose key must the query of step i fit?")
def one_step_back(rng):
    """Any design will do: the shares of the package's softmax are the judge."""
    for steps in (4, 2, int(rng.integers(5, 13)), 12):
        yield Case(steps, judge=lambda got, steps=steps: looks_back(got, steps))


def looks_back(got, steps: int) -> str | None:
    """What is wrong with queries and keys that should look one step back, or None."""
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 2:
        return "Two arrays are wanted: the queries q and the keys k."
    q, k = (np.asarray(part) for part in got)
    for name, part in (("q", q), ("k", k)):
        if part.dtype.kind not in "iuf":
            return f"An array of numbers is wanted for {name}."
        if part.ndim != 2 or len(part) != steps or not part.size:
            return f"The shape of {name} is {part.shape}; it should have {steps} rows, one for each step."
        if not np.isfinite(part).all():
            return f"There is a number in {name} that is not finite; 100 is loud enough."
    if q.shape != k.shape:
        return f"Queries and keys are as wide as each other; here q is {q.shape} and k is {k.shape}."
    with np.errstate(all="ignore"):
        p = softmax(q.astype(float) @ k.astype(float).T / np.sqrt(q.shape[1]))
    if not np.isfinite(p).all():
        return "The scores are too large even for floats; 100 is loud enough."
    for i in range(1, steps):
        share, at = p[i, i - 1], int(p[i].argmax())
        if share >= 0.99:
            continue
        if np.ptp(p[i]) < 1e-9:
            return f"Step {i} looks at all steps alike: its query fits every key as well as any other."
        if p[i, at] - share > 1e-9:
            if at == i:
                return f"Step {i} looks at itself most of all, not at step {i - 1} (counted from 0)."
            if at == i + 1:
                return f"Step {i} looks at the step after it most of all, not at step {i - 1} (counted from 0)."
            return f"Step {i} looks at step {at} most of all, not at step {i - 1} (counted from 0)."
        others = np.flatnonzero(p[i] > share - 1e-9)
        if len(others) > 1:
            return f"Step {i} looks at steps {', '.join(map(str, others))} alike; only step {i - 1} is wanted."
        return f"Step {i} looks at the right place, but with a share of {share:.2f}: its query is not loud enough."
    return None


def overflowing(z: np.ndarray, largest: np.ndarray | float) -> np.ndarray:
    """Softmax of rows as it comes out when ``largest`` is subtracted, overflow and all."""
    with np.errstate(all="ignore"):
        p = np.exp(z - largest)
        return p / p.sum(axis=1, keepdims=True)


def masked_after(z: np.ndarray) -> np.ndarray:
    """The exponentials are masked in place of the scores."""
    with np.errstate(all="ignore"):
        p = np.exp(z) * np.tril(np.ones(z.shape))
        return p / p.sum(axis=1, keepdims=True)


@exercise(
    "6.6.b",
    hint="Add up the rows of the answer as it stood. Who has taken the rest, and at which line did they get it?",
)
def shares_without_the_future(rng):
    """Scores of three to five steps, some so large that exp overflows unless the largest is subtracted."""
    for n, size in ((3, 1.0), (5, 2.0), (4, 5000.0)):
        z = rng.normal(size=(n, n)) * size
        if size > 100:  # a row overflows, and in another one the future holds by far the largest score
            z[2, 0], z[0, -1] = 8000.0, z[0].max() + 5000.0
        seen = np.tril(np.ones((n, n)))
        want = np.zeros_like(z)
        for i in range(n):
            want[i, : i + 1] = softmax(z[i, : i + 1])
        strict, hidden = np.where(np.tril(seen, -1) > 0, z, -1e30), np.where(seen > 0, z, -np.inf)
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
            "A score of −1 is not hidden: the softmax gives it a share. It takes −∞.": softmax(
                np.where(seen > 0, z, -1.0)
            ),
            "A step does not see itself here; only what comes later is hidden.": softmax(strict),
            "Only the first step sees itself here; every step does.": np.vstack([np.eye(n)[:1], softmax(strict)[1:]]),
            "One step too many is seen: what comes next is the future, too.": softmax(
                np.where(np.tril(np.ones((n, n)), 1) > 0, z, -np.inf)
            ),
            "Nothing is hidden here.": softmax(z),
            "Those are the scores with the future hidden; the softmax of each row is missing.": hidden,
            "The shares of a row add up to 1; here they are not yet divided by their sum.": np.exp(
                hidden - hidden.max(axis=1, keepdims=True)
            ),
            "The shares of a row add up to 1; here all of them together do.": softmax(hidden.ravel()).reshape(n, n),
            "Some scores are in the thousands, and np.exp overflows: subtract the largest of each row first.": (
                overflowing(hidden, 0.0)
            ),
            "With a mask after it np.exp overflows all the same: hide first, then subtract the largest of each row.": (
                masked_after(z)
            ),
            "One largest score for all leaves only zeros in some rows, and 0/0: each row needs its own.": (
                overflowing(hidden, z.max())
            ),
            "The largest score is taken from the future, too; only what is seen may count.": (
                overflowing(hidden, z.max(axis=1, keepdims=True))
            ),
        }
        yield Case(z, want=want, traps=traps)


def unshared(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Exponentials of the scores below the largest of each row, not divided by their sum."""
    z = q @ k.T / np.sqrt(q.shape[1])
    return np.exp(z - z.max(axis=1, keepdims=True))


def bare_heads(q, k, v, root: float, largest: Callable = lambda z: 0.0) -> np.ndarray:
    """Two heads with scores over ``root``, and a softmax that subtracts nothing, or one number for all rows."""
    answers = []
    with np.errstate(all="ignore"):
        for asks, keys, values in zip(*(np.split(a, 2, axis=1) for a in (q, k, v)), strict=True):
            z = asks @ keys.T / root
            answers.append(overflowing(z, largest(z)) @ values)
    return np.hstack(answers)


def interleaved(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.hstack([look_up(q[:, start::2], k[:, start::2], v[:, start::2]) for start in (0, 1)])


@exercise("6.6.c", hint="Each head is an attention of its own, with half of the columns of q, of k and of v.")
def two_heads_side_by_side(rng):
    """Sequences of a few steps, the last one with scores in the thousands, of different size from row to row."""
    for t, n_dim, size in ((4, 6, 1.0), (3, 4, 1.0), (4, 2, 1.0), (5, 4, 5000.0)):
        q, k, v = rng.normal(size=(3, t, n_dim))
        q *= size
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
                "Some scores are in the thousands, and np.exp overflows: subtract the largest of each row first.": (
                    bare_heads(q, k, v, np.sqrt(half))
                ),
                "One largest score for all leaves only zeros in some rows, and 0/0: each row needs its own.": (
                    bare_heads(q, k, v, np.sqrt(half), np.max)
                ),
                "The scores are not divided by the root of the width.": bare_heads(q, k, v, 1.0),
                "Queries and keys are exchanged: each query asks all keys.": np.hstack(
                    [look_up(k[:, part], q[:, part], v[:, part]) for part in (slice(half), slice(half, None))]
                ),
                "A head is a half of the columns side by side, not every other column.": interleaved(q, k, v),
                "The answers of the heads are mixed column by column; put one head beside the other.": np.stack(
                    [first, second], axis=2
                ).reshape(t, n_dim),
                "A head has its own half of the values, too.": np.hstack(
                    [look_up(q[:, part], k[:, part], v)[:, :half] for part in (slice(half), slice(half, None))]
                ),
                "The shares of a row add up to 1; here they are not yet divided by their sum.": np.hstack(
                    [unshared(q[:, part], k[:, part]) @ v[:, part] for part in (slice(half), slice(half, None))]
                ),
                "The heads stand in the wrong order.": np.hstack([second, first]),
                "Only the first head has answered.": first,
                "The heads are added up; put them side by side.": first + second,
                "The heads stand one below the other; put them side by side.": np.vstack([first, second]),
            },
        )


VALUES = np.array([25, 13, 7, 3]) / 12  # the columns of a map whose row i holds 1/i, i times
MISTAKEN = {  # in the gradients of the values
    "Four ones are the sums along the rows, or a map without a mask: add up the columns of the masked one.": [[1] * 4],
    "That is the wrong way round: all four queries see the first value, and only one sees the last.": [VALUES[::-1]],
    "Those are the numbers of queries that see each value; query i takes only 1/i of it.": [[4, 3, 2, 1]],
    "That is what each value gets from its own query; every query that sees it adds its share.": [1 / np.arange(1, 5)],
    "That is what the last query sends; every query that sees a value adds its share.": [[1 / 4] * 4],
    "Query i divides by i, not by four: the mask comes before the softmax.": [[1, 3 / 4, 1 / 2, 1 / 4]],
    "The loss is the sum of the answers, not their mean.": [VALUES / 4],
    "The sign is turned: a larger value makes the loss larger.": [-VALUES],
    "The scores are 0, and the shares are not: the softmax makes equal shares of equal scores.": [[0] * 4],
    "A step sees itself, too.": [np.array([n, 5, 2, 0]) / 6 for n in (11, 17)],
}


@exercise("6.6.d", hint="Which values does query i see, and in which shares? Then ask which queries see value j.")
def start_at_zero(rng):
    """Four numbers, and which matrices stand still at two starts."""
    yield Case(judge=at_the_start)


def at_the_start(got) -> str | None:
    """What is wrong with the gradients of the values and the two sets of letters, or None."""
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        return "Three results are wanted: four numbers, and twice letters of q, k and v."
    if said := of_the_values(got[0]):
        return said
    first, second = map(letters, got[1:])
    if first is None or second is None:
        return 'Letters of q, k and v are wanted, such as "kv".'
    if "q" in first:
        return "W_q is 0, but its gradient is made of keys, which are not 0: it moves at the first step."
    if "v" in first | second:
        return "The gradient of a value needs the shares and dy alone, and they are not 0: W_v moves at the first step."
    if "k" not in first:
        return "Where W_q is 0, all queries are. What is the gradient of a key made of?"
    if second != {"q", "k"}:
        return "Where W_v is 0, all values are, and so is dp = dy · v. What is left for the queries and the keys?"
    return None


def of_the_values(got) -> str | None:
    """What is wrong with the four gradients, or None."""
    found = numbers(got)
    if found is None or found.shape != VALUES.shape:
        return "For dv four numbers are wanted, one for each value."
    if close(found, VALUES, 2e-3):  # two decimals will do
        return None
    for sentence, mistaken in MISTAKEN.items():
        if any(close(found, np.asarray(values, float), 2e-3) for values in mistaken):
            return sentence
    wrong = int(np.nan_to_num(np.abs(found - VALUES), nan=np.inf).argmax()) + 1
    return f"The gradient of value {wrong} is not right: which queries see it, and in which shares?"


def letters(said) -> set[str] | None:
    """The letters q, k and v that an answer names, however it is written; None if it says something else."""
    if isinstance(said, (set, frozenset, tuple, list)):
        said = " ".join(map(str, said))
    found = set(said.lower()) - set("w_, ") if isinstance(said, str) else None
    return found if found is not None and found <= set("qkv") else None
