// The controls that a reader turns, each tied to a trait.
import { h } from "./stage.js";
import { number } from "./words.js";

let ids = 0;

// A finger on a slider may be about to scroll the page: it is heard once it has moved sideways or was lifted, and if
// the page takes it away, the knob goes back. Comes before all who listen to the slider.
export function steady(ui, input) {
  let from;
  let before;
  const hear = () => {
    from = undefined;
    input.dispatchEvent(new Event("input"));
  };
  const waits = () => from !== undefined;
  ui.listen(input, "input", (event) => waits() && event.stopImmediatePropagation());
  ui.listen(input, "pointerdown", (event) => {
    from = event.pointerType === "touch" ? event.clientX : undefined;
    before = input.value;
  });
  ui.listen(input, "pointermove", (event) => waits() && Math.abs(event.clientX - from) > 6 && hear());
  ui.listen(input, "pointerup", () => waits() && hear());
  ui.listen(input, "pointercancel", () => {
    if (waits()) input.value = before;
    from = undefined;
  });
}

// A labelled slider tied to a numeric trait. On a log scale the knob moves in decades.
export function slider(ui, { trait, label, range: [min, max], step = 0.01, log = false }) {
  const id = "bp" + ++ids;
  const knob = (value) => (log ? Math.log10(value) : value);
  const input = h("input", { type: "range", id, min: knob(min), max: knob(max), step });
  const output = h("output", { for: id });
  steady(ui, input);
  ui.listen(input, "input", () => {
    const value = log ? 10 ** input.value : +input.value;
    ui.set({ [trait]: Math.min(max, Math.max(min, +value.toPrecision(3))) });
  });
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
