"""Wrong answers to the exercises of section 3.2.2: each must be recognised."""

import numpy as np


def averaged(w, v, g, lr, beta):
    v = beta * v + (1 - beta) * g
    return w - lr * v, v


def averaged_in_place(w, v, g, lr, beta):
    v *= beta
    v += (1 - beta) * g
    return w - lr * v, v


def ahead(w, v, gradient, lr, beta, reach=1.0):
    v = beta * v + gradient(w - reach * lr * beta * v)
    return w - lr * v, v


def sizes(H, lr, beta):
    return [np.abs(np.roots([1, -(1 + beta - lr * c), beta])).max() for c in np.linalg.eigvalsh(H)]


def ends(H):
    eigenvalues = np.linalg.eigvalsh(H)
    return eigenvalues.min(), eigenvalues.max()


def lr_inside_v(w, v, g, lr, beta):
    v = beta * v + (1 - beta) * lr * g
    return (w - v, v)


def no_roots(H):
    v = np.linalg.eigvalsh(H)
    low, h = (v[0], v[-1])
    return (4 / (low + h) ** 2, ((h - low) / (h + low)) ** 2)


def step_from_lookahead(w, v, gradient, lr, beta):
    a = w - lr * beta * v
    v = beta * v + gradient(a)
    return (a - lr * v, v)


def gradient_twice(w, v, gradient, lr, beta):
    a = w - lr * beta * v
    v = beta * v + gradient(a)
    return (w - lr * (beta * v + gradient(a)), v)


WRONG = {
    "3.2.2.a": [
        lambda w, v, g, lr, beta: (w - lr * v, beta * v + (1 - beta) * g),
        lambda w, v, g, lr, beta: (w - lr * (beta * v + g), beta * v + g),
        lambda w, v, g, lr, beta: averaged(w, v, g, lr / (1 - beta), beta),
        lambda w, v, g, lr, beta: averaged(w, v, g, lr * (1 - beta), beta),
        lambda w, v, g, lr, beta: averaged(w, v, g, -lr, beta),
        lambda w, v, g, lr, beta: averaged(w, v, g, lr, 1 - beta),
        lambda w, v, g, lr, beta: averaged(w, v, g, lr, beta)[::-1],
        lambda w, v, g, lr, beta: averaged(w, v, g, lr, beta)[0],
        averaged_in_place,
        lambda w, v, g, lr, beta: (averaged(w, v, g, lr, beta)[0], v),
        lambda w, v, g, lr, beta: (w - lr * g, averaged(w, v, g, lr, beta)[1]),
        lambda w, v, g, lr, beta: averaged(w, v, -g, lr, beta),
    ],
    "3.2.2.b": [
        lambda H, lr, beta: np.abs(1 - lr * np.linalg.eigvalsh(H)).max(),
        lambda H, lr, beta: np.sqrt(beta),
        lambda H, lr, beta: sizes(H, lr, beta)[-1],
        lambda H, lr, beta: sizes(H, lr, beta)[0],
        lambda H, lr, beta: min(sizes(H, lr, beta)),
        lambda H, lr, beta: max(sizes(np.diag(np.diag(H)), lr, beta)),
        lambda H, lr, beta: max(np.roots([1, lr * c - 1 - beta, beta]).real.max() for c in np.linalg.eigvalsh(H)),
        lambda H, lr, beta: sizes(H, lr, beta),
        lambda H, lr, beta: max(sizes(H / lr, lr, beta)),
        lambda H, lr, beta: max(np.abs(np.roots([1, lr * c - 1 - beta, beta])).min() for c in np.linalg.eigvalsh(H)),
        lambda H, lr, beta: np.mean(sizes(H, lr, beta)),
    ],
    "3.2.2.c": [
        lambda H: (4 / (ends(H)[0] + ends(H)[1]) ** 2, 0.9),
        lambda H: (2 / sum(ends(H)), ((np.linalg.cond(H) - 1) / (np.linalg.cond(H) + 1)) ** 2),
        lambda H: (
            4 / sum(np.sqrt(ends(H))) ** 2,
            (np.sqrt(np.linalg.cond(H)) - 1) / (np.sqrt(np.linalg.cond(H)) + 1),
        ),
        lambda H: (4 / sum(np.sqrt(ends(H))), ((np.linalg.cond(H) ** 0.5 - 1) / (np.linalg.cond(H) ** 0.5 + 1)) ** 2),
        lambda H: (4 / sum(np.sqrt(ends(H))) ** 2, (1 - np.sqrt(ends(H)[1] / sum(ends(H)))) ** 2),
        lambda H: 4 / sum(np.sqrt(ends(H))) ** 2,
        lambda H: (
            2 / sum(np.sqrt(ends(H))) ** 2,
            ((np.linalg.cond(H) ** 0.5 - 1) / (np.linalg.cond(H) ** 0.5 + 1)) ** 2,
        ),
        lambda H: (4 / sum(np.sqrt(ends(H))) ** 2, 0.9),
        lambda H: (4 / sum(np.sqrt(ends(H))) ** 2, ((np.linalg.cond(H) - 1) / (np.linalg.cond(H) + 1)) ** 2),
    ],
    "3.2.2.d": [
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta, reach=0.0),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta, reach=1 / beta),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta, reach=-1.0),
        lambda w, v, gradient, lr, beta: ahead(w - lr * beta * v, v, gradient, lr, beta, reach=0.0),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, lr, beta)[::-1],
        lambda w, v, gradient, lr, beta: (ahead(w, v, gradient, lr, beta)[0], v),
        lambda w, v, gradient, lr, beta: (w - lr * gradient(w), v),
        lambda w, v, gradient, lr, beta: (w - lr * (v + gradient(w - lr * beta * v)), v + gradient(w - lr * beta * v)),
        lambda w, v, gradient, lr, beta: ahead(w, (1 - beta) * v, gradient, lr, beta),
        lambda w, v, gradient, lr, beta: ahead(w, v, gradient, -lr, beta),
    ],
}


