"""Wrong answers to the exercises of page A.1: each must be recognised. Without PyTorch its nodes are wrong as well."""

import importlib.util

import numpy as np

WRONG = {
    "A.1.a": [
        lambda gradient_of, parts: np.mean([gradient_of(x, y) for x, y in parts[:1]], axis=0),
        lambda gradient_of, parts: sum(gradient_of(x, y) for x, y in parts),
        lambda gradient_of, parts: sum(len(y) * gradient_of(x, y) for x, y in parts),
        lambda gradient_of, parts: gradient_of(*parts[-1]),
        lambda gradient_of, parts: sum(gradient_of(x, y) for x, y in parts) / len(parts),
        lambda gradient_of, parts: sum(len(y) * gradient_of(x, y) for x, y in parts) / len(parts),
        lambda gradient_of, parts: [gradient_of(x, y) for x, y in parts],
    ],
    "A.1.b": [(12, 2, 1), (12, 16, 1), (8, 14, 1), (12, 14, 6), (12, 14, 15), (6, 14, 1), (12, 14, 0), 12],
    "A.1.c": [7, "x · |x|", np.abs, int, object()],
    "A.1.d": [7, lambda loss, rate: rate, lambda loss, rate: loss, lambda loss, rate: lambda w, x, y: w, object()],
}
NAMED = {
    "A.1.a": {
        "That is the plain mean of the parts": WRONG["A.1.a"][4],
        "That is the sum of the parts": WRONG["A.1.a"][1],
    },
}

if importlib.util.find_spec("torch"):
    import torch

    def node(backward, forward=lambda x: x * x.abs(), kept=lambda x: x):
        """A Function from its two formulas."""

        class Node(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(kept(x))
                return forward(x)

            @staticmethod
            def backward(ctx, dy):
                return backward(dy, *ctx.saved_tensors)

        return Node

    said = {
        "The first derivative is right. For the second": node(lambda dy, x: dy.detach() * 2 * x.detach().abs()),
        "The first derivative is right, the second is not": node(lambda dy, x: dy * 2 * x.detach().abs() + 0 * x),
        "The first derivative is right, but dy has lost": node(lambda dy, x: dy.detach() * 2 * x.abs()),
        "backward: that is the slope of x²": node(lambda dy, x: dy * 2 * x),
        "backward: the slope is right, and dy is missing": node(lambda dy, x: 2 * x.abs()),
        "backward: it does not hand back": node(lambda dy, x: dy * x.abs()),
        "forward: x · |x| is wanted": node(lambda dy, x: dy * 2 * x.abs(), forward=lambda x: x * x),
    }
    WRONG["A.1.c"] += said.values()
    NAMED["A.1.c"] = said

if importlib.util.find_spec("jax"):
    import jax

    def compiled(formula):
        """A make_step from what it computes of w, the rate and the gradient g."""
        return lambda loss, rate: jax.jit(lambda w, x, y: formula(w, rate, jax.grad(loss)(w, x, y)))

    def blind(loss, rate):
        """The batch as something outside of what is compiled."""
        seen = {}
        inner = jax.jit(lambda w: w - rate * jax.grad(loss)(w, **seen))

        def step(w, x, y):
            seen.update(x=x, y=y)
            return inner(w)

        return step

    def restless(loss, rate):
        """A step that starts where the last one ended."""
        gradient, kept = jax.jit(jax.grad(loss)), []

        def step(w, x, y):
            kept.append((kept[-1] if kept else w) - rate * gradient(w, x, y))
            return kept[-1]

        return step

    said = {
        "That walks uphill": compiled(lambda w, rate, g: w + rate * g),
        "The gradient has to be multiplied": compiled(lambda w, rate, g: w - g),
        "That is the gradient": compiled(lambda w, rate, g: g),
        "The first step is wrong": compiled(lambda w, rate, g: w - 2 * rate * g),
        "The second step is that of the first batch": blind,
        "The first step is right, and a later": restless,
        "The steps are right, and Python": lambda loss, rate: (
            lambda w, x, y: w - rate * jax.jit(jax.grad(loss))(w, x, y)
        ),
    }
    plain = lambda loss, rate: lambda w, x, y: w - rate * jax.grad(loss)(w, x, y)  # noqa: E731
    WRONG["A.1.d"] += [*said.values(), plain]
    NAMED["A.1.d"] = said
    RIGHT = {"A.1.d": [compiled(lambda w, rate, g: w - rate * g)]}
