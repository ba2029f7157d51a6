"""Checkers of the exercises on page 2.5.2, the bug zoo."""

import copy
import numbers

import numpy as np

from backprop.contract import Array, Loss
from backprop.examples.bug_zoo import BUGS, RIGHT, WRONG_FUNCTION, Specimen
from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import ReLU
from backprop.layers.batch_norm import BatchNorm
from backprop.network import Network


@exercise("2.5.2.a", hint="One gradient says where the step goes, the other one what that does to the loss.")
def first_order_change(rng):
    """Gradients as lists of arrays; the wrong one may point either way."""
    for sign in (-1, 1):
        right = [rng.normal(size=(3, 2)), rng.normal(size=2)]
        wrong = [sign * g * rng.uniform(0.2, 2, size=g.shape) for g in right]
        wrong[0].flat[0] *= -1  # not every entry points the same way
        lr = float(rng.uniform(0.05, 0.5))
        product = sum(float((g * w).sum()) for g, w in zip(right, wrong, strict=True))
        yield Case(
            right,
            wrong,
            lr,
            want=-lr * product,
            traps={
                "The step is −η times the wrong gradient: the sign is missing.": lr * product,
                "The learning rate is missing.": -product,
                "Only the first array is counted.": -lr * float((right[0] * wrong[0]).sum()),
                "The step is as long as the wrong gradient makes it; nothing is divided by a length.": -lr
                * product
                / sum(float((g * g).sum()) for g in right) ** 0.5,
                "That is a direction alone; how far the loss falls depends on the rate and on both lengths.": -float(
                    np.sign(product)
                ),
                "That is the angle between the gradients; the change depends on their lengths as well.": -lr
                * product
                / (sum(float((g * g).sum()) for g in right) * sum(float((w * w).sum()) for w in wrong)) ** 0.5,
                "The products are added up, not averaged.": -lr
                * sum(float((g * w).mean()) for g, w in zip(right, wrong, strict=True)),
                "Products first, then the sum: that multiplies the sums.": -lr
                * sum(float(g.sum() * w.sum()) for g, w in zip(right, wrong, strict=True)),
                "The learning rate enters once.": -lr * lr * product,
                "Prices count with their signs.": -lr
                * sum(float(np.abs(g * w).sum()) for g, w in zip(right, wrong, strict=True)),
                "The loss changes at the rate of the right gradient; that was along the wrong one alone.": -lr
                * sum(float((w * w).sum()) for w in wrong),
                "The step goes along the wrong gradient; that was along the right one.": -lr
                * sum(float((g * g).sum()) for g in right),
            },
        )


@exercise(
    "2.5.2.b",
    hint="A layer with right parameters may hand down a wrong dx; one with wrong ones may have got a wrong dy.",
)
def where_to_look(rng):
    """One mistake in the way back: everything below it is wrong, everything above is right."""
    for n_layers, dense in ((5, (0, 2, 4)), (9, (0, 3, 5, 8)), (14, (0, 4, 10, 12)), (7, (1, 2, 6))):
        for cut in range(1, len(dense) + 1):
            errors = {"x": float(rng.uniform(0.1, 2))}
            for place, layer in enumerate(dense):
                for letter in ("W", "b"):
                    wrong = place < cut
                    size = 10 ** (rng.uniform(-5.5, 0.3) if wrong else rng.uniform(-12, -6.5))
                    if wrong and letter == "b":
                        size = 1e-5  # small, and above the border
                    errors[f"{layer}.{letter}"] = float(size)
            low, high = dense[cut - 1], dense[cut] if cut < len(dense) else n_layers
            yield Case(
                errors,
                n_layers,
                want=(low, high),
                names=("lowest", "highest"),
                traps={
                    "The order is lowest, highest.": (high, low),
                    "highest: the lowest layer whose parameters are right is the last suspect, not the loss.": (
                        low,
                        n_layers,
                    ),
                    "A layer may have a number of two digits: take all that stands before the point.": (
                        max(int(str(k)[0]) for k in dense[:cut]),
                        min((int(str(k)[0]) for k in dense[cut:]), default=n_layers),
                    ),
                    "lowest: that is the lowest layer with wrong parameters; those above it are wrong as well.": (
                        dense[0],
                        high,
                    ),
                    "Both ends: all layers are suspects only where nothing is right.": (0, n_layers),
                    "highest: the layer above the wrong parameters may be the one that hands them a wrong price.": (
                        low,
                        low,
                    ),
                    "Layers without parameters count too: their numbers stand before the point.": (cut - 1, cut),
                    "highest: where all parameters are wrong, even the loss is suspect; answer n_layers.": (
                        low,
                        dense[-1],
                    ),
                    "lowest: the search ends at the highest layer with a wrong parameter, not at the first layer.": (
                        dense[0],
                        high,
                    ),
                    "Both: the lowest layer with wrong parameters is not where the search ends.": (dense[0], dense[0]),
                },
            )


