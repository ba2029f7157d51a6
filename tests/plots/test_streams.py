"""A stream with side arms: what stands where, and that forward and backward take the same ways."""

import matplotlib as mpl

from backprop.plots import block_diagram, figure, palette, stream_diagram

STOPS = ["ids", ("norm", "heads"), ("norm", "dense, dense"), "loss"]


def drawn(**options):
    """The axes, its texts by what they say, and its lines by their colour."""
    _, ax = figure(5.6, 3.6)
    stream_diagram(ax, STOPS, **options)
    lines = {colour: [line for line in ax.lines if line.get_color() == colour] for colour in ("#3b82c4", "#d9534f")}
    return ax, {text.get_text(): text for text in ax.texts}, *lines.values()


def test_values_stand_left_of_the_stream_with_gradients_between_and_letters_at_the_right():
    _, texts, _, _ = drawn(values={1: "(N, T)"}, gradients={1: "1.2"}, letters={1: "u"}, notes={3: "labels"})
    across = [texts[said].get_position()[0] for said in ("(N, T)", "1.2", "ids", "u")]
    assert across == sorted(across)
    assert len({texts[said].get_position()[1] for said in ("(N, T)", "1.2", "u")}) == 1
    assert (texts["(N, T)"].get_color(), texts["1.2"].get_color()) == (palette.FORWARD, palette.BACKWARD)
    assert texts["labels"].get_position()[1] == texts["loss"].get_position()[1]


def test_the_stream_runs_down_and_each_arm_leaves_above_its_plus():
    ax, texts, _, _ = drawn()
    downwards = [texts[said].get_position()[1] for said in ("ids", "heads", "dense, dense", "loss")]
    assert downwards == sorted(downwards, reverse=True)
    pluses = [text.get_position()[1] for text in ax.texts if text.get_text() == "+"]
    assert downwards[1] > pluses[0] > downwards[2] > pluses[1] > downwards[3]


def test_a_gradient_comes_back_where_it_is_said_to_and_dashed():
    *_, blue, red = drawn()
    assert len(red) == 0
    *_, all_blue, red = drawn(gradients={0: "", 1: "", 2: ""})
    assert len(all_blue) == len(blue) == len(red)
    assert {line.get_linestyle() for line in blue} == {"-"}
    assert {line.get_linestyle() for line in red} == {"--"}


def test_marked_boxes_are_told_apart_without_colour():
    ax, *_ = drawn(marked=("norm",))
    widths = [patch.get_linewidth() for patch in ax.patches if isinstance(patch, mpl.patches.FancyBboxPatch)]
    assert sorted(widths) == [1.2] * 4 + [2.2] * 2


def test_in_a_block_both_ways_of_the_gradient_start_at_dz_and_a_bare_shortcut_hands_it_on():
    for shortcut, said in ((["1 × 1"], {"dz J₀", "dz J"}), ([], {"dz J"})):
        _, ax = figure(5.6, 2)
        block_diagram(ax, ["3 × 3", "norm"], shortcut)
        red = [text.get_text() for text in ax.texts if text.get_color() == palette.BACKWARD]
        assert said <= set(red)
        assert red.count("dz") == 1 + (not shortcut)
        assert len([line for line in ax.lines if line.get_linestyle() == "--"]) > 4
