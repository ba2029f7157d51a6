// What every widget stands on: its root, its words, listeners that end with it, its theme and its address.

// An element with attributes and children (strings or nodes).
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  // By birth an output speaks at each step of a slider; what a reader should hear goes through `announce`.
  if (tag === "output") node.setAttribute("aria-live", "off");
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// The stage on which one view plays: words in the reader's language, the facts that Python sends along, listeners and
// observers that end with the view.
export function stage({ model, el }, strings) {
  const ending = new AbortController();
  const lang = (model.get("language") || document.documentElement.lang).startsWith("zh") ? "zh" : "en";
  const words = strings[lang];
  const spoken = h("div", { class: "bp-hidden", "aria-live": "polite" });
  const root = h("div", { class: "bp", lang }, spoken);
  const painters = [];
  let frame = 0;
  let pause;
  let told;

  const ui = {
    model,
    root,
    facts: JSON.parse(model.get("_facts")),
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
    // Text (or the nodes that hold it) for screen readers, spoken once the reader's hand rests. What stands there when
    // the page is opened is not news.
    announce(...parts) {
      clearTimeout(pause);
      const text = brief(
        parts
          .map((part) => part.textContent ?? part)
          .filter(Boolean)
          .join(" "),
      );
      const isNews = told !== undefined && told !== text;
      told = text;
      if (!isNews) return;
      pause = setTimeout(() => {
        spoken.textContent = text;
      }, 600);
    },
    calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
    end: () => ending.abort(),
  };
  ui.atEnd(() => {
    cancelAnimationFrame(frame);
    clearTimeout(pause);
  });
  // JupyterLab folds cells on arrow keys; keys with Ctrl or Cmd still belong to the page.
  ui.listen(root, "keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());
  watchTheme(ui);
  watchRatio(ui);
  el.append(root);
  return ui;
}

// The first sentences that one breath can say, or the first words of a longer one.
function brief(text) {
  return text.length > 160 ? text.match(/^.{0,159}(\.(?= )|。)|^.{0,159}(?= )|^.{159}/s)[0] : text;
}

// A window that moves to a finer screen changes no size that an observer would see.
function watchRatio(ui) {
  const ratio = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  ui.listen(ratio, "change", () => {
    if (!ratio.matches) watchRatio(ui);
    ui.repaint();
  });
}

// Dark or light as the page (data-theme), JupyterLab, VS Code or Colab says.
function watchTheme(ui) {
  const page = document.documentElement;
  const { body } = document;
  const style = getComputedStyle(ui.root);
  ui.colour = (name) => style.getPropertyValue("--bp-" + name).trim();
  // Canvases write in the face of the page.
  ui.font = (size, weight = "") => `${weight} ${size}px ${style.fontFamily}`;
  const apply = () => {
    const { jpThemeLight, vscodeThemeKind } = body.dataset;
    const themes = [page.dataset.theme, page.getAttribute("theme"), vscodeThemeKind];
    ui.dark = jpThemeLight ? jpThemeLight === "false" : /dark/.test(themes);
    ui.root.classList.toggle("bp-dark", ui.dark);
    ui.repaint();
  };
  const observer = new MutationObserver(apply);
  for (const node of [page, body]) observer.observe(node, { attributes: true });
  ui.atEnd(() => observer.disconnect());
  apply();
}

// On the book's page a setting lives in the address, so that it can be linked to (mount.js does it; a notebook has no
// address). `accepts(name, value)` guards against values that someone typed.
export function keepInAddress(ui, names, accepts) {
  ui.model.keepInAddress?.(names, accepts);
}
