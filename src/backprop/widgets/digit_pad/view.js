// The digit pad: draw, see what the network sees, its ten probabilities, and where ink would change its mind.
import { button, choices } from "../kit/controls.js";
import { canvas } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { asDrawn, centred, draw, FINE, SIDE, stroke } from "./ink.js";
import { advice, descend, inputGradient, length, list, read, unpack } from "./maths.js";
import { handOn } from "./pen.js";
import { STRINGS } from "./words.js";

const DIGITS = [..."0123456789"];
const RATE = 0.1;
const ENOUGH = 0.99;
const PACE = 40;
export const percent = (p) => (p > 0.9949 && p < 1 ? "99" : String(Math.round(100 * p)));
const fine = (p) => (p < 0.01 ? number(100 * p) : percent(p)); // a walk from a millionth to a thousandth is a long way

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { net, samples } = unpack(ui.facts);
    keepInAddress(ui, ["sample", "digit", "centring"], (name, value) =>
      name === "centring" ? ["on", "off"].includes(value) : DIGITS.includes(value) || (name === "sample" && !value),
    );
    const real = (digit) => samples.subarray(784 * digit, 784 * digit + 784);
    const base = () => (model.get("sample") ? real(model.get("sample")) : null);
    const shift = () => (model.get("_shift").length ? model.get("_shift") : [0, 0]);
    const seenAs = (wet, centring = model.get("centring")) =>
      centring === "off" ? asDrawn(wet) : (centred(wet) ?? new Float64Array(784));
    let ink;
    let mine;
    let drawn;
    let image;
    let p;
    let dx;
    let wish;
    let steps = 0;
    let called = "";
    let line = null;
    let grip = null; // where the hand took hold of the drawing, and its shift then
    let moving = false;
    let walking = false;

    const pad = canvas(ui, {
      label: ui.say("pad"),
      ratio: "1",
      draw: drawPad,
      class: "bp-pad",
      tabindex: 0,
      role: "application",
    });
    const seen = canvas(ui, { label: "", ratio: "1", draw: drawSeen });
    const bars = choices(ui, {
      trait: "digit",
      label: ui.say("wanted"),
      options: DIGITS.map((value) => ({ value, label: "" })),
      also() {
        steps = 0;
        return {};
      },
    });
    const inputs = [...bars.querySelectorAll("input")];
    const parts = inputs.map((input, k) => {
      const fill = h("i");
      const text = h("output");
      input.nextSibling.replaceChildren(h("b", {}, DIGITS[k]), h("u", { class: "bp-paint" }, fill), text);
      return { fill, text };
    });
    bars.className = "bp-bars";
    const start = choices(ui, {
      trait: "sample",
      label: ui.say("start"),
      options: ["", ...DIGITS].map((value) => ({ value, label: value || ui.say("empty") })),
      also: () => ({ _strokes: [], _pixels: [], _shift: [] }),
    });
    start.className = "bp-start";
    const undo = button(ui, ui.say("undo"), () => commit(model.get("_strokes").slice(0, -1)));
    const clear = button(ui, ui.say("clear"), () => ui.set({ sample: "", _strokes: [], _pixels: [], _shift: [] }));
    const mover = button(ui, ui.say("move"), () => {
      moving = !moving;
      mover.setAttribute("aria-pressed", moving);
      pad.classList.toggle("bp-moves", moving);
      pad.setAttribute("aria-label", ui.say(moving ? "movable" : "pad"));
    });
    mover.setAttribute("aria-pressed", false);
    const centring = choices(ui, {
      trait: "centring",
      label: ui.say("centre"),
      options: ["on", "off"].map((value) => ({ value, label: ui.say(value) })),
      also: (value) => ({ _pixels: touched() ? list(seenAs(ink, value)) : [] }),
    });
    const touched = () => model.get("_strokes").length + model.get("_shift").length > 0;
    const step = button(ui, ui.say("step"), () => {
      run.stop();
      walk(1);
    });
    const run = player(ui, {
      label: (plays) => ui.say(plays ? "stop" : "go", { one: called }),
      pace: PACE,
      begin() {
        if (ui.calm) walk(10);
        return !ui.calm;
      },
      step() {
        if (p[wish] >= ENOUGH || steps > 500) return false;
        walk(1);
        return true;
      },
      ended: () => look(image),
    });
    const back = button(ui, ui.say("back"), () => ui.set({ _pixels: touched() ? list(mine) : [] }));
    const plus = h("b", { class: "bp-plus" }, "+ ");
    const minus = h("b", { class: "bp-minus" }, "− ");
    const one = h("span");
    const told = h("p", { class: "bp-told" });
    const titled = (title, node, ...more) => h("div", {}, h("div", { class: "bp-name" }, title), node, ...more);
    ui.root.append(
      h(
        "div",
        { class: "bp-digits" },
        titled(ui.say("here"), pad, h("div", { class: "bp-row" }, undo, clear, mover)),
        titled(
          ui.say("sees"),
          seen,
          h("p", { class: "bp-legend" }, plus, ui.say("more"), minus, ui.say("less"), one),
          centring,
        ),
        bars,
        told,
        h("div", { class: "bp-row bp-deeds" }, run.button, step, back),
        start,
      ),
    );

    ui.watch(["_strokes", "sample", "_pixels", "digit", "_shift", "centring"], () => {
      const made = ["_strokes", "sample", "_shift", "centring"].map((name) => model.get(name));
      const pixels = model.get("_pixels");
      if (!walking) run.stop(); // another picture or another wish ends a walk
      if (!drawn || made.some((value, k) => value !== drawn[k])) {
        ink = draw(base(), made[0], shift());
        mine = seenAs(ink);
        drawn = made;
      }
      look(pixels.length ? Float64Array.from(pixels) : mine);
    });

    // Everything that follows from an image.
    function look(x) {
      image = x;
      wish = +model.get("digit");
      ({ p } = read(net, x));
      dx = inputGradient(net, x, wish);
      const far = length(x.map((v, k) => v - mine[k]));
      const order = DIGITS.map(Number).sort((a, b) => p[b] - p[a]);
      const [best, next] = order;
      if (far < 0.01) steps = 0;
      const name = ui.say(wish === 8 ? "an" : "a", { d: wish });
      parts.forEach(({ fill, text }, k) => {
        fill.style.width = 100 * p[k] + "%";
        text.value = ui.say("percent", { p: percent(p[k]) });
        inputs[k].setAttribute("aria-label", ui.say("bar", { d: k, p: percent(p[k]) }));
        inputs[k].parentNode.classList.toggle("bp-best", k === best);
      });
      called = name;
      run.name();
      one.textContent = ui.say("legend", { one: name });
      undo.disabled = !model.get("_strokes").length;
      clear.disabled = undo.disabled && !model.get("sample");
      back.disabled = far < 0.01;
      step.disabled = p[wish] >= ENOUGH;
      run.button.disabled = step.disabled && !run.plays();
      const said = sentence(far, best, next, name);
      told.textContent = said;
      seen.setAttribute("aria-label", ui.say("seen", { said }));
      ui.announce(said);
      ui.repaint();
    }
    function sentence(far, best, next, name) {
      const words = { best, next, p: percent(p[best]), q: percent(p[next]), d: wish, one: name };
      const hint = advice(image, dx);
      const told = ui.say(!image.some((v) => v) ? "blank" : p[best] < 0.6 ? "torn" : "reads", words);
      const first = model.get("centring") === "off" ? ui.say("uncentred") + " " + told : told;
      if (steps) {
        const whole = length(real(wish).map((v, k) => v - mine[k]));
        const way = { d: wish, far: number(far), whole: number(whole) };
        const from = fine(read(net, mine).p[wish]);
        return [
          first,
          ui.say("after", { n: steps, d: wish, from, p: fine(p[wish]) }),
          ui.say(whole < 0.01 ? "moved" : "walked", way),
          ui.say("compare"),
        ].join(" ");
      }
      if (p[wish] >= ENOUGH) return first + " " + ui.say("sure", words);
      if (hint.most < 1e-9) return first + " " + ui.say("stuck");
      return (
        first +
        " " +
        ui.say("nudge", { what: ui.say(hint.add ? "adding" : "removing"), where: ui.say(`at${hint.where}`), one: name })
      );
    }

    // Down on the pixels.
    function walk(count) {
      let x = image;
      for (let k = 0; k < count && read(net, x).p[wish] < ENOUGH; k++, steps++) x = descend(net, x, wish, RATE);
      walking = true;
      ui.set({ _pixels: list(x) });
      walking = false;
    }

    // Ink: a line grows point by point, and is kept when the pen leaves the pad. It is kept where it was before it moved.
    const commit = (strokes) => {
      const bare = !strokes.length && !model.get("_shift").length;
      ui.set({ _strokes: strokes, _pixels: bare ? [] : list(seenAs(draw(base(), strokes, shift()))) });
    };
    function wet(point) {
      stroke(ink, ...line.slice(-2), ...point);
      if (line.length === 2 || point.some((v, k) => v !== line[line.length - 2 + k])) line.push(...point);
      show();
    }
    function show() {
      steps = 0;
      mine = seenAs(ink);
      look(mine);
    }
    function drag(point) {
      grip.now = grip.was.map((v, k) => Math.max(-FINE, Math.min(FINE, v + point[k] - grip.from[k])));
      ink = draw(base(), model.get("_strokes"), grip.now);
      show();
    }
    const ring = handOn(ui, pad, {
      moves: () => moving,
      says: (word) => ui.announce(ui.say(word)),
      down(point) {
        run.stop();
        if (moving) grip = { from: point, was: shift() };
        else line = [...point];
        (moving ? drag : wet)(point);
      },
      along: (point) => (grip ? drag : wet)(point),
      up() {
        if (grip) ui.set({ _shift: grip.now, _pixels: list(mine) });
        else {
          const by = shift();
          commit([...model.get("_strokes"), line.map((v, k) => v - by[k % 2])]);
        }
        line = grip = null;
      },
    });

    const film = document.createElement("canvas");
    film.width = film.height = FINE;
    function drawPad(brush, width) {
      const layer = film.getContext("2d");
      const data = layer.createImageData(FINE, FINE);
      ink.forEach((v, k) => data.data.fill(255 * v, 4 * k, 4 * k + 3));
      for (let k = 3; k < data.data.length; k += 4) data.data[k] = 255;
      layer.putImageData(data, 0, 0);
      brush.drawImage(film, 0, 0, width, width);
      ring(brush, width);
    }
    // Ink in grey; blue with + where more ink helps the wish, orange with − where less does; pale where a pixel is at
    // its end.
    function drawSeen(brush, width) {
      const cell = width / SIDE;
      const most = Math.max(...dx.map(Math.abs));
      image.forEach((v, k) => {
        const x = (k % SIDE) * cell;
        const y = ((k / SIDE) | 0) * cell;
        const add = dx[k] < 0;
        const room = add ? 1 - v : v;
        const strength = most > 1e-6 ? Math.abs(dx[k]) / most : 0;
        const grey = Math.round(255 * v);
        brush.globalAlpha = 1;
        brush.fillStyle = `rgb(${grey},${grey},${grey})`;
        brush.fillRect(x, y, cell + 0.5, cell + 0.5);
        brush.globalAlpha = 0.85 * strength * (room > 0.1 ? 1 : 0.3);
        brush.fillStyle = add ? "#3b8fe0" : "#ef8a17";
        brush.fillRect(x, y, cell + 0.5, cell + 0.5);
        if (strength < 0.35 || room <= 0.1) return;
        brush.globalAlpha = 1;
        brush.fillStyle = v > 0.6 ? "#000" : "#fff";
        brush.fillRect(x + 0.2 * cell, y + 0.42 * cell, 0.6 * cell, 0.16 * cell);
        if (add) brush.fillRect(x + 0.42 * cell, y + 0.2 * cell, 0.16 * cell, 0.6 * cell);
      });
      brush.globalAlpha = 1;
    }
    return ui.end;
  },
};
