"""Wrong answers to exercises 3.2.4.a to 3.2.4.e: each must be recognised."""

import numpy as np


def with_variance(w, x, y, p, mean=None, variance=None):
    """Half of a square and a variance, either of them replaced."""
    mean = w @ x if mean is None else mean
    variance = p / (1 - p) * ((w * x) ** 2).sum() if variance is None else variance
    return ((mean - y) ** 2 + variance) / 2


def one_draw(w, x, y, p):
    mask = (np.random.default_rng(0).random(len(x)) >= p) / (1 - p)
    return (w @ (x * mask) - y) ** 2 / 2


def patient(values, patience, better=lambda value, best: value < best, first=1, late=0):
    best, best_number, number = np.inf, first, first
    for number, value in enumerate(values, start=first):
        if better(value, best):
            best, best_number = value, number
        if number - best_number >= patience + late:
            break
    return number, best_number


def first_rise(values, patience):
    for number in range(1, len(values)):
        if values[number] > values[number - 1]:
            return number + 1, number
    return len(values), len(values)


def rises_in_a_row(values, patience):
    """Compares with the epoch before, not with the best."""
    best, streak, number = 1, 0, 1
    for number, value in enumerate(values, start=1):
        if value < values[best - 1]:
            best = number
        streak = streak + 1 if number > 1 and value >= values[number - 2] else 0
        if streak >= patience:
            break
    return number, best


def counts_rises(values, patience):
    best, bad, number = 1, 0, 1
    for number, value in enumerate(values, start=1):
        if value < values[best - 1]:
            best = number
        elif number > 1:
            bad += 1  # never set back to 0
        if bad >= patience:
            break
    return number, best


WRONG = {
    "3.2.4.a": [
        (22.0, -29.3, 0.0),
        (18.0, 29.3, 0.0),
        (1.818, 26.64, 0.0),
        (18.18, 266.4, 0.0),
        (18.18, 1.818, 0.0),
        (18.18, 26.64, 1.818),
        (20.0, 0.0, 0.0),
        (18.18, -26.64, 0.0),
        (18.18, 26.64),
    ],
    "3.2.4.b": [
        one_draw,
        lambda w, x, y, p: with_variance(w, x, y, p, variance=0),
        lambda w, x, y, p: 2 * with_variance(w, x, y, p),
        lambda w, x, y, p: with_variance(w, x, y, p, variance=p * ((w * x) ** 2).sum()),
        lambda w, x, y, p: with_variance(w, x, y, p, variance=p * (1 - p) * ((w * x) ** 2).sum()),
        lambda w, x, y, p: with_variance(w, x, y, p, variance=(1 - p) / p * ((w * x) ** 2).sum()),
        lambda w, x, y, p: with_variance(w, x, y, p, variance=p / (1 - p) * (w @ x) ** 2 if len(w) > 1 else 0),
        lambda w, x, y, p: with_variance(w, x, y, p, variance=p / (1 - p) * (w**2).sum()),
        lambda w, x, y, p: with_variance(w, x, y, p, mean=(1 - p) * (w @ x)),
        lambda w, x, y, p: (w @ x - y) ** 2 / 2 + p / (1 - p) * ((w * x) ** 2).sum(),
        lambda w, x, y, p: (w @ x - y) ** 2 / 2 - p / (1 - p) / 2 * ((w * x) ** 2).sum(),
        lambda w, x, y, p: p / (1 - p) / 2 * ((w * x) ** 2).sum(),
        lambda w, x, y, p: with_variance(w, x, y, p, variance=p / (1 - p) * (w * x) ** 2),
    ],
    "3.2.4.c": [
        lambda x, dy, kept, p: (x * kept, dy * kept),
        lambda x, dy, kept, p: (x * kept / p, dy * kept / p),
        lambda x, dy, kept, p: (x * kept / (1 - p), dy),
        lambda x, dy, kept, p: (x * kept / (1 - p), dy * kept),
        lambda x, dy, kept, p: (x * kept / (1 - p), dy / (1 - p)),
        lambda x, dy, kept, p: (x * ~kept / (1 - p), dy * ~kept / (1 - p)),
        lambda x, dy, kept, p: (x * kept * (1 - p), dy * kept * (1 - p)),
        lambda x, dy, kept, p: (x * kept / kept.mean(axis=0), dy * kept / (1 - p)),
        lambda x, dy, kept, p: (x * kept / (1 - p), np.roll(kept, 1, axis=0) * dy / (1 - p)),
        lambda x, dy, kept, p: (x / (1 - p), dy / (1 - p)),
        lambda x, dy, kept, p: (x * kept, dy * kept / (1 - p)),
        lambda x, dy, kept, p: (x * kept / (1 - p), x * kept / (1 - p)),
        lambda x, dy, kept, p: (x * kept / kept.mean(), dy * kept / kept.mean()),
    ],
    "3.2.4.d": [
        lambda values, patience: patient(values, patience, first=0),
        lambda values, patience: patient(values, patience, late=1),
        lambda values, patience: patient(values, patience, late=-1),
        lambda values, patience: patient(values, patience, better=lambda value, best: value <= best),
        lambda values, patience: patient(values, len(values) + 1),
        lambda values, patience: patient(values, patience)[::-1],
        first_rise,
        counts_rises,
        rises_in_a_row,
        lambda values, patience: (patient(values, patience)[0], patient(values, len(values))[1]),
        lambda values, patience: (patient(values, patience)[0], min(values)),
        lambda values, patience: (patient(values, patience)[0], patient(values, patience)[0]),
    ],
    "3.2.4.e": [
        lambda noise, spread, N: noise**2 / spread**2,
        lambda noise, spread, N: noise / (N * spread),
        lambda noise, spread, N: spread**2 / (N * noise**2),
        lambda noise, spread, N: noise**2 / (2 * N * spread**2),
        lambda noise, spread, N: 1 / (N * spread**2),
        lambda noise, spread, N: noise**2 / N,
        lambda noise, spread, N: N * noise**2 / spread**2,
        lambda noise, spread, N: noise**2 / (N * spread),
    ],
}


