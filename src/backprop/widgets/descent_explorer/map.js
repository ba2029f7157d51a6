// The map of a loss: shades by height with level lines, the paths, and the start that a hand moves.
import { axes, canvas, line, marker, scale, ticks } from "../kit/draw.js";
import { handle } from "../kit/handle.js";
import { onAxis, turned } from "./maths.js";

// Every optimizer has its colour, its dashes and its marker: none is known by colour alone.
export const LOOKS = {
  SGD: ["red", [], "circle"],
  Momentum: ["orange", [7, 3], "square"],
  Nesterov: ["purple", [2, 3], "triangle"],
  AdaGrad: ["grey", [9, 3, 2, 3], "diamond"],
  RMSProp: ["green", [4, 4], "plus"],
  Adam: ["blue", [12, 4], "cross"],
};
// The flat and the steep eigendirection.
export const DASHES = [
  [10, 4],
  [2, 3],
];

// A function of the plane as a picture: shaded by height, from 0 to `bands`, with a smooth line at every whole one.
// Without `bands` the height is logarithmic, from 0 at the lowest value to 20 at the highest.
export function levelMap(ui, { f, domain: [x0, x1, y0, y1], bands }, width, height, sharp) {
  const cell = 3 / Math.min(1, sharp);
  const columns = Math.ceil(width / cell) + 2;
  const rows = Math.ceil(height / cell) + 2;
  const grid = Float64Array.from({ length: columns * rows }, (_, k) =>
    f(
      Math.min(x1, x0 + ((k % columns) * cell * (x1 - x0)) / width),
      Math.max(y0, y1 - (Math.floor(k / columns) * cell * (y1 - y0)) / height),
    ),
  );
  const low = Math.min(...grid);
  const steep = 1000 / (Math.max(...grid) - low);
  const lift = bands ? grid : grid.map((loss) => (20 * Math.log1p(steep * (loss - low))) / Math.log1p(1000));

  const image = document.createElement("canvas");
  const w = Math.floor(width * sharp);
  const h = Math.floor(height * sharp);
  Object.assign(image, { width: w, height: h });
  const pen = image.getContext("2d");
  const picture = pen.createImageData(w, h);
  const { data } = picture;
  const [valley, ridge, ink] = ["low", "high", "level"].map((name) => {
    const parts = ui.colour(name).match(/\w\w/g);
    return parts.map((part) => parseInt(part, 16));
  });
  const rise = ridge.map((part, c) => part - valley[c]);
  const most = bands ?? 20;
  // The heights of one row of pixels, between the four corners of their cells.
  const across = Float64Array.from({ length: w + 1 }, (_, x) => x / (cell * sharp));
  const fill = (row, y) => {
    const v = y / (cell * sharp);
    const top = (v | 0) * columns;
    const b = v - (v | 0);
    for (let x = 0; x <= w; x++) {
      const u = across[x];
      const k = top + (u | 0);
      const a = u - (u | 0);
      const above = lift[k] + a * (lift[k + 1] - lift[k]);
      const below = lift[k + columns] + a * (lift[k + columns + 1] - lift[k + columns]);
      row[x] = above + b * (below - above);
    }
    return row;
  };
  let row = fill(new Float64Array(w + 1), 0);
  let next = new Float64Array(w + 1);
  for (let y = 0, k = 0; y < h; y++) {
    fill(next, y + 1);
    for (let x = 0; x < w; x++, k += 4) {
      const level = row[x];
      const right = row[x + 1] - level;
      const down = next[x] - level;
      // Distance to the nearest level line in pixels, so that lines are equally thin where the slope is steep.
      const away = Math.abs(level - Math.round(level)) / (Math.sqrt(right * right + down * down) + 1e-6);
      const dark = 0.38 * Math.max(0, Math.min(1, 0.5 + 0.4 * sharp - away));
      const share = level / most;
      for (let c = 0; c < 3; c++) {
        const shade = valley[c] + rise[c] * share;
        data[k + c] = shade + (ink[c] - shade) * dark;
      }
      data[k + 3] = 255;
    }
    [row, next] = [next, row];
  }
  pen.putImageData(picture, 0, 0);
  return image;
}

