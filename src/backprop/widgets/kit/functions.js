// The activation functions: f(z), the slope f′(z) where a = f(z), and both as a line of a calculation writes them.

const ROOT = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

// Beyond ±10⁴ the tanh is flat, and the cube would overflow.
const clipped = (z) => Math.max(-1e4, Math.min(1e4, z));

export const FUNCTIONS = {
  linear: { f: (z) => z, slope: () => 1 },
  relu: {
    f: (z) => Math.max(0, z),
    slope: (z) => (z > 0 ? 1 : 0),
    sign: "ReLU",
    letters: (z) => `[${z} > 0]`,
  },
  sigmoid: {
    f: (z) => 1 / (1 + Math.exp(-z)),
    slope: (z, a) => a * (1 - a),
    sign: "σ",
    letters: (z, a) => `${a}·(1 − ${a})`,
  },
  tanh: {
    f: Math.tanh,
    slope: (z, a) => 1 - a * a,
    sign: "tanh",
    letters: (z, a) => `(1 − ${a}²)`,
  },
  // The tanh form: u = √(2/π) (z + 0.044715 z³), a = ½ z (1 + tanh u).
  gelu: {
    f: (z) => 0.5 * z * (1 + bend(z)),
    slope(z) {
      const t = bend(z);
      const v = clipped(z);
      return 0.5 * (1 + t) + 0.5 * v * (1 - t * t) * ROOT * (1 + 3 * CUBE * v * v);
    },
  },
};

function bend(z) {
  const v = clipped(z);
  return Math.tanh(ROOT * (v + CUBE * v * v * v));
}
