"""The stepper under a reader's hands: buttons, slider, fields and choices show the package's numbers."""

import re

import pytest
from harness import page

from backprop.examples.running import X, Y
from backprop.widgets.backprop_stepper import BackpropStepper


def report(tab):
    return tab.locator(".bp-report").inner_text().replace("−", "-")


def press(tab, name):
    tab.get_by_role("button", name=name, exact=True).click()


def test_stepping_shows_each_value_of_the_trace(open_page):
    tab = open_page(page(BackpropStepper()))
    assert "Nothing has run yet" in report(tab)
    for step in BackpropStepper().trace[:14]:
        press(tab, "step")
        assert report(tab).strip().endswith(f"= {step.value:.3f}")
    press(tab, "back")
    assert "Backward, step 13 of 30" in report(tab)


def test_update_takes_the_step_and_starts_again_and_reset_brings_the_book_back(open_page):
    tab = open_page(page(BackpropStepper()))
    stepper = BackpropStepper()
    press(tab, "update and start again")
    assert "Nothing has run yet" in report(tab)
    after = BackpropStepper(weights=[step.value for step in stepper.trace[-12:]])
    tab.get_by_role("slider", name="step").fill("9")
    assert report(tab).strip().endswith(f"= {after.trace[8].value:.3f}")
    press(tab, "reset")
    tab.get_by_role("slider", name="step").fill("9")
    assert report(tab).strip().endswith(f"= {stepper.trace[8].value:.3f}")


def test_an_edited_input_and_another_loss_change_the_numbers(open_page):
    tab = open_page(page(BackpropStepper()))
    tab.get_by_text("inputs, targets, weights, biases").click()
    field = tab.get_by_label("x₁", exact=True)
    field.fill("-2")
    field.press("Enter")
    tab.get_by_role("radio", name="softmax + cross-entropy").check()
    tab.get_by_role("slider", name="step").fill("9")
    wanted = BackpropStepper(x=[-2.0, 0.5], loss="cross-entropy").trace[8]
    assert report(tab).strip().endswith(f"= {wanted.value:.3f}")


def test_the_slider_ends_where_the_trace_ends(open_page):
    tab = open_page(page(BackpropStepper(step=30)))
    bar = tab.get_by_role("slider", name="step")
    assert "Update, step 30 of 30" in report(tab)
    tab.get_by_role("radio", name="softmax + cross-entropy").check()
    assert "Update, step 28 of 28" in report(tab)
    assert (bar.get_attribute("max"), bar.input_value()) == ("28", "28")
    tab.get_by_role("radio", name="half squared error").check()
    bar.press("End")
    assert "Update, step 30 of 30" in report(tab)


def test_a_bias_shows_its_gradient_once(open_page):
    stepper = BackpropStepper()
    last = [step.target for step in stepper.trace].index("db12") + 1
    tab = open_page(page(BackpropStepper(step=last)))
    assert report(tab).split("\n")[-1].count("=") == 1


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 1000])
def test_it_fits_and_redraws_at_every_width(open_page, width, lang):
    tab = open_page(page(BackpropStepper(), lang=lang, theme="dark"), width=width)
    before = tab.locator("canvas").evaluate("node => node.toDataURL()")
    tab.get_by_role("slider").first.press("End")
    tab.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_values_are_blue_gradients_red_and_targets_green(show):
    stepper = BackpropStepper(step=29)
    screen = show(stepper)
    drawing = screen.drawn()
    hues = {}
    for op in drawing.texts():
        hues.setdefault(op["fill"], []).append(op["text"])
    shown = {step.target: f"{step.value:.3f}".replace("-", "−") for step in stepper.trace[:29]}
    assert sorted(hues["green-text"]) == ["y 0.000", "y 1.000"]
    gradients = [text for name, text in shown.items() if name.startswith("d")]
    assert sorted(re.sub(r"^∂[azbŷ]? ?", "", text) for text in hues["red-text"]) == sorted(gradients)
    values = [text for name, text in shown.items() if name[0] in "zaL"]
    weights = [f"{w:.3f}".replace("-", "−") for w in stepper.weights]
    inputs = [f"{x:.3f}" for x in X[0]]
    assert sorted(re.sub("^[zbL] ", "", text) for text in hues["blue-text"]) == sorted(values + weights + inputs)
    assert hues["soft"] == ["L"]
    assert set(hues) == {"green-text", "red-text", "blue-text", "soft"}


