"""Checkers of the exercises on page 2.6.1, an engine for numbers."""

import math
from functools import partial

from backprop.exercises.checking import Case, exercise
from backprop.value import Value, order


@exercise("2.6.1.a", hint="u is used twice: by the product, and by the sum inside it.")
def walk_by_hand(rng):
    """∂L/∂x of L = u(u + 3), u = xy, at x = 2, y = −1."""
    x, y = 2, -1
    yield Case(
        want=float((2 * x * y + 3) * y),
        traps={
            "That counts only the edge from the product to u; the sum also hands something back.": (x * y + 3) * y,
            "That counts only the way through the sum; the product also leads to u.": x * y * y,
            "That is ∂L/∂y.": (2 * x * y + 3) * x,
            "That is ∂L/∂u; one more edge leads to x.": 2 * x * y + 3,
            "That is L itself.": x * y * (x * y + 3),
            "A sum hands back 1 to each of its parts: 3 is a constant and has no part in the slope.": 3.0,
            "L is u² + 3u, and the slope of u² is 2u.": (x * y + x * y) * y,
            "Visits add up; that multiplies them.": (x * y + 3) * x * y * y,
        },
    )


@exercise("2.6.1.b", hint="Every square is a fork with two edges, as every sum on the page was; those were twenty.")
def count_before_you_run(rng):
    yield Case(
        want=(2**11 - 1, 11, 2**10),
        names=("visits", "row", "gradient"),
        traps={
            "visits: 2¹⁰ paths end at x, but every beginning of a path is a visit, too.": (2**10, 11, 2**10),
            "visits: the first number, at which hand_on begins, is visited as well.": (2**11 - 2, 11, 2**10),
            "That is for twenty numbers; here there are ten squares.": (2**21 - 1, 21, 2**20),
            "row: x stands in it, too.": (2**11 - 1, 10, 2**10),
            "gradient: the last number is x to the power 2¹⁰.": (2**11 - 1, 11, 20),
            "gradient: forks add up; with one path alone it would be 1.": (2**11 - 1, 11, 1),
            "row: each number stands in it once, however often it is used.": (2**11 - 1, 2**11 - 1, 2**10),
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


@exercise(
    "2.6.1.c",
    hint="Where does the gradient start, in which direction does the walk go, and what happens at a second visit?",
)
def repaired_walk(rng):
    """Gradients on a formula with forks, after one call and after two."""

    def grads(walk, a, b, calls):
        nodes, v, w = tangle(a, b)
        for _ in range(calls):
            try:
                returned = walk(nodes)
            except TypeError as error:
                if "NoneType" in str(error):
                    raise ValueError("a grad was never set: every node's grad has to start from 0") from error
                raise
            if returned is None and nodes[-1].grad is None:
                raise NotImplementedError  # the stub
        return tuple(float("nan") if node.grad is None else node.grad for node in (v, w, nodes[-1]))

    for calls in (1, 2, 3):
        a, b = rng.uniform(0.2, 0.6, 2).tolist()
        traps = {
            sentence: grads(partial(faulty_walk, faults={fault}), a, b, calls) for fault, sentence in FAULTS.items()
        } | {
            "Several faults are left: look at the start, the direction and the second visit.": grads(
                partial(faulty_walk, faults={"seed", "direction", "visits"}), a, b, calls
            )
        }
        yield Case(
            a,
            b,
            want=(*slopes(a, b), 1.0),
            names=("∂L/∂v", "∂L/∂w", "∂L/∂L"),
            traps=traps,
            run=lambda walk, a, b, calls=calls: grads(walk, a, b, calls),
        )


FAULTS = {
    "start": "The gradient of the loss with respect to itself is 1; nothing sets it, and 0 is handed back.",
    "seed": "The gradient of the loss with respect to itself is 1, whatever its value.",
    "direction": "The walk goes from the loss to the front, so that each gradient is complete when it is handed on.",
    "visits": "A second visit overwrites what the first one left; visits add up.",
    "reset": "A second call adds to what the first one left; every grad has to start from 0.",
}


def faulty_walk(nodes: list[Value], faults: set[str]) -> None:
    """The walk of exercise 2.6.1.c with these of the FAULTS in it."""
    for node in nodes:
        if "reset" not in faults or node.grad is None:
            node.grad = 0.0
    nodes[-1].grad = nodes[-1].data if "seed" in faults else 0.0 if "start" in faults else 1.0
    for node in nodes if "direction" in faults else reversed(nodes):
        for parent, slope in node.edges:
            parent.grad = slope * node.grad + (0.0 if "visits" in faults else parent.grad)


@exercise("2.6.1.d", hint="A new operator needs two things: its value, and its slope at the value that arrives.")
def softplus(rng):
    """Value and gradient behind and before other operators, and far out on both sides."""

    def answer(softplus, x):
        v = Value(x)
        y = softplus(v * 2)
        if y is None:
            raise NotImplementedError  # the stub
        if not isinstance(y, Value):
            raise TypeError(f"a Value is wanted, not a {type(y).__name__}")
        end = y * 3
        end.backward()
        return end.data, 0.0 if v.grad is None else v.grad

    for x in (*rng.normal(size=3).tolist(), 500.0, -500.0):
        small = math.exp(-abs(2 * x))
        a = (1 if x > 0 else small) / (1 + small)
        data = 3 * (max(2 * x, 0) + math.log1p(small))
        traps = {
            "The slope on the edge is a(1 − a); it should be a, the sigmoid.": (data, 6 * a * (1 - a)),
            "The slope on the edge is 1, that of a ReLU, or of nothing at all; it should be the sigmoid.": (data, 6.0),
            "The slope on the edge is that of −x: 1 − σ(x), not σ(x).": (data, 6 * (1 - a)),
            "The slope on the edge has the wrong sign.": (data, -6 * a),
            "The slope is taken at the wrong place, or is the value itself.": (data, 2 * data),
            "The slope is the sigmoid of what arrives, not of what comes out.": (data, 6 / (1 + math.exp(-data / 3))),
            "That is the ReLU; the softplus has a round corner.": (3 * max(2 * x, 0), 6.0 * (x > 0)),
            "Nothing comes back to v: either it has no edge, (v, slope), or the slope on it is 0, that of a ReLU.": (
                data,
                0.0,
            ),
        }
        yield Case(x, want=(data, 6 * a), names=("value", "gradient"), traps=traps, run=answer)


@exercise("2.6.1.e", hint="Ask each node how far it moves when `start` moves by 1, from the front to the end.")
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
        nodes, v, w = tangle(a, b)
        start = (v, w, nodes[-1])[which]
        want = (*slopes(a, b), 1.0)[which]
        traps = {
            "start moves by 1: nothing has moved, or its movement was overwritten.": 0.0,
            "Edges add up; a later edge overwrites what an earlier one brought.": swept(nodes, start, add=False),
            "The movement of start is 1, whatever its value is.": want * start.data,
            "The slopes of all edges on the way are to be used; that counts paths.": swept(nodes, start, slope=False),
            "That is the movement of another node; the last one is asked for.": swept(nodes[:-1], start),
            "Both inputs move; only start does.": sum(slopes(a, b)),
            "Every node moves by 1 of its own there; only start does.": swept(nodes, start, all_move=True),
            "An edge hands on its slope times the movement of its parent, not the slope alone.": (
                swept(nodes, start, carry=False)
            ),
        }
        yield Case(a, b, which, want=want, traps=traps, run=answer)


def swept(nodes: list[Value], start: Value, add=True, slope=True, carry=True, all_move=False) -> float:
    """The sweep of exercise 2.6.1.e, whole or with one fault."""
    moved = {}
    for node in nodes:
        moved[id(node)] = float(all_move or node is start)
        for parent, factor in node.edges:
            movement = moved[id(parent)]
            handed = (factor if slope else 1.0) * (movement if carry else float(movement != 0))
            moved[id(node)] = handed + (moved[id(node)] if add else 0.0)
    return moved[id(nodes[-1])]
