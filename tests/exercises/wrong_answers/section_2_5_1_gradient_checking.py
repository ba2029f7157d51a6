"""Wrong answers to the exercises on page 2.5.1: each must be recognised."""

import numpy as np

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
