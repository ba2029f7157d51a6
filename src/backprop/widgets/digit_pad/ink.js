// Ink on the pad: strokes of a round, soft pen on a grid four times as fine as the network's; what MNIST does to it.

export const SIDE = 28,
  FINE = 112,
  PEN = 5.2;

// The pen along a segment, in fine cells: full inside its radius, fading over two cells at the edge.
export function stroke(ink, x0, y0, x1, y1) {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = dx * dx + dy * dy;
  const far = PEN + 1;
  const span = (a, b) => [
    Math.max(0, Math.floor(Math.min(a, b) - far)),
    Math.min(FINE - 1, Math.ceil(Math.max(a, b) + far)),
  ];
  const [left, right] = span(x0, x1);
  const [top, bottom] = span(y0, y1);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - x0;
      const py = y + 0.5 - y0;
      const t = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      const cover = Math.min(1, Math.max(0, (far - Math.hypot(px - t * dx, py - t * dy)) / 2));
      ink[y * FINE + x] = Math.max(ink[y * FINE + x], cover);
    }
  }
}

// A sample (28 × 28) and strokes [x0, y0, x1, y1, …] on top of it, all moved by [right, down] fine cells.
export function draw(sample, strokes, [right, down] = [0, 0]) {
  const ink = new Float64Array(FINE * FINE);
  const at = (v) => (v >= 0 && v < FINE ? (v / 4) | 0 : Number.NaN); // undefined ink beyond the sample
  if (sample)
    for (let k = 0; k < ink.length; k++)
      ink[k] = sample[at(((k / FINE) | 0) - down) * SIDE + at((k % FINE) - right)] || 0;
  for (const points of strokes) {
    const there = points.map((v, k) => v + (k % 2 ? down : right));
    for (let k = 0; k < there.length; k += 2)
      stroke(ink, ...there.slice(Math.max(0, k - 2), k || 2), ...there.slice(k, k + 2));
  }
  return ink;
}

// The pad as it is: each pixel is the mean of its 16 fine cells.
export function asDrawn(ink) {
  const image = new Float64Array(SIDE * SIDE);
  ink.forEach((v, k) => {
    image[((k / FINE / 4) | 0) * SIDE + (((k % FINE) / 4) | 0)] += v / 16;
  });
  return image;
}

// As MNIST was made: the longer side of the ink becomes 20 pixels, each pixel is the mean of what it covers, and the
// centre of mass comes into the pixel right and below the middle of 28 × 28. Null without ink.
export function centred(ink) {
  let left = FINE;
  let right = 0;
  let top = FINE;
  let bottom = 0;
  ink.forEach((v, k) => {
    if (!v) return;
    [left, right] = [Math.min(left, k % FINE), Math.max(right, (k % FINE) + 1)];
    [top, bottom] = [Math.min(top, (k / FINE) | 0), Math.max(bottom, ((k / FINE) | 0) + 1)];
  });
  if (right <= left) return null;
  const size = Math.max(right - left, bottom - top) / 20;
  const box = new Float64Array(400);
  const parts = (from, cell) => {
    const a = from + cell * size;
    const b = a + size;
    const list = [];
    for (let k = Math.floor(a); k < b && k < FINE; k++) list.push([k, Math.min(b, k + 1) - Math.max(a, k)]);
    return list;
  };
  let mass = 0;
  let mx = 0;
  let my = 0;
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 20; x++) {
      let v = 0;
      for (const [i, tall] of parts(top, y))
        for (const [j, wide] of parts(left, x)) v += ink[i * FINE + j] * tall * wide;
      box[y * 20 + x] = v /= size * size;
      mass += v;
      mx += v * (x + 0.5);
      my += v * (y + 0.5);
    }
  }
  const image = new Float64Array(SIDE * SIDE);
  const right0 = Math.ceil(SIDE / 2 - mx / mass - 1e-9);
  const down0 = Math.ceil(SIDE / 2 - my / mass - 1e-9);
  box.forEach((v, k) => {
    const x = (k % 20) + right0;
    const y = ((k / 20) | 0) + down0;
    if (x >= 0 && x < SIDE && y >= 0 && y < SIDE) image[y * SIDE + x] = v;
  });
  return image;
}
