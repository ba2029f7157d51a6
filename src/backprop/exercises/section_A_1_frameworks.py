"""Checkers of the exercises on page A.1, the same network in several frameworks."""

import numpy as np

from backprop.exercises.answers import show
from backprop.exercises.checking import Case, exercise


def mean_gradient(x, y):
    """The gradient of the mean of half squares, for one weight per column of x, at w = 0."""
    return -(x * y[:, None]).mean(axis=0)


@exercise("A.1.a", hint="The gradient of a part, times the number of its examples, is a sum over examples.")
def accumulate(rng):
    for sizes in ((4, 12, 20, 28), (7, 1), (5,)):
        parts = [(rng.normal(size=(n, 3)), rng.normal(size=n)) for n in sizes]
        found = [mean_gradient(*part) for part in parts]
        n_all, n_parts = sum(sizes), len(sizes)
        want = sum(n * g for n, g in zip(sizes, found, strict=True)) / n_all
        yield Case(
            mean_gradient,
            parts,
            want=want,
            traps={
                "That is the plain mean of the parts: a small part counts as much as a large one.": sum(found)
                / n_parts,
                "That is the sum of the parts: each brings its share of the examples.": sum(found),
                "That is the sum over all examples; the loss is a mean.": want * n_all,
                "That is divided twice.": want / n_all,
                "That is divided by the number of parts, and not by the number of examples.": want * n_all / n_parts,
                "That is the last part alone.": found[-1],
            },
        )


@exercise("A.1.b", hint="backward adds to what is there, and a detached factor is a constant.")
def what_stands_in_grad(rng):
    yield Case(
        want=(12, 14, 1),
        names=("first", "second", "third"),
        traps={
            "second: without a reset the new gradient is added to the old one.": (12, 2, 1),
            "second: one factor is detached; the slope is the value of the other, 2.": (12, 16, 1),
            "first: the slope of w³ is 3w².": (8, 14, 1),
            "third: what is detached brings no slope.": (12, 14, 6),
            "third: the reset has cleared the 14.": (12, 14, 15),
            "first: the slope of w³ is 3w², and 3 · 2² = 12.": (6, 14, 1),
        },
    )


@exercise("A.1.c", hint="Save x with ctx.save_for_backward, and compute the slope from it with PyTorch's operations.")
def signed_square(rng):
    """Slope 2|x|, second derivative ±2; dy may have a gradient of its own."""
    x = rng.uniform(0.2, 2, size=6) * rng.permutation([1, -1] * 3)  # of both signs, or x² would be the same
    dy, v = rng.normal(size=(2, 6))
    yield Case(x, dy, v, run=walked_twice, judge=lambda got: said_of_walks(got, x, dy, v))


def walked_twice(answer, x, dy, v):
    """y, dx, and the gradients of Σ dx · v for x and for dy."""
    import torch

    x, dy, v = (torch.tensor(array) for array in (x, dy, v))
    x.requires_grad_()
    dy.requires_grad_()
    y = answer.apply(x)
    if y is None:
        return None
    (dx,) = torch.autograd.grad(y, x, dy, create_graph=True)
    value, first = y.detach().numpy(), dx.detach().numpy()
    if not dx.requires_grad:
        return value, first, None, None
    again = torch.autograd.grad((dx * v).sum(), (x, dy), allow_unused=True)
    return value, first, *(None if g is None else g.numpy() for g in again)


def said_of_walks(got, x, dy, v):
    """What is wrong with the three derivatives; None if nothing is."""
    if not isinstance(got, tuple) or len(got) != 4:
        return f"A torch.autograd.Function is wanted, not {show(got)}."
    value, first, by_x, by_dy = got
    if not near(value, x * np.abs(x)):
        return "forward: x · |x| is wanted for each number."
    if not near(first, 2 * np.abs(x) * dy):
        if near(first, 2 * np.abs(x)):
            return "backward: the slope is right, and dy is missing; multiply by the upstream gradient."
        if near(first, 2 * x * dy):
            return "backward: that is the slope of x²; that of x · |x| is 2|x|, never negative."
        return "backward: it does not hand back dy · 2|x|."
    if by_x is None:
        return "The first derivative is right. For the second, backward is a constant to the tape: was x detached?"
    if not near(by_x, 2 * np.sign(x) * dy * v):
        return "The first derivative is right, the second is not: 2 where x is positive and −2 where it is negative."
    if by_dy is None or not near(by_dy, 2 * np.abs(x) * v):
        return "The first derivative is right, but dy has lost its connection with the tape."
    return None


@exercise("A.1.d", hint="Hand x and y to the compiled function, and compile it once, before the first step.")
def step_on_every_batch(rng):
    """Batches of one shape: each wants a step of its own, and Python runs the loss once."""
    batches = [(rng.normal(size=(6, 3)), rng.normal(size=6)) for _ in range(3)]
    w, rate = rng.normal(size=3), rng.uniform(0.05, 0.2)
    yield Case(w, rate, batches, run=stepped, judge=lambda got: said_of_steps(got, w, rate, batches))


def stepped(answer, w, rate, batches):
    """The weights after a step from w on each batch, and how often Python ran the loss."""
    import jax.numpy as jnp

    runs = []

    def loss(w, x, y):
        runs.append(w)
        return ((x @ w - y) ** 2).mean() / 2

    step = answer(loss, rate)
    if not callable(step):
        return step
    steps = [step(jnp.array(w), jnp.array(x), jnp.array(y)) for x, y in batches]
    return None if steps[0] is None else ([np.asarray(found) for found in steps], len(runs))


def said_of_steps(got, w, rate, batches):
    """What is wrong with the steps; None if nothing is."""
    if not isinstance(got, tuple) or len(got) != 2 or not isinstance(got[0], list):
        return f"make_step returns a function, not {show(got)}."
    steps, runs = got
    gradients = [mean_gradient(x, y - x @ w) for x, y in batches]  # at w
    if not near(steps[0], w - rate * gradients[0]):
        if near(steps[0], w + rate * gradients[0]):
            return "That walks uphill: subtract the gradient."
        if near(steps[0], w - gradients[0]):
            return "The gradient has to be multiplied by the rate."
        if near(steps[0], gradients[0]):
            return "That is the gradient; a step returns the new weights."
        return "The first step is wrong: subtract from w the rate times the gradient for w."
    if near(steps[1], w - rate * gradients[0]):
        return "The second step is that of the first batch again: x and y have to be arguments of what is compiled."
    if not all(near(found, w - rate * g) for found, g in zip(steps, gradients, strict=True)):
        return "The first step is right, and a later one is not: does the function keep anything between the steps?"
    if runs >= len(batches):
        return "The steps are right, and Python runs the loss at every one: compile once, before the first step."
    return None


def near(a, b):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-5, atol=1e-6)
