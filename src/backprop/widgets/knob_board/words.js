// What the knob board says, in the reader's language.
export const STRINGS = {
  en: {
    hidden: "hidden neuron {n}", output: "output neuron 3", descend: "let descent do it", pause: "pause", reset: "reset",
    back: "back to my best", slopes: "show the slopes",
    map: "The two moons and the border between the sides of the network: {right} of 100 points are on their side.",
    meter: "Loss meter, logarithmic: {loss}",
    now: "Loss {loss}, {right} of 100 points on their side.",
    try: "Move a slider; your best loss by hand is kept here.",
    best: "Your best by hand: {loss}, {right} points.",
    step: "Descent has taken {t} steps.",
    hint: "Red: the slope ∂L/∂knob. The arrow points the way that lowers the loss.",
  },
  zh: {
    hidden: "隐藏神经元 {n}", output: "输出神经元 3", descend: "让梯度下降来", pause: "暂停", reset: "重置",
    back: "回到我的最好成绩", slopes: "显示斜率",
    map: "两个月牙与网络划出的分界线：100 个点中 {right} 个在自己一侧。",
    meter: "损失表，对数刻度：{loss}",
    now: "损失 {loss}，100 个点中 {right} 个在自己一侧。",
    try: "移动滑块；手动得到的最低损失会记在这里。",
    best: "你手动的最好成绩：{loss}，{right} 个点。",
    step: "梯度下降已走 {t} 步。",
    hint: "红色：斜率 ∂L/∂knob。箭头指向使损失变小的方向。",
  },
};
