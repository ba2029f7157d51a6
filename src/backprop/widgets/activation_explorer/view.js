// The activation explorer: f above, f′ below, one z to drag, and the cliff where the textbook formula overflows.
import { button, choices, slider } from "../kit/controls.js";
import { drag } from "../kit/drag.js";
import { axes, canvas, line, marker, scale, ticks, within, write } from "../kit/draw.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { cliff, evaluate } from "./maths.js";
import { STRINGS } from "./words.js";

const FUNCTIONS = ["linear", "relu", "leaky", "sigmoid", "tanh", "gelu", "softmax"];
const REACHES = ["6", "100", "800"];
const SHAPES = { relu: "max(0, z)", leaky: "max(z, 0.01 z)", linear: "z" };
const FORMULAS = {
  textbook: {
    sigmoid: "1 / (1 + e^−z)",
    tanh: "(e^z − e^−z) / (e^z + e^−z)",
    gelu: "½ z (1 + (e^u − e^−u) / (e^u + e^−u)), u = 0.798 (z + 0.0447 z³)",
    softmax: "e^z / (e^z + e^0)",
  },
  stable: {
    sigmoid: "e^min(z, 0) / (1 + e^−|z|)",
    tanh: "± (1 − e^−2|z|) / (1 + e^−2|z|)",
    gelu: "z / (1 + e^−2u), u = 0.798 (z + 0.0447 z³)",
    softmax: "e^(z−m) / (e^(z−m) + e^(0−m)), m = max(z, 0)",
  },
};
const MOST = { float32: 3.4028234663852886e38, float64: 1.7976931348623157e308 };

// Three digits, except where they would hide how far a value is from 1, or that it is no number.
export function shown(value) {
  if (isNaN(value)) return "nan";
  const away = Math.abs(value) - 1;
  if (!away || Math.abs(away) > 0.0005) return number(value);
  return (value < 0 ? "−1 " : "1 ") + (away > 0 === value > 0 ? "+ " : "− ") + number(Math.abs(away));
}

