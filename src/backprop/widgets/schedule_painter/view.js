// The schedule painter: draw the learning rate over the steps, and see how low it brings a noisy loss, and why.
import { choices, slider } from "../kit/controls.js";
import { drag } from "../kit/drag.js";
import { axes, canvas, line, scale, swatch, ticks, within } from "../kit/draw.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { expected, oneRun, ratesOf, verdict } from "./maths.js";
import { STRINGS } from "./words.js";

const NAMES = ["constant", "step", "linear", "exponential", "inverse", "cosine", "warmup", "painted"];
const TRAITS = ["schedule", "learning_rate", "painted"];
const LINES = { now: ["blue", [], 3], compare: ["orange", [8, 4], 2], noise: ["red", [2, 3], 2], run: ["grey", [], 1] };

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const facts = ui.facts;
    const { steps, columns, bounds, curvatures, best, constant } = facts;
    const fits = (rate) => rate >= bounds[0] && rate <= bounds[1];
    const each = steps / columns;
    const limit = 2 / curvatures[0];
    keepInAddress(ui, TRAITS, (name, value) =>
      name === "schedule"
        ? NAMES.includes(value)
        : name === "painted"
          ? value.length === columns && value.every(fits)
          : fits(value),
    );

    let rates;
    let loss;
    let other;
    let run;
    let noise;
    let column = 0;
    let focused = false;
    const paper = canvas(ui, { ratio: "var(--bp-wide)", draw: drawRates, role: "application", tabindex: 0 });
    const chart = canvas(ui, { label: "", ratio: "var(--bp-wide)", draw: drawLoss });
    const said = h("p", { class: "bp-why" });
    const score = h("p");
    const key = h(
      "p",
      { class: "bp-key" },
      ...Object.entries(LINES).map(([name, [colour, dashes, width]]) =>
        h("span", {}, swatch(colour, dashes, "", width), ui.say(name)),
      ),
    );
    ui.root.append(
      h(
        "div",
        { class: "bp-painter" },
        choices(ui, {
          trait: "schedule",
          label: ui.say("schedule"),
          options: NAMES.map((value) => ({ value, label: ui.say(value) })),
          also: (value) => (value === "painted" ? { painted: toColumns() } : {}),
        }),
        slider(ui, { trait: "learning_rate", label: ui.say("rate"), range: bounds, log: true }),
        paper,
        key,
        chart,
        said,
        score,
        h("p", { class: "bp-name" }, ui.say("how")),
      ),
    );

    ui.watch(TRAITS, () => {
      const [name, lr, painted] = TRAITS.map((trait) => model.get(trait));
      const total = (parts) => parts.left.map((v, t) => v + parts.noise[t]);
      other = total(expected(ratesOf("constant", lr, painted, facts), facts));
      rates = ratesOf(name, lr, painted, facts);
      const parts = expected(rates, facts);
      noise = parts.noise;
      loss = total(parts);
      run = oneRun(rates, facts);
      const found = verdict(rates, facts);
      const values = {};
      for (const [word, value] of Object.entries({ ...found, other: other.at(-1), best, constant, eta: lr }))
        values[word] = typeof value === "number" ? show(value) : value;
      said.textContent = ui.say(found.what, values);
      score.textContent = ui.say("score", { ...values, steps });
      chart.setAttribute("aria-label", ui.say("chart", values));
      ui.announce(said, score);
      point(column);
      ui.repaint();
    });
    function show(value) {
      return value > 1e99 || isNaN(value) ? "∞" : number(value);
    }
    function point(k) {
      column = Math.min(columns - 1, Math.max(0, k));
      paper.setAttribute(
        "aria-label",
        ui.say("paint", { from: column * each + 1, to: (column + 1) * each, eta: number(toColumns()[column]) }),
      );
      ui.repaint();
    }
    // What is on the screen as 40 rates: the middle step of each column.
    function toColumns() {
      return Array.from(
        { length: columns },
        (_, k) => +Math.min(bounds[1], Math.max(bounds[0], rates[k * each + (each >> 1)])).toPrecision(3),
      );
    }

    // Painting: from the last place of the hand to the new one, so that a quick stroke leaves no gap.
    const frame = (width, height) => [46, 24, width - 14, height - 22];
    let last;
    const place = ({ offsetX, offsetY }) => {
      const [left, top, right, bottom] = frame(paper.clientWidth, paper.clientHeight);
      return {
        k: Math.min(columns - 1, Math.max(0, Math.floor(((offsetX - left) / (right - left)) * columns))),
        power: scale([bottom, top], bounds.map(Math.log10))(Math.min(bottom, Math.max(top, offsetY))),
      };
    };
    const paint = (event) => {
      const to = place(event);
      const from = last ?? to;
      const painted = toColumns();
      const count = Math.abs(to.k - from.k);
      for (let i = 0; i <= count; i++) {
        const part = count ? i / count : 1;
        painted[Math.round(from.k + part * (to.k - from.k))] = +(
          10 **
          (from.power + part * (to.power - from.power))
        ).toPrecision(3);
      }
      last = to;
      column = to.k;
      ui.set({ painted, schedule: "painted" });
    };
    drag(ui, paper, paint, { begin: () => (last = undefined) });
    ui.listen(paper, "keydown", (event) => {
      const way = {
        ArrowLeft: [-1, 0],
        ArrowRight: [1, 0],
        ArrowUp: [0, 1],
        ArrowDown: [0, -1],
        Home: [-columns, 0],
        End: [columns, 0],
      }[event.key];
      if (!way) return;
      event.preventDefault();
      if (way[0]) return point(column + way[0] * (event.shiftKey ? 5 : 1));
      const painted = toColumns();
      painted[column] = +Math.min(
        bounds[1],
        Math.max(bounds[0], painted[column] * 10 ** (way[1] * (event.shiftKey ? 0.25 : 0.05))),
      ).toPrecision(3);
      ui.set({ painted, schedule: "painted" });
    });
    for (const event of ["focus", "blur"]) {
      ui.listen(paper, event, () => {
        focused = event === "focus";
        ui.repaint();
      });
    }

    function draw(pen, points, name) {
      const [colour, dashes, thick] = LINES[name];
      line(pen, points, ui.colour(colour), thick, dashes);
    }
    function drawRates(pen, width, height) {
      const box = frame(width, height);
      const [left, top, right, bottom] = box;
      const sx = scale([0, steps], [left, right]);
      const sy = scale(bounds, [bottom, top], true);
      axes(
        ui,
        pen,
        box,
        { scale: sx, ticks: ticks(0, steps, 4), title: ui.say("steps") },
        { scale: sy, ticks: ticks(...bounds, 4, true), title: ui.say("eta") },
      );
      pen.fillStyle = ui.colour("fill");
      if (focused) pen.fillRect(sx(column * each), top, sx(each) - left, bottom - top);
      const at = sy(limit);
      draw(
        pen,
        [
          [left, at],
          [right, at],
        ],
        "noise",
      );
      pen.fillStyle = ui.colour("soft");
      pen.textAlign = "right";
      pen.fillText(ui.say("limit", { limit: number(limit) }), right - 4, at - 9);
      draw(
        pen,
        [
          [left, sy(model.get("learning_rate"))],
          [right, sy(model.get("learning_rate"))],
        ],
        "compare",
      );
      draw(
        pen,
        rates.flatMap((eta, t) => [t, t + 1].map((x) => [sx(x), sy(Math.max(bounds[0], eta))])),
        "now",
      );
    }
    function drawLoss(pen, width, height) {
      const box = frame(width, height);
      const [left, top, right, bottom] = box;
      const sx = scale([0, steps], [left, right]);
      const sy = scale([1e-3, 100], [bottom, top], true);
      axes(
        ui,
        pen,
        box,
        { scale: sx, ticks: ticks(0, steps, 4), title: ui.say("steps") },
        { scale: sy, ticks: ticks(1e-3, 100, 5, true), title: ui.say("loss") },
      );
      within(pen, box, () => {
        for (const [name, values] of [
          ["run", run],
          ["noise", noise],
          ["compare", other],
          ["now", loss],
        ]) {
          draw(
            pen,
            values.map((v, t) => [sx(t), sy(Math.max(1e-9, Math.min(v, 1e99)))]),
            name,
          );
        }
      });
    }
    return ui.end;
  },
};
