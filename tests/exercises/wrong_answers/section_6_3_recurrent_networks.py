"""Wrong answers to the exercises of section 6.3: each must be recognised."""

import numpy as np


def slope_of_u(x, w, u, slopes=True, mean=False, only_last=False, inside=1.0):
    a = [0.0]
    for value in x:
        a.append(np.tanh(w * value + u * a[-1]))
    total, da = 0.0, 1.0
    for k in reversed(range(len(x))):
        delta = da * (1 - a[k + 1] ** 2) if slopes else da
        total += a[k] * delta
        da = 0.0 if only_last else u * delta * inside
    return total / len(x) if mean else total


def one_way_back(x, w, u, slope=lambda a: 1 - a * a, used=None):
    a = [0.0]
    for value in x:
        a.append(np.tanh(w * value + u * a[-1]))
    total, da = 0.0, 1.0
    for k in reversed(range(len(x))):
        delta = da * slope(a[k + 1])
        total += (a if used is None else used)[k] * delta
        da = u * delta
    return total


def forward_step(a, s, value, w, u):
    a_new = np.tanh(w * value + u * a)
    return a_new, (1 - a_new**2) * (a + u * s)


def carried(slope):
    """A step whose state is right and whose slope is not."""

    def answer(a, s, value, w, u):
        new = forward_step(a, s, value, w, u)[0]
        return new, slope(a, s, value, w, u, new)

    return answer


def own_dy_dropped(a, u, dy, every):
    total = back = 0.0
    for k in reversed(range(len(dy))):
        delta = back or dy[k]
        total += a[k] * delta
        back = 0.0 if k % every == 0 else u * delta
    return total


def after_not_before(x, w, u):
    a = [0.0]
    for value in x:
        a.append(np.tanh(w * value + u * a[-1]))
    total, da = 0.0, 1.0
    for k in reversed(range(len(x))):
        delta = da * (1 - a[k + 1] ** 2)
        total += a[k + 1] * delta
        da = u * delta
    return total


def from_pieces(a, u, dy, every, first=0, inside=True, tanh=False):
    total = back = 0.0
    for k in reversed(range(len(dy))):
        delta = (dy[k] + back) * (1 - a[k + 1] ** 2 if tanh else 1)
        total += a[k] * delta
        back = 0.0 if not inside or k % every == first else u * delta
    return total


def never_cut(a, u, dy, every):
    return from_pieces(a, u, dy, len(dy) + 1, first=len(dy))


def forgets_the_state(a, u, dy, every):
    a = a.copy()
    a[::every] = 0
    return from_pieces(a, u, dy, every)


def a_window_of_its_own(a, u, dy, every):
    total = 0.0
    for j in range(len(dy)):
        delta = dy[j]
        for k in range(j, max(-1, j - every), -1):
            total += a[k] * delta
            delta *= u
    return total


def forward_in_one(x, w, u):
    a = s = 0.0
    for value in x:
        a, s = forward_step(a, s, value, w, u)
    return np.array([s])[0]


def in_float32(a, s, value, w, u):
    a, s, value, w, u = np.float32([a, s, value, w, u])
    z = w * value + u * a
    return [np.tanh(z), (a + u * s) / np.cosh(z) ** 2]


def piece_by_piece(a, u, dy, every):
    total = 0.0
    for start in range(0, len(dy), every):
        for last in range(start, min(start + every, len(dy))):
            total += dy[last] * sum(u ** (last - k) * a[k] for k in range(start, last + 1))
    return total


RIGHT = {
    "6.3.a": [([8.0, 4, 2], np.array(22))],
    "6.3.b": [forward_in_one, slope_of_u],
    "6.3.c": [in_float32],
    "6.3.d": [piece_by_piece],
}


def w_on_the_way_back(x, w, u):
    a = [0.0]
    for v in x:
        a.append(np.tanh(w * v + u * a[-1]))
    t, da = (0.0, 1.0)
    for k in reversed(range(len(x))):
        d = da * (1 - a[k + 1] ** 2)
        t += a[k] * d
        da = w * d
    return t