// Which sentence fits what came out, the most alarming first.
export function verdict(name, z, { value, slope, overflow }, truth) {
  if (isNaN(value) || isNaN(slope)) return "nan";
  if (overflow) return "zero";
  if (z === 0 && (name === "relu" || name === "leaky")) return "corner";
  if (name === "relu" && z < 0) return "shut";
  if (slope === 0) return truth ? "flat" : "under";
  if (slope === 1) return "open";
  if (Math.abs(slope) <= 0.01) return "saturated";
  return slope < 0 ? "back" : slope > 1 ? "more" : "partly";
}

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const names = ["function", "z", "form", "precision", "reach"];
    const accepted = {
      function: FUNCTIONS,
      form: ["stable", "textbook"],
      precision: ["float32", "float64"],
      reach: REACHES,
    };
    keepInAddress(ui, names, (name, value) =>
      name === "z" ? Math.abs(value) <= 800 : accepted[name].includes(String(value)),
    );

    let now;
    let name;
    let stable;
    let single;
    let reach;
    let cliffs;
    const at = (z) => evaluate(name, z, stable, single);
    const options = (values) => values.map((value) => ({ value, label: ui.say(value) }));
    const formula = h("p", { class: "bp-formula" });
    const values = h("p", { class: "bp-values" });
    const valve = h("p", { class: "bp-valve" });
    const note = h("p");
    const picture = canvas(ui, { label: "", ratio: "var(--bp-flat)", draw });
    const knob = slider(ui, { trait: "z", label: ui.say("z"), range: [-800, 800] });
    const input = knob.querySelector("input");
    const toCliff = button(ui, ui.say("toCliff"), () => {
      const [left, right] = found();
      const z = right !== null && (left === null || right <= -left) ? right : left;
      ui.set({ reach: Math.abs(z) > 100 ? "800" : "100", z: Math.trunc(z * 100) / 100 });
    });
    const found = () => [-800, 800].map((end) => cliff(name, end, stable, single));
    const reached = (value) => ({ z: Math.min(+value, Math.max(-value, model.get("z"))) });
    ui.root.append(
      h(
        "div",
        { class: "bp-activation" },
        h(
          "div",
          { class: "bp-which" },
          choices(ui, { trait: "function", label: ui.say("function"), options: options(FUNCTIONS) }),
        ),
        h("div", { class: "bp-curves" }, picture, knob),
        h(
          "div",
          { class: "bp-how" },
          choices(ui, { trait: "form", label: ui.say("form"), options: options(["textbook", "stable"]) }),
          formula,
          choices(ui, {
            trait: "precision",
            label: ui.say("precision"),
            options: ["float32", "float64"].map((value) => ({ value, label: value })),
          }),
          choices(ui, {
            trait: "reach",
            label: ui.say("reach"),
            options: REACHES.map((value) => ({ value, label: "±" + value })),
            also: reached,
          }),
          toCliff,
        ),
        h("div", { class: "bp-told" }, values, valve, note),
      ),
    );

    ui.watch(names, () => {
      const z = model.get("z");
      const precision = model.get("precision");
      name = model.get("function");
      stable = model.get("form") === "stable";
      single = precision === "float32";
      // A z that Python set outside of the range widens the picture.
      reach = +REACHES.find((r) => +r >= Math.max(model.get("reach"), Math.abs(z)));
      cliffs = [-reach, reach].map((end) => cliff(name, end, stable, single));
      now = at(z);
      [input.min, input.max, input.step] = [-reach, reach, reach < 10 ? 0.01 : reach < 200 ? 0.1 : 1];
      input.value = z;
      toCliff.disabled = found().every((end) => end === null);
      const truth = evaluate(name, z, true, single).slope;
      const words = {
        value: shown(now.value),
        slope: shown(now.slope),
        precision,
        most: number(MOST[precision]),
        truth: shown(truth),
      };
      words.z = String(+z.toFixed(2)).replace("-", "−");
      const kind = verdict(name, z, now, truth);
      formula.textContent = "f(z) = " + (SHAPES[name] ?? FORMULAS[model.get("form")][name]);
      values.textContent = ui.say("values", words);
      valve.textContent = ui.say(kind === "nan" ? "lost" : "valve", words);
      note.textContent = ui.say(kind, words);
      note.classList.toggle("bp-alarm", ["nan", "zero", "flat"].includes(kind));
      const said = [values, valve, note].map((node) => node.textContent).join(" ");
      picture.setAttribute("aria-label", ui.say("picture", { f: ui.say(name), z: words.z, said }));
      ui.announce(said);
      ui.repaint();
    });

    // A mouse or a finger on the picture takes z along; moving up or down still scrolls the page.
    const edges = () => [46, picture.clientWidth - 12];
    const follow = ({ offsetX }) => {
      const z = scale(edges(), [-reach, reach])(offsetX);
      ui.set({ z: +Math.min(reach, Math.max(-reach, z)).toFixed(reach < 10 ? 2 : reach < 200 ? 1 : 0) });
    };
    drag(ui, picture, follow);

    function draw(pen, width, height) {
      const [left, right] = edges();
      const middle = Math.round(height * 0.56);
      const z = model.get("z");
      const sx = scale([-reach, reach], [left, right]);
      const bounds = { linear: [-reach, reach], tanh: [-1.25, 1.25], sigmoid: [-0.15, 1.15], softmax: [-0.15, 1.15] }[
        name
      ] ?? [-0.2 * reach, reach];
      const panels = [
        { part: "value", title: "f", colour: "blue", range: bounds, top: 26, bottom: middle - 12, dash: [] },
        {
          part: "slope",
          title: "slope",
          colour: "red",
          range: [-0.2, 1.25],
          top: middle + 26,
          bottom: height - 24,
          dash: [7, 4],
        },
      ];
      for (const { part, title, colour, range, top, bottom, dash } of panels) {
        const sy = scale(range, [bottom, top]);
        const x = {
          scale: sx,
          ticks: part === "slope" ? ticks(-reach, reach, 6) : [],
          title: part === "slope" ? "z" : "",
        };
        shade(pen, top, bottom, sx);
        axes(ui, pen, [left, top, right, bottom], x, { scale: sy, ticks: ticks(...range, 4), title: ui.say(title) });
        within(pen, [left, top - 6, right, bottom + 6], () => {
          const [px, py] = [sx(z), sy(now[part])];
          const zero = sy(0);
          const level = [left, right].map((x) => [x, zero]);
          const upright = [top, bottom].map((y) => [px, y]);
          line(pen, level, ui.colour("soft"), 1);
          line(pen, upright, ui.colour("soft"), 1, [2, 3]);
          if (part === "value") {
            const tangent = [-reach, reach].map((v) => [sx(v), sy(now.value + now.slope * (v - z))]);
            line(pen, tangent, ui.colour("red"), 1.5);
          } else {
            const bar = [zero, py].map((y) => [px, y]);
            line(pen, bar, ui.colour("red"), 5);
          }
          const points = Array.from({ length: 2 * (right - left) + 1 }, (_, k) => {
            const v = -reach + (k / (right - left)) * reach;
            return [left + k / 2, sy(at(v)[part])];
          });
          line(pen, points, ui.colour(colour), 2.5, dash);
          if (isNaN(py)) return;
          marker(pen, part === "value" ? "circle" : "triangle", px, py, 7, ui.colour(colour), ui.colour("paper"));
        });
      }
    }
    // The ground beyond a cliff, with hatching, so that it is seen without colour too.
    function shade(pen, top, bottom, sx) {
      for (const [k, edge] of cliffs.entries()) {
        if (edge === null) continue;
        const from = k ? sx(edge) : sx(-reach);
        const to = k ? sx(reach) : sx(edge);
        const tall = bottom - top;
        within(pen, [from, top, to, bottom], () => {
          pen.globalAlpha = 0.5;
          for (let x = from - tall; x < to; x += 9) {
            const slant = [bottom, top].map((y) => [x + bottom - y, y]);
            line(pen, slant, ui.colour("orange"), 1);
          }
        });
        const border = [top, bottom].map((y) => [sx(edge), y]);
        line(pen, border, ui.colour("orange"), 2);
      }
      if (top > 40 || cliffs.every((edge) => edge === null)) return;
      const [left, right] = edges();
      const atRight = cliffs[1] !== null;
      pen.font = ui.font(12);
      pen.fillStyle = ui.colour("ink");
      pen.textBaseline = "middle";
      write(pen, ui.say("cliff"), atRight ? right : left + 36, top - 14, atRight ? "right" : "left");
    }
    return ui.end;
  },
};
