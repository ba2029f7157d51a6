"""The labelled equations of section 3.2.2 against numbers: worked by hand, or by another road than the package's."""

import numpy as np
import pytest

from backprop.contract import Param
from backprop.examples.surfaces import himmelblau, quadratic
from backprop.optimizers import Momentum, Nesterov, descend


def run(curvature, optimizer, steps, start=1.0):
    """The path of one weight on ½ λ w²."""
    return descend(lambda w: curvature * w, [start], optimizer, steps)[:, 0]


def spectral_radius(matrix):
    return np.abs(np.linalg.eigvals(np.array(matrix))).max()


def heavy_ball(s, beta):
    """What takes (wₜ, wₜ₋₁) to (wₜ₊₁, wₜ) on a parabola with ηλ = s."""
    return np.array([[1 + beta - s, -beta], [1, 0]])


def look_ahead(s, beta):
    return np.array([[(1 - s) * (1 + beta), -(1 - s) * beta], [1, 0]])


@pytest.mark.equation("eq-momentum")
def test_momentum_adds_old_gradients_with_falling_weight():
    # L = ½ w², η = 0.1, β = 0.5, from 1: v = 1, w = 0.9; v = 0.5 + 0.9 = 1.4, w = 0.76
    np.testing.assert_allclose(run(1.0, Momentum(0.1, 0.5), 2), [1.0, 0.9, 0.76], rtol=1e-14)


@pytest.mark.equation("eq-velocity-sum")
def test_the_velocity_is_a_fading_sum_of_all_gradients():
    gradients, optimizer, w = [2.0, -1.0, 4.0, 0.5], Momentum(0.1, 0.5), np.zeros(1)
    for g in gradients:
        optimizer.step([Param("w", w, np.array([g]))])
    # 0.5 + 4/2 − 1/4 + 2/8 = 2.5
    np.testing.assert_allclose(optimizer.memory["v"]["w"], [2.5], rtol=1e-14)


@pytest.mark.equation("eq-momentum-averaged")
@pytest.mark.equation("eq-momentum-conversion")
def test_the_mean_of_gradients_takes_the_same_path_at_the_converted_rate():
    gradient, eta, beta = himmelblau().gradient, 0.002, 0.8
    path = descend(gradient, (-0.5, -0.5), Momentum(eta, beta), 40)
    w, v, same_number = path[0].copy(), np.zeros(2), path[0].copy()
    u = np.zeros(2)
    for point in path[1:]:
        v = beta * v + (1 - beta) * gradient(w)
        w = w - eta / (1 - beta) * v
        u = beta * u + (1 - beta) * gradient(same_number)
        same_number = same_number - eta * u
        np.testing.assert_allclose(w, point, rtol=1e-10)
    assert np.linalg.norm(same_number - path[-1]) > 0.1


@pytest.mark.equation("eq-heavy-ball")
def test_a_step_is_the_slope_and_a_share_of_the_step_before():
    gradient, eta, beta = himmelblau().gradient, 0.002, 0.8
    path = descend(gradient, (-0.5, -0.5), Momentum(eta, beta), 40)
    for before, now, after in zip(path, path[1:], path[2:], strict=False):
        np.testing.assert_allclose(after, now - eta * gradient(now) + beta * (now - before), rtol=1e-12)


SETTINGS = [(0.04, 0.5), (0.04, 0.9), (0.3, 0.2), (1.7, 0.1), (2.5, 0.6)]


@pytest.mark.equation("eq-momentum-matrix")
@pytest.mark.parametrize(("s", "beta"), SETTINGS)
def test_one_matrix_takes_two_points_to_the_next_two(s, beta):
    path = run(1.0, Momentum(s, beta), 12)
    for t in range(1, 12):
        np.testing.assert_allclose(heavy_ball(s, beta) @ path[[t, t - 1]], path[[t + 1, t]], atol=1e-9)


@pytest.mark.equation("eq-momentum-roots")
@pytest.mark.parametrize(("s", "beta"), SETTINGS)
def test_the_matrix_has_the_roots_of_the_polynomial(s, beta):
    eigenvalues = np.linalg.eigvals(heavy_ball(s, beta)).astype(complex)
    np.testing.assert_allclose(eigenvalues**2 - (1 + beta - s) * eigenvalues + beta, 0, atol=1e-12)
    assert eigenvalues.prod() == pytest.approx(beta)
    assert eigenvalues.sum() == pytest.approx(1 + beta - s)


