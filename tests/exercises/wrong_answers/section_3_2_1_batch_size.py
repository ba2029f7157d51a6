"""Wrong answers to the exercises of section 3.2.1: each must be recognised."""

import numpy as np


def shuffled_in_place(N, B, rng):
    deck = np.arange(N)
    rng.shuffle(deck)
    return deck.reshape(-1, B)


def drawn_anew(N, B, rng):
    return [rng.choice(N, size=min(B, N), replace=False) for _ in range(-(-N // B))]


def cut(deck, B):
    return [deck[start : start + B] for start in range(0, len(deck), B)]


WRONG = {
    "3.2.1.a": [
        (12, 120),
        (144, 1440),
        (14400, 144),
        (144, 1.44),
        (9, 900),
        (5184, 518400),
        (72, 720),
        (144, 144),
        144,
    ],
    "3.2.1.b": [
        lambda N, B, rng: cut(np.arange(N), B),
        lambda N, B, rng: cut(np.random.default_rng(0).permutation(N), B),
        lambda N, B, rng: cut(rng.integers(N, size=N), B),
        lambda N, B, rng: cut(rng.permutation(N)[: N // B * B], B),
        lambda N, B, rng: cut(rng.permutation(N) + 1, B),
        lambda N, B, rng: np.array_split(rng.permutation(N), -(-N // B)),
        lambda N, B, rng: rng.permutation(N),
        lambda N, B, rng: cut(np.roll(np.arange(N), rng.integers(N)), B),
        drawn_anew,
        shuffled_in_place,
        lambda N, B, rng: cut(rng.permutation(N), B)[0],
        lambda N, B, rng: [rng.permutation(N) for _ in range(B)],
        lambda N, B, rng: cut(rng.permutation(N - 1), B),
    ],
    "3.2.1.c": [
        lambda gradients, sizes: np.mean(gradients, axis=0),
        lambda gradients, sizes: np.sum(gradients, axis=0),
        lambda gradients, sizes: sum(n * g for g, n in zip(gradients, sizes, strict=True)),
        lambda gradients, sizes: sum(g / n for g, n in zip(gradients, sizes, strict=True)) / sum(sizes),
        lambda gradients, sizes: sum(n * g for g, n in zip(gradients, sizes, strict=True)) / len(sizes),
        lambda gradients, sizes: gradients[-1],
        lambda gradients, sizes: gradients[0],
        lambda gradients, sizes: np.mean([n * g for g, n in zip(gradients, sizes, strict=True)]),
        lambda gradients, sizes: sum(gradients) / sum(sizes),
    ],
    "3.2.1.d": [
        lambda floor, curvature, spread2, B: 2 * floor * B * curvature / spread2,
        lambda floor, curvature, spread2, B: 2 * floor * curvature / (spread2 + floor * curvature**2),
        lambda floor, curvature, spread2, B: 2 * floor * B * curvature / (spread2 - floor * B * curvature**2),
        lambda floor, curvature, spread2, B: 2 * floor * B * curvature / (spread2 + floor * B * curvature),
        lambda floor, curvature, spread2, B: floor * B * curvature / (spread2 + floor * B * curvature**2),
        lambda floor, curvature, spread2, B: 2 / curvature,
        lambda floor, curvature, spread2, B: 2 * floor * B * curvature / (spread2**2 + floor * B * curvature**2),
        lambda floor, curvature, spread2, B: floor * spread2 / (B * curvature * (2 - floor * curvature)),
        lambda floor, curvature, spread2, B: 2 * floor * B / (spread2 + floor * B * curvature**2),
    ],
}


def dealt_one_by_one(N, B, rng):
    left, batches = list(range(N)), []
    rng.shuffle(left)
    while left:
        batches.append([float(left.pop()) for _ in range(min(B, len(left)))])
    return tuple(batches)


RIGHT = {
    "3.2.1.a": [[144, 14400], np.array([144.0, 14400.0])],
    "3.2.1.b": [dealt_one_by_one, lambda N, B, rng: np.split(rng.permutation(N), range(B, N, B))],
    "3.2.1.c": [
        lambda gradients, sizes: np.average(gradients, axis=0, weights=sizes),
        lambda gradients, sizes: [
            sum(n * g[k] for g, n in zip(gradients, sizes, strict=True)) / sum(sizes) for k in range(4)
        ],
    ],
    "3.2.1.d": [lambda floor, curvature, spread2, B: 2 / (spread2 / (floor * B * curvature) + curvature)],
}

NAMED = {
    "3.2.1.a": {
        "The size of the gradient is squared, too": (72, 7200),
        "A tenth of the noise takes more than ten times the": (144, 1440),
        "That is the ratio of the lengths; noise falls with": (12, 120),
    },
    "3.2.1.c": {
        "A mean is undone by multiplying with the size, not by": lambda gradients, sizes: sum(
            (a / b for a, b in zip(gradients, sizes, strict=False))
        ),
        "Divided by the number of examples it is a mean; the number": lambda gradients, sizes: (
            sum((a * b for a, b in zip(gradients, sizes, strict=False))) / sum(sizes) / len(sizes)
        ),
    },
    "3.2.1.d": {
        "λ is missing above, and squared below: 2 V B λ over s² + V": lambda floor, curvature, spread2, B: (
            2 * floor * B / (spread2 + floor * B * curvature)
        ),
    },
}
