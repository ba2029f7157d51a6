// What the training explorer says, in the reader's language.

export const STRINGS = {
  en: {
    rate: "learning rate η",
    momentum: "momentum β",
    optimizer: "optimizer",
    map:
      "Validation accuracy in per cent for every recorded setting. Chosen: {name}, {accuracy} %. Arrow keys " +
      "move, a click chooses.",
    title: "accuracy (%); × diverged",
    eta: "η",
    loss: "training loss",
    accuracy: "validation accuracy (%)",
    epoch: "epoch",
    lossOf: "Training loss of {seeds} runs over {epochs} epochs, from {start} to {end}",
    accuracyOf: "Validation accuracy over {epochs} epochs, up to {accuracy} per cent",
    one: "one run",
    mean: "mean of {seeds}",
    best: "best setting of the map",
    converges:
      "It converges: the loss goes from {start} to {end}, and {accuracy} ± {sd} % of the validation digits are right.",
    slow:
      "Too slow for {epochs} epochs: the loss has come from {start} to {end} and still falls by {fall} % an " +
      "epoch. {accuracy} ± {sd} % are right.",
    unsettled:
      "It does not settle: such steps throw the weights about. On average, a run's loss rose by over 5 % in {rises} " +
      "of {more} epochs; the runs end between {low} and {high} %.",
    diverges:
      "It diverges: the loss, {start} at the start, goes up to {peak} and ends at {end}. {accuracy} % right is " +
      "what guessing gives.",
    scaled: "Steps in a steady direction are as long as with η/(1 − β) = {scaled} and no momentum.",
    from:
      "Recorded: {seeds} runs each of a {sizes} network on {training} digits, batches of {batch_size}, " +
      "{validation} other digits to validate; {command}, {created}, NumPy {numpy}.",
  },
  zh: {
    rate: "学习率 η",
    momentum: "动量 β",
    optimizer: "优化器",
    map: "所有已记录设置的验证准确率（%）。当前：{name}，{accuracy} %。方向键移动，点击选择。",
    title: "准确率（%）；× 发散",
    eta: "η",
    loss: "训练损失",
    accuracy: "验证准确率（%）",
    epoch: "轮次",
    lossOf: "{seeds} 次运行在 {epochs} 轮中的训练损失，从 {start} 到 {end}",
    accuracyOf: "{epochs} 轮中的验证准确率，最高 {accuracy} %",
    one: "一次运行",
    mean: "{seeds} 次的平均",
    best: "图中最好的设置",
    converges: "收敛：损失从 {start} 降到 {end}，验证数字有 {accuracy} ± {sd} % 正确。",
    slow: "对 {epochs} 轮来说太慢：损失从 {start} 降到 {end}，每轮仍下降 {fall} %。{accuracy} ± {sd} % 正确。",
    unsettled:
      "不稳定：这样大的步子把权重甩来甩去。平均每次运行的 {more} 轮中有 {rises} 轮损失上升超过 5 %；各次运行止于 {low} 至 {high} %。",
    diverges: "发散：损失开始时为 {start}，升到 {peak}，止于 {end}。{accuracy} % 正确与猜测无异。",
    scaled: "在方向不变时，步长相当于无动量而 η/(1 − β) = {scaled}。",
    from:
      "记录：{sizes} 网络在 {training} 个数字上每种设置运行 {seeds} 次，批大小 {batch_size}，另用 {validation} " +
      "个数字验证；{command}，{created}，NumPy {numpy}。",
  },
};
