// The descent explorer: choose a start on a map of the loss and see at once where every optimizer goes, and why.
import { button, choices, slider } from "../kit/controls.js";
import { axes, canvas, line, marker, scale, swatch, ticks } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { diagnose } from "./diagnosis.js";
import { levelMap } from "./map.js";
import { descend, OPTIMIZERS, surfacesFrom } from "./maths.js";
import { STRINGS } from "./words.js";

// Every optimizer has its colour, its dashes and its marker: none is known by colour alone.
const LOOKS = {
  SGD: ["red", [], "circle"],
  Momentum: ["orange", [7, 3], "square"],
  Nesterov: ["purple", [2, 3], "triangle"],
  AdaGrad: ["grey", [9, 3, 2, 3], "diamond"],
  RMSProp: ["green", [4, 4], "plus"],
  Adam: ["blue", [12, 4], "cross"],
};
const LIMITS = { SGD: "2/λ", Momentum: "2(1 + β)/λ", Nesterov: "2(1 + β)/(1 + 2β)/λ" };
const BOUNDS = { learning_rate: [1e-4, 10], momentum: [0, 0.99], steps: [1, 500] };
const USES_BETA = ["Momentum", "Nesterov", "Adam"];
const TRAITS = ["surface", "optimizer", "learning_rate", "momentum", "start", "steps"];

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const surfaces = surfacesFrom(ui.facts);
    const preset = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
    const fits = (value, [from, to]) => value >= from && value <= to;
    keepInAddress(ui, TRAITS, (name, value) =>
      name === "surface"
        ? Object.hasOwn(surfaces, value)
        : name === "optimizer"
          ? value.length && value.every((rule, k) => Object.hasOwn(OPTIMIZERS, rule) && value.indexOf(rule) === k)
          : name === "start"
            ? value.length === 2 && value.every((v) => fits(v, [-9, 9]))
            : fits(value, BOUNDS[name]) && (name !== "steps" || value % 1 === 0),
    );

    // `shown` is the step up to which paths are drawn; Infinity draws all of them.
    let surface;
    let runs;
    let longest;
    let shown = Infinity;
    let bitmap = {};
    const until = ({ points }) => Math.min(shown, points.length - 1);
    const area = (name, ...nodes) => h("div", { style: "grid-area:" + name, class: "bp-" + name }, ...nodes);
    const map = canvas(ui, { ratio: "3 / 2", draw: drawMap, role: "application", tabindex: 0 });
    const momentum = slider(ui, { trait: "momentum", label: ui.say("momentum"), range: BOUNDS.momentum });
    const play = player(ui, {
      label: (plays) => ui.say(plays ? "pause" : "play"),
      pace: 50,
      begin() {
        if (ui.calm) show(Infinity);
        else show(shown < longest ? shown : 0);
        return !ui.calm;
      },
      step() {
        show(shown + Math.ceil(longest / 150));
        return shown < longest;
      },
      ended: () => show(shown < longest ? shown : Infinity),
    });
    const press = (key, act) =>
      button(ui, ui.say(key), () => {
        play.stop();
        act();
      });
    const said = h("ul");
    ui.root.append(
      h(
        "div",
        { class: "bp-descent" },
        area(
          "surface",
          choices(ui, {
            trait: "surface",
            label: ui.say("surface"),
            options: Object.keys(surfaces).map((value) => ({ value, label: ui.say(value) })),
            also: (value) => ({ start: surfaces[value].start, learning_rate: surfaces[value].lr }),
          }),
        ),
        area("map", map),
        area(
          "knobs",
          slider(ui, { trait: "learning_rate", label: ui.say("rate"), range: BOUNDS.learning_rate, log: true }),
          momentum,
        ),
        area(
          "rules",
          choices(ui, {
            trait: "optimizer",
            label: ui.say("rules"),
            many: true,
            options: Object.keys(OPTIMIZERS).map((value) => ({ value, label: value, mark: swatch(...LOOKS[value]) })),
          }),
        ),
        area(
          "play",
          h(
            "div",
            { class: "bp-row" },
            play.button,
            press("step", () => show(shown < longest ? shown + 1 : 0)),
            press("reset", () => {
              ui.set(preset);
              show(Infinity);
            }),
          ),
        ),
        area("loss", canvas(ui, { label: ui.say("curve"), ratio: "var(--bp-flat)", draw: drawCurve })),
        area("said", said),
      ),
    );

    ui.watch(TRAITS, () => {
      const [name, rules, lr, beta, begin, steps] = TRAITS.map((trait) => model.get(trait));
      const setting = { lr, beta, start: begin, steps };
      surface = surfaces[name];
      runs = rules.map((rule) => {
        const run = descend(surface, rule, setting);
        return { rule, ...run, ...diagnose(surface, rule, setting, run) };
      });
      longest = Math.max(...runs.map((run) => run.points.length - 1));
      momentum.classList.toggle("bp-off", !rules.some((rule) => USES_BETA.includes(rule)));
      map.setAttribute("aria-label", ui.say("map", { x: number(begin[0]), y: number(begin[1]) }));
      show(shown);
    });

    function show(t) {
      shown = t;
      said.replaceChildren(
        ...runs.map((run) => {
          const k = until(run);
          const [x, y] = run.points[k].map((v) => number(v));
          const { rule, what, why, left } = run;
          const values = { formula: LIMITS[rule] };
          for (const [key, value] of Object.entries(run)) if (typeof value === "number") values[key] = number(value);
          values.left = left < 0.001 ? "< 0.1 %" : number(100 * left) + " %";
          return h(
            "li",
            {},
            swatch(...LOOKS[rule]),
            h("b", {}, rule),
            " ",
            ui.say(what, values) + ui.say(why, values),
            h("small", {}, ui.say("line", { t: k, x, y, loss: number(run.losses[k]) })),
          );
        }),
      );
      const parts = [...said.children].flatMap((item) => [...item.childNodes]).map((node) => node.textContent.trim());
      if (!play.plays()) ui.announce(parts.filter(Boolean).join(" "));
      ui.repaint();
    }

    // The start follows mouse and pen anywhere on the map; a finger scrolls the page unless it begins on the handle.
    const scales = (back) => {
      const [x0, x1, y0, y1] = surface.domain;
      const sides = [
        [
          [x0, x1],
          [0, map.clientWidth],
        ],
        [
          [y0, y1],
          [map.clientHeight, 0],
        ],
      ];
      return sides.map((pair) => scale(...(back ? pair.reverse() : pair)));
    };
    const moveTo = (...w) => {
      const { domain } = surface;
      if (!play.plays()) shown = Infinity;
      ui.set({ start: w.map((v, i) => +Math.min(domain[2 * i + 1], Math.max(domain[2 * i], v)).toFixed(3)) });
    };
    const follow = ({ offsetX, offsetY }) => {
      const [wx, wy] = scales(true);
      moveTo(wx(offsetX), wy(offsetY));
    };
    let dragging = false;
    ui.listen(map, "pointerdown", (event) => {
      const [sx, sy] = scales();
      const [x, y] = model.get("start");
      const away = Math.hypot(event.offsetX - sx(x), event.offsetY - sy(y));
      if (event.button || (event.pointerType === "touch" && away > 32)) return;
      dragging = true;
      map.setPointerCapture(event.pointerId);
      follow(event);
    });
    ui.listen(map, "touchstart", (event) => dragging && event.preventDefault());
    ui.listen(map, "pointermove", (event) => dragging && follow(event));
    ui.listen(map, "lostpointercapture", () => {
      dragging = false;
    });
    ui.listen(map, "click", follow);
    ui.listen(map, "keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const [from, to] = surface.domain;
      const step = ((to - from) / 120) * (event.shiftKey ? 5 : 1);
      moveTo(...model.get("start").map((v, i) => v + way[i] * step));
    });

    function drawMap(pen, width, height) {
      const key = [model.get("surface"), ui.dark, width, height, devicePixelRatio].join();
      if (bitmap.key !== key) bitmap = { key, image: levelMap(ui, surface, width, height) };
      pen.drawImage(bitmap.image, 0, 0, width, height);
      const [sx, sy] = scales();
      const [left, right, bottom, top] = surface.domain;
      axes(
        ui,
        pen,
        [0, 0, width, height],
        { scale: sx, ticks: ticks(left, right, 6), title: "w₁" },
        { scale: sy, ticks: ticks(bottom, top, 4), title: "w₂" },
        true,
      );
      for (const [x, y] of surface.minima) marker(pen, "star", sx(x), sy(y), 7, ui.colour("ink"), ui.colour("paper"));
      for (const run of runs) {
        const [colour, dashes, shape] = LOOKS[run.rule];
        const paint = ui.colour(colour);
        const last = until(run);
        const at = run.points.slice(0, last + 1).map(([x, y]) => [sx(x), sy(y)]);
        line(pen, at, ui.colour("paper"), 4, []);
        line(pen, at, paint, 2, dashes);
        let seen = at[0];
        for (const point of at.slice(0, -1)) {
          if (Math.hypot(point[0] - seen[0], point[1] - seen[1]) < 8) continue;
          seen = point;
          marker(pen, shape, ...point, 3, paint);
        }
        marker(pen, shape, ...at[last], 6, paint, ui.colour("paper"));
      }
      const [x, y] = model.get("start");
      marker(pen, "ring", sx(x), sy(y), 10, ui.colour("ink"), ui.colour("paper"));
    }

    function drawCurve(pen, width, height) {
      const frame = [54, 26, width - 14, height - 22];
      const [left, top, right, bottom] = frame;
      const steps = model.get("steps");
      const heights = runs.flatMap((run) => run.losses).filter((loss) => loss > 0);
      const most = Math.max(...heights, 1e-9);
      const high = 10 ** Math.ceil(Math.log10(most));
      const low = 10 ** Math.floor(Math.log10(Math.max(Math.min(...heights, high / 2), high * 1e-14)));
      const sx = scale([0, steps], [left, right]);
      const sy = scale([low, high], [bottom, top], true);
      axes(
        ui,
        pen,
        frame,
        { scale: sx, ticks: ticks(0, steps, 6), title: ui.say("steps") },
        { scale: sy, ticks: ticks(low, high, 6, true), title: ui.say("loss") },
      );
      for (const run of runs) {
        const [colour, dashes, shape] = LOOKS[run.rule];
        const paint = ui.colour(colour);
        const at = run.losses.filter((loss) => loss >= 0).map((loss, t) => [sx(t), sy(Math.max(loss, low * 1e-9))]);
        // What falls below the axis leaves the picture; its marker waits at the edge.
        pen.save();
        pen.beginPath();
        pen.rect(0, 0, width, bottom);
        pen.clip();
        line(pen, at, paint, 2, dashes);
        pen.restore();
        const [x, y] = at[until(run)] ?? at.at(-1);
        marker(pen, shape, x, Math.min(y, bottom), 5, paint, ui.colour("paper"));
      }
    }
    return ui.end;
  },
};
