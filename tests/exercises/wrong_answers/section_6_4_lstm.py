"""Wrong answers to the exercises of section 6.4: each must be recognised."""

import numpy as np

from backprop.functions import sigmoid


def step(z, before, order="ifgo", proposal=np.tanh, shown=np.tanh):
    part = dict(zip(order, np.split(z, 4), strict=True))
    c = sigmoid(part["f"]) * before + sigmoid(part["i"]) * proposal(part["g"])
    return c, sigmoid(part["o"]) * shown(c)


def logit(f):
    return np.log(f / (1 - f))


def shows_the_old_memory(z, before):
    c, _ = step(z, before)
    return c, sigmoid(np.split(z, 4)[3]) * np.tanh(before)


def with_its_own_gate(f):
    return np.cumprod(f[::-1], axis=0)[::-1]


def forgets_to_accumulate(f):
    return np.vstack([f[1:], np.ones((1, f.shape[1]))])


def one_row_short(f):
    return np.cumprod(f[:0:-1], axis=0)[::-1]


def coupled(dc, f, g, before, gap=lambda before, g: before - g):
    return dc * gap(before, g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dc * f


def with_part(index, part):
    def answer(dc, f, g, before):
        parts = list(coupled(dc, f, g, before))
        parts[index] = part(dc, f, g, before)
        return tuple(parts)

    return answer


def gru(da, r, f, g, before, U, back=lambda d, U: d @ U.T):
    d_g = da * (1 - f) * (1 - g**2)
    dq = back(d_g, U)
    return dq * before * r * (1 - r), da * (before - g) * f * (1 - f), d_g, da * f + dq * r


def with_gru_part(index, part):
    def answer(da, r, f, g, before, U):
        parts = list(gru(da, r, f, g, before, U))
        dq = parts[2] @ U.T
        parts[index] = part(da, r, f, g, before, dq)
        return tuple(parts)

    return answer


def gru_by_loops(da, r, f, g, before, U):
    n = len(da)
    d_g = [da[j] * (1 - f[j]) * (1 - g[j] ** 2) for j in range(n)]
    dq = [sum(U[i, j] * d_g[j] for j in range(n)) for i in range(n)]
    return [
        [dq[i] * before[i] * r[i] * (1 - r[i]) for i in range(n)],
        [da[i] * (before[i] - g[i]) * f[i] * (1 - f[i]) for i in range(n)],
        d_g,
        [da[i] * f[i] + dq[i] * r[i] for i in range(n)],
    ]


def gate_by_gate(z, before):
    n = len(before)
    i, f, g, o = (z[part * n : (part + 1) * n] for part in range(4))
    c = before / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    return np.array([c, np.tanh(c) / (1 + np.exp(-o))])


RIGHT = {
    "6.4.a": [gate_by_gate],
    "6.4.b": [lambda f: [[float(np.prod(f[k + 1 :, j])) for j in range(f.shape[1])] for k in range(len(f))]],
    "6.4.c": [lambda steps, share: -np.log(share ** (-1 / steps) - 1)],
    "6.4.d": [
        lambda dc, f, g, before: [dc * f * (1 - f) * before - dc * f * (1 - f) * g, dc * (1 - f) * (1 - g * g), f * dc]
    ],
    "6.4.e": [gru_by_loops],
}


def last_row_zero(f):
    s = np.zeros_like(f)
    s[-1] = f[-1]
    for k in reversed(range(len(f) - 1)):
        s[k] = s[k + 1] * f[k + 1]
    return s


def with_1_f_f(steps, share):
    f = (1 - share) ** (1 / steps)
    return np.log(f / (1 - f))


WRONG = {
    "6.4.a": [
        lambda z, before: step(z, before, "figo"),
        lambda z, before: step(z, before, "ifog"),
        lambda z, before: step(z, before, proposal=sigmoid),
        lambda z, before: step(z, before, shown=lambda c: c),
        lambda z, before: step(z, before)[::-1],
        shows_the_old_memory,
        lambda z, before: step(z, 0 * before),
        lambda z, before: step(z, before, shown=sigmoid),
        lambda z, before: (step(z, before)[0], np.tanh(step(z, before)[0])),
        lambda z, before: (np.tanh(step(z, before)[0]), step(z, before)[1]),
    ],
    "6.4.b": [
        with_its_own_gate,
        lambda f: np.cumprod(f, axis=0),
        forgets_to_accumulate,
        one_row_short,
        lambda f: np.array([f[k + 1 :].sum(axis=0) for k in range(len(f))]),
        lambda f: np.ones_like(f),
        lambda f: np.vstack([one_row_short(f), np.zeros((1, f.shape[1]))]),
        lambda f: np.vstack([np.ones((1, f.shape[1])), np.cumprod(f[:-1], axis=0)]),
        lambda f: np.tile(f.prod(axis=0), (len(f), 1)),
        lambda f: np.vstack([np.cumprod(f[-2::-1], axis=0)[::-1], np.ones((1, f.shape[1]))]),
        lambda f: np.vstack([one_row_short(f), np.ones((1, f.shape[1]))])[::-1],
    ],
    "6.4.c": [
        lambda steps, share: share ** (1 / steps),
        lambda steps, share: -logit(share ** (1 / steps)),
        lambda steps, share: logit(share),
        lambda steps, share: logit(share / steps),
        lambda steps, share: np.log(share) / steps,
        lambda steps, share: logit(share**steps),
        lambda steps, share: logit(1 - (1 - share) / steps),
        lambda steps, share: logit(share) / steps,
        lambda steps, share: np.log2(share ** (1 / steps) / (1 - share ** (1 / steps))),
        lambda steps, share: 1 / (1 + np.exp(-(share ** (1 / steps)))),
    ],
    "6.4.d": [
        lambda *given: coupled(*given, gap=lambda before, g: before),
        lambda *given: coupled(*given, gap=lambda before, g: before + g),
        lambda *given: coupled(*given, gap=lambda before, g: g - before),
        with_part(0, lambda dc, f, g, before: dc * (before - g)),
        with_part(1, lambda dc, f, g, before: dc * (1 - f)),
        with_part(1, lambda dc, f, g, before: dc * f * (1 - g**2)),
        with_part(2, lambda dc, f, g, before: dc * (1 - f)),
        lambda *given: coupled(*given)[:2],
        with_part(1, lambda dc, f, g, before: dc * (1 - g**2)),
        with_part(1, lambda dc, f, g, before: dc * (1 - f) * (1 - g)),
        with_part(2, lambda dc, f, g, before: dc),
        with_part(0, lambda dc, f, g, before: dc * (before - g) * f),
        with_part(1, lambda dc, f, g, before: dc * (1 - f) * g**2),
        lambda *given: coupled(*given, gap=lambda before, g: -g),
    ],
    "6.4.e": [
        lambda *given: gru(*given, back=lambda d, U: d @ U),
        lambda *given: gru(*given)[::-1],
        lambda *given: gru(*given)[:3],
        with_gru_part(0, lambda da, r, f, g, before, dq: dq * before),
        with_gru_part(0, lambda da, r, f, g, before, dq: dq * r * r * (1 - r)),
        with_gru_part(0, lambda da, r, f, g, before, dq: da * before * r * (1 - r)),
        with_gru_part(1, lambda da, r, f, g, before, dq: da * (g - before) * f * (1 - f)),
        with_gru_part(1, lambda da, r, f, g, before, dq: da * before * f * (1 - f)),
        with_gru_part(2, lambda da, r, f, g, before, dq: da * f * (1 - g**2)),
        with_gru_part(3, lambda da, r, f, g, before, dq: da * f),
        with_gru_part(3, lambda da, r, f, g, before, dq: dq * r),
        with_gru_part(3, lambda da, r, f, g, before, dq: da * f + dq),
        with_gru_part(3, lambda da, r, f, g, before, dq: da * (1 - f) + dq * r),
    ],
}

NAMED = {
    "6.4.e": {
        "Gradient of a_before: the reset gate stands on the way": with_gru_part(
            3, lambda da, r, f, g, before, dq: da * f + dq
        ),
    },
    "6.4.b": {
        "The last row is all ones; here it begins with the last": last_row_zero,
    },
    "6.4.c": {
        "The share is what is left, not what is forgotten.": with_1_f_f,
    },
    "6.4.d": {
        "The proposal is a tanh: its slope is 1 − g², not g (1 − g).": lambda dc, f, g, c_before: (
            dc * (c_before - g) * f * (1 - f),
            dc * (1 - f) * g * (1 - g),
            dc * f,
        ),
    },
}