def by_sizes(H, lr, beta):
    """The roots by their formula, with complex square roots."""
    largest = 0.0
    for curvature in np.linalg.eigh(H)[0]:
        b = 1 + beta - lr * curvature
        root = np.emath.sqrt(b * b - 4 * beta)
        largest = max(largest, abs(b + root) / 2, abs(b - root) / 2)
    return largest


def by_condition(H):
    kappa, top = np.linalg.cond(H), np.linalg.norm(H, 2)
    root_beta = (kappa**0.5 - 1) / (kappa**0.5 + 1)
    return np.array([(1 + root_beta) ** 2 / top, root_beta**2])


RIGHT = {
    "3.2.2.a": [
        lambda w, v, g, lr, beta: [
            (w - lr * beta * v - lr * g + lr * beta * g).tolist(),
            (v + (1 - beta) * (g - v)).tolist(),
        ]
    ],
    "3.2.2.b": [by_sizes, lambda H, lr, beta: np.float32(by_sizes(H, lr, beta))],
    "3.2.2.c": [by_condition, lambda H: by_condition(H).tolist()],
    "3.2.2.d": [
        lambda w, v, gradient, lr, beta: list(ahead(w.tolist(), v, lambda p: gradient(np.asarray(p)), lr, beta))
    ],
}

NAMED = {
    "3.2.2.a": {
        "The rate belongs to the step, not into the velocity.": lr_inside_v,
    },
    "3.2.2.b": {
        "The middle term is 1 + β − ηλ, with a minus before ηλ.": lambda H, lr, beta: max(
            abs(np.roots([1, -(1 + beta + lr * c), beta])).max() for c in np.linalg.eigvalsh(H)
        ),
        "The last coefficient is β, the product of the roots; here": lambda H, lr, beta: max(
            abs(np.roots([1, -(1 + beta - lr * c), 1])).max() for c in np.linalg.eigvalsh(H)
        ),
    },
    "3.2.2.c": {
        "Both formulas take the square roots of the eigenvalues.": no_roots,
    },
    "3.2.2.d": {
        "The step is made from w, not from the look-ahead point.": step_from_lookahead,
        "The velocity has been updated twice in one step.": gradient_twice,
    },
}
