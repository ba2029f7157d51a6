"""What an optimizer remembers: under which name, of which array, and how it is saved, loaded and refused."""

import copy
import pickle
import re

import numpy as np
import pytest
from optimizing import ALL, every_optimizer, params_of, walk, with_memory

from backprop.contract import Param
from backprop.layers import Dense
from backprop.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp
from backprop.schedules import linear


@with_memory
def test_an_optimizer_that_remembers_another_network_says_so(kind):
    optimizer = kind(0.1)
    walk(optimizer, [1])
    for shape in ((2, 2), (1,)):  # the second is of the same size
        said = re.escape(f"{kind.__name__} remembers 'W' with shape (1, 1), got {shape}: a new network needs")
        with pytest.raises(ValueError, match=said):
            walk(optimizer, [1], shape=shape)


@every_optimizer
def test_a_run_that_is_saved_and_resumed_goes_on_bit_for_bit(kind, tmp_path):
    gradients = np.random.default_rng(0).standard_normal((6, 3, 2))

    def run(optimizer, w, rows):
        for g in rows:
            optimizer.step([Param("0.W", w, g), Param("0.b", w[0], g[0].copy())])
        return w

    straight = run(kind(linear(0.1, 0.0, 10)), np.ones((3, 2)), gradients)
    first = kind(linear(0.1, 0.0, 10))
    w = run(first, np.ones((3, 2)), gradients[:3])
    np.savez(tmp_path / "optimizer.npz", **first.state())
    second = kind(linear(0.1, 0.0, 10))
    with np.load(tmp_path / "optimizer.npz", allow_pickle=False) as saved:
        second.load_state(saved)
    np.testing.assert_array_equal(run(second, w, gradients[3:]), straight)


@pytest.mark.parametrize(
    ("kind", "letters"),
    [(SGD, ""), (Momentum, "v"), (Nesterov, "v"), (AdaGrad, "v"), (RMSProp, "v"), (Adam, "mv"), (AdamW, "mv")],
)
def test_a_memory_is_saved_under_its_letter_and_the_name_of_its_parameter(kind, letters):
    optimizer, other = kind(0.1), kind(0.1)
    walk(optimizer, [1], name="encoder/0.W")
    assert optimizer.state().keys() == {"rule", "t", *(f"{letter}/encoder/0.W" for letter in letters)}
    other.load_state(optimizer.state())
    assert other.memory.keys() == set(letters)


@with_memory
def test_a_saved_memory_stays_as_it_was_while_the_optimizer_goes_on(kind):
    optimizer = kind(0.1)
    walk(optimizer, [1, 2])
    saved = optimizer.state()
    kept = {key: array.copy() for key, array in saved.items()}
    walk(optimizer, [3])
    np.testing.assert_equal(saved, kept)


@with_memory
def test_loaded_memories_are_copies(kind):
    first, second = kind(0.1), kind(0.1)
    walk(first, [1, 2])
    saved = first.state()
    second.load_state(saved)
    walk(second, [3])
    np.testing.assert_equal(saved, first.state())


@with_memory
def test_a_loaded_state_leaves_nothing_of_the_memories_before(kind):
    optimizer = kind(0.1)
    walk(optimizer, [1, 2])
    optimizer.load_state(kind(0.1).state())
    assert optimizer.state().keys() == {"rule", "t"}


@every_optimizer
def test_a_reset_optimizer_is_as_good_as_new(kind):
    optimizer = kind(0.1)
    walk(optimizer, [1, -3])
    optimizer.reset()
    assert optimizer.t == 0
    assert walk(optimizer, [2, 1], shape=(3, 1)) == walk(kind(0.1), [2, 1], shape=(3, 1))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"rule": np.array("Adam"), "m/0.W": np.zeros(1)}, r"wants 'rule', 't' and names like 'm/0.W', got \["),
        ({"t": np.array(3), "m/0.W": np.zeros(1)}, r"wants 'rule', 't' and names like 'm/0.W', got \["),
        ({"rule": np.array("Adam"), "t": np.array(3), "0.W": np.zeros(1)}, r"names like 'm/0.W', got \['0.W', 'rule'"),
        ({"rule": np.array("Adam"), "t": np.array(-1)}, "a count of steps t, got -1"),
        ({"rule": np.array("Adam"), "t": np.array(2.5)}, "a count of steps t, got 2.5"),
    ],
)
def test_a_state_of_something_else_is_refused_and_changes_nothing(state, words):
    optimizer = Adam(0.1)
    walk(optimizer, [1, 2])
    before = optimizer.state()
    with pytest.raises(ValueError, match=words):
        optimizer.load_state(state)
    np.testing.assert_equal(optimizer.state(), before)


@every_optimizer
def test_the_memory_of_another_rule_is_refused(kind, tmp_path):
    # Adam's mean of squares would become Momentum's velocity; SGD's t would switch off Adam's correction
    optimizer = kind(0.1)
    for other in set(ALL) - {kind}:
        there = other(0.1)
        walk(there, [1])
        np.savez(tmp_path / "saved.npz", **there.state())
        said = f"^{kind.__name__} cannot go on with the memory of {other.__name__}$"
        with np.load(tmp_path / "saved.npz", allow_pickle=False) as saved, pytest.raises(ValueError, match=said):
            optimizer.load_state(saved)
    assert optimizer.t == 0


