// The mathematics of the stepper: one pass through the 2-2-2 network as a list of single numbers, in order.

const FUNCTIONS = {
  sigmoid: { f: (z) => 1 / (1 + Math.exp(-z)), slope: (z, a) => a * (1 - a) },
  tanh: { f: Math.tanh, slope: (z, a) => 1 - a * a },
  relu: { f: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
};
const SHOWN = { sigmoid: "σ", tanh: "tanh", relu: "ReLU" };
const UP = "⁰¹²";
const LOW = "₀₁₂";

// The twelve parameters in the order of `weights`; an edge is named W, layer, from, to.
export const PARAMETERS = ["W111", "W112", "W121", "W122", "b11", "b12", "W211", "W212", "W221", "W222", "b21", "b22"];

// "W112" is w⁽¹⁾₁₂, "dz21" is ∂L/∂z⁽²⁾₁; layer 0 is x, layer 2 is the prediction.
export function sign(name) {
  if (name[0] === "d") return "∂L/∂" + sign(name.slice(1));
  if (name === "L") return "L";
  const index = [...name.slice(2)].map((k) => LOW[k]).join("");
  if (name[0] === "a" && name[1] !== "1") return (name[1] === "0" ? "x" : "ŷ") + index;
  return `${name[0].toLowerCase()}⁽${UP[name[1]]}⁾${index}`;
}

export const digits = (v) => (v && Math.abs(v) < 5e-4 ? v.toExponential(1) : v.toFixed(Math.abs(v) < 100 ? 3 : 1)).replace(/-/g, "−");
const inside = (v) => (v < 0 ? `(${digits(v)})` : digits(v));

// Each step: its phase, the name of the number it computes, the formula in letters and in numbers, the value.
export function trace({ x, y, weights, activation, loss, learning_rate: rate }) {
  const v = { a01: x[0], a02: x[1] }, steps = [], { f, slope } = FUNCTIONS[activation], soft = loss === "cross-entropy";
  const target = soft ? [0, 1].map((k) => +(k === +(y[1] > y[0]))) : y;
  PARAMETERS.forEach((name, k) => (v[name] = weights[k]));
  const put = (phase, name, letters, numbers, value) => {
    if (phase !== "update") v[name] = value;
    steps.push({ phase, target: name, letters: `${sign(name)} ${phase === "update" ? "←" : "="} ${letters}`, numbers, value });
  };
  const products = (pairs, more = []) => [[...pairs.map(([p, q]) => sign(p) + "·" + sign(q)), ...more.map(sign)].join(" + "),
    [...pairs.map(([p, q]) => inside(v[p]) + "·" + inside(v[q])), ...more.map((p) => inside(v[p]))].join(" + "),
    pairs.reduce((sum, [p, q]) => sum + v[p] * v[q], more.reduce((sum, p) => sum + v[p], 0))];
  for (const layer of [1, 2]) {
    for (const j of [1, 2]) put("forward", `z${layer}${j}`, ...products([1, 2].map((i) => [`a${layer - 1}${i}`, `W${layer}${i}${j}`]), [`b${layer}${j}`]));
    const top = Math.max(v.z21, v.z22), total = Math.exp(v.z21 - top) + Math.exp(v.z22 - top);
    for (const j of [1, 2]) {
      const z = `z${layer}${j}`, name = `a${layer}${j}`;
      if (soft && layer === 2) put("forward", name, `exp ${sign(z)} / Σ exp z⁽²⁾`, `exp ${inside(v[z])} / (exp ${inside(v.z21)} + exp ${inside(v.z22)})`, Math.exp(v[z] - top) / total);
      else put("forward", name, `${SHOWN[activation]}(${sign(z)})`, `${SHOWN[activation]}(${digits(v[z])})`, f(v[z]));
    }
  }
  const out = ["a21", "a22"], label = target[0] ? 0 : 1;
  // ln(1 + exp d) without an overflow; d is how far the label's logit lies behind the other.
  const gap = (v.z21 - v.z22) * (label ? 1 : -1), surprise = Math.max(gap, 0) + Math.log1p(Math.exp(-Math.abs(gap)));
  if (soft) put("loss", "L", `−ln ${sign(out[label])}`, `−ln ${digits(v[out[label]])}`, surprise);
  else put("loss", "L", "½ Σ (ŷ − y)²", `½·(${out.map((a, k) => `(${digits(v[a])} − ${inside(y[k])})²`).join(" + ")})`, out.reduce((sum, a, k) => sum + (v[a] - y[k]) ** 2, 0) / 2);
  if (!soft) out.forEach((a, k) => put("backward", "d" + a, `${sign(a)} − y${LOW[k + 1]}`, `${digits(v[a])} − ${inside(y[k])}`, v[a] - y[k]));
  for (const layer of [2, 1]) {
    for (const j of [1, 2]) {
      const z = `z${layer}${j}`, a = `a${layer}${j}`;
      if (soft && layer === 2) put("backward", "d" + z, `${sign(a)} − y${LOW[j]}`, `${digits(v[a])} − ${target[j - 1]}`, v[a] - target[j - 1]);
      else put("backward", "d" + z, `${sign("d" + a)}·${activation === "sigmoid" ? `${sign(a)}·(1 − ${sign(a)})` : activation === "tanh" ? `(1 − ${sign(a)}²)` : `[${sign(z)} > 0]`}`,
        `${inside(v["d" + a])}·${activation === "sigmoid" ? `${digits(v[a])}·(1 − ${digits(v[a])})` : activation === "tanh" ? `(1 − ${inside(v[a])}²)` : slope(v[z], v[a])}`, v["d" + a] * slope(v[z], v[a]));
    }
    for (const i of [1, 2]) for (const j of [1, 2]) put("backward", `dW${layer}${i}${j}`, ...products([[`a${layer - 1}${i}`, `dz${layer}${j}`]]));
    for (const j of [1, 2]) put("backward", `db${layer}${j}`, sign(`dz${layer}${j}`), digits(v[`dz${layer}${j}`]), v[`dz${layer}${j}`]);
    if (layer === 2) for (const i of [1, 2]) put("backward", `da1${i}`, ...products([1, 2].map((j) => [`W2${i}${j}`, `dz2${j}`])));
  }
  for (const name of PARAMETERS) put("update", name, `${sign(name)} − η·${sign("d" + name)}`, `${digits(v[name])} − ${digits(rate)}·${inside(v["d" + name])}`, v[name] - rate * v["d" + name]);
  return steps;
}
