"""Checkers of the exercises in section 3.1, gradient descent and its limit."""

import numpy as np

from backprop.contract import Param
from backprop.exercises.checking import Case, exercise
from backprop.optimizers import SGD


def random_hessian(rng: np.random.Generator, n: int) -> np.ndarray:
    """A symmetric matrix with positive eigenvalues and no axis of the weights among its eigenvectors."""
    eigenvectors, _ = np.linalg.qr(rng.normal(size=(n, n)))
    return eigenvectors @ np.diag(rng.uniform(0.5, 9.0, n)) @ eigenvectors.T


@exercise("3.1.a", hint="w − η g, as a new array; `w -= …` would change the caller's.")
def one_step(rng):
    """A step of the package's SGD, for a vector and a matrix."""
    for shape in ((4,), (3, 2)):
        w, g, lr = rng.normal(size=shape), rng.normal(size=shape), float(rng.uniform(0.1, 0.9))
        want = w.copy()
        SGD(lr).step([Param("w", want, g)])
        yield Case(w, g, lr, want=want, traps={"That is uphill: the gradient is added.": w + lr * g})


@exercise("3.1.b", hint="Each step multiplies by the same factor, 1 − η λ.")
def closed_form(rng):
    """The closed form against a loop, below and above the limit, and for no step at all."""
    for steps in (0, 1, 7):
        w0, curvature, lr = rng.uniform(0.5, 2.0, 3).round(3).tolist()
        want = w0
        for _ in range(steps):
            want -= lr * curvature * want
        yield Case(
            w0,
            curvature,
            lr,
            steps,
            want=want,
            traps={
                "One step takes off ηλw; but the next step takes off ηλ of what is left, so factors multiply.": w0
                * (1 - lr * curvature * steps),
                "The factor is 1 − ηλ: the curvature is missing.": w0 * (1 - lr) ** steps,
            },
        )


@exercise("3.1.c", hint="Is the factor 1 − η λ at least 0, between −1 and 0, or at most −1?")
def fate(rng):
    """Every regime, with both borders."""
    curvature = float(2.0 ** rng.integers(-2, 4))  # a power of 2, so that the borders are exact
    for product, want in ((0.3, "one side"), (1.0, "one side"), (1.6, "flips"), (2.0, "diverges"), (2.5, "diverges")):
        yield Case(curvature, product / curvature, want=want)


@exercise("3.1.d", hint="Nudge the gradient along d, put the result in place of d, bring its length to 1, repeat.")
def largest_rate(rng):
    """2/λ_max of a loss that is no quadratic, at a point where its Hessian differs from that at 0."""
    for n in (3, 4, 6):
        # L = Σ ln cosh(H w + c) with a symmetric H has the gradient H tanh(H w + c)
        H, c, w = random_hessian(rng, n), rng.normal(size=n), rng.normal(size=n)
        slopes = 1 - np.tanh(H @ w + c) ** 2
        top = np.linalg.norm(H * slopes @ H, 2)
        yield Case(
            lambda w, H=H, c=c: H @ np.tanh(H @ w + c),
            w,
            want=2 / top,
            tol=0.01,
            traps={
                "That is the limit at w = 0: nudge the gradient where you stand.": 2
                / np.linalg.norm(H * (1 - np.tanh(c) ** 2) @ H, 2),
                "That is 1/λ_max, the rate that arrives in one step along the steepest direction.": 1 / top,
                "That is the eigenvalue λ_max; the limit is 2/λ_max.": top,
            },
        )


@exercise("3.1.e", hint="Both ends have the same factor in size: 1 − η λ_min = −(1 − η λ_max). Solve for η.")
def best_rate(rng):
    """The rate that balances both ends of the spectrum."""
    for n in (2, 3, 5):
        H = random_hessian(rng, n)
        low, high = 1 / np.linalg.norm(np.linalg.inv(H), 2), np.linalg.norm(H, 2)
        yield Case(
            H,
            want=2 / (low + high),
            traps={
                "That is the limit of stability: there the steepest direction does not converge at all.": 2 / high,
                "That is half of it: two factors of equal size give 2 / (λ_min + λ_max).": 1 / (low + high),
            },
        )