@every_optimizer
def test_two_networks_in_one_step_need_names_of_their_own(kind):
    one, other = Dense(2, 3, np.random.default_rng(0)), Dense(2, 3, np.random.default_rng(1))
    before = [p.value.copy() for net in (one, other) for p in net.params()]
    for net in (one, other):
        net.backward(np.ones_like(net.forward(np.ones((1, 2), np.float32))))
    optimizer = kind(0.1)
    with pytest.raises(
        ValueError, match=r"step wants every name once, got \['W', 'b', 'W', 'b'\]: two .* prefixes, step"
    ):
        optimizer.step([*one.params(), *other.params()])
    assert optimizer.t == 0
    for p, array in zip([*one.params(), *other.params()], before, strict=True):
        np.testing.assert_array_equal(p.value, array)
    alone = kind(0.1)
    twin = copy.deepcopy(other)
    for _ in range(2):
        optimizer.step([*one.params("one."), *other.params("other.")])
        alone.step(twin.params())
    np.testing.assert_array_equal(other.W, twin.W)


@with_memory
def test_two_networks_in_turn_are_not_taken_for_one(kind):
    one, other, optimizer = np.ones((2, 2)), np.ones((2, 2)), kind(0.1)
    optimizer.step(params_of(W=one))
    with pytest.raises(
        ValueError, match=f"{kind.__name__} remembers another array named 'W', which is still in use: a new"
    ):
        optimizer.step(params_of(W=other))
    np.testing.assert_array_equal(other, np.ones((2, 2)))
    assert optimizer.t == 1
    optimizer.step(params_of(W=one[:]))  # a view is the same memory
    optimizer.step(params_of(W=one))
    del one
    optimizer.step(params_of(W=other))  # which took its place
    assert optimizer.t == 4


@with_memory
def test_after_loading_too_the_memory_belongs_to_one_network(kind):
    first, second, w, other = kind(0.1), kind(0.1), np.ones((2, 2)), np.ones((2, 2))
    first.step(params_of(W=w))
    second.load_state(first.state())
    second.step(params_of(W=other))
    with pytest.raises(ValueError, match="still in use"):
        second.step(params_of(W=w))
    second.load_state(first.state())
    second.step(params_of(W=w))


@with_memory
@pytest.mark.parametrize("twin_of", [copy.deepcopy, copy.copy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_copied_optimizer_goes_on_with_a_copied_network(kind, twin_of):
    w, optimizer = np.ones((2, 2)), kind(0.1)
    optimizer.step(params_of(W=w))
    twin = w.copy()
    copied, before = twin_of(optimizer), optimizer.state()
    copied.step(params_of(W=twin))
    np.testing.assert_equal(optimizer.state(), before)
    assert copied.t == 2
    np.testing.assert_array_equal(w, np.full((2, 2), w[0, 0]))
    with pytest.raises(ValueError, match="still in use"):
        optimizer.step(params_of(W=twin))


@with_memory
def test_a_parameter_that_joins_later_would_find_no_memory_and_is_refused(kind):
    # Adam's correction, at t = 1000 for a memory of 0, would make its first step 3.16 times as long
    a, b, optimizer = np.ones((1, 1)), np.ones((1, 1)), kind(0.1)
    optimizer.step(params_of(a=a, b=b))
    optimizer.step(params_of(a=a))  # to freeze one is no harm
    optimizer.step(params_of(b=b, a=a))
    before = a.copy()
    said = rf"{kind.__name__} remembers \['a', 'b'\] after 3 steps, but not 'c': a new network needs a new optimizer"
    with pytest.raises(ValueError, match=said):
        optimizer.step(params_of(a=a, c=np.ones((1, 1))))
    np.testing.assert_array_equal(a, before)
    assert optimizer.t == 3


def test_a_rule_without_memory_serves_many_networks_in_turn():
    one, other, optimizer = np.ones((1, 1)), np.ones((2, 1)), SGD(0.1)
    optimizer.step(params_of(W=one))
    optimizer.step(params_of(W=other))
    optimizer.step(params_of(b=other))
    np.testing.assert_allclose(other, 0.8)


@with_memory
def test_a_memory_in_another_precision_is_refused(kind):
    first, second = kind(0.1), kind(0.1)
    first.step(params_of(W=np.ones(2, np.float64)))
    second.load_state(first.state())
    with pytest.raises(ValueError, match=f"^{kind.__name__} remembers 'W' in float64, got float32: a new network"):
        second.step(params_of(W=np.ones(2, np.float32)))


@with_memory
def test_what_does_not_fit_is_found_before_anything_moves(kind):
    a, b, optimizer = np.ones((1, 1)), np.ones((1, 1)), kind(0.1)
    optimizer.step(params_of(a=a, b=b))
    before = a.copy()
    with pytest.raises(ValueError, match="remembers 'b' with shape"):
        optimizer.step(params_of(a=a, b=np.ones((2, 2))))
    np.testing.assert_array_equal(a, before)
    assert optimizer.t == 1
