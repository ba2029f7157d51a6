// The mathematics of the time lab: one unit along time, z_k = x_k + u a_{k−1}, forward and back.
import { FUNCTIONS } from "../kit/functions.js";

// State, slope and δ of every step; the loss is the last state.
export function along(activation, u, steps) {
  const { f, slope } = FUNCTIONS[activation];
  const states = [];
  const slopes = [];
  const deltas = [];
  for (let k = 0; k < steps; k++) {
    const z = u * (states[k - 1] ?? 0) + (k ? 0 : 1);
    states.push(f(z));
    slopes.push(slope(z, states[k]));
  }
  for (let k = steps - 1; k >= 0; k--) deltas[k] = slopes[k] * (k < steps - 1 ? u * deltas[k + 1] : 1);
  return { states, slopes, deltas };
}

// What happens to δ between the last step and the first: factor per step, mean slope, what is left, and its fate.
export function journey({ slopes, deltas }, u) {
  const steps = deltas.length;
  const way = slopes.slice(0, -1);
  const slope = Math.exp(way.reduce((sum, v) => sum + Math.log(v), 0) / way.length);
  const left = way.reduce((product, v) => product * v * Math.abs(u), 1);
  const fate = !left ? "gone" : left < 1e-3 ? "vanishes" : left > 1e3 ? "explodes" : "arrives";
  return { steps, left, slope, factor: Math.abs(u) * slope, fate };
}
