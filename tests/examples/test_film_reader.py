"""The small network that reads sentences about films: what is shipped is what the ledger tells of."""

import numpy as np
import pytest

from backprop.examples.film_reader import as_bytes, film_reader, shipped
from backprop.results import ledger


def test_the_shipped_network_has_the_sizes_of_the_ledger_and_no_sentence():
    row, record = ledger.load("film_reader").row(), shipped()
    assert {name: record[name] for name in ("n_dim", "filters", "sizes")}.items() <= row["configuration"].items()
    assert record["words"].split(" ") == sorted(set(record["words"].split(" ")))


@pytest.mark.parametrize(("praise", "warning"), [("a masterpiece .", "a waste of time ."), ("moving", "boring")])
def test_it_tells_praise_from_a_warning(praise, warning):
    reader = film_reader()
    leads = [np.diff(reader.net.forward(reader.ids(sentence))[0])[0] for sentence in (praise, warning)]
    assert leads[0] > 1
    assert leads[1] < -1


def test_words_that_it_does_not_know_share_the_last_id_and_short_sentences_are_filled_up():
    reader = film_reader()
    ids = reader.ids("Qwertz MOVING")
    assert ids.tolist() == [[len(reader.words), reader.words["moving"], -1, -1]]


def test_bytes_keep_a_weight_within_half_a_step():
    values = np.random.default_rng(0).normal(size=(4, 5))
    packed = as_bytes(values)
    assert packed["scale"] == pytest.approx(np.abs(values).max() / 127, rel=1e-5)
