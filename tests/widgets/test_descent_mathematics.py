"""The explorer's script computes what the package computes: golden values are written here, in Python, at every run."""

import itertools

import numpy as np
import pytest
from harness import run_node

from backprop.contract import Param
from backprop.examples import surfaces
from backprop.optimizers import descend
from backprop.widgets.descent_explorer import OPTIMIZERS, SURFACES, DescentExplorer

RULES = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam"]


def numbers(array):
    """Nested lists with None for what is not finite, as JSON writes it."""
    return np.where(np.isfinite(array), array, None).tolist()


def assert_same(found, wanted, case=""):
    found, wanted = (np.array(values, dtype=float) for values in (found, wanted))
    assert found.shape == wanted.shape, case
    size = np.abs(wanted[np.isfinite(wanted)]).max(initial=1e-300)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12 * size, err_msg=str(case))


@pytest.mark.parametrize("name", SURFACES)
def test_surfaces_and_their_derivatives_are_the_packages(name, tmp_path):
    surface = SURFACES[name]()
    low, high = np.array(surface.domain).T
    corners = list(itertools.product(*surface.domain))
    w = np.concatenate([corners, np.random.default_rng(0).uniform(low - 0.1, high + 0.1, (200, 2))])
    script = """
    const s = widget.surfacesFrom(data.facts)[data.name];
    const result = data.w.map((w) => [s.f(...w), ...s.gradient(...w), ...s.hessian(...w)]);
    """
    data = {"facts": DescentExplorer().facts(), "name": name, "w": w.tolist()}
    found = np.array(run_node(DescentExplorer, tmp_path, script, data), dtype=float)
    hessian = surface.hessian(w)
    wanted = [surface.f(w)[:, None], surface.gradient(w), hessian[:, 0], hessian[:, 1, 1:]]
    assert_same(found, np.concatenate(wanted, axis=1))
    assert np.isnan(found).any() == (name == "mnist")  # only the measured one has an edge


@pytest.mark.parametrize(("kappa", "angle"), [(1, 0), (20, 17), (333, 45), (1000, 90)])
def test_the_turned_ravine_and_its_two_losses_are_the_packages(kappa, angle, tmp_path):
    surface = surfaces.ravine(kappa, angle)
    w = np.random.default_rng(1).uniform(-3, 3, (100, 2))
    script = """
    const s = widget.shaped(widget.surfacesFrom(data.facts), "ravine", data.kappa, data.angle);
    const result = data.w.map((w) => [s.f(...w), ...s.gradient(...w), ...s.hessian(...w), ...s.split(...w)]);
    """
    data = {"facts": DescentExplorer().facts(), "kappa": kappa, "angle": angle, "w": w.tolist()}
    hessian = surface.hessian(w)
    eigenvalues, directions = np.linalg.eigh(hessian[0])
    parts = 0.5 * eigenvalues * (w @ directions) ** 2
    if kappa == 1:  # every direction is an eigendirection: the script's are the axes
        parts = 10 * w**2
    wanted = [surface.f(w)[:, None], surface.gradient(w), hessian[:, 0], hessian[:, 1, 1:], parts]
    assert_same(run_node(DescentExplorer, tmp_path, script, data), np.concatenate(wanted, axis=1))


def test_a_start_near_an_eigendirection_snaps_onto_it_if_that_is_on_the_map(tmp_path):
    script = """
    const surfaces = widget.surfacesFrom(data);
    const turned = widget.shaped(surfaces, "ravine", 20, 30);
    const result = [
      widget.onAxis(surfaces.ravine, [1.23456, 0.03], 0.05), widget.onAxis(surfaces.ravine, [1, 0.06], 0.05) ?? null,
      widget.onAxis(surfaces.saddle, [-0.01, 0.02], 0.05), widget.onAxis(turned, [1.73, 1.02], 0.05),
      widget.onAxis(turned, [3, 1.75], 0.1) ?? null, widget.onAxis(turned, [-1.2, 1.99], 0.1) ?? null,
      widget.onAxis(surfaces.himmelblau, [0, 0], 1) ?? null,
    ];
    """
    found = run_node(DescentExplorer, tmp_path, script, DescentExplorer().facts())
    flat, far, both, slanted, right, above, curved = found
    assert flat == [1.235, 0]
    assert both == [0, 0]
    assert slanted[1] / slanted[0] == pytest.approx(np.tan(np.pi / 6), rel=1e-15)
    assert np.hypot(*slanted) == pytest.approx(1.73 * np.cos(np.pi / 6) + 1.02 / 2, abs=5e-4)
    # (3, 1.732) is a little to the right of the map's edge, (−1.16, 2.01) a little above it.
    assert [far, right, above, curved] == [None] * 4


