// What every widget shares: words, controls, canvas, axes, theme, address, and a tidy end.

let ids = 0;

// An element with attributes and children (strings or nodes).
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Three meaningful digits, as a person would write them: 0.1, 1250, 3.2×10⁻⁷.
export function number(value) {
  if (isNaN(value)) return "?";
  const [mantissa, power] = value.toExponential(2).split("e");
  const text = value && (power < -3 || power > 4)
    ? (+mantissa === 1 ? "" : +mantissa + "×") + "10" + power.replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)] ?? "")
    : String(+value.toPrecision(Math.max(3, power | 0)));
  return text.replace("-", "−");
}

// The stage on which one view plays: words in the reader's language, listeners and observers that end with the view.
export function stage({ model, el }, strings) {
  const ending = new AbortController();
  const lang = (model.get("language") || document.documentElement.lang).startsWith("zh") ? "zh" : "en", words = strings[lang];
  const spoken = h("div", { class: "bp-hidden", "aria-live": "polite" });
  const root = h("div", { class: "bp", lang }, spoken);
  const painters = [];
  let frame = 0, pause;

  const ui = {
    model, root,
    // "{n} steps" with {n: 3} becomes "3 steps".
    say: (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]),
    atEnd: (end) => ending.signal.addEventListener("abort", end),
    listen: (target, event, react) => target.addEventListener(event, react, { signal: ending.signal, passive: false }),
    // React to traits, whoever changed them: a control here, another view, Python.
    watch(names, react) {
      for (const name of names) {
        model.on("change:" + name, react);
        ui.atEnd(() => model.off("change:" + name, react));
      }
      react();
    },
    set(changes) {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      model.save_changes();
    },
    paint: (painter) => painters.push(painter),
    // All canvases are drawn together, once per frame however many events came in.
    repaint() {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        if (root.isConnected) for (const painter of painters) painter();
      });
    },
    // Text for screen readers, spoken once the reader's hand rests.
    announce(text) {
      clearTimeout(pause);
      pause = setTimeout(() => (spoken.textContent = text), 600);
    },
    calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
    end: () => ending.abort(),
  };
  ui.atEnd(() => (cancelAnimationFrame(frame), clearTimeout(pause)));
  // JupyterLab folds cells on arrow keys; keys with Ctrl or Cmd still belong to the page.
  ui.listen(root, "keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());
  watchTheme(ui);
  el.append(root);
  return ui;
}

// Dark or light as the page (data-theme), JupyterLab, VS Code or Colab says.
function watchTheme(ui) {
  const page = document.documentElement, { body } = document, style = getComputedStyle(ui.root);
  ui.colour = (name) => style.getPropertyValue("--bp-" + name).trim();
  const apply = () => {
    const { jpThemeLight, vscodeThemeKind } = body.dataset;
    ui.dark = jpThemeLight ? jpThemeLight === "false" : /dark/.test([page.dataset.theme, page.getAttribute("theme"), vscodeThemeKind]);
    ui.root.classList.toggle("bp-dark", ui.dark);
    ui.repaint();
  };
  const observer = new MutationObserver(apply);
  for (const node of [page, body]) observer.observe(node, { attributes: true });
  ui.atEnd(() => observer.disconnect());
  apply();
}

// A labelled slider tied to a numeric trait. On a log scale the knob moves in decades.
export function slider(ui, { trait, label, range: [min, max], step = 0.01, log = false }) {
  const id = "bp" + ++ids;
  const knob = (value) => (log ? Math.log10(value) : value);
  const input = h("input", { type: "range", id, min: knob(min), max: knob(max), step });
  const output = h("output", { for: id });
  ui.listen(input, "input", () => {
    const value = log ? 10 ** input.value : +input.value;
    ui.set({ [trait]: Math.min(max, Math.max(min, +value.toPrecision(3))) });
  });
  ui.watch([trait], () => {
    const value = ui.model.get(trait);
    input.value = knob(value);
    output.value = number(value);
    input.setAttribute("aria-valuetext", output.value);
  });
  return h("div", { class: "bp-slider" }, h("label", { for: id, class: "bp-name" }, label), output, input);
}

