"""The explorer in Python: traits that refuse nonsense, and a path that needs no screen."""

import numpy as np
import pytest
from traitlets import TraitError

from backprop.widgets.descent_explorer import SURFACES, DescentExplorer


def test_the_path_on_a_quadratic_is_the_closed_form():
    explorer = DescentExplorer(surface="ravine", optimizer="SGD", learning_rate=0.09, start=(1, -2), steps=20)
    t = np.arange(21)[:, None]
    np.testing.assert_allclose(explorer.path, (1 - 0.09 * np.array([1, 20])) ** t * (1, -2), rtol=1e-12)


def test_a_changed_trait_changes_the_path():
    explorer = DescentExplorer(surface="bowl", optimizer="SGD", learning_rate=0.1)
    slow = explorer.path[-1]
    explorer.learning_rate = 0.5
    assert np.linalg.norm(explorer.path[-1]) < np.linalg.norm(slow)


def test_every_chosen_optimizer_has_its_path_from_the_same_start():
    explorer = DescentExplorer(optimizer=["adam", "SGD"], start=(1, 1), steps=7)
    assert list(explorer.paths) == explorer.optimizer == ["Adam", "SGD"]
    for path in explorer.paths.values():
        assert path.shape == (8, 2)
        np.testing.assert_array_equal(path[0], (1, 1))
    np.testing.assert_array_equal(explorer.path, explorer.paths["Adam"])


def test_a_diverging_path_ends_before_it_overflows():
    path = DescentExplorer(surface="himmelblau", optimizer="SGD", learning_rate=10, steps=500).path
    assert 1 < len(path) < 10
    assert np.isfinite(path).all()


def test_momentum_zero_is_plain_descent():
    paths = DescentExplorer(optimizer=["SGD", "Momentum", "Nesterov"], momentum=0).paths
    np.testing.assert_array_equal(paths["SGD"], paths["Momentum"])
    np.testing.assert_array_equal(paths["SGD"], paths["Nesterov"])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        *(
            ({"learning_rate": v}, "learning_rate must be a number from 0.0001 to 10")
            for v in (0, -1, 1e9, np.nan, "1")
        ),
        *(({"momentum": v}, "momentum must be a number from 0 to 0.99") for v in (1, -0.1, np.inf, None, True)),
        *(({"surface": v}, "surface") for v in ("hill", None, 3)),
        *(({"optimizer": v}, "optimizer must be one or several") for v in ("LBFGS", [], ["SGD", "sgd"], None, [1], 5)),
        *(
            ({"start": v}, "start must be two finite numbers")
            for v in ((1,), (1, 2, 3), (1, np.nan), "12", 3, (1, "2"))
        ),
        ({"start": (99, 0)}, "start must lie on the map of ravine, -3 ≤ w1 ≤ 3"),
        *(({"steps": v}, "steps") for v in (0, 501, 10**9, 1.5, "10", None)),
    ],
)
def test_nonsense_is_refused_in_the_constructor_and_later_and_leaves_the_explorer_as_it_was(setting, message):
    with pytest.raises(TraitError, match=message):
        DescentExplorer(**setting)
    explorer = DescentExplorer()
    before = repr(explorer)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError, match=message):
        setattr(explorer, name, value)
    assert repr(explorer) == before


def test_an_unknown_setting_is_named():
    with pytest.raises(TypeError, match="no lr"):
        DescentExplorer(lr=0.1)


def test_a_new_surface_brings_its_own_start_unless_one_was_chosen_that_is_on_it():
    explorer = DescentExplorer(surface="bowl")
    assert explorer.start == SURFACES["bowl"]().start
    explorer.surface = "himmelblau"
    assert explorer.start == SURFACES["himmelblau"]().start
    explorer.start = (1.0, 1.0)
    explorer.surface = "saddle"
    assert explorer.start == (1.0, 1.0)
    explorer.start = (2.0, -1.5)
    explorer.surface = "rosenbrock"
    assert explorer.start == SURFACES["rosenbrock"]().start


def test_a_message_from_the_page_moves_surface_start_and_rate_together():
    explorer = DescentExplorer(surface="bowl")
    explorer.set_state({"surface": "himmelblau", "start": [-6.0, 4.0], "learning_rate": 0.005})
    assert (explorer.surface, explorer.start, explorer.learning_rate) == ("himmelblau", (-6.0, 4.0), 0.005)


def test_start_none_means_the_surfaces_own():
    explorer = DescentExplorer(start=(1, 1))
    explorer.start = None
    assert explorer.start == SURFACES["ravine"]().start


def test_the_repr_can_be_read_back():
    explorer = DescentExplorer(surface="saddle", optimizer="Adam", start=(0.5, 0.25), steps=9)
    again = eval(repr(explorer), {"DescentExplorer": DescentExplorer})
    assert repr(again) == repr(explorer)