// A painter that makes such a picture anew only when its key, its size or the theme has changed. While a hand changes
// it, a rough one has to do; the sharp one follows when the hand rests.
export function keptPicture(ui) {
  let kept;
  let image;
  let rest;
  return (pen, key, map, [left, top, right, bottom]) => {
    const size = [right - left, bottom - top];
    const now = [key, ui.dark, size, devicePixelRatio].join();
    if (kept !== now) {
      image = levelMap(ui, map, ...size, kept ? 0.5 : Math.min(devicePixelRatio, 2));
      clearTimeout(rest);
      if (kept)
        rest = setTimeout(() => {
          kept = "";
          ui.repaint();
        }, 200);
      kept = now;
    }
    pen.drawImage(image, left, top, ...size);
  };
}

// A star for what is best, a ring for what a hand may move.
export function sign(ui, pen, shape, at) {
  marker(pen, shape, ...at, shape === "star" ? 7 : 10, ui.colour("ink"), ui.colour("paper"));
}

// From units to pixels (sx, sy), and back (wx, wy).
export const scales = ([x0, x1, y0, y1], [left, top, right, bottom]) => ({
  sx: scale([x0, x1], [left, right]),
  sy: scale([y0, y1], [bottom, top]),
  wx: scale([left, right], [x0, x1]),
  wy: scale([bottom, top], [y0, y1]),
});

// The canvas with the map of what `state` holds: surface, its name and shape as `key`, start, runs, and `until(run)`, the
// last step shown. `move(w)` brings the start to a point of the map.
export function lossMap(ui, state, move) {
  const picture = keptPicture(ui);
  const node = canvas(ui, { ratio: "3 / 2", draw, role: "application", tabindex: 0 });
  const frame = () => [0, 0, node.clientWidth, node.clientHeight];
  const here = () => scales(state.surface.domain, frame());
  const moveTo = (w, near) => {
    const { domain } = state.surface;
    const inside = w.map((v, i) => +Math.min(domain[2 * i + 1], Math.max(domain[2 * i], v)).toFixed(3));
    move(onAxis(state.surface, inside, near) ?? inside);
  };
  handle(ui, node, {
    place() {
      const { sx, sy } = here();
      return [sx(state.start[0]), sy(state.start[1])];
    },
    follow(x, y) {
      const { wx, wy } = here();
      moveTo([wx(x), wy(y)], wx(7) - wx(0));
    },
    nudge(way) {
      const [from, to] = state.surface.domain;
      const step = (to - from) / 120;
      moveTo(
        state.start.map((v, i) => v + way[i] * step),
        0.4 * step,
      );
    },
  });

  function draw(pen) {
    const { surface, key, start, runs, until } = state;
    const { sx, sy } = here();
    const [left, right, bottom, top] = surface.domain;
    picture(pen, key, surface, frame());
    axes(
      ui,
      pen,
      frame(),
      { scale: sx, ticks: ticks(left, right, 6), title: "w₁" },
      { scale: sy, ticks: ticks(bottom, top, 4), title: "w₂" },
      true,
    );
    const place = ([x, y]) => [sx(x), sy(y)];
    if ("angle" in surface) {
      for (const [i, dashes] of DASHES.entries()) {
        const ends = [-9, 9].map((far) => place(turned(surface.angle).back(far * (1 - i), far * i)));
        line(pen, ends, ui.colour("soft"), 1, dashes);
      }
    }
    for (const w of surface.minima) sign(ui, pen, "star", place(w));
    for (const run of runs) {
      const [colour, dashes, shape] = LOOKS[run.rule];
      const paint = ui.colour(colour);
      const last = until(run);
      const at = run.points.slice(0, last + 1).map(place);
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
    sign(ui, pen, "ring", place(start));
  }
  return node;
}