@pytest.mark.equation("eq-critical-momentum")
@pytest.mark.parametrize(("eta", "curvature"), [(0.04, 1.0), (0.01, 16.0), (0.1, 2.5)])
def test_a_path_crosses_the_minimum_only_above_critical_momentum(eta, curvature):
    critical = (1 - np.sqrt(eta * curvature)) ** 2
    below = run(curvature, Momentum(eta, critical - 0.02), 400)
    above = run(curvature, Momentum(eta, critical + 0.02), 400)
    assert (below > 0).all()
    assert (above < 0).any()


@pytest.mark.parametrize("s", [0.02, 0.3, 0.9, 1.4, 2.6])
def test_nothing_is_faster_than_critical_momentum(s):
    betas = np.linspace(0, 0.999, 2000)
    fastest = betas[np.argmin([spectral_radius(heavy_ball(s, beta)) for beta in betas])]
    assert fastest == pytest.approx((1 - np.sqrt(s)) ** 2, abs=1e-3)


@pytest.mark.equation("eq-oscillating-speed")
def test_every_direction_that_swings_shrinks_at_one_speed():
    for curvature in (1.0, 5.0, 40.0):
        w = run(curvature, Momentum(0.05, 0.81), 400)
        late, later = np.abs(w[100:150]).max(), np.abs(w[300:350]).max()
        assert (later / late) ** (1 / 200) == pytest.approx(0.9, rel=5e-3)


@pytest.mark.equation("eq-momentum-limit")
def test_momentum_raises_the_limit_to_two_times_one_plus_beta_over_lambda():
    for share, stable in ((0.999, True), (1.001, False)):
        optimizer = Momentum(share * 2 * (1 + 0.8) / 20, 0.8)
        path = descend(quadratic(1, 20).gradient, (0.5, 0.5), optimizer, 20_000, far=1e3)
        assert (np.abs(path[-1]).max() < 0.01) == stable


@pytest.mark.equation("eq-momentum-floor")
@pytest.mark.parametrize(("eta", "beta", "curvature"), [(0.4, 0.0, 1.0), (0.04, 0.9, 1.0), (0.3, 0.5, 2.5)])
def test_momentum_settles_at_the_noise_floor_of_its_effective_rate(eta, beta, curvature):
    rng, s, B, walkers = np.random.default_rng(5), 1.5, 4, 20_000
    floor = eta / (1 - beta) * (1 + beta) * s**2 / (B * curvature * (2 * (1 + beta) - eta * curvature))
    # no chance in it: the covariance P of (wₜ, wₜ₋₁) repeats itself, P = M P Mᵀ + noise
    M, noise = heavy_ball(eta * curvature, beta), np.diag([eta**2 * s**2 / B, 0])
    P = np.linalg.solve(np.eye(4) - np.kron(M, M), noise.ravel()).reshape(2, 2)
    assert P[0, 0] == pytest.approx(floor, rel=1e-10)
    # and by the package
    w, optimizer = np.full(walkers, 4.0), Momentum(eta, beta)
    for _ in range(300):
        gradient = curvature * w + rng.normal(size=walkers) * s / np.sqrt(B)
        optimizer.step([Param("w", w, gradient)])
    assert (w**2).mean() == pytest.approx(floor, rel=0.04)


@pytest.mark.equation("eq-polyak")
@pytest.mark.parametrize(("low", "high"), [(1.0, 20.0), (0.3, 90.0)])
def test_polyaks_settings_make_both_ends_critical_and_no_neighbour_is_faster(low, high):
    def slowest(eta, beta):
        return max(spectral_radius(heavy_ball(eta * curvature, beta)) for curvature in (low, high))

    root = np.sqrt(high / low)
    eta, beta = 4 / (np.sqrt(low) + np.sqrt(high)) ** 2, ((root - 1) / (root + 1)) ** 2
    best = (root - 1) / (root + 1)
    assert slowest(eta, beta) == pytest.approx(best, rel=1e-6)
    for curvature in (low, high):
        assert beta == pytest.approx((1 - np.sqrt(eta * curvature)) ** 2)
    for up in (0.9, 0.98, 1.02, 1.1):
        assert slowest(eta * up, beta) > best
        assert slowest(eta, beta * up) > best


