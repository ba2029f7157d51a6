"""Cut data into mini-batches, each time in a new random order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from backprop.contract import Array


def minibatches(x: Array, y: Array, batch_size: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Every example once, in a new random order, ``batch_size`` at a time; the last batch may be smaller."""
    if batch_size < 1 or len(x) != len(y):
        raise ValueError(f"minibatches wants batch_size ≥ 1 and as many x as y, got {batch_size}, {len(x)}, {len(y)}")
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x[chosen], y[chosen]


def next_token_batches(rows: Iterable[Array], tokens: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Every row of ids once, as x, all but its last id, and y, all but its first: y is what comes after each x.

    A batch holds rows of one length, so that nothing is filled up, and about ``tokens`` ids y; the order is random.
    Shapes: a row (T + 1,), x and y (N, T). Raises ValueError unless tokens ≥ 1 and every row has two ids or more, none
    of them below 0: rows that were filled up with −1 have to lose their filling first.
    """
    rows = list(rows)
    if tokens < 1 or min(map(len, rows), default=0) < 2:
        raise ValueError(
            f"next_token_batches wants tokens ≥ 1 and rows of two or more ids, got {tokens}, {len(rows)} rows"
        )
    if min(row.min() for row in rows) < 0:
        raise ValueError("next_token_batches wants ids from 0, got −1: no token, where a row was filled up, can follow")
    of_length: dict[int, list[Array]] = {}
    for index in rng.permutation(len(rows)):
        of_length.setdefault(len(rows[index]), []).append(rows[index])
    batches = []
    for length, same in of_length.items():
        size = max(1, round(tokens / (length - 1)))
        batches += [np.stack(same[start : start + size]) for start in range(0, len(same), size)]
    for index in rng.permutation(len(batches)):
        yield batches[index][:, :-1], batches[index][:, 1:]
