"""What is timed side by side is the same work: every peer makes our step, every contender runs in every round."""

import os

import numpy as np
import pytest

from benchmarks import side_by_side as bench
from benchmarks.peers import PEERS, same_step
from benchmarks.timing import ratio, side_by_side
from benchmarks.workloads import WORKLOADS, BareProducts, Ours

PAIRS = [(work, peer) for work in WORKLOADS.values() for peer in PEERS.values()]


def made(contender: type, work: object) -> object:
    try:
        return contender(work)
    except ImportError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(("work", "peer"), PAIRS, ids=lambda part: part.name)
def test_a_peer_makes_our_step(work, peer):
    other = made(peer, work)
    first = [w.copy() for w in other.weights()]
    # The rounding errors of a sum of n terms are of either sign and come to about √n: four times that for two sums.
    terms = max(inner for _, inner, _ in work.products())
    assert same_step(Ours(work), other) < 4 * np.sqrt(terms) * np.finfo(np.float32).eps
    assert max(np.abs(a - b).max() for a, b in zip(other.weights(), first, strict=True)) > 1e-4


@pytest.mark.parametrize("work", WORKLOADS.values(), ids=lambda work: work.name)
def test_two_weights_that_differ_are_another_step(work):
    ours = Ours(work)
    ours.net.layers[0].W[:] *= 1.01
    assert same_step(ours, Ours(work)) > 1e-3


@pytest.mark.parametrize("work", WORKLOADS.values(), ids=lambda work: work.name)
def test_the_products_alone_are_those_of_a_step(work):
    factors = BareProducts(work).factors
    assert [(*a.shape, b.shape[1]) for a, b in factors] == work.products()
    assert all(a.shape[1] == b.shape[0] for a, b in factors)


def multiplications(work):
    return sum(m * k * n for m, k, n in work.products())


def test_the_network_of_the_book_costs_what_section_2_2_counts():
    assert multiplications(WORKLOADS["W1"]) == 64 * (109_184 + 118_016)


def test_the_lstm_costs_three_times_its_weights_per_token():
    # W 64 · 512, U 128 · 512, the dense layer 128 · 64; forward, weights, backward; the lookup multiplies nothing
    assert multiplications(WORKLOADS["W4"]) == 32 * 32 * 3 * (64 * 512 + 128 * 512 + 128 * 64)


def test_a_gpt_costs_three_times_its_weights_per_token_and_its_maps():
    # a block: 12 · 128², and scores and answers of 64 · 128 for each of 64 steps; then 128 · 65 logits
    assert multiplications(WORKLOADS["W6"]) == 12 * 64 * 3 * (4 * (12 * 128**2 + 2 * 64 * 128) + 128 * 65)


def test_contenders_take_turns():
    order = []
    steps = {name: lambda name=name: [order.append(name), sum(range(20_000))] for name in "abc"}
    seconds = side_by_side(steps, rounds=4)
    turns = [name for number, name in enumerate(order) if number == 0 or order[number - 1] != name]
    assert "".join(turns).endswith("abcbcacababc")
    assert all(len(times) == 4 and (times > 0).all() for times in seconds.values())


def test_a_ratio_is_taken_round_by_round():
    theirs = np.array([1.0, 10.0, 100.0, 1.0])
    assert ratio(theirs * [0.5, 0.5, 0.6, 0.4], theirs) == pytest.approx((0.475, 0.5, 0.525))


@pytest.mark.skipif(os.name == "nt", reason="the system does not tell the peak of a process's memory")
def test_a_row_of_the_table_has_every_number_that_has_a_unit():
    experiment = bench.experiment()
    for configuration in list(experiment.configurations.values())[-1:]:
        metrics, _ = bench.run(configuration | {"rounds": 2}, 0, None)
        assert metrics.keys() == experiment.units.keys()
        assert all(np.isfinite(value) for value in metrics.values())
        assert 0 < metrics["sgemm_share"] < 100


def test_another_step_is_not_timed(monkeypatch):
    monkeypatch.setattr(bench, "same_step", lambda ours, peer: float("nan"))
    monkeypatch.setitem(bench.PEERS, "itself", Ours)
    with pytest.raises(ValueError, match="another step"):
        bench.print_times("W5", "itself", "1")