@pytest.mark.equation("eq-polyak-bound")
def test_no_pair_of_rate_and_momentum_beats_the_bound():
    rng = np.random.default_rng(7)
    low, high = 1.0, 30.0
    for _ in range(2000):
        eta, beta = rng.uniform(0, 4 / high), rng.uniform(0, 1)
        rho = max(spectral_radius(heavy_ball(eta * curvature, beta)) for curvature in (low, high))
        if rho < 1:
            middle = (1 + rho) * (1 + beta / rho) / ((1 - rho) * (1 - beta / rho))
            assert high / low <= middle * (1 + 1e-6)
            assert middle <= ((1 + rho) / (1 - rho)) ** 2 * (1 + 1e-6)


@pytest.mark.equation("eq-nesterov-lookahead")
@pytest.mark.equation("eq-nesterov")
def test_the_look_ahead_points_are_what_the_package_keeps():
    gradient, eta, beta = himmelblau().gradient, 0.003, 0.8
    path = descend(gradient, (-0.5, -0.5), Nesterov(eta, beta), 40)
    w, v = path[0].copy(), np.zeros(2)
    for point in path:
        ahead = w - eta * beta * v
        np.testing.assert_allclose(ahead, point, rtol=1e-10)
        v = beta * v + gradient(ahead)
        w = w - eta * v


@pytest.mark.equation("eq-nesterov-matrix")
@pytest.mark.parametrize(("s", "beta"), SETTINGS[:4])
def test_the_look_ahead_form_has_a_matrix_of_its_own(s, beta):
    w, v, path = 1.0, 0.0, [1.0]
    for _ in range(12):
        v = beta * v + (w - s * beta * v)  # η = s, λ = 1
        w = w - s * v
        path.append(w)
    path = np.array(path)
    for t in range(1, 12):
        np.testing.assert_allclose(look_ahead(s, beta) @ path[[t, t - 1]], path[[t + 1, t]], atol=1e-12)


@pytest.mark.equation("eq-nesterov-speed")
def test_with_nesterov_a_steeper_direction_swings_for_a_shorter_time():
    for s in (0.01, 0.1, 0.5):
        eigenvalues = np.linalg.eigvals(look_ahead(s, 0.9))
        assert np.abs(eigenvalues.imag).min() > 0
        np.testing.assert_allclose(np.abs(eigenvalues), np.sqrt(0.9 * (1 - s)), rtol=1e-12)
        w = run(1.0, Nesterov(s, 0.9), 400)
        late, later = np.abs(w[20:60]).max(), np.abs(w[60:100]).max()
        assert (later / late) ** (1 / 40) == pytest.approx(np.sqrt(0.9 * (1 - s)), rel=0.02)


@pytest.mark.equation("eq-nesterov-limit")
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_nesterov_diverges_past_its_own_smaller_limit(beta):
    for share, stable in ((0.999, True), (1.001, False)):
        optimizer = Nesterov(share * 2 * (1 + beta) / (1 + 2 * beta) / 20, beta)
        path = descend(quadratic(1, 20).gradient, (0.5, 0.5), optimizer, 20_000, far=1e3)
        assert (np.abs(path[-1]).max() < 0.01) == stable


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_the_rule_is_pytorchs_on_a_bent_surface(kind):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    path = descend(himmelblau().gradient, (-0.5, -0.5), kind(0.003, 0.8), 60)
    w = torch.tensor([-0.5, -0.5], dtype=torch.float64, requires_grad=True)
    theirs = torch.optim.SGD([w], lr=0.003, momentum=0.8, nesterov=kind is Nesterov)
    for point in path:
        np.testing.assert_allclose(w.detach().numpy(), point, rtol=0, atol=1e-10)
        theirs.zero_grad()
        ((w[0] ** 2 + w[1] - 11) ** 2 + (w[0] + w[1] ** 2 - 7) ** 2).backward()
        theirs.step()