@pytest.fixture(scope="module")
def golden():
    """Settings over all surfaces and rules, from creeping to diverging, with the package's path of each."""
    cases = []
    rates = {"bowl": [1e-4, 0.3, 1, 1.2, 10], "ravine": [0.01, 0.1, 0.15, 2], "rosenbrock": [1e-4, 1e-3, 0.01, 1]}
    rates |= {"saddle": [0.05, 0.5, 4], "himmelblau": [1e-3, 0.01, 0.05, 10], "mnist": [0.1, 0.5, 3, 10]}
    for name, rates_here in rates.items():
        for lr, beta in itertools.product(rates_here, [0, 0.5, 0.9, 0.99]):
            explorer = DescentExplorer(surface=name, optimizer=RULES, learning_rate=lr, momentum=beta, steps=60)
            setting = {"lr": lr, "beta": beta, "start": list(explorer.start), "steps": 60}
            for rule, path in explorer.paths.items():
                known = determined(SURFACES[name](), OPTIMIZERS[rule](lr, beta), path)
                losses = SURFACES[name]().f(path)
                cases.append({"at": (name, rule, setting), "path": path, "losses": losses, "known": known})
    return cases


def determined(surface, optimizer, path):
    """How many points of a path survive rounding: some bounce about chaotically or divide by hardly any gradient.

    Told by the package's own path with noise of 1e-15 in every gradient.
    """
    rng, w = np.random.default_rng(0), path[0].copy()
    steepest = np.abs(surface.gradient(w)).max()
    for n, point in enumerate(path):
        if not np.abs(w - point).max() <= 1e-10 * np.abs(path).max():
            return n
        optimizer.step([Param("w", w, surface.gradient(w) + 1e-15 * steepest * rng.normal(size=2))])
    return len(path)


def test_paths_are_the_packages_on_every_surface_with_every_rule(golden, tmp_path):
    script = """
    const surfaces = widget.surfacesFrom(data.facts);
    const result = data.cases.map(([name, rule, setting]) => widget.descend(surfaces[name], rule, setting));
    """
    data = {"facts": DescentExplorer().facts(), "cases": [case["at"] for case in golden]}
    runs = run_node(DescentExplorer, tmp_path, script, data)
    assert len(runs) == len(golden) == 24 * 24
    for case, run in zip(golden, runs, strict=True):
        known = case["known"]
        assert_same(run["points"][:known], case["path"][:known], case["at"])
        assert_same(run["losses"][:known], numbers(case["losses"])[:known], case["at"])
        if known == len(case["path"]):
            assert len(run["points"]) == known
    lengths = [len(case["path"]) for case in golden]
    assert sum(case["known"] for case in golden) > 0.97 * sum(lengths)
    assert min(lengths) < 10  # some diverge
    assert max(lengths) == 61
    assert any(np.isnan(case["losses"][-1]) for case in golden)  # some leave the measured map


def companion(rule, s, beta):
    """The matrix that takes (wₜ, vₜ) to (wₜ₊₁, vₜ₊₁) on ½λw², in units where the step is s = ηλ."""
    if rule == "SGD":
        beta = 0.0
    if rule == "Nesterov":  # v' = βv + w, w' = w − s(w + βv')
        return np.array([[1 - s * (1 + beta), -s * beta * beta], [1, beta]])
    return np.array([[1 - s, -s * beta], [1, beta]])


