// What a run of a cell shows, in the elements that the book's style sheets know. The book's own output is kept aside.
import { rememberVerdict } from "./progress.js";
import { button, element, say } from "./words.js";

const VIEW = "application/vnd.jupyter.widget-view+json";
const PICTURE = "svg.drawing, img, .widget-room";
const MOST_LETTERS = 200_000;

export class Output {
  #cell;
  #widgets;
  #book; // the output that the page came with, or nothing
  #mine = null; // that of the reader's last run
  #places = []; // where the book has pictures above captions, and this run has drawn none yet
  #fresh = false; // nothing of this run is shown yet
  constructor(cell, widgets) {
    this.#cell = cell;
    this.#widgets = widgets;
    this.#book = cell.node.querySelector(":scope > .cell_output");
    this.note = element("p", { className: "live-note" });
  }
  begin() {
    this.#fresh = true;
  }
  end() {
    this.#open();
    for (const figure of this.#places.map((place) => place.closest("figure"))) figure.remove();
    this.#places = [];
    if (this.#book) this.#offer("mine", "showBook", () => this.#showBook());
  }
  remove() {
    this.#show(this.#book);
    this.note.remove();
  }

  // The first thing that a run shows takes the place of what was there before.
  #open() {
    if (!this.#fresh) return;
    this.#fresh = false;
    const figures = [...(this.#book?.querySelectorAll(":scope > figure") ?? [])].map((figure) =>
      figure.cloneNode(true),
    );
    const mine = element("div", { className: "cell_output docutils container" }, ...figures);
    this.#places = [...mine.querySelectorAll(PICTURE)].filter((place) => !place.parentElement.closest(PICTURE));
    for (const place of this.#places) place.replaceChildren();
    this.#show(mine);
    this.#mine = mine;
  }
  #show(node) {
    const now = this.#cell.node.querySelector(":scope > .cell_output");
    if (now && node) now.replaceWith(node);
    else if (node) this.#cell.node.append(node);
    else now?.remove();
  }
  #offer(what, other, act) {
    this.note.replaceChildren(`${say(what)} · `, button(say(other), act));
    this.#cell.node.append(this.note);
  }
  #showBook() {
    this.#show(this.#book);
    this.#offer("book", "showMine", () => {
      this.#show(this.#mine);
      this.#offer("mine", "showBook", () => this.#showBook());
    });
  }
  #put(node) {
    this.#open();
    this.#mine.append(node);
  }

  stream({ name, text }) {
    this.#open();
    let box = this.#mine.lastElementChild;
    if (!box?.matches(`.output.${name}`)) {
      box = printed(`${name === "stdout" ? "stream stdout" : "stderr"}`, "");
      this.#put(box);
    }
    const pre = box.querySelector("pre");
    const back = text.lastIndexOf("\r"); // a progress bar writes over its line
    if (back >= 0) pre.textContent = pre.textContent.replace(/[^\n]*$/, "") + text.slice(back + 1);
    else pre.append(text);
  }
  display({ data }) {
    if (data[VIEW]) this.#view(data[VIEW].model_id);
    else if (data["image/svg+xml"]) this.#draw(data["image/svg+xml"]);
    else if (data["text/html"]) this.#html(data["text/html"]);
    else if (data["image/png"]) this.#draw(`<img src="data:image/png;base64,${data["image/png"]}" alt="">`);
    else this.#put(printed("text_plain", data["text/plain"].slice(0, MOST_LETTERS)));
  }
  result(content) {
    this.display(content);
  }
  error({ traceback }) {
    this.#put(printed("traceback", traceback));
  }
  clear() {
    this.#fresh = true;
  }
  #html(text) {
    const box = element("div", { className: "output text_html", innerHTML: text });
    this.#put(box);
    rememberVerdict(text);
  }
  // A picture lands above the caption that the book has for it.
  #draw(markup) {
    const box = element("div", { innerHTML: markup });
    const picture = box.firstElementChild;
    this.#open();
    const place = this.#places.findIndex((node) => !node.matches(".widget-room"));
    const isBooks = place >= 0 && this.#cell.source === this.#cell.original;
    const alt = isBooks ? described(this.#places[place]) : say("drawing");
    picture.setAttribute(picture.matches("img") ? "alt" : "aria-label", alt);
    if (place >= 0) this.#places.splice(place, 1)[0].replaceWith(picture);
    else this.#put(box);
  }
  #view(id) {
    this.#open();
    const view = this.#widgets.view(id);
    const place = this.#places.findIndex((node) => node.matches(".widget-room"));
    if (place >= 0) this.#places.splice(place, 1)[0].append(view);
    else this.#put(element("div", { className: "output" }, view));
  }
}

const described = (picture) => picture.getAttribute("aria-label") ?? picture.getAttribute("alt") ?? say("drawing");

function printed(kind, text) {
  const pre = element("pre", { textContent: text });
  const classes = `output ${kind} highlight-myst-ansi notranslate`;
  return element("div", { className: classes }, element("div", { className: "highlight" }, pre));
}
