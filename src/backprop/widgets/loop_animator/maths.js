// The mathematics of the loop animator: rounds of the 2-2-2 network, and what each cache holds at which moment.
import { FUNCTIONS } from "../kit/functions.js";

const dense = (a, W, b) => b.map((bias, j) => a.reduce((sum, value, i) => sum + value * W[i][j], bias));
const sigmoid = (z) => z.map((value) => FUNCTIONS.sigmoid.f(value));
// δ = ∂L/∂a ⊙ f′(z)
const valve = (da, z, a) => da.map((value, k) => value * FUNCTIONS.sigmoid.slope(z[k], a[k]));
const outer = (a, b) => a.map((value) => b.map((other) => value * other));
const lower = (value, slope, lr) =>
  Array.isArray(value) ? value.map((entry, k) => lower(entry, slope[k], lr)) : value - lr * slope;

// One round on one example: forward, loss, backward. All numbers in the order in which they come into being.
export function compute({ W1, b1, W2, b2 }, x, y) {
  const z1 = dense(x, W1, b1);
  const a1 = sigmoid(z1);
  const z2 = dense(a1, W2, b2);
  const guess = sigmoid(z2);
  const error = guess.map((value, k) => value - y[k]);
  const loss = error.reduce((sum, value) => sum + value * value, 0) / 2;
  const delta2 = valve(error, z2, guess);
  const dW2 = outer(a1, delta2);
  const db2 = delta2;
  const da1 = W2.map((row) => row.reduce((sum, w, j) => sum + w * delta2[j], 0));
  const delta1 = valve(da1, z1, a1);
  return { x, z1, a1, z2, guess, error, loss, delta2, dW2, db2, da1, delta1, dW1: outer(x, delta1), db1: delta1 };
}

// Every parameter against its gradient: w − η ∂L/∂w.
export function update(parameters, found, lr) {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, lower(value, found["d" + name], lr)]),
  );
}

// `count` rounds, each with the parameters that it began with; the last entry holds the parameters after all of them.
export function rounds(start, x, y, lr, count) {
  const all = [];
  for (let parameters = start; all.length <= count; ) {
    const found = compute(parameters, x, y);
    all.push({ ...parameters, ...found });
    parameters = update(parameters, found, lr);
  }
  return all;
}

// Eleven steps make a round: five forward (the loss is the fifth), five backward, one update.
export const STEPS = 11;

// After `position` steps: the round, the step just done (−1 before the first), and each of the five caches:
// "empty", "full" (written, not yet read) or "read" (nobody will ask again).
export function moment(position) {
  const round = Math.max(0, Math.ceil(position / STEPS) - 1);
  const step = position - 1 - round * STEPS;
  const caches = [0, 1, 2, 3, 4].map((k) => (step < k ? "empty" : step < 9 - k ? "full" : "read"));
  return { round, step, caches };
}
