"""The ward of section 4.4: each patient has the fault that the key says, and shows it where the page measures."""

import re
from pathlib import Path

import numpy as np
import pytest

from backprop.data import mnist_sample
from backprop.examples import clinic
from backprop.exercises.section_4_4_debugging_clinic import WOULD_SHOW
from backprop.gradcheck import gradient_errors
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.training import evaluation

PAGE = Path(__file__).resolve().parents[2] / "book/4_mnist/4_4_debugging_clinic.ipynb"


@pytest.fixture(scope="module")
def data():
    return mnist_sample()


@pytest.fixture(scope="module")
def healthy(data):
    return clinic.observe(data)


@pytest.fixture(scope="module")
def ward(data):
    return clinic.ward(data)


def test_every_suspect_is_the_fault_of_exactly_one_patient():
    assert sorted(number for number, *_ in clinic.PATIENTS.values()) == list(range(1, len(clinic.SUSPECTS) + 1))
    assert len(WOULD_SHOW) == len(clinic.SUSPECTS)


def test_the_page_lists_the_suspects_in_the_order_of_the_key():
    text = PAGE.read_text(encoding="utf-8")
    listed = re.findall(r'"(\d+)\. (.+?)\\n"', text)
    assert [(int(number), words) for number, words in listed] == list(enumerate(clinic.SUSPECTS, start=1))


def test_the_healthy_run_learns_in_good_order(healthy):
    assert healthy.losses[0] == pytest.approx(np.log(10), abs=0.4)
    assert healthy.last < 0.3
    assert healthy.train > healthy.test > 0.88
    assert 1e-3 < healthy.ratio < 2e-2
    assert healthy.dead < 0.1


def test_a_run_is_the_same_each_time(data, healthy):
    np.testing.assert_array_equal(clinic.observe(data).losses, healthy.losses)


def test_the_patients_show_what_the_page_says(ward):
    firsts = {letter: run.losses[0] for letter, run in ward.items()}
    assert firsts.pop("A") > 20
    assert max(firsts.values()) < 3
    assert ward["B"].train > 0.9
    assert ward["B"].test < 0.05
    assert ward["C"].losses.max() > 5
    assert [ward[letter].dead for letter in "ACDI"] == [1] * 4
    assert ward["D"].ratio == ward["I"].ratio == 0
    assert ward["E"].losses.min() > np.log(np.e + 9) - 1
    assert ward["F"].test < 0.4
    assert ward["G"].train == pytest.approx(ward["G"].test, abs=0.03)
    assert ward["G"].ratio > 5e-3
    assert ward["H"].ratio < 2e-4
    assert 0.3 < ward["H"].test < 0.7
    assert 0.75 < ward["J"].test < 0.88
    assert ward["L"].train > 0.95
    assert 0.1 < ward["L"].test < 0.3


def test_only_the_nudge_tells_k_from_the_healthy_run(data, healthy, ward):
    assert ward["K"].test == pytest.approx(healthy.test, abs=0.02)
    assert ward["K"].last == pytest.approx(healthy.last, abs=0.1)
    for run, wrong in ((healthy, set()), (ward["K"], {"0.W"})):
        first, relu, *rest = run.net.layers
        a = relu.forward(first.forward(data.x_train[:2]))
        errors = gradient_errors(Network(*rest), a, np.random.default_rng(0))
        assert {name for name, error in errors.items() if error > 1e-6} == wrong


def test_the_judge_alone_makes_j_and_l_ill(ward):
    for letter, least in (("J", 0.87), ("L", 0.9)):
        run = ward[letter]
        assert run.net.training
        with evaluation(run.net):
            assert clinic.share_right(run.net, *run.data[2:]) > least
    order = np.random.default_rng(0).permutation(1000)
    x, y = (part[order] for part in ward["L"].data[2:])
    assert clinic.share_right(ward["L"].net, x, y) > 0.88  # the leak shows in sorted digits alone


def test_no_look_changes_a_patient(ward):
    for run in ward.values():
        before = run.net.state()
        clinic.share_right(run.net, *run.data[2:])
        assert all((before[name] == array).all() for name, array in run.net.state().items())


def test_an_update_ratio_compares_the_step_with_the_weights_before_it():
    net = clinic.network(np.random.default_rng(0))
    old = {p.name: p.value.copy() for p in net.params() if p.value.ndim == 2}
    for p in net.params():
        p.value[...] *= 1.25
    np.testing.assert_allclose(clinic.update_ratios(old, net), 0.25, rtol=1e-5)
    assert list(old) == ["0.W", "2.W", "4.W"]


def test_a_neuron_is_dead_if_no_example_wakes_it():
    net = clinic.network(np.random.default_rng(0))
    net.layers[2].b[:16], net.layers[2].b[16:] = -100, 100
    x = np.random.default_rng(1).random((50, 784), dtype=np.float32)
    assert clinic.dead_share(net, x) == 0.25


def test_shares_are_counted_in_parts_and_none_is_left_out(data):
    net = clinic.network(np.random.default_rng(0))
    x, y = data.x_test[:250], data.y_test[:250]
    for at_once in (100, 7, 250, 1000):
        share = clinic.share_right(net, x, y, at_once)
        assert share == pytest.approx((net.forward(x).argmax(axis=1) == y).mean())


def test_batch_norm_in_training_gains_from_company_of_one_of_each_class(data):
    net, gains = clinic.observe(data, norm=True, seed=5).net, []
    for order in (np.arange(1000), np.random.default_rng(0).permutation(1000)):
        x, y = data.x_test[order], data.y_test[order]
        tens = clinic.share_right(net, x, y, at_once=10)
        with evaluation(net):
            gains.append(tens - clinic.share_right(net, x, y))
    assert gains[0] > 0 > gains[1]


def test_black_pictures_teach_how_frequent_the_classes_are(data):
    y = np.where(np.arange(len(data.y_train)) % 10 == 0, 1, 0)
    black = data._replace(x_train=0 * data.x_train, y_train=y, x_test=0 * data.x_test, y_test=y[:1000])
    run, loss = clinic.observe(black), SoftmaxCrossEntropy()
    entropy = -0.9 * np.log(0.9) - 0.1 * np.log(0.1)  # exercise 4.4.b
    assert loss.forward(run.net.forward(black.x_train), y) == pytest.approx(entropy, abs=0.04)
    assert run.test == pytest.approx(0.9)