def test_the_contraction_is_the_spectral_radius_of_the_rule(tmp_path):
    cases = [
        (rule, s, beta)
        for rule in RULES[:3]
        for s in (0.001, 0.05, 0.4, 0.99, 1.3, 1.99, 2.5, 3.9, 20)
        for beta in (0, 0.2, 0.5, 0.9, 0.99)
    ]
    script = """
    const result = data.map(([rule, s, beta]) =>
      widget.contraction(rule, 2, s / 2, beta));
    """
    for case, found in zip(cases, run_node(DescentExplorer, tmp_path, script, cases), strict=True):
        roots = np.linalg.eigvals(companion(*case))
        assert found["rate"] == pytest.approx(np.abs(roots).max(), rel=1e-6), case
        assert bool(found.get("swings")) == (np.abs(roots.imag).max() > 1e-7), case


def grown(matrix):
    """The spectral radius as ‖Mⁿ‖^(1/n) for n = 2⁵⁰: squared again and again, its size apart, as a logarithm."""
    size = 0.0
    for _ in range(50):
        matrix = matrix @ matrix
        norm = np.abs(matrix).max()
        size = 2 * size + np.log(norm)
        matrix = matrix / norm
    return np.exp(size / 2.0**50)


def test_the_rate_in_the_plane_is_what_a_billion_steps_would_show(tmp_path):
    cases = [
        (rule, lr, beta)
        for rule in RULES[:3]
        for lr in np.linspace(0.0013, 0.23, 23)
        for beta in np.linspace(0.003, 0.99, 19)
    ]
    script = "const result = data.map(([rule, lr, beta]) => widget.slowest(rule, [1, 20], lr, beta));"
    found = run_node(DescentExplorer, tmp_path, script, cases)
    wanted = [max(grown(companion(rule, lr * k, beta)) for k in (1, 20)) for rule, lr, beta in cases]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


@pytest.mark.parametrize("rule", RULES[:3])
def test_the_rate_in_the_plane_is_that_of_the_packages_own_long_runs(rule, tmp_path):
    """Over 40 pairs; a swing passes zero, so the size of an error is its largest in 50 steps."""
    cases = [
        (rule, lr, beta)
        for lr in (0.003, 0.02, 0.05, 0.08, 0.097, 0.12, 0.15, 0.2)
        for beta in (0, 0.3, 0.6, 0.8, 0.95)
    ]
    script = "const result = data.map(([rule, lr, beta]) => widget.slowest(rule, [1, 20], lr, beta));"
    for (_, lr, beta), rate in zip(cases, run_node(DescentExplorer, tmp_path, script, cases), strict=True):
        optimizer = OPTIMIZERS[rule](lr, beta)
        path = np.abs(descend(surfaces.ravine().gradient, (1.0, 1.0), optimizer, 1500, far=1e100)).max(axis=1)
        path = path[path > 1e-200]
        half = len(path) // 2
        early, late = path[half - 50 : half].max(), path[-50:].max()
        assert (late / early) ** (1 / (len(path) - half)) == pytest.approx(rate, rel=4e-3), (lr, beta)


@pytest.mark.parametrize("kappa", [1, 2, 20, 1000])
@pytest.mark.parametrize("rule", RULES[:3])
def test_no_pair_of_the_plane_is_faster_than_the_one_called_best(rule, kappa, tmp_path):
    script = """
    const lambdas = [20 / data.kappa, 20];
    const star = widget.best(data.rule, lambdas);
    const rate = (lr, beta) => widget.slowest(data.rule, lambdas, lr, beta);
    let least = 1;
    for (let lr = 1e-3; lr < 0.22; lr += 1e-3)
      for (let beta = 0; beta < 0.995; beta += 0.005) least = Math.min(least, rate(lr, beta));
    const result = [star.rate, rate(star.lr, star.beta), least, star.lr, star.beta];
    """
    told, there, least, lr, beta = run_node(DescentExplorer, tmp_path, script, {"rule": rule, "kappa": kappa})
    assert there == pytest.approx(told, abs=1e-6)
    assert told - 1e-6 <= least < told + 0.05
    if rule == "Momentum":  # as the page on momentum has it
        assert beta == pytest.approx(((kappa**0.5 - 1) / (kappa**0.5 + 1)) ** 2)
        assert lr == pytest.approx(4 / ((20 / kappa) ** 0.5 + 20**0.5) ** 2)


