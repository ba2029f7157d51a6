// The plain controls of ipywidgets that the book's readers use: sliders, numbers, choices, boxes, text.
import { element, say } from "./words.js";

// Calls `react` with a trait's value, now and after each change.
const follow = (model, name, react) => {
  react(model.get(name));
  model.on(`change:${name}`, () => react(model.get(name)));
};
const change = (model, name, value) => {
  model.set(name, value);
  model.save_changes();
};
const kindOf = (model) => model.get("_model_name");

function labelled(model, ...inside) {
  const name = element("span");
  follow(model, "description", (text) => (name.textContent = text ?? ""));
  return element("label", { className: "live-control" }, name, ...inside);
}

function slider(model) {
  const isLog = kindOf(model).includes("Log");
  const isWhole = kindOf(model).includes("Int");
  const base = model.get("base") ?? 10;
  const place = (value) => (isLog ? Math.log(value) / Math.log(base) : value);
  const input = element("input", { type: "range" });
  const shown = element("span", { className: "live-value" });
  for (const name of ["min", "max"]) follow(model, name, (value) => (input[name] = value));
  input.step = model.get("step") || "any";
  follow(model, "value", (value) => {
    input.value = place(value);
    shown.textContent = String(+value.toPrecision(3));
    input.setAttribute("aria-valuetext", shown.textContent);
  });
  const send = () => {
    const value = isLog ? base ** +input.value : +input.value;
    change(model, "value", isWhole ? Math.round(value) : value);
  };
  input[model.get("continuous_update") === false ? "onchange" : "oninput"] = send;
  return labelled(model, input, shown);
}

function text(model) {
  const isNumber = /Int|Float/.test(kindOf(model));
  const input = element("input", { type: isNumber ? "number" : "text", step: "any" });
  follow(model, "value", (value) => (input.value = value));
  input.onchange = () => change(model, "value", isNumber ? +input.value : input.value);
  return labelled(model, input);
}

function checkbox(model) {
  const input = element("input", { type: "checkbox" });
  follow(model, "value", (value) => (input.checked = value));
  input.onchange = () => change(model, "value", input.checked);
  return labelled(model, input);
}

function dropdown(model) {
  const input = element("select");
  const options = (labels) => labels.map((label) => element("option", { textContent: label }));
  follow(model, "_options_labels", (labels) => input.replaceChildren(...options(labels)));
  follow(model, "index", (index) => (input.selectedIndex = index ?? -1));
  input.onchange = () => change(model, "index", input.selectedIndex);
  return labelled(model, input);
}

function press(model) {
  const input = element("button", { type: "button", className: "live-button" });
  follow(model, "description", (words) => (input.textContent = words));
  input.onclick = () => model.send({ event: "click" });
  return input;
}

const shownAs = (property) => (model) => {
  const box = element("div");
  follow(model, "value", (value) => (box[property] = value));
  return box;
};

function box(model, view) {
  const className = kindOf(model) === "HBoxModel" ? "live-row" : "live-column";
  const made = element("div", { className });
  follow(model, "children", (children) => made.replaceChildren(...children.map(view)));
  return made;
}

const CONTROLS = [
  [/Slider/, slider],
  [/^HTML/, shownAs("innerHTML")],
  [/^Label/, shownAs("textContent")],
  [/Text/, text],
  [/^Checkbox/, checkbox],
  [/^Dropdown/, dropdown],
  [/^Button/, press],
  [/Box/, box],
];

export function render(model, el, view) {
  const control = CONTROLS.find(([name]) => name.test(kindOf(model)))?.[1];
  el.append(control ? control(model, view) : say("noView", { name: kindOf(model) }));
}
