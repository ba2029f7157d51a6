// The depth lab: values forward, gradients back, layer by layer, for any depth, spread, width and activation.
import { button, choices, slider } from "../kit/controls.js";
import { axes, canvas, line, scale, ticks, write } from "../kit/draw.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { journey, sizes } from "./maths.js";
import { STRINGS } from "./words.js";

const ACTIVATIONS = ["linear", "relu", "sigmoid", "tanh", "gelu"];
const RANGE = [0.005, 5];
const LINES = [
  ["values", "blue", [], "●"],
  ["deltas", "red", [7, 4], "▼"],
  ["weights", "purple", [2, 3], "◆"],
];
const PRESETS = {
  fade: { activation: "sigmoid", depth: 20, std: 0.177, width: 32 },
  healthy: { activation: "relu", depth: 50, std: 0.25, width: 32 },
  blowUp: { activation: "tanh", depth: 50, std: 1, width: 32 },
  blind: { activation: "relu", depth: 20, std: 0.01, width: 32 },
};

// The lowest and the highest power of ten around all positive numbers, at least four decades apart.
export function decades(numbers) {
  const powers = numbers.filter((v) => v > 0 && isFinite(v)).map(Math.log10);
  let low = Math.floor(Math.min(0, ...powers));
  let high = Math.ceil(Math.max(0, ...powers));
  while (high - low < 4) [low, high] = high - low === 3 ? [low - 1, high] : [low - 1, high + 1];
  return [10 ** low, 10 ** high];
}

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const names = ["activation", "depth", "std", "width"];
    keepInAddress(
      ui,
      names,
      (name, value) =>
        ({
          activation: ACTIVATIONS.includes(value),
          std: value >= RANGE[0] && value <= RANGE[1],
          depth: Number.isInteger(value) && value >= 1 && value <= 50,
          width: Number.isInteger(value) && value >= 4 && value <= 64,
        })[name],
    );

    let now;
    const said = h("p", { class: "bp-factor" });
    const fate = h("p", { class: "bp-fate" });
    const forward = h("p");
    const picture = canvas(ui, { label: "", ratio: "var(--bp-flat)", draw });
    const rule = (name, value) => {
      const node = button(ui, name, () => ui.set({ std: +value().toPrecision(3) }));
      ui.watch(["width"], () => {
        const at = scale(RANGE, [0, 1], true)(value());
        node.style.setProperty("--at", at);
        node.setAttribute("aria-label", ui.say("set", { rule: name, value: number(value()) }));
      });
      return node;
    };
    const marks = h(
      "div",
      { class: "bp-marks" },
      rule("Glorot", () => model.get("width") ** -0.5),
      rule("He", () => (2 / model.get("width")) ** 0.5),
    );
    const presets = Object.entries(PRESETS).map(([name, settings]) => button(ui, ui.say(name), () => ui.set(settings)));
    const legend = LINES.map(([name, colour, , sign]) =>
      h("span", {}, h("b", { class: "bp-" + colour }, sign), " " + ui.say(name)),
    );
    ui.root.append(
      h(
        "div",
        { class: "bp-depth" },
        h(
          "div",
          { class: "bp-set" },
          choices(ui, {
            trait: "activation",
            label: ui.say("activation"),
            options: ACTIVATIONS.map((value) => ({ value, label: ui.say(value) })),
          }),
          slider(ui, { trait: "depth", label: ui.say("depth"), range: [1, 50], step: 1 }),
          slider(ui, { trait: "std", label: ui.say("std"), range: RANGE, log: true }),
          marks,
          slider(ui, { trait: "width", label: ui.say("width"), range: [4, 64], step: 4 }),
          h("div", { class: "bp-row" }, ...presets),
        ),
        h("div", { class: "bp-seen" }, h("p", { class: "bp-legend" }, ...legend), picture),
        h("div", { class: "bp-told" }, said, fate, forward),
      ),
    );

    ui.watch(names, () => {
      const [activation, depth, std, width] = names.map((name) => model.get(name));
      now = sizes(activation, depth, std, width);
      const trip = journey(now, std, width);
      const words = Object.fromEntries(Object.entries(trip).map(([k, v]) => [k, number(v)]));
      const most = Math.max(...now.weights);
      const least = Math.min(...now.weights);
      said.textContent = ["single", "gone"].includes(trip.fate) ? "" : ui.say("factor", words);
      const alike = ["vanishes", "explodes"].includes(trip.fate) && most < 100 * least;
      fate.textContent = ui.say(alike ? trip.fate + "All" : trip.fate, words);
      fate.classList.toggle("bp-alarm", !["single", "arrives"].includes(trip.fate));
      const sides = { first: number(now.values[0]), last: number(now.values[depth]), spread: number(most / least) };
      forward.textContent = ui.say(depth > 1 && least > 0 ? "forward" : "even", sides);
      const text = [said, fate, forward].map((node) => node.textContent).join(" ");
      picture.setAttribute("aria-label", ui.say("picture", { said: text }));
      ui.announce(text);
      ui.repaint();
    });

    function draw(pen, width, height) {
      const depth = model.get("depth");
      const frame = [52, 26, width - 14, height - 24];
      const [left, top, right, bottom] = frame;
      const span = decades(LINES.flatMap(([name]) => now[name]));
      const sx = scale([0, depth], [left, right]);
      const sy = scale(span, [bottom, top], true);
      const whole = ticks(0, depth, 6).filter(Number.isInteger);
      axes(
        ui,
        pen,
        frame,
        { scale: sx, ticks: whole, title: ui.say("layer") },
        { scale: sy, ticks: ticks(...span, 6, true), title: ui.say("size") },
      );
      for (const [name, colour, dash, sign] of LINES) {
        const points = now[name].map((v, k) => [sx(k + (name !== "values")), sy(v)]);
        line(pen, points, ui.colour(colour), 2.5, dash);
        pen.fillStyle = ui.colour(`${colour}-text`);
        pen.font = ui.font(11);
        const every = Math.ceil(points.length / 12);
        points.forEach(([x, y], k) => {
          const marked = k % every === 0 || k === points.length - 1;
          if (marked && isFinite(y)) write(pen, sign, x, y, "center");
        });
      }
    }
    return ui.end;
  },
};
