"""Checkers of the exercises in section 1.1, networks as formulas with knobs."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("1.1.a", hint="Each hidden neuron brings four knobs: two weights, a bias, and a weight at the output.")
def affordable_neurons(rng):
    """The largest n with 4n + 1 ≤ 1000."""
    yield Case(
        want=max(n for n in range(1000) if n * (2 + 1) + (n + 1) <= 1000),
        tol=1e-9,
        traps={
            "Each hidden neuron also brings a weight at the output.": (1000 - 1) // 3,
            "The output neuron has a bias too: 4n + 1 knobs, not 4n.": 250,
            "The neurons have biases too.": 333,
            "n neurons; you gave the number of knobs.": 997,
        },
    )


def answer_of(x, hidden, output):
    """The formula of the page in arrays."""
    hidden, output = np.array(hidden), np.array(output)
    return float(np.tanh(hidden @ np.append(x, 1.0)) @ output[:-1] + output[-1])


@exercise("1.1.b", hint="Compute the activations first; the last number of `output` is the bias.")
def wide_network(rng):
    """One, two and many hidden neurons, with numbers of every sign."""
    for n in (1, 2, int(rng.integers(4, 9))):
        x, hidden, output = rng.normal(size=2), rng.normal(size=(n, 3)), rng.normal(size=n + 1)
        z = hidden @ np.append(x, 1.0)
        want = answer_of(x, hidden, output)
        yield Case(
            x.tolist(),
            [tuple(neuron) for neuron in hidden.tolist()],
            output.tolist(),
            want=want,
            traps={
                "The output's bias is missing.": want - output[-1],
                "The biases of the hidden neurons are missing.": np.tanh(hidden[:, :2] @ x) @ output[:-1] + output[-1],
                "The tanh is missing.": z @ output[:-1] + output[-1],
                "The output neuron has no tanh.": math.tanh(want),
            },
        )


@exercise(
    "1.1.c", hint="Four knobs touch hidden neuron 1: two weights and a bias on the way in, one weight on the way out."
)
def mirrored(rng):
    """Exactly w11, w21, b1 and w13 change their signs."""
    knobs = rng.uniform(0.3, 2.0, 9) * rng.choice([-1.0, 1.0], 9)
    signs = np.ones(9)
    signs[[0, 1, 2, 6]] = -1
    inward, outward = signs.copy(), np.ones(9)
    inward[6] = 1
    outward[6] = -1
    second = np.ones(9)
    second[[3, 4, 5, 7]] = -1
    yield Case(
        knobs,
        want=signs * knobs,
        traps={
            "Nothing has changed.": knobs,
            "Now a₁ has the other sign, and w13 still takes it as before.": inward * knobs,
            "w13 has changed its sign, but a₁ has not.": outward * knobs,
            "That turns hidden neuron 2 round.": second * knobs,
            "That turns both hidden neurons round.": signs * second * knobs,
            "b3 belongs to the output neuron and stays.": -knobs * second,
            "That swaps the neurons; here one is turned round.": knobs[[3, 4, 5, 0, 1, 2, 7, 6, 8]],
        },
    )


@exercise("1.1.d", hint="Count the orders, then two choices for every neuron.")
def equal_settings(rng):
    """n! 2ⁿ by multiplying up, one neuron at a time."""
    for n in (1, 2, int(rng.integers(3, 12))):
        want = 1
        for place in range(1, n + 1):
            want *= 2 * place
        yield Case(
            n,
            want=want,
            tol=1e-12,
            traps={
                "Those are the orders; each neuron can also be turned round.": math.factorial(n),
                "Those are the signs; the neurons can also change places.": 2**n,
                "The setting itself counts too.": want - 1,
                "The signs of the neurons are chosen independently: 2 choices n times, not 2 in all.": 2
                * math.factorial(n),
            },
        )


@exercise("1.1.e", hint="Largest absolute slope; turn against its sign.")
def best_knob(rng):
    """Curved losses with a clear winner, once of either sign."""
    for direction in (1, -1):
        n = int(rng.integers(3, 8))
        centre, strength = rng.normal(size=n), rng.uniform(0.5, 2.0, n)
        winner = int(rng.integers(n))
        slopes = rng.uniform(0.1, 1.0, n) * rng.choice([-1.0, 1.0], n)
        slopes[winner] = -direction * 3.0
        knobs = (centre + slopes / strength).tolist()

        def loss(knobs, centre=centre, strength=strength):
            return float((strength * (np.asarray(knobs) - centre) ** 2).sum() / 2)

        largest = int(np.argmax(slopes))
        yield Case(
            loss,
            knobs,
            want=(winner, direction),
            names=("index", "direction"),
            tol=1e-9,
            traps={
                "That is uphill: turn against the slope.": (winner, -direction),
                "A steep negative slope counts as much as a positive one: compare absolute values.": (largest, -1),
                "The direction is wanted, +1 or −1, not the slope.": (winner, slopes[winner]),
            },
        )