def s_not_slope_chained_adds(a, s, value, w, u):
    n = np.tanh(w * value + u * a)
    return (n, s + (1 - n * n) * a)


def pieces_counted_from_k_1(a, u, dy, every):
    t = 0.0
    for s in range(0, len(dy), every):
        b = 0.0
        for k in reversed(range(s, min(s + every, len(dy)))):
            d = dy[k] + b
            t += a[k] * d
            b = u * d
    return t / (len(dy) / every)


WRONG = {
    "6.3.a": [
        ([2, 4, 8], 22),
        ([2, 4, 8], 52),
        ([16, 8, 4], 44),
        ([4, 2, 1], 11),
        ([-8, -4, -2], -22),
        ([2, 2, 2], 16),
        ([8, 4, 2], 10),
        ([8, 4, 2], 66),
        ([8, 4, 2], 14),
        ([0, 12, 10], 22),
        ([8, 4, 2], 12),
        [8, 4, 2],
    ],
    "6.3.b": [
        lambda x, w, u: slope_of_u(x, w, u, only_last=True),
        lambda x, w, u: slope_of_u(x, w, u, slopes=False),
        lambda x, w, u: slope_of_u(x, w, u, mean=True),
        lambda x, w, u: slope_of_u(x, w, u, inside=-1.0),
        lambda x, w, u: slope_of_u(x, w, u, inside=1 / u),
        after_not_before,
        lambda x, w, u: one_way_back(x, w, u, slope=lambda a: 1 - a),
        lambda x, w, u: one_way_back(x, w, u, slope=lambda a: 1 - np.tanh(a) ** 2),
        lambda x, w, u: one_way_back(x, w, u, used=x),
    ],
    "6.3.c": [
        carried(lambda a, s, value, w, u, new: (1 - new**2) * u * s),
        carried(lambda a, s, value, w, u, new: (1 - new**2) * a),
        carried(lambda a, s, value, w, u, new: a + u * s),
        carried(lambda a, s, value, w, u, new: (1 - new**2) * (new + u * s)),
        carried(lambda a, s, value, w, u, new: (1 - a**2) * (a + u * s)),
        carried(lambda a, s, value, w, u, new: (1 - (w * value + u * a) ** 2) * (a + u * s)),
        carried(lambda a, s, value, w, u, new: (1 - new**2) * (a + s)),
        carried(lambda a, s, value, w, u, new: (1 - new**2) * (value + u * s)),
        carried(lambda a, s, value, w, u, new: s + (1 - new**2) * (a + u * s)),
        lambda *given: forward_step(*given)[::-1],
        lambda *given: forward_step(*given)[1],
    ],
    "6.3.d": [
        never_cut,
        lambda a, u, dy, every: from_pieces(a, u, dy, every, inside=False),
        lambda a, u, dy, every: from_pieces(a, u, dy, every, first=1),
        forgets_the_state,
        lambda a, u, dy, every: from_pieces(a[1:], u, dy, every),
        lambda a, u, dy, every: -from_pieces(a, u, dy, every),
        lambda a, u, dy, every: from_pieces(a, 1.0, dy, every),
        lambda a, u, dy, every: from_pieces(a, u, dy, every, tanh=True),
        a_window_of_its_own,
        lambda a, u, dy, every: from_pieces(a, u, dy, every) / len(dy),
        own_dy_dropped,
        lambda a, u, dy, every: float(np.dot(a[1:], dy)),
    ],
}

NAMED = {
    "6.3.a": {
        "On its way to the step before, δ is multiplied by u, not divided": ([0.5, 1, 2], 13),
    },
    "6.3.b": {
        "On its way to the step before, δ is multiplied by u, not by": w_on_the_way_back,
    },
    "6.3.c": {
        "s_{k−1} comes into z_k behind u and meets the slope of": s_not_slope_chained_adds,
    },
    "6.3.d": {
        "That is the mean over the pieces; uses of a weight add up.": pieces_counted_from_k_1,
    },
}
