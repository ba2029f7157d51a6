"""Checkers of the exercises in section 3.2.2, momentum and Nesterov."""

import numpy as np

from backprop.contract import Param
from backprop.exercises.checking import Case, exercise
from backprop.exercises.section_3_1_principle import random_hessian
from backprop.optimizers import Nesterov


@exercise("3.2.2.a", hint="For a constant gradient, which v does each form tend to?")
def converted(rng):
    """η = η′ (1 − β), and the factor 1/(1 − β)."""
    yield Case(
        want=(0.05, 10.0, 100.0),
        tol=1e-6,
        names=("rate", "factor", "factor_99"),
        traps={
            "The sum is the longer velocity, so its rate is the smaller one: times 1 − β.": (5.0, 10.0, 100.0),
            "1 − β is 0.1, not 0.9.": (0.45, 10.0, 100.0),
            "Carried over, the steps are too long: the factor is above 1.": (0.05, 0.1, 0.01),
            "1/(1 − β) is 100 for β = 0.99: friction is 0.01.": (0.05, 10.0, 11.0),
            "Those are rates; by which factor is each 0.5 too large?": (0.05, 0.05, 0.005),
            "0.99 is nearer to 1: its velocity is ten times that of 0.9.": (0.05, 10.0, 10.0),
            "That is the velocity of alternating gradients, 1/(1 + β).": (0.05, 1 / 1.9, 1 / 1.99),
        },
    )


@exercise("3.2.2.b", hint="Plain descent leaves |1 − ηλ|. What does a direction that swings leave?")
def when_momentum_harms(rng):
    """ηλ = 0.25: the critical momentum, its root, and where √β is what plain descent leaves."""
    critical = (1 - 0.25**0.5) ** 2
    yield Case(
        want=(critical, critical**0.5, 0.75**2),
        tol=1e-6,
        names=("fastest", "left", "too_much"),
        traps={
            "The critical β is a square: (1 − √(ηλ))².": (0.5, 0.5, 0.5625),
            "Under the root stands ηλ: √0.25 = 0.5.": (0.5625, 0.75, 0.5625),
            "β is the product of the two roots; a step leaves its root, √β.": (0.25, 0.25, 0.5625),
            "With β the share left is √β: solve √β = 0.75.": (0.25, 0.5, 0.75),
            "That is what plain descent leaves; the best β leaves less.": (0.25, 0.75, 0.5625),
            "Plain descent leaves 1 − 0.25 per step, not 0.25.": (0.25, 0.5, 0.0625),
            "√0.75 is larger than 0.75; the square is asked for.": (0.25, 0.5, 0.75**0.5),
        },
    )


@exercise("3.2.2.c", hint="Each eigenvalue of H has two roots, and the largest size of them all decides.")
def share_left(rng):
    """The eigenvalue of largest size of the whole iteration, built as one matrix: creeping, swinging, diverging."""
    for lr_top, beta in ((0.05, 0.1), (0.9, 0.9), (2.9, 0.2), (3.1, 0.9)):
        H = random_hessian(rng, int(rng.integers(2, 5)))
        lr, eye = lr_top / np.linalg.norm(H, 2), np.eye(len(H))
        whole = np.block([[(1 + beta) * eye - lr * H, -beta * eye], [eye, 0 * eye]])
        steepest = np.roots([1, lr_top - 1 - beta, beta])
        plain = np.abs(1 - lr * np.linalg.eigvalsh(H)).max()
        traps = {
            "That is plain descent, max |1 − ηλ|.": plain,
            "That is the steepest direction alone; here another one is slower.": np.abs(steepest).max(),
            "√β is the speed of a direction that swings; here one does not.": np.sqrt(beta),
            "That is the flattest direction alone; here another one is slower.": largest_root(
                np.linalg.eigvalsh(H)[:1], lr, beta
            ),
            "That is the fastest direction; the slowest decides.": min(
                largest_root([c], lr, beta) for c in np.linalg.eigvalsh(H)
            ),
            "The diagonal of H is not its eigenvalues.": largest_root(np.diag(H), lr, beta),
            "The real part of a complex root is not its size.": max(
                np.roots([1, lr * c - 1 - beta, beta]).real.max() for c in np.linalg.eigvalsh(H)
            ),
            "The smaller root dies out first; in the long run the larger one is left.": max(
                np.abs(np.roots([1, lr * c - 1 - beta, beta])).min() for c in np.linalg.eigvalsh(H)
            ),
            "The middle term is 1 + β − ηλ, with a minus before ηλ.": largest_root(-np.linalg.eigvalsh(H), lr, beta),
            "The middle term is 1 + β − ηλ; here it is 1 − ηλ.": max(
                np.abs(np.roots([1, lr * c - 1, beta])).max() for c in np.linalg.eigvalsh(H)
            ),
            "The last coefficient is β, the product of the roots; here it is 1.": max(
                np.abs(np.roots([1, lr * c - 1 - beta, 1])).max() for c in np.linalg.eigvalsh(H)
            ),
            "β is the product of the two roots, not the size of one.": beta,
            "The rate is missing: the middle term is 1 + β − ηλ.": largest_root(np.linalg.eigvalsh(H) / lr, lr, beta),
            "One number is wanted, for the worst of all directions.": np.array(
                [largest_root([c], lr, beta) for c in np.linalg.eigvalsh(H)]
            ),
        }
        yield Case(H, lr, beta, want=np.abs(np.linalg.eigvals(whole)).max(), traps=traps)


