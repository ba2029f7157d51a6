"""The stepper under a reader's hands: buttons, slider, fields and choices show the package's numbers."""

import pytest
from harness import page

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
    assert "Backward, step 13 of 41" in report(tab)


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
    tab = open_page(page(BackpropStepper(step=41)))
    bar = tab.get_by_role("slider", name="step")
    assert "Update, step 41 of 41" in report(tab)
    tab.get_by_role("radio", name="softmax + cross-entropy").check()
    assert "Update, step 39 of 39" in report(tab)
    assert (bar.get_attribute("max"), bar.input_value()) == ("39", "39")
    tab.get_by_role("radio", name="half squared error").check()
    bar.press("End")
    assert "Update, step 41 of 41" in report(tab)


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
