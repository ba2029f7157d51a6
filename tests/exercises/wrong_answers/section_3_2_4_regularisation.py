"""Wrong answers to exercises 3.2.4.a to 3.2.4.d: each must be recognised."""

import numpy as np


def edits_gradient(W, b, dW, db, strength):
    dW += strength * W
    return dW, db


def soft(wish, threshold):
    return np.sign(wish) * np.maximum(np.abs(wish) - threshold, 0)


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
        lambda W, b, dW, db, strength: (dW + strength * W, db + strength * b),
        lambda W, b, dW, db, strength: (dW + 2 * strength * W, db),
        lambda W, b, dW, db, strength: (dW - strength * W, db),
        lambda W, b, dW, db, strength: (dW + strength * np.sign(W), db),
        lambda W, b, dW, db, strength: (strength * W, db),
        lambda W, b, dW, db, strength: (dW + strength * W / len(W), db),
        lambda W, b, dW, db, strength: ((1 - strength) * dW, db),
        lambda W, b, dW, db, strength: (dW + strength / 2 * (W**2).sum(), db),
        edits_gradient,
    ],
    "3.2.4.b": [
        lambda wish, H, strength: soft(wish, strength),
        lambda wish, H, strength: soft(wish, strength * H),
        lambda wish, H, strength: H / (H + strength) * wish,
        lambda wish, H, strength: wish - strength / H * np.sign(wish),
        lambda wish, H, strength: np.where(np.abs(wish) > strength / H, wish, 0),
        lambda wish, H, strength: np.maximum(np.abs(wish) - strength / H, 0),
        lambda wish, H, strength: np.maximum(wish - strength / H, 0),
        lambda wish, H, strength: soft(wish, strength / (2 * H)),
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
    ],
}