def largest_root(curvatures, lr, beta):
    """The size of the largest root over some curvatures."""
    return max(np.abs(np.roots([1, lr * c - 1 - beta, beta])).max() for c in curvatures)


@exercise("3.2.2.d", hint="The gradient is asked for once, and not at w.")
def lookahead_step(rng):
    """The package's Nesterov keeps the look-ahead points; its step is translated back."""
    for n in (2, 4):
        H, w, v = random_hessian(rng, n), rng.normal(size=n), rng.normal(size=n)
        lr, beta = rng.uniform(0.1, 0.9, 2).round(3).tolist()

        def gradient(point, H=H):
            return H @ np.tanh(point)

        ahead = w - lr * beta * v
        optimizer = Nesterov(lr, beta)
        optimizer.load_state(optimizer.state() | {"t": np.array(1), "v/w": v})
        optimizer.step([Param("w", ahead, gradient(ahead.copy()))])
        new = optimizer.memory["v"]["w"]
        heavy, far = beta * v + gradient(w), beta * v + gradient(w - lr * v)
        unscaled = beta * v + gradient(w - beta * v)
        traps = {
            "That is the heavy ball: its gradient is taken at w.": (w - lr * heavy, heavy),
            "The look-ahead is the step that the ball makes anyway, η β v and not η v.": (w - lr * far, far),
            "The look-ahead is η β v long; the learning rate is missing.": (w - lr * unscaled, unscaled),
            "The velocity has been updated twice in one step.": (w - lr * (beta * new + (new - beta * v)), new),
            "That is the look-ahead point after the step; return w itself.": (ahead, new),
            "The look-ahead goes the way of the ball, along −v.": look_back(w, v, gradient, lr, beta),
            "The step is made from w, not from the look-ahead point.": (w - lr * beta * v - lr * new, new),
            "The new v has to be returned, not the old one.": (ahead + lr * beta * new, v),
            "The velocity is missing: that is plain descent.": (w - lr * gradient(w), v),
            "The velocity is subtracted; with a plus the step goes uphill.": uphill(w, v, gradient, lr, beta),
            "Without β: in v ← βv + g the old velocity is reduced as well.": (
                w - lr * (v + gradient(w - lr * beta * v)),
                v + gradient(w - lr * beta * v),
            ),
        }
        yield Case(w, v, gradient, lr, beta, want=(ahead + lr * beta * new, new), names=("w", "v"), traps=traps)


def look_back(w, v, gradient, lr, beta):
    """Nesterov's step with the gradient taken behind w."""
    v = beta * v + gradient(w + lr * beta * v)
    return w - lr * v, v


def uphill(w, v, gradient, lr, beta):
    """Nesterov's step with the sign of the rate turned."""
    v = beta * v + gradient(w + lr * beta * v)
    return w + lr * v, v
