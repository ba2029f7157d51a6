"""The experiments of section 6.7, small: they learn, and what is held back stays held back."""

import numpy as np
import pytest

from experiments import character_model, gpt_parts, shakespeare, small_gpt


def alternating(n, seed=7):
    """Names of the letters a to d, a vowel after each consonant."""
    rng = np.random.default_rng(seed)
    return [np.array([0, *np.where(np.arange(k) % 2, 1, rng.integers(2, 5, k)), 0]) for k in rng.integers(1, 6, n)]


@pytest.mark.parametrize("label", small_gpt.EXPERIMENT.configurations)
def test_a_gpt_of_names_learns_what_follows_what(label):
    small = {"n_dim": 8, "n_heads": 2, "n_blocks": 1, "epochs": 12, "lr": 0.02, "tokens": 64}
    rows = alternating(200)
    data = character_model.Names(rows[:120], rows[120:160], rows[160:], rows[180:])
    metrics, curves = small_gpt.run(small_gpt.EXPERIMENT.configurations[label] | small, 0, data)
    assert metrics.keys() == small_gpt.EXPERIMENT.units.keys()
    assert metrics["train_loss"] < 2 < np.log(27)
    assert len(curves["dev_loss"]) == 12
    assert curves["names"].count(0) == 20
    assert max(curves["names"]) <= 26


def test_pieces_of_text_are_followed_by_what_comes_next():
    x, y = shakespeare.windows(np.arange(50), 30, 8, np.random.default_rng(0))
    assert x.shape == y.shape == (30, 8)
    np.testing.assert_array_equal(y, x + 1)
    assert len(set(x[:, 0])) > 10


def test_the_loss_of_a_whole_text_reads_every_piece_once():
    class Knows:
        """Says that i is followed by i + 1, but is only half sure after 5."""

        def forward(self, x):
            z = np.full((*x.shape, 70), -1e9)
            np.put_along_axis(z, x[..., None] + 1, 0.0, axis=-1)
            z[x == 5, 0] = 0
            return z

    ids = np.arange(33)
    assert shakespeare.loss_of_all(Knows(), ids, 8) == pytest.approx(np.log(2) / 32)


def test_the_last_tenth_of_the_plays_is_held_back(monkeypatch):
    monkeypatch.setattr(shakespeare, "shakespeare", lambda: "bad cab\n" * 5)
    data = shakespeare.load()
    assert [len(part) for part in data] == [36, 4]
    np.testing.assert_array_equal(data.train[:8], [3, 2, 5, 1, 4, 2, 3, 0])


def test_a_gpt_of_plays_learns_and_writes():
    small = {"n_dim": 8, "n_heads": 2, "n_blocks": 1, "context": 8, "steps": 60, "every": 20, "batches": 2}
    small |= {"lr": 0.02, "warmup": 5}
    text = np.tile([1, 2, 3, 0], 200)
    configuration = next(iter(shakespeare.EXPERIMENT.configurations.values())) | small
    metrics, curves = shakespeare.run(configuration, 0, shakespeare.Text(text[:700], text[700:]))
    assert metrics.keys() == shakespeare.EXPERIMENT.units.keys()
    assert len(curves["val_loss"]) == 4
    assert curves["val_loss"][0] == pytest.approx(np.log(65), abs=0.1)
    assert metrics["all_val_loss"] < 2
    assert metrics["val_loss"] == min(curves["val_loss"])
    assert len(curves["sample"]) == 500


@pytest.mark.parametrize("label", gpt_parts.EXPERIMENT.configurations)
def test_blocks_without_a_part_are_trained_on_names_that_are_not_tested(label):
    configuration = gpt_parts.EXPERIMENT.configurations[label] | {"depth": 1, "epochs": 1}
    metrics, _ = gpt_parts.run(configuration, 0, alternating(1100))
    assert metrics["test_loss"] < np.log(27)


def test_surnames_are_read_once_each():
    rows = gpt_parts.load()
    texts = {tuple(row) for row in rows}
    assert len(texts) == len(rows) == 4466
    assert max(map(len, rows)) <= 17


@pytest.mark.parametrize(("places", "said"), [(1, 2.91), (17, 2.64)])
def test_counted_letters_lose_as_much_as_section_6_7_says_beside_its_table(places, said):
    def letters(row):
        return np.arange(len(row) - 1) % places, row[1:]

    rows, losses = gpt_parts.load(), []
    for seed in range(3):
        train, test = gpt_parts.split(rows, np.random.default_rng(seed))
        counts = np.full((places, 27), 0.1)
        for row in train:
            np.add.at(counts, letters(row), 1)
        p = counts / counts.sum(axis=1, keepdims=True)
        shares = [p[letters(row)] for row in test]
        losses.append(-np.log(np.concatenate(shares)).mean())
    assert round(np.mean(losses), 2) == said
