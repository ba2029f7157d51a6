// The convolution explorer: drag a kernel over a picture; forward it gathers, backward it scatters to the same pixels.
import { button, choices, slider } from "../kit/controls.js";
import { drag } from "../kit/drag.js";
import { canvas } from "../kit/draw.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { minus, number } from "../kit/words.js";
import { dot, gather, pixels, places, scatter, SIZE, unpack, windows } from "./maths.js";
import { STRINGS } from "./words.js";

// Pixels around the window within which a finger grabs it.
const REACH = 16;
const HALF = Math.floor(SIZE / 2);
// At most two decimals, fewer for a larger number.
const short = (v) => minus(+v.toFixed(Math.abs(v) < 10 ? 2 : Math.abs(v) < 100 ? 1 : 0));

function tint(cell, level) {
  cell.style.background = `rgb(${level},${level},${level})`;
  cell.style.color = level > 117 ? "#000" : "#fff";
}

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const facts = ui.facts;
    const images = Object.fromEntries(Object.entries(facts.pictures).map(([name, text]) => [name, unpack(text)]));
    keepInAddress(ui, ["picture", "stride", "padding", "gradient"], (name, value) =>
      ({
        picture: () => value in images,
        stride: () => [1, 2, 3].includes(value),
        padding: () => [0, 1, 2].includes(value),
        gradient: () => ["one", "all"].includes(value),
      })[name](),
    );
    let x;
    let y;
    let dy;
    let dx;
    let side;
    let n;
    let s;
    let p;
    let row;
    let column;

    // Three pictures, each with its title and what black and white stand for.
    const views = ["x", "y", "dx"].map((name) => {
      const title = h("div", { class: "bp-name" });
      const range = h("p", { class: "bp-name" });
      const node = canvas(ui, {
        label: "",
        ratio: "1",
        class: "bp-view",
        draw: (pen, width) => paint(name, pen, width),
        ...(name === "x" ? { tabindex: 0, role: "application" } : {}),
      });
      return {
        name,
        title,
        range,
        node,
        box: h("div", {}, title, node, range),
        film: document.createElement("canvas"),
      };
    });
    const [ofX, ofY, ofDx] = views;
    ofX.node.setAttribute("aria-label", ui.say("seeX"));

    const grid = (cells, text) =>
      h("div", {}, h("div", { class: "bp-name" }, text), h("div", { class: "bp-nine" }, ...cells));
    const nine = (make) => Array.from({ length: SIZE * SIZE }, (_, k) => make(k));
    const under = nine(() => h("span", { class: "bp-paint" }));
    const sent = nine(() => h("span", { class: "bp-paint" }));
    const weights = nine((k) =>
      h("input", {
        type: "number",
        step: 0.1,
        min: -facts.largest,
        max: facts.largest,
        "aria-label": ui.say("weight", { row: Math.floor(k / SIZE), column: k % SIZE }),
      }),
    );
    weights.forEach((input, k) =>
      ui.listen(input, "input", () => {
        const value = input.valueAsNumber;
        const fine = Math.abs(value) <= facts.largest;
        input.setAttribute("aria-invalid", !fine);
        if (fine) ui.set({ kernel: model.get("kernel").map((old, i) => (i === k ? value : old)) });
      }),
    );
    const refill = (input, k) => {
      input.value = +model.get("kernel")[k].toFixed(3);
      input.removeAttribute("aria-invalid");
    };
    weights.forEach((input, k) => ui.listen(input, "blur", () => refill(input, k)));
    const presets = Object.keys(facts.kernels).map((name) =>
      button(ui, ui.say(name), () => ui.set({ kernel: facts.kernels[name] })),
    );
    const gathered = h("output");
    const scattered = h("output");
    const told = h("p", { class: "bp-told" });
    const facts1 = h("p");
    const facts2 = h("p");
    const facts3 = h("p");
    const pick = (trait, label, values) =>
      choices(ui, { trait, label: ui.say(label), options: values.map((value) => ({ value, label: ui.say(value) })) });
    const sliders = [
      ["stride", 1, 3],
      ["padding", 0, 2],
    ].map(([trait, from, to]) => slider(ui, { trait, label: ui.say(trait), range: [from, to], step: 1 }));
    ui.root.append(
      h(
        "div",
        { class: "bp-sliding" },
        h(
          "div",
          { class: "bp-views" },
          ...views.map(({ box }) => box),
          h("div", { class: "bp-facts" }, gathered, scattered, facts2, facts3),
        ),
        h(
          "div",
          { class: "bp-sums" },
          grid(under, ui.say("patch")),
          grid(weights, "W"),
          grid(sent, ui.say("share")),
          facts1,
        ),
        told,
        h(
          "div",
          { class: "bp-knobs" },
          h("fieldset", {}, h("legend", {}, ui.say("kernels")), h("div", { class: "bp-row" }, ...presets)),
          pick("gradient", "gradient", ["one", "all"]),
          pick("picture", "picture", ["photo", "digit"]),
          ...sliders,
        ),
      ),
    );

    ui.watch(["picture", "kernel", "stride", "padding", "row", "column", "gradient"], () => {
      const W = model.get("kernel");
      const last = (name) => Math.min(n - 1, model.get(name));
      [s, p] = [model.get("stride"), model.get("padding")];
      x = images[model.get("picture")];
      side = Math.sqrt(x.length);
      n = places(side, s, p);
      [row, column] = [last("row"), last("column")];
      y = gather(x, side, W, s, p);
      dy = model.get("gradient") === "all" ? y : y.map((_, k) => +(k === row * n + column));
      dx = scatter(dy, side, W, s, p);

      const at = row * n + column;
      const here = pixels(side, s, p, row, column);
      const place = { r: row, c: column };
      here.forEach((i, k) => {
        under[k].textContent = i < 0 ? "0" : short(x[i]);
        sent[k].textContent = short(W[k] * dy[at]);
        for (const cell of [under[k], sent[k]]) cell.classList.toggle("bp-out", i < 0);
        if (document.activeElement !== weights[k]) refill(weights[k], k);
      });
      presets.forEach((node, k) =>
        node.setAttribute(
          "aria-pressed",
          Object.values(facts.kernels)[k].every((v, i) => v === W[i]),
        ),
      );
      gathered.value = ui.say("gathered", { ...place, v: short(y[at]) });
      scattered.value = ui.say("scattered", { ...place, v: short(dy[at]) });

      const out = here.filter((i) => i < 0).length;
      const [i, j] = [row, column].map((k) => k * s - p + HALF);
      const count = windows(side, s, p, i, j);
      const sum = +W.reduce((a, b) => a + b).toFixed(6);
      const tail =
        model.get("gradient") === "one"
          ? ui.say("alone", place)
          : i >= 0 && j >= 0 && i < side && j < side
            ? ui.say(count > 1 ? "many" : "lone", { i, j, k: count })
            : "";
      told.textContent = [
        ui.say("told", { ...place, v: short(y[at]), g: short(dy[at]) }),
        out ? ui.say("frame", { k: out }) : "",
        tail,
      ]
        .filter(Boolean)
        .join(" ");
      facts1.textContent = ui.say(sum === 0 ? "change" : sum === 1 ? "keep" : "times", { s: short(sum) });
      facts2.textContent = ui.say("sides", { n: side, p, s, m: n });
      facts3.textContent = ui.say("adjoint", { a: number(dot(y, dy)), b: number(dot(x, dx)) });
      ui.announce(told);

      const shade = [show(ofX, x, side), show(ofY, y, n), show(ofDx, dx, side)];
      here.forEach((_, k) => {
        tint(under[k], shade[0](+under[k].textContent));
        tint(sent[k], shade[2](W[k] * dy[at]));
      });
      ofY.node.setAttribute("aria-label", ui.say("seeY", { told: ofY.range.textContent }));
      ofDx.node.setAttribute("aria-label", ui.say("seeDx", { told: ofDx.range.textContent }));
      ui.repaint();
    });

    // Grey from the least number to the largest, with 0 among them. Answers with the rule.
    function show({ name, title, range, film }, values, width) {
      const low = Math.min(0, ...values);
      const high = Math.max(low ? 0 : 1e-9, ...values);
      const pen = film.getContext("2d");
      const grey = (v) => Math.max(0, Math.min(255, Math.round((255 * (v - low)) / (high - low))));
      title.textContent = ui.say(name, { n: width });
      range.textContent = ui.say("range", { low: short(low), high: short(high) });
      film.width = film.height = width;
      const data = pen.createImageData(width, width);
      values.forEach((v, k) => data.data.set([...Array(3).fill(grey(v)), 255], 4 * k));
      pen.putImageData(data, 0, 0);
      return grey;
    }

    // Where the window stands in a picture: over one entry of y, over a patch of the others.
    const windowIn = (name, width) => {
      const [cells, step, span] = name === "y" ? [n, 1, 1] : [side + 2 * p, s, SIZE];
      const cell = width / cells;
      return { cell, left: column * step * cell, top: row * step * cell, size: span * cell };
    };

    // x and dx stand inside the frame of zeros, so that the window has the same place in both.
    function paint(name, pen, width) {
      const { film } = views.find((view) => view.name === name);
      const frame = name === "y" ? 0 : p;
      const { cell, left, top, size } = windowIn(name, width);
      pen.imageSmoothingEnabled = false;
      pen.fillStyle = ui.colour("fill");
      pen.fillRect(0, 0, width, width);
      pen.drawImage(film, frame * cell, frame * cell, film.width * cell, film.width * cell);
      for (const [line, colour] of [
        [4, "#fff"],
        [2, name === "dx" ? "#b4530a" : "#1f6cb0"],
      ]) {
        pen.lineWidth = line;
        pen.strokeStyle = colour;
        pen.strokeRect(left - 2, top - 2, size + 4, size + 4);
      }
    }

    const clamp = (k) => Math.max(0, Math.min(n - 1, k));
    const go = (r, c) => ui.set({ row: clamp(r), column: clamp(c) });
    for (const { name, node } of views) {
      const point = ({ clientX, clientY }) => {
        const box = node.getBoundingClientRect();
        const on = (at, from, size) => {
          const part = (at - from) / size;
          return name === "y" ? Math.floor(part * n) : Math.round((part * (side + 2 * p) - SIZE / 2) / s);
        };
        go(on(clientY, box.top, box.height), on(clientX, box.left, box.width));
      };
      // A finger grabs the window within its reach; from anywhere else it scrolls the page, or drags sideways.
      const grabs = ({ offsetX, offsetY }) => {
        const { left, top, size } = windowIn(name, node.clientWidth);
        return Math.max(Math.abs(offsetX - left - size / 2), Math.abs(offsetY - top - size / 2)) < size / 2 + REACH;
      };
      drag(ui, node, point, { grabs });
    }
    ui.listen(ofX.node, "keydown", (event) => {
      const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      const far = event.shiftKey ? 5 : 1;
      if (!way) return;
      event.preventDefault();
      go(row + far * way[0], column + far * way[1]);
    });
    return ui.end;
  },
};
