// Gives every code cell of the page its buttons. Python itself is fetched at the first press, with session.js.
import { markSolved } from "./progress.js";
import { button, element, say } from "./words.js";

// What happens is said once for the whole page; what each cell shows beside its buttons is for the eye.
const announcer = element("p", { className: "live-announcer" });
announcer.setAttribute("role", "status");

class Cell {
  constructor(bar, number) {
    this.number = number;
    this.node = bar.closest("div.cell");
    this.input = bar.parentElement;
    this.code = this.input.querySelector("div.highlight");
    this.original = this.code.querySelector("pre").textContent.replace(/\n$/, "");
    this.source = this.original;
    this.mayFail = this.node.classList.contains("tag_raises-exception");
    this.ran = null; // the source that Python has run
    this.begun = null; // the one of which it has run all but some imports
    this.runButton = button(say("run"), () => this.run());
    this.editButton = button(say("edit"), () => this.edit());
    this.resetButton = button(say("reset"), () => this.reset());
    this.resetButton.hidden = true;
    this.status = element("span", { className: "live-status" });
    bar.append(this.runButton, this.editButton, this.resetButton, this.#menu());
    this.seconds = Number(bar.dataset.seconds ?? 0);
    this.slow = element("span", { className: "live-value", textContent: say("slow", this), hidden: !this.seconds });
    bar.append(this.slow);
    const { smaller } = bar.dataset;
    if (smaller) bar.append(button(say("smaller"), () => this.#shrink(JSON.parse(smaller))));
    bar.append(this.status);
    for (const each of bar.querySelectorAll("button")) this.#label(each);
  }
  #label(pressed) {
    const { textContent: text } = pressed;
    pressed.setAttribute("aria-label", say("pressed", { button: text, number: this.number + 1 }));
  }
  #shrink(changes) {
    this.closeEditor?.();
    this.write(Object.entries(changes).reduce((text, [from, to]) => text.replace(from, to), this.source));
    this.edit();
  }
  #menu() {
    const summary = element("summary", { textContent: say("more") });
    const menu = element("details", { className: "live-menu" }, summary);
    const choose = (act) => () => {
      menu.open = false;
      act();
    };
    menu.append(
      button(
        say("runAbove"),
        choose(() => this.run({ all: true })),
      ),
      button(
        say("restart"),
        choose(async () => (await session()).restart(this)),
      ),
    );
    menu.onkeydown = ({ key }) => {
      if (key !== "Escape") return;
      menu.open = false;
      summary.focus();
    };
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
    });
    return menu;
  }
  async run(options) {
    try {
      this.tell(this.status.textContent || "…");
      await (await session()).press(this, options);
    } catch (error) {
      this.say(say("noPython", { reason: error.message }));
    }
  }
  async edit() {
    const { open } = await import("./editor.js");
    open(this);
  }
  // The editor calls this at every change.
  write(source) {
    this.source = source;
    this.resetButton.hidden = source === this.original && !this.output;
    this.slow.hidden = !this.seconds || source !== this.original;
  }
  reset() {
    this.closeEditor?.();
    this.output?.remove();
    this.output = this.ran = this.begun = null;
    this.write(this.original);
    this.tell("");
    this.editButton.focus();
  }
  setRunning(isRunning) {
    this.runButton.textContent = say(isRunning ? "stop" : "run");
    this.#label(this.runButton);
    this.node.classList.toggle("live-running", isRunning);
  }
  tell(text) {
    this.status.textContent = text;
  }
  say(text) {
    this.tell(text);
    announcer.textContent = text;
  }
}

let cells = [];
let loading;
const session = () => {
  loading ??= import("./session.js").then(({ Session }) => new Session(cells));
  loading.catch(() => (loading = null)); // the network may be back at the next press
  return loading;
};

cells = [...document.querySelectorAll("div.live-bar")].map((bar, number) => new Cell(bar, number));
document.body.append(announcer);
markSolved();
