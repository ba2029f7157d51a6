// The nudge meter: push one number of the network, watch everything to its right move, and read the price per unit.
import { button, choices, steady } from "../kit/controls.js";
import { axes, canvas, line, marker, scale, ticks, within, write } from "../kit/draw.js";
import { digits, PARAMETERS, sign } from "../kit/running.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { NUMBERS, prices, pushed } from "./maths.js";
import { STRINGS } from "./words.js";

const REACH = 2;
const FULL = 0.5;
const PUSHES = [-1, -0.1, -0.01, 0.01, 0.1, 1];
const COLUMNS = [9, 43, 76];
const ROWS = [80, 214];
const plus = (value) => (value > 0 ? "+" : "") + number(value);
// Small numbers that stand beside each other are easier to compare without powers of ten.
const plain = (value) => (value < 1e-6 ? number(value) : String(+value.toPrecision(2)));
// Where a number stands in the picture: per cent from the left, pixels from the top.
function place(name) {
  const [kind, layer, i, j] = name;
  const row = ROWS[i - 1];
  if (kind === "W") {
    const t = i === j ? 0.5 : 0.43;
    const from = COLUMNS[layer - 1];
    return [from + t * (COLUMNS[layer] - from), row + t * (ROWS[j - 1] - row)];
  }
  if (kind === "y") return [93, row];
  return [COLUMNS[layer], row - (kind === "b" ? 61 : kind === "z" ? 27 : 0)];
}
// The guess that a price is nearest to, by the ratio of their sizes; far below the smallest it is 0.
export function nearest(price, guesses) {
  const away = (guess) => Math.abs(Math.log(price / guess));
  if (Math.abs(price) < 0.003) return "0";
  return guesses
    .filter((guess) => guess * price > 0)
    .reduce((best, guess) => (away(guess) < away(best) ? guess : best));
}

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { guesses } = ui.facts;
    const data = ["x", "y", "weights"];
    const numbers = () => Object.fromEntries(data.map((name) => [name, model.get(name)]));
    const start = numbers();
    keepInAddress(ui, ["chosen", "nudge"], (name, value) =>
      name === "chosen" ? NUMBERS.includes(value) : Math.abs(value) <= REACH,
    );
    const waits = () => model.get("predict") && !model.get("guess");
    let name;
    let base;
    let now;
    let price;
    let nudge;

    const net = choices(ui, {
      trait: "chosen",
      label: "",
      options: NUMBERS.map((value) => ({ value, label: "" })),
      also: () => (model.get("predict") ? { guess: "", nudge: 0 } : {}),
    });
    const web = canvas(ui, { label: ui.say("picture"), ratio: "auto", draw: drawNet });
    const plot = canvas(ui, { label: "", ratio: "auto", class: "bp-plot", draw: drawPlot });
    net.className = "bp-net";
    net.prepend(web);
    net.querySelector("legend").className = "bp-hidden";
    net.querySelector("legend").textContent = ui.say("choose");
    const cells = [...net.querySelectorAll("input")];
    cells.forEach((input) => {
      const [left, top] = place(input.value);
      input.parentNode.style.cssText = `left: ${left}%; top: ${top}px`;
    });
    const guess = choices(ui, {
      trait: "guess",
      label: ui.say("ask"),
      options: guesses.map((value) => ({ value, label: plus(+value) })),
      also: () => ({ nudge: model.get("nudge") || 0.1 }),
    });

    // Fine near 0: the push is the square of the knob's way from the middle.
    const bar = h("input", { type: "range", min: -1, max: 1, step: 0.01, id: "bp-push" + Math.random() });
    const shown = h("output", { for: bar.id });
    const push = (value) => ui.set({ nudge: +value.toPrecision(3) });
    steady(ui, bar);
    ui.listen(bar, "input", () => push(REACH * bar.value * Math.abs(bar.value)));
    const quick = PUSHES.map((value) => button(ui, plus(value), () => push(value)));
    const keep = button(ui, ui.say("keep"), () => {
      const trait = name[0] === "a" ? "x" : name[0] === "y" ? "y" : "weights";
      const list = [...model.get(trait)];
      const k = trait === "weights" ? PARAMETERS.indexOf(name) : name[2] - 1;
      list[k] = Math.max(-1000, Math.min(1000, +(list[k] + nudge).toPrecision(12)));
      ui.set({ [trait]: list, nudge: 0, guess: "" });
    });
    const first = button(ui, ui.say("first"), () => ui.set({ predict: !model.get("predict"), guess: "", nudge: 0 }));
    const reset = button(ui, ui.say("reset"), () => ui.set({ ...start, nudge: 0, guess: "" }));
    const fill = h("i");
    const mark = h("b");
    const meter = h("div", { class: "bp-bar bp-paint", role: "img" }, fill, mark);
    const read = h("output");
    const title = h("b");
    const lines = [0, 1, 2, 3].map(() => h("p"));
    ui.root.append(
      h(
        "div",
        { class: "bp-nudge" },
        net,
        plot,
        h("div", { class: "bp-slider bp-wide" }, h("span", { class: "bp-name" }, ui.say("loss")), read, meter),
        h(
          "div",
          { class: "bp-slider bp-wide" },
          h("label", { for: bar.id, class: "bp-name" }, ui.say("push")),
          shown,
          bar,
        ),
        h("div", { class: "bp-quick bp-wide" }, ...quick),
        h("div", { class: "bp-told bp-wide" }, title, guess, ...lines),
        h("div", { class: "bp-row bp-wide" }, keep, first, reset),
      ),
    );

    ui.watch([...data, "chosen", "nudge", "predict", "guess"], () => {
      const hides = waits();
      const values = numbers();
      name = model.get("chosen");
      nudge = hides ? 0 : model.get("nudge");
      base = pushed(values, name, 0);
      now = pushed(values, name, nudge);
      price = prices(values)[name];
      for (const input of cells) {
        const key = input.value;
        const moved = now[key] !== base[key];
        input.className = `${moved ? "bp-moved " : ""}${key[0] === "W" ? "bp-edge" : ""}`;
        input.setAttribute("aria-label", `${sign(key)} ${digits(now[key])}`);
        const letter = key[0] === "W" ? "" : key[0] === "a" ? "xaŷ"[key[1]] : key[0];
        const way = moved ? (now[key] > base[key] ? "↑" : "↓") : letter && " ";
        input.nextSibling.textContent = letter + way + digits(now[key]);
      }
      bar.value = Math.sign(nudge) * Math.sqrt(Math.abs(nudge) / REACH);
      shown.value = plus(nudge);
      bar.setAttribute("aria-valuetext", shown.value);
      for (const control of [bar, ...quick]) control.disabled = hides;
      keep.disabled = !nudge || name[0] === "z" || (name[0] === "a" && name[1] > 0);
      first.setAttribute("aria-pressed", model.get("predict"));
      guess.hidden = !hides;
      read.value = now.L.toFixed(4);
      fill.style.width = Math.min(100, (100 * now.L) / FULL) + "%";
      mark.style.left = Math.min(100, (100 * base.L) / FULL) + "%";
      meter.setAttribute("aria-label", ui.say("meter", { loss: digits(now.L) }));
      plot.setAttribute(
        "aria-label",
        hides ? ui.say("hidden") : ui.say("plot", { name: sign(name), slope: number(price) }),
      );
      title.textContent = ui.say("now", {
        name: sign(name),
        value: digits(base[name]),
        role: ui.say(name[0] === "a" ? name.slice(0, 2) : name[0]),
        loss: base.L.toFixed(4),
      });
      const told = hides ? [] : [...tell(), why()];
      lines.forEach((line, k) => line.replaceChildren(...(told[k] ?? [""])));
      ui.announce(title, ...lines);
      ui.repaint();
    });

    // What happened, and what it costs per unit, by the nudge and by backpropagation.
    function tell() {
      if (!nudge) return [[ui.say("still")], verdict()];
      const change = now.L - base.L;
      const promise = price * nudge;
      const by = number(Math.abs(change));
      const did = Math.abs(change) < 1e-15 ? ui.say("stayed") : ui.say(change < 0 ? "fell" : "rose", { by });
      return [
        [ui.say("moved", { h: plus(nudge), did, from: base.L.toFixed(4), to: now.L.toFixed(4) })],
        [ui.say("unit"), number(change / nudge), ui.say("says"), h("em", {}, number(price)), ui.say("stop")],
        verdict() ?? [
          base.L + promise < 0
            ? ui.say("below")
            : ui.say("line", { change: plus(promise), off: plain(Math.abs(change - promise)) }),
        ],
      ];
    }
    function verdict() {
      const mine = model.get("predict") && model.get("guess");
      if (!mine) return null;
      const near = nearest(price, guesses);
      const say = (key) => [ui.say(key, { guess: plus(+mine), near: plus(+near) })];
      return say(near === mine ? "right" : !+mine || !+near ? "none" : mine * price > 0 ? "size" : "wrong");
    }
    function why() {
      if (!price) return [ui.say("unheard")];
      if (name[0] === "z" || (name[0] === "a" && name[1] > 0)) return [ui.say("overruled", { name: sign(name) })];
      if (!base[name]) return [ui.say("zero")];
      return "ay".includes(name[0]) ? [ui.say("data")] : null;
    }

    function drawNet(pen, width) {
      const side = width < 300 ? 23 : width < 340 ? 25 : 30;
      const at = ([left, top]) => [(left / 100) * width, top];
      for (const edge of PARAMETERS.filter((key) => key[0] === "W")) {
        const [, layer, i, j] = edge;
        const moved = now[edge] !== base[edge] || now[`a${layer - 1}${i}`] !== base[`a${layer - 1}${i}`];
        pen.strokeStyle = ui.colour(moved ? "blue" : "line");
        pen.lineWidth = moved ? 3 : 1.5;
        pen.beginPath();
        pen.moveTo(...at([COLUMNS[layer - 1], ROWS[i - 1]]));
        pen.lineTo(...at([COLUMNS[layer], ROWS[j - 1]]));
        pen.stroke();
      }
      for (const layer of [0, 1, 2]) {
        for (const i of [1, 2]) {
          const [px, py] = at(place(`a${layer}${i}`));
          const tall = layer ? 62 : 36;
          pen.fillStyle = ui.colour("paper");
          pen.strokeStyle = ui.colour(now[`a${layer}${i}`] !== base[`a${layer}${i}`] ? "blue" : "soft");
          pen.lineWidth = 2;
          pen.beginPath();
          pen.roundRect(px - side, py + 18 - tall, 2 * side, tall, 10);
          pen.fill();
          pen.stroke();
        }
      }
    }

    // L against the push: the curve, its tangent at 0, and how far apart they are at this push.
    function drawPlot(pen, width, height) {
      const frame = [46, 24, width - 8, height - 24];
      const [left, top, right, bottom] = frame;
      const values = numbers();
      const hides = waits();
      const ends = [-REACH, REACH];
      const sx = scale(ends, [left, right]);
      const curve = Array.from({ length: 81 }, (_, k) => (k - 40) / 20).map((push) => [
        push,
        pushed(values, name, push).L,
      ]);
      const all = [...curve.map(([, L]) => L), base.L + price, base.L - price];
      const low = Math.min(...all);
      const high = Math.max(...all);
      const room = Math.max(0.15 * (high - low), 0.01);
      const range = [low - room, high + room];
      const sy = scale(range, [bottom, top]);
      axes(
        ui,
        pen,
        frame,
        { scale: sx, ticks: ticks(...ends, 4), title: ui.say("push") },
        { scale: sy, ticks: hides ? [] : ticks(...range, 4), title: "L" },
      );
      if (hides) {
        pen.font = ui.font(40, "bold");
        write(pen, "?", (left + right) / 2, (top + bottom) / 2, "center");
        return;
      }
      const at = ([push, L]) => [sx(push), sy(L)];
      const tangent = (push) => [push, base.L + price * push];
      const here = [nudge, now.L];
      within(pen, [left, top - 6, right, bottom + 6], () => {
        line(pen, curve.map(at), ui.colour("blue"), 2.5);
        line(pen, ends.map(tangent).map(at), ui.colour("red"), 2, [7, 5]);
        line(pen, [tangent(nudge), here].map(at), ui.colour("ink"), 3);
        marker(pen, "circle", ...at([0, base.L]), 5, ui.colour("soft"));
        marker(pen, "circle", ...at(here), 5, ui.colour("blue"));
      });
    }
    return ui.end;
  },
};
