// The backprop stepper: values in blue go forward, gradients in red come back, one number at a time.
import { button, choices, slider } from "../kit/controls.js";
import { canvas, line } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { digits, PARAMETERS, sign } from "../kit/running.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { trace } from "./maths.js";
import { STRINGS } from "./words.js";

const NAMES = ["x", "y", "weights", "activation", "loss", "learning_rate"];
// A step's formula in numbers and its value, which is written once where the numbers are the value.
function worked({ target, phase, numbers, value }) {
  const shown = digits(value);
  const result = numbers === shown ? "" : " = " + shown;
  return `${sign(target)} ${phase === "update" ? "←" : "="} ${numbers}${result}`;
}

const PHASES = { forward: "forward", loss: "measured", backward: "backward", update: "updated" };

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    keepInAddress(ui, ["step"], (_, value) => Number.isInteger(value) && value >= 0 && value <= 41);
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
      const weights = steps.slice(-12).map(({ value }) => Math.max(-1000, Math.min(1000, value)));
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
    const bar = slider(ui, { trait: "step", label: ui.say("position"), range: [0, 41], step: 1 });
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
      letters.textContent = now ? now.letters : "";
      filled.textContent = now ? worked(now) : "";
      note.textContent = model.get("loss") === "cross-entropy" ? ui.say("label") : "";
      back.disabled = !n;
      next.disabled = n === steps.length;
      picture.setAttribute(
        "aria-label",
        ui.say("picture", {
          values:
            steps
              .slice(0, n)
              .map((s) => `${sign(s.target)} ${digits(s.value)}`)
              .join(", ") || "–",
        }),
      );
      if (!play.plays()) tell();
      ui.repaint();
    });
    function tell() {
      ui.announce(title, letters, filled);
    }

    function draw(pen, width, height) {
      const { x, y, weights } = settings();
      const v = { a01: x[0], a02: x[1] };
      const now = steps[at() - 1]?.target;
      PARAMETERS.forEach((name, k) => (v[name] = weights[k]));
      // A cross-entropy takes the larger target for 1 and the other for 0.
      y.forEach(
        (value, k) => (v["y2" + (k + 1)] = model.get("loss") === "cross-entropy" ? +(k === +(y[1] > y[0])) : value),
      );
      for (const { target, value } of steps.slice(0, at())) v[target] = value;
      const size = width < 500 ? 11 : 13;
      const radius = size * 1.9;
      const left = radius + 4;
      const columns = [left, width * 0.47, width - radius - size * 2.6];
      const margin = radius + size * 4.1;
      const rows = [margin, height - margin];
      const write = (name, px, py, prefix = "") => {
        if (v[name] === undefined) return;
        const text = prefix + digits(v[name]);
        const hue = name[0] === "d" ? "red" : name[0] === "y" ? "green" : "blue";
        pen.font = ui.font(size, name === now ? "700" : "");
        const wide = pen.measureText(text).width;
        pen.fillStyle = ui.colour("paper");
        pen.fillRect(px - wide / 2 - 2, py - size / 2 - 1, wide + 4, size + 2);
        if (name === now) {
          pen.strokeStyle = ui.colour(hue);
          pen.lineWidth = 1.5;
          pen.strokeRect(px - wide / 2 - 3, py - size / 2 - 2, wide + 6, size + 4);
        }
        pen.fillStyle = ui.colour(`${hue}-text`);
        pen.fillText(text, px, py);
      };
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      const edges = [1, 2].flatMap((layer) => [0, 1].flatMap((i) => [0, 1].map((j) => ({ layer, i, j }))));
      for (const { layer, i, j } of edges) {
        const known = v[`dW${layer}${i + 1}${j + 1}`] !== undefined;
        const ends = [
          [columns[layer - 1], rows[i]],
          [columns[layer], rows[j]],
        ];
        line(pen, ends, ui.colour(known ? "red" : "line"), 1.5, known ? [5, 4] : []);
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
          pen.fillStyle = ui.colour("paper");
          pen.strokeStyle = ui.colour(
            v["da" + name] !== undefined || v["dz" + name] !== undefined
              ? "red"
              : v["a" + name] !== undefined
                ? "blue"
                : "soft",
          );
          pen.lineWidth = 2;
          pen.beginPath();
          pen.arc(px, py, radius, 0, 7);
          pen.fill();
          pen.stroke();
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
      write("L", columns[2] - size * 0.5, height * 0.5, "L ");
    }
    return ui.end;
  },
};