SIZES = (4, 4, 2)


def small_case(specimen: Specimen, rng: np.random.Generator) -> tuple[Network, Loss, Array, Array]:
    """A specimen with six examples, on which a right network passes and a wrong one can be told.

    No unit is near its kink, each is on for some examples and off for others, no bias is 0, and every weight
    has a gradient.
    """
    while True:
        seed = int(rng.integers(2**32))
        (net, loss), (right, right_loss) = (
            s.build(np.random.default_rng(seed), SIZES) for s in (specimen, RIGHT[specimen.family])
        )
        for p in net.params():
            p.value[...] += 0.3 * rng.standard_normal(p.value.shape)
        right.load_state(net.state())
        x = rng.standard_normal((6, 4)).astype(np.float32)
        labels = rng.permutation(np.array([0, 1, 0, 1, 1, 0]))
        if _is_telling(right, right_loss, x, labels):
            return net, loss, x, labels


def _is_telling(net: Network, loss: Loss, x: Array, labels: Array) -> bool:
    for training in (True, False):
        twin = copy.deepcopy(net)
        twin.train_mode(training)
        a = x
        for layer in twin.layers:
            if isinstance(layer, ReLU):
                on = a > 0
                varied = on.any(axis=0).all() and not on.all(axis=0).any()
                if np.abs(a).min() < 1e-3 or not varied:
                    return False
            if isinstance(layer, BatchNorm) and a.std(axis=0).min() < 0.5:
                return False  # it would enlarge the nudge, whose own error grows with its square
            a = layer.forward(a)
        loss.forward(a, labels)
        twin.backward(loss.backward())
        if min(float(np.abs(p.grad).max()) for p in twin.params() if p.name.endswith("W")) < 1e-2:
            return False
    return True


def _ask(answer, specimen: Specimen, rng: np.random.Generator):
    """A bug that passes is tried on a second case: once in a hundred dropout hides all that it spoils."""
    got = answer(*small_case(specimen, rng), rng)
    return answer(*small_case(specimen, rng), rng) if specimen in BUGS and got else got


@exercise(
    "2.5.2.c", hint="Check the loss by itself, then the network; each of the two has bugs that the other never shows."
)
def catches_them_all(rng):
    """All right networks and all bugs in one case, so that the verdict can name everyone who slips through."""
    innocent = (*RIGHT.values(), WRONG_FUNCTION)
    specimens = (*innocent, *BUGS)

    def verdicts(answer):
        return [_ask(answer, specimen, rng) for specimen in specimens]

    def judge(got):
        for specimen, verdict in zip(specimens, got, strict=True):
            if not isinstance(verdict, bool | np.bool_ | numbers.Integral) or verdict not in (0, 1):
                return f"True or False is wanted; for the network '{specimen.name}' it answers {verdict!r}."
        refused = [s.name for s, verdict in zip(specimens, got, strict=True) if s in innocent and not verdict]
        passed = [s.name for s, verdict in zip(specimens, got, strict=True) if s in BUGS and verdict]
        if refused:
            return f"A right gradient is refused: {'; '.join(refused)}."
        if passed:
            return f"{len(passed)} of {len(BUGS)} bugs slip through: {'; '.join(passed)}."
        return None

    yield Case(run=verdicts, judge=judge)