def test_numbers_stand_at_their_units_and_edges(show):
    """Layer by layer from left to right, unit 1 above unit 2, a gradient below its number."""
    stepper = BackpropStepper(weights=[k / 10 for k in range(1, 13)], step=29)
    drawing = show(stepper).drawn()
    at = {op["text"]: op["at"] for op in drawing.texts()}
    trace = {step.target: f"{step.value:.3f}".replace("-", "−") for step in stepper.trace[:29]}
    for unit in ("11", "12", "21", "22"):
        x, y = at[trace["a" + unit]]
        assert at["z " + trace["z" + unit]][0] == x
        assert at["z " + trace["z" + unit]][1] < y
    assert at[trace["a11"]][0] == at[trace["a12"]][0] < at[trace["a21"]][0] == at[trace["a22"]][0]
    assert at[trace["a11"]][1] == at[trace["a21"]][1] < at[trace["a12"]][1] == at[trace["a22"]][1]
    assert at["y 1.000"][1] < at["y 0.000"][1]
    (x1, y1), (x2, y2) = at["1.000"], at["0.500"]
    assert (x1 == x2, y1 < y2) == (True, True)
    upper, lower = at["0.100"], at["0.400"]  # w11 and w22 of the first layer
    assert (upper[1] < lower[1], upper[0] == lower[0]) == (True, True)
    assert at["0.200"][1] < at["0.300"][1]  # w12 leaves the upper input, w21 the lower
    known = [step.target for step in stepper.trace[:29] if step.target.startswith("dW")]
    assert len(drawing.lines("red", [5, 4])) == len(known) + 2  # and from both outputs to the loss
    assert len(drawing.lines("line", [])) == 8 - len(known)
    (x, y), outputs = at[trace["L"]], (at[trace["a21"]], at[trace["a22"]])
    assert x > outputs[0][0]
    assert y == pytest.approx((outputs[0][1] + outputs[1][1]) / 2)
    ends = [line[-1] for line in drawing.lines("red", [5, 4]) if len(line) == 3]
    assert ends == [(x, y)] * 2


def test_the_number_of_the_step_is_framed_and_bold(show):
    stepper = BackpropStepper()
    screen = show(stepper)
    for n in (1, 6, 13, 29):
        screen.set(step=n)
        drawing = screen.drawn()
        bold = [op["text"] for op in drawing.texts() if op["font"].startswith("bold") or op["font"].startswith("700")]
        value = f"{stepper.trace[n - 1].value:.3f}".replace("-", "−")
        assert [text.split()[-1].removeprefix("∂") for text in bold] == [value]
        assert len(drawing.boxes("strokeRect")) == 1


def test_with_cross_entropy_the_larger_target_counts_as_one(show):
    screen = show(BackpropStepper(y=[0.2, 0.7], loss="cross-entropy"))
    assert sorted(op["text"] for op in screen.drawn().texts(fill="green-text")) == ["y 0.000", "y 1.000"]
    upper, lower = (next(op["at"][1] for op in screen.drawn().texts(text=t)) for t in ("y 0.000", "y 1.000"))
    assert upper < lower
    assert "the larger target" in screen.tab.locator(".bp-note").inner_text()


@pytest.mark.parametrize(("loss", "last"), [("half squared error", 30), ("cross-entropy", 28)])
def test_step_is_off_at_the_end_and_back_at_the_start(show, loss, last):
    screen = show(BackpropStepper(loss=loss))
    step, back = (screen.tab.get_by_role("button", name=name, exact=True) for name in ("step", "back"))
    assert (step.is_enabled(), back.is_disabled()) == (True, True)
    screen.set(step=last - 1)
    assert (step.is_enabled(), back.is_enabled()) == (True, True)
    screen.set(step=last)
    assert (step.is_disabled(), back.is_enabled()) == (True, True)


