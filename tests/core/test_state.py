"""Parameters and running statistics from outside: listed, saved, loaded, converted, switched between modes."""

import copy

import numpy as np
import pytest
from cases import CASES, every_layer

from backprop.contract import Layer, Param
from backprop.layers import BatchNorm, Dense
from backprop.network import Network
from backprop.optimizers import SGD


def same(mine, theirs):
    assert mine.keys() == theirs.keys()
    for name in mine:
        np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)


@every_layer
def test_a_network_or_layer_can_be_saved_and_loaded_without_pickle(case, tmp_path):
    layer, other = case.layer(training=False, seed=1), case.layer(training=False, seed=2)
    layer.forward(case.x())
    np.savez(tmp_path / "net.npz", **layer.state())
    with np.load(tmp_path / "net.npz", allow_pickle=False) as saved:
        other.load_state(saved)
    same(other.state(), layer.state())
    np.testing.assert_array_equal(other.forward(case.x()), layer.forward(case.x()))


@every_layer
def test_params_are_the_live_arrays_under_names_that_never_collide(case):
    layer = case.layer()
    params = list(layer.params())
    assert all(isinstance(p, Param) and p.grad is None for p in params)
    assert len({p.name for p in params}) == len({id(p.value) for p in params}) == len(params)
    prefixed = list(layer.params("stem."))
    assert [p.name for p in prefixed] == ["stem." + p.name for p in params]
    layer.train_mode(False)
    for p in params:
        before = layer.forward(case.x()).copy()
        p.value.flat[0] += 0.5  # not all at once: softmax does not see a common shift
        assert np.abs(layer.forward(case.x()) - before).max() > 1e-3, p.name


@every_layer
def test_astype_gives_an_independent_layer_of_that_precision(case):
    layer = case.layer(dtype=np.float32)
    layer.forward(case.x(np.float32))
    layer.backward(case.dy(np.float32))
    twin = layer.astype(np.float64)
    assert {array.dtype for array in twin.state().values()} <= {np.dtype(np.float64)}
    assert all(p.grad is None for p in twin.params())
    with pytest.raises(RuntimeError, match="before forward"):
        twin.backward(case.dy())
    for mine, theirs in zip(layer.state().values(), twin.state().values(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
        assert not np.shares_memory(mine, theirs)
    layer.backward(case.dy(np.float32))


def test_load_state_turns_away_what_does_not_fit_and_then_changes_nothing():
    def net(n=4, dtype=np.float32):
        rng = np.random.default_rng(0)
        return Network(Dense(3, n, rng, dtype=dtype), BatchNorm(n, dtype=dtype))

    mine = net()
    before = copy.deepcopy(mine.state())
    missing = {name: array for name, array in net().state().items() if name != "1.running_var"}
    bad = [
        (missing, r"missing \['1.running_var'\], unknown \[\]"),
        (net().state() | {"2.W": np.zeros(1)}, r"missing \[\], unknown \['2.W'\]"),
        (net(5).state(), r"'0.W': want shape \(3, 4\) of float32, got shape \(3, 5\) of float32"),
        (net(dtype=np.float64).state(), "'0.W': want .* of float32, got .* of float64"),
        (net().state() | {"1.shift": np.zeros(3, np.float32)}, r"'1.shift': want shape \(4,\)"),
    ]
    for state, message in bad:
        for array in state.values():
            array += 1
        with pytest.raises(ValueError, match=message):
            mine.load_state(state)
        same(mine.state(), before)


def test_load_state_copies_so_that_training_on_leaves_the_saved_arrays_alone():
    rng = np.random.default_rng(0)
    mine, other = Dense(2, 2, rng), Dense(2, 2, rng)
    mine.load_state(other.state())
    before = other.W.copy()
    mine.W += 1
    np.testing.assert_array_equal(other.W, before)


@every_layer
def test_a_saved_state_stays_as_it_was_and_can_be_loaded_again(case):
    layer = case.layer(training=False)
    y, best = layer.forward(case.x()).copy(), layer.state()
    for p in layer.params():
        p.value[...] += 1
    layer.train_mode()
    layer.forward(case.x())
    layer.load_state(best)
    layer.train_mode(False)
    np.testing.assert_array_equal(layer.forward(case.x()), y)


def test_train_mode_reaches_every_layer_of_every_network():
    case = next(case for case in CASES if case.name == "Network of networks")
    net = case.layer()

    def modes(layer):
        return {layer.training}.union(*(modes(part) for part in layer.layers))

    net.train_mode(False)
    assert modes(net) == {False}
    net.train_mode()
    assert modes(net) == {True}


def test_to_set_training_is_to_call_train_mode():
    net = Network(Dense(2, 2, np.random.default_rng(0)), Network(BatchNorm(2)))
    net.training = False
    assert [net.training, net.layers[1].training, net.layers[1].layers[0].training] == [False] * 3
    net.layers[1].training = True
    assert [net.training, net.layers[0].training, net.layers[1].layers[0].training] == [False, False, True]


@pytest.mark.parametrize("on", ["eval", None, 1, 0])
def test_a_mode_that_is_neither_true_nor_false_is_refused(on):
    layer = BatchNorm(2)
    with pytest.raises(ValueError, match=rf"^BatchNorm\(2\): train_mode wants True or False, got {on!r}"):
        layer.train_mode(on)
    with pytest.raises(ValueError, match="train_mode wants"):
        layer.training = on
    assert layer.training is True


@every_layer
def test_a_list_of_parameters_kept_for_many_steps_holds_the_gradients_of_the_last_one(case):
    layer = case.layer(training=False)
    params = list(layer.params())  # before there is any gradient
    for seed in (1, 2):
        layer.forward(case.x(seed=seed))
        layer.backward(case.dy(seed=seed))
        for mine, now in zip(params, layer.params(), strict=True):
            assert mine.grad is now.grad
            assert mine.value is now.value
            name, value, grad = mine
            assert (name, value is now.value, grad is now.grad) == (now.name, True, True)


def test_a_list_of_parameters_follows_arrays_that_are_replaced_in_a_layer_of_ones_own():
    class Scale(Layer):
        param_names = ("w",)

        def __init__(self):
            self.w, self.dw = np.ones(1), None

        def forward(self, x):
            self.cache = x
            return self.w * x

        def backward(self, dy):
            self.dw = (dy * self.cached()).sum(axis=0)  # a new array each time
            return self.w * dy

    layer = Scale()
    params = list(Network(layer).params())
    for _ in range(2):  # w ← w − 0.1 · 3 w · 3, a step of descent on ½ (3 w)²
        layer.backward(layer.forward(np.array([[3.0]])))
        SGD(0.1).step(params)
    assert layer.w == pytest.approx(0.1**2)
    layer.w = np.array([5.0])
    assert params[0].value == 5


def test_a_parameter_is_read_and_not_replaced():
    p, (of_layer, _) = Param("w", np.ones(1), None), Dense(1, 1, np.random.default_rng(0)).params()
    for each in (p, of_layer):
        for name in ("value", "grad"):
            with pytest.raises(AttributeError):
                setattr(each, name, np.zeros(1))
    assert repr(p) == "Param('w', array([1.]), None)"
    assert repr(of_layer).startswith("Param('W', array([[")
