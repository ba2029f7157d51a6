"""Checkers of exercises 3.2.4.a to 3.2.4.e, penalties, dropout and early stopping."""

from itertools import product

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("3.2.4.a", hint="The page has where a bias with a penalty on it ends: divide the target by 1 + λ.")
def warm_room(rng):
    """One room on three scales, by hand."""
    says, cold = 20 / 1.1, 293 - 293 / 1.1
    yield Case(
        want=(says, cold, 0.0),
        tol=0.002,
        names=("says", "too_cold", "own_scale"),
        traps={
            "That is the slope's factor the wrong way up: b (1 + λ) = c.": (20 * 1.1, 293 - 293 * 1.1, 0.0),
            "Divide by 1.1, as b (1 + λ) = c says; that took a tenth off.": (18.0, 29.3, 0.0),
            "says: the temperature is asked for, not by how much it is too cold.": (20 - says, cold, 0.0),
            "too_cold: that is what it says; by how many degrees is it too cold?": (says, 293 / 1.1, 0.0),
            "too_cold: the mistake grows with the target: a tenth of 293/1.1.": (says, 20 - says, 0.0),
            "own_scale: if room temperature is 0, the target is 0, and so is the answer.": (says, cold, 20 - says),
            "A penalty on the bias does something: it pulls the answer towards 0.": (20.0, 0.0, 0.0),
            "too_cold: a positive number of degrees is asked for.": (says, -cold, 0.0),
        },
    )


@exercise("3.2.4.b", hint="A mean square is the square of the mean plus the variance; the page has both for one input.")
def expected_loss(rng):
    """The mean over all masks, listed and weighted one by one."""
    for n in (1, 4, 6):
        w, x, y = rng.normal(size=n), rng.normal(size=n) + 0.5, float(rng.normal()) + 2.0
        p = float(rng.choice([rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.8)]))
        want = 0.0
        for kept in product((0, 1), repeat=n):
            on = np.array(kept)
            chance = float(np.prod(np.where(on, 1 - p, p)))
            want += chance * float(w @ (x * on) / (1 - p) - y) ** 2 / 2
        square, terms = float(w @ x - y) ** 2, float(((w * x) ** 2).sum())
        share = p / (1 - p)
        yield Case(
            w,
            x,
            y,
            p,
            want=want,
            traps={
                "That is the loss without dropout; the masks make the answer vary as well.": square / 2,
                "The ½ of the loss is missing.": square + share * terms,
                "The ½ belongs to both parts, the variance as well.": square / 2 + share * terms,
                "The ½ belongs to both parts, the square of the mean as well.": square + share * terms / 2,
                "That is the variance alone; the mean answer may be wrong, too.": share * terms / 2,
                "A mask number is not 0 or 1: the variance of one is p/(1 − p), not p (1 − p).": (
                    square + p * (1 - p) * terms
                )
                / 2,
                "The variance of a mask number is p/(1 − p), not p.": (square + p * terms) / 2,
                "The variance of a mask number is p/(1 − p): p is the probability of 0.": (square + terms / share) / 2,
                "Variances add up: square each term wᵢ xᵢ, then add.": (square + share * float(w @ x) ** 2) / 2,
                "Every weight pays by its own input: the variance of wᵢ xᵢ has xᵢ² in it.": (
                    square + share * float((w**2).sum())
                )
                / 2,
                "The inputs that stay are enlarged, so the mean answer is that without dropout.": (
                    (float(w @ x) * (1 - p) - y) ** 2 + share * terms
                )
                / 2,
                "The variance is added to the square of the mean.": (square - share * terms) / 2,
                "The mean answer is compared with y before it is squared.": (float(w @ x) ** 2 + share * terms) / 2,
            },
        )


