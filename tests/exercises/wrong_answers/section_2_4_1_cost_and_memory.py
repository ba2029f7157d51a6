"""Wrong answers to the exercises of page 2.4.1: each must be recognised."""

from itertools import pairwise


def forward(widths):
    return sum(a * b for a, b in pairwise(widths))


def parameters(widths):
    return sum((a + 1) * b for a, b in pairwise(widths))


def moments(segments):
    firsts = [segment[0] for segment in segments]
    return [sum(firsts[: s + 1]) + sum(segment[1:]) for s, segment in enumerate(segments)]


def one_sided(widths):
    f = sum((a * b for a, b in pairwise(widths)))
    return ((1 + widths[0]) * f, (1 + widths[-1]) * f)


def checkpoint_counted_twice(segments):
    c, m = (0, [])
    for a in segments:
        c += a[0]
        m.append(c + sum(a))
    return max(m)


WRONG = {
    "2.4.1.a": [
        lambda w: (w[0] * forward(w), (1 + w[-1]) * forward(w)),
        lambda w: ((2 * w[0] + 1) * forward(w), (1 + w[-1]) * forward(w)),
        lambda w: (2 * forward(w) ** 2, (1 + w[-1]) * forward(w)),
        lambda w: (2 * w[-1] * forward(w), (1 + w[0]) * forward(w)),
        lambda w: (2 * w[0] * forward(w), w[-1] * forward(w)),
        lambda w: (2 * w[0] * forward(w), forward(w) + w[-1] * 2 * forward(w)),
        lambda w: (2 * w[0] * forward(w), forward(w) + w[-1] * (forward(w) - w[0] * w[1])),
        lambda w: (2 * w[0] * forward(w), 2 * w[-1] * forward(w)),
        lambda w: (2 * w[0] * forward(w), 2 * forward(w)),
        lambda w: ((1 + w[-1]) * forward(w), 2 * w[0] * forward(w)),
        lambda w: 2 * w[0] * forward(w),
    ],
    "2.4.1.b": [
        lambda w, m: m // sum(w),
        lambda w, m: m / (4 * sum(w)),
        lambda w, m: m // (4 * sum(w[1:])),
        lambda w, m: m // (4 * sum(w[:-1])),
        lambda w, m: m // (4 * forward(w)),
        lambda w, m: m // (4 * sum(w)) + 1,
        lambda w, m: (m - 4 * parameters(w)) // (4 * sum(w)),
        lambda w, m: m // (32 * sum(w)),
        lambda w, m: m // (8 * sum(w)),
    ],
    "2.4.1.c": [
        lambda segments: sum(s[0] for s in segments) + max(sum(s[1:]) for s in segments),
        lambda segments: sum(map(sum, segments)),
        lambda segments: max(map(sum, segments)),
        lambda segments: moments(segments)[-1],
        lambda segments: moments(segments)[0],
        lambda segments: sum(s[0] for s in segments),
        lambda segments: max(sum(s[1:]) for s in segments),
        lambda segments: max(m - s[0] for m, s in zip(moments(segments), segments, strict=True)),
        lambda segments: max(moments(segments[::-1])),
        moments,
        lambda segments: min(moments(segments)),
    ],
}

RIGHT = {
    "2.4.1.b": [lambda w, m: max(n for n in range(m // 4 + 1) if 4 * n * sum(w) <= m)],
    "2.4.1.c": [lambda segments: float(max(moments(segments)))],
}

NAMED = {
    "2.4.1.a": {
        "nudging: to both sides is wanted, two forward passes for": one_sided,
    },
    "2.4.1.c": {
        "The segment's own checkpoint is counted twice.": checkpoint_counted_twice,
        "All checkpoints and a whole segment: the later ones are": lambda segments: (
            max(sum(a) for a in segments) + sum(a[0] for a in segments)
        ),
    },
}
