"""Checkers of the exercises on page A.3, where the frameworks differ."""

from backprop.exercises.checking import Case, exercise


@exercise("A.3.a", hint="2/n of our gradient, the share of the old memory, and a root of 0.001.")
def moved(rng):
    eps_hat = 1e-6 * 0.001**0.5
    yield Case(
        want=(0.5, 0.9, eps_hat),
        tol=0.02,
        names=("rate", "momentum", "eps_hat"),
        traps={
            "rate: the gradient there is a fifth of ours, so the rate is larger, not smaller.": (0.02, 0.9, eps_hat),
            "rate: there is a factor of 2 as well: the gradient there is 2/10 of ours.": (1.0, 0.9, eps_hat),
            "momentum: Keras counts the share of the old memory.": (0.5, 0.1, eps_hat),
            "eps_hat: that is what acts if 10⁻⁶ is given; you want it to act.": (0.5, 0.9, 1e-6 / 0.001**0.5),
            "eps_hat: it stands beside the root, so multiply by √0.001.": (0.5, 0.9, 1e-9),
            "eps_hat: at the first step it acts like a larger one.": (0.5, 0.9, 1e-6),
        },
    )


@exercise("A.3.b", hint="v keeps β of itself and takes −η g with the rate of this step; then w takes v.")
def keras_walk(rng):
    for steps in (1, 5):
        w, beta, lam = float(rng.normal()), float(rng.uniform(0.5, 0.95)), float(rng.uniform(0.5, 2))
        rates = [float(rate) for rate in rng.uniform(0.02, 0.3, size=steps)]
        yield Case(
            w,
            lambda w, lam=lam: lam * w,
            rates,
            beta,
            want=walk(w, lam, rates, beta),
            traps={
                "That is PyTorch's form: the rate of this step multiplies the whole memory.": walk(
                    w, lam, rates, beta, inside=False
                ),
                "That is plain descent: the memory is missing.": walk(w, lam, rates, 0.0),
                "The rate of the first step is used in all of them.": walk(w, lam, rates[:1] * steps, beta),
                "It climbs: the memory takes −η g.": walk(w, -lam, rates, beta),
                "The memory keeps β of itself, not 1 − β.": walk(w, lam, rates, 1 - beta),
            },
        )


def walk(w, lam, rates, beta, inside=True):
    """w after each step on λw²/2, with the rate inside or outside the memory."""
    v, path = 0.0, []
    for eta in rates:
        v = beta * v - (eta if inside else 1) * lam * w
        w += v if inside else eta * v
        path.append(w)
    return path


@exercise("A.3.c", hint="Squares add up to 8; divide by N − 1 or by N, then mix with the old 1.")
def remembered(rng):
    yield Case(
        want=(1.7, 1.03),
        tol=1e-4,
        names=("here", "in_keras"),
        traps={
            "here: for the memory the sum is divided by N − 1.": (1.3, 1.03),
            "in_keras: Keras divides by N.": (1.7, 1.07),
            "in_keras: 0.99 is the share of the old, so the new one has 0.01.": (1.7, 3.97),
            "here: 0.1 is the share of the new.": (7.3, 1.03),
            "in_keras: the settings differ; 0.01 of the new is taken.": (1.7, 1.3),
            "Those are the variances of the batch; mix each with the old 1.": (8, 4),
        },
    )
