"""Wrong answers to the exercises of page 2.4.2: each must be recognised."""

import math

WRONG = {
    "2.4.2.a": [
        (0.8, 1.6, 1 / 16),
        (8, 16, 1 / 16),
        (6.4**10, 25.6**10, 1 / 256),
        (0.1**10, 0.1**10, 1 / 16),
        (0.8**10, 1.6**10, 1 / 256),
        (0.8**10, 1.6**10, 0.2),
        (0.8**20, 1.6**20, 1 / 16),
        (0.8**10, 1.6**10),
    ],
    "2.4.2.b": [
        lambda n, c: 2 / (n * (1 + c * c)),
        lambda n, c: math.sqrt(2 / n),
        lambda n, c: math.sqrt(2 / (n * (1 + c))),
        lambda n, c: math.sqrt(1 / (n * (1 + c * c))),
        lambda n, c: math.sqrt(2 / n) * (1 + c * c),
        lambda n, c: math.sqrt((1 + c * c) / (2 * n)),
        lambda n, c: math.sqrt(2 / (1 + c * c)),
        lambda n, c: math.sqrt(2 / n) / (1 + c * c),
        lambda n, c: math.sqrt(2 / (n * (1 + c) ** 2)),
    ],
    "2.4.2.c": [
        lambda f, share: math.log(share) / math.log(f),
        lambda f, share: math.floor(math.log(share) / math.log(f)),
        lambda f, share: math.ceil(math.log(share) / math.log(f)) + 1,
        lambda f, share: math.ceil(f / share),
        lambda f, share: f ** math.ceil(math.log(share) / math.log(f)),
        lambda f, share: math.ceil(math.log(f) / math.log(share)),
        lambda f, share: math.ceil(math.log(share) / math.log(f)),
        lambda f, share: next(t for t in range(1, 10**6) if f**t <= share),
        lambda f, share: next(t for t in range(1, 10**6) if f**t < share) - 1,
    ],
}

RIGHT = {
    "2.4.2.c": [lambda f, share: math.floor(math.log2(share) / math.log2(f) + 1e-12) + 1.0],
    "2.4.2.a": [(0.11, 110, 0.0625)],
}

NAMED = {
    "2.4.2.a": {
        "std: that is He's rule,": (0.8**10, 1.6**10, math.sqrt(2 / 256)),
    },
}
