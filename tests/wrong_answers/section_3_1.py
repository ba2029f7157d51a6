"""Wrong answers to the exercises of section 3.1: each must be recognised."""

import numpy as np


def edits_the_input(w, g, lr):
    w -= lr * g
    return w


WRONG = {
    "3.1.1": [
        lambda w, g, lr: w + lr * g,
        lambda w, g, lr: lr * g,
        lambda w, g, lr: -lr * g,
        lambda w, g, lr: w - g,
        lambda w, g, lr: w - lr * g / len(w),
        edits_the_input,
    ],
    "3.1.2": [
        lambda w0, curvature, lr, steps: w0 * (1 - lr * curvature * steps),
        lambda w0, curvature, lr, steps: w0 * (1 - lr) ** steps,
        lambda w0, curvature, lr, steps: w0 * (1 + lr * curvature) ** steps,
        lambda w0, curvature, lr, steps: (1 - lr * curvature) ** steps,
        lambda w0, curvature, lr, steps: w0 * np.exp(-lr * curvature * steps),
        lambda w0, curvature, lr, steps: w0 * (1 - lr * curvature) ** (steps + 1),
    ],
    "3.1.3": [
        lambda curvature, lr: "one side" if lr * curvature < 1 else "flips",
        lambda curvature, lr: "diverges" if lr * curvature > 1 else "one side",
        lambda curvature, lr: "flips" if 1 <= lr * curvature < 2 else "one side" if lr * curvature < 1 else "diverges",
        lambda curvature, lr: "flips" if 1 < lr * curvature <= 2 else "one side" if lr * curvature <= 1 else "diverges",
        lambda curvature, lr: "diverges",
        lambda curvature, lr: 1 - lr * curvature,
    ],
    "3.1.4": [
        lambda H: 2 / np.diag(H).max(),
        lambda H: 2 / np.linalg.eigvalsh(H).min(),
        lambda H: 1 / np.linalg.eigvalsh(H).max(),
        lambda H: 2 / np.trace(H),
        lambda H: 2 / np.abs(H).max(),
        lambda H: 2 / np.linalg.eigvalsh(H),
    ],
    "3.1.5": [
        lambda H: 2 / np.linalg.eigvalsh(H).max(),
        lambda H: 1 / (np.linalg.eigvalsh(H).min() + np.linalg.eigvalsh(H).max()),
        lambda H: 2 / np.trace(H) * 0.9,
        lambda H: 1 / np.linalg.eigvalsh(H).mean() * 1.1,
        lambda H: 2 / (np.linalg.eigvalsh(H).max() - np.linalg.eigvalsh(H).min()),
        lambda H: np.linalg.cond(H),
    ],
}
