"""Checkers of the exercises on section 6.4, the LSTM: one step, what the memory keeps, two gates in one, the GRU."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.functions import sigmoid
from backprop.gradcheck import numerical_gradient


@exercise("6.4.a", hint="Cut z into four parts. Three are gates between 0 and 1, one is a proposal between −1 and 1.")
def one_step_of_an_lstm(rng):
    """Different widths, gates half open, memories of both signs."""
    for n in (1, 3, 4):
        z, before = rng.normal(size=4 * n), 0.5 + rng.normal(size=n)
        i, f, g, o = np.split(z, 4)
        gate_i, gate_f, gate_o, new = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c = gate_f * before + gate_i * new
        swapped = gate_f * before + gate_i * np.tanh(o)

        def shown(c, gate_o=gate_o):
            return c, gate_o * np.tanh(c)

        yield Case(
            z,
            before,
            want=(c, gate_o * np.tanh(c)),
            names=("c", "a"),
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
                "The memory before is missing: the forget gate keeps a share of it.": shown(gate_i * new),
                "The forget gate is missing: it decides what share of the old memory stays.": shown(
                    before + gate_i * new
                ),
                "The proposal is missing: what is new comes by the input gate.": shown(gate_f * before),
                "The proposal is missing: the gate only says how much of it is written.": shown(
                    gate_f * before + gate_i
                ),
                "The memory is missing in the state: it is shown by the output gate.": (c, gate_o),
                "The input gate is missing: it decides how much of the proposal is written.": shown(
                    gate_f * before + new
                ),
                "The output gate is missing: it decides how much of the memory is shown.": (c, np.tanh(c)),
                "z is a sum, not a gate: a sigmoid has to come first.": (
                    f * before + i * g,
                    o * np.tanh(f * before + i * g),
                ),
                "The new memory is not squashed; only the state shows tanh of it.": (np.tanh(c), gate_o * np.tanh(c)),
                "The state takes the gate o, a sigmoid of its part.": (c, np.tanh(o) * np.tanh(c)),
                "What is shown is tanh of the memory, not its sigmoid.": (c, gate_o * sigmoid(c)),
                "What the gates keep and write adds up to the new memory.": shown(gate_f * before * gate_i * new),
                "The state shows tanh of the new memory.": (c, gate_o * np.tanh(before)),
                "The state shows tanh of the memory, not the memory itself.": (c, gate_o * c),
                "The new memory comes first, then the state.": (gate_o * np.tanh(c), c),
            },
        )


@exercise("6.4.b", hint="Which gates lie between step k and the end? The last row knows of none; go on from there.")
def what_the_direct_path_keeps(rng):
    """Gates between 0.2 and 1, by a product over each row's later steps."""
    for steps, n in ((4, 2), (6, 3), (1, 2)):
        f = rng.uniform(0.2, 1.0, size=(steps, n))
        want = np.array([np.prod(f[k + 1 :], axis=0) for k in range(steps)])
        traps = {}
        if steps > 1:
            traps = {
                "A row is a product of gates, not a power of one.": f ** np.arange(steps - 1, -1, -1)[:, None],
                "A row holds the gates of later steps, not that of its own.": np.cumprod(f[::-1], axis=0)[::-1],
                "The last row is missing: no gate lies behind the last step, and the empty product is 1.": want[:-1],
                "The last row is all ones: no gate lies behind the last step.": np.vstack(
                    [want[:-1], np.zeros((1, n))]
                ),
                "The last row is all ones; here it begins with the last step's own gate.": np.cumprod(
                    np.vstack([f[-1:], f[:0:-1]]), axis=0
                )[::-1],
                "The product is missing; all rows but the last hold gates.": np.ones((steps, n)),
                "Row 0 comes first: the rows stand in the wrong order.": want[::-1],
                "Those are the gates of the steps before k; the later ones are asked for.": np.vstack(
                    [np.ones((1, n)), np.cumprod(f[:-1], axis=0)]
                ),
                "The units stay apart: the product runs along the steps, axis 0.": np.cumprod(f[:, ::-1], axis=1)[
                    :, ::-1
                ],
                "Row k ends with the gate of step k + 1, not with that of its own step.": np.vstack(
                    [np.cumprod(f[-2::-1], axis=0)[::-1], np.ones((1, n))]
                ),
                "All gates are in every row; row k has those of the steps after k.": np.tile(
                    f.prod(axis=0), (steps, 1)
                ),
                "That is the product of the steps before; later ones are asked for.": np.cumprod(f, axis=0),
                "The memory goes on from step to step, so the gates multiply.": np.array(
                    [f[k + 1 :].sum(axis=0) for k in range(steps)]
                ),
                "Each row is the product over all later steps, not the next step's gate alone.": np.vstack(
                    [f[1:], np.ones((1, n))]
                ),
            }
        yield Case(f, want=want, traps=traps)


