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
    ],
    "5.3.b": [
        lambda windows: view(windows, early=True),
        lambda windows: view(windows, less=0),
        lambda windows: view(windows, start=0),
        lambda windows: 1 + sum(k - 1 for k, _ in windows),
        lambda windows: view(windows[::-1]),
        lambda windows: int(np.prod([stride for _, stride in windows])),
        lambda windows: view(windows) ** 2,
    ],
    "5.3.c": [
        lambda numbers: numbers.reshape(32, 32, 3) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(2, 1, 0) / 255,
        lambda numbers: numbers.reshape(3, 32, 32) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0),
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0) / 256,
        lambda numbers: numbers.reshape(3, 32, 32)[::-1].transpose(1, 2, 0) / 255,
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
    ],
}
