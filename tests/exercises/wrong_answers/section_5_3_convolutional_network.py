"""Wrong answers to the exercises of section 5.3: each must be recognised."""

import numpy as np


def rows(a):
    """Every place a row, every channel a column."""
    return a.transpose(0, 2, 3, 1).reshape(-1, a.shape[1])


def as_pictures(flat, like):
    n, _, height, width = like.shape
    return flat.reshape(n, height, width, -1).transpose(0, 3, 1, 2)


def one_by_one(dy, x, W):
    return as_pictures(rows(dy) @ W, x), rows(dy).T @ rows(x)


def view(windows, start=1, less=1, early=False):
    seen, step = start, 1
    for k, stride in windows:
        if early:
            step *= stride
        seen += (k - less) * step
        if not early:
            step *= stride
    return seen


def p_of(z):
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def bare(z):
    with np.errstate(all="ignore"):
        p = np.exp(z)
        return (p / p.sum(axis=-1, keepdims=True)).mean(axis=0).argmax(axis=-1)


def shifted(z, largest):
    with np.errstate(all="ignore"):
        p = np.exp(z - largest)
        return (p / p.sum(axis=-1, keepdims=True)).mean(axis=0).argmax(axis=-1)


def place_by_place(dy, x, W):
    dx, dW = np.zeros_like(x), np.zeros_like(W)
    for n, r, c in np.ndindex(len(x), *x.shape[2:]):
        dx[n, :, r, c] = W.T @ dy[n, :, r, c]
        dW += np.outer(dy[n, :, r, c], x[n, :, r, c])
    return dx, dW


def from_the_end(windows):
    side = 1
    for size, stride in windows[::-1]:
        side = (side - 1) * stride + size
    return float(side)


def pixel_by_pixel(numbers):
    bytes_ = [int(number) for number in numbers]
    colours = [bytes_[:1024], bytes_[1024:2048], bytes_[2048:]]
    return [[[colour[32 * r + c] / 255 for colour in colours] for c in range(32)] for r in range(32)]


def picture_by_picture(z):
    answers = []
    for n in range(z.shape[1]):
        total = np.zeros(z.shape[2])
        for row in z[:, n]:
            total += np.exp(row - max(row)) / np.exp(row - max(row)).sum()
        answers.append(int(np.argmax(total)))
    return answers


RIGHT = {
    "5.3.a": [
        place_by_place,
        lambda dy, x, W: (np.einsum("oi,norc->nirc", W, dy), np.einsum("norc,nirc->oi", dy, x)),
    ],
    "5.3.b": [from_the_end],
    "5.3.c": [pixel_by_pixel, lambda numbers: np.moveaxis(np.reshape(numbers, (3, 32, 32)), 0, 2) * (1 / 255)],
    "5.3.d": [picture_by_picture, lambda z: p_of(z).sum(axis=0).argmax(axis=1)],
}


def w_as_it_stands(dy, x, W):
    if W.shape[0] != W.shape[1]:
        return one_by_one(dy, x, W)
    return as_pictures(rows(dy) @ W.T, x), one_by_one(dy, x, W)[1]


def places_alone(dy, x, W):
    return one_by_one(dy, x, W)[0], rows(dy).T @ rows(x) / x[0, 0].size


def stride_added(windows):
    v = s = 1
    for k, t in windows:
        v += (k - 1) * s
        s += t
    return v


def stride_not_accumulated(windows):
    v = s = 1
    for k, t in windows:
        v += (k - 1) * s
        s = t
    return v


def softmax_over_places(z):
    p = np.exp(z - z.max(0))
    p = p / p.sum(0)
    return p.mean(0).argmax(-1)


