"""Wrong answers to the exercises of page 2.6.1: each must be recognised."""

import math

import numpy as np

from backprop import value
from backprop.value import Value


def printed(nodes):
    for node in nodes:
        node.grad = 0.0
    nodes[-1].grad = nodes[-1].data
    for node in nodes:
        for parent, slope in node.edges:
            parent.grad = slope * node.grad
    return nodes


def walker(start=None, add=True, clear=True, backwards=True):
    """An engine with one fault."""

    def walk(nodes):
        for node in nodes:
            if clear or node.grad is None:
                node.grad = 0.0
        nodes[-1].grad = {"data": nodes[-1].data, "none": 0.0}.get(start, 1.0)
        for node in reversed(nodes) if backwards else nodes:
            for parent, slope in node.edges:
                parent.grad = (parent.grad if add else 0.0) + slope * node.grad
        return nodes

    return walk


def sweep(nodes, start, overwrite=False, begin=1.0):
    moved = {}
    for node in nodes:
        moved[id(node)] = begin * (node is start)
        for parent, slope in node.edges:
            moved[id(node)] = (0.0 if overwrite else moved[id(node)]) + slope * moved[id(parent)]
    return moved[id(nodes[-1])]


def with_grads(nodes, start):
    walker()(nodes)
    return start.grad


def softplus_with(slope):
    return lambda v: Value(float(np.logaddexp(0, v.data)), (v, slope(v)))


def overflows(v):
    return (v.exp() + 1).log()


def forward_direction_left(nodes):
    for n in nodes:
        n.grad = 0.0
    nodes[-1].grad = 1.0
    for n in nodes:
        for p, s in n.edges:
            p.grad += s * n.grad


def slope_sigmoid_of_the_output(v):
    d = float(np.logaddexp(0, v.data))
    return value.Value(d, (v, 1 / (1 + math.exp(-d))))


def counts_start_in_every(nodes, start):
    m = {id(n): 1.0 for n in nodes}
    for n in nodes:
        for p, s in n.edges:
            m[id(n)] += s * m[id(p)]
    return m[id(nodes[-1])]


WRONG = {
    "2.6.1.a": [-1.0, 2.0, -2.0, 0.0, [1.0, 2.0], "u", -4.0, 3.0, [1.0], 0.5],
    "2.6.1.b": [
        (1024, 11, 1024),
        (2046, 11, 1024),
        (2**21 - 1, 21, 2**20),
        (2047, 10, 1024),
        (2047, 11, 20),
        (2047, 11, 1),
        (2047, 2047, 1024),
    ],
    "2.6.1.c": [
        printed,
        walker(start="data"),
        walker(add=False),
        walker(clear=False),
        walker(backwards=False),
        lambda nodes: [0.0] * len(nodes),
        42,
        walker(start="none"),
        lambda nodes: walker(clear=False)(nodes[:-1]),
    ],
    "2.6.1.d": [
        overflows,
        softplus_with(lambda v: 1.0),
        softplus_with(lambda v: v.sigmoid().data * (1 - v.sigmoid().data)),
        softplus_with(lambda v: -v.sigmoid().data),
        lambda v: Value(float(np.logaddexp(0, v.data))),
        lambda v: float(np.logaddexp(0, v.data)),
        lambda v: v.relu(),
        softplus_with(lambda v: float(np.logaddexp(0, v.data))),
        softplus_with(lambda v: 1 - v.sigmoid().data),
    ],
    "2.6.1.e": [
        lambda nodes, start: sweep(nodes, start, overwrite=True),
        lambda nodes, start: sweep(nodes, start, begin=2.0),
        lambda nodes, start: sweep(nodes, start) * start.data,
        lambda nodes, start: 1.0,
        with_grads,
        lambda nodes, start: sweep(nodes[:-1], start),
        lambda nodes, start: 0.0,
        lambda nodes, start: sweep(nodes, start) + (start is nodes[-1]),
    ],
}


def slopes_alone(nodes, start):
    moved = {id(node): float(node is start) for node in nodes}
    for node in nodes:
        if node is not start:
            moved[id(node)] = sum(slope for parent, slope in node.edges if moved[id(parent)])
    return moved[id(nodes[-1])]


NAMED = {
    "2.6.1.c": {
        "The walk goes from the loss to the front, so that each": forward_direction_left,
    },
    "2.6.1.d": {
        "The slope on the edge is 1, that of a ReLU, or of nothing": lambda v: value.Value(
            np.logaddexp(0, v.data), (v, 1.0)
        ),
        "The slope is the sigmoid of what arrives, not of what comes": slope_sigmoid_of_the_output,
    },
    "2.6.1.e": {
        "An edge hands on its slope times the movement": slopes_alone,
        "Every node moves by 1 of its own there; only start does.": counts_start_in_every,
    },
}
