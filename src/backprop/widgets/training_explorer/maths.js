// Recorded runs as the training explorer reads them: decoded, averaged, and put into one of five kinds.

const sum = (values) => values.reduce((total, v) => total + v, 0);
export const mean = (values) => sum(values) / values.length;
const running = (steps) =>
  steps.map(
    (
      (total) => (step) =>
        (total += step)
    )(0),
  );

// Rows of the file to cells: losses and accuracies per seed and epoch, their means, and what became of them.
export function decode({ rows, ...facts }) {
  const cells = rows.map(([optimizer, beta, lr, losses, accuracies]) => {
    const loss = losses.map((line) => running(line).map((k) => 10 ** (k / 1000)));
    const accuracy = accuracies.map((line) => running(line).map((k) => k / 10));
    const over = (lines) => lines[0].map((_, epoch) => mean(lines.map((line) => line[epoch])));
    return { optimizer, beta, lr, loss, accuracy, meanLoss: over(loss), meanAccuracy: over(accuracy) };
  });
  const best = cells.reduce((a, b) => (b.meanAccuracy.at(-1) > a.meanAccuracy.at(-1) ? b : a));
  return {
    ...facts,
    cells: cells.map((cell) => ({ ...cell, ...outcome(cell, best.meanAccuracy.at(-1)) })),
    best: cells.indexOf(best),
  };
}

export function outcome({ loss, accuracy, meanLoss }, best) {
  const last = accuracy.map((line) => line.at(-1));
  const start = meanLoss[0];
  const end = meanLoss.at(-1);
  const peak = Math.max(...meanLoss.slice(1));
  const rises = sum(loss.map((line) => line.filter((v, epoch) => epoch > 1 && v > 1.05 * line[epoch - 1]).length));
  const reached = mean(last);
  const sd = Math.sqrt(sum(last.map((v) => (v - reached) ** 2)) / (last.length - 1));
  const behind = best - reached;
  const kind = () => {
    if (end > 0.9 * start && peak > start) return "lost";
    if (rises >= loss.length) return "unsettled";
    if (peak > 1.05 * start) return "behind";
    if (end > 0.3) return "slow";
    return behind < 1.5 ? "converges" : "behind";
  };
  return {
    what: kind(),
    reached,
    sd,
    low: Math.min(...last),
    high: Math.max(...last),
    start,
    end,
    peak,
    rises,
    behind,
    fall: 1 - end / meanLoss.at(-2),
  };
}
