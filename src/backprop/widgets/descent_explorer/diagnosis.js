// What is to be said about a path, and why: exact on a quadratic, where theory answers; from evidence elsewhere.

// Eigenvalues [smallest, largest] of a symmetric 2 × 2 matrix [a, b, c].
export function eigenvalues([a, b, c]) {
  const middle = (a + c) / 2;
  const reach = Math.hypot((a - c) / 2, b);
  return [middle - reach, middle + reach];
}

// Rules that are linear in the gradient: on a quadratic their fate is a theorem.
export const LINEAR = ["SGD", "Momentum", "Nesterov"];
const inertia = (rule, beta) => (rule === "SGD" ? 0 : beta);

// By what factor an error along curvature λ changes per step in the long run: the larger |r| of the two roots of
// r² − (1 + β − ηλ) r + β = 0 for the heavy ball, v ← βv + g, w ← w − ηv. Nesterov's, w ← w − η(g + βv), multiplies
// the inertia by 1 − ηλ as well: r² − (1 + β)(1 − ηλ) r + β(1 − ηλ) = 0. Plain descent is β = 0. Complex roots swing
// through the minimum, a negative one jumps across it at every step.
export function contraction(rule, lambda, lr, beta) {
  const s = lr * lambda;
  const b = inertia(rule, beta);
  const q = rule === "Nesterov" ? b * (1 - s) : b;
  const p = 1 - s + q;
  const inside = p * p - 4 * q;
  if (inside < 0) return { rate: Math.sqrt(q), swings: true };
  return { rate: (Math.abs(p) + Math.sqrt(inside)) / 2, jumps: p < 0 };
}

// The rate of the direction that is slowest in the long run.
export const slowest = (rule, lambdas, lr, beta) =>
  Math.max(...lambdas.map((lambda) => contraction(rule, lambda, lr, beta).rate));

// The rate above which descent diverges where the largest curvature is λ.
export function limit(rule, lambda, beta) {
  const b = inertia(rule, beta);
  return (2 * (1 + b)) / (rule === "Nesterov" ? 1 + 2 * b : 1) / Math.max(lambda, 0);
}

// The momentum above which an error along curvature λ swings, and at which it shrinks fastest.
export function critical(rule, lambda, lr) {
  const root = Math.sqrt(lr * lambda);
  return rule === "Nesterov" ? Math.max(0, (1 - root) / (1 + root)) : (1 - root) ** 2;
}

// The η and β whose slowest direction is the fastest, and its rate; for SGD, which has no β, zero.
export function best(rule, [flat, steep]) {
  const kappa = steep / flat;
  if (rule === "SGD") return { lr: 2 / (flat + steep), beta: 0, rate: (kappa - 1) / (kappa + 1) };
  if (rule === "Momentum") {
    const rate = (Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1);
    return { lr: 4 / (Math.sqrt(flat) + Math.sqrt(steep)) ** 2, beta: rate * rate, rate };
  }
  const root = Math.sqrt(3 * kappa + 1);
  return { lr: 4 / (3 * steep + flat), beta: (root - 2) / (root + 2), rate: 1 - 2 / root };
}

// A path has arrived when at most this share of the excess loss (above the minimum's) is left.
export const TOLERANCE = 1e-4;

const distance = ([x, y], [u, v]) => Math.hypot(x - u, y - v);

// The minimum that is nearest to a point.
export const nearest = ({ minima }, w) => minima.reduce((a, b) => (distance(b, w) < distance(a, w) ? b : a));

// {what, why, …numbers}: the names of two sentences and the numbers to fill in.
export function diagnose(surface, optimizer, { lr, beta, start, steps }, { points, losses }) {
  const last = points.length - 1;
  const end = points[last];
  const linear = LINEAR.includes(optimizer);
  const goal = nearest(surface, end);
  const floor = surface.f(...goal);
  const excess = (k) => losses[k] - floor;
  const bends = (w) => eigenvalues(surface.hessian(...w));
  const answer = (what, why, numbers) => ({ what, why, n: last, ...numbers });

  const push = Math.hypot(...surface.gradient(...start));
  if (push < 1e-6 && points.every((w) => distance(w, start) < 1e-6)) {
    return answer(bends(start)[0] > 0 ? "rests" : "balances", "still");
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
    // Each eigendirection goes its own way, and one without error stays without. After a turn "without" is up to
    // rounding, unless the path has made that visible.
    const [from, to] = [start, end].map((w) => surface.split(...w));
    const axes = surface.lambdas
      .map((lambda, i) => ({ name: ["flat", "steep"][i], lambda, ...contraction(optimizer, lambda, lr, beta) }))
      .filter((_, i) => from[i] > 1e-24 * losses[0] || to[i] > 1e-6 * losses[0]);
    const slow = axes.reduce((a, b) => (b.rate > a.rate ? b : a));
    const steep = axes[axes.length - 1];
    const numbers = {
      rate: slow.rate,
      lambda: slow.lambda,
      steep: steep.lambda,
      limit: limit(optimizer, steep.lambda, beta),
      star: critical(optimizer, slow.lambda, lr),
      factor: 1 - lr * steep.lambda,
      left,
      // Directions that swing alike are equally slow.
      where: axes.length > 1 && Math.abs(axes[0].rate - axes[1].rate) < 1e-6 ? "both" : slow.name,
      need: Math.max(last + 1, Math.ceil(Math.log(TOLERANCE) / (2 * Math.log(slow.rate)))),
    };
    if (Math.abs(slow.rate - 1) < 1e-9) return answer("cycles", "atLimit", numbers);
    if (slow.rate > 1) return answer("diverges", "aboveLimit", numbers);
    const why = slow.swings ? "swings" : steep.jumps ? "zigzags" : optimizer === "SGD" ? "slides" : "damped";
    if (arrived) return answer("converges", why, { ...numbers, n: arrival });
    return answer(slow.swings && ups > 0.1 ? "rings" : "needs", why, numbers);
  }

  if (isNaN(losses[last])) return answer("leaves", "unknown");
  const at = (lambda) => ({ steep: lambda, limit: limit(optimizer, lambda, beta), left });
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
