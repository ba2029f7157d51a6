"""Checkers of the exercises in section 2.6, an engine for gradients."""

import math
from functools import partial

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.value import Value, order


@exercise("2.6.a", hint="u is used twice. Complete its gradient before you go on to x.")
def walk_by_hand(rng):
    """∂L/∂x of L = u(u + 3), u = xy, at x = 2, y = −1."""
    x, y = 2, -1
    yield Case(
        want=float((2 * x * y + 3) * y),
        traps={
            "That counts only the edge from the product to u; the sum also hands something back.": (x * y + 3) * y,
            "That counts only the way through the sum; the product also leads to u.": x * y * y,
            "That is ∂L/∂y.": (2 * x * y + 3) * x,
        },
    )


def tangle(a: float, b: float) -> tuple[list[Value], Value, Value]:
    """A formula full of forks: its nodes, parents first, and its two inputs."""
    v, w = Value(a), Value(b)
    u = v * w + v
    return order((u * u + w * 3).tanh() * u), v, w


def slopes(a: float, b: float) -> tuple[float, float]:
    """The two slopes of ``tangle``, by the rules of school."""
    u = a * b + a
    inner = math.tanh(u * u + 3 * b)
    by_u, by_inner = inner + u * (1 - inner**2) * 2 * u, u * (1 - inner**2)
    return by_u * (b + 1), by_u * a + 3 * by_inner


@exercise("2.6.b", hint="The gradient starts with 1 at the end; visits add up; a second call starts afresh.")
def repaired_walk(rng):
    """Gradients on a formula with forks, after one call and after two."""

    def grads(walk, a, b, calls):
        nodes, v, w = tangle(a, b)
        for _ in range(calls):
            if walk(nodes) is None and nodes[-1].grad is None:
                raise NotImplementedError  # the stub
        return tuple(float("nan") if node.grad is None else node.grad for node in (v, w))

    for calls in (1, 2, 3):
        a, b = rng.uniform(0.2, 0.6, 2).tolist()
        traps = {
            sentence: grads(partial(faulty_walk, faults={fault}), a, b, calls) for fault, sentence in FAULTS.items()
        }
        yield Case(
            a,
            b,
            want=slopes(a, b),
            names=("∂L/∂v", "∂L/∂w"),
            traps=traps,
            run=lambda walk, a, b, calls=calls: grads(walk, a, b, calls),
        )


FAULTS = {
    "seed": "The gradient of the loss with respect to itself is 1, whatever its value.",
    "direction": "The walk goes from the loss to the front, so that each gradient is complete when it is handed on.",
    "visits": "A second visit overwrites what the first one left; visits add up.",
    "reset": "A second call adds to what the first one left; every grad has to start from 0.",
}


def faulty_walk(nodes: list[Value], faults: set[str]) -> None:
    """The walk of exercise 2.6.b with these of the FAULTS in it."""
    for node in nodes:
        if "reset" not in faults or node.grad is None:
            node.grad = 0.0
    nodes[-1].grad = nodes[-1].data if "seed" in faults else 1.0
    for node in nodes if "direction" in faults else reversed(nodes):
        for parent, slope in node.edges:
            parent.grad = slope * node.grad + (0.0 if "visits" in faults else parent.grad)


@exercise("2.6.c", hint="The slope is the sigmoid; np.logaddexp(0, x) does not overflow.")
def softplus(rng):
    """Value and gradient behind and before other operators, and far out on both sides."""

    def answer(softplus, x):
        v = Value(x)
        y = softplus(v * 2)
        if y is None:
            raise NotImplementedError  # the stub
        end = y * 3
        end.backward()
        return end.data, v.grad

    for x in (*rng.normal(size=3).tolist(), 500.0, -500.0):
        small = math.exp(-abs(2 * x))
        a = (1 if x > 0 else small) / (1 + small)
        data = 3 * (max(2 * x, 0) + math.log1p(small))
        traps = {"The slope on the edge is a(1 − a); it should be a, the sigmoid.": (data, 6 * a * (1 - a))}
        yield Case(x, want=(data, 6 * a), names=("value", "gradient"), traps=traps, run=answer)


@exercise("2.6.d", hint="The slope of a mean with respect to one of its N entries is 1/N; every row gets the same.")
def pull_mean(rng):
    """dy / N in each of N rows."""
    for n in (1, 3):
        n_rows = int(rng.integers(4, 9))
        dy = rng.normal(size=n)
        want = np.array([[d / n_rows for d in dy] for _ in range(n_rows)])
        yield Case(dy, n_rows, want=want, traps={"That is the way back through a sum; a mean has 1/N.": want * n_rows})


@exercise("2.6.e", hint="Each node moves by the sum of slope × movement over its edges; start itself moves by 1.")
def forward_slope(rng):
    """∂end/∂start for both inputs and for the end itself; no grad may be left behind."""

    def answer(forward_slope, a, b, which):
        nodes, v, w = tangle(a, b)
        slope = forward_slope(nodes, (v, w, nodes[-1])[which])
        if any(node.grad is not None for node in nodes):
            raise ValueError("a grad has been touched; forward mode needs none")
        return slope

    for which in (0, 1, 2):
        a, b = rng.uniform(0.2, 0.6, 2).tolist()
        yield Case(a, b, which, want=(*slopes(a, b), 1.0)[which], run=answer)
