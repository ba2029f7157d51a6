// The attention lab: drag a query among keys, or point at a square of a text's map, and follow the gradient back.
import { button, choices, slider } from "../kit/controls.js";
import { canvas, line, marker, scale, within, write } from "../kit/draw.js";
import { handle } from "../kit/handle.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { lookUp, verdict } from "./maths.js";
import { percent, short, textMap } from "./text.js";
import { STRINGS } from "./words.js";

const LOW = "₁₂₃";
const both = (vector) => vector.map(short).join(", ");

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { keys, values, texts, reach, rate, given } = ui.facts;
    keepInAddress(ui, ["loudness", "target", "text", "head"], (name, value) => {
      if (name === "text") return texts.includes(value);
      if (name === "head") return (given ? Object.keys(given.heads) : ["1.1"]).includes(value);
      return value <= (name === "target" ? 6 : 10) && value >= (name === "target" ? 1 : 0.1);
    });
    const first = ["query", "loudness", "target"].map((name) => [name, model.get(name)]);
    const setting = () => Object.fromEntries(first.map(([name]) => [name, model.get(name)]));
    const inPercent = (share) => ui.say("percent", { p: percent(share) });
    const held = (v) => Math.max(-reach, Math.min(reach, +v.toFixed(3)));
    const move = (query) => ui.set({ query: query.map(held) });
    let now;

    const plane = canvas(ui, {
      label: "",
      ratio: "4 / 3",
      role: "application",
      tabindex: 0,
      class: "bp-plane",
      draw: drawPlane,
    });
    const answer = canvas(ui, { label: "", ratio: "auto", class: "bp-line", draw: drawLine });
    // The plane is a little larger than a query may go.
    const room = 1.15 * reach;
    const scales = () => {
      const { clientWidth: width, clientHeight: height } = plane;
      const unit = height / 2 / room;
      const across = width / 2 / unit;
      return [scale([-across, across], [0, width]), scale([room, -room], [0, height]), unit];
    };
    handle(ui, plane, {
      place: () => scales().map((at, k) => k < 2 && at(model.get("query")[k])),
      follow(x, y) {
        const [sx, sy, unit] = scales();
        move([(x - sx(0)) / unit, (sy(0) - y) / unit].map((v) => Math.round(100 * v) / 100));
      },
      nudge: (way) => move(model.get("query").map((v, k) => v + way[k] / 10)),
    });
    // A mouse that points at a key chooses it.
    ui.listen(plane, "pointermove", ({ pointerType, buttons, offsetX, offsetY }) => {
      const [sx, sy] = scales();
      const near = keys.findIndex(([x, y]) => Math.hypot(offsetX - sx(x), offsetY - sy(y)) < 16);
      if (pointerType !== "touch" && !buttons && near >= 0) ui.set({ key: String(near + 1) });
    });

    const bars = keys.map(() => h("i", { class: "bp-paint" }));
    const parts = keys.map(() => h("b"));
    const chosen = choices(ui, {
      trait: "key",
      label: ui.say("keys"),
      options: keys.map((_, j) => ({
        value: String(j + 1),
        mark: h("u", { class: "bp-bar" }, bars[j]),
        label: h("em", {}, ui.say("key", { j: LOW[j], v: values[j] }), " ", parts[j]),
      })),
    });
    chosen.className = "bp-keys";
    const said = [0, 1, 2, 3].map(() => h("p"));
    const walk = button(ui, ui.say("step"), () => move(model.get("query").map((v, k) => v - rate * now.dq[k])));
    const reset = button(ui, ui.say("reset"), () => ui.set(Object.fromEntries(first)));

    const looks = {
      plane: [
        h("div", { class: "bp-set" }, slider(ui, { trait: "target", label: ui.say("target"), range: [1, 6] }), chosen),
        h("div", { class: "bp-seen" }, plane, answer, h("p", { class: "bp-name" }, ui.say("how"))),
        h("div", { class: "bp-told" }, ...said, h("div", { class: "bp-row" }, walk, reset)),
      ],
      text: textMap(ui, model, texts, given),
    };
    const louder = slider(ui, { trait: "loudness", label: ui.say("loudness"), range: [0.1, 10], log: true });
    ui.root.append(h("div", { class: "bp-attention" }, louder, ...looks.plane, ...looks.text));

    ui.watch(["mode"], () => {
      for (const [mode, nodes] of Object.entries(looks))
        for (const node of nodes) node.hidden = mode !== model.get("mode");
      louder.hidden = given && model.get("mode") === "text";
      ui.repaint();
    });
    ui.watch([...first.map(([name]) => name), "key"], () => {
      now = lookUp(setting(), keys, values);
      const { p, y, dz, dq, dk, loss } = now;
      const target = model.get("target");
      const j = model.get("key") - 1;
      const fate = verdict(now, target);
      const words = {
        y: short(y),
        target: number(target),
        loss: short(loss),
        j: LOW[j],
        v: values[j],
        dz: short(dz[j]),
        dq: both(dq),
        dk: both(dk[j]),
        size: short(Math.hypot(...dq)),
        q: both(model.get("query")),
        shares: p.map(inPercent).join(", "),
      };
      const way = Math.abs(dz[j]) < 5e-4 ? "rest" : dz[j] < 0 ? "rise" : "fall";
      ["told", way, "slopes", fate].forEach((key, k) => {
        said[k].textContent = ui.say(key, words);
      });
      said[3].classList.toggle("bp-alarm", fate === "hard");
      p.forEach((share, k) => {
        bars[k].style.width = 100 * share + "%";
        parts[k].textContent = inPercent(share);
      });
      answer.setAttribute("aria-label", ui.say("line", words));
      plane.setAttribute("aria-label", ui.say("plane", { ...words, said: said[3].textContent }));
      if (model.get("mode") === "plane") ui.announce(...[3, 0, 1].map((k) => said[k]));
      ui.repaint();
    });

    // An arrow from a point of the plane; a short one is left out, for its head would say more than its length.
    function arrow(pen, from, [x, y], dashes) {
      const [sx, sy] = scales();
      const a = [sx(from[0]), sy(from[1])];
      const b = [sx(from[0] + x), sy(from[1] + y)];
      const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
      if (length < 5) return;
      const [u, v] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
      const wing = (side) => [b[0] - 9 * u + side * 5 * v, b[1] - 9 * v - side * 5 * u];
      line(pen, [a, b], ui.colour("red"), 3.5, dashes);
      line(pen, [wing(1), b, wing(-1)], ui.colour("red"), 3.5);
    }

    function drawPlane(pen, width, height) {
      const [sx, sy] = scales();
      const query = model.get("query");
      const at = ([x, y]) => [sx(x), sy(y)];
      const j = model.get("key") - 1;
      pen.textBaseline = "middle";
      within(pen, [0, 0, width, height], () => {
        line(
          pen,
          [
            [0, sy(0)],
            [width, sy(0)],
          ],
          ui.colour("line"),
          1,
        );
        line(
          pen,
          [
            [sx(0), 0],
            [sx(0), height],
          ],
          ui.colour("line"),
          1,
        );
        keys.forEach((key, k) => line(pen, [at(query), at(key)], ui.colour("blue"), 0.5 + 11 * now.p[k]));
        keys.forEach((key, k) => {
          const [x, y] = at(key);
          marker(pen, "square", x, y, k === j ? 8 : 6, ui.colour("blue-text"), ui.colour("paper"));
          pen.font = ui.font(13, k === j ? "bold" : "");
          pen.fillStyle = ui.colour("blue-text");
          write(pen, `k${LOW[k]}: ${values[k]}`, x + (key[0] < 0 ? -14 : 14), y + 12, key[0] < 0 ? "right" : "left");
        });
        arrow(
          pen,
          keys[j],
          now.dk[j].map((v) => -rate * v),
          [6, 4],
        );
        arrow(
          pen,
          query,
          now.dq.map((v) => -rate * v),
          [],
        );
        const [x, y] = at(query);
        marker(pen, "circle", x, y, 9, ui.colour("orange-text"), ui.colour("paper"));
        pen.font = ui.font(14, "bold");
        pen.fillStyle = ui.colour("orange-text");
        write(pen, "q", x, y - 18, "center");
      });
    }

    // The values as weights on a line, and the answer where it balances.
    function drawLine(pen, width) {
      const sx = scale([0.5, 6.5], [0, width]);
      const target = model.get("target");
      const level = 36;
      pen.textBaseline = "middle";
      pen.font = ui.font(13);
      const mark = (value, up, colour) =>
        line(
          pen,
          [
            [sx(value), level - up],
            [sx(value), level + 10],
          ],
          ui.colour(colour),
          3,
        );
      line(
        pen,
        [
          [8, level],
          [width - 8, level],
        ],
        ui.colour("soft"),
        1,
      );
      values.forEach((v, k) => {
        marker(pen, "square", sx(v), level, 3 + 6 * Math.sqrt(now.p[k]), ui.colour("blue"));
        pen.fillStyle = ui.colour("soft");
        write(pen, String(v), sx(v), level + 19, "center");
      });
      mark(target, 10, "green");
      mark(now.y, 16, "ink");
      pen.fillStyle = ui.colour("ink");
      write(pen, ui.say("answer", { y: short(now.y) }), Math.max(52, sx(now.y)), 11, "center");
      // Beside the number of a value, not upon it.
      const aside = values.some((v) => Math.abs(sx(v) - sx(target)) < 12) ? -13 : 0;
      pen.fillStyle = ui.colour("green-text");
      write(pen, ui.say("wanted"), sx(target) + aside, level + 19, "center");
    }
    return ui.end;
  },
};
