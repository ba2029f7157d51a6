"""Wrong answers to the exercises of section 5.3: each must be recognised."""

import numpy as np


def size(side, c_in, c_1, c_2, n_hidden, n_out, last=lambda side: ((side - 4) // 2 - 4) // 2, bias=1):
    convolutions = c_1 * (25 * c_in + bias) + c_2 * (25 * c_1 + bias)
    return convolutions + n_hidden * (c_2 * last(side) ** 2 + bias) + n_out * (n_hidden + bias)


def view(windows, start=1, less=1, early=False):
    seen, step = start, 1
    for k, stride in windows:
        if early:
            step *= stride
        seen += (k - less) * step
        if not early:
            step *= stride
    return seen


def p_of(z):
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def bare(z):
    with np.errstate(all="ignore"):
        p = np.exp(z)
        return (p / p.sum(axis=-1, keepdims=True)).mean(axis=0).argmax(axis=-1)


def shifted(z, largest):
    with np.errstate(all="ignore"):
        p = np.exp(z - largest)
        return (p / p.sum(axis=-1, keepdims=True)).mean(axis=0).argmax(axis=-1)


def by_layers(side, c_in, c_1, c_2, n_hidden, n_out):
    numbers = 0
    for before, after in ((c_in, c_1), (c_1, c_2)):
        numbers += after * before * 5 * 5 + after
        side = (side - 4) // 2
    for before, after in ((side * side * c_2, n_hidden), (n_hidden, n_out)):
        numbers += before * after + after
    return numbers


def from_the_end(windows):
    side = 1
    for size, stride in windows[::-1]:
        side = (side - 1) * stride + size
    return float(side)


def pixel_by_pixel(numbers):
    bytes_ = [int(number) for number in numbers]
    colours = [bytes_[:1024], bytes_[1024:2048], bytes_[2048:]]
    return [[[colour[32 * r + c] / 255 for colour in colours] for c in range(32)] for r in range(32)]


def picture_by_picture(z):
    answers = []
    for n in range(z.shape[1]):
        total = np.zeros(z.shape[2])
        for row in z[:, n]:
            total += np.exp(row - max(row)) / np.exp(row - max(row)).sum()
        answers.append(int(np.argmax(total)))
    return answers


RIGHT = {
    "5.3.a": [by_layers],
    "5.3.b": [from_the_end],
    "5.3.c": [pixel_by_pixel, lambda numbers: np.moveaxis(np.reshape(numbers, (3, 32, 32)), 0, 2) * (1 / 255)],
    "5.3.d": [picture_by_picture, lambda z: p_of(z).sum(axis=0).argmax(axis=1)],
}


def biases_per_pair_25_1_ci(side, c_in, c_1, c_2, n_hidden, n_out):
    last = ((side - 4) // 2 - 4) // 2
    return c_1 * c_in * 26 + c_2 * c_1 * 26 + n_hidden * (c_2 * last * last + 1) + n_out * (n_hidden + 1)


def stride_added(windows):
    v = s = 1
    for k, t in windows:
        v += (k - 1) * s
        s += t
    return v


def stride_not_accumulated(windows):
    v = s = 1
    for k, t in windows:
        v += (k - 1) * s
        s = t
    return v


def softmax_over_places(z):
    p = np.exp(z - z.max(0))
    p = p / p.sum(0)
    return p.mean(0).argmax(-1)


WRONG = {
    "5.3.a": [
        lambda *given: size(*given, bias=0),
        lambda *given: size(*given, last=lambda side: side // 4),
        lambda *given: size(*given, last=lambda side: (side // 2 - 4) // 2),
        lambda *given: size(*given, last=lambda side: side - 8),
        lambda side, c_in, c_1, *rest: size(side, 1, c_1, *rest),
        lambda side, c_in, c_1, c_2, n_hidden, n_out: (
            size(side, c_in, c_1, c_2, n_hidden, n_out) - 25 * c_2 * (c_1 - 1)
        ),
        lambda *given: float(size(*given)) + 0.5,
        lambda *given: size(*given, last=lambda side: ((side - 5) // 2 - 5) // 2),
        lambda *given: size(*given, last=lambda side: (side - 4) // 2 - 4),
        lambda *given: size(*given) - given[5] * (given[4] + 1),
        lambda *given: size(*given) - given[4],
        lambda *given: size(*given, last=lambda side: (side - 8) // 2),
        lambda *given: size(*given, last=lambda side: (((side - 4) // 2 - 4) // 2) ** 0.5),
    ],
    "5.3.b": [
        lambda windows: view(windows, early=True),
        lambda windows: view(windows, less=0),
        lambda windows: view(windows, start=0),
        lambda windows: 1 + sum(k - 1 for k, _ in windows),
        lambda windows: view(windows[::-1]),
        lambda windows: int(np.prod([stride for _, stride in windows])),
        lambda windows: view(windows) ** 2,
        lambda windows: sum(k for k, _ in windows),
        lambda windows: int(np.prod([k for k, _ in windows])),
        lambda windows: 1 + sum((k - 1) * s for (k, _), s in zip(windows, [1, *(s for _, s in windows)], strict=False)),
    ],
    "5.3.c": [
        lambda numbers: numbers.reshape(32, 32, 3) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(2, 1, 0) / 255,
        lambda numbers: numbers.reshape(3, 32, 32) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0),
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0) / 256,
        lambda numbers: numbers.reshape(3, 32, 32)[::-1].transpose(1, 2, 0) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0) // 255,
        lambda numbers: numbers / 255,
        lambda numbers: numbers.reshape(32, 3, 32).transpose(0, 2, 1) / 255,
        lambda numbers: 1 - numbers.reshape(3, 32, 32).transpose(1, 2, 0) / 255,
    ],
    "5.3.d": [
        bare,
        lambda z: z.mean(axis=0).argmax(axis=-1),
        lambda z: p_of(z).max(axis=0).argmax(axis=-1),
        lambda z: p_of(z)[0].argmax(axis=-1),
        lambda z: p_of(z).mean(axis=1).argmax(axis=-1),
        lambda z: np.median(p_of(z), axis=0).argmax(axis=-1),
        lambda z: (p_of(z) ** 2).mean(axis=0).argmax(axis=-1),
        lambda z: p_of(z).mean(axis=0),
        lambda z: p_of(z).argmax(axis=-1),
        lambda z: np.array([np.bincount(each, minlength=z.shape[-1]).argmax() for each in z.argmax(axis=2).T]),
        lambda z: shifted(z, z.max()),
        lambda z: shifted(z, z.max(axis=(0, 2), keepdims=True)),
        lambda z: p_of(z).mean(axis=0).argmin(axis=-1),
    ],
}

NAMED = {
    "5.3.a": {
        "One bias per kernel is too many: an output channel adds up": biases_per_pair_25_1_ci,
    },
    "5.3.b": {
        "Strides multiply from layer to layer; here they are added": stride_added,
        "Steps multiply from layer to layer; a layer's own stride": stride_not_accumulated,
    },
    "5.3.d": {
        "The softmax runs over the classes, the last axis; here the": softmax_over_places,
    },
}
