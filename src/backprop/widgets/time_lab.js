// The time lab: one recurrent unit hears one sound, then silence; the state forward, the gradient back.
import { axes, button, canvas, choices, h, keepInAddress, number, scale, slider, stage, ticks } from "./kit.js";

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
const ACTIVATIONS = ["linear", "tanh", "relu"], SPAN = [1e-6, 1e6];
const LINES = [["states", "blue", [], "●"], ["deltas", "red", [7, 4], "▼"]];
const PRESETS = {
  forget: { activation: "linear", recurrent: 0.6, steps: 30 },
  keep: { activation: "linear", recurrent: 1, steps: 60 },
  explode: { activation: "linear", recurrent: 1.3, steps: 40 },
  bend: { activation: "tanh", recurrent: 1.3, steps: 40 },
};
const SLOPES = { linear: () => 1, tanh: (z) => 1 - Math.tanh(z) ** 2, relu: (z) => +(z > 0) };
const VALUES = { linear: (z) => z, tanh: Math.tanh, relu: (z) => Math.max(0, z) };

// State, slope and δ of every step; the loss is the last state.
export function along(activation, u, steps) {
  const states = [], slopes = [], deltas = [];
  for (let k = 0; k < steps; k++) {
    const z = u * (states[k - 1] ?? 0) + (k ? 0 : 1);
    states.push(VALUES[activation](z));
    slopes.push(SLOPES[activation](z));
  }
  for (let k = steps - 1; k >= 0; k--) deltas[k] = slopes[k] * (k < steps - 1 ? u * deltas[k + 1] : 1);
  return { states, slopes, deltas };
}

// What happens to δ between the last step and the first: factor per step, mean slope, what is left, and its fate.
export function journey({ slopes, deltas }, u) {
  const steps = deltas.length, way = slopes.slice(0, -1), slope = Math.exp(way.reduce((sum, v) => sum + Math.log(v), 0) / way.length);
  const left = way.reduce((product, v) => product * v * Math.abs(u), 1);
  const fate = !left ? "gone" : left < 1e-3 ? "vanishes" : left > 1e3 ? "explodes" : "arrives";
  return { steps, left, slope, factor: Math.abs(u) * slope, fate };
}

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS), names = ["activation", "recurrent", "steps"];
    keepInAddress(ui, names, (name, value) => ({
      activation: ACTIVATIONS.includes(value), recurrent: value >= -2 && value <= 2, steps: Number.isInteger(value) && value >= 2 && value <= 60,
    })[name]);

    let now;
    const said = h("p", { class: "bp-factor" }), fate = h("p", { class: "bp-fate" }), heard = h("p");
    const picture = canvas(ui, { label: "", ratio: "var(--bp-flat)", draw });
    const presets = Object.entries(PRESETS).map(([name, settings]) => button(ui, ui.say(name), () => ui.set(settings)));
    const legend = LINES.map(([name, colour, , sign]) => h("span", {}, h("b", { class: "bp-" + colour }, sign), " " + ui.say(name)));
    ui.root.append(h("div", { class: "bp-time" },
      h("div", { class: "bp-set" },
        slider(ui, { trait: "recurrent", label: ui.say("recurrent"), range: [-2, 2], step: 0.01 }),
        slider(ui, { trait: "steps", label: ui.say("steps"), range: [2, 60], step: 1 }),
        choices(ui, { trait: "activation", label: ui.say("activation"), options: ACTIVATIONS.map((value) => ({ value, label: ui.say(value) })) }),
        h("div", { class: "bp-row" }, ...presets)),
      h("div", { class: "bp-seen" }, h("p", { class: "bp-legend" }, ...legend), picture),
      h("div", { class: "bp-told" }, said, fate, heard)));

    ui.watch(names, () => {
      const [activation, u, steps] = names.map((name) => model.get(name));
      now = along(activation, u, steps);
      const trip = journey(now, u), words = { steps, u: number(u), left: number(trip.left), slope: number(trip.slope), factor: number(trip.factor) };
      said.textContent = trip.fate === "gone" ? "" : ui.say("factor", words);
      fate.textContent = ui.say(trip.fate, words) + (u < 0 && trip.left ? " " + ui.say("sign") : "");
      fate.classList.toggle("bp-alarm", trip.fate !== "arrives");
      heard.textContent = ui.say("heard", { first: number(now.states[0]), last: number(now.states[steps - 1]) });
      const text = [said, fate, heard].map((node) => node.textContent).join(" ");
      picture.setAttribute("aria-label", ui.say("picture", { said: text }));
      ui.announce(text);
      ui.repaint();
    });

    function draw(pen, width, height) {
      const steps = model.get("steps"), frame = [52, 26, width - 14, height - 24], [left, top, right, bottom] = frame;
      const sx = scale([1, steps], [left + 8, right - 8]), sy = scale(SPAN, [bottom, top], true);
      axes(ui, pen, frame, { scale: sx, ticks: ticks(1, steps, 6).filter(Number.isInteger), title: ui.say("step") }, { scale: sy, ticks: ticks(...SPAN, 6, true), title: ui.say("size") });
      pen.font = "11px system-ui, sans-serif";
      pen.textAlign = "center";
      pen.save();
      pen.beginPath();
      pen.rect(left, top, right - left, bottom - top);
      pen.clip(); // what is too small or too large for the axis leaves the picture
      const every = Math.ceil(steps / 15);
      for (const [name, colour, dash, sign] of LINES) {
        pen.strokeStyle = pen.fillStyle = ui.colour(colour);
        pen.lineWidth = 2.5;
        pen.setLineDash(dash);
        pen.beginPath();
        const points = now[name].map((v, k) => [sx(k + 1), sy(Math.abs(v))]);
        for (const [x, y] of points) pen.lineTo(x, y);
        pen.stroke();
        pen.setLineDash([]);
        points.forEach(([x, y], k) => k % every === 0 && pen.fillText(sign, x, y));
      }
      pen.restore();
    }
    return ui.end;
  },
};
