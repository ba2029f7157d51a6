// The mathematics of the nudge meter: the 2-2-2 network with one of its numbers pushed, and the price of each number.
import { FUNCTIONS } from "../kit/functions.js";
import { PARAMETERS } from "../kit/running.js";

// From left to right, as the reader meets them: inputs, layer 1, layer 2, targets.
export const NUMBERS = [
  "a01",
  "a02",
  ...PARAMETERS.slice(0, 6),
  "z11",
  "z12",
  "a11",
  "a12",
  ...PARAMETERS.slice(6),
  "z21",
  "z22",
  "a21",
  "a22",
  "y21",
  "y22",
];

// Every number of the forward pass and the loss L, with `name` pushed by h whatever its own line says.
export function pushed({ x, y, weights }, name, h) {
  const v = {};
  const put = (key, value) => {
    v[key] = value + (key === name ? h : 0);
  };
  for (const k of [1, 2]) {
    put("a0" + k, x[k - 1]);
    put("y2" + k, y[k - 1]);
  }
  PARAMETERS.forEach((key, k) => put(key, weights[k]));
  for (const layer of [1, 2]) {
    for (const j of [1, 2]) {
      const here = `${layer}${j}`;
      const reached = [1, 2].map((i) => v[`a${layer - 1}${i}`] * v[`W${layer}${i}${j}`]);
      put("z" + here, reached[0] + reached[1] + v["b" + here]);
      put("a" + here, FUNCTIONS.sigmoid.f(v["z" + here]));
    }
  }
  v.L = ((v.a21 - v.y21) ** 2 + (v.a22 - v.y22) ** 2) / 2;
  return v;
}

// ∂L/∂number for every number, by one backward pass as far as the data.
export function prices(numbers) {
  const v = pushed(numbers);
  const d = {};
  for (const k of [1, 2]) {
    d["a2" + k] = v["a2" + k] - v["y2" + k];
    d["y2" + k] = -d["a2" + k];
  }
  for (const layer of [2, 1]) {
    const below = `a${layer - 1}`;
    for (const j of [1, 2]) {
      const here = `${layer}${j}`;
      d["z" + here] = d["a" + here] * FUNCTIONS.sigmoid.slope(v["z" + here], v["a" + here]);
      d["b" + here] = d["z" + here];
      for (const i of [1, 2]) d[`W${layer}${i}${j}`] = v[below + i] * d["z" + here];
    }
    for (const i of [1, 2]) {
      d[below + i] = [1, 2].reduce((sum, j) => sum + v[`W${layer}${i}${j}`] * d[`z${layer}${j}`], 0);
    }
  }
  return d;
}
