"""Checkers of the exercises in section 3.2.2, momentum and Nesterov."""

import numpy as np

from backprop.contract import Param
from backprop.exercises.checking import Case, exercise
from backprop.exercises.section_3_1_principle import random_hessian
from backprop.optimizers import Momentum, Nesterov


@exercise("3.2.2.a", hint="Two lines: the second reads what the first has made.")
def averaged_step(rng):
    """The package's momentum with the converted rate, in the middle of a run, for a vector and a matrix."""
    for shape in ((4,), (3, 2)):
        w, v, g = rng.normal(size=(3, *shape))
        lr, beta = rng.uniform(0.1, 0.9, 2).round(3).tolist()
        optimizer = Momentum(lr * (1 - beta), beta)
        optimizer.load_state(optimizer.state() | {"t": np.array(1), "v/w": v / (1 - beta)})
        want = w.copy()
        optimizer.step([Param("w", want, g)])
        new = optimizer.memory["v"]["w"] * (1 - beta)
        traps = {
            "That is the step with the old velocity: update v first.": (w - lr * v, new),
            "That is the sum, v ← β v + g: here the new gradient has the weight 1 − β.": (
                w - lr * (beta * v + g),
                beta * v + g,
            ),
            "The factor 1 − β is in v already; the rate stays as it is.": (w - lr * (1 - beta) * new, new),
            "That is uphill: the velocity is subtracted.": (w + lr * new, new),
            "The factor 1 − β is in v already: the rate is not divided by it.": (w - lr / (1 - beta) * new, new),
            "β and 1 − β are swapped: β is what v keeps.": swapped(w, v, g, lr, beta),
            "The rate belongs to the step, not into the velocity.": (
                w - (beta * v + (1 - beta) * lr * g),
                beta * v + (1 - beta) * lr * g,
            ),
            "The gradient is added to the velocity; the minus stands in the step.": (
                w - lr * (beta * v - (1 - beta) * g),
                beta * v - (1 - beta) * g,
            ),
            "The new v has to be returned, not the old one.": (w - lr * new, v),
            "The step leaves the velocity out: that is plain descent.": (w - lr * g, new),
        }
        yield Case(w, v, g, lr, beta, want=(want, new), names=("w", "v"), traps=traps)


def swapped(w, v, g, lr, beta):
    """The averaged rule with β and 1 − β exchanged."""
    v = (1 - beta) * v + beta * g
    return w - lr * v, v


@exercise("3.2.2.b", hint="Each eigenvalue of H has two roots, and the largest size of them all decides.")
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


@exercise("3.2.2.c", hint="Polyak's pair of formulas, with the smallest and the largest eigenvalue.")
def best_settings(rng):
    """Both ends critical, with the ends found without the formula's eigenvalues."""
    for n in (2, 3, 5):
        H = random_hessian(rng, n)
        low, high = 1 / np.linalg.norm(np.linalg.inv(H), 2), np.linalg.norm(H, 2)
        # √β = 1 − √(η λ_min) = √(η λ_max) − 1: two linear equations for √β and √η
        root_beta, root_lr = np.linalg.solve([[1, np.sqrt(low)], [-1, np.sqrt(high)]], [1, 1])
        lr, beta = root_lr**2, root_beta**2
        traps = {
            "That β is √β_best, the share left per step: square it.": (lr, root_beta),
            "Both formulas take the square roots of the eigenvalues.": (
                4 / (low + high) ** 2,
                ((high - low) / (high + low)) ** 2,
            ),
            "With κ in place of √κ.": (lr, ((high - low) / (high + low)) ** 2),
            "That is the best rate of plain descent; momentum bears a larger one.": (2 / (low + high), beta),
            "Take the square roots of the eigenvalues in η as well.": (4 / (low + high) ** 2, beta),
            "The whole denominator of η is squared.": (4 / (low**0.5 + high**0.5), beta),
            "η has a 4 in it: (2 / (sum of the roots)) is squared as a whole.": (2 / (low**0.5 + high**0.5) ** 2, beta),
            "β comes from the ratio κ of the two ends; 0.9 is only a habit.": (lr, 0.9),
        }
        yield Case(H, want=(lr, beta), names=("lr", "beta"), traps=traps)


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
        traps = {
            "That is the heavy ball: its gradient is taken at w.": (w - lr * heavy, heavy),
            "The look-ahead is the step that the ball makes anyway, η β v and not η v.": (w - lr * far, far),
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
