"""Wrong answers to the exercises of page 2.4.1: each must be recognised."""

from itertools import pairwise


def forward(widths):
    return sum(a * b for a, b in pairwise(widths))


def backward(widths):
    return 2 * forward(widths) - widths[0] * widths[1]


def parameters(widths):
    return sum((a + 1) * b for a, b in pairwise(widths))


def walk(again=True, turned=True, from_input=True, start=False):
    """A walk back over segments with one fault."""

    def walk_back(segments, x, dy):
        inputs = [x]
        for segment in segments:
            inputs.append(segment.forward(inputs[-1]))
        order = segments[::-1] if turned else segments
        for segment, at in zip(order, inputs[-2::-1], strict=True):
            if start:
                value = x
                for earlier in segments:
                    value = earlier.forward(value)
                    if earlier is segment:
                        break
            elif again:
                segment.forward(at if from_input else at * 0)
            dy = segment.backward(dy)
        return dy

    return walk_back


WRONG = {
    "2.4.1.a": [
        lambda w: 2 * forward(w) ** 2 / (forward(w) + backward(w)),
        lambda w: parameters(w) * forward(w) / (forward(w) + backward(w)),
        lambda w: 2 * parameters(w) * forward(w) / backward(w),
        lambda w: 2 * parameters(w) / 3,
        lambda w: 2 * parameters(w),
        lambda w: (forward(w) + backward(w)) / (2 * parameters(w) * forward(w)),
    ],
    "2.4.1.b": [
        lambda w, m: m // sum(w),
        lambda w, m: m / (4 * sum(w)),
        lambda w, m: m // (4 * sum(w[1:])),
        lambda w, m: m // (4 * sum(w[:-1])),
        lambda w, m: m // (4 * forward(w)),
        lambda w, m: m // (4 * sum(w)) + 1,
        lambda w, m: (m - 4 * parameters(w)) // (4 * sum(w)),
    ],
    "2.4.1.c": [
        walk(again=False),
        walk(turned=False),
        walk(from_input=False),
        walk(start=True),
        lambda segments, x, dy: dy,
        lambda segments, x, dy: -walk()(segments, x, dy),
        lambda segments, x, dy: walk()(segments, x, dy).sum(axis=0),
    ],
}
