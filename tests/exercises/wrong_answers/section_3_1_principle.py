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
        lambda w0, curvature, lr, steps: w0 * (1 - lr * curvature * steps),
        lambda w0, curvature, lr, steps: w0 * (1 - lr) ** steps,
        lambda w0, curvature, lr, steps: w0 * (1 + lr * curvature) ** steps,
        lambda w0, curvature, lr, steps: (1 - lr * curvature) ** steps,
        lambda w0, curvature, lr, steps: w0 * np.exp(-lr * curvature * steps),
        lambda w0, curvature, lr, steps: w0 * (1 - lr * curvature) ** (steps + 1),
        lambda w0, curvature, lr, steps: w0 * (1 - lr * curvature) ** (steps - 1),
        lambda w0, curvature, lr, steps: w0 * (1 - 2 * lr * curvature) ** steps,
        lambda w0, curvature, lr, steps: (w0 * (1 - lr * curvature)) ** steps,
    ],
    "3.1.c": [
        lambda curvature, lr: "one side" if lr * curvature < 1 else "flips",
        lambda curvature, lr: "diverges" if lr * curvature > 1 else "one side",
        lambda curvature, lr: "flips" if 1 <= lr * curvature < 2 else "one side" if lr * curvature < 1 else "diverges",
        lambda curvature, lr: "flips" if 1 < lr * curvature <= 2 else "one side" if lr * curvature <= 1 else "diverges",
        lambda curvature, lr: "one side" if lr <= 1 else "flips" if lr < 2 else "diverges",
        lambda curvature, lr: "diverges",
        lambda curvature, lr: "oneside" if lr * curvature <= 1 else "flips" if lr * curvature < 2 else "diverges",
        lambda curvature, lr: 1 - lr * curvature,
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


def walked(w0, curvature, lr, steps):
    for _ in range(steps):
        w0 = w0 - lr * curvature * w0
    return w0


def watched(curvature, lr):
    """Two steps from 1 say it all."""
    factor = 1 - lr * curvature
    if abs(factor) >= 1:
        return " Diverges "
    return "Flips" if factor < 0 else "One side"


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
    "3.1.b": [walked, lambda w0, curvature, lr, steps: np.float32(walked(w0, curvature, lr, steps))],
    "3.1.c": [watched, lambda curvature, lr: np.str_(watched(curvature, lr).strip().lower())],
    "3.1.d": [by_built_hessian, one_sided],
    "3.1.e": [
        lambda H: 2 / (np.linalg.norm(H, 2) + np.linalg.norm(H, -2)),
        lambda H: 2 / sum(sorted(np.linalg.eig(H)[0])[:: len(H) - 1]),
    ],
}

NAMED = {
    "3.1.a": {
        "Both weights make two steps; w₂ has made one.": (3 * 0.8**2, -0.4),
    },
    "3.1.b": {
        "The slope of ½ λ w² is λ w: the ½ cancels the 2 of the": lambda w0, curvature, lr, steps: (
            w0 * (1 - lr * curvature / 2) ** steps
        ),
    },
    "3.1.d": {
        "H d is the difference of two gradients; that takes one": not_nudged_gradient_as_product,
        "Not enough rounds: d has not yet turned into the steepest": too_few_rounds,
    },
    "3.1.e": {
        "The diagonal does not hold the eigenvalues:": diagonal,
        "That is one over the geometric mean of both ends; the best": geometric_mean,
    },
}
