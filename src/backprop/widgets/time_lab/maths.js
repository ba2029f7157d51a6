// The mathematics of the time lab: one neuron along time, or one LSTM with a single neuron, forward and back.
import { FUNCTIONS } from "../kit/functions.js";

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

// The first step of the last piece, from 0: no gradient gets further back.
const border = (steps, piece) => Math.floor((steps - 1) / piece) * piece;

// z_k = x_k + u a_{k−1}, a_k = f(z_k), and the loss is the last state. A factor is what δ_{k+1} is multiplied by on its
// way to δ_k; `uses` are the shares of the gradient of u.
function plain({ activation, recurrent: u, steps, piece }) {
  const { f, slope } = FUNCTIONS[activation];
  const states = [];
  const slopes = [];
  const deltas = [];
  for (let k = 0; k < steps; k++) {
    const z = u * (states[k - 1] ?? 0) + (k ? 0 : 1);
    states.push(f(z));
    slopes.push(slope(z, states[k]));
  }
  const first = border(steps, piece);
  for (let k = steps - 1; k >= 0; k--) {
    deltas[k] = k < first ? 0 : slopes[k] * (k < steps - 1 ? u * deltas[k + 1] : 1);
  }
  const uses = deltas.map((delta, k) => delta * (states[k - 1] ?? 0));
  return { states, factors: slopes.slice(0, -1).map((v) => u * v), deltas, direct: [], uses, first };
}

// The same weight u leads from the state into all four gates, the input weighs 1 in each, and only the forget gate has a
// bias. The states are the memories c_k, the deltas ∂L/∂c_k, and the loss is the last memory. A factor is f_{k+1}.
function gated({ forget, recurrent: u, steps, piece }) {
  const gates = [];
  let [a, c] = [0, 0];
  for (let k = 0; k < steps; k++) {
    const z = u * a + (k ? 0 : 1);
    const gate = { i: sigmoid(z), f: sigmoid(z + forget), g: Math.tanh(z), o: sigmoid(z), before: c, a };
    c = gate.f * c + gate.i * gate.g;
    a = gate.o * Math.tanh(c);
    gates.push({ ...gate, c });
  }
  const first = border(steps, piece);
  const deltas = gates.map(() => 0);
  const direct = gates.map(() => 0);
  const uses = gates.map(() => 0);
  let [da, dc, straight] = [0, 1, 1];
  for (let k = steps - 1; k >= first; k--) {
    const { i, f, g, o, before, c: now, a: state } = gates[k];
    const seen = Math.tanh(now);
    dc += da * o * (1 - seen * seen);
    [deltas[k], direct[k]] = [dc, straight];
    const delta = dc * (g * i * (1 - i) + before * f * (1 - f) + i * (1 - g * g)) + da * seen * o * (1 - o);
    uses[k] = delta * state;
    [da, dc, straight] = [u * delta, dc * f, straight * f];
  }
  return {
    states: gates.map((gate) => gate.c),
    factors: gates.slice(1).map(({ f }) => f),
    deltas,
    direct,
    uses,
    first,
  };
}

export function along(setting) {
  const { uses, ...found } = setting.unit === "lstm" ? gated(setting) : plain(setting);
  return { ...found, gradient: uses.reduce((sum, v) => sum + v, 0) };
}

// What happens to the gradient between the last step and the first that it may reach: the mean factor, what is left by
// all ways and by the memory's own, and its fate. Less than a tenth is little, more than ten times is much.
export function journey({ factors, deltas, direct, first }) {
  const steps = deltas.length;
  const way = factors.slice(first).map(Math.abs);
  const product = way.reduce((left, v) => left * v, 1);
  const factor = way.length ? Math.exp(way.reduce((sum, v) => sum + Math.log(v), 0) / way.length) : 1;
  const left = direct.length ? Math.abs(deltas[first]) : product;
  const fate = first ? "cut" : !left ? "gone" : left < 0.1 ? "fades" : left > 10 ? "grows" : "arrives";
  return { steps, first: first + 1, left, product, factor, fate };
}

// By what clipping at 1 multiplies a gradient.
export const clipping = (gradient) => Math.min(1, 1 / Math.abs(gradient));