def test_playing_goes_on_at_its_pace_until_a_hand_takes_the_slider(show):
    screen = show(BackpropStepper(step=27))
    screen.press("play")
    screen.tab.wait_for_function("() => model.get('step') === 30")
    screen.tab.get_by_role("button", name="play", exact=True).wait_for()
    assert screen.tab.evaluate("paces") == [900]
    screen.press("play")
    screen.tab.wait_for_function("() => model.get('step') > 1")
    screen.slide("step (drag to go back and forth)", 20)
    screen.tab.wait_for_timeout(150)
    assert screen.get("step") == 20
    assert screen.tab.get_by_role("button", name="pause").count() == 0


@pytest.mark.parametrize("name", ["step", "back", "update and start again"])
def test_a_press_while_it_plays_stops_it(show, name):
    screen = show(BackpropStepper())
    screen.press("play")
    screen.tab.wait_for_function("() => model.get('step') > 1")
    screen.press(name)
    step = screen.get("step")
    screen.tab.wait_for_timeout(150)
    assert screen.get("step") == step
    assert screen.tab.get_by_role("button", name="pause").count() == 0


def test_at_the_end_playing_begins_anew(show):
    screen = show(BackpropStepper(step=30))
    screen.press("play")
    screen.tab.wait_for_function("() => model.get('step') > 0 && model.get('step') < 30")
    screen.press("pause")


def test_a_view_that_ended_plays_no_more(show):
    screen = show(BackpropStepper())
    screen.press("play")
    screen.tab.wait_for_function("() => model.get('step') > 0")
    step = screen.tab.evaluate("(end(), model.get('step'))")
    screen.tab.wait_for_timeout(150)
    assert screen.get("step") == step


def test_edges_turn_red_as_their_gradients_come(show):
    stepper = BackpropStepper()
    screen = show(stepper)
    targets = [step.target for step in stepper.trace]
    screen.set(step=targets.index("dW212") + 1)
    red = [line for line in screen.drawn().lines("red", [5, 4], 1.5) if len(line) == 2]
    assert len(red) == 2
    assert red[0][0] == red[1][0]  # both leave the first hidden unit, which stands above the second
    assert red[0][0][1] == min(line[0][1] for line in screen.drawn().lines(width=1.5) if line[0][0] == red[0][0][0])
    assert {red[0][1][0], red[1][1][0]} == {max(line[1][0] for line in red)}
    screen.set(step=targets.index("dW222") + 1)
    assert len([line for line in screen.drawn().lines("red", [5, 4], 1.5) if len(line) == 2]) == 4