def test_a_level_line_of_the_plane_doubles_the_steps_of_the_best_pair(tmp_path):
    rates = [0.6, 0.6**0.5, 0.6**0.25, 0.6 ** (1 / 1024), 1, 1.3]
    found = run_node(
        DescentExplorer, tmp_path, "const result = data.map((rate) => widget.doublings(rate, 0.6));", rates
    )
    assert found == pytest.approx([0, 1, 2, 7.5, 7.5, 7.5])


@pytest.mark.parametrize(
    ("name", "rule", "lr", "beta"),
    [("rosenbrock", "Momentum", 0.001, 0.9), ("mnist", "Adam", 0.2, 0.5), ("ravine", "RMSProp", 0.1, 0.0)],
)
def test_what_the_plane_measures_is_the_share_of_the_loss_that_the_packages_path_leaves(name, rule, lr, beta, tmp_path):
    explorer = DescentExplorer(surface=name, optimizer=rule, learning_rate=lr, momentum=beta, steps=40)
    surface = SURFACES[name]()
    goal = min(surface.minima, key=lambda w: np.linalg.norm(explorer.path[-1] - w))
    first, last, floor = surface.f(explorer.path[0]), surface.f(explorer.path[-1]), surface.f(goal)
    script = """
    const result = widget.share(widget.surfacesFrom(data.facts)[data.name], data.rule, data.setting);
    """
    setting = {"lr": lr, "beta": beta, "start": explorer.start, "steps": 40}
    data = {"facts": explorer.facts(), "name": name, "rule": rule, "setting": setting}
    assert run_node(DescentExplorer, tmp_path, script, data) == pytest.approx(
        (last - floor) / (first - floor), rel=1e-9
    )


def test_a_path_that_diverged_or_left_the_map_has_no_share(tmp_path):
    script = """
    const surfaces = widget.surfacesFrom(data);
    const result = [["ravine", 0.3, [1, 1]], ["mnist", 10, [3.5, 2]]].map(([name, lr, start]) =>
      widget.share(surfaces[name], "SGD", { lr, beta: 0, start, steps: 200 }));
    """
    assert run_node(DescentExplorer, tmp_path, script, DescentExplorer().facts()) == [None, None]


def test_the_limit_is_where_the_spectral_radius_passes_one(tmp_path):
    cases = [(rule, beta) for rule in RULES[:3] for beta in (0, 0.3, 0.9, 0.99)]
    script = """
    const result = data.map(([rule, beta]) => widget.limit(rule, 5, beta));
    """
    for (rule, beta), limit in zip(cases, run_node(DescentExplorer, tmp_path, script, cases), strict=True):
        below, above = (np.abs(np.linalg.eigvals(companion(rule, 5 * limit * k, beta))).max() for k in (0.999, 1.001))
        assert below < 1 < above


def test_the_critical_momentum_contracts_fastest(tmp_path):
    cases = [(rule, s) for rule in RULES[1:3] for s in (0.01, 0.1, 0.5, 0.9)]
    script = "const result = data.map(([rule, s]) => widget.critical(rule, 4, s / 4));"
    for (rule, s), star in zip(cases, run_node(DescentExplorer, tmp_path, script, cases), strict=True):
        betas = np.linspace(0, 0.999, 4001)
        rates = [np.abs(np.linalg.eigvals(companion(rule, s, beta))).max() for beta in betas]
        assert star == pytest.approx(betas[np.argmin(rates)], abs=5e-4)


