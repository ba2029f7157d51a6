// A text that looks back, by hand or with the heads of a model: the map of its shares, and which way the gradient runs
// along each square.
import { button, choices } from "../kit/controls.js";
import { entryAt, pointing } from "../kit/grid.js";
import { h } from "../kit/stage.js";
import { minus, number } from "../kit/words.js";
import { pair, push, readBack, unfolded } from "./maths.js";

// Two decimals; what would be 0.00 with its power of ten.
export const short = (value) => (value && Math.abs(value) < 0.005 ? number(value) : minus(value.toFixed(2)));
export const percent = (share) => (share > 0.0005 && share < 0.005 ? "<1" : String(Math.round(100 * share)));

// All shares of a head at a glance, a pixel for each.
function glance(ui, shares) {
  const picture = h("canvas", { width: shares.length, height: shares.length, "aria-hidden": "true" });
  const pen = picture.getContext("2d");
  pen.fillStyle = ui.colour("blue");
  shares.forEach((row, i) =>
    row.forEach((share, j) => {
      pen.globalAlpha = share;
      pen.fillRect(j, i, 1, 1);
    }),
  );
  return picture;
}

// The parts of the screen, which follow the model from now on.
export function textMap(ui, model, texts, given) {
  const grid = h("div", { class: "bp-map", role: "grid" });
  const told = [0, 1, 2, 3].map(() => h("p"));
  const hide = button(ui, ui.say("hide"), () => ui.set({ causal: !model.get("causal") }));
  const spoken = (letter) => (letter === "·" ? ui.say("start") : letter);
  let built;
  let read;
  pointing(ui, grid, (row, column) => ui.set({ row, column }));

  ui.watch(["text", "loudness", "causal", "row", "column", "mode", "head"], () => {
    const text = given?.text ?? model.get("text");
    const causal = given ? true : model.get("causal");
    if (text !== built) build(text);
    built = text;
    const head = model.get("head");
    read = given ? unfolded(given.heads[head]) : readBack(text, model.get("loudness"), causal);
    const weak = read.weak ?? 0.005;
    const i = Math.min(model.get("row"), read.p.length - 1);
    const j = Math.min(model.get("column"), text.length - 1);
    read.p.forEach((shares, row) =>
      shares.forEach((share, column) => {
        const node = entryAt(grid, row, column);
        const dz = read.dz[row][column];
        const sign = Math.abs(dz) <= weak ? "" : dz < 0 ? "▲" : "▼";
        const here = row === i && column === j;
        node.className =
          (causal && column > row ? "bp-future " : "") + (here ? "bp-here" : row === i || column === j ? "bp-met" : "");
        node.tabIndex = here ? 0 : -1;
        node.style.setProperty("--share", 60 * share + "%");
        node.replaceChildren(share > 0.0005 ? percent(share) : "", h("small", {}, sign));
        node.setAttribute(
          "aria-label",
          ui.say("cell", {
            i: row + 1,
            j: column + 1,
            asked: spoken(text[row]),
            letter: spoken(text[column]),
            share: percent(share),
          }),
        );
      }),
    );
    for (const node of grid.querySelectorAll("[data-head]")) {
      node.className = [`row${i}`, `column${j}`].includes(node.dataset.head) ? "bp-here" : "";
    }
    hide.setAttribute("aria-pressed", causal);
    const words = {
      i: i + 1,
      j: j + 1,
      asked: spoken(text[i]),
      next: text[i + 1] ?? ui.say("end"),
      letter: spoken(text[j]),
      before: text[j - 1] ?? ui.say("start"),
      share: percent(read.p[i][j]),
      dz: (given ? number : short)(read.dz[i][j]),
      loss: given ? "" : short(read.losses.reduce((a, b) => a + b)),
    };
    const what = given ? push(i, j, read.dz[i][j], weak) : pair(text, causal, i, j, read.dz[i][j]);
    const flows = !["hidden", "still", "hardly"].includes(what);
    // Behind the last block a step is for itself; in one before, later steps look at what it found.
    const later = given && head[0] !== Object.keys(given.heads).at(-1)[0];
    told[0].textContent = ui.say(given ? "looks" : "takes", words);
    told[1].textContent = ui.say(what === "wanted" ? "right" : what, words);
    told[2].textContent = flows ? ui.say(later ? "spreads" : "goes", words) : "";
    told[3].textContent = given ? "" : ui.say("loss", words) + (causal ? "" : " " + ui.say("cheats"));
    told[3].classList.toggle("bp-alarm", !causal);
    if (model.get("mode") === "text") ui.announce(...[0, 1, 3].map((k) => told[k]));
  });

  function build(text) {
    const letters = [...text];
    const head = (place, ...words) => h("span", { role: "columnheader", "data-head": place }, h("b", {}, ...words));
    grid.style.setProperty("--count", letters.length);
    grid.setAttribute("aria-label", ui.say("grid", { text }));
    grid.replaceChildren(
      h(
        "div",
        { role: "row" },
        h("span", { role: "columnheader" }),
        ...letters.map((letter, j) =>
          head(`column${j}`, h("small", {}, given ? "" : (letters[j - 1] ?? "·") + "→"), letter),
        ),
      ),
      ...letters
        .slice(0, given ? undefined : -1)
        .map((letter, row) =>
          h(
            "div",
            { role: "row" },
            h(
              "span",
              { role: "rowheader", "data-head": `row${row}` },
              letter,
              h("small", {}, "→" + (letters[row + 1] ?? "·")),
            ),
            ...letters.map((_, column) => h("span", { role: "gridcell", "data-row": row, "data-column": column })),
          ),
        ),
    );
  }
  const options = given
    ? Object.entries(given.heads).map(([value, head]) => ({ value, label: value, mark: glance(ui, unfolded(head).p) }))
    : texts.map((value) => ({ value, label: value }));
  const trait = given ? "head" : "text";
  const offered = choices(ui, { trait, label: ui.say(trait), options });
  if (given) {
    offered.className = "bp-heads";
    offered.style.setProperty("--columns", options.filter(({ value }) => value[0] === "1").length);
  }
  return [
    h("div", { class: "bp-set" }, offered, given ? "" : h("div", { class: "bp-row" }, hide)),
    h("div", { class: "bp-seen" }, h("p", { class: "bp-name" }, ui.say(given ? "askHead" : "ask")), grid),
    h("div", { class: "bp-told" }, ...told),
  ];
}
