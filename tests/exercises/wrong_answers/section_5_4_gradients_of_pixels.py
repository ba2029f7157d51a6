"""Wrong answers to the exercises of section 5.4: each must be recognised."""

import numpy as np

AXES = (1, 2, 3)


def edits(x, dx, eps):
    x += eps * np.sign(dx)
    return np.clip(x, 0, 1, out=x)


def changes(dx, eps, n=None, power=0.5):
    own = (len(dx) if n is None else n) * dx
    return eps * np.abs(own).sum(axis=AXES), (eps**2 * np.square(own).sum(axis=AXES)) ** power


def parts(x, k, W1, b1, W2, b2, valve=lambda z: z > 0, lower=1.0, upper=1.0):
    delta = W2[:, k] * valve(x @ W1 + b1)
    return x @ (delta @ W1.T), lower * (b1 @ delta) + upper * b2[k]


WRONG = {
    "5.4.a": [
        edits,
        lambda x, dx, eps: np.clip(x - eps * np.sign(dx), 0, 1),
        lambda x, dx, eps: x + eps * np.sign(dx),
        lambda x, dx, eps: np.clip(x + eps * dx, 0, 1),
        lambda x, dx, eps: np.clip(x + eps * dx / np.abs(dx).max(), 0, 1),
        lambda x, dx, eps: np.clip(x + eps * np.where(dx >= 0, 1, -1), 0, 1),
        lambda x, dx, eps: np.clip(eps * np.sign(dx), 0, 1),
        lambda x, dx, eps: np.clip(x + np.sign(dx), 0, 1),
    ],
    "5.4.b": [
        lambda dx, eps: changes(dx, eps, n=1),
        lambda dx, eps: changes(dx, eps, power=1),
        lambda dx, eps: (eps * len(dx) * dx.sum(axis=AXES), changes(dx, eps)[1]),
        lambda dx, eps: changes(dx, 1.0),
        lambda dx, eps: changes(dx, eps)[::-1],
        lambda dx, eps: (changes(dx, eps)[0].sum(), changes(dx, eps)[1].sum()),
        lambda dx, eps: (changes(dx, eps)[0], changes(dx, eps)[0] / np.sqrt(dx[0].size)),
    ],
    "5.4.c": [
        lambda x, start, eps: np.clip(x, start - eps, start + eps),
        lambda x, start, eps: np.clip(x, 0, 1),
        lambda x, start, eps: np.clip(x, np.minimum(start - eps, 0), np.maximum(start + eps, 1)),
        lambda x, start, eps: np.where(np.abs(x - start) > eps, start, np.clip(x, 0, 1)),
        lambda x, start, eps: start + np.clip(x - start, 0, eps),
        lambda x, start, eps: np.clip(start, np.maximum(x - eps, 0), np.minimum(x + eps, 1)),
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
    ],
}
