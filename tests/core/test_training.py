"""The training loop: what it learns, what it reports, how it stops, what it leaves behind, what it refuses."""

import math
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.batches import minibatches, next_token_batches
from backprop.contract import Layer
from backprop.data import Split
from backprop.layers import BatchNorm, Dense, Dropout, Identity, ReLU, Tanh
from backprop.losses import MeanSquaredError, SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD, Adam, Momentum
from backprop.penalties import l2
from backprop.schedules import linear
from backprop.training import Epoch, check_data, evaluate, evaluation, train, train_step


def rng(seed=0):
    return np.random.default_rng(seed)


def patterns(n_train=300, n_test=100, size=64, classes=10):
    """Ten random pictures with noise on them: as wide as small digits, learnt in a second."""
    generator = rng(5)
    pictures, labels = generator.random((classes, size)), generator.integers(0, classes, n_train + n_test)
    x = (pictures[labels] + 0.3 * generator.standard_normal((len(labels), size))).astype(np.float32)
    return Split(x[:n_train], labels[:n_train], x[n_train:], labels[n_train:])


def classifier(seed=0):
    generator = rng(seed)
    return Network(
        Dense(64, 20, generator), BatchNorm(20), ReLU(), Dropout(0.2, rng(seed + 1)), Dense(20, 10, generator)
    )


def run(net, optimizer, data, epochs=3, batch_size=50, seed=0, **more):
    return train(
        net, SoftmaxCrossEntropy(), optimizer, data, epochs=epochs, batch_size=batch_size, rng=rng(seed), **more
    )


@given(st.integers(0, 40), st.integers(1, 50), st.integers(0, 99))
def test_an_epoch_of_batches_holds_every_example_once_with_its_own_target(n, batch_size, seed):
    x = np.arange(n)[:, None] * [[1, 10]]
    batches = list(minibatches(x, np.arange(n), batch_size, rng(seed)))
    assert len(batches) == math.ceil(n / batch_size)
    assert all(len(x) == len(y) == batch_size for x, y in batches[:-1])
    seen = [int(target) for _, y in batches for target in y]
    assert sorted(seen) == list(range(n))
    for x, y in batches:
        np.testing.assert_array_equal(x, y[:, None] * [[1, 10]])


def test_batches_are_shuffled_anew_each_time_and_repeat_with_the_generator():
    x, generator = np.arange(100), rng(3)
    first = [y.tolist() for _, y in minibatches(x, x, 10, generator)]
    second = [y.tolist() for _, y in minibatches(x, x, 10, generator)]
    assert first != second
    # not the same batches in another order, either
    assert {frozenset(batch) for batch in first} != {frozenset(batch) for batch in second}
    assert first == [y.tolist() for _, y in minibatches(x, x, 10, rng(3))]


def test_batches_are_copies_so_the_data_stay_as_they_are():
    x = np.arange(10.0)
    for batch, _ in minibatches(x, x, 5, rng()):
        batch += 100
    np.testing.assert_array_equal(x, np.arange(10.0))


@pytest.mark.parametrize(("n", "batch_size"), [(5, 0), (5, -1), (4, 2)])
def test_batches_of_no_size_or_of_unequal_data_are_refused(n, batch_size):
    with pytest.raises(ValueError, match=f"minibatches wants .* got {batch_size}, {n}, 5"):
        next(minibatches(np.zeros((n, 1)), np.zeros(5), batch_size, rng()))


def rows_of_ids(n=60, seed=0):
    """Rows of 2 to 6 ids; the first id is the row's own number, so that each can be found again."""
    return [np.array([k, *rng(seed + k).integers(0, 9, rng(k).integers(1, 6))]) for k in range(n)]