def test_a_step_that_overshoots_wants_no_momentum_of_nesterov(tmp_path):
    script = "const result = data.map((s) => widget.critical('Nesterov', 4, s / 4));"
    assert run_node(DescentExplorer, tmp_path, script, [1, 1.5, 1.99]) == [0, 0, 0]


@pytest.mark.parametrize(("rule", "beta"), [("SGD", 0), ("Momentum", 0.5), ("Nesterov", 0.5)])
def test_the_steps_that_a_slow_run_needs_are_those_that_a_longer_one_takes(rule, beta, tmp_path):
    script = """
    const bowl = widget.surfacesFrom(data.facts).bowl;
    const setting = { lr: 0.001, beta: data.beta, start: [1, 0], steps: 100 };
    const verdict = widget.diagnose(bowl, data.rule, setting, widget.descend(bowl, data.rule, setting));
    const { losses } = widget.descend(bowl, data.rule, { ...setting, steps: 10000 });
    const result = [verdict.what, verdict.need, losses.findIndex((loss) => loss <= 1e-4 * losses[0])];
    """
    data = {"facts": DescentExplorer().facts(), "rule": rule, "beta": beta}
    what, need, arrived = run_node(DescentExplorer, tmp_path, script, data)
    assert what == "needs"
    assert need == pytest.approx(arrived, abs=1)


VERDICTS = [
    # surface, rule, rate, momentum, start, what, why: worked out by hand
    ("ravine", "SGD", 0.1, 0.9, (1, 1), "cycles", "atLimit"),  # ηλ = 2 exactly
    ("ravine", "SGD", 0.101, 0.9, (1, 1), "diverges", "aboveLimit"),  # though 60 steps do not get far
    ("ravine", "SGD", 0.101, 0.9, (1, 0), "converges", "slides"),  # no error along the steep axis
    ("ravine", "SGD", 0.09, 0.9, (1, 1), "converges", "zigzags"),
    ("ravine", "SGD", 0.001, 0.9, (1, 1), "needs", "slides"),
    ("ravine", "Momentum", 0.189, 0.9, (1, 1), "converges", "swings"),  # below 2(1 + β)/λ = 0.19
    ("ravine", "Momentum", 0.19, 0.9, (1, 1), "cycles", "atLimit"),
    ("ravine", "Momentum", 0.1901, 0.9, (1, 1), "diverges", "aboveLimit"),
    ("ravine", "Momentum", 0.01, 0.5, (1, 0), "needs", "damped"),  # critical is (1 − √0.01)² = 0.81
    ("ravine", "Nesterov", 0.0679, 0.9, (0, 1), "diverges", "aboveLimit"),  # limit 3.8/2.8/20 = 0.06786
    ("bowl", "Adam", 0.1, 0.9, (0, 0), "rests", "still"),
    ("saddle", "SGD", 0.1, 0, (0, 0), "balances", "still"),
    ("saddle", "SGD", 0.5, 0, (2, 0), "lingers", "downhill"),  # slides down onto the saddle along its ridge
    ("saddle", "SGD", 2.5, 0, (0.5, 0.5), "diverges", "tooSteep"),
    ("himmelblau", "SGD", 0.01, 0, (3, 2), "rests", "still"),
    ("himmelblau", "SGD", 0.01, 0, (2.5, 2.5), "converges", "belowLimit"),
    ("himmelblau", "SGD", 10, 0, (1, 1), "diverges", "tooSteep"),
    ("rosenbrock", "SGD", 0.0005, 0, (-1.5, 1.5), "creeps", "shallow"),
    ("mnist", "SGD", 10, 0, (3.5, 2), "leaves", "unknown"),
    ("mnist", "SGD", 1, 0, (3.5, 2), "converges", "belowLimit"),
    ("bowl", "AdaGrad", 0.01, 0, (2, 1), "creeps", "AdaGrad"),
    ("bowl", "RMSProp", 0.5, 0, (2, 1), "oscillates", "RMSProp"),
]


