"""The losses of two weights: derivatives against nudges, minima against their definition, the spline against SciPy."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.examples import surfaces
from backprop.layers import Dense, ReLU, Tanh
from backprop.losses import MeanSquaredError
from backprop.network import Network
from backprop.optimizers import SGD, Adam, Momentum
from backprop.widgets.knob_board import two_moons
from experiments.mnist_slice import fit_spline

ALL = [f() for f in (surfaces.bowl, surfaces.ravine, surfaces.rosenbrock, surfaces.saddle, surfaces.himmelblau)]
ALL += [surfaces.ravine(kappa=300, angle=33), surfaces.mnist_slice()]
each = pytest.mark.parametrize("surface", ALL, ids=lambda s: s.name)


def points(surface, count=40):
    """Random points well inside the domain."""
    low, high = np.array(surface.domain).T
    return np.random.default_rng(0).uniform(0.98 * low + 0.02 * high, 0.02 * low + 0.98 * high, (count, 2))


def nudged(f, w, h=1e-5):
    """Centred finite differences of f along each coordinate, on a new last axis."""
    steps = h * np.eye(2)
    return np.stack([(f(w + step) - f(w - step)) / (2 * h) for step in steps], axis=-1)


@each
def test_the_gradient_is_the_answer_to_a_nudge(surface):
    w = points(surface)
    g = surface.gradient(w)
    np.testing.assert_allclose(g, nudged(surface.f, w), rtol=1e-6, atol=1e-7 * np.abs(g).max())


@each
def test_the_hessian_is_the_answer_of_the_gradient_to_a_nudge(surface):
    w = points(surface)
    hessian = surface.hessian(w)
    np.testing.assert_allclose(hessian, nudged(surface.gradient, w), rtol=1e-6, atol=1e-7 * np.abs(hessian).max())
    np.testing.assert_array_equal(hessian[:, 0, 1], hessian[:, 1, 0])


@each
def test_at_every_minimum_the_gradient_vanishes_and_both_curvatures_are_positive(surface):
    minima = np.array(surface.minima)
    assert np.abs(surface.gradient(minima)).max() < 1e-8
    assert np.linalg.eigvalsh(surface.hessian(minima)).min() > 0


@each
def test_the_listed_minima_are_all_there_are(surface):
    """Newton's method from a fine grid finds every stationary point; those with positive curvature are the list."""
    low, high = np.array(surface.domain).T
    w = np.stack(np.meshgrid(*(np.linspace(a, b, 60) for a, b in surface.domain)), axis=-1).reshape(-1, 2)
    w = np.clip(w, low + 1e-6, high - 1e-6)
    for _ in range(60):
        hessian = surface.hessian(w)
        step = np.linalg.solve(hessian + 1e-12 * np.eye(2), surface.gradient(w)[..., None])[..., 0]
        w = w - step
        w = w[np.all((w >= low) & (w <= high), axis=-1)]
    stationary = w[np.abs(surface.gradient(w)).max(axis=-1) < 1e-7]
    found = stationary[np.linalg.eigvalsh(surface.hessian(stationary)).min(axis=-1) > 0]
    assert {tuple(np.round(m, 4) + 0.0) for m in found} == {tuple(np.round(m, 4) + 0.0) for m in surface.minima}


@each
def test_descent_from_the_suggested_start_at_the_suggested_rate_makes_headway(surface):
    w = np.array(surface.start)
    before = surface.f(w)
    optimizer = SGD(surface.lr)
    for _ in range(100):
        optimizer.step([Param("w", w, surface.gradient(w))])
    assert surface.f(w) < 0.2 * before


@each
@pytest.mark.parametrize("optimizer", [SGD(1e-4), Momentum(1e-4), Adam(1e-3)], ids=lambda o: type(o).__name__)
def test_the_optimizers_of_the_networks_descend_on_a_surface_unchanged(surface, optimizer):
    optimizer.reset()  # it comes from the surface before
    w = np.array(surface.start)
    before = surface.f(w)
    for _ in range(5):
        optimizer.step([Param(surface.name, w, surface.gradient(w))])
    assert surface.f(w) < before


