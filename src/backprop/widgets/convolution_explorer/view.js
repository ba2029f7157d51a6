// The convolution explorer: drag a kernel over a picture; forward it gathers, backward it scatters to the same pixels.
import { button, choices, slider } from "../kit/controls.js";
import { drag } from "../kit/drag.js";
import { player } from "../kit/player.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { inside, number } from "../kit/words.js";
import { asPicture, dot, gather, pixels, places, readers, scatter, SIZE, weigh } from "./maths.js";
import { LEGIBLE, rule, short, tint, trio } from "./pictures.js";
import { STRINGS } from "./words.js";

// Pixels around the window within which a finger grabs it.
const REACH = 16;
const HALF = Math.floor(SIZE / 2);
// A sweep takes about so many steps where a picture has more places.
const STEPS = 60;
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const GRADIENTS = ["one", "ones", "all"];

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const facts = ui.facts;
    const images = Object.fromEntries(Object.entries(facts.pictures).map(([name, given]) => [name, asPicture(given)]));
    keepInAddress(ui, ["picture", "stride", "padding", "gradient"], (name, value) =>
      ({
        picture: () => value in images,
        stride: () => [1, 2, 3].includes(value),
        padding: () => [0, 1, 2].includes(value),
        gradient: () => GRADIENTS.includes(value),
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
    let over = -1; // the pixel under a mouse that only passes by
    let seen; // the pixel whose windows are lit, and these windows
    let lit;
    let swept = Infinity; // how many places have had their say

    const state = () => ({ x, y, dx, side, n, s, p, row, column, seen, lit });
    const { views, show, windowIn } = trio(ui, state);
    const [ofX, ofY, ofDx] = views;
    ofX.node.setAttribute("aria-label", ui.say("seeX"));

    const grid = (cells, text) =>
      h("div", {}, h("div", { class: "bp-name" }, text), h("div", { class: "bp-nine" }, ...cells));
    const taughtBy = h("span");
    const nine = (make) => Array.from({ length: SIZE * SIZE }, (_, k) => make(k));
    const under = nine(() => h("span", { class: "bp-paint" }));
    const sent = nine(() => h("span", { class: "bp-paint" }));
    const taught = nine(() => h("span", { class: "bp-paint" }));
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
    const sweep = player(ui, {
      label: (plays) => ui.say(plays ? "halt" : "sweep"),
      pace: 160,
      begin() {
        swept = 0;
        over = -1;
        ui.set({ seen: -1, ...(model.get("gradient") === "one" && { gradient: "ones" }) });
      },
      step() {
        swept = Math.min(n * n, swept + Math.ceil((n * n) / (n > LEGIBLE ? STEPS : n * n)));
        const at = swept - 1;
        const [r, c] = [Math.floor(at / n), at % n];
        if (r === row && c === column) update();
        else ui.set({ row: r, column: c });
        return swept < n * n;
      },
      ended() {
        swept = Infinity;
        update();
      },
    });
    ui.root.append(
      h(
        "div",
        { class: "bp-sliding" },
        h(
          "div",
          { class: "bp-top" },
          h("fieldset", {}, h("legend", {}, ui.say("kernels")), h("div", { class: "bp-row" }, ...presets)),
          pick("picture", "picture", ["toy", "digit", "photo"]),
        ),
        h(
          "div",
          { class: "bp-views" },
          ...views.map(({ box }) => box),
          h("div", { class: "bp-beside" }, pick("gradient", "gradient", GRADIENTS), sweep.button, ...sliders),
        ),
        h(
          "div",
          { class: "bp-sums" },
          grid(under, ui.say("patch")),
          grid(weights, "W"),
          grid(sent, ui.say("share")),
          grid(taught, taughtBy),
          facts1,
        ),
        told,
        h("div", { class: "bp-facts" }, gathered, scattered, facts2, facts3),
      ),
    );

    ui.watch(["picture", "stride", "padding", "gradient"], () => sweep.stop());
    ui.watch(["picture", "kernel", "stride", "padding", "row", "column", "gradient", "seen"], update);

    function update() {
      const W = model.get("kernel");
      const last = (name) => Math.min(n - 1, model.get(name));
      [s, p] = [model.get("stride"), model.get("padding")];
      x = images[model.get("picture")];
      side = Math.sqrt(x.length);
      n = places(side, s, p);
      [row, column] = [last("row"), last("column")];
      y = gather(x, side, W, s, p);
      const at = row * n + column;
      const coming = { all: (v) => v, ones: () => 1, one: (_, k) => +(k === at) }[model.get("gradient")];
      dy = y.map((v, k) => (k < swept ? coming(v, k) : 0));
      dx = scatter(dy, side, W, s, p);
      const dW = weigh(x, side, dy, s, p);
      const chosen = over < 0 ? model.get("seen") : over;
      seen = chosen < x.length ? chosen : -1;
      const [i, j] = seen < 0 ? [row, column].map((k) => k * s - p + HALF) : [Math.floor(seen / side), seen % side];
      lit = seen < 0 ? [] : readers(side, s, p, i, j);
      const here = pixels(side, s, p, row, column);
      const place = { r: row, c: column };
      here.forEach((i, k) => {
        under[k].textContent = i < 0 ? "0" : short(x[i]);
        sent[k].textContent = short(W[k] * dy[at]);
        taught[k].textContent = short(dW[k]);
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
      const count = readers(side, s, p, i, j).length;
      const sum = +W.reduce((a, b) => a + b).toFixed(6);
      const tail =
        model.get("gradient") === "one"
          ? ui.say("alone", place)
          : i >= 0 && j >= 0 && i < side && j < side
            ? ui.say(count > 1 ? "many" : "lone", { i, j, k: count })
            : "";
      told.textContent =
        seen < 0
          ? [
              ui.say("told", { ...place, v: short(y[at]), g: short(dy[at]) }),
              out ? ui.say("frame", { k: out }) : "",
              tail,
            ]
              .filter(Boolean)
              .join(" ")
          : ofPixel(i, j, W);
      facts1.textContent = ui.say(sum === 0 ? "change" : sum === 1 ? "keep" : "times", { s: short(sum) });
      facts2.textContent = ui.say("sides", { n: side, p, s, m: n });
      facts3.textContent = ui.say("adjoint", { a: number(dot(y, dy)), b: number(dot(x, dx)), c: number(dot(W, dW)) });
      const heard = model.get("gradient") === "one" ? 1 : Math.min(swept, n * n);
      taughtBy.textContent = ui.say("taught", { k: heard, m: n * n });
      ui.announce(told);

      const ofWeights = rule(dW);
      const shade = [show(ofX, x, side), show(ofY, y, n), show(ofDx, dx, side)];
      here.forEach((_, k) => {
        tint(under[k], shade[0](+under[k].textContent));
        tint(sent[k], shade[2](W[k] * dy[at]));
        tint(taught[k], ofWeights(dW[k]));
      });
      ofY.node.setAttribute("aria-label", ui.say("seeY", { told: ofY.range.textContent }));
      ofDx.node.setAttribute("aria-label", ui.say("seeDx", { told: ofDx.range.textContent }));
      ui.repaint();
    }

    // What one pixel gets, and from which outputs.
    function ofPixel(i, j, W) {
      const ys = lit.map(([r, c]) => `y[${r}, ${c}]`).join(ui.say("comma"));
      const sum = lit.map(([r, c, k]) => `${inside(short(W[k]))}·${inside(short(dy[r * n + c]))}`).join(" + ");
      const key = ["unseen", "seenOnce"][lit.length] ?? "seen";
      return ui.say(key, { i, j, ys, sum, v: short(dx[i * side + j]) });
    }

    const clamp = (k, count = n) => Math.max(0, Math.min(count - 1, k));
    const go = (r, c) => {
      sweep.stop();
      ui.set({ row: clamp(r), column: clamp(c), seen: -1 });
    };
    // The pixel under a pointer on dx.
    const pixelAt = ({ clientX, clientY }) => {
      const box = ofDx.node.getBoundingClientRect();
      const on = (part) => clamp(Math.floor(part * (side + 2 * p)) - p, side);
      return on((clientY - box.top) / box.height) * side + on((clientX - box.left) / box.width);
    };
    for (const { name, node } of [ofX, ofY]) {
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
    drag(ui, ofDx.node, (event) => ui.set({ seen: pixelAt(event) }));
    const pass = (pixel) => {
      if (pixel === over) return;
      over = pixel;
      update();
    };
    ui.listen(ofDx.node, "pointermove", (event) => event.pointerType === "mouse" && pass(pixelAt(event)));
    ui.listen(ofDx.node, "pointerleave", () => pass(-1));
    const keys = (node, move) =>
      ui.listen(node, "keydown", (event) => {
        const way = ARROWS[event.key];
        if (!way) return;
        event.preventDefault();
        move(...way.map((step) => (event.shiftKey ? 5 : 1) * step));
      });
    keys(ofX.node, (down, right) => go(row + down, column + right));
    keys(ofDx.node, (down, right) => {
      const [i, j] = seen < 0 ? [row, column].map((k) => k * s - p + HALF) : [Math.floor(seen / side), seen % side];
      ui.set({ seen: clamp(i + down, side) * side + clamp(j + right, side) });
    });
    return ui.end;
  },
};
