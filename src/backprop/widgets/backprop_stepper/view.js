// The backprop stepper: values in blue go forward, gradients in red come back, one number at a time.
import { button, choices, slider } from "../kit/controls.js";
import { canvas, line } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { digits, PARAMETERS, sign } from "../kit/running.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { path, trace } from "./maths.js";
import { STRINGS } from "./words.js";

const NAMES = ["x", "y", "weights", "activation", "loss", "learning_rate"];
// A step's formula in numbers and its value, which is written once where the numbers are the value.
function worked({ target, numbers, value }) {
  const shown = digits(value);
  return `${sign(target)} = ${numbers}${numbers === shown ? "" : " = " + shown}`;
}

const PHASES = { forward: "forward", loss: "measured", backward: "backward", update: "updated" };

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    keepInAddress(ui, ["step"], (_, value) => Number.isInteger(value) && value >= 0 && value <= 30);
    let steps = [];
    const settings = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
    const at = () => Math.min(model.get("step"), steps.length);
    const go = (step) => ui.set({ step: Math.max(0, Math.min(steps.length, step)) });
    const play = player(ui, {
      label: (plays) => ui.say(plays ? "pause" : "play"),
      pace: 900,
      begin() {
        if (at() === steps.length) go(0);
      },
      step() {
        go(at() + 1);
        return at() < steps.length;
      },
      ended: tell,
    });
    const press = (key, act) =>
      button(ui, ui.say(key), () => {
        play.stop();
        act();
      });
    const next = press("step", () => go(at() + 1));
    const back = press("back", () => go(at() - 1));
    const update = press("update", () => {
      const weights = steps.at(-1).weights.map((value) => Math.max(-1000, Math.min(1000, value)));
      ui.set({ weights, step: 0 });
    });
    const field = (name, k, label) => {
      const input = h("input", { type: "number", step: "0.1", "aria-label": label, min: -1000, max: 1000 });
      ui.listen(input, "change", () => {
        const value = input.valueAsNumber;
        const list = [...model.get(name)];
        if (Number.isFinite(value) && Math.abs(value) <= 1000) list[k] = value;
        play.stop();
        ui.set({ [name]: list });
        input.value = +list[k].toPrecision(6);
      });
      ui.watch([name], () => {
        input.value = +model.get(name)[k].toPrecision(6);
      });
      return h("label", {}, label, input);
    };
    const fields = [0, 1]
      .flatMap((k) => [field("x", k, "x" + "₁₂"[k]), field("y", k, "y" + "₁₂"[k])])
      .concat(PARAMETERS.map((name, k) => field("weights", k, sign(name))));
    const title = h("p", { class: "bp-title" });
    const letters = h("p", {});
    const filled = h("p", { class: "bp-filled" });
    const note = h("p", { class: "bp-note" });
    const picture = canvas(ui, { label: "", ratio: "3 / 2", draw });
    const bar = slider(ui, { trait: "step", label: ui.say("position"), range: [0, 30], step: 1 });
    ui.listen(bar, "input", play.stop);
    ui.root.append(
      h(
        "div",
        { class: "bp-stepper" },
        h(
          "div",
          { class: "bp-row" },
          next,
          back,
          play.button,
          update,
          press("reset", () => ui.set({ ...ui.facts, step: 0 })),
        ),
        picture,
        h("div", { class: "bp-report" }, title, letters, filled),
        bar,
        slider(ui, { trait: "learning_rate", label: ui.say("rate"), range: [0.01, 10], log: true }),
        choices(ui, {
          trait: "activation",
          label: ui.say("activation"),
          options: [
            { value: "sigmoid", label: "sigmoid" },
            { value: "tanh", label: "tanh" },
            { value: "relu", label: "ReLU" },
          ],
        }),
        choices(ui, {
          trait: "loss",
          label: ui.say("loss"),
          options: [
            { value: "half squared error", label: ui.say("half") },
            { value: "cross-entropy", label: ui.say("entropy") },
          ],
        }),
        note,
        h("details", {}, h("summary", {}, ui.say("numbers")), h("div", { class: "bp-fields" }, ...fields)),
      ),
    );
    ui.watch([...NAMES, "step"], () => {
      steps = trace(settings());
      const n = at();
      const now = steps[n - 1];
      const knob = bar.querySelector("input");
      // A cross-entropy needs two steps fewer, and the slider ends where the trace does.
      if (model.get("step") > n) ui.set({ step: n });
      knob.max = steps.length;
      knob.value = n;
      title.textContent = now
        ? ui.say("at", { phase: ui.say(PHASES[now.phase]), n, all: steps.length })
        : ui.say("start");
      title.className = "bp-title bp-" + (now ? now.phase : "");
      [letters.textContent, filled.textContent] = formula(now);
      note.textContent = model.get("loss") === "cross-entropy" ? ui.say("label") : "";
      back.disabled = !n;
      next.disabled = n === steps.length;
      const values = Object.entries(found()).map(([name, value]) => `${sign(name)} ${digits(value)}`);
      const edges = lit().map((name) => (name[0] === "L" ? sign("a2" + name[1]) + " → L" : sign(name)));
      picture.setAttribute(
        "aria-label",
        ui.say("picture", {
          values: values.join(", ") || "–",
          lit: edges.length ? ui.say("lit", { edges: edges.join(", ") }) : "",
        }),
      );
      if (!play.plays()) tell();
      ui.repaint();
    });
    // What the steps so far have found, by name; an update replaces all parameters.
    function found() {
      const v = {};
      for (const { target, value, weights } of steps.slice(0, at())) {
        if (weights) PARAMETERS.forEach((name, k) => (v[name] = weights[k]));
        else v[target] = value;
      }
      return v;
    }
    function lit() {
      return at() ? path(steps[at() - 1]) : [];
    }
    // The two lines of a step: in letters and in numbers; of the update, its rule and what it did to the loss.
    function formula(now) {
      if (!now) return ["", ""];
      if (now.phase !== "update") return [now.letters, worked(now)];
      const { numbers, weights, before, after } = now;
      const fate = Math.abs(after - before) < 1e-9 ? "same" : after < before ? "fell" : "rose";
      return [
        ui.say("rule", { example: `${sign(PARAMETERS[0])} ← ${numbers} = ${digits(weights[0])}` }),
        ui.say(fate, { before: digits(before), after: digits(after) }),
      ];
    }
    function tell() {
      ui.announce(title, letters, filled);
    }

    function draw(pen, width, height) {
      const { x, y, weights } = settings();
      const now = steps[at() - 1] ?? {};
      const v = { a01: x[0], a02: x[1] };
      PARAMETERS.forEach((name, k) => (v[name] = weights[k]));
      // A cross-entropy takes the larger target for 1 and the other for 0.
      y.forEach(
        (value, k) => (v["y2" + (k + 1)] = model.get("loss") === "cross-entropy" ? +(k === +(y[1] > y[0])) : value),
      );
      Object.assign(v, found());
      const isNew = (name) => (now.weights ? PARAMETERS.includes(name) : name === now.target);
      const size = width < 500 ? 11 : 13;
      const radius = size * (width < 500 ? 1.7 : 1.9);
      // The three layers, and the loss to the right of the outputs, half-way between them.
      const end = width - radius - 4;
      const last = end - Math.max(radius + size * 3.3, width * 0.15);
      const columns = [radius + 4, (radius + 4 + last) / 2, last];
      const margin = radius + size * 4.1;
      const rows = [margin, height - margin];
      const middle = height / 2;
      const write = (name, px, py, prefix = "") => {
        if (v[name] === undefined) return;
        const text = prefix + digits(v[name]);
        const hue = name[0] === "d" ? "red" : name[0] === "y" ? "green" : "blue";
        pen.font = ui.font(size, isNew(name) ? "700" : "");
        const wide = pen.measureText(text).width;
        // What the step is made from is shaded.
        pen.fillStyle = ui.colour(now.from?.includes(name) ? "fill" : "paper");
        pen.fillRect(px - wide / 2 - 2, py - size / 2 - 1, wide + 4, size + 2);
        if (isNew(name)) {
          pen.strokeStyle = ui.colour(hue);
          pen.lineWidth = 1.5;
          pen.strokeRect(px - wide / 2 - 3, py - size / 2 - 2, wide + 6, size + 4);
        }
        pen.fillStyle = ui.colour(`${hue}-text`);
        pen.fillText(text, px, py);
      };
      const node = (px, py, hue) => {
        pen.fillStyle = ui.colour("paper");
        pen.strokeStyle = ui.colour(hue);
        pen.lineWidth = 2;
        pen.beginPath();
        pen.arc(px, py, radius, 0, 7);
        pen.fill();
        pen.stroke();
      };
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      const edges = [1, 2].flatMap((layer) => [0, 1].flatMap((i) => [0, 1].map((j) => ({ layer, i, j }))));
      const lines = Object.fromEntries(
        edges.map(({ layer, i, j }) => [
          `W${layer}${i + 1}${j + 1}`,
          [
            [columns[layer - 1], rows[i]],
            [columns[layer], rows[j]],
          ],
        ]),
      );
      rows.forEach((py, k) => {
        lines["L" + (k + 1)] = [
          [last, py],
          [end, py],
          [end, middle],
        ];
      });
      pen.globalAlpha = 0.3;
      const hue = now.phase === "backward" ? "red" : "blue";
      for (const name of lit()) line(pen, lines[name], ui.colour(hue), 10);
      pen.globalAlpha = 1;
      for (const [name, points] of Object.entries(lines)) {
        // The loss reaches an output's z at once where ŷ is a softmax.
        const known = name[0] === "L" ? ["da2" + name[1], "dz2" + name[1]] : ["d" + name];
        const isKnown = known.some((gradient) => v[gradient] !== undefined);
        line(pen, points, ui.colour(isKnown ? "red" : "line"), 1.5, isKnown ? [5, 4] : []);
      }
      for (const { layer, i, j } of edges) {
        const name = `W${layer}${i + 1}${j + 1}`;
        const t = i === j ? 0.5 : 0.38;
        const px = columns[layer - 1] + t * (columns[layer] - columns[layer - 1]);
        const py = rows[i] + t * (rows[j] - rows[i]);
        write(name, px, py - size * 0.65);
        write("d" + name, px, py + size * 0.65, "∂");
      }
      columns.forEach((px, layer) =>
        rows.forEach((py, k) => {
          const name = `${layer}${k + 1}`;
          const hasGradient = v["da" + name] !== undefined || v["dz" + name] !== undefined;
          node(px, py, hasGradient ? "red" : v["a" + name] !== undefined ? "blue" : "soft");
          write("a" + name, px, py);
          if (!layer) return;
          if (layer === 2) write("y" + name, px, py - radius - size * 3.4, "y ");
          write("b" + name, px, py - radius - size * 2.1, "b ");
          write("z" + name, px, py - radius - size * 0.8, "z ");
          ["a", "z", "b"].forEach((letter, line) =>
            write(
              "d" + letter + name,
              px,
              py + radius + size * (0.9 + 1.25 * line),
              letter === "a" && layer === 2 ? "∂ŷ " : `∂${letter} `,
            ),
          );
        }),
      );
      node(end, middle, v.L === undefined ? "soft" : "blue");
      write("L", end, middle);
      pen.font = ui.font(size);
      pen.fillStyle = ui.colour("soft");
      pen.fillText("L", end - radius - size * 0.8, middle);
    }
    return ui.end;
  },
};