@each
def test_a_grid_of_points_gives_what_single_points_give(surface):
    grid = points(surface, 12).reshape(3, 4, 2)
    for function, shape in ((surface.f, ()), (surface.gradient, (2,)), (surface.hessian, (2, 2))):
        whole = function(grid)
        assert whole.shape == (3, 4, *shape)
        np.testing.assert_array_equal(whole[1, 2], function(grid[1, 2]))


@each
def test_start_and_minima_lie_in_a_domain_of_three_to_two(surface):
    (left, right), (bottom, top) = surface.domain
    assert (right - left) / (top - bottom) == pytest.approx(1.5)  # equal units on both axes of a 3:2 picture
    for x, y in (surface.start, *surface.minima):
        assert left < x < right
        assert bottom < y < top


def test_what_a_reader_does_to_the_data_of_the_slice_does_not_reach_the_surface():
    data, (point,) = surfaces.mnist_slice_data(), points(surfaces.mnist_slice(), 1)
    before = surfaces.mnist_slice().f(point)
    data["domain"][0], data["unit"] = -1e9, 0.0
    data["minima"].clear()
    assert surfaces.mnist_slice().f(point) == before
    assert surfaces.mnist_slice().minima


def test_a_point_without_two_coordinates_is_refused():
    for surface in ALL:
        for wrong in (1.0, [1.0], [1.0, 2.0, 3.0]):
            with pytest.raises(ValueError, match="two coordinates"):
                surface.gradient(wrong)


def test_quadratic_curvatures_are_the_given_ones():
    surface = surfaces.quadratic(3, 7)
    np.testing.assert_array_equal(surface.hessian(np.zeros((4, 2))), np.broadcast_to(np.diag([3.0, 7.0]), (4, 2, 2)))
    assert surface.f([2.0, 1.0]) == 0.5 * (3 * 4 + 7)


@pytest.mark.parametrize(("kappa", "angle"), [(1, 0), (20, 30), (1000, 90)])
def test_the_ravine_is_flat_along_its_angle_and_steep_across_it(kappa, angle):
    surface = surfaces.ravine(kappa, angle)
    floor = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    wall = np.array([-floor[1], floor[0]])
    np.testing.assert_allclose(surface.gradient(floor), 20 / kappa * floor, atol=1e-14)
    np.testing.assert_allclose(surface.gradient(wall), 20 * wall, atol=1e-14)
    np.testing.assert_allclose(np.linalg.eigvalsh(surface.hessian([1.0, 2.0])), [20 / kappa, 20], atol=1e-13)


def test_the_saddle_has_a_direction_down_at_the_origin():
    saddle = surfaces.saddle()
    np.testing.assert_array_equal(saddle.gradient([0.0, 0.0]), [0.0, 0.0])
    np.testing.assert_array_equal(np.linalg.eigvalsh(saddle.hessian([0.0, 0.0])), [-1.0, 1.0])


def test_the_spline_goes_through_the_values_it_was_fitted_to():
    values = np.random.default_rng(1).normal(size=(7, 5))
    coefficients, domain = fit_spline(values), ((-1.0, 2.0), (0.0, 8.0))
    nodes = np.stack(np.meshgrid(np.linspace(-1, 2, 7), np.linspace(0, 8, 5), indexing="ij"), axis=-1)
    np.testing.assert_allclose(surfaces.spline(coefficients, domain, nodes, 0, 0), values, atol=1e-12)


def test_the_spline_equals_scipys_in_between():
    interpolate = pytest.importorskip("scipy.interpolate")
    values = np.random.default_rng(2).normal(size=9)
    table = fit_spline(np.tile(values[:, None], (1, 4)))  # constant along the second axis
    x = np.linspace(0, 8, 50)
    ours = surfaces.spline(table, ((0.0, 8.0), (0.0, 1.0)), np.stack([x, np.full(50, 0.3)], axis=-1), 0, 0)
    np.testing.assert_allclose(ours, interpolate.CubicSpline(range(9), values, bc_type="natural")(x), atol=1e-12)


