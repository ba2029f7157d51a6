// The mathematics of the schedule painter: schedules, the expected loss of a noisy parabola in two parts, a verdict.

// The rate of each step. `each` steps share a painted rate.
export function ratesOf(name, lr, painted, { steps, columns }) {
  const early = steps / 10;
  const half = (step, length) => (lr * (1 + Math.cos((Math.PI * Math.min(step, length)) / length))) / 2;
  const rule = {
    constant: () => lr,
    step: (t) => lr * 0.3 ** Math.floor(t / (steps / 4)),
    linear: (t) => lr * (1 - t / steps),
    exponential: (t) => lr * Math.exp(-0.02 * t),
    inverse: (t) => lr / (1 + t / early),
    cosine: (t) => half(t, steps),
    warmup: (t) => (t < early ? (lr * (t + 1)) / (early + 1) : half(t - early, steps - early)),
    painted: (t) => painted[Math.floor((t * columns) / steps)],
  }[name];
  return Array.from({ length: steps }, (_, t) => rule(t));
}

// The expected loss before the first step and after each: what is left of the start, and what the noise brought in.
export function expected(rates, { curvatures, start, sigma }) {
  const left = curvatures.map((c, i) => (c / 2) * start[i] ** 2);
  const noise = curvatures.map(() => 0);
  const sum = (parts) => parts[0] + parts[1];
  const found = { left: [sum(left)], noise: [sum(noise)] };
  for (const eta of rates) {
    curvatures.forEach((c, i) => {
      const factor = (1 - eta * c) ** 2;
      left[i] *= factor;
      noise[i] = factor * noise[i] + (c / 2) * (eta * sigma) ** 2;
    });
    found.left.push(sum(left));
    found.noise.push(sum(noise));
  }
  return found;
}

// The loss of one run, with its noise.
export function oneRun(rates, { curvatures, start, sigma, noise }) {
  const w = [...start];
  const height = () => w.reduce((total, v, i) => total + (curvatures[i] * v * v) / 2, 0);
  const heights = [height()];
  rates.forEach((eta, t) => {
    w.forEach((v, i) => {
      w[i] -= eta * (curvatures[i] * v + sigma * noise[t][i]);
    });
    heights.push(height());
  });
  return heights;
}

// Where a constant rate ends after very many steps: Σ ησ²/(2(2 − ηλ)).
export function floorOf(eta, { curvatures, sigma }) {
  return curvatures.reduce((total, c) => total + (eta * sigma ** 2) / (2 * (2 - eta * c)), 0);
}

// What happened, and why: a key of the table of words, with the numbers that it needs.
export function verdict(rates, facts) {
  const { left, noise } = expected(rates, facts);
  const loss = left.map((v, t) => v + noise[t]);
  const end = loss.at(-1);
  const limit = 2 / facts.curvatures[0];
  const first = rates.findIndex((eta) => eta > limit) + 1;
  const peak = Math.max(...loss);
  const last = rates.at(-1);
  const share = left.at(-1) / end;
  const found = { end, left: left.at(-1), noise: noise.at(-1), limit, peak, first, last, share };
  const steady = rates.slice(-20).every((eta) => Math.abs(eta - last) < 0.02 * last);
  const floor = floorOf(last, facts);
  if (end < 1.05 * facts.best) return { ...found, what: "best" };
  if (first && !(end < loss[0]))
    return {
      ...found,
      what: "diverges",
      factor: Math.max(...rates.map((eta) => Math.abs(1 - eta * facts.curvatures[0]))),
    };
  if (first && peak > 1.5 * loss[0]) return { ...found, what: "spikes" };
  if (share > 0.8) return { ...found, what: "slow" };
  if (steady && last < limit && Math.abs(end / floor - 1) < 0.1) return { ...found, what: "floor", floor };
  return { ...found, what: share < 0.2 ? "noisy" : "between" };
}
