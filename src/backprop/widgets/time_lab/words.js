// What the time lab says, in the reader's language.
export const STRINGS = {
  en: {
    activation: "activation f", linear: "linear", tanh: "tanh", relu: "ReLU", recurrent: "recurrent weight u", steps: "steps T",
    forget: "forget", keep: "keep", explode: "explode", bend: "explode, with tanh",
    states: "state a, forward", deltas: "gradient δ, back", step: "step k", size: "size, without sign",
    factor: "At each step back δ is multiplied by u = {u} and by the slope f′(z), here {slope} on average: in size by {factor}.",
    vanishes: "From step {steps} to step 1, {left} of it is left. It vanishes: what was heard first can hardly be learned.",
    explodes: "From step {steps} to step 1 it becomes {left} times as large. It explodes: clip it.",
    arrives: "From step {steps} to step 1 it becomes {left} times what it was. It arrives: the first step can learn, too.",
    gone: "Nothing arrives at step 1: u is 0, or a ReLU on the way is closed, and its slope is 0.",
    sign: "u is negative, so the sign turns at every step.", heard: "Forward, the sound of size {first} at step 1 leaves a state of {last} at the end.",
    picture: "Sizes of state and gradient by step on a logarithmic axis from 10⁻⁶ to 10⁶. {said}",
  },
  zh: {
    activation: "激活函数 f", linear: "线性", tanh: "tanh", relu: "ReLU", recurrent: "循环权重 u", steps: "步数 T",
    forget: "遗忘", keep: "保持", explode: "爆炸", bend: "爆炸（加 tanh）",
    states: "状态 a，前向", deltas: "梯度 δ，反向", step: "步 k", size: "大小（不计符号）",
    factor: "每向后一步，δ 乘以 u = {u}，再乘以斜率 f′(z)（平均 {slope}）：大小乘以 {factor}。",
    vanishes: "从第 {steps} 步回到第 1 步，只剩 {left}。梯度消失：最先听到的几乎学不到。",
    explodes: "从第 {steps} 步回到第 1 步，变成 {left} 倍。梯度爆炸：请裁剪。",
    arrives: "从第 {steps} 步回到第 1 步，变成 {left} 倍。梯度到达了：第一步也能学习。",
    gone: "没有梯度到达第 1 步：u 为 0，或者途中某个 ReLU 关闭，斜率为 0。",
    sign: "u 为负，所以每一步符号都会翻转。", heard: "前向时，第 1 步大小为 {first} 的声音，最后留下状态 {last}。",
    picture: "各步状态与梯度的大小，对数坐标，从 10⁻⁶ 到 10⁶。{said}",
  },
};
