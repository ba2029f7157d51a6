"""Wrong answers to the exercises of page A.3: each must be recognised."""


def walk(inside=True, sign=-1.0, first=False):
    """A walk with one thing changed."""

    def answer(w, gradient, rates, beta):
        v, path = 0.0, []
        for eta in rates:
            eta = rates[0] if first else eta
            v = beta * v + sign * (eta if inside else 1) * gradient(w)
            w = w + (v if inside else eta * v)
            path.append(w)
        return path

    return answer


def end_only(w, gradient, rates, beta):
    return walk()(w, gradient, rates, beta)[-1]


def with_start(w, gradient, rates, beta):
    return [w, *walk()(w, gradient, rates, beta)]


def plain(w, gradient, rates, beta):
    return walk()(w, gradient, rates, 0.0)


WRONG = {
    "A.3.a": [
        (0.02, 0.9, 3.16e-8), (1.0, 0.9, 3.16e-8), (0.5, 0.1, 3.16e-8), (0.5, 0.9, 3.16e-5), (0.5, 0.9, 1e-9),
        (0.5, 0.9, 1e-6), (0.1, 0.9, 3.16e-8),
    ],
    "A.3.b": [walk(inside=False), walk(sign=1.0), walk(first=True), end_only, with_start, plain],
    "A.3.c": [(1.3, 1.03), (1.7, 1.07), (1.7, 3.97), (7.3, 1.03), (1.7, 1.3), (8, 4), (1.7, 1.7)],
}  # fmt: skip

RIGHT = {"A.3.a": [(0.5, 0.9, 3.16e-8)]}

NAMED = {
    "A.3.c": {
        "here: for the memory the sum is divided": (1.3, 1.03),
        "in_keras: Keras divides by N": (1.7, 1.07),
        "Those are the variances of the batch": (8, 4),
    },
}
