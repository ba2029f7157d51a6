// A random network of any depth: the size of values and gradients in each layer, from numbers that Python draws alike.
import { FUNCTIONS } from "../kit/functions.js";

const DEEPEST = 50;
const WIDEST = 64;
const EXAMPLES = 8;

// One number in (0, 1) for each integer of a counter (Ettinger's mulberry32).
function uniform(counter) {
  let t = Math.imul(counter, 0x6d2b79f5);
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
}

// The block with this number: 64 × 64 standard normal numbers (Box and Muller), drawn when first asked for.
const drawn = [];
export function block(number) {
  drawn[number] ??= Float64Array.from({ length: WIDEST * WIDEST }, (_, k) => {
    const place = 2 * (number * WIDEST * WIDEST + k) + 1;
    return Math.sqrt(-2 * Math.log(uniform(place))) * Math.cos(2 * Math.PI * uniform(place + 1));
  });
  return drawn[number];
}

// Root mean squares by layer: values a⁽⁰⁾ … a⁽ᴰ⁾; slopes f′(z), deltas δ and weights dW of the layers 1 … D.
export function sizes(activation, depth, std, n) {
  const { f, slope: fall } = FUNCTIONS[activation];
  const corner = (number) =>
    Float64Array.from({ length: EXAMPLES * n }, (_, k) => block(number)[Math.floor(k / n) * WIDEST + (k % n)]);
  const rms = (array) => Math.sqrt(array.reduce((sum, v) => sum + v * v, 0) / array.length);
  const all = [corner(0)];
  const slope = [];
  const found = { values: [rms(all[0])], slopes: [], deltas: [], weights: [] };
  for (let l = 1; l <= depth; l++) {
    const W = block(l);
    const a = all[l - 1];
    const next = new Float64Array(EXAMPLES * n);
    const steep = new Float64Array(EXAMPLES * n);
    for (let r = 0; r < EXAMPLES; r++) {
      const row = next.subarray(r * n, r * n + n);
      for (let i = 0; i < n; i++) {
        const factor = a[r * n + i];
        for (let j = 0; j < n; j++) row[j] += factor * W[i * WIDEST + j];
      }
      for (let j = 0; j < n; j++) {
        const z = std * row[j];
        row[j] = f(z);
        steep[r * n + j] = fall(z, row[j]);
      }
    }
    all.push(next);
    slope.push(steep);
    found.values.push(rms(next));
    found.slopes.push(rms(steep));
  }
  let da = corner(DEEPEST + 1);
  for (let l = depth; l; l--) {
    const delta = da.map((v, k) => v * slope[l - 1][k]);
    const W = block(l);
    const a = all[l - 1];
    const dW = new Float64Array(n * n);
    da = new Float64Array(EXAMPLES * n);
    for (let r = 0; r < EXAMPLES; r++) {
      for (let i = 0; i < n; i++) {
        const factor = a[r * n + i];
        let sum = 0;
        for (let j = 0; j < n; j++) {
          const d = delta[r * n + j];
          sum += d * W[i * WIDEST + j];
          dW[i * n + j] += factor * d;
        }
        da[r * n + i] = std * sum;
      }
    }
    found.deltas.unshift(rms(delta));
    found.weights.unshift(rms(dW));
  }
  return found;
}

// What happens to δ on its way from the last layer to the first: the factor per layer, its two parts, what is left.
export function journey({ slopes, deltas }, std, n) {
  const steps = deltas.length - 1;
  const left = deltas[0] / deltas[steps];
  const mean = slopes.slice(0, steps).reduce((sum, v) => sum + Math.log(v), 0) / steps;
  const fate = !steps
    ? "single"
    : !(left > 0)
      ? "gone"
      : left < 1e-3
        ? "vanishes"
        : left > 1e3
          ? "explodes"
          : "arrives";
  return { steps, left, factor: left ** (1 / steps), weights: std * Math.sqrt(n), slope: Math.exp(mean), fate };
}
