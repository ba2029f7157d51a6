// The three pictures x, y and dx: their greys, their numbers, and the window and the pixel marked in them.
import { canvas, write } from "../kit/draw.js";
import { h } from "../kit/stage.js";
import { minus } from "../kit/words.js";
import { SIZE } from "./maths.js";

// Up to this side a picture's numbers are printed into it.
export const LEGIBLE = 11;
const [BLUE, ORANGE] = ["#1f6cb0", "#b4530a"];
// At most two decimals, fewer for a larger number, thousands for a very large one.
export const short = (v) =>
  Math.abs(v) < 1e4
    ? minus(+v.toFixed(Math.abs(v) < 10 ? 2 : Math.abs(v) < 100 ? 1 : 0))
    : minus(`${Math.round(v / 1000)}k`);
const ink = (level) => (level > 117 ? "#000" : "#fff");

export function tint(cell, level) {
  cell.style.background = `rgb(${level},${level},${level})`;
  cell.style.color = ink(level);
}

// Grey from the least number to the largest, with 0 among them.
export function rule(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(low ? 0 : 1e-9, ...values);
  const grey = (v) => Math.max(0, Math.min(255, Math.round((255 * (v - low)) / (high - low))));
  return Object.assign(grey, { low, high });
}

// A square in a colour with a white rim, so that it shows on any grey.
function box(pen, colour, left, top, size) {
  for (const [line, stroke] of [
    [4, "#fff"],
    [2, colour],
  ]) {
    pen.lineWidth = line;
    pen.strokeStyle = stroke;
    pen.strokeRect(left, top, size, size);
  }
}

// `state()` is what is shown: {x, y, dx, side, n, s, p, row, column, seen, lit}. Back come the three `views`; `show`,
// which fills one with numbers and returns their greys; and `windowIn`.
export function trio(ui, state) {
  // Three pictures, each with its title and what black and white stand for.
  const views = ["x", "y", "dx"].map((name) => {
    const title = h("div", { class: "bp-name" });
    const range = h("p", { class: "bp-name" });
    const node = canvas(ui, {
      label: "",
      ratio: "1",
      class: "bp-view",
      draw: (pen, width) => paint(name, pen, width),
      ...(name === "y" ? {} : { tabindex: 0, role: "application" }),
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

  function show({ name, title, range, film }, values, width) {
    const grey = rule(values);
    const { low, high } = grey;
    const pen = film.getContext("2d");
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
    const { side, n, s, p, row, column } = state();
    const [cells, step, span] = name === "y" ? [n, 1, 1] : [side + 2 * p, s, SIZE];
    const cell = width / cells;
    return { cell, left: column * step * cell, top: row * step * cell, size: span * cell };
  };

  // x and dx stand inside the frame of zeros, so that the window has the same place in both.
  function paint(name, pen, width) {
    const { x, y, dx, p, seen } = state();
    const { film } = views.find((view) => view.name === name);
    const frame = name === "y" ? 0 : p;
    const { cell, left, top, size } = windowIn(name, width);
    pen.imageSmoothingEnabled = false;
    pen.fillStyle = ui.colour("fill");
    pen.fillRect(0, 0, width, width);
    pen.drawImage(film, frame * cell, frame * cell, film.width * cell, film.width * cell);
    if (seen < 0 || name !== "dx") box(pen, name === "dx" ? ORANGE : BLUE, left - 2, top - 2, size + 4);
    if (film.width <= LEGIBLE) print(pen, { x, y, dx }[name], film.width, frame, cell);
    if (seen >= 0) light(pen, name, cell, frame);
  }

  // The numbers of a small picture, and the zeros of its frame.
  function print(pen, values, width, frame, cell) {
    const grey = rule(values);
    pen.font = ui.font(Math.max(8, Math.min(13, 0.4 * cell)));
    pen.textBaseline = "middle";
    for (let r = -frame; r < width + frame; r++)
      for (let c = -frame; c < width + frame; c++) {
        const within = Math.min(r, c) >= 0 && Math.max(r, c) < width;
        const value = within ? values[r * width + c] : 0;
        pen.fillStyle = within ? ink(grey(value)) : ui.colour("soft");
        write(pen, short(value), (c + frame + 0.5) * cell, (r + frame + 0.5) * cell, "center");
      }
  }

  // The pixel that is pointed at, in x and dx; in y all outputs that read it.
  function light(pen, name, cell, frame) {
    const { side, seen, lit } = state();
    const boxes = name === "y" ? lit : [[Math.floor(seen / side) + frame, (seen % side) + frame]];
    for (const [r, c] of boxes) box(pen, ORANGE, c * cell, r * cell, cell);
  }

  return { views, show, windowIn };
}
