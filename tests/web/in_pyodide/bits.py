"""Random products with NumPy's own loops and with the fast ones, bit for bit; prints how many were compared.

Runs in Pyodide: sizes from 0 to 700, vectors, batches, every layout of memory, NaN and infinity, out=, overlaps.
"""

import itertools
from functools import partial

import numpy as np
import products

rng = np.random.default_rng(7)
assert products.install()
assert set(products.own.values()).isdisjoint(products.fast.values())


def bits(x):
    x = np.ascontiguousarray(x)
    return np.where(np.isnan(x), 0, x).tobytes(), np.isnan(x).tobytes()


def compare(product, what):
    products.use(products.own)
    wanted = product()
    products.use(products.fast)
    got = product()
    same = wanted.shape == got.shape and wanted.dtype == got.dtype and bits(wanted) == bits(got)
    assert same, f"other bits: {what}"


def every_second(x):
    large = np.zeros([2 * size + 1 for size in x.shape], x.dtype)
    large[tuple(slice(1, 2 * size + 1, 2) for size in x.shape)] = x
    return large[tuple(slice(1, 2 * size + 1, 2) for size in x.shape)]


def padded(x):
    large = np.zeros((*x.shape[:-1], x.shape[-1] + 3), x.dtype)
    large[..., 2:-1] = x
    return large[..., 2:-1]


def field(x):
    records = np.zeros(x.shape, [("odd", "i1"), ("x", x.dtype), ("more", "i2")])
    records["x"] = x
    return records["x"]


LAYOUTS = (
    lambda x: x,
    np.asfortranarray,
    lambda x: np.swapaxes(np.swapaxes(x, -1, -2).copy(), -1, -2) if x.ndim > 1 else x,
    every_second,
    lambda x: np.flip(np.flip(x).copy()),
    padded,
    field,
    lambda x: np.broadcast_to(x[..., :1], x.shape) if x.shape[-1] else x,
    lambda x: np.broadcast_to(x[..., :1, :], x.shape) if x.ndim > 1 and x.shape[-2] else x,
)


def random_array(shape, kind):
    x = rng.standard_normal(shape).astype(kind)
    if x.size and rng.random() < 0.1:
        x.flat[rng.integers(x.size)] = rng.choice([np.nan, np.inf, -np.inf, -0.0, 1e38])
    return LAYOUTS[rng.integers(len(LAYOUTS))](x)


def random_size():
    low, high = [(0, 4), (1, 20), (1, 20), (1, 90), (90, 700)][rng.integers(5)]
    return int(rng.integers(low, high))


def random_product():
    kind = rng.choice(["f4", "f8"])
    n, k, m = random_size(), random_size(), random_size()
    while n * k * m > 2e6:
        n, k, m = random_size(), random_size(), random_size()
    batch_a, batch_b = [((), ()), ((), ()), ((3,), ()), ((), (2,)), ((2, 1), (1, 3)), ((0,), ())][rng.integers(6)]
    a, b = random_array((*batch_a, n, k), kind), random_array((*batch_b, k, m), kind)
    form = rng.integers(8)
    if form == 0 and a.ndim == 2 and n:
        a = a[0]
    elif form == 1 and b.ndim == 2 and m:
        b = b[:, 0]
    elif form == 2 and a.ndim == 2:
        b = a.T
    what = f"{a.shape} {a.strides} @ {b.shape} {b.strides} {kind}"
    shape = np.matmul(a, b).shape
    out = random_array(shape, kind) if shape and rng.random() < 0.35 else None
    if out is None or not out.flags.writeable:
        return lambda: np.matmul(a, b), what

    def into_out():
        out[...] = 7
        return np.matmul(a, b, out=out).copy()

    return into_out, f"{what} into {out.strides}"


def overlapping_product():
    size, kind = int(rng.integers(2, 40)), rng.choice(["f4", "f8"])
    memory = rng.standard_normal(2 * size**2).astype(kind)
    places = rng.integers(0, size**2, size=3)
    turned = rng.random(3) < 0.3

    def product():
        copy = memory.copy()
        views = [copy[place : place + size**2].reshape(size, size) for place in places]
        a, b, out = (view.T if turn else view for view, turn in zip(views, turned, strict=True))
        np.matmul(a, b, out=out)
        return copy

    return product, f"overlap of {places}, {size}"


def large_product(n, k, m, kind):
    a, b = (rng.standard_normal(shape).astype(kind) for shape in ((n, k), (k, m)))
    pairs = itertools.product((a, np.asfortranarray(a)), (b, np.asfortranarray(b)))
    return [partial(np.matmul, *pair) for pair in pairs]


cases = [random_product() for _ in range(1500)] + [overlapping_product() for _ in range(150)]
for n, k, m in (
    (3, 5000, 20),
    (70, 1500, 33),
    (10, 30, 9000),
    (1, 2000, 2000),
    (2000, 2000, 1),
    (2000, 7, 3),
    (2, 700, 9),
):
    cases += [(product, f"{n} {k} {m}") for kind in ("f4", "f8") for product in large_product(n, k, m, kind)]
for product, what in cases:
    compare(product, what)
print(len(cases))
