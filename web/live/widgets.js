// Widgets whose Python is alive: what it says reaches the view, and what the reader moves reaches Python.
import { element } from "./words.js";

const REFERENCE = "IPY_MODEL_";

// A model of mount.js that knows which of its traits Python has not heard of.
const liveModel = (Model) =>
  class extends Model {
    #unsaid = {};
    #waiting = false;
    #hears = false;
    constructor(state, key, send) {
      super(state, key);
      this.sendToPython = send;
    }
    set(name, value) {
      super.set(name, value);
      if (!this.#hears) this.#unsaid[name] = value;
    }
    save_changes() {
      if (this.#waiting || !Object.keys(this.#unsaid).length) return;
      this.#waiting = true; // at most one message a frame while a slider is dragged
      requestAnimationFrame(() => {
        this.#waiting = false;
        const state = this.#unsaid;
        this.#unsaid = {};
        this.sendToPython({ method: "update", state, buffer_paths: [] });
      });
    }
    send(content) {
      this.sendToPython({ method: "custom", content });
    }
    hear(state) {
      this.#hears = true;
      for (const [name, value] of Object.entries(state)) this.set(name, value);
      this.#hears = false;
    }
  };

export class Widgets {
  #raised = new Map(); // promises of {model, widget}, by the id of the comm
  #count = 0;
  constructor(send) {
    this.send = send;
  }
  receive({ type, id, data }) {
    if (type === "comm_open") this.#raised.set(id, this.#raise(id, data.state));
    if (type === "comm_msg" && data.method === "update")
      this.#raised.get(id)?.then(({ model }) => model.hear(data.state));
  }
  async #raise(id, state) {
    const { Model, load, wear } = await mounter();
    this.#count += 1;
    // Its setting in the address would be that of one of the book's widgets.
    const model = new (liveModel(Model))(
      state,
      `run${this.#count}`,
      (content) => this.send({ id, content }).catch(() => {}), // Python has been ended meanwhile
    );
    if (!state._esm) return { model };
    const widget = await load(state._esm);
    wear(state._css);
    await widget.initialize?.({ model });
    return { model, widget };
  }
  view(id) {
    const el = element("div", { className: "live-widget" });
    this.#render(id, el).catch((error) => el.append(error.message));
    return el;
  }
  async #render(id, el) {
    const { model, widget } = await this.#raised.get(id);
    if (widget) await widget.render?.({ model, el });
    else {
      const { render } = await import("./controls.js");
      render(model, el, (reference) => this.view(reference.replace(REFERENCE, "")));
    }
    el.dataset.mounted = id;
  }
  clear() {
    this.#raised.clear();
  }
}

// On a page without widgets of the book, their scripts come with the reader's first.
async function mounter() {
  if (!globalThis.bookWidgets) {
    await import("../address.js");
    await import("../mount.js");
  }
  return globalThis.bookWidgets;
}
