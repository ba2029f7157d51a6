"""Checkers of the exercises on section 6.4, the LSTM: a step forward, what the memory keeps, two gates in one."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import sigmoid
from backprop.gradcheck import numerical_gradient


@exercise("6.4.a", hint="i, f, g, o = np.split(z, 4); sigmoid but for g; c = f c_before + i g, a = o tanh(c).")
def one_step_of_an_lstm(rng):
    """Different widths, gates half open, memories of both signs."""
    for n in (1, 3, 4):
        z, before = rng.normal(size=4 * n), 0.5 + rng.normal(size=n)
        i, f, g, o = np.split(z, 4)
        gate_i, gate_f, gate_o, new = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c = gate_f * before + gate_i * new
        swapped = gate_f * before + gate_i * np.tanh(o)
        yield Case(
            z,
            before,
            want=(c, gate_o * np.tanh(c)),
            traps={
                "The forget gate weighs the old memory, the input gate the proposal.": (
                    gate_i * before + gate_f * new,
                    gate_o * np.tanh(gate_i * before + gate_f * new),
                ),
                "The order is i, f, g, o: the third is the proposal, the fourth the output gate.": (
                    swapped,
                    sigmoid(g) * np.tanh(swapped),
                ),
                "The proposal g is a tanh; the three others are sigmoids.": (
                    gate_f * before + gate_i * sigmoid(g),
                    gate_o * np.tanh(gate_f * before + gate_i * sigmoid(g)),
                ),
                "The state shows tanh of the new memory.": (c, gate_o * np.tanh(before)),
                "The state shows tanh of the memory, not the memory itself.": (c, gate_o * c),
                "The new memory comes first, then the state.": (gate_o * np.tanh(c), c),
            },
        )


@exercise("6.4.b", hint="From the end: the last row is ones, and row k is row k + 1 times f of step k + 1.")
def what_the_direct_path_keeps(rng):
    """Gates between 0.2 and 1, by a product over each row's later steps."""
    for steps, n in ((4, 2), (6, 3), (1, 2)):
        f = rng.uniform(0.2, 1.0, size=(steps, n))
        want = np.array([np.prod(f[k + 1 :], axis=0) for k in range(steps)])
        traps = {}
        if steps > 1:
            traps = {
                "A row holds the gates of later steps, not that of its own.": np.cumprod(f[::-1], axis=0)[::-1],
                "That is the product of the steps before; later ones are asked for.": np.cumprod(f, axis=0),
                "The memory goes on from step to step, so the gates multiply.": np.array(
                    [f[k + 1 :].sum(axis=0) for k in range(steps)]
                ),
                "Each row is the product over all later steps, not the next step's gate alone.": np.vstack(
                    [f[1:], np.ones((1, n))]
                ),
            }
        yield Case(f, want=want, traps=traps)


@exercise("6.4.c", hint="f = share ** (1 / steps), then b = ln(f / (1 − f)).")
def bias_for_a_wish(rng):
    """Lengths from a few steps to some hundreds."""
    for steps in (2, int(rng.integers(5, 50)), int(rng.integers(60, 400))):
        share = float(rng.uniform(0.1, 0.9))
        f = share ** (1 / steps)
        traps = {
            "That is the gate itself; its bias is asked for: turn the sigmoid around.": f,
            "The sign is turned: an open gate has a positive bias.": math.log((1 - f) / f),
            "That bias leaves the share after one step; it must last for all of them.": math.log(share / (1 - share)),
            "The gates of the steps multiply, so take a root, not a quotient.": math.log(
                (share / steps) / (1 - share / steps)
            ),
            "ln f alone turns an exponential around, not the sigmoid: ln(f / (1 − f)).": math.log(f),
        }
        yield Case(steps, share, want=math.log(f / (1 - f)), traps=traps)


def coupled_memory(z_f, z_g, before):
    f = sigmoid(z_f)
    return f * before + (1 - f) * np.tanh(z_g)


@exercise("6.4.d", hint="f multiplies c_before, and −f the proposal: its price is dc (c_before − g).")
def coupled_gates(rng):
    """A cell whose input gate is one less the forget gate, nudged at both z and at the memory before."""
    for n in (1, 3, 4):
        z_f, z_g, before, dc = rng.normal(size=(4, n))
        before = before + 1.5
        f, g = sigmoid(z_f), np.tanh(z_g)

        def price(z_f=z_f, z_g=z_g, before=before, dc=dc):
            return float(coupled_memory(z_f, z_g, before) @ dc)

        want = tuple(
            numerical_gradient(lambda v, name=name, price=price: price(**{name: v}), value)
            for name, value in (("z_f", z_f), ("z_g", z_g), ("before", before))
        )
        delta_f, delta_g, kept = dc * (before - g) * f * (1 - f), dc * (1 - f) * (1 - g * g), dc * f
        yield Case(
            dc,
            f,
            g,
            before,
            want=want,
            traps={
                "The gate also closes the way of the proposal: the term −g is missing.": (
                    dc * before * f * (1 - f),
                    delta_g,
                    kept,
                ),
                "1 − f falls when f rises: the proposal counts with a minus sign.": (
                    dc * (before + g) * f * (1 - f),
                    delta_g,
                    kept,
                ),
                "The slope of the sigmoid is missing in δ of the gate.": (dc * (before - g), delta_g, kept),
                "The slope of tanh is missing in δ of the proposal.": (delta_f, dc * (1 - f), kept),
                "The proposal is weighed by 1 − f, not by f.": (delta_f, dc * f * (1 - g * g), kept),
                "The old memory is weighed by f, not by 1 − f.": (delta_f, delta_g, dc * (1 - f)),
            },
        )
