// The time lab: one recurrent unit hears one sound, then silence; the state forward, the gradient back.
import { button, choices, slider } from "../kit/controls.js";
import { axes, canvas, line, scale, ticks, within, write } from "../kit/draw.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { along, journey } from "./maths.js";
import { STRINGS } from "./words.js";

const ACTIVATIONS = ["linear", "tanh", "relu"];
const SPAN = [1e-6, 1e6];
const LINES = [
  ["states", "blue", [], "●"],
  ["deltas", "red", [7, 4], "▼"],
];
const PRESETS = {
  forget: { activation: "linear", recurrent: 0.6, steps: 30 },
  keep: { activation: "linear", recurrent: 1, steps: 60 },
  explode: { activation: "linear", recurrent: 1.3, steps: 40 },
  bend: { activation: "tanh", recurrent: 1.3, steps: 40 },
};
export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const names = ["activation", "recurrent", "steps"];
    keepInAddress(
      ui,
      names,
      (name, value) =>
        ({
          activation: ACTIVATIONS.includes(value),
          recurrent: value >= -2 && value <= 2,
          steps: Number.isInteger(value) && value >= 2 && value <= 60,
        })[name],
    );

    let now;
    const said = h("p", { class: "bp-factor" });
    const fate = h("p", { class: "bp-fate" });
    const heard = h("p");
    const picture = canvas(ui, { label: "", ratio: "var(--bp-flat)", draw });
    const presets = Object.entries(PRESETS).map(([name, settings]) => button(ui, ui.say(name), () => ui.set(settings)));
    const legend = LINES.map(([name, colour, , sign]) =>
      h("span", {}, h("b", { class: "bp-" + colour }, sign), " " + ui.say(name)),
    );
    ui.root.append(
      h(
        "div",
        { class: "bp-time" },
        h(
          "div",
          { class: "bp-set" },
          slider(ui, { trait: "recurrent", label: ui.say("recurrent"), range: [-2, 2], step: 0.01 }),
          slider(ui, { trait: "steps", label: ui.say("steps"), range: [2, 60], step: 1 }),
          choices(ui, {
            trait: "activation",
            label: ui.say("activation"),
            options: ACTIVATIONS.map((value) => ({ value, label: ui.say(value) })),
          }),
          h("div", { class: "bp-row" }, ...presets),
        ),
        h("div", { class: "bp-seen" }, h("p", { class: "bp-legend" }, ...legend), picture),
        h("div", { class: "bp-told" }, said, fate, heard),
      ),
    );

    ui.watch(names, () => {
      const [activation, u, steps] = names.map((name) => model.get(name));
      now = along(activation, u, steps);
      const trip = journey(now, u);
      const words = {
        steps,
        u: number(u),
        left: number(trip.left),
        slope: number(trip.slope),
        factor: number(trip.factor),
      };
      said.textContent = trip.fate === "gone" ? "" : ui.say("factor", words);
      fate.textContent = ui.say(trip.fate, words) + (u < 0 && trip.left ? " " + ui.say("sign") : "");
      fate.classList.toggle("bp-alarm", trip.fate !== "arrives");
      heard.textContent = ui.say("heard", { first: number(now.states[0]), last: number(now.states[steps - 1]) });
      const text = [said, fate, heard].map((node) => node.textContent).join(" ");
      picture.setAttribute("aria-label", ui.say("picture", { said: text }));
      ui.announce(text);
      ui.repaint();
    });

    function draw(pen, width, height) {
      const steps = model.get("steps");
      const frame = [52, 26, width - 14, height - 24];
      const [left, top, right, bottom] = frame;
      const sx = scale([1, steps], [left + 8, right - 8]);
      const sy = scale(SPAN, [bottom, top], true);
      axes(
        ui,
        pen,
        frame,
        { scale: sx, ticks: ticks(1, steps, 6).filter(Number.isInteger), title: ui.say("step") },
        { scale: sy, ticks: ticks(...SPAN, 6, true), title: ui.say("size") },
      );
      pen.font = ui.font(11);
      const every = Math.ceil(steps / 15);
      // What is too small or too large for the axis leaves the picture.
      within(pen, frame, () => {
        for (const [name, colour, dash, sign] of LINES) {
          const points = now[name].map((v, k) => [sx(k + 1), sy(Math.abs(v))]);
          line(pen, points, ui.colour(colour), 2.5, dash);
          pen.fillStyle = ui.colour(`${colour}-text`);
          for (const [x, y] of points.filter((_, k) => k % every === 0)) write(pen, sign, x, y, "center");
        }
      });
    }
    return ui.end;
  },
};