def test_outside_the_computed_slice_the_loss_is_unknown():
    slice_ = surfaces.mnist_slice()
    for outside in ([4.6, 0.0], [0.0, -3.1], [np.nan, 0.0], [1e9, 1e9]):
        assert np.isnan(slice_.f(outside))
        assert np.isnan(slice_.gradient(outside)).all()


def test_the_slice_is_a_cross_entropy_of_ten_classes():
    slice_ = surfaces.mnist_slice()
    depths = slice_.f(np.array(slice_.minima))
    assert len(depths) == 3
    assert (depths > 0).all()
    assert (depths < 0.2).all()  # trained networks
    assert slice_.f([4.5, 3.0]) > np.log(10)  # far away it is worse than guessing


@pytest.mark.parametrize("bend", ["tanh", "relu"])
def test_many_tiny_networks_agree_with_layers_one_at_a_time(bend):
    rng = np.random.default_rng(5)
    x, y, w = rng.normal(size=(7, 3)), rng.normal(size=(7, 1)), rng.normal(size=(4, 2 * 5 + 1))
    losses, gradients = surfaces.tiny_networks(w, x, y, bend)
    for row, loss, gradient in zip(w, losses, gradients, strict=True):
        hidden, output = Dense(3, 2, rng, dtype=np.float64), Dense(2, 1, rng, dtype=np.float64)
        net, mse = Network(hidden, Tanh() if bend == "tanh" else ReLU(), output), MeanSquaredError()
        hidden.W[:], hidden.b[:], output.W[:], output.b[:] = row[:6].reshape(3, 2), row[6:8], row[8:10, None], row[10:]
        assert loss == pytest.approx(mse.forward(net.forward(x), y), rel=1e-13)
        net.backward(mse.backward())
        want = np.concatenate([param.grad.ravel() for param in net.params()])
        np.testing.assert_allclose(gradient, want, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("numbers", "bend"), [(10, "tanh"), (1, "tanh"), (9, "sigmoid")])
def test_tiny_networks_refuse_a_row_that_is_none(numbers, bend):
    with pytest.raises(ValueError, match=r"a row holds h \* 4 \+ 1 numbers"):
        surfaces.tiny_networks(np.zeros((1, numbers)), np.zeros((3, 2)), np.zeros((3, 1)), bend)


def test_settling_is_momentum_on_all_examples_and_leaves_the_starts_alone():
    rng = np.random.default_rng(6)
    x, y, w = rng.normal(size=(5, 2)), rng.normal(size=(5, 1)), rng.normal(size=(3, 9))
    before = w.copy()
    params = [Param("w", w.copy(), np.zeros_like(w))]
    rule = Momentum(0.1, 0.9)
    for _ in range(7):
        params[0].grad[...] = surfaces.tiny_networks(params[0].value, x, y, "relu")[1]
        rule.step(params)
    np.testing.assert_allclose(surfaces.settle(w, x, y, "relu", steps=7), params[0].value, rtol=1e-12)
    np.testing.assert_array_equal(w, before)


def test_a_neuron_is_dead_if_it_answers_nothing_to_every_example():
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    alive_once = [1, -9, 1, -9, -1.5, 0, 7, 7, 7]  # z of neuron 1 is ½ at the last example only; neuron 2 never above 0
    np.testing.assert_array_equal(surfaces.dead_neurons(np.array([alive_once, np.ones(9), -np.ones(9)]), x), [1, 0, 2])


def test_the_moons_have_a_strict_minimum_that_is_not_the_lowest_place():
    moons, w = two_moons(), np.array([surfaces.MOONS_MINIMUM])
    loss, gradient = surfaces.tiny_networks(w, *moons)
    assert np.abs(gradient).max() < 1e-12
    slopes = [
        surfaces.tiny_networks(w + nudge, *moons)[1][0] for nudge in np.concatenate([np.eye(9), -np.eye(9)]) / 1e5
    ]
    hessian = (np.array(slopes[:9]) - slopes[9:]) / 2e-5
    assert np.linalg.eigvalsh((hessian + hessian.T) / 2)[0] > 1.6e-5
    lower = surfaces.settle(np.random.default_rng(8).normal(size=(12, 9)), *moons)
    assert surfaces.tiny_networks(lower, *moons)[0].min() < loss[0] / 2
