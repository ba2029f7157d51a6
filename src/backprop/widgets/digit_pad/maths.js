// The small network of the digit pad: 784 pixels, 48 ReLUs, ten probabilities; and its gradient by the pixels.

const bytes = (text) => Int8Array.from(atob(text), (c) => c.charCodeAt(0));

// Each weight is a byte times the scale of its column; the sample digits are bytes from 0 to 255.
export function unpack({ layers, samples }) {
  const net = layers.map(({ W, scale, b }) => ({
    W: Float64Array.from(bytes(W), (level, k) => level * scale[k % b.length]),
    b,
  }));
  return { net, samples: Float64Array.from(bytes(samples), (level) => (level & 255) / 255) };
}

function dense({ W, b }, a) {
  const z = Float64Array.from(b);
  for (let i = 0; i < a.length; i++) if (a[i]) for (let j = 0; j < z.length; j++) z[j] += a[i] * W[i * z.length + j];
  return z;
}

// δ Wᵀ
const back = ({ W }, delta) =>
  Float64Array.from({ length: W.length / delta.length }, (_, i) =>
    delta.reduce((sum, d, j) => sum + d * W[i * delta.length + j], 0),
  );

export function read([first, last], x) {
  const z1 = dense(first, x);
  const z2 = dense(
    last,
    z1.map((z) => Math.max(0, z)),
  );
  const most = Math.max(...z2);
  const e = z2.map((z) => Math.exp(z - most));
  const sum = e.reduce((a, b) => a + b);
  return { z1, p: e.map((v) => v / sum) };
}

// ∂L/∂x for L = −ln p of the label: δ² = p − y, δ¹ = δ² W²ᵀ ⊙ f′(z¹), dx = δ¹ W¹ᵀ.
export function inputGradient([first, last], x, label) {
  const { z1, p } = read([first, last], x);
  p[label] -= 1;
  return back(
    first,
    back(last, p).map((d, j) => (z1[j] > 0 ? d : 0)),
  );
}

// One step down on the pixels, which stay between black and white.
export function descend(net, x, label, rate) {
  const dx = inputGradient(net, x, label);
  return x.map((v, i) => Math.min(1, Math.max(0, v - rate * dx[i])));
}
