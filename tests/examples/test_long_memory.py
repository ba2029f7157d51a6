"""The two tasks of a long memory, and the loop that trains on them."""

import numpy as np
import pytest

from backprop.examples.long_memory import adding, learn, recall
from backprop.layers import LSTM, RNN, Dense


def test_adding_marks_one_number_in_each_half_and_wants_their_sum():
    x, y = adding(np.random.default_rng(0), 20)
    assert x.shape == (32, 20, 2)
    assert x.dtype == y.dtype == np.float32
    marks = x[:, :, 1]
    assert set(np.unique(marks)) == {0, 1}
    np.testing.assert_array_equal(marks[:, :10].sum(axis=1), 1)
    np.testing.assert_array_equal(marks[:, 10:].sum(axis=1), 1)
    for numbers, want in zip(x, y, strict=True):
        assert numbers[numbers[:, 1] == 1, 0].sum() == pytest.approx(want.item())


def test_who_answers_one_to_every_sum_is_off_by_a_sixth_in_the_square():
    rng = np.random.default_rng(1)
    errors = np.concatenate([(adding(rng, 10)[1] - 1) ** 2 for _ in range(500)])
    assert abs(errors.mean() - 1 / 6) < 5 * errors.std() / len(errors) ** 0.5


def test_recall_wants_the_first_letter():
    x, y = recall(np.random.default_rng(0), 9)
    assert x.shape == (32, 9, 4)
    np.testing.assert_array_equal(x.sum(axis=2), 1)
    np.testing.assert_array_equal(x[:, 0].argmax(axis=1), y)
    assert len(np.unique(x[:, 1:].argmax(axis=2))) == 4


def test_a_short_memory_is_learned_and_one_start_gives_one_run():
    runs = []
    for _ in range(2):
        rng = np.random.default_rng(3)
        runs.append(learn(recall, LSTM(4, 12, rng), Dense(12, 4, rng), 3, rng, steps=80))
    assert runs[0] == runs[1]
    assert np.mean(runs[0][:3]) < 0.5 < 0.95 < np.mean(runs[0][-10:])


def test_the_error_of_a_sum_falls_and_begins_where_a_network_of_small_answers_does():
    rng = np.random.default_rng(4)
    shown = learn(adding, RNN(2, 16, rng), Dense(16, 1, rng), 4, rng, steps=300)
    assert np.mean(shown[-20:]) < 0.05 < 0.3 < shown[0] < 4
