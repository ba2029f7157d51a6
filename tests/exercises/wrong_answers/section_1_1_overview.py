"""Wrong answers to the exercises of section 1.1: each must be recognised."""

import math

import numpy as np


def activations(x, hidden):
    return [math.tanh(w1 * x[0] + w2 * x[1] + b) for w1, w2, b in hidden]


def slopes_of(loss, knobs):
    nudges = 1e-5 * np.eye(len(knobs))
    return [(loss(np.add(knobs, nudge)) - loss(np.subtract(knobs, nudge))) / 2e-5 for nudge in nudges]


def signed(*indices):
    signs = np.ones(9)
    signs[list(indices)] = -1
    return lambda knobs: signs * np.asarray(knobs)


def flips_in_place(knobs):
    for k in (0, 1, 2, 6):
        knobs[k] = -knobs[k]
    return knobs


def uphill(loss, knobs):
    slopes = slopes_of(loss, knobs)
    best = int(np.argmax(np.abs(slopes)))
    return best, 1 if slopes[best] > 0 else -1


def without_absolute_value(loss, knobs):
    return int(np.argmax(slopes_of(loss, knobs))), -1


def leaves_the_knobs_turned(loss, knobs):
    slopes = slopes_of(loss, knobs)
    best = int(np.argmax(np.abs(slopes)))
    knobs[best] += 0.1
    return best, -1 if slopes[best] > 0 else 1


def forgets_to_turn_back(loss, knobs):
    knobs, slopes = list(knobs), []
    for k in range(len(knobs)):
        before = loss(knobs)
        knobs[k] += 0.5
        slopes.append(loss(knobs) - before)
    return int(np.argmin(slopes)), 1


def best(loss, knobs):
    return int(np.argmax(np.abs(slopes_of(loss, knobs))))


def by_sign(loss, knobs):
    k = best(loss, knobs)
    return k, -np.sign(slopes_of(loss, knobs)[k])


def in_steps(x, hidden, output):
    total = output[-1]
    for j in range(len(hidden)):
        w1, w2, b = hidden[j]
        total += output[j] * math.tanh(w1 * x[0] + w2 * x[1] + b)
    return total


def bias_of_hidden_neuron_multiplies(x, hidden, output):
    a = [math.tanh(w1 * x[0] + w2 * x[1]) + b for w1, w2, b in hidden]
    return sum((p * q for p, q in zip(output, a, strict=False))) + output[-1]


def x_1_used_twice(x, hidden, output):
    a = [math.tanh(w1 * x[0] + w2 * x[0] + b) for w1, w2, b in hidden]
    return sum((p * q for p, q in zip(output, a, strict=False))) + output[-1]


def relu_instead_of_tanh(x, hidden, output):
    a = [max(0.0, w1 * x[0] + w2 * x[1] + b) for w1, w2, b in hidden]
    return sum((p * q for p, q in zip(output, a, strict=False))) + output[-1]


def mean_over_hidden(x, hidden, output):
    a = [math.tanh(w1 * x[0] + w2 * x[1] + b) for w1, w2, b in hidden]
    return sum((p * q for p, q in zip(output, a, strict=False))) / len(a) + output[-1]


def least_knob(loss, knobs):
    up, down = ([loss([*knobs[:k], w + h, *knobs[k + 1 :]]) for k, w in enumerate(knobs)] for h in (1e-5, -1e-5))
    slopes = np.subtract(up, down)
    index = int(np.argmin(np.abs(slopes)))
    return index, -int(np.sign(slopes[index]))


