// What the nudge meter says, in the reader's language.

export const STRINGS = {
  en: {
    choose: "Choose a number", loss: "loss L", push: "push h", keep: "keep this push", reset: "reset", first: "predict first",
    ask: "Predict: per unit of a small push, the loss changes by about …",
    picture: "The network: two inputs, two hidden units, two outputs with their targets. A pushed number moves those to its right.",
    plot: "The loss L against the push h of {name}, a curve, and its tangent, a dashed straight line with the slope {slope}.", hidden: "The curve appears after your prediction.", meter: "Loss meter: {loss}",
    a0: "an input", W: "a weight", b: "a bias", z: "a pre-activation", a1: "an activation", a2: "an output", y: "a target",
    now: "{name} = {value}, {role}. The loss is {loss}.", still: "Not pushed yet. Move the slider or press a button.",
    moved: "Pushed by {h}, the loss {did}, from {from} to {to}.", fell: "fell by {by}", rose: "rose by {by}", stayed: "did not move",
    unit: "Per unit that is ", says: "; backpropagation says ", line: "The straight line promised {change}; it is off by {off}.", below: "The straight line promised a loss below 0, which cannot be: this push is too long for it.",
    right: "Your prediction, {guess}: sign and size are right.", size: "Your prediction, {guess}: the sign is right, the size is nearer to {near}.", wrong: "Your prediction, {guess}: the sign is wrong.", none: "Your prediction, {guess}: it is {near}.",
    zero: "Its value is 0, its price is not: these are two questions.", unheard: "No push of it reaches the loss: on the way it is multiplied by 0.",
    overruled: "The push is added to what the formula of {name} gives.", data: "It is data, no parameter, and has a price all the same.",
  },
  zh: {
    choose: "选择一个数", loss: "损失 L", push: "推动量 h", keep: "保留这次推动", reset: "重置", first: "先预测",
    ask: "预测：轻轻一推，损失每单位大约改变 …",
    picture: "网络：两个输入、两个隐藏单元、两个输出及其目标。被推动的数会带动它右边的数。",
    plot: "损失 L 随 {name} 的推动量 h 变化的曲线，以及斜率为 {slope} 的切线（虚线）。", hidden: "预测之后才显示曲线。", meter: "损失表：{loss}",
    a0: "输入", W: "权重", b: "偏置", z: "预激活值", a1: "激活值", a2: "输出", y: "目标",
    now: "{name} = {value}，{role}。损失为 {loss}。", still: "还没有推动。移动滑块或按一个按钮。",
    moved: "推动 {h}，损失{did}，从 {from} 变为 {to}。", fell: "减少了 {by}", rose: "增加了 {by}", stayed: "不变",
    unit: "每单位为 ", says: "；反向传播给出 ", line: "直线预测的改变是 {change}，偏差 {off}。", below: "直线预测损失小于 0，这不可能：这一推对直线来说太远。",
    right: "你的预测 {guess}：符号和大小都对。", size: "你的预测 {guess}：符号对，大小更接近 {near}。", wrong: "你的预测 {guess}：符号错了。", none: "你的预测 {guess}：实际是 {near}。",
    zero: "它的值是 0，它的价格不是 0：这是两个问题。", unheard: "对它的推动到不了损失：途中被乘以 0。",
    overruled: "推动量加在 {name} 的公式结果之上。", data: "它是数据，不是参数，但同样有价格。",
  },
};
