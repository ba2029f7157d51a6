"""Checkers of the exercises on page 2.4.1, the cost of a gradient in products and in memory."""

from itertools import pairwise

from backprop.exercises.checking import Case, exercise


@exercise("2.4.1.a", hint="How many bytes does one example keep, and how often does that fit?")
def largest_batch(rng):
    yield Case(
        want=(10_000, 5_000),
        names=("examples", "doubled"),
        traps={
            "Every number takes 4 bytes.": (40_000, 20_000),
            "The input is kept as well: the first layer needs it for dW.": (20_000, 10_000),
            "The output is kept as well: the last sigmoid needs it for its slope.": (10_526, 5_263),
            "doubled: what is kept grows like the widths; only the weights grow like their square.": (10_000, 2_500),
            "doubled: with larger layers fewer examples fit.": (10_000, 20_000),
            "The free bytes are for what is kept; the weights are there already.": (27, 6),
            "Bytes, not bits.": (1_250, 625),
        },
    )


@exercise("2.4.1.b", hint="The best k makes both parts equal, the checkpoints and the segment in hand.")
def checkpoints_on_paper(rng):
    yield Case(
        want=(10, 21, 101, 4),
        names=("segments", "arrays", "without", "hours"),
        traps={
            "arrays: the end of the chain is held as well, k + 1 + D/k.": (10, 20, 101, 4),
            "without: 100 layers have 101 arrays, the input and each output.": (10, 21, 100, 4),
            "hours: every segment runs forward twice.": (10, 21, 101, 3),
            "hours: forward twice and backward once, 1 + 1 + 2.": (10, 21, 101, 5),
            "segments: half the layers is too many; the best is the root.": (50, 53, 101, 4),
            "segments: one for each layer saves nothing.": (100, 102, 101, 4),
            "hours: only the forward pass is done twice.": (10, 21, 101, 6),
        },
    )


@exercise("2.4.1.c", hint="What does one forward pass cost, and what does one walk back that computes no dW?")
def jacobian_costs(rng):
    """Both ways to all slopes for several depths, once with more inputs than outputs and once with fewer."""
    for depth, ends in ((3, (9, 3)), (1, (4, 7)), (2, (3, 11))):
        widths = [ends[0], *rng.integers(2, 30, size=depth - 1).tolist(), ends[1]]
        forward = sum(a * b for a, b in pairwise(widths))
        first, last, n_in, n_out = widths[0] * widths[1], widths[-1] * widths[-2], widths[0], widths[-1]
        nudging, walking = 2 * n_in * forward, (1 + n_out) * forward
        yield Case(
            widths,
            want=(nudging, walking),
            names=("nudging", "walking back"),
            traps={
                "nudging: to both sides takes two forward passes for each input.": (n_in * forward, walking),
                "nudging: to both sides is wanted, two forward passes for each input and none without a nudge.": (
                    (1 + n_in) * forward,
                    walking,
                ),
                "nudging: one to each side is enough; the forward pass without a nudge is not needed.": (
                    (2 * n_in + 1) * forward,
                    walking,
                ),
                "nudging: the inputs are nudged, not the parameters.": (2 * forward * forward, walking),
                "nudging: each input is nudged, not each output.": (2 * n_out * forward, walking),
                "walking back: the forward pass before it is missing.": (nudging, n_out * forward),
                "walking back: no dW is computed, so one product per layer.": (nudging, (1 + 2 * n_out) * forward),
                "walking back: dx of the input is wanted, so the first layer takes part.": (
                    nudging,
                    forward + n_out * (forward - first),
                ),
                "walking back: one walk for each output, not for each input.": (nudging, (1 + n_in) * forward),
                "walking back: one forward pass serves all walks.": (nudging, 2 * n_out * forward),
                "walking back: a walk goes through the last layer as well.": (
                    nudging,
                    forward + n_out * (forward - last),
                ),
                "walking back: one walk answers for one output only.": (nudging, 2 * forward),
            },
        )


@exercise("2.4.1.d", hint="Make a list of moments: what is in memory while segment s goes backward?")
def peak(rng):
    """Chains whose fullest moment is at the start, in the middle, at the end; segments of one array as well."""
    for place, count in ((1, 4), (0, 3), (-1, 5), (0, 1)):
        segments = [rng.integers(5, 20, size=rng.integers(2, 5)).tolist() for _ in range(count)]
        segments[place] += rng.integers(80, 120, size=2).tolist()
        if count > 4:
            segments[1] = segments[1][:1]
        firsts, inner = [s[0] for s in segments], [sum(s[1:]) for s in segments]
        moments = [sum(firsts[: s + 1]) + inner[s] for s in range(count)]
        yield Case(
            segments,
            want=max(moments),
            traps={
                "The checkpoints of later segments have been dropped by then.": sum(firsts) + max(inner),
                "That keeps everything, as without checkpoints.": sum(map(sum, segments)),
                "The checkpoints of the earlier segments are in memory as well.": max(map(sum, segments)),
                "That is the moment when the last segment goes backward; an earlier one may be fuller.": moments[-1],
                "That is the moment when the first segment goes backward; a later one may be fuller.": moments[0],
                "That is the end of the way forward: checkpoints alone.": sum(firsts),
                "The segment's own checkpoint is in memory, too.": max(
                    sum(firsts[:s]) + inner[s] for s in range(count)
                ),
                "The checkpoints are missing.": max(inner),
                "All checkpoints and a whole segment: the later ones are gone, and its own is there twice.": sum(firsts)
                + max(map(sum, segments)),
                "The segment's own checkpoint is counted twice.": max(
                    sum(firsts[: s + 1]) + firsts[s] + inner[s] for s in range(count)
                ),
                "That counts arrays; their sizes are to be added up.": max(
                    s + len(part) for s, part in enumerate(segments)
                ),
                "Later checkpoints are gone by then, and earlier ones are there.": max(
                    sum(firsts[s:]) + inner[s] for s in range(count)
                ),
            },
        )