@exercise(
    "6.4.c", hint="After all steps a power of the gate is left. Which value of the gate makes that power the share?"
)
def bias_for_a_wish(rng):
    """Lengths from a few steps to some hundreds."""
    for steps in (2, int(rng.integers(5, 50)), int(rng.integers(60, 400))):
        share = float(rng.uniform(0.1, 0.9))
        f = share ** (1 / steps)
        wrong = share**steps  # can be so small that 1 − it is 1, or 0 altogether
        traps = {
            "That is the gate itself; its bias is asked for: turn the sigmoid around.": f,
            "The sign is turned: an open gate has a positive bias.": math.log((1 - f) / f),
            "That bias leaves the share after one step; it must last for all of them.": math.log(share / (1 - share)),
            "The gates of the steps multiply, so take a root, not a quotient.": math.log(
                (share / steps) / (1 - share / steps)
            ),
            "A power is undone by a root: the gate is share to the power 1/steps, not to the power steps.": math.log(
                max(wrong, 1e-300) / (1 - wrong)
            ),
            "The share is what is left, not what is forgotten.": math.log(
                (1 - share) ** (1 / steps) / (1 - (1 - share) ** (1 / steps))
            ),
            "Gates multiply; here every step takes away the same amount.": (
                math.log((steps - 1 + share) / (1 - share))
            ),
            "The logarithm is the natural one, that of e.": math.log2(f / (1 - f)),
            "The logarithm is the natural one, not that of 10.": math.log10(f / (1 - f)),
            "The bias of one step is not divided by the steps; the gate is their root.": (
                math.log(share / (1 - share)) / steps
            ),
            "There is one root too many: as many gates as steps.": (
                math.log(share ** (1 / (steps + 1)) / (1 - share ** (1 / (steps + 1))))
            ),
            "The logarithm is missing: b = ln(f / (1 − f)).": f / (1 - f),
            "The sigmoid is turned around by ln(f/(1 − f)), not used once more.": 1 / (1 + math.exp(-f)),
            "ln f alone turns an exponential around, not the sigmoid: ln(f / (1 − f)).": math.log(f),
        }
        yield Case(steps, share, want=math.log(f / (1 - f)), traps=traps)


def nudged(cell, d_out, inputs, *fixed):
    """The gradient at each of the inputs, where ``d_out`` is that of the cell's result."""
    return tuple(
        numerical_gradient(lambda v, k=k: float(cell(*inputs[:k], v, *inputs[k + 1 :], *fixed) @ d_out), value)
        for k, value in enumerate(inputs)
    )


def but(right, k, wrong):
    """The right results but for part k."""
    return *right[:k], wrong, *right[k + 1 :]


def coupled_memory(z_f, z_g, before):
    f = sigmoid(z_f)
    return f * before + (1 - f) * np.tanh(z_g)


@exercise("6.4.d", hint="The gate is a fork now: it opens the way of the old memory, and closes that of the proposal.")
def coupled_gates(rng):
    """A cell whose input gate is one less the forget gate, nudged at both z and at the memory before."""
    for n in (1, 3, 4):
        z_f, z_g, before, dc = rng.normal(size=(4, n))
        before = before + 1.5
        f, g = sigmoid(z_f), np.tanh(z_g)
        delta_f = dc * (before - g) * f * (1 - f)
        right = delta_f, dc * (1 - f) * (1 - g * g), dc * f
        yield Case(
            dc,
            f,
            g,
            before,
            want=nudged(coupled_memory, dc, (z_f, z_g, before)),
            names=("δ of the gate", "δ of the proposal", "gradient of c_before"),
            traps={
                "The sign in δ of the gate is turned: more f means more of the old memory.": but(right, 0, -delta_f),
                "The slope of tanh is 1 − g², with the proposal squared.": but(right, 1, dc * (1 - f) * (1 - g)),
                "The gate is a sigmoid: its slope is f (1 − f), not 1 − f².": but(
                    right, 0, dc * (before - g) * (1 - f * f)
                ),
                "The slope of the sigmoid is f (1 − f): the factor 1 − f is missing.": but(
                    right, 0, dc * (before - g) * f
                ),
                "The gate weighs c_before against g: their difference is missing.": but(right, 0, dc * f * (1 - f)),
                "The proposal is a tanh: its slope is 1 − g², not g (1 − g).": but(
                    right, 1, dc * (1 - f) * g * (1 - g)
                ),
                "The slope of tanh is 1 − g², not g².": but(right, 1, dc * (1 - f) * g * g),
                "dc is missing in δ of the gate.": but(right, 0, (before - g) * f * (1 - f)),
                "dc is missing in δ of the proposal.": but(right, 1, (1 - f) * (1 - g * g)),
                "The old memory's gradient is dc f, without the memory itself.": but(right, 2, dc * f * before),
                "dc is missing in the gradient of the old memory.": but(right, 2, f),
                "The gradient of the old memory is not dc alone: the gate f weighs it.": but(right, 2, dc),
                "The weight of the proposal, 1 − f, is missing in its δ.": but(right, 1, dc * (1 - g * g)),
                "δ of the proposal has no f in front of 1 − f: only the gate's own slope has.": but(
                    right, 1, dc * f * (1 - f) * (1 - g * g)
                ),
                "Only the way of the proposal counts here; f also weighs the old memory.": but(
                    right, 0, -dc * g * f * (1 - f)
                ),
                "The gate also closes the way of the proposal: the term −g is missing.": but(
                    right, 0, dc * before * f * (1 - f)
                ),
                "1 − f falls when f rises: the proposal counts with a minus sign.": but(
                    right, 0, dc * (before + g) * f * (1 - f)
                ),
                "The slope of the sigmoid is missing in δ of the gate.": but(right, 0, dc * (before - g)),
                "The slope of tanh is missing in δ of the proposal.": but(right, 1, dc * (1 - f)),
                "The proposal is weighed by 1 − f, not by f.": but(right, 1, dc * f * (1 - g * g)),
                "The old memory is weighed by f, not by 1 − f.": but(right, 2, dc * (1 - f)),
            },
        )


