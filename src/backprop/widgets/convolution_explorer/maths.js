// A kernel that slides over a square picture: gather forward, scatter backward. Pictures are flat, row by row.

export const SIZE = 3;

export const unpack = (text) => Float64Array.from(atob(text), (c) => c.charCodeAt(0) / 255);

// A few numbers, or the bytes of many.
export const asPicture = (given) => (typeof given === "string" ? unpack(given) : Float64Array.from(given));

// How many windows fit beside each other.
export const places = (side, stride, padding) => Math.floor((side + 2 * padding - SIZE) / stride) + 1;

// The pixels under the kernel at one place of y, row by row; -1 stands for the frame of zeros.
export function pixels(side, stride, padding, row, column) {
  return Array.from({ length: SIZE * SIZE }, (_, k) => {
    const i = row * stride - padding + Math.floor(k / SIZE);
    const j = column * stride - padding + (k % SIZE);
    return i >= 0 && i < side && j >= 0 && j < side ? i * side + j : -1;
  });
}

// Visit every place of y with its index and the pixels under the kernel.
function slide(side, stride, padding, visit) {
  const n = places(side, stride, padding);
  for (let r = 0; r < n; r++) for (let c = 0; c < n; c++) visit(r * n + c, pixels(side, stride, padding, r, c));
  return n;
}

// y[r, c] = Σ W[u, v] x[s r + u − p, s c + v − p]
export function gather(x, side, kernel, stride, padding) {
  const y = new Float64Array(places(side, stride, padding) ** 2);
  slide(side, stride, padding, (at, under) =>
    under.forEach((i, k) => {
      if (i >= 0) y[at] += kernel[k] * x[i];
    }),
  );
  return y;
}

// dx[s r + u − p, s c + v − p] += W[u, v] dy[r, c]
export function scatter(dy, side, kernel, stride, padding) {
  const dx = new Float64Array(side * side);
  slide(
    side,
    stride,
    padding,
    (at, under) =>
      dy[at] &&
      under.forEach((i, k) => {
        if (i >= 0) dx[i] += kernel[k] * dy[at];
      }),
  );
  return dx;
}

// dW[u, v] = Σ x[s r + u − p, s c + v − p] dy[r, c]
export function weigh(x, side, dy, stride, padding) {
  const dW = new Float64Array(SIZE * SIZE);
  slide(side, stride, padding, (at, under) =>
    under.forEach((i, k) => {
      if (i >= 0) dW[k] += x[i] * dy[at];
    }),
  );
  return dW;
}

// The windows that a pixel lies under: [row, column, index of the weight above it], in the order of y.
export function readers(side, stride, padding, i, j) {
  const n = places(side, stride, padding);
  const along = (at) => {
    const found = [];
    for (let r = 0; r < n; r++) {
      const u = at + padding - r * stride;
      if (u >= 0 && u < SIZE) found.push([r, u]);
    }
    return found;
  };
  return along(i).flatMap(([r, u]) => along(j).map(([c, v]) => [r, c, u * SIZE + v]));
}

export const dot = (a, b) => a.reduce((sum, v, k) => sum + v * b[k], 0);