def test_batches_of_next_tokens_hold_every_row_once_one_step_apart_and_unfilled():
    rows, seen = rows_of_ids(), {}
    for x, y in next_token_batches(rows, 8, rng(1)):
        assert x.shape == y.shape
        assert len(x) <= max(1, round(8 / x.shape[1]))
        np.testing.assert_array_equal(x[:, 1:], y[:, :-1])
        seen |= {int(a[0]): [*a, b[-1]] for a, b in zip(x, y, strict=True)}
    assert seen == {k: row.tolist() for k, row in enumerate(rows)}


@pytest.mark.parametrize(("tokens", "sizes"), [(1, [1, 1, 1, 1, 1]), (4, [1, 2, 2]), (7, [1, 4]), (99, [5])])
def test_a_batch_holds_about_as_many_next_tokens_as_are_asked_for(tokens, sizes):
    rows = [np.arange(k, k + 3) for k in range(5)]  # with two next tokens each
    assert sorted(len(x) for x, _ in next_token_batches(rows, tokens, rng())) == sizes


def test_batches_of_next_tokens_come_in_a_new_order_each_time_and_again_with_the_seed():
    generator = rng(2)
    first, second = ([x[0, 0] for x, _ in next_token_batches(rows_of_ids(), 8, generator)] for _ in range(2))
    assert first != second
    assert first == [x[0, 0] for x, _ in next_token_batches(rows_of_ids(), 8, rng(2))]
    lengths = [x.shape[1] for x, _ in next_token_batches(rows_of_ids(), 8, rng(2))]
    assert lengths not in (sorted(lengths), sorted(lengths, reverse=True))


@pytest.mark.parametrize(("rows", "tokens"), [([np.zeros(3, int)], 0), ([np.zeros(1, int)], 8), ([], 8)])
def test_rows_without_a_next_token_are_refused(rows, tokens):
    with pytest.raises(ValueError, match=f"two or more ids, got {tokens}, {len(rows)} rows"):
        next(next_token_batches(rows, tokens, rng()))


def test_one_step_worked_by_hand():
    layer = Dense(1, 1, rng(), dtype=np.float64)
    layer.W[...], layer.b[...] = 2, 1
    x, y = np.array([[1.0], [3.0]]), np.array([[1.0], [9.0]])
    # ŷ = 3, 7; errors 2, −2; L = (4 + 4)/4 = 2; dW = (2·1 − 2·3)/2 = −2, db = 0
    assert train_step(layer, MeanSquaredError(), SGD(0.1), x, y) == 2.0
    assert layer.W[0, 0] == pytest.approx(2.2)
    assert layer.b[0] == pytest.approx(1.0)


def test_a_penalty_joins_the_gradient_of_the_weights_and_not_the_loss_that_is_reported():
    layer = Dense(1, 1, rng(), dtype=np.float64)
    layer.W[...], layer.b[...] = 2, 1
    x, y = np.array([[1.0], [3.0]]), np.array([[1.0], [9.0]])
    # as above, and dW gains 0.5 · 2 = 1: −2 + 1 = −1
    assert train_step(layer, MeanSquaredError(), SGD(0.1), x, y, l2(0.5)) == 2.0
    assert layer.W[0, 0] == pytest.approx(2.1)
    assert layer.b[0] == pytest.approx(1.0)


def test_full_batch_descent_on_a_line_is_the_closed_form():
    # L = ½ mean (wx)², so w shrinks by 1 − η · mean x² a step
    layer = Dense(1, 1, rng(), dtype=np.float64)
    layer.W[...] = 1
    x = np.array([[1.0], [-1.0], [2.0], [-2.0]])
    data = Split(x, np.zeros((4, 1)), x, np.zeros((4, 1)))
    list(train(layer, MeanSquaredError(), SGD(0.1), data, epochs=7, batch_size=4, rng=rng()))
    assert layer.W[0, 0] == pytest.approx((1 - 0.1 * 2.5) ** 7)
    assert abs(layer.b[0]) < 1e-15


