// The map of a loss: shades by height, with level lines.

// The loss as a picture: shaded by height on a logarithmic scale, with smooth level lines between the shades.
export function levelMap(ui, { f, domain: [x0, x1, y0, y1] }, width, height) {
  const sharp = Math.min(devicePixelRatio, 2);
  const cell = 3;
  const bands = 20;
  const columns = Math.ceil(width / cell) + 2;
  const rows = Math.ceil(height / cell) + 2;
  const grid = Float64Array.from({ length: columns * rows }, (_, k) =>
    f(
      Math.min(x1, x0 + ((k % columns) * cell * (x1 - x0)) / width),
      Math.max(y0, y1 - (Math.floor(k / columns) * cell * (y1 - y0)) / height),
    ),
  );
  const low = grid.reduce((a, b) => Math.min(a, b));
  const high = grid.reduce((a, b) => Math.max(a, b));
  const lift = grid.map((loss) => (bands * Math.log1p((1000 * (loss - low)) / (high - low))) / Math.log1p(1000));
  const at = (x, y) => {
    const u = x / (cell * sharp);
    const v = y / (cell * sharp);
    const i = u | 0;
    const j = v | 0;
    const k = j * columns + i;
    const a = u - i;
    const b = v - j;
    return (
      (lift[k] * (1 - a) + lift[k + 1] * a) * (1 - b) + (lift[k + columns] * (1 - a) + lift[k + columns + 1] * a) * b
    );
  };

  const image = document.createElement("canvas");
  const w = Math.floor(width * sharp);
  const h = Math.floor(height * sharp);
  Object.assign(image, { width: w, height: h });
  const pen = image.getContext("2d");
  const picture = pen.createImageData(w, h);
  const [valley, ridge, line] = ["low", "high", "level"].map((name) => {
    const parts = ui.colour(name).match(/\w\w/g);
    return parts.map((part) => parseInt(part, 16));
  });
  for (let k = 0; k < w * h; k++) {
    const x = k % w;
    const y = (k - x) / w;
    const level = at(x, y);
    const slope = Math.hypot(at(x + 1, y) - level, at(x, y + 1) - level);
    // Distance to the nearest level line in pixels, so that lines are equally thin where the slope is steep.
    const away = Math.abs(level - Math.round(level)) / (slope + 1e-6);
    const ink = 0.38 * Math.max(0, Math.min(1, 0.5 + 0.4 * sharp - away));
    for (let c = 0; c < 3; c++) {
      const shade = valley[c] + ((ridge[c] - valley[c]) * level) / bands;
      picture.data[4 * k + c] = shade + (line[c] - shade) * ink;
    }
    picture.data[4 * k + 3] = 255;
  }
  pen.putImageData(picture, 0, 0);
  return image;
}
