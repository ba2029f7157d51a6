"""Wrong answers to the exercises on page 2.5.1: each must be recognised."""

import numpy as np


def norms(a, b):
    s = max(np.linalg.norm(a), np.linalg.norm(b))
    return np.linalg.norm(a - b) / s if s > 0 else 0.0


def mean_difference(a, b):
    s = max(abs(a).max(), abs(b).max())
    return abs(a - b).mean() / s if s > 0 else 0.0


def u_dot_f(f, w, gradient, u):
    h = 1e-05
    return ((gradient * w).sum(), (f(w + h * u) - f(w - h * u)) / (2 * h))


def no_size_of_second(eps, f, second):
    with np.errstate(invalid="ignore"):
        return 2 * np.sqrt(eps * abs(f) / second)


WRONG = {
    "2.5.1.a": [
        (0.3, 0.01, 0),
        (3.31, 3.01, 2),
        (0.031, 0.01, 0),
        (0.31, 0.02, 0),
        (0.31, 0.06, 0),
        (0.31, 0.01, 0.01),
        (0.31, 0.01, 0.1),
    ],
    "2.5.1.b": [
        lambda a, b: np.abs(a - b).max(),
        lambda a, b: (np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))).max(),
        lambda a, b: np.abs(a - b).max() / np.abs(b).max(),
        lambda a, b: np.abs(a - b).max() / np.abs(a).max(),
        lambda a, b: np.abs(a - b).max() / max(a.max(), b.max()),
        lambda a, b: np.abs(a - b).mean() / np.maximum(np.abs(a), np.abs(b)).mean() if a.any() else 0.0,
        lambda a, b: np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max()) if a.any() else 1.0,
        lambda a, b: np.abs(a - b).max() / (np.abs(a).max() + np.abs(b).max()) if a.any() else 0.0,
        lambda a, b: (b - a).max() / max(np.abs(a).max(), np.abs(b).max()) if a.any() else 0.0,
        lambda a, b: np.abs(a - b).max() / max(a.max(), b.max()) if a.any() else 0.0,
        lambda a, b: np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max()),
    ],
    "2.5.1.c": [
        lambda eps, f, second: np.sqrt(eps * abs(f / second)),
        lambda eps, f, second: np.sqrt(2 * eps * abs(f / second)),
        lambda eps, f, second: np.cbrt(3 * eps * abs(f / second)),
        lambda eps, f, second: 2 * np.sqrt(eps * abs(second / f)),
        lambda eps, f, second: np.sqrt(eps),
        lambda eps, f, second: float("nan"),
        lambda eps, f, second: 4 * eps * abs(f / second),
        lambda eps, f, second: 2 * np.sqrt(2 * eps * abs(f / second)),
        lambda eps, f, second: 2 * np.sqrt(eps * abs(f * second)),
    ],
    "2.5.1.d": [
        lambda f, w, gradient, u: (gradient.sum(), (f(w + 1e-5 * u) - f(w - 1e-5 * u)) / 2e-5),
        lambda f, w, gradient, u: ((gradient * u).sum(), (f(w + 1e-5 * u) - f(w)) / 1e-5),
        lambda f, w, gradient, u: ((gradient * u).sum(), (f(w + 1e-5 * u) - f(w - 1e-5 * u)) / 1e-5),
        lambda f, w, gradient, u: (gradient * u, (f(w + 1e-5 * u) - f(w - 1e-5 * u)) / 2e-5),
        lambda f, w, gradient, u: ((gradient * u).sum(), (f(w + 1e-5) - f(w - 1e-5)) / 2e-5),
        lambda f, w, gradient, u: ((gradient * u).sum(), (f(w - 1e-5 * u) - f(w + 1e-5 * u)) / 2e-5),
        lambda f, w, gradient, u: ((f(w + 1e-5 * u) - f(w - 1e-5 * u)) / 2e-5, (gradient * u).sum()),
        lambda f, w, gradient, u: ((gradient * u).sum(), (gradient * u).sum()),
        lambda f, w, gradient, u: ((gradient * u).mean(), (f(w + 1e-5 * u) - f(w - 1e-5 * u)) / 2e-5),
        lambda f, w, gradient, u: (np.abs(gradient * u).sum(), (f(w + 1e-5 * u) - f(w - 1e-5 * u)) / 2e-5),
    ],
    "2.5.1.e": [
        lambda below, above: int((below * above < 0).sum()),
        lambda below, above: int(((below > 0) == (above > 0)).sum()),
        lambda below, above: int(((below <= 0) & (above > 0)).sum()),
        lambda below, above: int(((below > 0) & (above <= 0)).sum()),
        lambda below, above: int((below != above).sum()),
        lambda below, above: bool(((below > 0) != (above > 0)).any()),
        lambda below, above: (below > 0) != (above > 0),
        lambda below, above: int((np.sign(below) != np.sign(above)).sum()),
        lambda below, above: int(((below >= 0) != (above >= 0)).sum()),
        lambda below, above: int((below * above <= 0).sum()),
        lambda below, above: abs(int((above > 0).sum()) - int((below > 0).sum())),
        lambda below, above: int(((below > 0) | (above > 0)).sum()),
    ],
}

RIGHT = {
    "2.5.1.e": [
        lambda below, above: sum((p > 0) != (q > 0) for p, q in zip(below.flat, above.flat, strict=True)) * 1.0
    ],
    "2.5.1.d": [lambda f, w, gradient, u: (float(np.vdot(gradient, u)), (f(w + 1e-5 * u) - f(w - 1e-5 * u)) * 5e4)],
}

NAMED = {
    "2.5.1.b": {
        "Those are lengths, with all entries in them; the largest": norms,
        "The largest difference is wanted, not the mean one.": mean_difference,
    },
    "2.5.1.c": {
        "Either f or f″ may be negative: take absolute values under": no_size_of_second,
    },
    "2.5.1.d": {
        "measured: nudge along u, not along the gradient.": lambda f, w, g, u: (
            float((g * u).sum()),
            (f(w + 1e-5 * g) - f(w - 1e-5 * g)) / 2e-5,
        ),
        "claimed: take u as it is;": lambda f, w, g, u: (
            float((g * u).sum() / np.linalg.norm(u)),
            (f(w + 1e-5 * u) - f(w - 1e-5 * u)) / 2e-5,
        ),
        "measured: nudge by h times u, with h = 1e-5; that goes the": lambda f, w, gradient, u: (
            (gradient * u).sum(),
            (f(w + u) - f(w - u)) / 2,
        ),
        "claimed: the gradient is multiplied by the direction u, not": u_dot_f,
    },
}
