// The time lab: one recurrent neuron hears one sound, then silence; the state forward, the gradient back.
import { button, choices, slider } from "../kit/controls.js";
import { axes, canvas, line, scale, ticks, within, write } from "../kit/draw.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { along, clipping, journey } from "./maths.js";
import { STRINGS } from "./words.js";

const ACTIVATIONS = ["linear", "tanh", "relu"];
const UNITS = ["rnn", "lstm"];
const SPAN = [1e-6, 1e6];
// What is drawn, its colour, its dashes, its sign, and what it is called in either kind of neuron.
const LINES = [
  ["states", "blue", [], "●", { rnn: "states", lstm: "memories" }],
  ["deltas", "red", [7, 4], "▼", { rnn: "deltas", lstm: "ways" }],
  ["direct", "green", [2, 3], "◆", { lstm: "direct" }],
];
const BARS = { rnn: ["red", "factors"], lstm: ["green", "gates"] };
const whole = { piece: 60, clip: false };
const PRESETS = {
  rnn: {
    fade: { activation: "linear", recurrent: 0.9, steps: 50, ...whole },
    keep: { activation: "linear", recurrent: 1, steps: 50, ...whole },
    explode: { activation: "linear", recurrent: 1.1, steps: 50, ...whole },
    bend: { activation: "tanh", recurrent: 1.3, steps: 50, ...whole },
    cutting: { activation: "linear", recurrent: 1, steps: 50, piece: 20, clip: false },
  },
  lstm: {
    half: { forget: 0, recurrent: 0.5, steps: 50, ...whole },
    open1: { forget: 1, recurrent: 0.5, steps: 50, ...whole },
    open4: { forget: 4, recurrent: 0.5, steps: 50, ...whole },
    closed: { forget: 4, recurrent: 0, steps: 50, ...whole },
  },
};
export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const names = ["unit", "activation", "recurrent", "forget", "steps", "piece"];
    keepInAddress(
      ui,
      names,
      (name, value) =>
        ({
          unit: UNITS.includes(value),
          activation: ACTIVATIONS.includes(value),
          recurrent: value >= -2 && value <= 2,
          forget: value >= -2 && value <= 6,
          steps: Number.isInteger(value) && value >= 2 && value <= 60,
          piece: Number.isInteger(value) && value >= 1 && value <= 60,
        })[name],
    );

    let now;
    let trip;
    const said = h("p", { class: "bp-factor" });
    const fate = h("p", { class: "bp-fate" });
    const heard = h("p");
    const summed = h("p", { class: "bp-sum" });
    const picture = canvas(ui, { label: "", ratio: "var(--bp-flat)", draw });
    const bars = canvas(ui, { label: "", ratio: "4 / 1", draw: drawBars });
    const options = (values) => values.map((value) => ({ value, label: ui.say(value) }));
    const clip = button(ui, ui.say("clip"), () => ui.set({ clip: !model.get("clip") }));
    // What belongs to one kind of neuron alone.
    const only = { rnn: [], lstm: [] };
    const of = (unit, node) => {
      only[unit].push(node);
      return node;
    };
    const row = (unit) =>
      Object.entries(PRESETS[unit]).map(([name, settings]) => button(ui, ui.say(name), () => ui.set(settings)));
    const legend = (unit) => [
      ...LINES.filter(([, , , , called]) => called[unit]).map(([, colour, , sign, called]) =>
        h("span", {}, h("b", { class: "bp-" + colour }, sign), " " + ui.say(called[unit])),
      ),
      h("span", {}, h("b", { class: "bp-" + BARS[unit][0] }, "▮"), " " + ui.say(BARS[unit][1])),
    ];
    ui.root.append(
      h(
        "div",
        { class: "bp-time" },
        h(
          "div",
          { class: "bp-set" },
          choices(ui, { trait: "unit", label: ui.say("unit"), options: options(UNITS) }),
          slider(ui, { trait: "recurrent", label: ui.say("recurrent"), range: [-2, 2], step: 0.01 }),
          of("lstm", slider(ui, { trait: "forget", label: ui.say("forget"), range: [-2, 6], step: 0.1 })),
          slider(ui, { trait: "steps", label: ui.say("steps"), range: [2, 60], step: 1 }),
          slider(ui, { trait: "piece", label: ui.say("piece"), range: [1, 60], step: 1 }),
          of("rnn", choices(ui, { trait: "activation", label: ui.say("activation"), options: options(ACTIVATIONS) })),
          ...UNITS.map((unit) => of(unit, h("div", { class: "bp-row" }, ...row(unit)))),
          h("div", { class: "bp-row" }, clip),
        ),
        h(
          "div",
          { class: "bp-seen" },
          ...UNITS.map((unit) => of(unit, h("p", { class: "bp-legend" }, ...legend(unit)))),
          picture,
          bars,
        ),
        h("div", { class: "bp-told" }, said, fate, heard, summed),
      ),
    );

    ui.watch([...names, "clip"], () => {
      const setting = Object.fromEntries(names.map((name) => [name, model.get(name)]));
      const { unit, recurrent: u, steps } = setting;
      const clips = model.get("clip");
      now = along(setting);
      trip = journey(now);
      const words = { u: number(u), gradient: number(now.gradient), clipping: number(clipping(now.gradient)) };
      for (const name of ["steps", "first", "left", "product", "factor"]) words[name] = number(trip[name]);
      said.textContent =
        unit === "lstm"
          ? ui.say("gate", words)
          : trip.fate === "gone" || trip.first === steps
            ? ""
            : ui.say("factor", words);
      fate.textContent = ui.say(trip.fate, words) + (unit === "rnn" && u < 0 && trip.left ? " " + ui.say("sign") : "");
      fate.classList.toggle("bp-alarm", trip.fate !== "arrives");
      heard.textContent = ui.say("heard", { first: number(now.states[0]), last: number(now.states[steps - 1]) });
      const told = clipping(now.gradient) < 1 ? "clipped" : "unclipped";
      summed.textContent = ui.say("gradient", words) + (clips ? " " + ui.say(told, words) : "");
      clip.setAttribute("aria-pressed", clips);
      for (const name of UNITS) for (const node of only[name]) node.hidden = name !== unit;
      const text = [said, fate, heard, summed].map((node) => node.textContent).join(" ");
      const sizes = now.factors.map(Math.abs);
      picture.setAttribute("aria-label", ui.say("picture", { said: text }));
      bars.setAttribute(
        "aria-label",
        ui.say("bars", { low: number(Math.min(...sizes)), high: number(Math.max(...sizes)) }),
      );
      ui.announce(fate, said, heard, summed);
      ui.repaint();
    });

    const across = (width) => scale([1, model.get("steps")], [60, width - 22]);

    function draw(pen, width, height) {
      const steps = model.get("steps");
      const frame = [52, 26, width - 14, height - 24];
      const [, top, , bottom] = frame;
      const sx = across(width);
      const sy = scale(SPAN, [bottom, top], true);
      axes(
        ui,
        pen,
        frame,
        { scale: sx, ticks: ticks(1, steps, 6).filter(Number.isInteger), title: ui.say("step") },
        { scale: sy, ticks: ticks(...SPAN, 6, true), title: ui.say("size") },
      );
      borders(pen, frame, sx);
      pen.font = ui.font(11);
      const every = Math.ceil(steps / 15);
      const shrunk = model.get("clip") ? clipping(now.gradient) : 1;
      // What is too small or too large for the axis leaves the picture.
      within(pen, frame, () => {
        for (const [name, colour, dash, sign] of LINES) {
          const factor = name === "states" ? 1 : shrunk;
          const points = now[name].map((v, k) => [sx(k + 1), sy(factor * Math.abs(v))]);
          line(pen, points, ui.colour(colour), 2.5, dash);
          pen.fillStyle = ui.colour(`${colour}-text`);
          for (const [x, y] of points.filter((_, k) => k % every === 0)) {
            if (isFinite(y)) write(pen, sign, x, y, "center");
          }
        }
      });
    }

    // A dashed line between two pieces; the last one stops the gradient.
    function borders(pen, [, top, , bottom], sx) {
      for (let k = model.get("piece"); k < model.get("steps"); k += model.get("piece")) {
        const x = sx(k + 0.5);
        line(
          pen,
          [
            [x, top],
            [x, bottom],
          ],
          ui.colour("orange"),
          k + 1 === trip.first ? 2.5 : 1,
          [3, 3],
        );
        if (k + 1 !== trip.first) continue;
        pen.font = ui.font(12, "bold");
        pen.fillStyle = ui.colour("orange-text");
        write(pen, ui.say("border"), x - 4, top + 8, "right");
      }
    }

    function drawBars(pen, width, height) {
      const frame = [52, 26, width - 14, height - 8];
      const [left, top, right, bottom] = frame;
      const sx = across(width);
      const sy = scale([0, 2], [bottom, top]);
      axes(
        ui,
        pen,
        frame,
        { scale: sx, ticks: [], title: "" },
        { scale: sy, ticks: [0, 1, 2], title: ui.say("size1") },
      );
      const wide = Math.max(2, 0.7 * (sx(2) - sx(1)));
      pen.fillStyle = ui.colour(BARS[model.get("unit")][0]);
      now.factors.forEach((factor, k) => {
        const y = sy(Math.abs(factor));
        if (k + 1 >= trip.first) pen.fillRect(sx(k + 1) - wide / 2, y, wide, bottom - y);
      });
      line(
        pen,
        [
          [left, sy(1)],
          [right, sy(1)],
        ],
        ui.colour("ink"),
        1,
      );
    }
    return ui.end;
  },
};
