// The mathematics of descent, without any drawing: surfaces, optimizers, the path.
// Every formula is tied to the Python package by a test that compares both to 1e-9.

// Into the eigendirections, the first turned by an angle in degrees, and back.
export function turned(angle) {
  const turn = (angle * Math.PI) / 180;
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  return { along: (x, y) => [c * x + s * y, c * y - s * x], back: (u, v) => [c * u - s * v, s * u + c * v] };
}

// f, gradient [∂₁, ∂₂] and Hessian [∂₁₁, ∂₁₂, ∂₂₂] of (x, y) = (w₁, w₂). A quadratic is two losses that do not see
// each other, along eigendirections of curvature a ≤ b.
function quadratic(a, b, angle) {
  const { along, back } = turned(angle);
  const [c, s] = back(1, 0);
  const split = (x, y) => {
    const [u, v] = along(x, y);
    return [0.5 * a * u * u, 0.5 * b * v * v];
  };
  return {
    lambdas: [a, b],
    angle,
    split,
    f(x, y) {
      const [flat, steep] = split(x, y);
      return flat + steep;
    },
    gradient(x, y) {
      const [u, v] = along(x, y);
      return back(a * u, b * v);
    },
    hessian: () => [c * c * a + s * s * b, c * s * (a - b), s * s * a + c * c * b],
  };
}

// The walls of the ravine stay as they are; κ makes its floor longer and flatter.
const ravine = (kappa, angle) => quadratic(20 / kappa, 20, angle);

const FORMULAS = {
  bowl: quadratic(1, 2, 0),
  ravine: ravine(20, 0),
  rosenbrock: {
    f: (x, y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
    gradient: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
    hessian: (x, y) => [2 - 400 * (y - x * x) + 800 * x * x, -400 * x, 200],
  },
  saddle: {
    // It, too, has straight ways down: along its axes.
    angle: 0,
    f: (x, y) => 0.5 * x * x + 0.25 * (y * y - 1) * (y * y - 1),
    gradient: (x, y) => [x, (y * y - 1) * y],
    hessian: (x, y) => [1, 0, 3 * y * y - 1],
  },
  himmelblau: {
    f: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    gradient: (x, y) => [
      4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
      2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
    ],
    hessian: (x, y) => [12 * x * x + 4 * y - 42, 4 * (x + y), 2 + 4 * x + 12 * y * y - 28],
  },
};

// The four cubic B-splines that reach a point at fraction u of its cell, and their derivatives.
const BASIS = [
  (u, s) => [(s * s * s) / 6, (4 - 3 * u * u * (2 - u)) / 6, (4 - 3 * s * s * (2 - s)) / 6, (u * u * u) / 6],
  (u, s) => [(-s * s) / 2, (u * (3 * u - 4)) / 2, (s * (4 - 3 * s)) / 2, (u * u) / 2],
  (u) => [1 - u, 3 * u - 2, 1 - 3 * u, u],
];

// A measured surface: a bicubic spline over a table of coefficients; unknown (NaN) outside its grid.
function spline({ domain: [x0, x1, y0, y1], unit, shape: [rows, columns], coefficients }) {
  const table = coefficients.split(" ").map((whole) => whole * unit);
  const stepX = (x1 - x0) / (rows - 3);
  const stepY = (y1 - y0) / (columns - 3);
  const value = (x, y, dx, dy) => {
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) return NaN;
    const ax = (x - x0) / stepX;
    const ay = (y - y0) / stepY;
    const i = Math.min(Math.floor(ax), rows - 4);
    const j = Math.min(Math.floor(ay), columns - 4);
    const across = BASIS[dx](ax - i, 1 - ax + i);
    const along = BASIS[dy](ay - j, 1 - ay + j);
    let total = 0;
    for (let k = 0; k < 4; k++)
      for (let l = 0; l < 4; l++) total += across[k] * along[l] * table[(i + k) * columns + j + l];
    return total / stepX ** dx / stepY ** dy;
  };
  return {
    f: (x, y) => value(x, y, 0, 0),
    gradient: (x, y) => [value(x, y, 1, 0), value(x, y, 0, 1)],
    hessian: (x, y) => [value(x, y, 2, 0), value(x, y, 1, 1), value(x, y, 0, 2)],
  };
}

// Surfaces by name: Python sends domain [x from, to, y from, to], minima, start and rate; the formulas stand above.
export function surfacesFrom(facts) {
  return Object.fromEntries(
    Object.entries(facts).map(([name, data]) => [name, { ...data, ...(FORMULAS[name] ?? spline(data)) }]),
  );
}

// The surface of this name; κ and the angle shape the ravine.
export const shaped = (surfaces, name, kappa, angle) =>
  name === "ravine" ? { ...surfaces.ravine, ...ravine(kappa, angle) } : surfaces[name];

// The point of an axis beside w, or of both, if it is no further than `near` and on the map; else undefined. Rounding
// comes before the turn: after it, a turned axis would be missed by a hair.
export function onAxis({ angle, domain: [x0, x1, y0, y1] }, w, near) {
  if (angle === undefined) return;
  const { along, back } = turned(angle);
  const parts = along(...w).map((v) => (Math.abs(v) <= near ? 0 : +v.toFixed(3)));
  const [x, y] = back(...parts);
  if (parts.includes(0) && x >= x0 && x <= x1 && y >= y0 && y <= y1) return [x, y];
}

// The rules, each for one coordinate w with gradient g; m and v are its memory, zero at first; t counts from 1.
const EPS = 1e-8;
export const OPTIMIZERS = {
  SGD: (w, g, s, lr) => w - lr * g,
  Momentum(w, g, s, lr, beta) {
    s.v = beta * s.v + g;
    return w - lr * s.v;
  },
  Nesterov(w, g, s, lr, beta) {
    s.v = beta * s.v + g;
    return w - lr * (g + beta * s.v);
  },
  AdaGrad(w, g, s, lr) {
    s.v += g * g;
    return w - (lr * g) / (Math.sqrt(s.v) + EPS);
  },
  RMSProp(w, g, s, lr) {
    s.v = 0.9 * s.v + (1 - 0.9) * g * g;
    return w - (lr * g) / (Math.sqrt(s.v) + EPS);
  },
  Adam(w, g, s, lr, beta, t) {
    s.m = beta * s.m + (1 - beta) * g;
    s.v = 0.999 * s.v + (1 - 0.999) * g * g;
    return w - (lr * (s.m / (1 - beta ** t))) / (Math.sqrt(s.v / (1 - 0.999 ** t)) + EPS);
  },
};

// A path ends early at the first point beyond FAR (it diverges), or after a step off a measured map (its loss is NaN).
export const FAR = 1e6;
export function descend(surface, optimizer, { lr, beta, start, steps }) {
  const rule = OPTIMIZERS[optimizer];
  const memory = [
    { m: 0, v: 0 },
    { m: 0, v: 0 },
  ];
  let w = start;
  const points = [w];
  const losses = [surface.f(...w)];
  for (let t = 1; t <= steps; t++) {
    const g = surface.gradient(...w);
    w = [0, 1].map((i) => rule(w[i], g[i], memory[i], lr, beta, t));
    if (!w.every((v) => Math.abs(v) <= FAR)) break;
    points.push(w);
    losses.push(surface.f(...w));
  }
  return { points, losses };
}
