"""Networks: the list walked both ways, nesting, names, and what is refused."""

import numpy as np
import pytest

from backprop.layers import Dense, Dropout, Identity, ReLU, Sigmoid, Tanh
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network


def rng(seed=0):
    return np.random.default_rng(seed)


def dense(n_in, n_out, generator):
    return Dense(n_in, n_out, generator, dtype=np.float64)


def test_two_layers_worked_by_hand():
    first, second = dense(2, 2, rng()), dense(2, 1, rng())
    first.W[...], first.b[...] = [[1, -1], [2, 1]], [0, 1]
    second.W[...], second.b[...] = [[3], [5]], [2]
    net = Network(first, ReLU(), second)
    # z = (1 + 2·2, −1 + 2 + 1) = (5, 2), both open: 3·5 + 5·2 + 2
    # z = (1 − 2·3, −1 − 3 + 1) = (−5, −3), both shut: 2
    np.testing.assert_array_equal(net.forward(np.array([[1.0, 2.0], [1.0, -3.0]])), [[27], [2]])
    dx = net.backward(np.array([[1.0], [10.0]]))
    np.testing.assert_array_equal(second.dW, [[5], [2]])
    np.testing.assert_array_equal(second.db, [11])
    # row 1: δ = (3, 5), row 2: 0; dW = xᵀ δ, dx = δ Wᵀ = (3 − 5, 6 + 5)
    np.testing.assert_array_equal(first.dW, [[3, 5], [6, 10]])
    np.testing.assert_array_equal(first.db, [3, 5])
    np.testing.assert_array_equal(dx, [[-2, 11], [0, 0]])


def test_a_nested_network_computes_what_the_flat_one_does():
    parts = [dense(3, 4, rng()), Tanh(), dense(4, 4, rng(1)), Sigmoid(), dense(4, 2, rng(2))]
    flat, nested = Network(*parts), Network(Network(*parts[:2]), Network(Network(*parts[2:4]), parts[4]))
    x, dy = rng(3).standard_normal((5, 3)), rng(4).standard_normal((5, 2))
    y, dx = flat.forward(x), flat.backward(dy)
    grads = [p.grad.copy() for p in flat.params()]
    np.testing.assert_array_equal(nested.forward(x), y)
    np.testing.assert_array_equal(nested.backward(dy), dx)
    for p, grad in zip(nested.params(), grads, strict=True):
        np.testing.assert_array_equal(p.grad, grad)


def test_parameters_are_named_by_their_place():
    inner = Network(ReLU(), dense(4, 4, rng()))
    net = Network(dense(3, 4, rng()), inner, dense(4, 2, rng()))
    assert [p.name for p in net.params()] == ["0.W", "0.b", "1.1.W", "1.1.b", "2.W", "2.b"]
    assert list(net.state()) == ["0.W", "0.b", "1.1.W", "1.1.b", "2.W", "2.b"]
    assert list(net.params())[2].value is inner.layers[1].W


def test_more_than_ten_layers_keep_their_names_apart():
    net = Network(*(dense(1, 1, rng()) for _ in range(12)), Network(dense(1, 1, rng())))
    names = [p.name for p in net.params()]
    assert len(set(names)) == 26
    assert names[-2:] == ["12.0.W", "12.0.b"]


def test_a_network_shows_its_layers():
    assert repr(Network(dense(2, 3, rng()), Network(ReLU(), Dropout(0.5, rng())))) == (
        "Network(Dense(2, 3), Network(ReLU(), Dropout(0.5)))"
    )


@pytest.mark.parametrize("layers", [(), (ReLU,), (ReLU(), "ReLU"), ([ReLU()],), (None,)])
def test_a_network_of_no_layers_or_of_other_things_is_refused(layers):
    with pytest.raises(ValueError, match="Network wants one or more layers"):
        Network(*layers)


def test_a_layer_cannot_stand_in_two_places_of_a_network():
    layer = ReLU()
    with pytest.raises(ValueError, match="one layer stands in two places"):
        Network(layer, Sigmoid(), layer)
    with pytest.raises(ValueError, match="one layer stands in two places"):
        Network(Network(layer), Sigmoid(), Network(Network(layer)))
    net = Network(layer)
    with pytest.raises(ValueError, match="one layer stands in two places"):
        Network(net, Sigmoid(), net)


def test_a_wrong_width_in_the_middle_is_blamed_on_the_layer_that_meets_it():
    net = Network(dense(3, 4, rng()), ReLU(), dense(5, 2, rng()))
    with pytest.raises(ValueError, match=r"^Dense\(5, 2\): forward wants shape \(N, 5\) .* got shape \(6, 4\)"):
        net.forward(np.zeros((6, 3)))


def test_only_the_first_layer_is_told_that_nobody_wants_the_input_gradient():
    net = Network(Network(dense(3, 4, rng()), ReLU()), dense(4, 2, rng(1)))
    x, dy = rng(2).standard_normal((5, 3)), rng(3).standard_normal((5, 2))
    net.forward(x)
    net.backward(dy)
    grads = [p.grad.copy() for p in net.params()]
    net.wants_dx = False
    assert (net.wants_dx, net.layers[0].layers[0].wants_dx, net.layers[1].wants_dx) == (False, False, True)
    assert net.backward(dy) is None
    for p, grad in zip(net.params(), grads, strict=True):
        np.testing.assert_array_equal(p.grad, grad)
    net.wants_dx = True
    assert net.backward(dy).shape == x.shape


def test_doing_nothing_in_a_network_changes_nothing():
    x = rng().standard_normal((4, 3))
    net = Network(Identity(), Network(Identity()))
    np.testing.assert_array_equal(net.forward(x), x)
    np.testing.assert_array_equal(net.backward(x), x)
    assert list(net.params()) == []


def test_permuting_hidden_units_changes_nothing():
    net, order = Network(dense(3, 6, rng()), Tanh(), dense(6, 2, rng(1))), rng(2).permutation(6)
    x = rng(3).standard_normal((5, 3))
    y = net.forward(x)
    first, _, second = net.layers
    first.W[...], first.b[...], second.W[...] = first.W[:, order], first.b[order], second.W[order]
    np.testing.assert_allclose(net.forward(x), y, rtol=1e-13, atol=1e-15)


def test_a_network_equals_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    net = Network(dense(6, 5, rng()), Tanh(), dense(5, 4, rng(1)), ReLU(), dense(4, 3, rng(2)))
    nn = torch.nn
    theirs = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)).double()
    with torch.no_grad():
        for mine, parameter in zip(net.params(), theirs.parameters(), strict=True):
            parameter[:] = torch.tensor(mine.value.T)
    x, labels = rng(3).standard_normal((8, 6)), rng(4).integers(0, 3, 8)
    loss, x_torch = SoftmaxCrossEntropy(), torch.tensor(x, requires_grad=True)
    value = nn.functional.cross_entropy(theirs(x_torch), torch.tensor(labels))
    value.backward()
    assert loss.forward(net.forward(x), labels) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(net.backward(loss.backward()), x_torch.grad.numpy(), rtol=1e-10, atol=1e-15)
    for mine, parameter in zip(net.params(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.grad.T, parameter.grad.numpy(), rtol=1e-10, atol=1e-15)
