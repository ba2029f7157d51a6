// What the schedule painter says, in the reader's language.
export const STRINGS = {
  en: {
    schedule: "schedule (or paint your own in the first picture)",
    rate: "first rate η₀ of the named schedules",
    constant: "constant",
    step: "step",
    linear: "linear",
    exponential: "exponential",
    inverse: "1/t",
    cosine: "cosine",
    warmup: "warm-up + cosine",
    painted: "painted",
    paint:
      "Learning rate over the steps. Steps {from} to {to}: η = {eta}. Left and right choose a column, up and " +
      "down change its rate, with Shift in larger strides.",
    eta: "η",
    steps: "step",
    loss: "loss",
    limit: "2/λ = {limit}",
    chart: "Expected loss over the steps: {end} at the end, {other} with the constant rate",
    now: "your schedule",
    compare: "constant η₀",
    noise: "its noise",
    run: "one run",
    score:
      "Expected loss after {steps} steps: {end}. Of this, {left} is distance left, {noise} is noise. The " +
      "constant η₀ = {eta} ends at {other}, the best constant at {constant}, the best that can be painted at {best}.",
    diverges:
      "It diverges. At step {first} η passed 2/λ = {limit}: along the steep axis a step then multiplies the " +
      "distance, by up to {factor}.",
    spikes:
      "At step {first} η passed 2/λ = {limit}, and the loss rose to {peak}. The smaller rates afterwards brought " +
      "it back.",
    best:
      "Within 5 % of the best there is: large steps as long as there is a way to go, then smaller and smaller " +
      "ones.",
    slow:
      "Hardly any noise, but the way was too long for such rates: it is still under way on the flat axis. Keep η " +
      "higher for longer.",
    floor:
      "It stands on the noise floor of η = {last}: about ησ²/2 · Σ 1/(2 − ηλ) = {floor}. However long it goes " +
      "on, only a smaller rate gets below.",
    noisy:
      "The way is done; what is left is noise. Brake earlier: smaller rates from the middle on would leave less of it.",
    between: "Distance and noise are both still there: go faster at first, or slower at the end.",
    how: "Paint with mouse or finger. Keyboard: Tab to the first picture, then the arrow keys.",
  },
  zh: {
    schedule: "调度（也可在第一幅图里自己画）",
    rate: "各调度的初始学习率 η₀",
    constant: "常数",
    step: "阶梯",
    linear: "线性",
    exponential: "指数",
    inverse: "1/t",
    cosine: "余弦",
    warmup: "预热 + 余弦",
    painted: "手绘",
    paint: "各步的学习率。第 {from} 到 {to} 步：η = {eta}。左右键选列，上下键改学习率，按住 Shift 改得更快。",
    eta: "η",
    steps: "步",
    loss: "损失",
    limit: "2/λ = {limit}",
    chart: "各步的期望损失：最后是 {end}，常数学习率是 {other}",
    now: "你的调度",
    compare: "常数 η₀",
    noise: "其中的噪声",
    run: "一次下降",
    score:
      "{steps} 步之后的期望损失：{end}。其中 {left} 是还没走完的距离，{noise} 是噪声。常数 η₀ = {eta} 最后是 {other}，最好的常数最后是 {constant}，手绘最好能到 {best}。",
    diverges: "发散。在第 {first} 步 η 超过了 2/λ = {limit}：在陡的方向上，一步最多把距离乘以 {factor}。",
    spikes: "在第 {first} 步 η 超过了 2/λ = {limit}，损失升到 {peak}。后来学习率变小，又把它拉了回来。",
    best: "和最好的相差不到 5%：路还长的时候迈大步，然后越来越小。",
    slow: "几乎没有噪声，但学习率这么小，路太长：在平的方向上还没走完。让 η 大得更久一些。",
    floor:
      "它停在 η = {last} 的噪声底上：约 ησ²/2 · Σ 1/(2 − ηλ) = {floor}。再走多久也没用，只有更小的学习率才能更低。",
    noisy: "路走完了，剩下的是噪声。早些减速：从中段起学习率小一些，噪声就少一些。",
    between: "距离和噪声都还在：开始时走快些，或者结束时走慢些。",
    how: "用鼠标或手指作画。键盘：用 Tab 移到第一幅图，再按方向键。",
  },
};
