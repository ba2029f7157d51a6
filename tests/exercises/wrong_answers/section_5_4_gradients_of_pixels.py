"""Wrong answers to the exercises of section 5.4: each must be recognised."""

import numpy as np

AXES = (1, 2, 3)


def way(gradient, x, steps, part=0.5):
    return sum(gradient((k + part) / steps * x) for k in range(steps)) / steps


def changes(dx, eps, n=None, power=0.5):
    own = (len(dx) if n is None else n) * dx
    return eps * np.abs(own).sum(axis=AXES), (eps**2 * np.square(own).sum(axis=AXES)) ** power


def parts(x, k, W1, b1, W2, b2, valve=lambda z: z > 0, lower=1.0, upper=1.0):
    delta = W2[:, k] * valve(x @ W1 + b1)
    return x @ (delta @ W1.T), lower * (b1 @ delta) + upper * b2[k]


def turned(x, k, W1, b1, W2, b2):
    """Row k of the last matrix where column k is wanted: possible only where both are as long."""
    row = W2[min(k, len(W2) - 1)]
    delta = np.resize(row, len(b1)) * (x @ W1 + b1 > 0)
    return x @ (delta @ W1.T), b1 @ delta + b2[k]


def halved(x, w, b, side=-1, rounds=50, swapped=False):
    low, high = 0.0, 1.0
    for _ in range(rounds):
        eps = (low + high) / 2
        above = np.clip(x + side * eps * np.sign(w), 0, 1) @ w + b > 0
        if above != swapped:
            low = eps
        else:
            high = eps
    return high


def share_by_share(gradient, x, steps):
    shares = np.linspace(0, 1, 2 * steps + 1)[1::2]
    return np.mean([x * gradient(share * x) for share in shares], axis=0)


def picture_by_picture(dx, eps):
    rows = [[eps * len(dx) * float(number) for number in picture.ravel()] for picture in dx]
    return [sum(map(abs, row)) for row in rows], [np.linalg.norm(row) for row in rows]


def room_by_room(x, w, b):
    """Without a search: the pixels run out of room one after the other."""
    left, eps = x @ w + b, 0.0
    room = np.where(w > 0, x, 1 - x)
    for end in sorted(room):
        slope = np.abs(w[room >= end]).sum()
        if slope * (end - eps) >= left:
            return eps + left / slope
        left, eps = left - slope * (end - eps), end
    return eps