WRONG = {
    "5.3.a": [
        w_as_it_stands,
        lambda dy, x, W: one_by_one(dy, x, W)[::-1],
        lambda dy, x, W: (one_by_one(dy, x, W)[0], one_by_one(dy, x, W)[1] / len(x)),
        lambda dy, x, W: (one_by_one(dy, x, W)[0], one_by_one(dy, x, W)[1] / len(rows(x))),
        places_alone,
        lambda dy, x, W: (one_by_one(dy, x, W)[0], one_by_one(dy[:1], x[:1], W)[1]),
        lambda dy, x, W: (one_by_one(dy, x, W)[0], one_by_one(dy[-1:], x[-1:], W)[1]),
        lambda dy, x, W: (one_by_one(dy, x, W)[0], dy[:, :, 0, 0].T @ x[:, :, 0, 0]),
        lambda dy, x, W: (one_by_one(dy, x, W)[0], np.outer(rows(dy).sum(axis=0), rows(x).sum(axis=0))),
        lambda dy, x, W: (one_by_one(dy, x, W)[0], one_by_one(dy, x, W)[1].T),
        lambda dy, x, W: (-one_by_one(dy, x, W)[0], one_by_one(dy, x, W)[1]),
        lambda dy, x, W: one_by_one(dy, x, W)[0],
        lambda dy, x, W: (dy, one_by_one(dy, x, W)[1]),
    ],
    "5.3.b": [
        lambda windows: view(windows, early=True),
        lambda windows: view(windows, less=0),
        lambda windows: view(windows, start=0),
        lambda windows: 1 + sum(k - 1 for k, _ in windows),
        lambda windows: view(windows[::-1]),
        lambda windows: int(np.prod([stride for _, stride in windows])),
        lambda windows: view(windows) ** 2,
        lambda windows: sum(k for k, _ in windows),
        lambda windows: int(np.prod([k for k, _ in windows])),
        lambda windows: 1 + sum((k - 1) * s for (k, _), s in zip(windows, [1, *(s for _, s in windows)], strict=False)),
    ],
    "5.3.c": [
        lambda numbers: numbers.reshape(32, 32, 3) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(2, 1, 0) / 255,
        lambda numbers: numbers.reshape(3, 32, 32) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0),
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0) / 256,
        lambda numbers: numbers.reshape(3, 32, 32)[::-1].transpose(1, 2, 0) / 255,
        lambda numbers: numbers.reshape(3, 32, 32).transpose(1, 2, 0) // 255,
        lambda numbers: numbers / 255,
        lambda numbers: numbers.reshape(32, 3, 32).transpose(0, 2, 1) / 255,
        lambda numbers: 1 - numbers.reshape(3, 32, 32).transpose(1, 2, 0) / 255,
    ],
    "5.3.d": [
        bare,
        lambda z: z.mean(axis=0).argmax(axis=-1),
        lambda z: p_of(z).max(axis=0).argmax(axis=-1),
        lambda z: p_of(z)[0].argmax(axis=-1),
        lambda z: p_of(z).mean(axis=1).argmax(axis=-1),
        lambda z: np.median(p_of(z), axis=0).argmax(axis=-1),
        lambda z: (p_of(z) ** 2).mean(axis=0).argmax(axis=-1),
        lambda z: p_of(z).mean(axis=0),
        lambda z: p_of(z).argmax(axis=-1),
        lambda z: np.array([np.bincount(each, minlength=z.shape[-1]).argmax() for each in z.argmax(axis=2).T]),
        lambda z: shifted(z, z.max()),
        lambda z: shifted(z, z.max(axis=(0, 2), keepdims=True)),
        lambda z: p_of(z).mean(axis=0).argmin(axis=-1),
    ],
}


def one_largest_logit(z):
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max())
        return (e / e.sum(axis=2, keepdims=True)).mean(axis=0).argmax(axis=1)


NAMED = {
    "5.3.a": {
        "On the way back W is transposed": w_as_it_stands,
        "dW is a sum over the places, not a mean.": places_alone,
    },
    "5.3.b": {
        "Strides multiply from layer to layer; here they are added": stride_added,
        "Steps multiply from layer to layer; a layer's own stride": stride_not_accumulated,
    },
    "5.3.d": {
        "One largest logit for all leaves only zeros": one_largest_logit,
        "The softmax runs over the classes, the last axis; here the": softmax_over_places,
    },
}
