"""The two readers of section 5.1: what each is blind to is what the page says."""

import numpy as np
import pytest

from backprop.data import mnist_sample, shifted
from backprop.examples.neighbours import as_pictures, dense_reader, share_read, window_reader


@pytest.fixture(scope="module")
def data():
    return mnist_sample()


def test_a_dense_reader_of_scrambled_digits_is_the_same_network_scrambled(data):
    """With its weights in the same order, both give the same answers: the order of the pixels is nothing to it."""
    order = np.random.default_rng(0).permutation(784)
    net = dense_reader(data, seed=1, epochs=1)
    before = net.forward(data.x_test[:50])
    net.layers[0].W[...] = net.layers[0].W[order]
    np.testing.assert_allclose(net.forward(data.x_test[:50][:, order]), before, rtol=1e-3, atol=1e-4)


def test_windows_withstand_a_move_that_a_dense_reader_does_not(data):
    dense, seeing = dense_reader(data, seed=1, epochs=2), window_reader(data, seed=1, epochs=2)
    moved = shifted(data.x_test, 0, 4)
    assert share_read(seeing, as_pictures(data.x_test), data.y_test) > 0.75
    assert share_read(seeing, as_pictures(moved), data.y_test) > 2 * share_read(dense, moved, data.y_test)
    assert sum(p.value.size for p in seeing.params()) == 19418
    assert sum(p.value.size for p in dense.params()) == 25450
