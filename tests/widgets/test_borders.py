"""Both sides of every border between two sentences of a widget."""

import pytest
from harness import run_node

from backprop.widgets.activation_explorer import ActivationExplorer
from backprop.widgets.depth_lab import DepthLab
from backprop.widgets.digit_pad import DigitPad
from backprop.widgets.nudge_meter import NudgeMeter
from backprop.widgets.schedule_painter import SchedulePainter
from backprop.widgets.time_lab import TimeLab

# Two axes of curvature 1; after one step of rate η, (1 − η)² of the first loss is left and (ησ)² is noise.
PARABOLA = """
const verdict = (rates, variance = 0, best = 0) =>
  widget.verdict(rates, { curvatures: [1, 1], start: [Math.SQRT2, 0], sigma: Math.sqrt(variance), best });
const said = (...more) => verdict(...more).what;
"""
SCHEDULES = [
    ("said([0.5], 0, 0.25 / 1.05)", "slow"),
    ("said([0.5], 0, 0.25 / 1.049)", "best"),
    ("said([2])", "slow"),  # at the limit, not beyond it
    ("said([2.001])", "diverges"),
    ("said([3, 0.5])", "diverges"),  # back to the first loss, not below it
    ("said([3, 0.51])", "spikes"),
    ("said([2.224, 0.5])", "slow"),  # a peak of 1.498, and of 1.501
    ("said([2.225, 0.5])", "spikes"),
    ("said([1e-9, 0.5], 0.249)", "slow"),  # shares of 0.8 and of 0.2
    ("said([1e-9, 0.5], 0.251)", "between"),
    ("said([1e-9, 0.5], 3.99)", "between"),
    ("said([1e-9, 0.5], 4.01)", "noisy"),
    ("said([0.5], 2.14)", "between"),  # 10 % above the floor, and 10 % below it
    ("said([0.5], 2.15)", "floor"),
    ("said([0.5], 4.99)", "floor"),
    ("said([0.5], 5.01)", "noisy"),
    ("said([0.5 * 1.0199, 0.5], 2.8)", "floor"),  # steady within 2 %
    ("said([0.5 * 1.0201, 0.5], 2.8)", "noisy"),
    ("said([0.5 * 0.9801, 0.5], 2.8)", "floor"),
    ("said([0.5 * 0.9799, 0.5], 2.8)", "noisy"),
    ("verdict([1, 2.5, 3, 2.2]).first", 2),
    ("verdict([0.5, 0.25]).last", 0.25),
    ("verdict([3, 1.5]).peak", 4),
    ("verdict([1, 3.5]).factor", None),
    ("verdict([3, 3.5]).factor", 2.5),
    ("verdict([0.5], 1).share", 0.5),
]
FATES = "const lab = (...deltas) => widget.journey({ slopes: deltas.map(() => 0.5), deltas }, 2, 9);"
DEPTHS = [
    ("lab(1).fate", "single"),
    ("lab(0, 1).fate", "gone"),
    ("lab(NaN, 1).fate", "gone"),
    ("lab(0.001, 1).fate", "arrives"),
    ("lab(0.000999, 1).fate", "vanishes"),
    ("lab(1000, 1).fate", "arrives"),
    ("lab(1001, 1).fate", "explodes"),
    ("lab(8, 3, 2, 1).factor", 2),
    ("lab(8, 3, 2, 1).left", 8),
    ("lab(8, 3, 2, 1).steps", 3),
    ("lab(8, 1).weights", 6),
    ("lab(8, 1).slope", 0.5),
    ("widget.decades([1])", [0.01, 100]),
    ("widget.decades([1e-4, 1])", [1e-4, 1]),
    ("widget.decades([1e-3, 1])", [1e-4, 1]),
    ("widget.decades([0.05, 30, 0, Infinity, NaN])", [0.01, 100]),
    ("widget.decades([1e4])", [1, 1e4]),
]
TIMES = [
    ("fate([0.1, 1])", "arrives"),
    ("fate([0.0999, 1])", "fades"),
    ("fate([-10, 1])", "arrives"),
    ("fate([-10.01, 1])", "grows"),
    ("fate([0, 5])", "gone"),
    ("fate([1, 5], 1)", "cut"),
    ("fate([], 0)", "arrives"),
    ("widget.journey({ factors: [-1.5, -6, -1], deltas: [1, 1, 1, 1], direct: [], first: 2 })",
     {"steps": 4, "first": 3, "left": 1, "product": 1, "factor": 1, "fate": "cut"}),
    ("widget.journey({ factors: [0.5, 0.5], deltas: [2, 1, 1], direct: [0.25, 0.5, 1], first: 0 })",
     {"steps": 3, "first": 1, "left": 2, "product": 0.25, "factor": 0.5, "fate": "arrives"}),
    ("widget.clipping(-4)", 0.25),
    ("widget.clipping(1)", 1),
    ("widget.clipping(0)", 1),
]  # fmt: skip
WAYS = """
const fate = (factors, first = 0) =>
  widget.journey({ factors, deltas: [...factors, 1], direct: [], first }).fate;
"""
SPOKEN = """
const say = (name, z, slope, more = {}, truth = slope) =>
  widget.verdict(name, z, { value: 1, slope, ...more }, truth);
"""
ACTIVATIONS = [
    ("say('tanh', 1, 0.5, { value: NaN, overflow: true })", "nan"),
    ("say('tanh', 1, NaN)", "nan"),
    ("say('sigmoid', -9, 0, { overflow: true })", "zero"),
    ("say('relu', 0, 0)", "corner"),
    ("say('leaky', 0, 1)", "corner"),
    ("say('gelu', 0, 0.5)", "partly"),
    ("say('relu', -1, 0)", "shut"),
    ("say('sigmoid', 40, 0, {}, 1e-18)", "flat"),
    ("say('sigmoid', -750, 0, {}, 0)", "under"),
    ("say('relu', 1, 1)", "open"),
    ("say('sigmoid', 5, 0.01)", "saturated"),
    ("say('sigmoid', 5, 0.0101)", "partly"),
    ("say('gelu', -2, -0.01)", "saturated"),
    ("say('gelu', -1, -0.0101)", "back"),
    ("say('gelu', 1, 1.0001)", "more"),
    ("widget.shown(NaN)", "nan"),
    ("widget.shown(1)", "1"),
    ("widget.shown(-1)", "−1"),
    ("widget.shown(1.0006)", "1"),
    ("widget.shown(0.9996)", "1 − 4×10⁻⁴"),
    ("widget.shown(1.0004)", "1 + 4×10⁻⁴"),
    ("widget.shown(-0.9996)", "−1 + 4×10⁻⁴"),
    ("widget.shown(-1.0004)", "−1 − 4×10⁻⁴"),
    ("widget.shown(0.9994)", "0.999"),
]
PIXELS = """
const advised = (row, column, d, ink) => {
  const dx = new Float64Array(784);
  dx[28 * row + column] = d;
  return widget.advice(new Float64Array(784).fill(ink), dx);
};
"""
PAD = [
    ("widget.percent(0.004)", "0"),
    ("widget.percent(0.9949)", "99"),
    ("widget.percent(0.9951)", "99"),
    ("widget.percent(0.99999)", "99"),
    ("widget.percent(1)", "100"),
    *[
        (f"advised({row}, {column}, -2, 0.25)", {"add": True, "where": where, "most": 1.5})
        for row, column, where in [(0, 0, 0), (10, 10, 0), (10, 11, 1), (10, 17, 2), (11, 10, 3), (16, 16, 4),
                                   (16, 17, 5), (17, 10, 6), (17, 16, 7), (27, 27, 8)]
    ],
    ("advised(5, 5, 2, 0.25)", {"add": False, "where": 0, "most": 0.5}),
]  # fmt: skip
GUESSES = """
const guesses = ["-0.3", "-0.1", "-0.03", "-0.01", "0", "0.01", "0.03", "0.1", "0.3"];
const near = (price) => widget.nearest(price, guesses);
"""
NUDGES = [
    ("near(0.00299)", "0"),
    ("near(-0.00299)", "0"),
    ("near(0.00301)", "0.01"),
    ("near(-0.00301)", "-0.01"),
    ("near(0.173)", "0.1"),  # the border lies at √(0.1 · 0.3)
    ("near(0.174)", "0.3"),
    ("near(-5)", "-0.3"),
]


@pytest.mark.parametrize(
    ("widget", "before", "cases"),
    [
        (SchedulePainter, PARABOLA, SCHEDULES),
        (DepthLab, FATES, DEPTHS),
        (TimeLab, WAYS, TIMES),
        (ActivationExplorer, SPOKEN, ACTIVATIONS),
        (DigitPad, PIXELS, PAD),
        (NudgeMeter, GUESSES, NUDGES),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_a_sentence_changes_at_its_border(widget, before, cases, tmp_path):
    script = before + f"const result = [{', '.join(text for text, _ in cases)}];"
    found = run_node(widget, tmp_path, script, None)
    wrong = [
        (text, answer, wanted)
        for (text, wanted), answer in zip(cases, found, strict=True)
        if answer != (pytest.approx(wanted, rel=1e-9) if isinstance(wanted, float | int | list) else wanted)
    ]
    assert not wrong