def gru_state(z_r, z_f, xW, before, U):
    """The new state from the sums inside of the gates, where x W is the input's share of the proposal's."""
    r, f = sigmoid(z_r), sigmoid(z_f)
    return f * before + (1 - f) * np.tanh(xW + (r * before) @ U)


@exercise(
    "6.4.e",
    hint="The second line is the coupled cell of exercise 6.4.d, with the state in the memory's place. Begin there.",
)
def gru_backward(rng):
    """A GRU whose gates do not read the state, nudged at its three sums and at the state before."""
    for n in (3, 4, 1):
        z_r, z_f, xW, before, da = rng.normal(size=(5, n))
        before, U = before + 1.2 * np.sign(before), rng.normal(size=(n, n)) + 0.3
        r, f, g = sigmoid(z_r), sigmoid(z_f), np.tanh(xW + (sigmoid(z_r) * before) @ U)
        want = nudged(gru_state, da, (z_r, z_f, xW, before), U)
        _, d_f, d_g, _ = want
        dq, slope = d_g @ U.T, r * (1 - r)
        traps = {
            "The sign in δ of f is turned: more f means more of the old state.": but(want, 1, -d_f),
            "δ of f: the gate also closes the way of the proposal, so −g is missing.": but(
                want, 1, da * before * f * (1 - f)
            ),
            "δ of f: the slope of the sigmoid is missing.": but(want, 1, da * (before - g)),
            "δ of g: the slope of tanh is missing.": (
                (da * (1 - f)) @ U.T * before * slope,
                d_f,
                da * (1 - f),
                da * f + (da * (1 - f)) @ U.T * r,
            ),
            "δ of g: the proposal is weighed by 1 − f, not by f.": (
                (da * f * (1 - g * g)) @ U.T * before * slope,
                d_f,
                da * f * (1 - g * g),
                da * f + (da * f * (1 - g * g)) @ U.T * r,
            ),
            "δ of r: the slope of the sigmoid is missing.": but(want, 0, dq * before),
            "δ of r: in r ⊙ a_before each factor gets the gradient times the other one.": but(want, 0, dq * r * slope),
            "δ of r: the old state is missing, by which r is multiplied.": but(want, 0, dq * slope),
            "Gradient of a_before: only the direct path is counted, not the way through the proposal.": but(
                want, 3, da * f
            ),
            "Gradient of a_before: only the way through the proposal is counted, not the direct path.": but(
                want, 3, dq * r
            ),
            "Gradient of a_before: the reset gate stands on the way through the proposal.": but(want, 3, da * f + dq),
            "Gradient of a_before: the two ways add up; they do not multiply.": but(want, 3, da * f * dq * r),
        }
        if n > 1:
            wrong = d_g @ U
            traps["On the way back U is transposed."] = (wrong * before * slope, d_f, d_g, da * f + wrong * r)
        yield Case(
            da, r, f, g, before, U,
            want=want,
            names=("δ of r", "δ of f", "δ of g", "gradient of a_before"),
            traps=traps,
        )  # fmt: skip
