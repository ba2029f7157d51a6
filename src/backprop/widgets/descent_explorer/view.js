// The descent explorer: choose a start on a map of the loss and see at once where every optimizer goes, and why.
import { button, choices, slider } from "../kit/controls.js";
import { axes, canvas, line, marker, scale, swatch, ticks, within } from "../kit/draw.js";
import { player } from "../kit/player.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { best, diagnose } from "./diagnosis.js";
import { DASHES, LOOKS, lossMap } from "./map.js";
import { descend, OPTIMIZERS, shaped, surfacesFrom } from "./maths.js";
import { leader, proven, ratePlane, USES_BETA } from "./plane.js";
import { STRINGS } from "./words.js";

const LIMITS = { SGD: "2/λ", Momentum: "2(1 + β)/λ", Nesterov: "2(1 + β)/(1 + 2β)/λ" };
const BOUNDS = { learning_rate: [1e-4, 10], momentum: [0, 0.99], steps: [1, 500], kappa: [1, 1000], angle: [0, 90] };
const TRAITS = ["surface", "optimizer", "start", ...Object.keys(BOUNDS)];

// A number that may be a factor per step: close to 1, where three digits would say "1", it has two digits of the rest.
const factor = (rate) => {
  const decimals = Math.ceil(1 - Math.log10(Math.abs(1 - rate)));
  return decimals > 3 && decimals < 16 ? `${+rate.toFixed(decimals)}` : number(rate);
};

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const surfaces = surfacesFrom(ui.facts);
    const preset = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
    keepInAddress(ui, TRAITS, (name, value) =>
      name === "surface"
        ? Object.hasOwn(surfaces, value)
        : name === "optimizer"
          ? value.length && value.every((rule, k) => Object.hasOwn(OPTIMIZERS, rule) && value.indexOf(rule) === k)
          : name === "start"
            ? value.length === 2 && value.every((v) => Math.abs(v) <= 9)
            : value >= BOUNDS[name][0] && value <= BOUNDS[name][1] && (name !== "steps" || value % 1 === 0),
    );

    // `shown` is the step up to which paths are drawn; Infinity draws all of them.
    let longest;
    let shown = Infinity;
    const state = { until: ({ points }) => Math.min(shown, points.length - 1) };
    const map = lossMap(ui, state, (start) => {
      if (!play.plays()) shown = Infinity;
      ui.set({ start });
    });
    const plane = ratePlane(ui, state, (learning_rate, momentum) => ui.set({ learning_rate, momentum }));
    const momentum = slider(ui, { trait: "momentum", label: ui.say("momentum"), range: BOUNDS.momentum });
    const play = player(ui, {
      label: (plays) => ui.say(plays ? "pause" : "play"),
      // Who asked for less motion sees ten pictures one after the other.
      pace: ui.calm ? 800 : 50,
      begin: () => show(shown < longest ? shown : 0),
      step() {
        show(shown + Math.ceil(longest / (ui.calm ? 10 : 150)));
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
    const legend = h("small");
    const whose = h("b");
    const names = ["flat", "steep"].flatMap((name, i) => [" ", swatch("ink", DASHES[i]), " ", ui.say(name)]);
    const parts = h("small", {}, whose, ...names);
    // In the order of a narrow screen.
    const areas = {
      surface: choices(ui, {
        trait: "surface",
        label: ui.say("surface"),
        options: Object.keys(surfaces).map((value) => ({ value, label: ui.say(value) })),
        also: (value) => ({ start: surfaces[value].start, learning_rate: surfaces[value].lr }),
      }),
      map,
      plane: [plane, legend],
      knobs: [
        slider(ui, { trait: "learning_rate", label: ui.say("rate"), range: BOUNDS.learning_rate, log: true }),
        momentum,
      ],
      said,
      loss: [parts, canvas(ui, { label: ui.say("curve"), ratio: "var(--bp-flat)", draw: drawCurve })],
      play: h(
        "div",
        { class: "bp-row" },
        play.button,
        press("step", () => show(shown < longest ? shown + 1 : 0)),
        press("reset", () => {
          ui.set(preset);
          show(Infinity);
        }),
      ),
      valley: [
        slider(ui, { trait: "kappa", label: ui.say("kappa"), range: BOUNDS.kappa, log: true }),
        slider(ui, { trait: "angle", label: ui.say("angle"), range: BOUNDS.angle, step: 1 }),
      ],
      rules: choices(ui, {
        trait: "optimizer",
        label: ui.say("rules"),
        many: true,
        options: Object.keys(OPTIMIZERS).map((value) => ({ value, label: value, mark: swatch(...LOOKS[value]) })),
      }),
    };
    for (const [name, nodes] of Object.entries(areas)) {
      areas[name] = h("div", { style: "grid-area:" + name, class: "bp-" + name }, ...[nodes].flat());
    }
    ui.root.append(h("div", { class: "bp-descent" }, ...Object.values(areas)));

    ui.watch(TRAITS, () => {
      const [name, rules, start, lr, beta, steps, kappa, angle] = TRAITS.map((trait) => model.get(trait));
      const setting = { lr, beta, start, steps };
      const surface = shaped(surfaces, name, kappa, angle);
      const runs = rules.map((rule) => {
        const run = descend(surface, rule, setting);
        return { rule, ...run, ...diagnose(surface, rule, setting, run) };
      });
      Object.assign(state, { surface, key: [name, kappa, angle].join(), rules, runs, ...setting });
      longest = Math.max(...runs.map((run) => run.points.length - 1));
      map.setAttribute("aria-label", ui.say("map", { x: number(start[0]), y: number(start[1]) }));
      plane.setAttribute("aria-label", ui.say("plane", { rate: number(lr), beta: number(beta) }));
      const rule = leader(rules);
      momentum.classList.toggle("bp-off", !USES_BETA.includes(rule));
      whose.textContent = rule;
      legend.textContent = proven(surface, rule)
        ? ui.say("proven", { rule, best: factor(best(rule, surface.lambdas).rate) })
        : ui.say("measured", { rule, steps });
      areas.valley.hidden = name !== "ravine";
      parts.hidden = !surface.split;
      show(shown);
    });

    function show(t) {
      shown = t;
      said.replaceChildren(
        ...state.runs.map((run) => {
          const k = state.until(run);
          const [x, y] = run.points[k].map((v) => number(v));
          const { rule, what, why, left, where } = run;
          const values = { formula: LIMITS[rule] };
          for (const [key, value] of Object.entries(run)) if (typeof value === "number") values[key] = factor(value);
          values.left = ui.say("percent", { p: left < 0.001 ? "< 0.1" : number(100 * left) });
          const words = [what, why];
          if (where) {
            values.where = ui.say(where);
            if (run.rate < 1) words.push("share");
          }
          return h(
            "li",
            {},
            swatch(...LOOKS[rule]),
            h("b", {}, rule),
            " ",
            words.map((word) => ui.say(word, values)).join(""),
            h("small", {}, ui.say("line", { t: k, x, y, loss: number(run.losses[k]) })),
          );
        }),
      );
      const parts = [...said.children].flatMap((item) => [...item.childNodes]).map((node) => node.textContent.trim());
      if (!play.plays()) ui.announce(parts.filter(Boolean).join(" "));
      ui.repaint();
    }

    function drawCurve(pen, width, height) {
      const { runs, surface, steps, until } = state;
      const frame = [54, 26, width - 14, height - 22];
      const [left, top, right, bottom] = frame;
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
      // What falls below the axis leaves the picture; its marker waits at the edge.
      const trace = (losses, ...look) => {
        const at = losses.filter((loss) => loss >= 0).map((loss, t) => [sx(t), sy(Math.max(loss, low * 1e-9))]);
        within(pen, [0, 0, width, bottom], () => line(pen, at, ...look));
        return at;
      };
      // On a quadratic the loss is the sum of two, each with a rate of its own.
      if (surface.split) {
        const { points } = runs.find(({ rule }) => rule === leader(state.rules));
        for (const [i, dashes] of DASHES.entries()) {
          const part = points.map((w) => surface.split(...w)[i]);
          trace(part, ui.colour("ink"), 1, dashes);
        }
      }
      for (const run of runs) {
        const [colour, dashes, shape] = LOOKS[run.rule];
        const paint = ui.colour(colour);
        const at = trace(run.losses, paint, 2, dashes);
        const [x, y] = at[until(run)] ?? at.at(-1);
        marker(pen, shape, x, Math.min(y, bottom), 5, paint, ui.colour("paper"));
      }
    }
    return ui.end;
  },
};
