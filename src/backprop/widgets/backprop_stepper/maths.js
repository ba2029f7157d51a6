// The mathematics of the stepper: one pass through the 2-2-2 network as a list of single numbers, in order.
import { FUNCTIONS } from "../kit/functions.js";
import { digits, PARAMETERS, sign } from "../kit/running.js";
import { inside } from "../kit/words.js";

// A number inside a product or a sum.
const filled = (value) => inside(digits(value));

// Each step: its phase, the name of the number it computes, the formula in letters and in numbers, the value.
export function trace({ x, y, weights, activation, loss, learning_rate: rate }) {
  const v = { a01: x[0], a02: x[1] };
  const steps = [];
  const { f, slope, sign: shown, letters } = FUNCTIONS[activation];
  const soft = loss === "cross-entropy";
  const target = soft ? [0, 1].map((k) => +(k === +(y[1] > y[0]))) : y;
  PARAMETERS.forEach((name, k) => (v[name] = weights[k]));
  const put = (phase, name, letters, numbers, value) => {
    if (phase !== "update") v[name] = value;
    steps.push({
      phase,
      target: name,
      letters: `${sign(name)} ${phase === "update" ? "←" : "="} ${letters}`,
      numbers,
      value,
    });
  };
  const products = (pairs, more = []) => [
    [...pairs.map(([p, q]) => sign(p) + "·" + sign(q)), ...more.map(sign)].join(" + "),
    [...pairs.map(([p, q]) => filled(v[p]) + "·" + filled(v[q])), ...more.map((p) => filled(v[p]))].join(" + "),
    pairs.reduce(
      (sum, [p, q]) => sum + v[p] * v[q],
      more.reduce((sum, p) => sum + v[p], 0),
    ),
  ];
  for (const layer of [1, 2]) {
    for (const j of [1, 2])
      put(
        "forward",
        `z${layer}${j}`,
        ...products(
          [1, 2].map((i) => [`a${layer - 1}${i}`, `W${layer}${i}${j}`]),
          [`b${layer}${j}`],
        ),
      );
    const top = Math.max(v.z21, v.z22);
    const total = Math.exp(v.z21 - top) + Math.exp(v.z22 - top);
    for (const j of [1, 2]) {
      const z = `z${layer}${j}`;
      const name = `a${layer}${j}`;
      if (soft && layer === 2)
        put(
          "forward",
          name,
          `exp ${sign(z)} / Σ exp z⁽²⁾`,
          `exp ${filled(v[z])} / (exp ${filled(v.z21)} + exp ${filled(v.z22)})`,
          Math.exp(v[z] - top) / total,
        );
      else put("forward", name, `${shown}(${sign(z)})`, `${shown}(${digits(v[z])})`, f(v[z]));
    }
  }
  const out = ["a21", "a22"];
  const label = target[0] ? 0 : 1;
  // ln(1 + exp d) without an overflow; d is how far the label's logit lies behind the other.
  const gap = (v.z21 - v.z22) * (label ? 1 : -1);
  const surprise = Math.max(gap, 0) + Math.log1p(Math.exp(-Math.abs(gap)));
  if (soft) put("loss", "L", `−ln ${sign(out[label])}`, `−ln ${digits(v[out[label]])}`, surprise);
  else
    put(
      "loss",
      "L",
      "½ Σ (ŷ − y)²",
      `½·(${out.map((a, k) => `(${digits(v[a])} − ${filled(y[k])})²`).join(" + ")})`,
      out.reduce((sum, a, k) => sum + (v[a] - y[k]) ** 2, 0) / 2,
    );
  if (!soft)
    out.forEach((a, k) =>
      put("backward", "d" + a, `${sign(a)} − ${sign(`y2${k + 1}`)}`, `${digits(v[a])} − ${filled(y[k])}`, v[a] - y[k]),
    );
  for (const layer of [2, 1]) {
    for (const j of [1, 2]) {
      const z = `z${layer}${j}`;
      const a = `a${layer}${j}`;
      if (soft && layer === 2)
        put(
          "backward",
          "d" + z,
          `${sign(a)} − ${sign(`y2${j}`)}`,
          `${digits(v[a])} − ${target[j - 1]}`,
          v[a] - target[j - 1],
        );
      else {
        const number = slope(v[z], v[a]);
        // The slope of a ReLU is no calculation, but a decision.
        const worked = activation === "relu" ? number : letters(digits(v[z]), filled(v[a]));
        const symbols = `${sign("d" + a)}·${letters(sign(z), sign(a))}`;
        put("backward", "d" + z, symbols, `${filled(v["d" + a])}·${worked}`, v["d" + a] * number);
      }
    }
    for (const i of [1, 2])
      for (const j of [1, 2])
        put("backward", `dW${layer}${i}${j}`, ...products([[`a${layer - 1}${i}`, `dz${layer}${j}`]]));
    for (const j of [1, 2])
      put("backward", `db${layer}${j}`, sign(`dz${layer}${j}`), digits(v[`dz${layer}${j}`]), v[`dz${layer}${j}`]);
    if (layer === 2)
      for (const i of [1, 2]) put("backward", `da1${i}`, ...products([1, 2].map((j) => [`W2${i}${j}`, `dz2${j}`])));
  }
  for (const name of PARAMETERS)
    put(
      "update",
      name,
      `${sign(name)} − η·${sign("d" + name)}`,
      `${digits(v[name])} − ${digits(rate)}·${filled(v["d" + name])}`,
      v[name] - rate * v["d" + name],
    );
  return steps;
}
