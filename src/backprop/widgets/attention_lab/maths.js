// The mathematics of the attention lab: a soft look-up and its gradients, for one query or for every letter of a text.

const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

// Shares of scores; a score of −∞ gets none.
export function shares(z) {
  const most = Math.max(...z);
  const raised = z.map((v) => Math.exp(v - most));
  const sum = raised.reduce((a, b) => a + b);
  return raised.map((v) => v / sum);
}

// ∂L/∂z: a score is worth raising if its value is better than what the query gets on average.
export function throughSoftmax(p, dp) {
  const mean = dot(p, dp);
  return p.map((v, j) => v * (dp[j] - mean));
}

// One query among keys. The answer y is the mean of the values in the shares, the loss ½(y − target)².
export function lookUp({ query, loudness, target }, keys, values) {
  const z = keys.map((key) => loudness * dot(query, key));
  const p = shares(z);
  const y = dot(p, values);
  const dy = y - target;
  const dz = throughSoftmax(
    p,
    values.map((v) => dy * v),
  );
  const dq = query.map((_, i) => loudness * dz.reduce((sum, d, j) => sum + d * keys[j][i], 0));
  const dk = dz.map((d) => query.map((v) => loudness * d * v));
  return { z, p, y, loss: dy ** 2 / 2, dz, dq, dk };
}

// What there is to say about a look-up: a hard one, one that fits all keys alike, one that is right, or a soft one.
export function verdict({ p, y }, target) {
  if (Math.max(...p) >= 0.99) return "hard";
  if (Math.abs(y - target) < 0.05) return "hit";
  return Math.max(...p) - Math.min(...p) < 0.01 ? "flat" : "soft";
}

// Each letter but the last asks for its own kind among the letters before each step, and gets the letters there: shares,
// ∂L/∂z and losses, where the loss is half the squared distance of the mean to the next letter.
export function readBack(text, loudness, causal) {
  const letters = [...text];
  const rows = letters.slice(0, -1).map((asked, i) => {
    const z = letters.map((_, j) => (causal && j > i ? -Infinity : j && letters[j - 1] === asked ? loudness : 0));
    const p = shares(z);
    const y = (letter) => p.reduce((sum, v, j) => sum + (letters[j] === letter ? v : 0), 0);
    const off = (letter) => y(letter) - (letter === letters[i + 1] ? 1 : 0);
    const loss = [...new Set(letters)].reduce((sum, letter) => sum + off(letter) ** 2 / 2, 0);
    return { p, dz: throughSoftmax(p, letters.map(off)), loss };
  });
  return {
    p: rows.map((row) => row.p),
    dz: rows.map((row) => row.dz),
    losses: rows.map((row) => row.loss),
  };
}

// What there is to say about one pair of a text: it is hidden, its score rises or falls, or nothing changes.
export function pair(text, causal, row, column, dz) {
  if (causal && column > row) return "hidden";
  if (Math.abs(dz) < 5e-4) return "still";
  if (text[column] === text[row + 1]) return "wanted";
  return dz > 0 ? "other" : "better";
}

// A head that is given up to the diagonal, shares and ∂L/∂z, as squares; a score below `weak` hardly matters.
export function unfolded([p, dz]) {
  const square = (rows) => rows.map((row) => rows.map((_, j) => row[j] ?? 0));
  return { p: square(p), dz: square(dz), weak: Math.max(...dz.flat().map(Math.abs)) / 50 };
}

// What there is to say about one pair of a head that is given.
export function push(row, column, dz, weak) {
  if (column > row) return "hidden";
  if (Math.abs(dz) <= weak) return "hardly";
  return dz < 0 ? "rises" : "falls";
}
