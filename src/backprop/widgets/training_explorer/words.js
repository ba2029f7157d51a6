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
    map: "每个已记录的设置训练 {epoch} 个轮次（共 {epochs} 个）之后的验证准确率（%）。当前：{name}，{now}%。方向键移动，点击选择。",
    title: "准确率（%）；× 训练失败",
    early: "{epoch}/{epochs} 个轮次后的准确率（%）",
    shown: "地图显示到第几个轮次",
    eta: "η",
    loss: "训练损失",
    accuracy: "验证准确率（%）",
    epoch: "轮次",
    lossOf: "{seeds} 次训练的训练损失，{epochs} 个轮次，从 {start} 到 {end}",
    accuracyOf: "{epochs} 个轮次的验证准确率，最高 {accuracy}%",
    one: "一次训练",
    mean: "{seeds} 次的平均",
    best: "全部轮次之后最好的设置",
    converges: "收敛：损失从 {start} 降到 {end}，验证数字读对 {accuracy} ± {sd}%。",
    slow: "{epochs} 个轮次不够，太慢了：损失从 {start} 降到 {end}，最后一个轮次降了 {fall}%。读对 {accuracy} ± {sd}%。",
    behind:
      "学到了东西，但学习率小一些更好：损失从 {start} 降到 {end}，读对 {accuracy} ± {sd}%，比最好的设置少 {behind} 个百分点。",
    unsettled:
      "不稳定：这样大的步子把权重甩来甩去。第一个轮次之后的 {seeds} × {more} 个轮次里，有 {rises} 个的损失升高超过 5%；各次训练最后读对 {low}% 到 {high}%。",
    lost: "训练失败：损失一开始是 {start}，升到 {peak}，最后是 {end}。读对 {accuracy}%；瞎猜也有 10%。",
    scaled: "方向不变时，步子同没有动量、学习率为 η/(1 − β) = {scaled} 时一样长。",
    from: "记录：{sizes} 网络在 {training} 个数字上，每种设置训练 {seeds} 次，批大小 {batch_size}，另用 {validation} 个数字验证；{command}，{created}，NumPy {numpy}。",
  },
};
