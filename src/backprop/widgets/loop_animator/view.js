// The loop animator: forward fills the caches, backward reads them, the update turns the knobs, and round it goes.
import { button, slider } from "../kit/controls.js";
import { axes, canvas, line, marker, scale, ticks } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { inside, minus, number } from "../kit/words.js";
import { moment, rounds, STEPS } from "./maths.js";
import { STRINGS } from "./words.js";

// Per box: what it keeps, what it hands on, what it hands back; `layer` if it has parameters.
// Names are keys of a round.
const BOXES = [
  { name: "Dense 1", layer: "1", keeps: "x", out: "z1" },
  { name: "Sigmoid 1", keeps: "a1", out: "a1", back: "delta1" },
  { name: "Dense 2", layer: "2", keeps: "a1", out: "z2", back: "da1" },
  { name: "Sigmoid 2", keeps: "guess", out: "guess", back: "delta2" },
  { name: "", keeps: "error", out: "loss", back: "error" },
];
const SIGNS = {
  x: "x",
  z1: "z⁽¹⁾",
  a1: "a⁽¹⁾",
  z2: "z⁽²⁾",
  guess: "ŷ",
  error: "ŷ − y",
  loss: "L",
  delta1: "δ⁽¹⁾",
  da1: "∂L/∂a⁽¹⁾",
  delta2: "δ⁽²⁾",
};
// What box k hands back; the error is kept as ŷ − y and, being the gradient, handed back as ∂L/∂ŷ.
const handed = (k) => (k === 4 ? "∂L/∂ŷ" : SIGNS[BOXES[k].back]);
const FORMULAS = [
  "z⁽¹⁾ = x W⁽¹⁾ + b⁽¹⁾",
  "a⁽¹⁾ = σ(z⁽¹⁾)",
  "z⁽²⁾ = a⁽¹⁾ W⁽²⁾ + b⁽²⁾",
  "ŷ = σ(z⁽²⁾)",
  "L = ½ Σ (ŷ − y)²",
  "∂L/∂ŷ = ŷ − y",
  "δ⁽²⁾ = ∂L/∂ŷ ⊙ ŷ ⊙ (1 − ŷ)",
  "∂L/∂W⁽²⁾ = a⁽¹⁾ᵀ δ⁽²⁾,  ∂L/∂b⁽²⁾ = δ⁽²⁾,  ∂L/∂a⁽¹⁾ = δ⁽²⁾ W⁽²⁾ᵀ",
  "δ⁽¹⁾ = ∂L/∂a⁽¹⁾ ⊙ a⁽¹⁾ ⊙ (1 − a⁽¹⁾)",
  "∂L/∂W⁽¹⁾ = xᵀ δ⁽¹⁾,  ∂L/∂b⁽¹⁾ = δ⁽¹⁾",
  "W ← W − η ∂L/∂W,  b ← b − η ∂L/∂b",
];
const show = (value) => minus(value.toFixed(3)).replace(/^−(0\.0+)$/, "$1");
const held = (value) => inside(show(value));
const vector = (value) => [].concat(value).map(show).join(" ");
// A small gradient is written with its power of ten: 0.000 would look like nothing.
const slope = (value) =>
  []
    .concat(value)
    .map((v) => (v && Math.abs(v) < 0.0005 ? number(+v.toPrecision(1)) : show(v)))
    .join(" ");

