// What a run of a cell shows, in the elements that the book's style sheets know. The book's own output is kept aside.
import { rememberVerdict } from "./progress.js";
import { button, element, isChinese, say } from "./words.js";

const VIEW = "application/vnd.jupyter.widget-view+json";
const PICTURE = "svg.drawing, img, .widget-room";
const MOST_LETTERS = 200_000;
// Python speaks English: what its usual errors mean is said above them on Chinese pages.
const MEANINGS = {
  AssertionError: "assert 后面的条件不成立。",
  AttributeError: "这个对象没有这个属性或方法。",
  ImportError: "模块里没有要导入的这个名字。",
  IndentationError: "缩进不对：同一层的代码要左对齐。",
  IndexError: "下标超出了范围。",
  KeyError: "字典里没有这个键。",
  MemoryError: "内存不够。",
  ModuleNotFoundError: "没有这个模块。",
  NameError: "用到了一个没有定义的名字。请检查拼写，或先运行定义它的单元格。",
  RecursionError: "函数调用自己，次数太多。",
  SyntaxError: "这段代码不合 Python 的语法。请检查括号、引号、逗号和冒号，看看是否混进了全角标点。",
  TypeError: "这个函数或运算收到的值类型不对，或参数个数不对。",
  ValueError: "值的类型对，但大小或形状不合要求。",
  ZeroDivisionError: "除数是零。",
};

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
  error({ name, traceback }) {
    const meaning = isChinese() && MEANINGS[name];
    if (meaning) this.#put(element("p", { className: "live-meaning", textContent: `${name}：${meaning}` }));
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
