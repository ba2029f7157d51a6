"""Wrong answers to the exercises of page 2.4.2: each must be recognised."""

import math

import numpy as np

WRONG = {
    "2.4.2.a": [
        lambda s, n, f: s * s * n * (f**2).mean(),
        lambda s, n, f: s * math.sqrt(n) * f.mean(),
        lambda s, n, f: s * math.sqrt((f**2).mean()),
        lambda s, n, f: s * n * math.sqrt((f**2).mean()),
        lambda s, n, f: s * math.sqrt(n),
        lambda s, n, f: s * math.sqrt(n * (f**2).sum()),
        lambda s, n, f: s * math.sqrt(n) * f.std(),
        lambda s, n, f: math.sqrt(n * (f**2).mean()),
        lambda s, n, f: s * math.sqrt((f**2).mean() / n),
        lambda s, n, f: s * math.sqrt(n) * abs(f).mean(),
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
    "2.4.2.a": [lambda s, n, f: s * math.sqrt(n) * math.sqrt(sum(float(v) ** 2 for v in f.flat) / f.size)],
}

NAMED = {
    "2.4.2.a": {
        "The slopes are squared and averaged; the root of that mean": lambda std, n, slopes: (
            std * np.sqrt(n) * (slopes**2).mean()
        ),
    },
}
