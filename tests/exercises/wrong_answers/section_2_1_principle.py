"""Wrong answers to the exercises of section 2.1: each must be recognised."""

import numpy as np


def nudged(w, k, h):
    w = w.copy()
    w[k] += h
    return w


def impatient(f, w, h):
    return np.array([(f(nudged(w, k, h)) - f(w)) / h for k in range(len(w))])


def both_sides(f, w, h):
    return np.array([(f(nudged(w, k, h)) - f(nudged(w, k, -h))) / (2 * h) for k in range(len(w))])


def no_division(f, w, h):
    before = f(w)
    return np.array([f(nudged(w, k, h)) - before for k in range(len(w))])


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
    return np.array([(before - f(nudged(w, k, -h))) / h for k in range(len(w))])


def one_side(f, w, h):
    before = f(w)
    return np.array([(f(nudged(w, k, h)) - before) / h for k in range(len(w))])


def divide_by_2h(f, w, h):
    b = f(w)
    s = np.zeros(len(w))
    for k in range(len(w)):
        p = w.copy()
        p[k] += h
        s[k] = (f(p) - b) / (2 * h)
    return s


def argmax_without_abs(dx, h):
    i = int(dx.argmax())
    return (i, -h * np.sign(dx[i]))


WRONG = {
    "2.1.a": [
        (0.44, 0.025),
        (-0.04, 0.025),
        (0.36, -0.025),
        (0.36, 0.016),
        (0.36,),
        0.36,
        ("0.36", "0.025"),
        (-0.4, 0.025),
        (0.45, 0.025),
        (0.36, 40.0),
    ],
    "2.1.b": [
        impatient,
        both_sides,
        no_division,
        in_place,
        all_together,
        downward,
        lambda f, w, h: w,
        lambda f, w, h: one_side(f, w, -h),
        lambda f, w, h: -one_side(f, w, h),
        lambda f, w, h: one_side(f, w, h) + h,
    ],
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
        lambda loss, g, h: loss + sum(b.sum() for b in h),
        lambda loss, g, h: loss + sum(abs(a * b).sum() for a, b in zip(g, h, strict=True)),
        lambda loss, g, h: sum(loss + (a * b).sum() for a, b in zip(g, h, strict=True)),
    ],
    "2.1.e": [
        ((16, 8, 2), (0, 0, 0)),
        ((-16, -8, -2), (0, 0, 6)),
        ((-16, -8, -2), (0, 0, -6)),
        ((-16, -8, -2), (-48, -24, 6)),
        ((-4, -2, -2), (0, 0, 0)),
        ((-16, -8, -8), (0, 0, 0)),
        ((-8, -8, -2), (0, 0, 0)),
        ((-8, -16, -2), (0, 0, 0)),
        (-16, -8, -2),
        0,
    ],
}

RIGHT = {
    "2.1.b": [lambda f, w, h: one_side(f, w, h).astype(np.float32), lambda f, w, h: list(one_side(f, w, h))],
    "2.1.c": [["w¹₁₁", "w¹₁₂", "w¹₂₁", "b¹₁"], ("b¹₁", "w¹₂₁", "w¹₁₂", "w¹₁₁")],
    "2.1.d": [
        lambda loss, g, h: (
            loss
            + sum(float(p) * float(q) for a, b in zip(g, h, strict=True) for p, q in zip(a.flat, b.flat, strict=True))
        )
    ],
}

NAMED = {
    "2.1.a": {
        "new_loss: gradient times nudge is the change itself, no share": (0.4 * (1 - 0.8 * 0.05), 0.025),
    },
    "2.1.b": {
        "One side only: the two values are h apart, not 2h.": divide_by_2h,
    },
    "2.1.e": {
        "b_is_1: the ReLU is shut, so nothing of the error": ((-16, -8, -2), (-48, -24, 0)),
        "b_is_1: v meets a in the product v a, and a is 0;": ((-16, -8, -2), (0, 0, -6)),
    },
}
