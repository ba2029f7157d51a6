// Activation functions as a textbook writes them and as they should be computed, in float64 or in float32.

// {value, slope, overflow} of the named function at z. In float32 every single operation is rounded, as a processor
// does it; `overflow` says whether some e^… became ∞ on the way. softmax is the first output for the logits (z, 0).
export function evaluate(name, z, stable, single) {
  const r = single ? Math.fround : (v) => v;
  let overflow = false;
  const exp = (v) => {
    const e = r(Math.exp(v));
    overflow ||= e === Infinity;
    return e;
  };
  const sigmoid = (v) => (stable ? r(exp(Math.min(v, 0)) / r(1 + exp(-Math.abs(v)))) : r(1 / r(1 + exp(-v))));
  // Near 0, e^v − 1 is nothing but rounding; expm1 keeps its digits.
  const tanh = (v) => {
    if (!stable) {
      const up = exp(v);
      const down = exp(-v);
      return r(r(up - down) / r(up + down));
    }
    const e = r(Math.expm1(-2 * Math.abs(v)));
    return Math.sign(v) * r(-e / r(2 + e));
  };
  // 1 − a² is 0 as soon as a has rounded to 1; written with e^(−2|v|) it stays what it is.
  const steep = (v, a) => {
    if (!stable) return r(1 - r(a * a));
    const e = exp(-2 * Math.abs(v));
    const sum = r(1 + e);
    return r(r(4 * e) / r(sum * sum));
  };
  const rules = {
    linear: () => [z, 1],
    relu: () => [Math.max(z, 0), z > 0 ? 1 : 0],
    leaky: () => (z > 0 ? [z, 1] : [r(r(0.01) * z), r(0.01)]),
    sigmoid: () => {
      const a = sigmoid(z);
      return [a, r(a * (stable ? sigmoid(-z) : r(1 - a)))];
    },
    tanh: () => {
      const a = tanh(z);
      return [a, steep(z, a)];
    },
    gelu: () => {
      const c = r(Math.sqrt(2 / Math.PI));
      const k = r(0.044715);
      const square = r(z * z);
      const u = r(c * r(z + r(k * r(square * z))));
      const inner = r(c * r(1 + r(r(3 * k) * square)));
      // ½ (1 + tanh u) is σ(2u), which keeps the digits that 1 + tanh u loses below 0.
      const t = stable ? 0 : tanh(u);
      const share = stable ? sigmoid(r(2 * u)) : r(0.5 * r(1 + t));
      const steepness = stable ? r(2 * r(share * sigmoid(r(-2 * u)))) : r(0.5 * steep(u, t));
      return [r(z * share), r(share + r(r(z * steepness) * inner))];
    },
    softmax: () => {
      const most = stable ? Math.max(z, 0) : 0;
      const first = exp(r(z - most));
      const second = exp(-most);
      const sum = r(first + second);
      const p = r(first / sum);
      return [p, r(p * (stable ? r(second / sum) : r(1 - p)))];
    },
  };
  z = r(z);
  const [value, slope] = rules[name]();
  return { value, slope, overflow };
}

// Where e^… first becomes ∞ on the way from 0 to `end`, found by bisection; null where it never does.
export function cliff(name, end, stable, single) {
  const breaks = (z) => evaluate(name, z, stable, single).overflow;
  if (!breaks(end)) return null;
  let fine = 0;
  while (Math.abs(end - fine) > 1e-4) {
    const middle = (fine + end) / 2;
    if (breaks(middle)) end = middle;
    else fine = middle;
  }
  return fine;
}
