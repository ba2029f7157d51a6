// What the loop animator says, in the reader's language.
export const STRINGS = {
  en: {
    rate: "learning rate η", position: "step (drag to go back and forth)", play: "play", pause: "pause", step: "step", back: "back", round: "whole round", reset: "reset",
    loss: "Loss", cache: "cache", empty: "empty", full: "kept", read: "read",
    start: "Nothing has run yet. All five caches are empty, and so are the gradients. Press “step”.",
    at: "Round {round}, step {step} of {steps}. ",
    forward: "Forward: {who} keeps {kept} and hands on {out}.",
    measured: "Loss: the error is kept, and one number comes out.",
    backward: "Backward: {who} reads {kept} from its cache and hands back {out}.",
    first: "Backward: Dense 1 reads x from its cache. Nobody asks for ∂L/∂x, so nothing is handed back.",
    update: "Update: all twelve parameters move against their gradients. The next forward pass will overwrite the caches.",
    chart: "Loss of each round so far: {losses}", rounds: "round", board: "The network: each box with its parameters, its cache, and what it hands on and back.",
  },
  zh: {
    rate: "学习率 η", position: "步（拖动可前后移动）", play: "播放", pause: "暂停", step: "下一步", back: "上一步", round: "整轮", reset: "重置",
    loss: "损失", cache: "缓存", empty: "空", full: "已存", read: "已读",
    start: "还没有运行。五个缓存都是空的，梯度也是。请按“下一步”。",
    at: "第 {round} 轮，第 {step} 步（共 {steps} 步）。",
    forward: "前向：{who} 存下 {kept}，向后传出 {out}。",
    measured: "损失：存下误差，得到一个数。",
    backward: "反向：{who} 从缓存读出 {kept}，传回 {out}。",
    first: "反向：Dense 1 从缓存读出 x。没有人需要 ∂L/∂x，所以不再传回。",
    update: "更新：十二个参数都沿梯度的反方向移动。下一次前向传播会覆盖缓存。",
    chart: "至今每轮的损失：{losses}", rounds: "轮", board: "网络：每个方框有它的参数、缓存，以及向前和向后传递的数。",
  },
};