@pytest.mark.parametrize(("rule", "lr"), [(SGD, 0.2), (Momentum, 0.05), (Adam, 0.01)])
def test_ten_noisy_pictures_are_learnt(rule, lr):
    data, net = patterns(), classifier()
    start, _ = evaluate(net, SoftmaxCrossEntropy(), data.x_test, data.y_test)
    history = list(run(net, rule(lr), data, epochs=6))
    assert history[-1].accuracy > 0.95
    assert history[-1].val_loss < 0.5 < 2 < start
    assert history[-1].loss < history[0].loss


def test_the_history_counts_from_1_and_says_what_a_fresh_evaluation_says():
    data, net = patterns(), classifier()
    for index, epoch in enumerate(run(net, SGD(0.1), data), start=1):
        assert isinstance(epoch, Epoch)
        assert epoch.number == index
        assert (epoch.val_loss, epoch.accuracy) == evaluate(net, SoftmaxCrossEntropy(), data.x_test, data.y_test)
        assert all(type(number) is float for number in epoch[1:])
    assert index == 3


def test_the_training_loss_is_the_mean_over_examples_not_over_batches():
    # A rate of 0 moves nothing: the loss is that of the whole set whatever the batches, the last one smaller.
    data, net = patterns(n_train=70), Network(Dense(64, 10, rng()))
    want, _ = evaluate(net, SoftmaxCrossEntropy(), data.x_train, data.y_train)
    (epoch,) = run(net, SGD(0.0), data, epochs=1, batch_size=32)
    assert epoch.loss == pytest.approx(want, rel=1e-5)


def test_the_rate_reported_is_that_of_the_last_step_of_the_epoch():
    # 300 examples in batches of 50 are 6 steps: 5 and 11 steps down from 1.2 to 0 in 12
    rates = [epoch.lr for epoch in run(classifier(), SGD(linear(1.2, 0.0, 12)), patterns(), epochs=2)]
    assert rates == pytest.approx([0.7, 0.1])


def test_the_same_seeds_give_the_same_history_and_weights_bit_for_bit():
    def once(seed):
        net = classifier()
        return list(run(net, Adam(0.01), patterns(), seed=seed)), net.state()

    (history, state), (again, state_again) = once(0), once(0)
    assert history == again
    np.testing.assert_equal(state, state_again)
    assert once(1)[0] != history


def test_targets_that_are_no_labels_have_no_accuracy():
    x = rng().standard_normal((20, 3)).astype(np.float32)
    data = Split(x, x[:, :1], x, x[:, :1])
    net = Network(Dense(3, 4, rng()), Tanh(), Dense(4, 1, rng()))
    (epoch,) = train(net, MeanSquaredError(), SGD(0.1), data, epochs=1, batch_size=5, rng=rng())
    assert math.isnan(epoch.accuracy)
    assert math.isfinite(epoch.val_loss)


def test_a_penalty_makes_the_weights_smaller():
    sizes = []
    for penalty in (None, l2(0.1)):
        net = classifier()
        list(run(net, SGD(0.1), patterns(), penalty=penalty))
        sizes.append(sum(float((p.value**2).sum()) for p in net.params() if p.value.ndim == 2))
    assert sizes[1] < 0.8 * sizes[0]


def test_a_training_that_is_saved_and_resumed_goes_on_bit_for_bit(tmp_path):
    def phase(net, optimizer, seed):
        net.layers[3].rng = rng(seed)  # chance is not saved: each phase brings its own
        return list(run(net, optimizer, patterns(), epochs=2, seed=seed))

    straight, optimizer = classifier(), Adam(linear(0.01, 0.0, 100))
    phase(straight, optimizer, 1)
    np.savez(tmp_path / "net.npz", **straight.state())
    np.savez(tmp_path / "optimizer.npz", **optimizer.state())
    history = phase(straight, optimizer, 2)

    resumed, optimizer = classifier(seed=9), Adam(linear(0.01, 0.0, 100))
    with np.load(tmp_path / "net.npz", allow_pickle=False) as saved:
        resumed.load_state(saved)
    with np.load(tmp_path / "optimizer.npz", allow_pickle=False) as saved:
        optimizer.load_state(saved)
    assert phase(resumed, optimizer, 2) == history
    np.testing.assert_equal(resumed.state(), straight.state())