def lit(drawing, hue):
    """The ends of the wide lines below the edges."""
    return [(line[0], line[-1]) for line in drawing.lines(hue, [], 10)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_paths_of_step_20_are_lit_and_its_four_factors_shaded(show, theme):
    stepper = BackpropStepper(step=20)
    screen = show(stepper, theme=theme)
    drawing = screen.drawn()
    at = {op["text"]: tuple(op["at"]) for op in drawing.texts()}
    v = {step.target: f"{step.value:.3f}".replace("-", "−") for step in stepper.trace[:20]}
    hidden, upper, lower, loss = (at[v[name]] for name in ("a11", "a21", "a22", "L"))
    assert sorted(lit(drawing, "red")) == sorted([(hidden, upper), (hidden, lower), (upper, loss), (lower, loss)])
    assert lit(drawing, "blue") == []
    shaded = {tuple(box[:2]) for box in drawing.boxes("fillRect", "fill")}
    framed = [
        op["text"]
        for op in drawing.texts()
        if any(0 < op["at"][0] - x < 99 and 0 < op["at"][1] - y < 9 for x, y in shaded)
    ]
    assert sorted(framed) == sorted(["0.700", "−0.500", "∂z " + v["dz21"], "∂z " + v["dz22"]])
    assert screen.label().endswith("Lit: w⁽²⁾₁₁, w⁽²⁾₁₂, ŷ₁ → L, ŷ₂ → L.")


def test_a_forward_step_lights_what_leads_into_its_neuron(show):
    screen = show(BackpropStepper(step=1))
    drawing = screen.drawn()
    at = {op["text"]: tuple(op["at"]) for op in drawing.texts()}
    ends = lit(drawing, "blue")
    assert [start for start, _ in ends] == [at["1.000"], at["0.500"]]
    assert len({end for _, end in ends}) == 1
    assert lit(drawing, "red") == []
    screen.set(step=0)
    assert lit(screen.drawn(), "blue") == []
    assert screen.label().endswith("So far: –. ")


@pytest.mark.parametrize(
    ("setting", "verdict"),
    [({}, "smaller"), ({"activation": "tanh", "learning_rate": 3.0}, "larger, for the step was too long")],
)
def test_the_update_is_one_step_and_says_what_it_did_to_the_loss(show, setting, verdict):
    stepper = BackpropStepper(step=30, **setting)
    screen = show(stepper)
    before, after = (f"{loss:.3f}" for loss in stepper.losses)
    assert screen.tab.locator(".bp-filled").inner_text() == f"L was {before} and is now {after}: {verdict}."
    drawing = screen.drawn()
    assert len(drawing.boxes("strokeRect")) == 12
    new = [f"{step.value:.3f}".replace("-", "−") for step in stepper.trace[-12:]]
    bold = [op["text"].removeprefix("b ") for op in drawing.texts() if op["font"].startswith(("bold", "700"))]
    assert sorted(bold) == sorted(new)
    rule = screen.tab.locator(".bp-report p").nth(1).inner_text().replace("−", "-")
    assert f" = {stepper.trace[-12].value:.3f}, …" in rule


def test_where_every_gradient_is_0_the_update_changes_nothing(show):
    screen = show(BackpropStepper(weights=[0.0] * 12, y=[0.0, 0.0], activation="relu", step=30))
    assert "L was 0.000 and still is" in screen.tab.locator(".bp-filled").inner_text()


def test_the_rate_changes_the_loss_after_the_update_while_the_reader_looks(show):
    screen = show(BackpropStepper(activation="tanh", step=30))
    for rate, verdict in ((0.794, "smaller"), (2.51, "larger")):
        screen.set(learning_rate=rate)
        wanted = BackpropStepper(activation="tanh", learning_rate=rate).losses[1]
        assert f"is now {wanted:.3f}: {verdict}" in screen.tab.locator(".bp-filled").inner_text()


def test_the_formula_is_written_with_its_spaces(show):
    stepper = BackpropStepper(activation="relu", step=13)
    screen = show(stepper)
    a, b = (f"{step.value:.3f}".replace("-", "−") for step in stepper.trace if step.target in ("a21", "a22"))
    loss = next(k for k, step in enumerate(stepper.trace, 1) if step.target == "L")
    screen.set(step=loss)
    filled = screen.tab.locator(".bp-filled")
    assert f"½·(({a} − 1.000)² + ({b} − 0.000)²)" in filled.inner_text()
    screen.set(step=next(k for k, step in enumerate(stepper.trace, 1) if step.target == "dz21"))
    assert screen.tab.locator(".bp-report p").nth(1).inner_text() == "∂L/∂z⁽²⁾₁ = ∂L/∂ŷ₁·[z⁽²⁾₁ > 0]"


def test_every_field_sets_its_own_number_and_refuses_what_is_none(show):
    screen = show(BackpropStepper())
    screen.tab.get_by_text("inputs, targets, weights, biases").click()
    order = [("x₁", "x", 0), ("x₂", "x", 1), ("y₁", "y", 0), ("y₂", "y", 1)]
    names = [
        "w⁽¹⁾₁₁",
        "w⁽¹⁾₁₂",
        "w⁽¹⁾₂₁",
        "w⁽¹⁾₂₂",
        "b⁽¹⁾₁",
        "b⁽¹⁾₂",
        "w⁽²⁾₁₁",
        "w⁽²⁾₁₂",
        "w⁽²⁾₂₁",
        "w⁽²⁾₂₂",
        "b⁽²⁾₁",
        "b⁽²⁾₂",
    ]
    for label, trait, k in order + [(name, "weights", k) for k, name in enumerate(names)]:
        field = screen.tab.get_by_label(label, exact=True)
        before = screen.get(trait)
        assert float(field.input_value()) == before[k]
        field.fill("7.25")
        field.press("Enter")
        assert screen.get(trait) == [7.25 if j == k else v for j, v in enumerate(before)]
        field.fill("1001")
        field.press("Enter")
        assert screen.get(trait)[k] == 7.25
        assert field.input_value() == "7.25"
    assert Y == ((1.0, 0.0),)
    screen.press("reset")
    assert screen.get("weights") == BackpropStepper().weights
