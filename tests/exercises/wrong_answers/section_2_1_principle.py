"""Wrong answers to the exercises of section 2.1: each must be recognised."""

import numpy as np


def pushed(w, k, h):
    w = w.copy()
    w[k] += h
    return w


def impatient(f, w, h):
    return np.array([(f(pushed(w, k, h)) - f(w)) / h for k in range(len(w))])


def both_sides(f, w, h):
    return np.array([(f(pushed(w, k, h)) - f(pushed(w, k, -h))) / (2 * h) for k in range(len(w))])


def no_division(f, w, h):
    before = f(w)
    return np.array([f(pushed(w, k, h)) - before for k in range(len(w))])


def in_place(f, w, h):
    before, slopes = f(w), []
    for k in range(len(w)):
        w[k] += h
        slopes.append((f(w) - before) / h)
    return np.array(slopes)


def all_together(f, w, h):
    return np.full(len(w), (f(w + h) - f(w)) / h)


def downward(f, w, h):
    before = f(w)
    return np.array([(before - f(pushed(w, k, -h))) / h for k in range(len(w))])


WRONG = {
    "2.1.a": [(0.44, 0.025), (-0.04, 0.025), (0.36, -0.025), (0.36, 0.016), (0.36,), 0.36, ("0.36", "0.025")],
    "2.1.b": [impatient, both_sides, no_division, in_place, all_together, downward, lambda f, w, h: w],
    "2.1.c": [
        {"w¹₁₁", "w¹₁₂"},
        {"w¹₁₁", "w¹₂₁", "b¹₁"},
        {"w¹₁₁", "w¹₁₂", "w¹₂₁", "b¹₁", "w²₁₁", "w²₁₂"},
        {"w¹₁₁", "w¹₁₂", "w¹₂₁", "b¹₁", "b²₂"},
        {"w¹₁₁", "w¹₁₂", "b¹₁"},
        {"w111"},
        "w¹₁₁",
        set(),
        4,
    ],
    "2.1.d": [
        lambda loss, g, h: sum((a * b).sum() for a, b in zip(g, h, strict=True)),
        lambda loss, g, h: loss - sum((a * b).sum() for a, b in zip(g, h, strict=True)),
        lambda loss, g, h: loss + (g[0] * h[0]).sum(),
        lambda loss, g, h: loss + sum(a.sum() * b.sum() for a, b in zip(g, h, strict=True)),
        lambda loss, g, h: loss + sum((a * b).mean() for a, b in zip(g, h, strict=True)),
        lambda loss, g, h: loss + sum((a @ b).sum() for a, b in zip(g, h, strict=True)),
    ],
    "2.1.e": [
        lambda dx, h: (int(np.abs(dx).argmax()), h * np.sign(dx[np.abs(dx).argmax()])),
        lambda dx, h: (int(dx.argmax()), -h),
        lambda dx, h: (int(dx.argmin()), h),
        lambda dx, h: (int(np.abs(dx).argmax()), -h * dx[np.abs(dx).argmax()]),
        lambda dx, h: (int(np.abs(dx).argmax()), -h),
        lambda dx, h: int(np.abs(dx).argmax()),
    ],
}
