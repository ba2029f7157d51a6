// The controls that a reader turns, each tied to a trait.
import { h } from "./stage.js";
import { number } from "./words.js";

let ids = 0;

// A finger that scrolls the page presses a slider first, and then is taken from it: so what it moved goes back.
export function steady(ui, input, traits) {
  let before;
  ui.listen(input, "pointerdown", () => {
    before = Object.fromEntries(traits.map((name) => [name, ui.model.get(name)]));
  });
  ui.listen(input, "pointercancel", () => ui.set(before));
}

// A drag on a picture, `follow(event)` from the press on. A finger may be about to scroll the page: it is followed once
// it has moved sideways, or was lifted where it came down; from the start only if it `grabs` what is dragged.
export function drag(ui, node, follow, { begin = () => {}, grabs = () => false } = {}) {
  let from;
  let held = false;
  ui.listen(node, "pointerdown", (event) => {
    if (event.button) return;
    node.setPointerCapture(event.pointerId);
    from = event.clientX;
    held = event.pointerType !== "touch" || grabs(event);
    begin();
    if (held) follow(event);
  });
  ui.listen(node, "touchstart", (event) => held && event.preventDefault());
  for (const name of ["pointermove", "pointerup"]) {
    ui.listen(node, name, (event) => {
      const lifts = name === "pointerup";
      if (!node.hasPointerCapture(event.pointerId) || (held && lifts)) return;
      held ||= lifts || Math.abs(event.clientX - from) > 6;
      if (held) follow(event);
    });
  }
}

// A labelled slider tied to a numeric trait. On a log scale the knob moves in decades.
export function slider(ui, { trait, label, range: [min, max], step = 0.01, log = false }) {
  const id = "bp" + ++ids;
  const knob = (value) => (log ? Math.log10(value) : value);
  const input = h("input", { type: "range", id, min: knob(min), max: knob(max), step });
  const output = h("output", { for: id });
  ui.listen(input, "input", () => {
    const value = log ? 10 ** input.value : +input.value;
    ui.set({ [trait]: Math.min(max, Math.max(min, +value.toPrecision(3))) });
  });
  steady(ui, input, [trait]);
  ui.watch([trait], () => {
    const value = ui.model.get(trait);
    input.value = knob(value);
    output.value = number(value);
    input.setAttribute("aria-valuetext", output.value);
  });
  return h("div", { class: "bp-slider" }, h("label", { for: id, class: "bp-name" }, label), output, input);
}

// One of several (radio) or, with `many`, some of several (checkboxes): the native controls, drawn as buttons.
// `also(value)` may name other traits that change with the choice.
export function choices(ui, { trait, label, options, many = false, also = () => ({}) }) {
  const name = "bp" + ++ids;
  const inputs = options.map(({ value }) => h("input", { type: many ? "checkbox" : "radio", name, value }));
  for (const input of inputs) {
    ui.listen(input, "change", () => {
      const chosen = inputs.filter((other) => other.checked).map((other) => other.value);
      if (!chosen.length) {
        input.checked = true; // the last one stays
        return;
      }
      const value = many ? chosen : input.value;
      ui.set({ [trait]: value, ...also(value) });
    });
  }
  ui.watch([trait], () => {
    const value = [].concat(ui.model.get(trait));
    for (const input of inputs) input.checked = value.includes(input.value);
  });
  const labels = options.map(({ label: text, mark = "" }, i) => h("label", {}, inputs[i], h("span", {}, mark, text)));
  return h("fieldset", {}, h("legend", {}, label), h("div", { class: "bp-row" }, ...labels));
}

export function button(ui, label, press) {
  const node = h("button", { type: "button" }, label);
  ui.listen(node, "click", press);
  return node;
}