// The first entry of the step's formula, with its numbers.
function worked(step, now, after, lr) {
  const { x, W1, b1, W2, b2, z1, a1, z2, guess, error, loss, delta1, delta2, da1, dW1, dW2 } = now;
  const sum = (a, W, b, z) =>
    `${a.map((value, i) => held(value) + "·" + held(W[i][0])).join(" + ")} + ${held(b[0])} = ${show(z[0])}`;
  const valve = (d, a, delta) => `${held(d)}·${show(a)}·${show(1 - a)} = ${slope(delta)}`;
  return [
    () => sum(x, W1, b1, z1),
    () => `1 / (1 + exp(${show(-z1[0])})) = ${show(a1[0])}`,
    () => sum(a1, W2, b2, z2),
    () => `1 / (1 + exp(${show(-z2[0])})) = ${show(guess[0])}`,
    () => `½ (${error.map((e) => held(e) + "²").join(" + ")}) = ${slope(loss)}`,
    () => `${show(guess[0])} − ${show(guess[0] - error[0])} = ${slope(error[0])}`,
    () => valve(error[0], guess[0], delta2[0]),
    () => `∂L/∂w⁽²⁾₁₁ = ${show(a1[0])}·${held(delta2[0])} = ${slope(dW2[0][0])}`,
    () => valve(da1[0], a1[0], delta1[0]),
    () => `∂L/∂w⁽¹⁾₁₁ = ${show(x[0])}·${held(delta1[0])} = ${slope(dW1[0][0])}`,
    () => `w⁽²⁾₁₁ ← ${show(W2[0][0])} − ${number(lr)}·${held(dW2[0][0])} = ${show(after.W2[0][0])}`,
  ][step]();
}

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { x, y, start, rounds: count } = ui.facts;
    const last = count * STEPS;
    keepInAddress(ui, ["learning_rate", "position"], (name, value) =>
      name === "position" ? Number.isInteger(value) && value >= 0 && value <= last : value >= 0.1 && value <= 10,
    );
    let all = [];
    let rate;
    const entry = (kind, sign) => {
      const value = h("span", {});
      const node = h("div", { class: "bp-" + kind }, h("small", {}, sign), value);
      return { node, value };
    };
    const boxes = BOXES.map(({ name, layer, keeps, out, back }, k) => {
      const parts = {
        out: entry("out", SIGNS[out] + " →"),
        cache: entry("cache", ""),
        back: entry("back", back ? "← " + handed(k) : ""),
      };
      if (layer)
        for (const [key, letter] of [
          ["W", "W"],
          ["b", "b"],
        ]) {
          parts[key] = entry("value", `${letter}⁽${"¹²"[layer - 1]}⁾`);
          parts["d" + key] = entry("slope", `∂L/∂${letter}⁽${"¹²"[layer - 1]}⁾`);
        }
      const order = ["out", "cache", "back", ...(layer ? ["W", "dW", "b", "db"] : [])];
      const kept = parts.cache.node.firstChild;
      const node = h(
        "section",
        { class: layer ? "bp-wide" : "" },
        h("b", {}, name || ui.say("loss")),
        ...order.map((key) => parts[key].node),
      );
      return { node, parts, kept, sign: SIGNS[keeps] };
    });
    const title = h("p", { class: "bp-title" });
    const said = h("p", { class: "bp-said" });
    const formula = h("p", { class: "bp-formula" });
    const example = h("p", { class: "bp-formula" });
    const chart = canvas(ui, { ratio: "6 / 1", draw: drawLosses });
    const go = (position) => ui.set({ position: Math.min(last, Math.max(0, position)) });
    const play = player(ui, {
      label: (plays) => ui.say(plays ? "pause" : "play"),
      pace: 900,
      begin() {
        if (model.get("position") >= last) go(0);
      },
      step() {
        go(model.get("position") + 1);
        return model.get("position") < last;
      },
      ended: tell,
    });
    // A button that goes to another step, counted from the one on the screen.
    const press = (key, target) =>
      button(ui, ui.say(key), () => {
        play.stop();
        go(target(model.get("position")));
      });
    const round = press("round", (position) => (Math.floor(position / STEPS) + 1) * STEPS);
    const back = press("back", (position) => position - 1);
    const next = press("step", (position) => position + 1);
    const bar = slider(ui, { trait: "position", label: ui.say("position"), range: [0, last], step: 1 });
    ui.listen(bar, "input", play.stop);
    ui.root.append(
      h(
        "div",
        { class: "bp-loop" },
        h(
          "div",
          { class: "bp-row" },
          next,
          back,
          round,
          play.button,
          press("reset", () => 0),
        ),
        h("div", { class: "bp-report" }, title, said, formula, example),
        h("div", { class: "bp-boxes", role: "group", "aria-label": ui.say("board") }, ...boxes.map((box) => box.node)),
        h(
          "div",
          { class: "bp-two" },
          bar,
          slider(ui, { trait: "learning_rate", label: ui.say("rate"), range: [0.1, 10], log: true }),
        ),
        chart,
      ),
    );
    ui.watch(["learning_rate", "position"], paint);

    function tell() {
      ui.announce(title, said, formula, example);
    }
    function fill({ value }, text, filled) {
      value.textContent = filled ? text : text.replace(/[^\n]+/g, "–");
      value.classList.toggle("bp-none", !filled);
    }

    function paint() {
      if (rate !== model.get("learning_rate")) {
        rate = model.get("learning_rate");
        all = rounds(start, x, y, rate, count);
      }
      const at = moment(model.get("position"));
      const now = all[at.round];
      const after = all[at.round + 1];
      const { step } = at;
      boxes.forEach(({ node, parts, kept, sign }, k) => {
        const { layer, keeps, out, back: returned } = BOXES[k];
        const state = at.caches[k];
        const done = step >= 9 - k;
        const moved = step === 10;
        const active = step === k ? "forward" : step === 9 - k ? "backward" : moved && layer ? "update" : "";
        node.className = (layer ? "bp-wide " : "") + (active && "bp-now bp-" + active);
        fill(parts.out, vector(now[out]), step >= k);
        fill(parts.back, returned ? slope(now[returned]) : "", returned && done);
        if (!returned) parts.back.value.textContent = "";
        const what = (state === "empty" ? "" : sign + ui.say("comma")) + ui.say(state);
        kept.textContent = ui.say("cache", { what });
        fill(parts.cache, vector(now[keeps]), state !== "empty");
        parts.cache.node.className = "bp-cache bp-is-" + state;
        if (!layer) return;
        const own = moved ? after : now;
        fill(parts.W, own["W" + layer].map(vector).join("\n"), true);
        fill(parts.b, vector(own["b" + layer]), true);
        fill(parts.dW, now["dW" + layer].map(slope).join("\n"), done);
        fill(parts.db, slope(now["db" + layer]), done);
      });
      const k = step < 5 ? step : 9 - step;
      const box = BOXES[k];
      const names = box && { who: box.name || ui.say("loss"), kept: SIGNS[box.keeps], out: SIGNS[box.out] };
      title.textContent =
        ui.say("at", { round: at.round + 1, step: step + 1, steps: STEPS }) +
        (step < 4 ? "" : `${ui.say("loss")} ${number(now.loss)}`);
      said.textContent =
        step < 0
          ? ui.say("start")
          : step === 4
            ? ui.say("measured")
            : step === 9
              ? ui.say("first")
              : step === 10
                ? ui.say("update")
                : step < 4
                  ? ui.say("forward", names)
                  : ui.say("backward", { ...names, out: handed(k) });
      formula.textContent = step < 0 ? "" : FORMULAS[step];
      example.textContent = step < 0 ? "" : worked(step, now, after, rate);
      back.disabled = step < 0;
      next.disabled = round.disabled = model.get("position") >= last;
      chart.setAttribute("aria-label", ui.say("chart", { losses: seen().map(number).join(", ") || "–" }));
      if (!play.plays()) tell();
      ui.repaint();
    }

    // The losses that have been measured so far.
    function seen() {
      const { round: r, step } = moment(model.get("position"));
      return all.slice(0, r + (step >= 4 ? 1 : 0)).map(({ loss }) => loss);
    }
    function drawLosses(pen, width, height) {
      const frame = [44, 22, width - 12, height - 22];
      const top = 0.2;
      const sx = scale([1, count], [frame[0] + 8, frame[2] - 8]);
      const sy = scale([0, top], [frame[3], frame[1]]);
      axes(
        ui,
        pen,
        frame,
        { scale: sx, ticks: ticks(1, count, 6), title: ui.say("rounds") },
        { scale: sy, ticks: [0, 0.1, 0.2], title: ui.say("loss") + " L" },
      );
      const points = seen().map((loss, k) => [sx(k + 1), sy(loss)]);
      line(pen, points, ui.colour("blue"), 2);
      for (const point of points) marker(pen, "circle", ...point, 3.5, ui.colour("blue"));
    }
    return ui.end;
  },
};
