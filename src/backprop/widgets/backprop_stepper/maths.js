// The mathematics of the stepper: one pass through the 2-2-2 network as a list of single numbers, in order.
import { FUNCTIONS } from "../kit/functions.js";
import { digits, PARAMETERS, sign } from "../kit/running.js";
import { inside } from "../kit/words.js";

// A number inside a product or a sum.
const filled = (value) => inside(digits(value));

// All steps. The last is the update of all twelve parameters at once, with the loss before and after it.
export function trace(settings) {
  const { weights: before, learning_rate: rate } = settings;
  const steps = walk(settings);
  const v = Object.fromEntries(steps.map(({ target, value }) => [target, value]));
  const weights = PARAMETERS.map((name, k) => before[k] - rate * v["d" + name]);
  const after = walk({ ...settings, weights }).find(({ target }) => target === "L").value;
  const [first] = PARAMETERS;
  const numbers = `${digits(before[0])} − ${digits(rate)}·${filled(v["d" + first])}`;
  return [...steps, { phase: "update", numbers, weights, before: v.L, after }];
}

// The edges from a number's neuron on to the loss, or those that lead into it: "W212" is a weight's, "L1" runs from the
// first output to the loss.
export function path({ phase, target, from = [] }) {
  if (phase === "update") return PARAMETERS.filter((name) => name[0] === "W");
  if (phase === "loss") return from.filter((name) => name[0] === "a").map((name) => "L" + name[2]);
  if (phase === "forward") return from.filter((name) => name[0] === "W");
  const [layer, ...units] = target.replace(/\D/g, "");
  const unit = units.at(-1);
  const on = layer === "2" ? ["L" + unit] : [`W2${unit}1`, `W2${unit}2`, "L1", "L2"];
  return units.length === 2 ? [target.slice(1), ...on] : on;
}

// Each step of the two passes: its phase, the name of the number it computes, the formula in letters and in numbers, the
// value, and the numbers that it is made from.
function walk({ x, y, weights, activation, loss }) {
  const v = { a01: x[0], a02: x[1] };
  const steps = [];
  const { f, slope, sign: shown, letters } = FUNCTIONS[activation];
  const soft = loss === "cross-entropy";
  const target = soft ? [0, 1].map((k) => +(k === +(y[1] > y[0]))) : y;
  PARAMETERS.forEach((name, k) => (v[name] = weights[k]));
  const put = (phase, target, from, letters, numbers, value) => {
    v[target] = value;
    steps.push({ phase, target, from, letters: `${sign(target)} = ${letters}`, numbers, value });
  };
  const products = (pairs, more = []) => [
    [...pairs.flat(), ...more],
    [...pairs.map(([p, q]) => sign(p) + "·" + sign(q)), ...more.map(sign)].join(" + "),
    [...pairs.map(([p, q]) => filled(v[p]) + "·" + filled(v[q])), ...more.map((p) => filled(v[p]))].join(" + "),
    pairs.reduce(
      (sum, [p, q]) => sum + v[p] * v[q],
      more.reduce((sum, p) => sum + v[p], 0),
    ),
  ];
  const copy = (name) => [[name], sign(name), digits(v[name]), v[name]];
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
          ["z21", "z22"],
          `exp ${sign(z)} / Σ exp z⁽²⁾`,
          `exp ${filled(v[z])} / (exp ${filled(v.z21)} + exp ${filled(v.z22)})`,
          Math.exp(v[z] - top) / total,
        );
      else put("forward", name, [z], `${shown}(${sign(z)})`, `${shown}(${digits(v[z])})`, f(v[z]));
    }
  }
  const out = ["a21", "a22"];
  const label = target[0] ? 0 : 1;
  // ln(1 + exp d) without an overflow; d is how far the label's logit lies behind the other.
  const gap = (v.z21 - v.z22) * (label ? 1 : -1);
  const surprise = Math.max(gap, 0) + Math.log1p(Math.exp(-Math.abs(gap)));
  if (soft) put("loss", "L", [out[label]], `−ln ${sign(out[label])}`, `−ln ${digits(v[out[label]])}`, surprise);
  else
    put(
      "loss",
      "L",
      [...out, "y21", "y22"],
      "½ Σ (ŷ − y)²",
      `½·(${out.map((a, k) => `(${digits(v[a])} − ${filled(y[k])})²`).join(" + ")})`,
      out.reduce((sum, a, k) => sum + (v[a] - y[k]) ** 2, 0) / 2,
    );
  if (!soft)
    out.forEach((a, k) =>
      put(
        "backward",
        "d" + a,
        [a, `y2${k + 1}`],
        `${sign(a)} − ${sign(`y2${k + 1}`)}`,
        `${digits(v[a])} − ${filled(y[k])}`,
        v[a] - y[k],
      ),
    );
  for (const layer of [2, 1]) {
    for (const j of [1, 2]) {
      const z = `z${layer}${j}`;
      const a = `a${layer}${j}`;
      if (soft && layer === 2)
        put(
          "backward",
          "d" + z,
          [a, `y2${j}`],
          `${sign(a)} − ${sign(`y2${j}`)}`,
          `${digits(v[a])} − ${target[j - 1]}`,
          v[a] - target[j - 1],
        );
      else {
        const number = slope(v[z], v[a]);
        // The slope of a ReLU is no calculation, but a decision.
        const worked = activation === "relu" ? number : letters(digits(v[z]), filled(v[a]));
        const symbols = `${sign("d" + a)}·${letters(sign(z), sign(a))}`;
        put(
          "backward",
          "d" + z,
          ["d" + a, activation === "relu" ? z : a],
          symbols,
          `${filled(v["d" + a])}·${worked}`,
          v["d" + a] * number,
        );
      }
    }
    for (const i of [1, 2])
      for (const j of [1, 2])
        put("backward", `dW${layer}${i}${j}`, ...products([[`a${layer - 1}${i}`, `dz${layer}${j}`]]));
    for (const j of [1, 2]) put("backward", `db${layer}${j}`, ...copy(`dz${layer}${j}`));
    if (layer === 2)
      for (const i of [1, 2]) put("backward", `da1${i}`, ...products([1, 2].map((j) => [`W2${i}${j}`, `dz2${j}`])));
  }
  return steps;
}