def test_the_verdicts_are_those_worked_out_by_hand(tmp_path):
    script = """
    const surfaces = widget.surfacesFrom(data.facts);
    const result = data.cases.map(([name, rule, lr, beta, start]) => {
      const setting = { lr, beta, start, steps: 200 };
      return widget.diagnose(surfaces[name], rule, setting, widget.descend(surfaces[name], rule, setting));
    });
    """
    data = {"facts": DescentExplorer().facts(), "cases": [case[:5] for case in VERDICTS]}
    found = run_node(DescentExplorer, tmp_path, script, data)
    assert [(*case[:5], found["what"], found["why"]) for case, found in zip(VERDICTS, found, strict=True)] == VERDICTS


@pytest.mark.parametrize("angle", [0, 30, 80])
def test_on_the_flat_direction_a_rate_above_the_limit_converges_until_rounding_has_grown(angle, tmp_path):
    script = """
    const s = widget.shaped(widget.surfacesFrom(data.facts), "ravine", 20, data.angle);
    const start = widget.turned(data.angle).back(-2.345, 0);
    const result = [60, 500].map((steps) => {
      const setting = { lr: 0.12, beta: 0, start, steps };
      return widget.diagnose(s, "SGD", setting, widget.descend(s, "SGD", setting));
    });
    """
    data = {"facts": DescentExplorer().facts(), "angle": angle}
    soon, later = run_node(DescentExplorer, tmp_path, script, data)
    assert (soon["what"], soon["where"], soon["rate"]) == ("converges", "flat", pytest.approx(1 - 0.12))
    assert later["what"] == ("converges" if angle == 0 else "diverges")  # 1.4⁵⁰⁰ times 10⁻¹⁶


def test_the_slow_direction_is_named_and_equals_are_called_so(tmp_path):
    script = """
    const s = widget.surfacesFrom(data).ravine;
    const cases = [["SGD", 0.02, 0], ["SGD", 0.099, 0], ["Momentum", 0.1, 0.9], ["SGD", 2 / 21, 0],
      ["SGD", 0.0951, 0], ["SGD", 0.0954, 0]];  // next to 2/21: the rates differ by 0.003
    const result = cases.map(([rule, lr, beta]) => {
      const setting = { lr, beta, start: [1, 1], steps: 100 };
      return widget.diagnose(s, rule, setting, widget.descend(s, rule, setting)).where;
    });
    """
    found = run_node(DescentExplorer, tmp_path, script, DescentExplorer().facts())
    assert found == ["flat", "steep", "both", "both", "flat", "steep"]


def test_the_numbers_of_a_verdict_belong_to_the_axis_that_they_name(tmp_path):
    script = """
    const s = widget.surfacesFrom(data.facts).ravine;
    const result = data.starts.map((start) => {
      const setting = { lr: 0.01, beta: 0.5, start, steps: 100 };
      return widget.diagnose(s, "Momentum", setting, widget.descend(s, "Momentum", setting));
    });
    """
    data = {"facts": DescentExplorer().facts(), "starts": [(1, 1), (0, 1)]}
    both, steep = run_node(DescentExplorer, tmp_path, script, data)
    # By hand: curvatures 1 and 20, the limit 2(1 + β)/20, the critical momentum (1 − √(ηλ))² of the slower axis.
    assert [both[key] for key in ("lambda", "steep", "limit", "star", "factor")] == pytest.approx(
        [1, 20, 0.15, 0.81, 0.8]
    )
    assert [steep[key] for key in ("lambda", "steep", "star")] == pytest.approx([20, 20, (1 - 0.2**0.5) ** 2])
    assert steep["rate"] == pytest.approx(0.5**0.5)  # complex roots shrink by √β


def test_a_path_that_was_too_steep_in_its_first_half_alone_is_carried(tmp_path):
    explorer = DescentExplorer(
        surface="saddle", optimizer="Momentum", learning_rate=0.56, momentum=0.9, start=(-1.5, 1.5), steps=60
    )
    script = """
    const s = widget.surfacesFrom(data.facts).saddle;
    const setting = { lr: 0.56, beta: 0.9, start: [-1.5, 1.5], steps: 60 };
    const result = widget.diagnose(s, "Momentum", setting, widget.descend(s, "Momentum", setting));
    """
    found = run_node(DescentExplorer, tmp_path, script, {"facts": explorer.facts()})
    steepest = np.linalg.eigvalsh(surfaces.saddle().hessian(explorer.path))[:, 1]
    too_steep = 2 * (1 + 0.9) / steepest < 0.56
    assert too_steep[:30].any()
    assert not too_steep[30:].any()
    assert (found["what"], found["why"]) == ("rings", "carried")