class Stumbling(Layer):
    """Does nothing, and raises at the given forward pass in training or in evaluation."""

    def __init__(self, at, training):
        self.left, self.when = at, training

    def forward(self, x):
        self.cache = x.shape
        if self.training == self.when:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        return x

    def backward(self, dy):
        return dy


def modes(layer):
    return {layer.training}.union(*(modes(part) for part in layer.layers))


def test_between_epochs_the_network_is_in_training_mode_and_answers_for_its_input():
    net, data = classifier(), patterns()
    net.train_mode(False)
    for _ in run(net, SGD(0.1), data, epochs=2):
        assert modes(net) == {True}
        assert net.wants_dx is True
        net.forward(data.x_train[:4])
        assert net.backward(np.ones((4, 10), np.float32)).shape == (4, 64)


def test_while_training_nobody_computes_the_input_gradient():
    answers = []

    class Spy(Network):
        def backward(self, dy):
            answers.append(super().backward(dy))
            return answers[-1]

    list(run(Spy(Dense(64, 10, rng())), SGD(0.1), patterns(), epochs=1))
    assert answers == [None] * 6


@pytest.mark.parametrize("wanted", [True, False])
def test_the_wish_for_an_input_gradient_survives_a_break_and_an_interrupt(wanted):
    data = patterns()
    net = Network(Dense(64, 64, rng()), Stumbling(9, training=True), Dense(64, 10, rng()))
    net.wants_dx = wanted
    for _ in run(net, SGD(0.1), data):
        break
    assert net.wants_dx is wanted
    with pytest.raises(KeyboardInterrupt):
        list(run(net, SGD(0.1), data))
    assert net.wants_dx is wanted


def test_an_interrupt_in_evaluation_leaves_the_network_in_training_mode():
    data = patterns()
    net = Network(Dense(64, 10, rng()), Stumbling(3, training=False))
    with pytest.raises(KeyboardInterrupt):
        list(run(net, SGD(0.1), data))  # two evaluations look at the data's outputs, the third is the epoch's
    assert modes(net) == {True}


def test_each_epoch_trains_in_training_mode_even_if_the_reader_switched_it_off_to_look():
    def weights(look):
        net = classifier()
        for _ in run(net, SGD(0.1), patterns()):
            if look:
                net.train_mode(False)
        return net.state()

    np.testing.assert_equal(weights(look=True), weights(look=False))


def test_stopping_early_is_a_break_and_costs_no_further_epoch():
    net, optimizer = classifier(), SGD(0.1)
    for epoch in run(net, optimizer, patterns(), epochs=100):
        if epoch.number == 2:
            break
    assert optimizer.t == 12
    stopped = classifier()
    assert len(list(islice(run(stopped, SGD(0.1), patterns(), epochs=100), 2))) == 2
    np.testing.assert_equal(stopped.state(), net.state())


def test_no_epochs_are_no_history():
    net = classifier()
    before = {name: array.copy() for name, array in net.state().items()}
    assert list(run(net, SGD(0.1), patterns(), epochs=0)) == []
    np.testing.assert_equal(net.state(), before)


def test_an_evaluation_worked_by_hand():
    """Of logits 2 and 0 the larger has the loss log(1 + e^-2), the smaller 2 more."""
    net, loss, low = Network(Identity()), SoftmaxCrossEntropy(), math.log1p(math.exp(-2))
    logits, labels = np.array([[2.0, 0], [0, 2], [2, 0]]), np.array([0, 1, 1])
    np.testing.assert_allclose(evaluate(net, loss, logits, labels), [low + 2 / 3, 2 / 3], rtol=1e-14)
    np.testing.assert_allclose(evaluate(net, loss, logits, labels, 2), [low + 2 / 3, 2 / 3], rtol=1e-14)
    np.testing.assert_allclose(evaluate(net, loss, logits[:1], labels[:1]), [low, 1], rtol=1e-14)
    with pytest.raises(ValueError, match="at least one x and as many y, got 1000, 0, 0"):
        evaluate(net, loss, logits[:0], labels[:0])


