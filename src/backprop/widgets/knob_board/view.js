// The knob board: nine sliders are a network. Turn them by hand, keep your best, then let descent turn them.
import { button, slider } from "../kit/controls.js";
import { axes, canvas, line, marker, scale, ticks } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { minus, number } from "../kit/words.js";
import { descend, forward, measure, movesOf } from "./maths.js";
import { STRINGS } from "./words.js";

const REACH = 4;
const DOMAIN = [-2.1, 2.1, -1.4, 1.4];
const LOSSES = [0.005, 50];
const KEPT = 3000;

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { names, points, lr, beta, steps } = ui.facts;
    const read = () => names.map((name) => model.get(name));
    const turn = (knobs) => ui.set(Object.fromEntries(names.map((name, k) => [name, knobs[k]])));
    const preset = read();
    keepInAddress(ui, names, (name, value) => Math.abs(value) <= REACH);

    // `walk` is the descent under way, with its memory; `helped` while the board owes something to it.
    let now;
    let walk;
    let helped = false;
    let taken = 0;
    // The loss after each turn of a knob and each step of descent, since the last reset.
    let history = [];
    const map = canvas(ui, { ratio: "3 / 2", draw: drawMap });
    const meter = canvas(ui, { ratio: "var(--bp-flat)", draw: drawMeter });
    const trace = canvas(ui, { label: "", ratio: "var(--bp-long)", draw: drawTrace });
    const said = h("p");
    const mine = h("p");
    const taught = h("p");
    const hint = h("p");
    const arrows = names.map(() => h("small", { class: "bp-slope" }));
    // Two steps a frame, so that the border can be watched; all at once for readers who want no motion.
    const descent = player(ui, {
      label: (plays) => ui.say(plays ? "pause" : "descend"),
      pace: 16,
      begin() {
        helped = true;
        walk = { knobs: read(), memory: names.map(() => 0), left: steps };
        if (!ui.calm) return true;
        go(steps);
        return false;
      },
      step: () => go(2),
      ended: tell,
    });
    const goBackTo = (knobs) => {
      fresh();
      turn(knobs);
      keep([now.loss]);
    };
    const back = button(ui, ui.say("back"), () => goBackTo(model.get("best")));
    const reset = button(ui, ui.say("reset"), () => {
      history = [];
      goBackTo(preset);
    });
    const slopes = button(ui, ui.say("slopes"), () => ui.set({ slopes: !model.get("slopes") }));
    const sliders = names.map((trait, k) => {
      const label = trait.replace(/\d/g, (digit) => "₀₁₂₃"[digit]);
      return h("div", {}, slider(ui, { trait, label, range: [-REACH, REACH], step: 0.05 }), arrows[k]);
    });
    const board = h(
      "div",
      { class: "bp-board" },
      ...[1, 2, 3].map((n) =>
        h(
          "fieldset",
          {},
          h("legend", {}, ui.say(n < 3 ? "hidden" : "output", { n })),
          ...sliders.slice(3 * n - 3, 3 * n),
        ),
      ),
    );
    ui.root.append(
      h(
        "div",
        { class: "bp-knobboard" },
        map,
        h("div", { class: "bp-read" }, meter, said, mine),
        board,
        h("div", { class: "bp-rest" }, h("div", { class: "bp-row" }, descent.button, back, slopes, reset), taught),
        h("div", { class: "bp-trace" }, h("span", { class: "bp-name" }, ui.say("history")), trace),
        hint,
      ),
    );

    ui.watch([...names, "best", "slopes"], show);
    keep([now.loss]);
    // The sliders' own listeners have set the trait when the event arrives here.
    ui.listen(board, "input", () => {
      descent.stop();
      keep([now.loss]);
      const best = model.get("best");
      if (!helped && (!best.length || now.loss < measure(best, points).loss)) ui.set({ best: read() });
    });

    function show() {
      const knobs = read();
      const best = model.get("best");
      const shown = model.get("slopes");
      now = measure(knobs, points);
      const values = { loss: number(now.loss), right: now.right };
      said.textContent = ui.say("now", values);
      const record = best.length ? measure(best, points) : null;
      mine.textContent = record ? ui.say("best", { loss: number(record.loss), right: record.right }) : ui.say("try");
      taught.textContent = helped ? ui.say("step", { t: taken }) : "";
      hint.textContent = shown ? ui.say("hint") : "";
      map.setAttribute("aria-label", ui.say("map", values));
      meter.setAttribute("aria-label", ui.say("meter", values));
      back.disabled = !best.length;
      slopes.setAttribute("aria-pressed", shown);
      arrows.forEach((node, k) => {
        const slope = minus(now.slopes[k].toFixed(3));
        node.textContent = !shown ? "" : /^−?0.000$/.test(slope) ? "0" : (now.slopes[k] > 0 ? "◀ " : "▶ ") + slope;
      });
      if (!descent.plays()) tell();
      ui.repaint();
    }

    function keep(losses, byDescent = false) {
      history = [...history, ...losses.map((loss) => ({ loss, byDescent }))].slice(-KEPT);
      const [first, last] = [history[0], history.at(-1)].map((move) => number(move.loss));
      trace.setAttribute("aria-label", ui.say("trace", { n: history.length - 1, first, last }));
      ui.repaint();
    }
    function tell() {
      ui.announce(said, mine, taught);
    }
    function fresh() {
      descent.stop();
      helped = false;
      taken = 0;
    }
    // Some steps of descent; answers whether any are left.
    function go(count) {
      const found = descend(walk, count, points, lr, beta);
      walk = found.walk;
      taken += found.losses.length;
      keep(found.losses, true);
      turn(walk.knobs);
      return walk.left > 0;
    }

    function drawMap(pen, width, height) {
      const [left, right, bottom, top] = DOMAIN;
      const knobs = read();
      const cell = 6;
      const sx = scale([left, right], [0, width]);
      const sy = scale([bottom, top], [height, 0]);
      const columns = Math.ceil(width / cell) + 1;
      const rows = Math.ceil(height / cell) + 1;
      const across = scale([0, width], [left, right]);
      const up = scale([height, 0], [bottom, top]);
      const grid = Array.from({ length: rows }, (_, j) =>
        Array.from({ length: columns }, (_, i) => forward(knobs, across(i * cell), up(j * cell))[0] - 0.5),
      );
      const trace = (path) => path.forEach(([i, j], k) => pen[k ? "lineTo" : "moveTo"](i * cell, j * cell));
      pen.globalAlpha = 0.2;
      for (const [name, sign] of [
        ["blue", -1],
        ["orange", 1],
      ]) {
        pen.fillStyle = ui.colour(name);
        pen.beginPath();
        sides(grid, sign, trace);
        pen.fill();
      }
      pen.globalAlpha = 1;
      pen.strokeStyle = ui.colour("ink");
      pen.lineWidth = 2;
      pen.beginPath();
      sides(grid, 1, (_, border) => trace(border));
      pen.stroke();
      axes(
        ui,
        pen,
        [0, 0, width, height],
        { scale: sx, ticks: ticks(left, right, 6), title: "x₁" },
        { scale: sy, ticks: ticks(bottom, top, 4), title: "x₂" },
        true,
      );
      // Where a hidden neuron changes its mind: w1 x₁ + w2 x₂ + b = 0.
      pen.textAlign = "center";
      pen.font = ui.font(14, "bold");
      const labels = [];
      for (const n of [0, 1]) {
        const [w1, w2, b] = knobs.slice(3 * n);
        const size = w1 * w1 + w2 * w2;
        if (size < 1e-9) continue;
        const px = (-b * w1) / size;
        const py = (-b * w2) / size;
        const far = 9 / Math.sqrt(size);
        const ends = [-far, far].map((way) => [sx(px + way * w2), sy(py - way * w1)]);
        line(pen, ends, ui.colour("soft"), 1.5, [6, 5]);
        // Its number stands on the line, a little off the middle, in the picture whatever the knobs.
        const along = (n ? -0.75 : 0.75) / Math.sqrt(size);
        const inside = (v, most) => Math.min(most - 14, Math.max(14, v));
        const at = [inside(sx(px + along * w2), width), inside(sy(py - along * w1), height)];
        labels.push([n + 1, ...at]);
      }
      for (const [x1, x2, y] of points) {
        const fine = forward(knobs, x1, x2)[0] > 0.5 === y > 0.5;
        const look = y ? ["triangle", "orange"] : ["circle", "blue"];
        marker(pen, look[0], sx(x1), sy(x2), 4.6, ui.colour(look[1]), ui.colour(fine ? "paper" : "ink"));
      }
      // Last, so that no point hides them.
      pen.lineWidth = 5;
      pen.strokeStyle = ui.colour("paper");
      pen.fillStyle = ui.colour("soft");
      for (const label of labels) {
        pen.strokeText(...label);
        pen.fillText(...label);
      }
    }

    // The loss as a bar on a logarithmic scale, the reader's best as a mark on it.
    function drawMeter(pen, width, height) {
      const bottom = height - 22;
      const sx = scale(LOSSES, [8, width - 8], true);
      const at = (loss) => sx(Math.min(LOSSES[1], Math.max(LOSSES[0], loss)));
      const middle = bottom / 2 + 2;
      const best = model.get("best");
      // There is no title at the right end, so marks may stand there.
      axes(
        ui,
        pen,
        [8, 4, width + 90, bottom],
        { scale: sx, ticks: ticks(...LOSSES, 5, true), title: "" },
        { scale: () => 0, ticks: [], title: "" },
      );
      pen.fillStyle = ui.colour("fill");
      pen.fillRect(8, middle - 9, width - 16, 18);
      pen.fillStyle = ui.colour("blue");
      pen.fillRect(8, middle - 9, Math.max(2, at(now.loss) - 8), 18);
      if (!best.length) return;
      const mark = at(measure(best, points).loss);
      pen.fillStyle = ui.colour("ink");
      pen.fillRect(mark - 1.5, middle - 13, 3, 26);
    }
    // The loss move by move on a logarithmic scale; where descent moved, dashed.
    function drawTrace(pen, width, height) {
      const box = [46, 22, width - 8, height - 22];
      const powers = history.map(({ loss }) => Math.log10(loss));
      const low = Math.floor(Math.min(...powers));
      const span = [10 ** low, 10 ** Math.max(low + 1, Math.ceil(Math.max(...powers)))];
      const moves = Math.max(10, history.length - 1);
      const sx = scale([0, moves], [box[0], box[2]]);
      const sy = scale(span, [box[3], box[1]], true);
      axes(
        ui,
        pen,
        box,
        { scale: sx, ticks: ticks(0, moves, 4), title: ui.say("moves") },
        { scale: sy, ticks: ticks(...span, 3, true), title: ui.say("loss") },
      );
      const place = ({ loss }, k) => [sx(k), sy(loss)];
      for (const byDescent of [false, true]) {
        const points = movesOf(history, byDescent).map((k) => (k < 0 ? [NaN, NaN] : place(history[k], k)));
        line(pen, points, ui.colour(byDescent ? "orange" : "blue"), 2, byDescent ? [6, 3] : []);
      }
      marker(pen, "circle", ...place(history.at(-1), history.length - 1), 4, ui.colour("ink"), ui.colour("paper"));
    }
    return ui.end;
  },
};

// The part of every grid cell where sign · value > 0, as a polygon, and the border that crosses the cell, if any.
function sides(grid, sign, draw) {
  for (let j = 0; j + 1 < grid.length; j++) {
    for (let i = 0; i + 1 < grid[j].length; i++) {
      const ring = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      const corners = [];
      const border = [];
      ring.forEach(([p, q], k) => {
        const [r, s] = ring[(k + 1) % 4];
        const here = sign * grid[q][p];
        const there = sign * grid[s][r];
        if (here > 0) corners.push([p, q]);
        if (here > 0 === there > 0) return;
        const share = here / (here - there);
        const crossing = [p + (r - p) * share, q + (s - q) * share];
        corners.push(crossing);
        border.push(crossing);
      });
      if (corners.length) draw(corners, border);
    }
  }
}
