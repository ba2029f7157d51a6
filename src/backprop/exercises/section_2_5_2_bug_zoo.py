"""Checkers of the exercises on page 2.5.2, the bug zoo."""

import copy
import numbers

import numpy as np

from backprop.contract import Array, Loss
from backprop.examples.bug_zoo import BUGS, RIGHT, WRONG_FUNCTION, Specimen
from backprop.exercises.answers import show
from backprop.exercises.checking import Case, exercise
from backprop.layers.activations import ReLU
from backprop.layers.batch_norm import BatchNorm
from backprop.network import Network


@exercise("2.5.2.a", hint="The wrong gradient says where the step goes, the right one what that does to the loss.")
def downhill_all_the_same(rng):
    yield Case(
        want=(-0.8, 3),
        names=("change", "c"),
        traps={
            "The step goes against the wrong gradient: the sign of the change is missing.": (0.8, 3),
            "The learning rate is missing.": (-8, 3),
            "That is the change along the right gradient, 1 + 9; the step goes against the wrong one.": (-1, 3),
            "The two products are −1 and 9; both count, with their signs.": (-0.9, 3),
            "The product is −c² + 9: take the root.": (-0.8, 9),
            "At c = 1 the product is still 8: the step goes downhill.": (-0.8, 1),
        },
    )


ARRAYS = ("0.W", "0.b", "2.W", "2.b", "4.W", "4.b")


@exercise("2.5.2.b", hint="For each mistake ask: does anybody further down use the number that is wrong?")
def predict_the_pattern(rng):
    yield Case(judge=pattern_of_three)


def pattern_of_three(got):
    """What is wrong with three strings that name arrays; None if nothing is."""
    wanted = ({"2.b"}, {"0.W", "0.b"}, set(ARRAYS))
    if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(part, str) for part in got):
        return f"Three strings are wanted, not {show(got)}."
    for place, (said, want) in enumerate(zip(got, wanted, strict=True)):
        named, number = set(said.replace(",", " ").split()), ("(i)", "(ii)", "(iii)")[place]
        if unknown := sorted(named - set(ARRAYS)):
            return f"{number}: {unknown[0]!r} is none of {' '.join(ARRAYS)}."
        if extra := sorted(named - want):
            reasons = ("nobody computes anything from db", "layer 2 uses its own dy, which is right, and so does 4", "")
            return f"{number}: {extra[0]} is right: {reasons[place]}."
        if missing := sorted(want - named):
            return f"{number}: {missing[0]} is wrong, too: it is computed from the number that is wrong."
    return None


@exercise(
    "2.5.2.c",
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
                    "Both ends: not all layers are suspects; the wrong and the right parameters narrow it down.": (
                        0,
                        n_layers,
                    ),
                    "highest: the layer above the wrong parameters may be the one that hands them a wrong gradient.": (
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
    "2.5.2.d", hint="Check the loss by itself, then the network; each of the two has bugs that the other never shows."
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