def sum_by_sum(x, k, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    opened = [j for j in range(len(b1)) if z1[j] > 0]
    pixels = sum(x[i] * W1[i, j] * W2[j, k] for i in range(len(x)) for j in opened)
    return [pixels, np.maximum(z1, 0) @ W2[:, k] + b2[k] - pixels]


RIGHT = {
    "5.4.a": [(1, 0.6, 0.5)],
    "5.4.b": [picture_by_picture],
    "5.4.c": [halved, room_by_room],
    "5.4.d": [sum_by_sum],
    "5.4.e": [share_by_share],
}


def second_without_root(dx, eps):
    dx = dx * len(dx)
    return (eps * abs(dx).sum((1, 2, 3)), eps * (dx**2).sum((1, 2, 3)))


def with_5_halvings(x, w, b):
    low, h = (0.0, 1.0)
    for _ in range(5):
        e = (low + h) / 2
        if np.clip(x - e * np.sign(w), 0, 1) @ w + b > 0:
            low = e
        else:
            h = e
    return h


def b_missing(x, w, b):
    low, h = (0.0, 1.0)
    for _ in range(40):
        e = (low + h) / 2
        if np.clip(x - e * np.sign(w), 0, 1) @ w > 0:
            low = e
        else:
            h = e
    return h


WRONG = {
    "5.4.a": [
        (10.0, 6.0, 5.0),
        (-0.2, 0.6, 0.5),
        (1.0, 0.36, 0.5),
        (1.0, 1.0, 0.5),
        (1.0, 3.6, 0.5),
        (1.0, 0.6, 0.3),
        (1.0, 0.6, -0.5),
        (0.6, 1.0, 0.5),
        (1.0, 0.6),
    ],
    "5.4.b": [
        lambda dx, eps: changes(dx, eps, n=1),
        lambda dx, eps: changes(dx, eps, power=1),
        lambda dx, eps: (eps * len(dx) * dx.sum(axis=AXES), changes(dx, eps)[1]),
        lambda dx, eps: changes(dx, 1.0),
        lambda dx, eps: changes(dx, eps)[::-1],
        lambda dx, eps: (changes(dx, eps)[0].sum(), changes(dx, eps)[1].sum()),
        lambda dx, eps: (changes(dx, eps)[0], changes(dx, eps)[0] / np.sqrt(dx[0].size)),
        lambda dx, eps: (changes(dx, eps)[0], changes(dx, eps, n=1)[1]),
        lambda dx, eps: (changes(dx, eps)[0], changes(dx, eps)[0]),
        lambda dx, eps: (eps * len(dx) * np.abs(dx).max(axis=AXES), changes(dx, eps)[1]),
    ],
    "5.4.c": [
        lambda x, w, b: (x @ w + b) / np.abs(w).sum(),
        lambda x, w, b: (x @ w + b) / np.linalg.norm(w),
        lambda x, w, b: (x @ w + b) / np.abs(w).max(),
        lambda x, w, b: (x @ w + b) / abs(w.sum()),
        lambda x, w, b: x @ w + b,
        lambda x, w, b: x @ w / np.abs(w).sum(),
        lambda x, w, b: (x @ w + b) / np.abs(w[np.where(w > 0, x, 1 - x) > 0]).sum(),
        lambda x, w, b: halved(x, w, b, side=1),
        lambda x, w, b: halved(x, w, b, rounds=7),
        lambda x, w, b: halved(x, w, b, swapped=True),
    ],
    "5.4.d": [
        lambda *given: parts(*given, valve=lambda z: 1.0),
        lambda *given: parts(*given, valve=lambda z: np.maximum(z, 0)),
        lambda *given: parts(*given, lower=0.0),
        lambda *given: parts(*given, upper=0.0),
        lambda *given: parts(*given)[::-1],
        lambda x, k, W1, b1, W2, b2: parts(x, k, W1, 0 * b1, W2, b2),
        lambda x, k, W1, b1, W2, b2: (parts(x, k, W1, b1, W2, b2)[0], b2[k]),
        lambda *given: sum(parts(*given)),
        lambda *given: turned(*given),
        lambda x, k, W1, b1, W2, b2: (parts(x, k, W1, b1, W2, b2)[0], b1.sum() + b2[k]),
        lambda x, k, W1, b1, W2, b2: (parts(x, k, W1, b1, W2, b2)[0], parts(x, k, W1, b1, W2, 0 * b2)[1] + b2.sum()),
        lambda *given: tuple(-part for part in parts(*given)),
    ],
    "5.4.e": [
        lambda gradient, x, steps: x * way(gradient, x, steps, 0),
        lambda gradient, x, steps: x * way(gradient, x, steps, 1),
        lambda gradient, x, steps: way(gradient, x, steps),
        lambda gradient, x, steps: steps * x * way(gradient, x, steps),
        lambda gradient, x, steps: x * gradient(x),
        lambda gradient, x, steps: (x * way(gradient, x, steps)).sum(),
        lambda gradient, x, steps: -x * way(gradient, x, steps),
        lambda gradient, x, steps: x * way(gradient, x, steps + 1),
    ],
}

NAMED = {
    "5.4.a": {
        "The sum of squares is not divided by the number of pixels.": (1.0, 0.3, 0.5),
    },
    "5.4.b": {
        "The root of the sum of squares is missing in the spread.": second_without_root,
    },
    "5.4.c": {
        "That is near, but not right to four digits: halve the": with_5_halvings,
        "The bias b belongs to the score; without it the way to 0 is": b_missing,
    },
    "5.4.e": {
        "Multiply by the pixels of x, after the mean, and not by those": lambda gradient, x, steps: (
            sum((k + 0.5) / steps * x * gradient((k + 0.5) / steps * x) for k in range(steps)) / steps
        ),
    },
}