@exercise("3.2.4.c", hint="Both ways multiply by the same array.")
def dropout(rng):
    """The gradient is nudged with the mask held still."""
    for p in (0.2, 0.7):
        shape = tuple(rng.choice(np.arange(4, 9), 2, replace=False))
        x, dy = rng.normal(size=shape), rng.normal(size=shape)
        off = round(p * x.size) + int(rng.choice([-2, 2]))  # a draw never has exactly its expected share
        kept = rng.permutation(np.arange(x.size) >= off).reshape(shape)

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
            names=("y", "dx"),
            traps={
                "What stays on must grow by 1/(1 − p), or the mean shrinks.": (x * kept, dy * kept),
                "The factor is 1/(1 − p): p is the probability to be switched off.": (x * kept / p, dy * kept / p),
                "dx: the mask is missing; a neuron that was off had no part in the loss.": (y, dy),
                "dx: the factor is missing on the way back.": (y, dy * kept),
                "dx: the factor alone is not enough; a neuron that was off gets nothing.": (y, dy / (1 - p)),
                "The same mask works on both ways, upside down on neither: kept is True where a neuron stays.": (
                    y,
                    dy * ~kept / (1 - p),
                ),
                "Nothing is switched off there: multiply by kept as well.": (x / (1 - p), dy / (1 - p)),
                "y: the factor is missing on the way forward.": (x * kept, dx),
                "y: the mask is missing on the way forward.": (x, dx),
                "dx: the gradient comes from dy, not from x.": (y, y),
                "dx: the mask is enough, y is no factor of it.": (y, dy * y),
                "What is off is off: the factor 1/p makes up for nothing.": (
                    np.where(kept, x, x / p),
                    np.where(kept, dy, dy / p),
                ),
                "The factor counts the mask at hand; it is 1/(1 − p), whatever was drawn.": (
                    x * kept / kept.mean(),
                    dy * kept / kept.mean(),
                ),
                "The mask is upside down: kept is True where a neuron stays.": (
                    x * ~kept / (1 - p),
                    dy * ~kept / (1 - p),
                ),
                "The factor is 1/(1 − p) in training; (1 − p) belongs to another form, at evaluation.": (
                    x * kept * (1 - p),
                    dy * kept * (1 - p),
                ),
            },
        )


@exercise("3.2.4.d", hint="Compare each loss with the best one so far, not with the one before it.")
def patience(rng):
    """Curves made so that the answer is known: a fall, a rise, a second and lower fall; ties; an early end."""
    low, high = float(rng.uniform(0.1, 0.3)), float(rng.uniform(0.9, 1.5))
    wait, falls = int(rng.integers(3, 6)), int(rng.integers(6, 9))
    fall = np.linspace(high, low, falls).round(4).tolist()
    rise = [round(low + 0.05 * (k + 1), 4) for k in range(wait)]
    # Below the epoch before, though not below the best: the losses fall again and no new best is near.
    wobble = [round(low + 0.05 * (wait + 1 - k), 4) for k in range(wait)]
    # A bump that is shorter than the patience, then a new best: patience begins again.
    bump = [*fall, *rise[:-1], low / 2, *rise]
    for losses in (
        [*fall, *rise, high, low / 2],
        [*fall, *wobble, *[round(high + 0.1 * k, 4) for k in range(wait)], low / 2],
        bump,
        [*fall, *[fall[-1]] * wait],  # level: an equal loss is no progress
        [*fall, *rise[:1]],  # the list ends before patience does
        [low, *rise, low / 2],  # the first epoch is the best
        [low] * wait,  # of equal ones the first is the best
        fall,
    ):
        yield Case(losses, wait, want=stops(losses, wait), names=("stop", "best"), traps=stop_traps(losses, wait))
    # The best lies fewer epochs back than it has epochs before it, and more.
    for patient in (1, 2):
        yield Case(bump, patient, want=stops(bump, patient), names=("stop", "best"), traps=stop_traps(bump, patient))


