"""Batches of next tokens from rows that are no list, or that were filled up."""

import numpy as np
import pytest

from backprop.batches import next_token_batches
from backprop.data import padded


def test_rows_from_a_generator_are_walked_through_once():
    rows = [np.arange(k, k + 3) for k in range(4)]
    batches = next_token_batches(iter(rows), 99, np.random.default_rng(0))
    assert sorted(x[0] for xs, _ in batches for x in xs) == [0, 1, 2, 3]


def test_rows_that_were_filled_up_are_refused_for_no_token_follows():
    rows = [np.array([0, 3, 1]), np.array([2, 4])]
    with pytest.raises(ValueError, match="wants ids from 0, got −1: no token, where a row was filled up, can follow"):
        next(next_token_batches(list(padded(rows)), 8, np.random.default_rng(0)))
    next(next_token_batches(rows, 8, np.random.default_rng(0)))