def test_a_run_rings_while_a_quarter_of_it_gains_a_tenth_on_the_quarter_before(tmp_path):
    script = """
    const s = widget.surfacesFrom(data.facts).rosenbrock;
    const result = [0.1, 0.2].map((lr) => {
      const setting = { lr, beta: 0, start: [-1.5, 1.5], steps: 60 };
      return widget.diagnose(s, "RMSProp", setting, widget.descend(s, "RMSProp", setting)).what;
    });
    """
    left = []
    for lr in (0.1, 0.2):
        explorer = DescentExplorer(
            surface="rosenbrock", optimizer="RMSProp", learning_rate=lr, start=(-1.5, 1.5), steps=60
        )
        losses = surfaces.rosenbrock().f(explorer.path)
        left.append(losses[-15:].mean() / losses[-30:-15].mean())
    assert left[0] > 0.9 > left[1] > 0.8
    assert run_node(DescentExplorer, tmp_path, script, {"facts": DescentExplorer().facts()}) == ["oscillates", "rings"]


def test_converges_in_n_steps_counts_to_a_ten_thousandth_of_the_excess_loss(tmp_path):
    explorer = DescentExplorer(surface="himmelblau", optimizer="SGD", learning_rate=0.01, start=(2.5, 2.5))
    losses = surfaces.himmelblau().f(explorer.path)
    script = """
    const s = widget.surfacesFrom(data.facts).himmelblau;
    const setting = { lr: 0.01, beta: 0, start: [2.5, 2.5], steps: 100 };
    const result = widget.diagnose(s, "SGD", setting, widget.descend(s, "SGD", setting));
    """
    found = run_node(DescentExplorer, tmp_path, script, {"facts": explorer.facts()})
    assert found["n"] == np.flatnonzero(losses > 1e-4 * losses[0])[-1] + 1


def test_no_verdict_contradicts_its_own_numbers_nor_the_long_run(tmp_path):
    """Random settings: a limit called above is above; on quadratics a diverging run is never called converging."""
    rng = np.random.default_rng(3)
    cases = []
    for _ in range(3000):
        name = list(SURFACES)[rng.integers(6)]
        start = [rng.uniform(*side) for side in SURFACES[name]().domain]
        beta = rng.choice([0, 0.5, 0.9, 0.99])
        cases.append((name, RULES[rng.integers(6)], 10 ** rng.uniform(-4, 1), beta, start, int(rng.integers(1, 200))))
    script = """
    const surfaces = widget.surfacesFrom(data.facts);
    const result = data.cases.map(([name, rule, lr, beta, start, steps]) => {
      const setting = { lr, beta, start, steps };
      return widget.diagnose(surfaces[name], rule, setting, widget.descend(surfaces[name], rule, setting));
    });
    """
    found = run_node(DescentExplorer, tmp_path, script, {"facts": DescentExplorer().facts(), "cases": cases})
    for (name, rule, lr, beta, _, _), verdict in zip(cases, found, strict=True):
        if verdict["why"] in ("tooSteep", "aboveLimit"):
            assert lr > verdict["limit"]
        if verdict["why"] in ("slides", "zigzags", "damped", "swings", "belowLimit"):
            assert lr <= verdict["limit"]
        if name in ("bowl", "ravine") and rule in RULES[:3]:
            steep = {"bowl": 2, "ravine": 20}[name]
            radius = max(np.abs(np.linalg.eigvals(companion(rule, lr * k, beta))).max() for k in (1, steep))
            assert (verdict["what"] == "diverges") == (radius > 1)