// One of several (radio) or, with `many`, some of several (checkboxes): the native controls, drawn as buttons.
// `also(value)` may name other traits that change with the choice.
export function choices(ui, { trait, label, options, many = false, also = () => ({}) }) {
  const name = "bp" + ++ids;
  const inputs = options.map(({ value }) => h("input", { type: many ? "checkbox" : "radio", name, value }));
  for (const input of inputs) {
    ui.listen(input, "change", () => {
      const chosen = inputs.filter((other) => other.checked).map((other) => other.value);
      if (!chosen.length) return void (input.checked = true);
      const value = many ? chosen : input.value;
      ui.set({ [trait]: value, ...also(value) });
    });
  }
  ui.watch([trait], () => {
    const value = [].concat(ui.model.get(trait));
    for (const input of inputs) input.checked = value.includes(input.value);
  });
  return h("fieldset", {}, h("legend", {}, label), h("div", { class: "bp-row" }, ...options.map(({ label: text, mark = "" }, i) =>
    h("label", {}, inputs[i], h("span", {}, mark, text)))));
}

export function button(ui, label, press) {
  const node = h("button", { type: "button" }, label);
  ui.listen(node, "click", press);
  return node;
}

// A canvas that follows its box and the screen's pixels. `draw(pen, width, height)` works in CSS pixels.
export function canvas(ui, { label, ratio, draw, ...attributes }) {
  const node = h("canvas", { role: "img", "aria-label": label, style: `aspect-ratio: ${ratio}`, ...attributes });
  const pen = node.getContext("2d");
  ui.paint(() => {
    const { clientWidth: width, clientHeight: height } = node, sharp = devicePixelRatio;
    if (!width || !height) return;
    const [w, h] = [Math.round(width * sharp), Math.round(height * sharp)];
    if (node.width !== w || node.height !== h) [node.width, node.height] = [w, h];
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.clearRect(0, 0, width, height);
    draw(pen, width, height);
  });
  const observer = new ResizeObserver(ui.repaint);
  observer.observe(node);
  ui.atEnd(() => observer.disconnect());
  return node;
}

// Maps [from, to] to [start, end], evenly or by decades.
export function scale([from, to], [start, end], log = false) {
  const f = log ? Math.log10 : (v) => v;
  const a = f(from), b = f(to);
  return (value) => start + ((f(value) - a) / (b - a)) * (end - start);
}

// Round values inside [from, to]: 1-2-5 steps, or powers of ten (thinned to at most `count`) on a log axis.
export function ticks(from, to, count = 5, log = false) {
  const size = log ? 1 : 10 ** Math.floor(Math.log10((to - from) / count));
  const [low, high] = log ? [Math.log10(from), Math.log10(to)] : [from, to];
  const step = size * [1, 2, 5, 10, 20, 50].find((k) => (high - low) / (k * size) <= count);
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) values.push(k * step);
  return log ? values.map((v) => 10 ** Math.round(v)) : values.map((v) => +v.toPrecision(12));
}

// Tick labels, titles and grid lines; x and y are {scale, ticks, title}, the frame is [left, top, right, bottom].
// `inside` writes the labels into the picture, without lines.
export function axes(ui, pen, [left, top, right, bottom], x, y, inside = false) {
  const write = (text, at, below, align) => ((pen.textAlign = align), pen.fillText(text, at, below));
  pen.font = "12px system-ui, sans-serif";
  pen.lineWidth = 1;
  pen.strokeStyle = ui.colour("line");
  pen.fillStyle = ui.colour("soft");
  pen.textBaseline = "middle";
  pen.beginPath();
  for (const value of y.ticks) {
    const at = y.scale(value);
    if (inside && (at < 24 || at > bottom - 24)) continue;
    if (!inside) pen.moveTo(left, at), pen.lineTo(right, at);
    write(number(value), inside ? 5 : left - 6, at, inside ? "left" : "right");
  }
  for (const value of x.ticks) {
    const at = x.scale(value);
    if (inside ? at < 24 || at > right - 36 : at > right - 70 && at < right) continue;
    write(number(value), at, bottom + (inside ? -10 : 12), "center");
  }
  pen.stroke();
  write(x.title, right - (inside ? 6 : 20), bottom + (inside ? -10 : 12), "right");
  write(y.title, 5, inside ? 12 : top - 14, "left");
}

// On the book's page a setting lives in the address, so that it can be linked to (mount.js does it; a notebook has no
// address). `accepts(name, value)` guards against values that someone typed.
export function keepInAddress(ui, names, accepts) {
  ui.model.keepInAddress?.(names, accepts);
}
