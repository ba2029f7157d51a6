// How the descent explorer draws: lines, markers and the map of levels.

// A dashed or plain line through points. It ends where a step is longer than any screen: a diverging path reaches
// millions of pixels, and a dashed line of that length would stop the browser.
export function drawLine(pen, points, stroke, thick, dashes) {
  let [x, y] = points[0];
  pen.strokeStyle = stroke;
  pen.lineWidth = thick;
  pen.lineJoin = "round";
  pen.setLineDash(dashes);
  pen.beginPath();
  for (const [u, v] of points) {
    const part = Math.min(1, 2e4 / Math.hypot(u - x, v - y));
    pen.lineTo(x + part * (u - x), y + part * (v - y));
    if (part < 1) break;
    [x, y] = [u, v];
  }
  pen.stroke();
  pen.setLineDash([]);
}

// Markers as SVG paths of about one unit around the origin.
const SHAPES = {
  circle: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z", square: "M-1-1h2v2h-2z", triangle: "M0-1.2L1.2.9H-1.2z",
  diamond: "M0-1.3L1.1 0 0 1.3-1.1 0z", plus: "M-.4-1.2h.8v.8h.8v.8h-.8v.8h-.8v-.8h-.8v-.8h.8z",
  cross: "M0-.6L.6-1.2 1.2-.6 .6 0 1.2.6 .6 1.2 0 .6-.6 1.2-1.2.6-.6 0-1.2-.6-.6-1.2z",
  ring: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0M-.7 0a.7.7 0 1 1 1.4 0a.7.7 0 1 1-1.4 0",
  star: "M0-1.2L.3-.4 1.1-.4 .5.15 .7 1 0 .5-.7 1-.5.15-1.1-.4-.3-.4z",
};

export function drawMarker(pen, shape, x, y, size, fill, edge) {
  const path = new Path2D(SHAPES[shape]);
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

// A short line with its marker, as in a legend.
export function swatch(colour, dashes, shape) {
  const holder = document.createElement("b");
  holder.innerHTML = `<svg width="24" height="12" aria-hidden="true" fill="none" stroke-width="2" stroke-dasharray="${dashes}" stroke="var(--bp-${colour})">`
    + `<path d="M0 6h24"/><path d="${SHAPES[shape]}" transform="translate(12 6)scale(4)" stroke="none" fill="var(--bp-${colour})"/></svg>`;
  return holder.firstChild;
}

// The loss as a picture: shaded by height on a logarithmic scale, with smooth level lines between the shades.
export function levelMap(ui, { f, domain: [x0, x1, y0, y1] }, width, height) {
  const sharp = Math.min(devicePixelRatio, 2), cell = 3, bands = 20;
  const columns = Math.ceil(width / cell) + 2, rows = Math.ceil(height / cell) + 2;
  const grid = Float64Array.from({ length: columns * rows }, (_, k) =>
    f(Math.min(x1, x0 + ((k % columns) * cell * (x1 - x0)) / width), Math.max(y0, y1 - (Math.floor(k / columns) * cell * (y1 - y0)) / height)));
  const low = grid.reduce((a, b) => Math.min(a, b)), high = grid.reduce((a, b) => Math.max(a, b));
  const lift = grid.map((loss) => (bands * Math.log1p((1000 * (loss - low)) / (high - low))) / Math.log1p(1000));
  const at = (x, y) => {
    const u = x / (cell * sharp), v = y / (cell * sharp), i = u | 0, j = v | 0, k = j * columns + i, a = u - i, b = v - j;
    return (lift[k] * (1 - a) + lift[k + 1] * a) * (1 - b) + (lift[k + columns] * (1 - a) + lift[k + columns + 1] * a) * b;
  };

  const image = document.createElement("canvas"), w = (image.width = width * sharp | 0), h = (image.height = height * sharp | 0);
  const pen = image.getContext("2d"), picture = pen.createImageData(w, h);
  const [valley, ridge, line] = ["low", "high", "level"].map((name) => ui.colour(name).match(/\w\w/g).map((part) => parseInt(part, 16)));
  for (let k = 0; k < w * h; k++) {
    const x = k % w, y = (k - x) / w, level = at(x, y), slope = Math.hypot(at(x + 1, y) - level, at(x, y + 1) - level);
    // Distance to the nearest level line in pixels, so that lines are equally thin where the slope is steep.
    const away = Math.abs(level - Math.round(level)) / (slope + 1e-6), ink = 0.38 * Math.max(0, Math.min(1, 0.5 + 0.4 * sharp - away));
    for (let c = 0; c < 3; c++) {
      const shade = valley[c] + ((ridge[c] - valley[c]) * level) / bands;
      picture.data[4 * k + c] = shade + (line[c] - shade) * ink;
    }
    picture.data[4 * k + 3] = 255;
  }
  pen.putImageData(picture, 0, 0);
  return image;
}
