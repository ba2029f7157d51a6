// Python behind the page: starts the worker, runs what a cell needs and then the cell, and ends it when asked to stop.
import { Output } from "./output.js";
import { Widgets } from "./widgets.js";
import { say } from "./words.js";

const MEGABYTE = 1e6;
const LATER = ["editor.js", "../vendor/codemirror/codemirror.js", "controls.js", "../address.js", "../mount.js"]; // fetched where they are first needed

export class Session {
  #worker = null;
  #asked = new Map(); // what waits for an answer, by ticket
  #tickets = 0;
  #busy = null; // the cell whose Run was pressed last
  #tell = () => {}; // where progress is shown
  #howLong = ""; // what is said while a cell runs
  #kept = 0; // how much of what Python has fetched is kept for when there is no network
  constructor(cells) {
    this.cells = cells;
    this.widgets = new Widgets((data) => this.#ask("receive", data));
  }

  // Run was pressed on a cell: while one runs, that is Stop.
  async press(cell, { all = false } = {}) {
    if (this.#busy) {
      this.#stop(say("stopped"));
      return;
    }
    this.#busy = cell;
    cell.setRunning(true);
    try {
      await this.#start(cell);
      await this.#runTo(cell, all);
    } catch (error) {
      cell.say(error.isStop ? error.message : say("noPython", { reason: error.message }));
      if (!error.isStop) this.#end();
    } finally {
      this.#busy = null;
      cell.setRunning(false);
    }
  }

  restart(cell) {
    this.#stop(say("restarted"));
    cell.say(say("restarted"));
  }

  async #start(cell) {
    this.#tell = (text) => cell.tell(text);
    if (this.#worker) return;
    // A file would bring a policy of its own, which it has not; a text of this page keeps to the page's.
    const text = `import ${JSON.stringify(new URL("worker.js", import.meta.url))};`;
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    this.#worker = new Worker(address, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => this.#fail(new Error(event.message || "worker"));
    cell.say(say("waiting"));
    await this.#ask("start");
  }

  async #runTo(cell, all) {
    const above = all ? this.#everythingAbove(cell) : await this.#neededBy(cell);
    for (const [k, [before, part]] of above.entries()) {
      this.#tell = (text) => cell.tell(say("above", { place: k + 1, count: above.length, text }));
      if ((await this.#run(before, part)) === "error" && !before.mayFail) {
        cell.say(say("failedAbove", { number: before.number + 1 }));
        return;
      }
    }
    this.#tell = (text) => cell.tell(text);
    const begun = performance.now();
    const status = await this.#run(cell);
    const seconds = (performance.now() - begun) / 1000;
    const took = say("seconds", { seconds: seconds.toFixed(seconds < 1 ? 2 : 1) });
    cell.say(status === "error" ? say("failed", { took }) : took);
    await this.#keepForOffline();
  }

  // What the page and its Python have fetched, for the service worker; where a browser has none, nothing is kept.
  async #keepForOffline() {
    const { serviceWorker } = navigator;
    const fetched = await this.#ask("fetched");
    if (!serviceWorker || fetched.length === this.#kept) return;
    this.#kept = fetched.length;
    try {
      await serviceWorker.register(new URL("../../offline.js", import.meta.url));
      const { active } = await serviceWorker.ready;
      const here = performance.getEntriesByType("resource").map(({ name }) => name);
      const later = LATER.map((name) => new URL(name, import.meta.url).href);
      active.postMessage([location.href.split("#")[0], ...here, ...fetched, ...later]);
    } catch {
      this.#kept = 0; // it may be forbidden; a later run asks again
    }
  }

  #everythingAbove({ number }) {
    return this.cells.slice(0, number).flatMap((cell) => (cell.ran === cell.source ? [] : [[cell, cell.source]]));
  }

  // Which parts of which cells: imports may run twice, the rest of a cell only once.
  async #neededBy({ number }) {
    const sources = this.cells.map(({ source }) => source);
    const parts = [];
    for (const [place, imports, everything] of await this.#ask("needed", { sources, target: number })) {
      const cell = this.cells[place];
      const isNew = everything !== imports && cell.begun !== cell.source;
      if (cell.ran !== cell.source) parts.push([cell, isNew ? everything : imports]);
      if (isNew) cell.begun = cell.source;
    }
    return parts.filter(([, part]) => part);
  }

  async #run(cell, part = cell.source) {
    const { source } = cell;
    this.#howLong = say(cell.seconds && source === cell.original ? "runningLong" : "running", cell);
    cell.output ??= new Output(cell, this.widgets);
    cell.output.begin();
    try {
      const status = await this.#ask("run", { cell: cell.number, source: part });
      if (part === source) cell.ran = cell.begun = source;
      return status;
    } finally {
      cell.output?.end();
      cell.write(cell.source); // shows Reset
    }
  }

  #ask(task, given = {}) {
    return new Promise((resolve, reject) => {
      if (!this.#worker) {
        reject(new Error(say("restarted")));
        return;
      }
      this.#tickets += 1;
      this.#asked.set(this.#tickets, { resolve, reject });
      this.#worker.postMessage({ ticket: this.#tickets, task, ...given });
    });
  }

  #hear({ kind, ticket, cell, ...content }) {
    if (kind === "answer") {
      const { resolve, reject } = this.#asked.get(ticket);
      this.#asked.delete(ticket);
      if ("problem" in content) reject(new Error(content.problem));
      else resolve(content.value);
    } else if (kind === "fetched") this.#tell(progress(content));
    else if (kind === "running") this.#tell(this.#howLong);
    else if (kind === "comm") this.widgets.receive(content);
    else this.cells[cell]?.output?.[kind](content);
  }

  #stop(reason) {
    this.#fail(Object.assign(new Error(reason), { isStop: true }));
  }

  #fail(error) {
    this.#end();
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }

  // Python ends, and with it all that it knew.
  #end() {
    this.#worker?.terminate();
    this.#worker = null;
    this.widgets.clear();
    for (const cell of this.cells) cell.ran = cell.begun = null;
  }
}

function progress({ received, whole, sent }) {
  const size = (sent / MEGABYTE).toFixed(0);
  if (!received) return say("first", { size });
  if (received >= whole) return say("waiting");
  return say("percent", { percent: Math.floor((100 * received) / whole), size });
}