@exercise("3.2.4.e", hint="Multiply the densities of all targets and of all weights, and take minus the logarithm.")
def prior_strength(rng):
    """Found by search: the strength whose minimum is the most probable weight, for a net of one weight, ŷ = w x."""
    for _ in range(3):
        noise, spread, n = float(rng.uniform(0.5, 2.0)), float(rng.uniform(0.3, 3.0)), int(rng.integers(3, 40))
        x, y = rng.normal(size=n), rng.normal(size=n) + 1.0
        # The most probable w has (Σ x² / noise² + 1/spread²) w = Σ x y / noise²; the penalised mean ½ square has
        # (Σ x² / N + λ) w = Σ x y / N. Solve the second for λ at that w.
        w = (x @ y / noise**2) / (x @ x / noise**2 + 1 / spread**2)
        right = float((x @ y / n - x @ x / n * w) / w)
        yield Case(
            noise,
            spread,
            n,
            want=right,
            traps={
                "The loss is a mean over the examples, the logarithm a sum: divide by N.": right * n,
                "Variances stand in the exponents, not standard deviations.": noise / (n * spread),
                "Upside down: the less noise there is, the less the belief counts.": spread**2 / (n * noise**2),
                "The ½ stands in front of both terms, and cancels.": right / 2,
                "Both have a ½; nothing doubles.": right * 2,
                "noise is missing: a noisy target says less than a sharp one.": 1 / (n * spread**2),
                "spread is missing: a belief in small weights costs more than one in large ones.": noise**2 / n,
                "The more examples speak, the less the belief counts: divide by N.": n * noise**2 / spread**2,
                "noise stands above and spread below, both squared.": noise**2 / (n * spread),
                "The spread is squared, and the noise as well.": noise / (n * spread**2),
            },
        )


def stops(losses: list[float], patience: int) -> tuple[int, int]:
    """The stop, found by looking back from every epoch at the first of the lowest losses until then."""
    for number in range(1, len(losses) + 1):
        best = losses.index(min(losses[:number])) + 1
        if number - best >= patience or number == len(losses):
            return number, best
    raise ValueError("no losses")


def stop_traps(losses: list[float], patience: int) -> dict[str, tuple[int, int]]:
    """What the usual mistakes return."""
    n, (stop, best) = len(losses), stops(losses, patience)
    rises = [k + 1 for k in range(1, n) if losses[k] > losses[k - 1]]  # epochs above the one before
    in_a_row, streak = n, 0
    for k in range(1, n):
        streak = streak + 1 if losses[k] >= losses[k - 1] else 0
        if streak >= patience:
            in_a_row = k + 1
            break
    ever, bad = n, 0
    for k in range(1, n):
        bad += losses[k] >= min(losses[:k])
        if bad >= patience:
            ever = k + 1
            break

    def lowest(end, last=False):
        value = min(losses[:end])
        return end - losses[:end][::-1].index(value) if last else losses.index(value) + 1

    def loose():
        best = 1
        for number, value in enumerate(losses, start=1):
            best = number if value <= losses[best - 1] else best
            if number - best >= patience:
                break
        return number, best

    late, early = stops(losses, patience + 1), stops(losses, max(patience - 1, 1))
    return {
        "Epochs count from 1.": (stop - 1, best - 1),
        "stop: one epoch too late; the best one lies `patience` epochs back already.": late,
        "stop: one epoch too early; `patience` epochs have to pass after the best.": early,
        "An equal loss is not a better one.": loose(),
        "That looked at the whole list; a lower loss after the stop does not count.": (lowest(n), lowest(n)),
        "best: a lower loss after the stop does not count.": (stop, lowest(n)),
        "That never stopped before the end of the list.": (n, lowest(n)),
        "stop: it waits for `patience` epochs without a new best, not for the first rise.": (
            rises[0] if rises else n,
            lowest(rises[0] if rises else n),
        ),
        "Compare with the best loss so far, not with the epoch before.": (in_a_row, lowest(in_a_row)),
        "Patience starts again at every new best epoch.": (ever, lowest(ever)),
        "best: that is the number of the stop.": (stop, stop),
        "best: its number is wanted, not its loss.": (stop, min(losses[:stop])),
    }
