"""Ways to choose settings such as the learning rate: a range test, a grid, random search; parallel where asked.

Both searches call ``run(**settings, rng=rng)`` once per trial, each with a random generator of its own, so that the
results do not depend on how many trials run at once or where. They use joblib: ``n_jobs=-1`` takes all cores, and
inside ``with joblib.parallel_config(backend="dask"):`` the same call uses a cluster.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from backprop.batches import minibatches
from backprop.contract import Array, Layer, Loss, Split
from backprop.optimizers import Optimizer
from backprop.training import check_data, train_step

Draw = Callable[[np.random.Generator], Any]


class RangeTest(NamedTuple):
    """Rates in rising order, and the loss of the batch that each was tried on, before its step. Shapes: both (n,)."""

    lr: Array
    loss: Array


class Trial(NamedTuple):
    """What one call of ``run`` came to. ``error`` is empty; after an exception it is its text, and result is None."""

    settings: dict[str, Any]
    result: Any
    error: str = ""


def range_test(
    net: Layer,
    loss: Loss,
    optimizer: Optimizer,
    data: Split,
    *,
    low: float = 1e-5,
    high: float = 10.0,
    steps: int = 100,
    batch_size: int,
    rng: np.random.Generator,
) -> RangeTest:
    """Train a copy while η climbs from ``low`` to ``high``, by the same factor each step (eq-range-test; Smith 2017).

    Ends early once a loss is not finite or four times the first. Copies of ``net`` and ``optimizer`` are trained,
    the latter from zero memory; both are left as they are. Raises ValueError unless 0 < low < high and steps ≥ 2.
    """
    if not (0 < low < high < math.inf and steps >= 2):
        raise ValueError(f"range_test wants 0 < low < high and steps ≥ 2, got {low}, {high}, {steps}")
    check_data(net, data)
    net, optimizer = copy.deepcopy(net), copy.deepcopy(optimizer)
    optimizer.reset()
    climb = math.log(high / low) / (steps - 1)
    optimizer.lr = lambda step: low * math.exp(climb * step)
    net.train_mode(True)
    rates, losses = [], []
    with np.errstate(over="ignore", invalid="ignore"):  # to go too far is the point
        for x, y in itertools.islice(_endless(data, batch_size, rng), steps):
            rates.append(optimizer.rate)
            losses.append(train_step(net, loss, optimizer, x, y))
            if not losses[-1] <= 4 * losses[0]:
                break
    return RangeTest(np.array(rates), np.array(losses))


def grid(
    run: Callable[..., Any],
    space: Mapping[str, Sequence[Any]],
    rng: np.random.Generator,
    *,
    n_jobs: int = 1,
    progress: bool = True,
) -> list[Trial]:
    """Try every combination of the listed values, the last name fastest: ``grid(run, {"lr": [0.1, 1.0]}, rng)``.

    A trial that raises does not stop the others: see `Trial`, a RuntimeWarning, and an error if all of them fail.
    Raises ValueError for an empty space or list, and for names that ``run`` does not take.
    """
    values = {name: _listed(name, choices) for name, choices in space.items()}
    settings = [dict(zip(values, combination, strict=True)) for combination in itertools.product(*values.values())]
    return _trials(run, settings, rng, n_jobs, progress)


def random_search(
    run: Callable[..., Any],
    space: Mapping[str, Draw | Sequence[Any]],
    n: int,
    rng: np.random.Generator,
    *,
    n_jobs: int = 1,
    progress: bool = True,
) -> list[Trial]:
    """Try ``n`` settings drawn at random: ``random_search(run, {"lr": log_uniform(1e-4, 1)}, 20, rng)``.

    A setting is drawn by a function of a generator, or from a list, each value equally likely. Failures and errors as
    in `grid`; ValueError unless n ≥ 1, too. The first settings of a longer search are those of a shorter one
    (Bergstra & Bengio 2012).
    """
    if not n >= 1:
        raise ValueError(f"random_search wants n ≥ 1, got {n}")
    draws = {name: draw if callable(draw) else _one_of(_listed(name, draw)) for name, draw in space.items()}
    settings = [{name: draw(rng) for name, draw in draws.items()} for _ in range(n)]
    return _trials(run, settings, rng, n_jobs, progress)


def log_uniform(low: float, high: float) -> Draw:
    """Numbers whose logarithm is uniform between those of ``low`` and ``high``, as many in each decade."""
    if not 0 < low < high < math.inf:
        raise ValueError(f"log_uniform wants 0 < low < high, got {low}, {high}")
    return lambda rng: float(math.exp(rng.uniform(math.log(low), math.log(high))))


def uniform(low: float, high: float) -> Draw:
    """Numbers between ``low`` and ``high``, as many in each stretch of equal length."""
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"uniform wants low < high, got {low}, {high}")
    return lambda rng: float(rng.uniform(low, high))


def _trials(
    run: Callable[..., Any], settings: list[dict[str, Any]], rng: np.random.Generator, n_jobs: int, progress: bool
) -> list[Trial]:
    from joblib import Parallel, delayed
    from tqdm import tqdm

    class Bar(tqdm):
        monitor_interval = 0  # no thread that wakes a bar: a browser has none, and tqdm would say so in red

    if not settings[0]:
        raise ValueError("a search wants at least one setting to vary, got an empty space")
    _check_names(run, settings[0])
    calls = [
        delayed(_trial)(run, chosen, child) for chosen, child in zip(settings, rng.spawn(len(settings)), strict=True)
    ]
    finished = Parallel(n_jobs=n_jobs, return_as="generator")(calls)
    trials = list(Bar(finished, total=len(calls), unit="trial", disable=not progress))
    failed = [trial for trial in trials if trial.error]
    if failed:
        text = f"{len(failed)} of {len(trials)} trials failed, the first with {failed[0].settings}: {failed[0].error}"
        if len(failed) == len(trials):
            raise RuntimeError(text)
        warnings.warn(text, RuntimeWarning, stacklevel=3)
    return trials


def _trial(run: Callable[..., Any], settings: dict[str, Any], rng: np.random.Generator) -> Trial:
    try:
        return Trial(settings, run(**copy.deepcopy(settings), rng=rng))  # a list in them is one for all trials
    except Exception as error:
        return Trial(settings, None, f"{type(error).__name__}: {error}")


def _check_names(run: Callable[..., Any], settings: dict[str, Any]) -> None:
    try:
        inspect.signature(run).bind(**settings, rng=None)
    except TypeError as error:
        raise ValueError(f"a search calls run({', '.join(settings)}, rng): {error}") from None


def _listed(name: str, values: Any) -> list[Any]:
    try:
        found = [] if isinstance(values, str) else list(values)
    except TypeError:
        found = []
    if not found:
        raise ValueError(f"a search wants a list of values for {name!r}, got {values!r}")
    return found


def _one_of(values: list[Any]) -> Draw:
    return lambda rng: values[rng.integers(len(values))]


def _endless(data: Split, batch_size: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    while True:
        yield from minibatches(data.x_train, data.y_train, batch_size, rng)
