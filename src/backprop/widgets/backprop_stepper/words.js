// What the backprop stepper says, in the reader's language.
export const STRINGS = {
  en: {
    step: "step", back: "back", play: "play", pause: "pause", update: "update and start again", reset: "reset", position: "step (drag to go back and forth)",
    rate: "learning rate η", activation: "activation", loss: "loss", half: "half squared error", entropy: "softmax + cross-entropy", numbers: "inputs, targets, weights, biases",
    start: "Nothing has run yet. Press “step”.", at: "{phase}, step {n} of {all}", forward: "Forward", measured: "Loss", backward: "Backward", updated: "Update", picture: "The 2-2-2 network: blue numbers are values, red numbers with ∂ are gradients, green numbers with y are the targets. So far: {values}",
    label: "The label is the larger target; the loss treats it as 1 and the other as 0.",
  },
  zh: {
    step: "下一步", back: "上一步", play: "播放", pause: "暂停", update: "更新并重新开始", reset: "重置", position: "步（拖动可前后移动）",
    rate: "学习率 η", activation: "激活函数", loss: "损失", half: "平方误差的一半", entropy: "softmax + 交叉熵", numbers: "输入、目标、权重、偏置",
    start: "还没有运行。请按“下一步”。", at: "{phase}，第 {n} 步（共 {all} 步）", forward: "前向", measured: "损失", backward: "反向", updated: "更新", picture: "2-2-2 网络：蓝色是数值，带 ∂ 的红色是梯度，带 y 的绿色是目标。目前：{values}",
    label: "较大的目标是标签；损失把它当作 1，另一个当作 0。",
  },
};
