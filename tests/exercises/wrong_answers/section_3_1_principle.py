"""Wrong answers to the exercises of section 3.1: each must be recognised."""

import numpy as np


def steepest_curvature(gradient, w, rounds=100, h=1e-5, one_sided=False, rescale=True):
    """Power iteration, with ways to get it wrong."""
    d = np.ones(len(w))
    for _ in range(rounds):
        if rescale:
            d = d / np.linalg.norm(d)
        below = gradient(w) if one_sided else gradient(w - h * d)
        Hd = (gradient(w + h * d) - below) / (2 * h)
        largest, d = d @ Hd / (d @ d), Hd
    return largest


def not_nudged_gradient_as_product(gradient, w):
    d = np.ones(len(w))
    for _ in range(100):
        d = d / np.linalg.norm(d)
        H = gradient(w + 1e-05 * d) / 1e-05
        largest, d = (d @ H, H)
    return 2 / largest


def too_few_rounds(gradient, w):
    d = np.ones(len(w))
    for _ in range(3):
        d = d / np.linalg.norm(d)
        H = (gradient(w + 1e-05 * d) - gradient(w - 1e-05 * d)) / 2e-05
        largest, d = (d @ H, H)
    return 2 / largest


def diagonal(H):
    v = np.diag(H)
    return 2 / (v.min() + v.max())


def geometric_mean(H):
    v = np.linalg.eigvalsh(H)
    return 1 / np.sqrt(v[0] * v[-1])


WRONG = {
    "3.1.a": [
        (2.4, -0.4),
        (1.2 * 1.2 * 3, 2.4 * 2.4),
        (1.8, -1.8),
        (1.92, 0.64),
        (1.92, -0.16),
        (3 * 0.6**2, 1.8**2),
        (0.16, 1.92),
        (1.92, 1.12),
        [1.9, 0.2],
        1.92,
    ],
    "3.1.b": [
        (21, 49),
        (48, 20),
        (50, 22),
        (48.8, 20.6),
        (25, 11),
        (24.4, 10.3),
        (52, 3),
        (49, 2),
        (1, 1),
        (49, 49),
        49,
        (1100, 55),
    ],
    "3.1.c": [
        (2, 0.5, 1),
        (3, 1 / 3, 2 / 3),
        (1.6, 0.625, 1.25),
        (8, 0.25, 0.125),
        (-8, -0.125, -0.25),
        (8, 1, 2),
        (8, 0.125, 0.125),
        (8, 0.125, 0.5),
        (8, 0.125),
        8,
    ],
    "3.1.d": [
        lambda gradient, w: 2 / steepest_curvature(gradient, np.zeros(len(w))),
        lambda gradient, w: 1 / steepest_curvature(gradient, w),
        lambda gradient, w: steepest_curvature(gradient, w),
        lambda gradient, w: 2 / steepest_curvature(gradient, w, rounds=1),
        lambda gradient, w: 2 / steepest_curvature(gradient, w, one_sided=True),
        lambda gradient, w: 2 / steepest_curvature(gradient, w, h=3.0),
        lambda gradient, w: 2 / steepest_curvature(gradient, w, rescale=False),
        lambda gradient, w: 2 / np.linalg.norm(gradient(w)),
        lambda gradient, w: 2 / np.linalg.eigvalsh(gradient(w)).max(),
    ],
    "3.1.e": [
        lambda H: 2 / np.linalg.eigvalsh(H).max(),
        lambda H: 1 / (np.linalg.eigvalsh(H).min() + np.linalg.eigvalsh(H).max()),
        lambda H: 2 / np.trace(H) * 0.9,
        lambda H: 1 / np.linalg.eigvalsh(H).mean() * 1.1,
        lambda H: 2 / (np.linalg.eigvalsh(H).max() - np.linalg.eigvalsh(H).min()),
        lambda H: np.linalg.cond(H),
        lambda H: 1 / np.linalg.eigvalsh(H).max(),
        lambda H: 1 / np.linalg.eigvalsh(H).mean(),
        lambda H: 2 / (H.min() + H.max()),
    ],
}


def by_built_hessian(gradient, w):
    columns = [(gradient(w + 1e-5 * e) - gradient(w - 1e-5 * e)) / 2e-5 for e in np.eye(len(w))]
    return np.float32(2 / max(abs(v) for v in np.linalg.eigvals(np.array(columns))))


def one_sided(gradient, w):
    d = np.random.default_rng(1).normal(size=len(w))
    for _ in range(200):
        d = d / np.sqrt(sum(v * v for v in d))
        d = (gradient(w + 1e-6 * d) - gradient(w)) / 1e-6
    return 2 / np.linalg.norm(d)


RIGHT = {
    "3.1.a": [[1.92, 0.16], np.array([1.92, 0.16]), np.float32([1.92, 0.16])],
    "3.1.b": [[49, 21], np.array([49, 21]), (49.0, 21.0)],
    "3.1.c": [[8, 0.125, 0.25], np.array([8, 1 / 8, 1 / 4])],
    "3.1.d": [by_built_hessian, one_sided],
    "3.1.e": [
        lambda H: 2 / (np.linalg.norm(H, 2) + np.linalg.norm(H, -2)),
        lambda H: 2 / sum(sorted(np.linalg.eig(H)[0])[:: len(H) - 1]),
    ],
}


def largest_on_the_diagonal(gradient, w, h=1e-5):
    nudges = h * np.eye(len(w))
    return 2 / max((gradient(w + nudge) - gradient(w - nudge))[i] / (2 * h) for i, nudge in enumerate(nudges))


NAMED = {
    "3.1.a": {
        "Both weights make two steps; w₂ has made one.": (3 * 0.8**2, -0.4),
    },
    "3.1.b": {
        "The factor is 1 − ηλ; e to the −ηλ is what": (52, 3),
        "That is a tenth of the distance, one per cent of the": (25, 11),
        "Count whole steps: round up.": (48.8, 20.6),
    },
    "3.1.c": {
        "The factor is negative, −0.6: the path changes sides.": (2, 0.5, 1),
        "The last two are exchanged: the limit is the larger": (8, 0.25, 0.125),
        "At the limit the factor is −1: ηλ = 2, not 4.": (8, 0.125, 0.5),
    },
    "3.1.d": {
        "That is 2 over the largest entry on the diagonal": largest_on_the_diagonal,
        "H d is the difference of two gradients; that takes one": not_nudged_gradient_as_product,
        "Not enough rounds: d has not yet turned into the steepest": too_few_rounds,
    },
    "3.1.e": {
        "The diagonal does not hold the eigenvalues:": diagonal,
        "That is one over the geometric mean of both ends; the best": geometric_mean,
    },
}
