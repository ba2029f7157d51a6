// What the training explorer says, in the reader's language.

export const STRINGS = {
  en: {
    rate: "learning rate η",
    momentum: "momentum β",
    optimizer: "optimizer",
    map:
      "Validation accuracy in per cent for every recorded setting after {epoch} of {epochs} epochs. Chosen: {name}, " +
      "{now} %. Arrow keys move, a click chooses.",
    title: "accuracy (%); × lost",
    early: "accuracy (%) after epoch {epoch} of {epochs}",
    shown: "the map after so many epochs",
    eta: "η",
    loss: "training loss",
    accuracy: "validation accuracy (%)",
    epoch: "epoch",
    lossOf: "Training loss of {seeds} runs over {epochs} epochs, from {start} to {end}",
    accuracyOf: "Validation accuracy over {epochs} epochs, up to {accuracy} per cent",
    one: "one run",
    mean: "mean of {seeds}",
    best: "best setting after all epochs",
    converges:
      "It converges: the loss goes from {start} to {end}, and {accuracy} ± {sd} % of the validation digits are right.",
    slow:
      "Too slow for {epochs} epochs: the loss has come from {start} to {end} and fell by {fall} % in the last epoch. " +
      "{accuracy} ± {sd} % are right.",
    behind:
      "It learns, but a smaller rate does better: the loss goes from {start} to {end}, and {accuracy} ± {sd} % are " +
      "right, {behind} points fewer than at the best setting.",
    unsettled:
      "It does not settle: such steps throw the weights about. In {rises} of the {seeds} × {more} epochs after the " +
      "first, the loss rose by over 5 %; the runs end between {low} and {high} %.",
    lost:
      "It is lost: the loss, {start} at the start, goes up to {peak} and ends at {end}. {accuracy} % are right; " +
      "guessing gives 10 %.",
    scaled: "Steps in a steady direction are as long as with η/(1 − β) = {scaled} and no momentum.",
    from:
      "Recorded: {seeds} runs each of a {sizes} network on {training} digits, batches of {batch_size}, " +
      "{validation} other digits to validate; {command}, {created}, NumPy {numpy}.",
  },
  zh: {
    rate: "学习率 η",
    momentum: "动量 β",
    optimizer: "优化器",
    map: "每个已记录设置在 {epochs} 轮中第 {epoch} 轮之后的验证准确率（%）。当前：{name}，{now}%。方向键移动，点击选择。",
    title: "准确率（%）；× 训练失败",
    early: "{epochs} 轮中第 {epoch} 轮之后的准确率（%）",
    shown: "图中显示第几轮之后",
    eta: "η",
    loss: "训练损失",
    accuracy: "验证准确率（%）",
    epoch: "轮次",
    lossOf: "{seeds} 次运行在 {epochs} 轮中的训练损失，从 {start} 到 {end}",
    accuracyOf: "{epochs} 轮中的验证准确率，最高 {accuracy}%",
    one: "一次运行",
    mean: "{seeds} 次的平均",
    best: "全部轮次后最好的设置",
    converges: "收敛：损失从 {start} 降到 {end}，验证数字有 {accuracy} ± {sd}% 正确。",
    slow: "对 {epochs} 轮来说太慢：损失从 {start} 降到 {end}，最后一轮下降了 {fall}%。{accuracy} ± {sd}% 正确。",
    behind:
      "学到了东西，但更小的学习率更好：损失从 {start} 降到 {end}，{accuracy} ± {sd}% 正确，比最好的设置少 {behind} 个百分点。",
    unsettled:
      "不稳定：这样大的步子把权重甩来甩去。首轮之后的 {seeds} × {more} 轮中有 {rises} 轮损失上升超过 5%；各次运行止于 {low} 至 {high}%。",
    lost: "训练失败：损失开始时为 {start}，升到 {peak}，止于 {end}。{accuracy}% 正确；猜测可得 10%。",
    scaled: "在方向不变时，步长相当于无动量而 η/(1 − β) = {scaled}。",
    from:
      "记录：{sizes} 网络在 {training} 个数字上每种设置运行 {seeds} 次，批大小 {batch_size}，另用 {validation} " +
      "个数字验证；{command}，{created}，NumPy {numpy}。",
  },
};
