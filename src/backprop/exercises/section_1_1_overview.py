"""Checkers of the exercises in section 1.1, networks as formulas with knobs."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("1.1.a", hint="Count the knobs that one more hidden neuron brings, on both of its sides.")
def affordable_neurons(rng):
    """The largest n with 4n + 1 ≤ 1000."""
    yield Case(
        want=max(n for n in range(1000) if n * (2 + 1) + (n + 1) <= 1000),
        tol=1e-9,
        traps={
            "That is 3 knobs for each hidden neuron; it brings 4: two weights, a bias and a weight at the output.": 333,
            "The output neuron has a bias too: 4n + 1 knobs, not 4n.": 250,
            "n neurons; you gave the number of knobs.": 997,
            "Every hidden neuron takes several of the 1,000 knobs.": 1000,
            "There is room for one more.": 248,
            "Inputs have no bias; a hidden neuron brings 4 knobs: two weights, a bias and a weight at the output.": 200,
            "A hidden neuron brings 4 knobs: two weights, a bias and a weight at the output.": 199,
            "There is no part of a neuron: round down.": 999 / 4,
        },
    )


def answer_of(x, hidden, output):
    """The formula of the page in arrays."""
    hidden, output = np.array(hidden), np.array(output)
    return float(np.tanh(hidden @ np.append(x, 1.0)) @ output[:-1] + output[-1])


@exercise("1.1.b", hint="Compute the activations of all hidden neurons first; the output neuron needs the whole list.")
def wide_network(rng):
    """One, two and many hidden neurons, with numbers of every sign."""
    for n in (int(rng.integers(4, 9)), 1, 2):
        x, hidden, output = rng.normal(size=2), rng.normal(size=(n, 3)), rng.normal(size=n + 1)
        z = hidden @ np.append(x, 1.0)
        if n > 2:  # sums of both signs
            hidden[:2] *= np.sign(z[:2, None]) * [[1], [-1]]
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
                "A ReLU has taken the place of the tanh.": np.maximum(z, 0) @ output[:-1] + output[-1],
                "A sigmoid has taken the place of the tanh.": 1 / (1 + np.exp(-z)) @ output[:-1] + output[-1],
                "The products are added up, not averaged.": (want - output[-1]) / n + output[-1],
                "The output's bias is the last number of `output`, not the first.": np.tanh(z) @ output[1:] + output[0],
                "The bias of a hidden neuron belongs inside its tanh.": np.tanh(hidden[:, :2] @ x) @ output[:-1]
                + hidden[:, 2] @ output[:-1]
                + output[-1],
                "w₂ belongs to the second input; here the first one is used twice.": answer_of(
                    x[[0, 0]], hidden, output
                ),
                "The inputs are exchanged: w₁ belongs to the first.": answer_of(x[::-1], hidden, output),
                "The outgoing weights are missing.": np.tanh(z).sum() + output[-1],
                "Each activation has an outgoing weight of its own; here all have the first.": np.tanh(z).sum()
                * output[0]
                + output[-1],
                "Those are the activations; the output adds them up.": np.tanh(z),
                "Only the first two hidden neurons are counted.": np.tanh(z[:2]) @ output[:-1][:2] + output[-1],
            },
        )


@exercise("1.1.c", hint="A hidden neuron can be turned round: which knobs are on its way in, and which on its way out?")
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
            "b₁ is on the way into neuron 1, too.": np.array([-1, -1, 1, 1, 1, 1, -1, 1, 1]) * knobs,
            "Both weights on the way in have to change.": np.array([-1, 1, -1, 1, 1, 1, -1, 1, 1]) * knobs,
            "Now a₁ has the other sign, and w13 still takes it as before.": inward * knobs,
            "w13 has changed its sign, but a₁ has not.": outward * knobs,
            "w13 leads out of neuron 1; w23, which has changed, leads out of neuron 2.": inward
            * np.array([1, 1, 1, 1, 1, 1, 1, -1, 1])
            * knobs,
            "That turns every knob; those of the output and of hidden neuron 2 stay.": -knobs,
            "That turns hidden neuron 2 round.": second * knobs,
            "That turns both hidden neurons round.": signs * second * knobs,
            "b3 belongs to the output neuron and stays.": -knobs * second,
            "That swaps the neurons; here one is turned round.": knobs[[3, 4, 5, 0, 1, 2, 7, 6, 8]],
        },
    )


@exercise("1.1.d", hint="The slope is what the loss gained between the two nudges, over the distance between them.")
def slope_by_hand(rng):
    """Slope, step and promise from three losses, each judged to three digits."""
    yield Case(
        want=(0.4, 0.2, 0.395),
        tol=1e-3,
        names=("slope", "new_knob", "promised_loss"),
        traps={
            "The two nudges are 2h = 0.2 apart, not h.": (0.8, 0.0, 0.155),
            "slope: the two nudges are 2h = 0.2 apart, not h.": (0.8, 0.2, 0.395),
            "That slope looks to one side only; use the loss on both sides.": (0.45, 0.175, 0.37375),
            "new_knob: a step goes against the slope, downhill.": (0.4, 0.6, 0.395),
            "The step goes against the slope, downhill.": (0.4, 0.6, 0.555),
            "new_knob: the rate 0.5 is missing in the step.": (0.4, 0.0, 0.315),
            "promised_loss: add the change to the loss before the step.": (0.4, 0.2, -0.08),
            "promised_loss: the line starts at the loss now, 0.475, and goes down by slope times step.": (
                0.4,
                0.2,
                0.44,
            ),
            "promised_loss: the line starts at the loss now, 0.475, not at that of a nudge.": (0.4, 0.2, 0.36),
            "promised_loss: slope times step, which has its own sign.": (0.4, 0.2, 0.555),
            "promised_loss: the loss changes by slope times step, not by the step alone.": (0.4, 0.2, 0.275),
        },
    )


@exercise("1.1.e", hint="Nudge every knob; then compare how steep the slopes are, whatever their sign.")
def best_knob(rng):
    """Curved losses with a clear winner: first, last and in the middle, of either sign, steep and nearly flat."""
    for place, direction, side, scale in ((0, 1, -1, 1.0), (-1, -1, -1, 1.0), (1, -1, 1, 0.05), (2, 1, 1, 0.05)):
        n = int(rng.integers(4, 8))
        winner = place % n
        slopes = scale * rng.uniform(0.1, 1.0, n) * rng.choice([-1.0, 1.0], n)
        slopes[-1] = direction * scale  # the last slope, left in a loop's variable, has the other sign
        slopes[winner] = -direction * 3.0 * scale
        knobs, strength = rng.normal(size=n), rng.uniform(0.5, 2.0, n)
        knobs[winner] = side * rng.uniform(0.5, 1.0)  # neither its sign nor its size tells the winner
        knobs[(winner + 1) % n] = 4.0 * rng.choice([-1.0, 1.0])
        centre = knobs - slopes / strength

        def loss(knobs, centre=centre, strength=strength):
            return float((strength * (np.asarray(knobs) - centre) ** 2).sum() / 2)

        largest, flattest = int(np.argmax(slopes)), int(np.argmin(np.abs(slopes)))
        yield Case(
            loss,
            knobs.tolist(),
            want=(winner, direction),
            names=("index", "direction"),
            traps={
                "That is uphill: turn against the slope.": (winner, -direction),
                "A steep negative slope counts as much as a positive one: compare absolute values.": (largest, -1),
                "A steep positive slope counts as much as a negative one: compare absolute values.": (
                    int(np.argmin(slopes)),
                    1,
                ),
                "The direction is wanted, +1 or −1, not the slope.": (winner, slopes[winner]),
                "direction: +1 or −1 is wanted, not the slope with its sign turned.": (winner, -slopes[winner]),
                "That is the knob whose turning changes the loss least: the steepest slope is wanted.": (
                    flattest,
                    -int(np.sign(slopes[flattest])),
                ),
                "That is the knob with the largest value; the slope counts.": ((winner + 1) % n, direction),
                "index: that knob has not the steepest slope; was each knob nudged alone, from the same start?": (
                    int(np.argsort(np.abs(slopes))[-2]),
                    direction,
                ),
            },
        )
