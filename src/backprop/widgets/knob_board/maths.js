// The mathematics of the knob board: a network of nine numbers, its loss, its slopes, one step of descent.

// ŷ = w13 tanh(w11 x₁ + w21 x₂ + b1) + w23 tanh(w12 x₁ + w22 x₂ + b2) + b3, with the two hidden activations.
export function forward([w11, w21, b1, w12, w22, b2, w13, w23, b3], x1, x2) {
  const a1 = Math.tanh(w11 * x1 + w21 * x2 + b1);
  const a2 = Math.tanh(w12 * x1 + w22 * x2 + b2);
  return [w13 * a1 + w23 * a2 + b3, a1, a2];
}

// L = 1/(2N) Σ (ŷ − y)², how many points lie on their side of ½, and ∂L/∂knob by a backward pass.
export function measure(knobs, points) {
  const slopes = knobs.map(() => 0);
  const [w13, w23] = knobs.slice(6);
  let loss = 0;
  let right = 0;
  for (const [x1, x2, y] of points) {
    const [guess, a1, a2] = forward(knobs, x1, x2);
    const error = guess - y;
    const d3 = error / points.length;
    loss += (error * error) / 2 / points.length;
    right += guess > 0.5 === y > 0.5;
    const d1 = d3 * w13 * (1 - a1 * a1);
    const d2 = d3 * w23 * (1 - a2 * a2);
    [d1 * x1, d1 * x2, d1, d2 * x1, d2 * x2, d2, d3 * a1, d3 * a2, d3].forEach((slope, k) => (slopes[k] += slope));
  }
  return { loss, right, slopes };
}

// v ← βv + g, w ← w − ηv for every knob.
export function step({ knobs, memory }, slopes, lr, beta) {
  const next = memory.map((v, k) => beta * v + slopes[k]);
  return { knobs: knobs.map((w, k) => w - lr * next[k]), memory: next };
}

// At most `count` steps of a descent that has `left` to go, and the loss at which each of them arrives.
export function descend(walk, count, points, lr, beta) {
  let { knobs, memory, left } = walk;
  let { slopes } = measure(knobs, points);
  const losses = [];
  for (let k = Math.min(count, left); k; k--) {
    ({ knobs, memory } = step({ knobs, memory }, slopes, lr, beta));
    const found = measure(knobs, points);
    slopes = found.slopes;
    losses.push(found.loss);
  }
  left -= losses.length;
  return { walk: { knobs, memory, left }, losses };
}

// The places of the moves that one kind of line joins: by descent, or by hand; −1 where it ends and the other begins.
export function movesOf(history, byDescent) {
  return history.flatMap((move, k) => {
    const goesOn = history[k + 1]?.byDescent === byDescent;
    if (!goesOn && (!k || move.byDescent !== byDescent)) return [];
    return goesOn ? [k] : [k, -1];
  });
}
