"""Dropout and batch normalization: masks, statistics, both modes, PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.layers import BatchNorm, Dropout


def rng(seed=0):
    return np.random.default_rng(seed)


def test_dropout_drops_the_share_p_and_scales_what_it_keeps():
    x = np.ones((200, 500), np.float32)
    y = Dropout(0.3, rng()).forward(x)
    values, counts = np.unique(y, return_counts=True)
    np.testing.assert_allclose(values, [0, 1 / 0.7], rtol=1e-6)
    # share dropped: 100,000 draws, standard deviation √(0.3 · 0.7 / 1e5) = 0.00145; five of them
    assert abs(counts[0] / x.size - 0.3) < 0.0073


def test_dropout_sends_the_gradient_back_through_the_same_mask():
    layer = Dropout(0.5, rng())
    x, dy = rng(1).random((20, 20)) + 1, rng(2).random((20, 20)) + 1
    y = layer.forward(x)
    np.testing.assert_array_equal(layer.backward(dy), np.where(y == 0, 0.0, 2 * dy))


def test_every_forward_draws_a_new_mask_and_a_seed_repeats_them():
    layer, again, x = Dropout(0.5, rng()), Dropout(0.5, rng()), np.ones((8, 8))
    first, second = layer.forward(x), layer.forward(x)
    assert (first != second).any()
    np.testing.assert_array_equal(again.forward(x), first)
    np.testing.assert_array_equal(again.forward(x), second)


def test_dropout_masks_do_not_depend_on_the_precision_of_the_input():
    mine = Dropout(0.5, rng()).forward(np.ones((8, 8), np.float32))
    np.testing.assert_array_equal(Dropout(0.5, rng()).forward(np.ones((8, 8))), mine)


def test_dropout_in_evaluation_is_the_identity_and_draws_nothing():
    generator = rng()
    before = generator.bit_generator.state
    layer, x = Dropout(0.5, generator), rng(1).random((4, 4))
    layer.train_mode(False)
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)
    assert generator.bit_generator.state == before


def test_backward_follows_the_mode_of_its_forward_even_if_the_mode_has_changed():
    layer, x = Dropout(0.5, rng()), np.ones((8, 8))
    y = layer.forward(x)
    layer.train_mode(False)
    np.testing.assert_array_equal(layer.backward(x), y)
    norm = BatchNorm(3, dtype=np.float64)
    x, dy = rng(1).random((5, 3)), rng(2).random((5, 3))
    norm.forward(x)
    before = norm.backward(dy)
    norm.train_mode(False)
    np.testing.assert_array_equal(norm.backward(dy), before)


def test_dropout_that_drops_nothing_changes_nothing():
    x = rng().random((4, 4))
    np.testing.assert_array_equal(Dropout(0.0, rng()).forward(x), x)


@pytest.mark.parametrize("p", [-0.1, 1.0, 2.0, float("nan")])
def test_dropout_refuses_what_is_no_probability_below_1(p):
    with pytest.raises(ValueError, match="Dropout wants a probability 0 ≤ p < 1"):
        Dropout(p, rng())


def test_numpy_numbers_as_settings_do_not_upcast():
    x = np.ones((4, 3), np.float32)
    assert Dropout(np.float64(0.5), rng()).forward(x).dtype == np.float32
    norm = BatchNorm(3, momentum=np.float64(0.5), eps=np.float64(1e-3))
    assert norm.forward(x).dtype == norm.backward(x).dtype == norm.running_var.dtype == np.float32


def test_batch_norm_worked_by_hand():
    layer = BatchNorm(1, momentum=0.5, eps=5.0, dtype=np.float64)
    layer.gamma[...], layer.shift[...] = 4, 10
    y = layer.forward(np.array([[1.0], [1.0], [5.0], [5.0]]))
    # mean 3, variance 4, √(4 + 5) = 3, x̂ = ±2/3, y = 10 ± 8/3
    np.testing.assert_allclose(y[:, 0], [10 - 8 / 3, 10 - 8 / 3, 10 + 8 / 3, 10 + 8 / 3], rtol=1e-15)
    # running mean 0 + ½ (3 − 0); variance with N − 1: 16/3, so 1 + ½ (16/3 − 1) = 19/6
    np.testing.assert_allclose([layer.running_mean[0], layer.running_var[0]], [1.5, 19 / 6], rtol=1e-15)
    dx = layer.backward(np.array([[3.0], [0.0], [0.0], [0.0]]))
    # dgamma = 3 · (−2/3) = −2, dshift = 3
    np.testing.assert_allclose([layer.dgamma[0], layer.dshift[0]], [-2, 3], rtol=1e-15)
    # γ/σ = 4/3; dy − 3/4 − x̂ · (−2/4): row 1: 3 − ¾ − ⅓ = 23/12; row 2: −¾ − ⅓ = −13/12; rows 3, 4: −¾ + ⅓ = −5/12
    np.testing.assert_allclose(dx[:, 0], [23 / 9, -13 / 9, -5 / 9, -5 / 9], rtol=1e-14)
    layer.train_mode(False)
    # evaluation: (1.5 − 1.5) and (1.5 + √(19/6 + 5) − 1.5) / √(19/6 + 5) = 1
    y = layer.forward(np.array([[1.5], [1.5 + (19 / 6 + 5) ** 0.5]]))
    np.testing.assert_allclose(y[:, 0], [10, 14], rtol=1e-15)


@given(st.integers(2, 20), st.floats(-50, 50), st.floats(0.1, 20))
def test_batch_norm_makes_every_column_mean_shift_and_spread_gamma(n, mean, spread):
    layer = BatchNorm(3, eps=1e-12, dtype=np.float64)
    layer.gamma[...], layer.shift[...] = [1, 2, -3], [0, 5, -5]
    y = layer.forward(mean + spread * rng(n).standard_normal((n, 3)))
    np.testing.assert_allclose(y.mean(axis=0), [0, 5, -5], atol=1e-8)
    np.testing.assert_allclose(y.std(axis=0), [1, 2, 3], rtol=1e-6)


@given(st.floats(-5, 5), st.floats(0.5, 5))
def test_batch_norm_does_not_see_the_origin_and_scale_of_its_input(shift, scale):
    x, dy = rng(1).standard_normal((6, 3)), rng(2).standard_normal((6, 3))
    one, other = BatchNorm(3, eps=1e-15, dtype=np.float64), BatchNorm(3, eps=1e-15, dtype=np.float64)
    np.testing.assert_allclose(one.forward(x), other.forward(scale * x + shift), atol=1e-9)
    # so neither shifting nor scaling a column costs anything: dx is at right angles to 1 and to x
    dx = one.backward(dy)
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose((dx * x).sum(axis=0), 0, atol=1e-9)


def test_running_statistics_settle_on_those_of_the_data():
    layer, generator = BatchNorm(2, momentum=0.05, dtype=np.float64), rng()
    for _ in range(400):
        layer.forward(generator.normal([3.0, -1.0], [2.0, 0.5], (64, 2)))
    np.testing.assert_allclose(layer.running_mean, [3, -1], atol=0.15)
    np.testing.assert_allclose(layer.running_var, [4, 0.25], rtol=0.1)


def test_a_constant_column_gives_shift_and_no_warning_even_at_1e4_in_float32():
    layer = BatchNorm(2)
    layer.shift[...] = 7
    x = np.full((4, 2), 1e4, np.float32)
    np.testing.assert_array_equal(layer.forward(x), np.full((4, 2), 7, np.float32))
    assert np.isfinite(layer.backward(x)).all()


@pytest.mark.parametrize("settings", [{"n": 0}, {"momentum": -0.1}, {"momentum": 1.1}, {"eps": 0.0}, {"eps": -1e-5}])
def test_batch_norm_refuses_settings_that_make_no_sense(settings):
    with pytest.raises(ValueError, match="BatchNorm wants n ≥ 1"):
        BatchNorm(**({"n": 3} | settings))


def test_batch_norm_refuses_a_single_row_in_training_and_takes_it_in_evaluation():
    layer, x = BatchNorm(3), np.zeros((1, 3), np.float32)
    with pytest.raises(ValueError, match=r"^BatchNorm\(3\): forward wants .* N ≥ 2 in training, got shape \(1, 3\)"):
        layer.forward(x)
    layer.train_mode(False)
    assert layer.forward(x).shape == (1, 3)


def test_of_images_every_position_is_a_row():
    images, rows = BatchNorm(3, dtype=np.float64), BatchNorm(3, dtype=np.float64)
    for layer in (images, rows):
        layer.gamma[...], layer.shift[...] = [2, 3, 4], [5, 6, 7]
    x, dy = rng().standard_normal((2, 4, 5, 2, 3))  # rows last of all, channels last
    y, dx = images.forward(x.transpose(0, 3, 1, 2)), images.backward(dy.transpose(0, 3, 1, 2))
    np.testing.assert_allclose(y.transpose(0, 2, 3, 1).reshape(40, 3), rows.forward(x.reshape(40, 3)), rtol=1e-12)
    np.testing.assert_allclose(
        dx.transpose(0, 2, 3, 1).reshape(40, 3), rows.backward(dy.reshape(40, 3)), rtol=1e-11, atol=1e-13
    )
    np.testing.assert_allclose(images.dgamma, rows.dgamma, rtol=1e-12)
    np.testing.assert_allclose(images.running_var, rows.running_var, rtol=1e-12)


def test_one_image_of_several_positions_is_enough_in_training():
    BatchNorm(3).forward(np.zeros((1, 3, 1, 2), np.float32))
    with pytest.raises(ValueError, match=r"rows N ≥ 2 in training, got shape \(1, 3, 1, 1\)"):
        BatchNorm(3).forward(np.zeros((1, 3, 1, 1), np.float32))


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize(("kind", "shape"), [("BatchNorm1d", (7, 4)), ("BatchNorm2d", (3, 4, 5, 2))])
def test_batch_norm_equals_pytorch_running_statistics_included(training, kind, shape):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    generator = rng()
    mine = BatchNorm(4, momentum=0.2, eps=1e-3, dtype=np.float64)
    theirs = getattr(torch.nn, kind)(4, momentum=0.2, eps=1e-3).double()
    mine.gamma[...], mine.shift[...] = generator.standard_normal((2, 4))
    with torch.no_grad():
        theirs.weight[:], theirs.bias[:] = torch.tensor(mine.gamma), torch.tensor(mine.shift)
    for step in range(6):
        if step == 5:
            mine.train_mode(training)
            theirs.train(training)
        x, dy = 3 * generator.standard_normal(shape) + 2, generator.standard_normal(shape)
        x_torch = torch.tensor(x, requires_grad=True)
        theirs.zero_grad()
        y = theirs(x_torch)
        y.backward(torch.tensor(dy))
        np.testing.assert_allclose(mine.forward(x), y.detach().numpy(), rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(mine.backward(dy), x_torch.grad.numpy(), rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(mine.dgamma, theirs.weight.grad.numpy(), rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(mine.dshift, theirs.bias.grad.numpy(), rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(mine.running_mean, theirs.running_mean.numpy(), rtol=1e-12)
        np.testing.assert_allclose(mine.running_var, theirs.running_var.numpy(), rtol=1e-12)