WRONG = {
    "1.1.a": [250, 333, 997, 1000, 248, 249.75, "249"],
    "1.1.b": [
        lambda x, hidden, output: sum(w * a for w, a in zip(output, activations(x, hidden), strict=False)),
        lambda x, hidden, output: math.tanh(np.dot(output[:-1], activations(x, hidden)) + output[-1]),
        lambda x, hidden, output: np.dot(output[:-1], [np.dot(n[:2], x) + n[2] for n in hidden]) + output[-1],
        lambda x, hidden, output: np.dot(output[1:], activations(x, hidden)) + output[0],
        lambda x, hidden, output: np.dot(output[:2], activations(x, hidden)[:2]) + output[-1],
        lambda x, hidden, output: activations(x, hidden),
        lambda x, hidden, output: np.dot(output[:-1], activations(x, [(w, v, 0) for w, v, _ in hidden])) + output[-1],
        lambda x, hidden, output: np.dot(output[:-1], activations(x, [(v, w, b) for w, v, b in hidden])) + output[-1],
        lambda x, hidden, output: np.sum(activations(x, hidden)) + output[-1],
    ],
    "1.1.c": [
        signed(),
        signed(0, 1, 2),
        signed(6),
        signed(0, 1, 2, 6, 8),
        signed(3, 4, 5, 7),
        signed(0, 1, 2, 3, 4, 5, 6, 7),
        signed(0, 1, 6),
        lambda knobs: np.asarray(knobs)[[3, 4, 5, 0, 1, 2, 7, 6, 8]],
        flips_in_place,
        signed(0, 2, 6),
        signed(8),
        lambda knobs: -knobs[0],
    ],
    "1.1.d": [
        (0.8, 0.0, 0.155),
        (0.8, 0.2, 0.395),
        (0.45, 0.175, 0.37375),
        (0.4, 0.6, 0.555),
        (0.4, 0.0, 0.315),
        (0.4, 0.2, -0.08),
        (0.4, 0.2, 0.555),
        (0.4, 0.2, 0.275),
        (-0.4, 0.6, 0.395),
        (0.4, 0.2),
        0.4,
    ],
    "1.1.e": [
        uphill,
        without_absolute_value,
        leaves_the_knobs_turned,
        forgets_to_turn_back,
        lambda loss, knobs: int(np.argmax(np.abs(slopes_of(loss, knobs)))),
        lambda loss, knobs: (int(np.argmax(np.abs(knobs))), 1),
        lambda loss, knobs: max(slopes_of(loss, knobs), key=abs),
        lambda loss, knobs: (int(np.argmin(slopes_of(loss, knobs))), 1),
        lambda loss, knobs: (best(loss, knobs), -1 if knobs[best(loss, knobs)] > 0 else 1),
        lambda loss, knobs: (best(loss, knobs), -slopes_of(loss, knobs)[best(loss, knobs)]),
    ],
}

RIGHT = {
    "1.1.b": [in_steps],
    "1.1.c": [lambda knobs: [-v if k in (0, 1, 2, 6) else v for k, v in enumerate(knobs)]],
    "1.1.e": [by_sign],
}

NAMED = {
    "1.1.a": {
        "Inputs have no bias; a hidden neuron brings 4 knobs: two": 200,
    },
    "1.1.b": {
        "Each activation has an outgoing weight of its own": lambda x, hidden, output: (
            output[0] * sum(math.tanh(w1 * x[0] + w2 * x[1] + b) for w1, w2, b in hidden) + output[-1]
        ),
        "The bias of a hidden neuron belongs inside its tanh.": bias_of_hidden_neuron_multiplies,
        "w₂ belongs to the second input; here the first one is used": x_1_used_twice,
        "A ReLU has taken the place of the tanh.": relu_instead_of_tanh,
        "The products are added up, not averaged.": mean_over_hidden,
    },
    "1.1.c": {
        "w13 leads out of neuron 1; w23, which has changed,": lambda knobs: (
            knobs * np.array([-1, -1, -1, 1, 1, 1, 1, -1, 1])
        ),
        "That turns every knob; those of the output and of hidden": lambda knobs: -np.asarray(knobs),
    },
    "1.1.d": {
        "promised_loss: the line starts at the loss now, 0.475, and": (0.4, 0.2, 0.44),
    },
    "1.1.e": {
        "That is the knob whose turning changes the loss least": least_knob,
    },
}