def by_loops(w, x, y, p):
    mean = variance = 0.0
    for weight, value in zip(w, x, strict=True):
        mean += weight * value
        variance += (weight * value) ** 2 * (1 / (1 - p) - 1)
    return np.float32(0.5 * (mean - y) ** 2 + 0.5 * variance)


def dropout_by_loops(x, dy, kept, p):
    y, dx = np.zeros_like(x), np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if kept[place]:
            y[place], dx[place] = x[place] / (1 - p), dy[place] / (1 - p)
    return y.astype(np.float32), dx.tolist()


def patient_by_counting(values, patience):
    best, bad = 0, 0
    for epoch in range(len(values)):
        if epoch > 0 and values[epoch] < values[best]:
            best, bad = epoch, 0
        elif epoch > 0:
            bad += 1
        if bad == patience:
            return [float(epoch + 1), float(best + 1)]
    return np.array([len(values), best + 1])


RIGHT = {
    "3.2.4.a": [[18.18, 26.64, 0], (18.2, 26.6, 0.0)],
    "3.2.4.b": [by_loops],
    "3.2.4.c": [dropout_by_loops],
    "3.2.4.d": [patient_by_counting],
    "3.2.4.e": [lambda noise, spread, N: np.float32((noise / spread) ** 2 / N)],
}

NAMED = {
    "3.2.4.a": {
        "Divide by 1.1, as b (1 + λ) = c says": (18.0, 29.3, 0.0),
        "too_cold: that is what it says": (18.18, 266.4, 0.0),
        "own_scale: if room temperature is 0": (18.18, 26.64, 1.818),
        "A penalty on the bias does something": (20, 0, 0),
    },
    "3.2.4.e": {
        "The loss is a mean over the examples": lambda noise, spread, N: noise**2 / spread**2,
        "Variances stand in the exponents": lambda noise, spread, N: noise / (N * spread),
        "Upside down": lambda noise, spread, N: spread**2 / (N * noise**2),
    },
}
