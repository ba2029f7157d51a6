// What is drawn: a canvas, its axes, lines and markers.
import { h } from "./stage.js";
import { number } from "./words.js";

// A canvas that follows its box and the screen's pixels. `draw(pen, width, height)` works in CSS pixels.
export function canvas(ui, { label, ratio, draw, ...attributes }) {
  const node = h("canvas", { role: "img", "aria-label": label, style: `aspect-ratio: ${ratio}`, ...attributes });
  const pen = node.getContext("2d");
  ui.paint(() => {
    const { clientWidth: width, clientHeight: height } = node;
    const sharp = devicePixelRatio;
    if (!width || !height) return;
    const [w, h] = [Math.round(width * sharp), Math.round(height * sharp)];
    if (node.width !== w || node.height !== h) [node.width, node.height] = [w, h];
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.clearRect(0, 0, width, height);
    draw(pen, width, height);
  });
  const observer = new ResizeObserver(ui.repaint);
  observer.observe(node);
  ui.atEnd(() => observer.disconnect());
  return node;
}

// Maps [from, to] to [start, end], evenly or by decades.
export function scale([from, to], [start, end], log = false) {
  const f = log ? Math.log10 : (v) => v;
  const a = f(from);
  const b = f(to);
  return (value) => start + ((f(value) - a) / (b - a)) * (end - start);
}

// Round values inside [from, to]: 1-2-5 steps, or powers of ten (thinned to at most `count`) on a log axis.
export function ticks(from, to, count = 5, log = false) {
  const size = log ? 1 : 10 ** Math.floor(Math.log10((to - from) / count));
  const [low, high] = log ? [Math.log10(from), Math.log10(to)] : [from, to];
  const step = size * [1, 2, 5, 10, 20, 50].find((k) => (high - low) / (k * size) <= count);
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) values.push(k * step);
  return log ? values.map((v) => 10 ** Math.round(v)) : values.map((v) => +v.toPrecision(12));
}

export function write(pen, text, x, y, align) {
  pen.textAlign = align;
  pen.fillText(text, x, y);
}

// Tick labels, titles and grid lines; x and y are {scale, ticks, title}, the frame is [left, top, right, bottom].
// `inside` writes the labels into the picture, without lines.
export function axes(ui, pen, [left, top, right, bottom], x, y, inside = false) {
  const below = bottom + (inside ? -10 : 12);
  pen.font = ui.font(12);
  pen.lineWidth = 1;
  pen.strokeStyle = ui.colour("line");
  pen.fillStyle = ui.colour("soft");
  pen.textBaseline = "middle";
  pen.beginPath();
  for (const value of y.ticks) {
    const at = y.scale(value);
    if (inside && (at < 24 || at > bottom - 24)) continue;
    if (!inside) {
      pen.moveTo(left, at);
      pen.lineTo(right, at);
    }
    write(pen, number(value), inside ? 5 : left - 6, at, inside ? "left" : "right");
  }
  for (const value of x.ticks) {
    const at = x.scale(value);
    // Room for the title at the right end, and inside the picture for the corner at the left.
    if (inside ? at < 24 || at > right - 36 : at > right - 70 && at < right) continue;
    write(pen, number(value), at, below, "center");
  }
  pen.stroke();
  write(pen, x.title, right - (inside ? 6 : 20), below, "right");
  write(pen, y.title, 5, inside ? 12 : top - 14, "left");
}

// Longer than any screen, in pixels.
const BEYOND = 2e4;

// A plain or dashed line through points. It is broken where a point is no number, and ends where a step is longer than
// any screen: a diverging path reaches millions of pixels, and a dashed line of that length would stop the browser.
export function line(pen, points, colour, width, dashes = []) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.setLineDash(dashes);
  pen.beginPath();
  let last = null;
  for (const [x, y] of points) {
    if (!isFinite(x + y)) {
      last = null;
      continue;
    }
    const part = last ? Math.min(1, BEYOND / Math.hypot(x - last[0], y - last[1])) : 1;
    if (last) pen.lineTo(last[0] + part * (x - last[0]), last[1] + part * (y - last[1]));
    else pen.moveTo(x, y);
    if (part < 1) break;
    last = [x, y];
  }
  pen.stroke();
  pen.setLineDash([]);
}

// Draws only inside of a rectangle, given by its edges.
export function within(pen, [left, top, right, bottom], draw) {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, right - left, bottom - top);
  pen.clip();
  draw();
  pen.restore();
}

// Markers as SVG paths of about one unit around the origin.
const MARKERS = {
  circle: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z",
  square: "M-1-1h2v2h-2z",
  triangle: "M0-1.2L1.2.9H-1.2z",
  diamond: "M0-1.3L1.1 0 0 1.3-1.1 0z",
  plus: "M-.4-1.2h.8v.8h.8v.8h-.8v.8h-.8v-.8h-.8v-.8h.8z",
  cross: "M0-.6L.6-1.2 1.2-.6 .6 0 1.2.6 .6 1.2 0 .6-.6 1.2-1.2.6-.6 0-1.2-.6-.6-1.2z",
  ring: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0M-.7 0a.7.7 0 1 1 1.4 0a.7.7 0 1 1-1.4 0",
  star: "M0-1.2L.3-.4 1.1-.4 .5.15 .7 1 0 .5-.7 1-.5.15-1.1-.4-.3-.4z",
};

export function marker(pen, shape, x, y, size, fill, edge) {
  const path = new Path2D(MARKERS[shape]);
  pen.save();
  pen.translate(x, y);
  pen.scale(size, size);
  if (edge) {
    pen.strokeStyle = edge;
    pen.lineWidth = 3 / size;
    pen.stroke(path);
  }
  pen.fillStyle = fill;
  pen.fill(path);
  pen.restore();
}

// A short line as in a legend, with a marker if there is one.
export function swatch(colour, dashes, shape, width = 2) {
  const paint = `var(--bp-${colour})`;
  const mark = shape ? `<path d="${MARKERS[shape]}" transform="translate(12 6)scale(4)" fill="${paint}"/>` : "";
  const holder = document.createElement("b");
  holder.innerHTML =
    '<svg width="24" height="12" aria-hidden="true">' +
    `<path d="M0 6h24" stroke="${paint}" stroke-width="${width}" stroke-dasharray="${dashes}"/>${mark}</svg>`;
  return holder.firstChild;
}
