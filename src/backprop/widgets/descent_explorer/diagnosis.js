// What is to be said about a path, and why: exact on a quadratic, where theory answers; from evidence elsewhere.

// Eigenvalues [smallest, largest] of a symmetric 2 × 2 matrix [a, b, c].
export function eigenvalues([a, b, c]) {
  const middle = (a + c) / 2;
  const reach = Math.hypot((a - c) / 2, b);
  return [middle - reach, middle + reach];
}

// By what factor an error along curvature λ changes per step in the long run. On a quadratic, momentum is the
// recurrence z² − pz + q = 0 (plain descent is β = 0); the factor is its largest root in absolute value. Complex
// roots swing through the minimum, a negative one jumps across it at every step.
export function contraction(nesterov, lambda, lr, beta) {
  const s = lr * lambda;
  const q = nesterov ? beta * (1 - s) : beta;
  const p = 1 - s + q;
  const inside = p * p - 4 * q;
  if (inside < 0) return { rate: Math.sqrt(q), swings: true };
  return { rate: (Math.abs(p) + Math.sqrt(inside)) / 2, jumps: p < 0 };
}

// The rate above which descent diverges where the largest curvature is λ.
export function limit(nesterov, lambda, beta) {
  return (2 * (1 + beta)) / (nesterov ? 1 + 2 * beta : 1) / Math.max(lambda, 0);
}

// The momentum above which an error along curvature λ swings, and at which it shrinks fastest.
export function critical(nesterov, lambda, lr) {
  const root = Math.sqrt(lr * lambda);
  return nesterov ? Math.max(0, (1 - root) / (1 + root)) : (1 - root) ** 2;
}

// A path has arrived when at most this share of the excess loss (above the minimum's) is left.
export const TOLERANCE = 1e-4;

// {what, why, …numbers}: the names of two sentences and the numbers to fill in.
export function diagnose(surface, optimizer, { lr, beta, start, steps }, { points, losses }) {
  const last = points.length - 1;
  const end = points[last];
  const plain = optimizer === "SGD";
  const nesterov = optimizer === "Nesterov";
  const linear = plain || nesterov || optimizer === "Momentum";
  const b = plain ? 0 : beta;
  const distance = ([x, y], [u, v]) => Math.hypot(x - u, y - v);
  const goal = surface.minima.reduce((a, b) => (distance(b, end) < distance(a, end) ? b : a));
  const floor = surface.f(...goal);
  const excess = (k) => losses[k] - floor;
  const bends = (w) => eigenvalues(surface.hessian(...w));
  const answer = (what, why, numbers) => ({ what, why, n: last, ...numbers });

  const push = Math.hypot(...surface.gradient(...start));
  if (push < 1e-6 && points.every((w) => distance(w, start) < 1e-6)) {
    return answer(bends(start)[0] > 0 ? "rests" : "balances", "flat");
  }

  // The first step from which on the excess stays below the tolerance; the share of late steps that went up; the rest.
  let arrival = last + 1;
  while (arrival > 0 && excess(arrival - 1) <= TOLERANCE * excess(0)) arrival--;
  const arrived = last === steps && arrival <= last;
  const half = last >> 1;
  const late = losses.slice(half);
  const ups = late.filter((loss, k) => loss > late[k - 1]).length / late.length;
  const left = excess(0) > 0 ? excess(last) / excess(0) : 1;

  if (surface.lambdas && linear) {
    // Each axis goes its own way; one without error to begin with stays without.
    const axes = surface.lambdas
      .filter((_, i) => start[i] !== 0)
      .map((lambda) => ({ lambda, ...contraction(nesterov, lambda, lr, b) }));
    const slow = axes.reduce((a, b) => (b.rate > a.rate ? b : a));
    const steep = axes[axes.length - 1];
    const numbers = {
      rate: slow.rate,
      lambda: slow.lambda,
      steep: steep.lambda,
      limit: limit(nesterov, steep.lambda, b),
      star: critical(nesterov, slow.lambda, lr),
      factor: 1 - lr * steep.lambda,
      left,
      need: Math.max(last + 1, Math.ceil(Math.log(TOLERANCE) / (2 * Math.log(slow.rate)))),
    };
    if (Math.abs(slow.rate - 1) < 1e-9) return answer("cycles", "atLimit", numbers);
    if (slow.rate > 1) return answer("diverges", "aboveLimit", numbers);
    const why = slow.swings ? "swings" : steep.jumps ? "zigzags" : plain ? "slides" : "damped";
    if (arrived) return answer("converges", why, { ...numbers, n: arrival });
    return answer(slow.swings && ups > 0.1 ? "rings" : "needs", why, numbers);
  }

  if (isNaN(losses[last])) return answer("leaves", "unknown");
  const at = (lambda) => ({ steep: lambda, limit: limit(nesterov, lambda, b), left });
  // The first curvature on the path, from step k on, for which η is too large.
  const tooSteep = (k) =>
    points
      .slice(k)
      .map((w) => bends(w)[1])
      .find((lambda) => lr > at(lambda).limit);
  if (last < steps) return answer("diverges", "tooSteep", at(tooSteep(0)));
  // Newton's step says how far away the nearest point without slope is; a saddle within 2 % of the map holds a slow
  // path up.
  const [p, q, r] = surface.hessian(...end);
  const [g, h] = surface.gradient(...end);
  const det = p * r - q * q;
  const near = 0.04 * surface.domain[1];
  if (det < 0 && Math.hypot(r * g - q * h, p * h - q * g) < -det * near && distance(end, points[last - 1]) < near) {
    return answer("lingers", "downhill", { bend: bends(end)[0] });
  }
  // Without a theory, arriving at the very end is no proof: a path that divides by |g| may leave again.
  const there = at(bends(goal)[1]);
  if (arrived && arrival < 0.9 * last && !(linear && lr > there.limit)) {
    return answer("converges", linear ? "belowLimit" : optimizer, { ...there, n: arrival });
  }
  const quarter = Math.max(1, last >> 2);
  const mean = (from, to) => losses.slice(from, to).reduce((sum, loss) => sum + loss - floor, 0) / (to - from);
  const headway = mean(last + 1 - quarter, last + 1) / mean(last + 1 - 2 * quarter, last + 1 - quarter);
  const steep = tooSteep(half);
  if (left < 1 && ups <= 0.1) return answer("creeps", linear ? "shallow" : optimizer, at(0));
  return answer(
    left >= 1 || headway > 0.9 ? "oscillates" : "rings",
    !linear ? optimizer : steep ? "tooSteep" : "carried",
    at(steep),
  );
}
