"""Checkers of exercises 3.2.4.a to 3.2.4.d, penalties, dropout and early stopping."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("3.2.4.a", hint="dW + strength · W as a new array; the bias is not charged.")
def with_penalty(rng):
    """The penalty's own gradient is found by nudging its value."""
    for _ in range(2):
        n_in, n_out = rng.choice(np.arange(2, 7), 2, replace=False)
        W, dW, (b, db) = rng.normal(size=(n_in, n_out)), rng.normal(size=(n_in, n_out)), rng.normal(size=(2, n_out))
        strength = float(rng.uniform(0.1, 0.9))
        added = numerical_gradient(lambda W, strength=strength: strength / 2 * float((W**2).sum()), W)
        yield Case(
            W,
            b,
            dW,
            db,
            strength,
            want=(dW + added, db),
            tol=1e-7,
            names=("dW", "db"),
            traps={
                "The bias is charged, too; a penalty is for weights.": (dW + added, db + strength * b),
                "There is a 2 too many: the penalty has a ½, which cancels it.": (dW + 2 * added, db),
                "A pull towards 0 is a positive gradient where the weight is positive: the sign is flipped.": (
                    dW - added,
                    db,
                ),
                "That is L1; L2 pulls in proportion to the weight.": (dW + strength * np.sign(W), db),
                "The gradient of the loss is missing: the penalty's is added to it.": (added, db),
                "Divided by the number of weights; the penalty is a sum.": (dW + added / W.size, db),
            },
        )


@exercise("3.2.4.b", hint="np.sign(wish) times what is left of the size after taking off strength / H, at least 0.")
def l1_minimum(rng):
    """The minimum of each weight, from the two branches on either side of 0 rather than from the formula."""
    for _ in range(2):
        n = int(rng.integers(6, 10))
        H, strength = rng.uniform(0.5, 4.0, n), float(rng.uniform(0.3, 1.0))
        # sizes on both sides of the threshold λ/H, and with both signs
        factor = rng.permutation(np.concatenate([rng.uniform(0.2, 0.8, n // 2), rng.uniform(1.3, 3.0, n - n // 2)]))
        wish = factor * strength / H * np.where(np.arange(n) % 2, 1, -1)
        right = np.maximum(wish - strength / H, 0)  # the best w ≥ 0
        left = np.minimum(wish + strength / H, 0)  # the best w ≤ 0

        def price(w, wish=wish, H=H, strength=strength):
            return H / 2 * (w - wish) ** 2 + strength * np.abs(w)

        want = np.where(price(right) < price(left), right, left)
        yield Case(
            wish,
            H,
            strength,
            want=want,
            tol=1e-9,
            traps={
                "The threshold is λ/H: the curvature is missing.": np.sign(wish)
                * np.maximum(np.abs(wish) - strength, 0),
                "That is L2, which takes a share of each.": H / (H + strength) * wish,
                "What does not survive the move ends at 0; it does not change sides.": wish
                - strength / H * np.sign(wish),
                "Large weights are moved, too, by λ/H; they do not stay.": np.where(
                    np.abs(wish) > strength / H, wish, 0
                ),
                "The sign is lost: a negative wish ends negative.": np.maximum(np.abs(wish) - strength / H, 0),
                "Negative wishes are treated alike, with the other sign.": np.maximum(wish - strength / H, 0),
                "The threshold is λ/H, not λ·H.": np.sign(wish) * np.maximum(np.abs(wish) - strength * H, 0),
            },
        )


@exercise("3.2.4.c", hint="mask = kept / (1 − p), and the same mask for both.")
def dropout(rng):
    """The gradient is nudged with the mask held still."""
    for p in (0.2, 0.7):
        shape = tuple(rng.choice(np.arange(4, 9), 2, replace=False))
        x, dy = rng.normal(size=shape), rng.normal(size=shape)
        kept = rng.permutation(np.arange(x.size) >= round(p * x.size)).reshape(shape)

        def forward(x, kept=kept, p=p):
            return np.where(kept, x / (1 - p), 0.0)

        y = forward(x)
        dx = numerical_gradient(lambda x, dy=dy, forward=forward: float((forward(x) * dy).sum()), x)
        yield Case(
            x,
            dy,
            kept,
            p,
            want=(y, dx),
            tol=1e-7,
            names=("y", "dx"),
            traps={
                "What stays on must grow by 1/(1 − p), or the mean shrinks.": (x * kept, dy * kept),
                "The factor is 1/(1 − p): p is the probability to be switched off.": (x * kept / p, dy * kept / p),
                "dx: the mask is missing; a unit that was off had no part in the loss.": (y, dy),
                "dx: the factor is missing on the way back.": (y, dy * kept),
                "dx: the factor alone is not enough; a unit that was off gets nothing.": (y, dy / (1 - p)),
                "The mask is upside down: kept is True where a unit stays.": (
                    x * ~kept / (1 - p),
                    dy * ~kept / (1 - p),
                ),
                "The factor is 1/(1 − p) in training; (1 − p) belongs to another form, at evaluation.": (
                    x * kept * (1 - p),
                    dy * kept * (1 - p),
                ),
            },
        )


@exercise("3.2.4.d", hint="Keep the number of the best epoch; after each epoch ask whether it lies `patience` back.")
def patience(rng):
    """Curves made so that the answer is known: a fall, a rise, a second and lower fall; ties; an early end."""
    low, high = float(rng.uniform(0.1, 0.3)), float(rng.uniform(0.9, 1.5))
    wait, falls = int(rng.integers(3, 6)), int(rng.integers(3, 7))
    fall = np.linspace(high, low, falls).round(4).tolist()
    rise = [round(low + 0.05 * (k + 1), 4) for k in range(wait)]
    yield Case(
        [*fall, *rise, low / 2],
        wait,
        want=(falls + wait, falls),
        names=("stop", "best"),
        traps={
            "Epochs count from 1.": (falls + wait - 1, falls - 1),
            "stop: one epoch too late; the best one lies `patience` epochs back already.": (falls + wait + 1, falls),
            "That looked at the whole list; a lower loss after the stop does not count.": (
                falls + wait + 1,
                falls + wait + 1,
            ),
            "stop: it waits for `patience` epochs without a new best, not for the first rise.": (falls + 1, falls),
        },
    )
    # A bump that is shorter than the patience, then a new best.
    yield Case(
        [*fall, *rise[:-1], low / 2, *rise],
        wait,
        want=(falls + 2 * wait, falls + wait),
        names=("stop", "best"),
        traps={
            "Patience starts again at every new best epoch.": (falls + wait, falls),
            "stop: patience counts from the best epoch, not from the first rise of the list.": (
                falls + wait,
                falls + wait,
            ),
        },
    )
    # Level: an equal loss is no progress.
    yield Case(
        [*fall, *[fall[-1]] * wait],
        wait,
        want=(falls + wait, falls),
        names=("stop", "best"),
        traps={"An equal loss is not a better one.": (falls + wait, falls + wait)},
    )
    # The list ends before patience does.
    yield Case([*fall, *rise[:1]], wait, want=(falls + 1, falls), names=("stop", "best"))