def test_evaluation_does_not_depend_on_its_batches_and_changes_nothing():
    net, data = classifier(), patterns()
    before = {name: array.copy() for name, array in net.state().items()}
    results = [evaluate(net, SoftmaxCrossEntropy(), data.x_test, data.y_test, size) for size in (1, 7, 100, 1000)]
    np.testing.assert_allclose(results, [results[0]] * 4, rtol=1e-6)
    np.testing.assert_equal(net.state(), before)


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_gives_the_mode_back_even_after_an_error(training):
    net, data = classifier(), patterns()
    net.train_mode(training)
    evaluate(net, SoftmaxCrossEntropy(), data.x_test, data.y_test)
    assert modes(net) == {training}
    with pytest.raises(ValueError, match="forward wants"):
        evaluate(net, SoftmaxCrossEntropy(), data.x_test[:, 1:], data.y_test)
    assert modes(net) == {training}


def test_with_evaluation_nothing_is_dropped_inside_and_the_mode_comes_back():
    net, x = classifier(), patterns().x_test
    with evaluation(net):
        assert modes(net) == {False}
        np.testing.assert_array_equal(net.forward(x), net.forward(x))
    assert modes(net) == {True}


def frozen(net):
    """The modes of all layers, of a classifier whose batch norm was put into evaluation by itself."""
    return [net.training, *(layer.training for layer in net.layers)]


def test_a_frozen_batch_norm_stays_frozen_through_evaluation_and_training():
    net, data, loss = classifier(), patterns(), SoftmaxCrossEntropy()
    net.layers[1].train_mode(False)
    before, (mean, modes_before) = net.layers[1].state(), (net.layers[1].running_mean.copy(), frozen(net))
    assert modes_before == [True, True, False, True, True, True]
    with evaluation(net):
        assert frozen(net) == [False] * 6
    assert frozen(net) == modes_before
    evaluate(net, loss, data.x_test, data.y_test)
    check_data(net, data)
    list(run(net, SGD(0.1), data, epochs=2))
    assert frozen(net) == modes_before
    np.testing.assert_array_equal(net.layers[1].running_mean, mean)
    assert (net.layers[1].gamma != before["gamma"]).any()


def test_modes_inside_modes_come_back():
    inner = Network(Dropout(0.5, rng()), BatchNorm(3))
    net = Network(Dense(3, 3, rng()), inner)
    net.train_mode(False)
    inner.train_mode(True)
    inner.layers[0].train_mode(False)
    with evaluation(net), evaluation(inner):
        assert modes(net) == {False}
    assert [net.training, inner.training, *(layer.training for layer in inner.layers)] == [False, True, False, True]


class Rude(Layer):
    """Writes into its argument, which is not its own."""

    def forward(self, x):
        x *= 2
        return x

    def backward(self, dy):
        return 2 * dy


def test_a_layer_that_writes_into_the_data_is_stopped_and_the_data_stay_as_they_were():
    data, net = patterns(), Network(Rude(), Dense(64, 10, rng()))
    x = data.x_test.copy()
    for use in (
        lambda: evaluate(net, SoftmaxCrossEntropy(), data.x_test, data.y_test),
        lambda: check_data(net, data),
        lambda: train_step(net, SoftmaxCrossEntropy(), SGD(0.1), data.x_test, data.y_test),
    ):
        with pytest.raises(ValueError, match="read-only"):
            use()
    np.testing.assert_array_equal(data.x_test, x)
    data.x_test[0] = 1  # only what was lent is read-only


