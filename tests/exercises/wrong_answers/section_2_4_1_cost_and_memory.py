"""Wrong answers to the exercises of page 2.4.1: each must be recognised."""

from itertools import pairwise


def forward(widths):
    return sum(a * b for a, b in pairwise(widths))


def moments(segments):
    firsts = [segment[0] for segment in segments]
    return [sum(firsts[: s + 1]) + sum(segment[1:]) for s, segment in enumerate(segments)]


def checkpoint_counted_twice(segments):
    c, m = (0, [])
    for a in segments:
        c += a[0]
        m.append(c + sum(a))
    return max(m)


WRONG = {
    "2.4.1.a": [
        (40_000, 20_000),
        (20_000, 10_000),
        (10_526, 5_263),
        (10_000, 2_500),
        (10_000, 20_000),
        (27, 6),
        (1_250, 625),
        10_000,
    ],
    "2.4.1.b": [
        (10, 20, 101, 4),
        (10, 21, 100, 4),
        (10, 21, 101, 3),
        (10, 21, 101, 5),
        (50, 53, 101, 4),
        (100, 102, 101, 4),
        (10, 21, 101, 6),
    ],
    "2.4.1.c": [
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
    "2.4.1.d": [
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

RIGHT = {"2.4.1.d": [lambda segments: float(max(moments(segments)))]}

NAMED = {
    "2.4.1.d": {
        "The segment's own checkpoint is counted twice.": checkpoint_counted_twice,
        "All checkpoints and a whole segment: the later ones are": lambda segments: (
            max(sum(a) for a in segments) + sum(a[0] for a in segments)
        ),
    },
}
