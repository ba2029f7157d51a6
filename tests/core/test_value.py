"""The scalar tape: every operator nudged, forks that add up, chains of any length, and PyTorch's answers."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import value as module
from backprop.examples.running import running_network
from backprop.gradcheck import numerical_gradient
from backprop.losses import MeanSquaredError
from backprop.value import Value

# Each operator once: what it computes from Values, and a point (a, b) at which to nudge both.
OPERATORS = {
    "a + b": (lambda a, b: a + b, (1.3, -0.7)),
    "a + 2": (lambda a, b: a + 2 + b, (1.3, -0.7)),
    "2 + a": (lambda a, b: 2 + a + b, (1.3, -0.7)),
    "a - b": (lambda a, b: a - b, (1.3, -0.7)),
    "2 - a": (lambda a, b: (2 - a) * b, (1.3, -0.7)),
    "-a": (lambda a, b: -a * b, (1.3, -0.7)),
    "a * b": (lambda a, b: a * b, (1.3, -0.7)),
    "3 * a": (lambda a, b: 3 * a + b * 3, (1.3, -0.7)),
    "a / b": (lambda a, b: a / b, (1.3, -0.7)),
    "2 / a": (lambda a, b: 2 / a + b / 2, (1.3, -0.7)),
    "a ** 3": (lambda a, b: a**3 * b**-2, (1.3, -0.7)),
    "a ** 0.5": (lambda a, b: a**0.5 + b**0, (1.3, 0.0)),
    "exp": (lambda a, b: (a * b).exp(), (1.3, -0.7)),
    "log": (lambda a, b: a.log() * b.log(), (1.3, 0.7)),
    "tanh": (lambda a, b: a.tanh() + b.tanh(), (1.3, -0.7)),
    "sigmoid": (lambda a, b: a.sigmoid() + b.sigmoid(), (1.3, -0.7)),
    "relu": (lambda a, b: a.relu() + b.relu(), (1.3, -0.7)),
    "a value used twice": (lambda a, b: a * a + a * b * a, (1.3, -0.7)),
    "numpy on the left": (lambda a, b: np.float64(2.0) * a ** np.float32(2) + np.float32(0.5) - b, (1.3, -0.7)),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_answers_a_nudge(name):
    f, point = OPERATORS[name]
    a, b = (Value(number) for number in point)
    end = f(a, b)
    end.backward()
    nudged = numerical_gradient(lambda v: f(*(Value(number) for number in v.tolist())).data, np.array(point))
    np.testing.assert_allclose([a.grad, b.grad], nudged, rtol=1e-7, atol=1e-9)


def test_the_table_has_every_operator_of_the_class():
    defined = {name for name, thing in vars(Value).items() if callable(thing)}
    housekeeping = {"__init__", "__repr__", "backward"}
    tried = ["add", "radd", "sub", "rsub", "neg", "mul", "rmul", "truediv", "rtruediv", "pow"]
    assert defined - housekeeping == {f"__{name}__" for name in tried} | {"exp", "log", "tanh", "sigmoid", "relu"}


def test_operators_compute_what_python_computes():
    a, b = 1.3, 0.7
    assert ((Value(a) + b) / (2 - Value(b)) ** 2).data == pytest.approx((a + b) / (2 - b) ** 2, rel=1e-15)
    assert (3 / Value(a)).data == pytest.approx(3 / a, rel=1e-15)
    assert Value(a).log().data == math.log(a)
    assert Value(-a).relu().data == 0
    assert Value(0.6).sigmoid().data == pytest.approx(1 / (1 + math.exp(-0.6)), rel=1e-15)


def test_a_value_used_twice_adds_up():
    x = Value(3.0)
    (x * x).backward()
    assert x.grad == 6
    (x + x).backward()
    assert x.grad == 2
    # a diamond: L = (x + 1)(x + 2), dL/dx = 2x + 3
    ((x + 1) * (x + 2)).backward()
    assert x.grad == 9


def test_a_late_user_of_a_value_is_waited_for():
    # u must hand back only when both users have: dL/dx = d/dx (2x · (2x + 1)) = 8x + 2
    x = Value(3.0)
    u = x * 2
    (u * (u + 1)).backward()
    assert u.grad == 13
    assert x.grad == 26


def test_backward_called_twice_answers_the_same():
    x, w = Value(2.0), Value(-0.5)
    end = (x * w).tanh() * x
    end.backward()
    first = x.grad, w.grad
    end.backward()
    assert (x.grad, w.grad) == first


def test_another_loss_starts_afresh_and_leaves_strangers_alone():
    x, w = Value(2.0), Value(5.0)
    (x * w).backward()
    (x * 3).backward()
    assert x.grad == 3
    assert w.grad == 2


def test_a_value_that_was_not_used_has_no_gradient():
    x, idle = Value(2.0), Value(1.0)
    (x * 3).backward()
    assert idle.grad is None


@pytest.mark.parametrize("step", [lambda v: v + 1, lambda v: v * 1.0, lambda v: v + v * 0], ids=["+", "*", "fork"])
def test_a_chain_of_a_hundred_thousand_links_is_walked_and_forgotten(step):
    assert sys.getrecursionlimit() < 100_000
    start = end = Value(1.0)
    for _ in range(100_000):
        end = step(end)
    end.backward()
    assert start.grad == 1
    del end  # the chain is released link by link, too


def test_a_tower_of_forks_takes_one_visit_for_each_value_not_one_for_each_path():
    start = end = Value(1.0)
    for _ in range(60):  # 2⁶⁰ paths
        end = end + end
    assert len(module.order(end)) == 61
    end.backward()
    assert start.grad == 2.0**60


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=20))
def test_parents_come_first_whatever_the_graph(wiring):
    values = [Value(1.0)]
    for a, b in wiring:
        values.append(values[a % len(values)] + values[b % len(values)])
    place = {id(node): i for i, node in enumerate(module.order(values[-1]))}
    for node in module.order(values[-1]):
        assert all(place[id(parent)] < place[id(node)] for parent, _ in node.edges)


def test_exponents_that_overflow_do_not_reach_the_sigmoid():
    for z, a in ((-1e4, 0.0), (1e4, 1.0)):
        v = Value(z)
        s = v.sigmoid()
        s.backward()
        assert (s.data, v.grad) == (a, 0.0)


@pytest.mark.parametrize("data", ["1", None, 1j, [1.0], np.ones(1), Value(1.0)])
def test_anything_but_one_real_number_is_refused(data):
    with pytest.raises(TypeError, match="one real number, got"):
        Value(data)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda v: v + "1",
        lambda v: v * np.ones(2),
        lambda v: np.ones(2) * v,
        lambda v: v ** Value(2.0),
        lambda v: (v - 3) ** 0.5,  # a complex number
    ],
)
def test_an_operand_that_makes_no_number_is_refused(mistake):
    with pytest.raises(TypeError):
        mistake(Value(1.0))


@pytest.mark.parametrize(
    "mistake",
    [lambda v: v**v, lambda v: v ** Value(2.0), lambda v: v ** "3", lambda v: v**None, lambda v: v ** np.ones(1)],
)
def test_an_exponent_that_is_no_plain_number_is_refused_by_name(mistake):
    with pytest.raises(TypeError, match=r"^Value \*\* n wants a plain number n, got (a (Value|str|NoneType)|shape)"):
        mistake(Value(2.0))


def test_any_real_number_may_come_in_and_a_float_is_kept():
    for data in (2, np.float32(2), np.float64(2), np.int64(2), True + 1):
        assert type(Value(data).data) is float
        assert Value(data).data == 2


def test_a_value_shows_its_number_and_its_gradient():
    x = Value(1.5)
    assert repr(x) == "Value(1.5, grad=None)"
    (x * 2).backward()
    assert repr(x) == "Value(1.5, grad=2)"


def test_the_running_network_in_single_numbers_has_the_gradients_of_the_layers():
    net, x, y = running_network()
    loss = MeanSquaredError()
    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    names = {p.name: p for p in net.params()}
    values = {p.name: np.vectorize(Value, otypes=[object])(p.value) for p in names.values()}
    a = [Value(number) for number in x[0]]
    for layer in "02":
        W, b = values[f"{layer}.W"], values[f"{layer}.b"]
        a = [sum((a[i] * W[i, j] for i in range(2)), b[j]).sigmoid() for j in range(2)]
    (sum((a[j] - y[0, j]) ** 2 for j in range(2)) * 0.5).backward()
    for name, p in names.items():
        grads = np.vectorize(lambda v: v.grad)(values[name])
        np.testing.assert_allclose(grads, p.grad, rtol=1e-13, atol=1e-16)


def test_pytorch_agrees():
    torch = pytest.importorskip("torch")

    def formula(a, b):
        return ((a * b).tanh() + (a / b).sigmoid() ** 2 + (-b).exp() - (a - b).relu() * a.log()) / 3

    a, b = Value(1.3), Value(0.7)
    end = formula(a, b)
    end.backward()
    ta, tb = (torch.tensor(v.data, dtype=torch.float64, requires_grad=True) for v in (a, b))
    tend = formula(ta, tb)
    tend.backward()
    np.testing.assert_allclose(
        [end.data, a.grad, b.grad], [tend.item(), ta.grad.item(), tb.grad.item()], rtol=1e-10, atol=1e-10
    )


def test_a_number_minus_a_value_keeps_its_order():
    v = Value(0.5)
    end = 2 - v
    end.backward()
    assert (end.data, v.grad) == (1.5, -1.0)


def test_relu_passes_all_on_just_above_zero():
    v = Value(0.25)
    v.relu().backward()
    assert v.grad == 1


def test_relu_passes_nothing_on_at_zero():
    v = Value(0.0)
    v.relu().backward()
    assert v.grad == 0.0
