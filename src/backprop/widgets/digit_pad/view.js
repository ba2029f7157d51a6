// The digit pad: draw, see what the network sees, its ten probabilities, and where ink would change its mind.
import { button, choices } from "../kit/controls.js";
import { canvas } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { centred, draw, FINE, SIDE, stroke } from "./ink.js";
import { advice, descend, inputGradient, length, list, read, unpack } from "./maths.js";
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
    keepInAddress(
      ui,
      ["sample", "digit"],
      (name, value) => DIGITS.includes(value) || (name === "sample" && value === ""),
    );
    const base = () =>
      model.get("sample") ? samples.subarray(784 * model.get("sample"), 784 * model.get("sample") + 784) : null;
    const seenAs = (wet) => centred(wet) ?? new Float64Array(784);
    let ink;
    let mine;
    let drawn;
    let image;
    let p;
    let dx;
    let wish;
    let steps = 0;
    let called = "";
    let pen = [FINE / 2, FINE / 2];
    let line = null;
    let keys = false;
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
      also: () => ({ _strokes: [], _pixels: [] }),
    });
    start.className = "bp-start";
    const undo = button(ui, ui.say("undo"), () => commit(model.get("_strokes").slice(0, -1)));
    const clear = button(ui, ui.say("clear"), () => ui.set({ sample: "", _strokes: [], _pixels: [] }));
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
    const back = button(ui, ui.say("back"), () => ui.set({ _pixels: model.get("_strokes").length ? list(mine) : [] }));
    const plus = h("b", { class: "bp-plus" }, "+ ");
    const minus = h("b", { class: "bp-minus" }, "− ");
    const one = h("span");
    const told = h("p", { class: "bp-told" });
    const titled = (title, node, ...more) => h("div", {}, h("div", { class: "bp-name" }, title), node, ...more);
    ui.root.append(
      h(
        "div",
        { class: "bp-digits" },
        titled(ui.say("here"), pad, h("div", { class: "bp-row" }, undo, clear)),
        titled(
          ui.say("sees"),
          seen,
          h("p", { class: "bp-legend" }, plus, ui.say("more"), ", ", minus, ui.say("less"), one),
        ),
        bars,
        told,
        h("div", { class: "bp-row bp-deeds" }, run.button, step, back),
        start,
      ),
    );

    ui.watch(["_strokes", "sample", "_pixels", "digit"], () => {
      const strokes = model.get("_strokes");
      const sample = model.get("sample");
      const pixels = model.get("_pixels");
      if (!walking) run.stop(); // another picture or another wish ends a walk
      if (!drawn || drawn[0] !== strokes || drawn[1] !== sample) {
        ink = draw(base(), strokes);
        mine = seenAs(ink);
        drawn = [strokes, sample];
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
        text.value = percent(p[k]) + " %";
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
      const first = ui.say(!image.some((v) => v) ? "blank" : p[best] < 0.6 ? "torn" : "reads", words);
      if (steps)
        return (
          first +
          " " +
          ui.say("after", {
            n: steps,
            d: wish,
            from: fine(read(net, mine).p[wish]),
            p: fine(p[wish]),
            far: number(far),
            size: number(length(mine)),
          })
        );
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

    // Ink: a line grows point by point, and is kept when the pen leaves the pad.
    const commit = (strokes) =>
      ui.set({ _strokes: strokes, _pixels: strokes.length ? list(seenAs(draw(base(), strokes))) : [] });
    function lower(point) {
      run.stop();
      line = [...point];
      wet(point);
    }
    function wet(point) {
      stroke(ink, ...line.slice(-2), ...point);
      if (line.length === 2 || point.some((v, k) => v !== line[line.length - 2 + k])) line.push(...point);
      steps = 0;
      mine = seenAs(ink);
      look(mine);
    }
    function lift() {
      const done = line;
      line = null;
      if (done) commit([...model.get("_strokes"), done]);
    }
    const inside = (v) => Math.max(0, Math.min(FINE, Math.round(v)));
    function spot({ clientX, clientY }) {
      const box = pad.getBoundingClientRect();
      return [inside(((clientX - box.left) / box.width) * FINE), inside(((clientY - box.top) / box.height) * FINE)];
    }
    ui.listen(pad, "pointerdown", (event) => {
      if (event.button || line) return;
      keys = false;
      pad.setPointerCapture(event.pointerId);
      lower(spot(event));
    });
    ui.listen(pad, "pointermove", (event) => {
      if (line && pad.hasPointerCapture(event.pointerId))
        for (const each of event.getCoalescedEvents?.() ?? [event]) wet(spot(each));
    });
    ui.listen(pad, "lostpointercapture", lift);
    ui.listen(pad, "blur", () => {
      if (keys) lift();
      keys = false;
      ui.repaint();
    });
    ui.listen(pad, "keydown", (event) => {
      const way = { ArrowLeft: [-4, 0], ArrowRight: [4, 0], ArrowUp: [0, -4], ArrowDown: [0, 4] }[event.key];
      if (!way && event.key !== " ") return;
      event.preventDefault();
      keys = true;
      if (way) {
        pen = pen.map((v, k) => inside(v + way[k]));
        if (line) wet(pen);
      } else {
        if (line) lift();
        else lower(pen);
        ui.announce(ui.say(line ? "down" : "up"));
      }
      ui.repaint();
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
      if (!keys) return;
      brush.strokeStyle = ui.colour("orange");
      brush.lineWidth = line ? 4 : 2;
      brush.beginPath();
      brush.arc(...pen.map((v) => (v / FINE) * width), width / 22, 0, 7);
      brush.stroke();
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