@pytest.mark.parametrize(("n", "batch_size"), [(0, 10), (3, 10), (7, 5), (5, 0), (5, -1)])
def test_evaluation_on_nothing_or_unequal_data_is_refused(n, batch_size):
    net = Network(Dense(2, 3, rng()))
    with pytest.raises(ValueError, match=f"evaluate wants .* got {batch_size}, {n}, 5"):
        evaluate(net, SoftmaxCrossEntropy(), np.zeros((n, 2), np.float32), np.zeros(5, int), batch_size)


def spoiled(**parts):
    return patterns()._replace(**parts)


def with_value(array, value):
    array = array.copy()
    array.flat[-1] = value
    return array


GOOD = patterns()
BAD = {
    "no examples": (
        spoiled(x_train=GOOD.x_train[:0], y_train=GOOD.y_train[:0]),
        "train data: want as many .* got 0, 0",
    ),
    "no test examples": (spoiled(x_test=GOOD.x_test[:0], y_test=GOOD.y_test[:0]), "test data: want as many"),
    "a target missing": (spoiled(y_train=GOOD.y_train[1:]), "train data: want as many examples as targets"),
    "nan": (spoiled(x_train=with_value(GOOD.x_train, np.nan)), r"x_train \(shape \(300, 64\).*holds nan or infinity"),
    "infinity": (spoiled(x_test=with_value(GOOD.x_test, -np.inf)), "x_test .* holds nan or infinity"),
    "nan target": (spoiled(y_train=with_value(np.zeros(300, np.float32), np.nan)), "y_train .* holds nan"),
    "label 10 of 10": (spoiled(y_train=with_value(GOOD.y_train, 10)), "y_train: want labels 0 to 9, got 0 to 10"),
    "label −1": (spoiled(y_test=with_value(GOOD.y_test, -1)), "y_test: want labels 0 to 9, got -1 to 9"),
    "another width": (spoiled(x_train=GOOD.x_train[:, 1:]), r"Dense\(64, 20\): forward wants"),
    "another precision": (spoiled(x_test=GOOD.x_test.astype(float)), r"Dense\(64, 20\): forward wants .* of float64"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("training", [True, False])
def test_bad_data_are_refused_before_the_first_step_and_the_network_stays_as_it_was(name, training):
    data, message = BAD[name]
    net, optimizer = classifier(), SGD(0.1)
    net.train_mode(training)
    before = {key: array.copy() for key, array in net.state().items()}
    with pytest.raises(ValueError, match=message):
        next(run(net, optimizer, data))
    assert optimizer.t == 0
    np.testing.assert_equal(net.state(), before)
    assert modes(net) == {training}


def test_test_inputs_of_another_precision_are_refused_where_targets_are_numbers_too():
    x, y = np.zeros((4, 2), np.float32), np.zeros((4, 1), np.float32)
    with pytest.raises(ValueError, match="forward wants"):
        check_data(Network(Dense(2, 1, rng())), Split(x, y, x.astype(float), y))


def test_good_data_pass_and_leave_the_mode_alone():
    for training in (True, False):
        net = classifier()
        net.train_mode(training)
        check_data(net, GOOD)
        check_data(net, GOOD._replace(y_train=GOOD.y_train.astype(np.uint8)))
        assert modes(net) == {training}


def test_training_starts_with_the_first_epoch_that_is_asked_for():
    net = classifier()
    before = {name: array.copy() for name, array in net.state().items()}
    run(net, SGD(0.1), patterns())
    np.testing.assert_equal(net.state(), before)


def test_a_batch_of_one_left_over_is_too_few_for_batch_norm_and_says_so():
    with pytest.raises(ValueError, match=r"^BatchNorm\(20\): forward wants .* N ≥ 2 in training, got shape \(1, 20\)"):
        list(run(classifier(), SGD(0.1), patterns(n_train=51)))
