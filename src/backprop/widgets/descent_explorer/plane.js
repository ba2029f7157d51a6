// The plane of learning rate and momentum: which pair is fast and which diverges, by theorem or by measurement.
import { axes, canvas, line, ticks, within } from "../kit/draw.js";
import { handle } from "../kit/handle.js";
import { h } from "../kit/stage.js";
import { best, eigenvalues, LINEAR, limit, nearest, slowest } from "./diagnosis.js";
import { keptPicture, LOOKS, scales, sign } from "./map.js";
import { descend } from "./maths.js";

export const USES_BETA = ["Momentum", "Nesterov", "Adam"];

// The rule whose plane is shown: the first that has a β to turn, else the first.
export const leader = (rules) => rules.find((rule) => USES_BETA.includes(rule)) ?? rules[0];

// Whether a theorem says where this rule converges on this surface, and how fast.
export const proven = (surface, rule) => !!surface.lambdas && LINEAR.includes(rule);

// How far η goes in the plane: to a little above where the heavy ball ends near a minimum. The other rules take steps
// of about η, on maps a few units wide.
export function widest(surface, rule) {
  if (!LINEAR.includes(rule)) return 0.5;
  return 4.4 / Math.max(...surface.minima.map((w) => eigenvalues(surface.hessian(...w))[1]));
}

// How often the steps of the best pair are to be doubled to get those that a rate needs in the long run, 7.5 at most.
export function doublings(rate, least) {
  const steps = (r) => Math.max(1, -1 / Math.log(r));
  return rate < 1 ? Math.min(7.5, Math.log2(steps(rate) / steps(least))) : 7.5;
}

// The share of the excess loss that is left at the end of a path; NaN when it diverged or left the map.
export function share(surface, rule, setting) {
  const { points, losses } = descend(surface, rule, setting);
  if (points.length <= setting.steps) return NaN;
  const floor = surface.f(...nearest(surface, points.at(-1)));
  return Math.max(0, (losses.at(-1) - floor) / (losses[0] - floor));
}

// The cells that are measured, in an order that strews them over the plane.
const COLUMNS = 36;
const ROWS = 24;
const COUNT = COLUMNS * ROWS;
const cell = (k) => [(k * 523) % COLUMNS, Math.floor(((k * 523) % COUNT) / COLUMNS)];

// The canvas with the plane of what `state` holds: surface, its name and shape as `key`, rules, lr, beta, start, steps.
// `move(lr, beta)` is told what the hand chose.
export function ratePlane(ui, state, move) {
  const picture = keptPicture(ui);
  const node = canvas(ui, { ratio: "4 / 3", draw, role: "application", tabindex: 0 });
  const frame = () => [34, 24, node.clientWidth - 12, node.clientHeight - 22];
  // Which rule is shown, how far, its best pair if a theorem knows it, and the scales.
  function view() {
    const { surface } = state;
    const rule = leader(state.rules);
    const top = widest(surface, rule);
    const star = proven(surface, rule) && best(rule, surface.lambdas);
    return { rule, top, star, ...scales([0, top, 0, 1], frame()) };
  }
  const place = () => {
    const { sx, sy, top } = view();
    return [sx(Math.min(state.lr, top)), sy(state.beta)];
  };
  const moveTo = (lr, beta) =>
    move(Math.min(10, Math.max(1e-4, +lr.toPrecision(4))), Math.min(0.99, Math.max(0, +beta.toFixed(3))));
  handle(ui, node, {
    place,
    follow(x, y) {
      const { sx, sy, wx, wy, star } = view();
      // The best pair is a single point, which no hand meets: the handle clicks into it.
      if (star && Math.hypot(x - sx(star.lr), y - sy(star.beta)) < 8) move(star.lr, star.beta);
      else moveTo(wx(x), wy(y));
    },
    nudge: ([across, up]) => moveTo(state.lr + (across * view().top) / 220, state.beta + up / 100),
  });

  // A picture with a pixel for each cell that was measured so far.
  let measured = {};
  function measure(rule, top) {
    const { surface, start, steps } = state;
    const key = [state.key, rule, start, steps, ui.dark].join();
    if (measured.key !== key) measured = { key, count: 0, image: h("canvas", { width: COLUMNS, height: ROWS }) };
    const pen = measured.image.getContext("2d");
    // Four milliseconds a frame, so that no hand is kept waiting.
    const until = performance.now() + 4;
    for (; measured.count < COUNT && performance.now() < until; measured.count++) {
      const [i, j] = cell(measured.count);
      const setting = { lr: ((i + 0.5) * top) / COLUMNS, beta: 1 - (j + 0.5) / ROWS, start, steps };
      const left = share(surface, rule, setting);
      pen.fillStyle = ui.colour(left <= 1 ? "low" : "red");
      pen.globalAlpha = left <= 1 ? Math.sqrt(Math.min(1, -Math.log10(left) / 8)) : 0.25;
      pen.fillRect(i, j, 1, 1);
    }
    if (measured.count < COUNT) ui.repaint();
    return measured.image;
  }

  function draw(pen) {
    const { surface, rules } = state;
    const { rule, top, star, sx, sy } = view();
    axes(
      ui,
      pen,
      frame(),
      { scale: sx, ticks: ticks(0, top, 5), title: "η" },
      { scale: sy, ticks: ticks(0, 1, 5), title: "β" },
    );
    const edge = (name) =>
      Array.from({ length: 41 }, (_, k) => [sx(limit(name, surface.lambdas[1], k / 40)), sy(k / 40)]);
    const [left, up, right, down] = frame();
    within(pen, frame(), () => {
      if (star) {
        const f = (x, y) => doublings(slowest(rule, surface.lambdas, x, y), star.rate);
        picture(pen, state.key + rule, { f, domain: [0, top, 0, 1], bands: 8 }, frame());
        pen.beginPath();
        for (const [x, y] of [...edge(rule), [right, up], [right, down]]) pen.lineTo(x, y);
        pen.fillStyle = ui.colour("red");
        pen.globalAlpha = 0.25;
        pen.fill();
        pen.globalAlpha = 1;
      } else {
        pen.imageSmoothingEnabled = false;
        pen.drawImage(measure(rule, top), left, up, right - left, down - up);
      }
      if (!surface.lambdas) return;
      for (const name of rules.filter((each) => LINEAR.includes(each))) {
        const [colour, dashes] = LOOKS[name];
        line(pen, edge(name), ui.colour("paper"), 4);
        line(pen, edge(name), ui.colour(colour), 2, dashes);
      }
    });
    if (star) sign(ui, pen, "star", [sx(star.lr), sy(star.beta)]);
    sign(ui, pen, "ring", place());
  }
  return node;
}
