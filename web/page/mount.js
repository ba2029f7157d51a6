// Brings the notebook's widgets to life on a page without a kernel. The page carries each widget's state and marks its
// place, as Jupyter writes them; this script gives every widget the model that anywidget's contract asks for.
(() => {
  const read = (node) => {
    const data = JSON.parse(node.textContent);
    return typeof data === "string" ? JSON.parse(data) : data;
  };

  // Stands in for a notebook's model: all views of one model share it, and hear of each other's changes.
  class Model {
    #state;
    #key;
    #listeners = new Map();
    #address;
    constructor(state, key) {
      this.#state = state;
      this.#key = key;
    }
    get(name) {
      return this.#state[name];
    }
    set(name, value) {
      if (JSON.stringify(this.#state[name]) === JSON.stringify(value)) return;
      this.#state[name] = value;
      this.#tell("change:" + name, this, value);
      this.#tell("change", this);
    }
    on(events, react) {
      for (const event of events.split(" ")) this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), react]);
    }
    off(events, react) {
      for (const event of events?.split(" ") ?? [...this.#listeners.keys()])
        this.#listeners.set(event, react ? (this.#listeners.get(event) ?? []).filter((f) => f !== react) : []);
    }
    save_changes() {}
    send() {}
    #tell(event, ...news) {
      for (const react of this.#listeners.get(event) ?? []) react(...news);
    }

    keepInAddress(names, accepts) {
      this.#address ??= pageAddress.keep(this, this.#key, names, accepts);
    }
    get address() {
      return this.#address;
    }
    get isLinkedTo() {
      return pageAddress.isLinkedTo(this.#key);
    }
  }

  const words = {
    en: {
      kernel: "This control needs a running kernel: ",
      run: "run this page",
      end: ".",
      failed: "This interactive figure could not start: ",
      link: "Copy link to this setting",
      copied: "Copied.",
      copy: "This browser does not let a page copy. The link is ",
      refused: (what) => `The link asks for ${what}. This figure does not take that and keeps its own value.`,
      lost: "The link leads to an interactive figure that this page does not have.",
    },
    zh: {
      kernel: "此控件需要内核：",
      run: "运行本页",
      end: "。",
      failed: "此交互图未能启动：",
      link: "复制此设置的链接",
      copied: "已复制。",
      copy: "此浏览器不允许网页复制。链接为 ",
      refused: (what) => `链接要求 ${what}。此图不接受该值，仍用原来的值。`,
      lost: "链接指向本页没有的交互图。",
    },
  }[document.documentElement.lang.startsWith("zh") ? "zh" : "en"];
  const note = (text, role) => {
    const node = document.createElement("p");
    node.className = "widget-note";
    if (role) node.setAttribute("role", role);
    node.append(text);
    return node;
  };
  // Plain ipywidgets live in the kernel: say so, and point to where the page can be run, if it says where.
  const needsKernel = () => {
    const node = note(words.kernel);
    const target = document.querySelector("#run-this-page, .run-this-page");
    const link = document.createElement(target ? "a" : "span");
    link.textContent = words.run;
    if (target && !target.href) target.id ||= "run-this-page";
    if (target) link.href = target.href || "#" + target.id;
    node.append(link, words.end);
    return node;
  };

  // Below a widget that keeps its setting in the address: what of a link it refused, and a button for a link of one's own.
  const linkRow = (address) => {
    const row = Object.assign(document.createElement("div"), { className: "widget-link" });
    const said = Object.assign(document.createElement("span"), { role: "status" });
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.link });
    button.addEventListener("click", async () => {
      const link = address.link();
      try {
        await navigator.clipboard.writeText(link);
        said.textContent = words.copied;
      } catch {
        said.textContent = words.copy + link; // over plain http, or where the reader forbids it
      }
    });
    address.heard = () => {
      row.querySelector(".widget-note")?.remove();
      if (address.refused.length) row.prepend(note(words.refused(address.refused.join(", ")), "alert"));
    };
    address.heard();
    row.append(said, button);
    return row;
  };

  const modules = new Map(); // one module per text, however many widgets use it
  const load = (text) => {
    if (!modules.has(text)) {
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      modules.set(
        text,
        import(url).then(async ({ default: widget }) => (typeof widget === "function" ? widget() : widget)),
      );
    }
    return modules.get(text);
  };
  const sheets = new Set();
  const wear = (text) => {
    if (!text || sheets.has(text)) return;
    sheets.add(text);
    document.head.append(Object.assign(document.createElement("style"), { textContent: text }));
  };

  // For a run in the page (web/live/widgets.js), whose widgets have a Python.
  globalThis.bookWidgets = { Model, load, wear };

  async function mount() {
    // A page that is opened to be printed or photographed, not by a reader, shows what says most at one glance.
    const onPaper = matchMedia("print").matches;
    const lost = pageAddress.keys();
    const states = Object.assign(
      {},
      ...[...document.querySelectorAll('script[type="application/vnd.jupyter.widget-state+json"]')].map(
        (node) => read(node).state,
      ),
    );
    const models = new Map();
    const raise = (id, still) => {
      if (!models.has(id))
        models.set(
          id,
          (async () => {
            const { state } = states[id];
            if (onPaper && still) state[still[0]] = still[1];
            const model = new Model(state, "w" + (models.size + 1));
            const widget = await load(state._esm);
            wear(state._css);
            await widget.initialize?.({ model });
            return { model, widget };
          })(),
        );
      return models.get(id);
    };
    const places = document.querySelectorAll('script[type="application/vnd.jupyter.widget-view+json"]');
    await Promise.all(
      [...places].map(async (place) => {
        const el = document.createElement("div");
        const { model_id: id } = read(place);
        place.after(el);
        if (!states[id]?.state._esm) return el.append(needsKernel());
        try {
          const { model, widget } = await raise(id, JSON.parse(place.parentNode.dataset.still ?? "null"));
          await widget.render?.({ model, el });
          el.dataset.mounted = id;
          if (model.address) el.append(linkRow(model.address));
          if (model.isLinkedTo) el.scrollIntoView({ block: "center" });
        } catch (error) {
          console.error(error);
          el.replaceChildren(note(words.failed + error.message, "alert"));
        }
      }),
    );
    for (let k = 1; k <= models.size; k++) lost.delete("w" + k);
    if (lost.size) document.querySelector(".bd-article, main").prepend(note(words.lost, "alert"));
  }

  // Paper is white: the page turns light before it is printed. A widget would follow on the next frame, for which printing
  // does not wait, so until it is over the first drawing of each is made at once.
  const drawAtOnce = () => {
    const later = window.requestAnimationFrame;
    let drawing = false;
    window.requestAnimationFrame = (draw) => {
      if (drawing) return later(draw);
      drawing = true;
      draw(performance.now());
      drawing = false;
      return 0;
    };
    const end = () => {
      window.requestAnimationFrame = later;
    };
    addEventListener("afterprint", end, { once: true });
  };
  addEventListener("beforeprint", drawAtOnce, { capture: true }); // before the page turns light

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mount);
  else mount();
})();
