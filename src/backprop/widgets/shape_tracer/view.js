// The shape tracer: point at one entry of z = aW + b and see which row of a and which column of W meet in it.
import { slider } from "../kit/controls.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { inside, minus } from "../kit/words.js";
import { cut, layer, meets } from "./maths.js";
import { STRINGS } from "./words.js";

const write = (value) => minus(+value.toFixed(2));
const held = (value) => inside(write(value));

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { arrays, most } = ui.facts;
    const names = ["N", "n_in", "n_out"];
    const chosen = ["array", "row", "column"];
    keepInAddress(ui, names, (_, value) => Number.isInteger(value) && value >= 1 && value <= most);
    const shapes = h("p", { class: "bp-shapes" });
    const said = h("p");
    const sum = h("p", { class: "bp-sum" });
    const grids = Object.fromEntries(
      ["a", "W", "b", "z"].map((name) => [name, h("div", { class: "bp-array bp-" + name, role: "grid" })]),
    );
    const titles = Object.fromEntries(Object.keys(grids).map((name) => [name, h("span", { class: "bp-name" })]));
    const part = (name) => h("div", { class: "bp-part bp-at-" + name }, titles[name], grids[name]);
    ui.root.append(
      h(
        "div",
        { class: "bp-tracer" },
        h(
          "div",
          { class: "bp-sizes" },
          ...names.map((trait, k) =>
            slider(ui, { trait, label: ui.say(["rows", "inputs", "outputs"][k]), range: [1, most], step: 1 }),
          ),
        ),
        shapes,
        h("div", { class: "bp-scheme" }, ...["W", "b", "a", "z"].map(part)),
        said,
        sum,
        h("p", { class: "bp-name" }, ui.say("how")),
      ),
    );

    let now;
    let built;
    const pick = (name, row, column) => ui.set({ array: name, row, column });
    for (const name of Object.keys(grids)) {
      const at = (event) => event.target.closest("[data-row]");
      const point = (event) => at(event) && pick(name, +at(event).dataset.row, +at(event).dataset.column);
      // A thumb points by a tap; an entry that a scroll brings below a resting mouse was not pointed at.
      ui.listen(grids[name], "pointermove", (event) => event.pointerType !== "touch" && point(event));
      for (const event of ["focusin", "click"]) ui.listen(grids[name], event, point);
      ui.listen(grids[name], "keydown", (event) => {
        const step = {
          ArrowUp: [-1, 0],
          ArrowDown: [1, 0],
          ArrowLeft: [0, -1],
          ArrowRight: [0, 1],
          Home: [0, -most],
          End: [0, most],
        }[event.key];
        if (!step || !at(event)) return;
        event.preventDefault();
        const inBounds = (value, count) => Math.min(count - 1, Math.max(0, value));
        const { row, column } = at(event).dataset;
        entryAt(
          name,
          inBounds(+row + step[0], now[name].length),
          inBounds(+column + step[1], now[name][0].length),
        ).focus();
      });
    }
    const entryAt = (name, row, column) => grids[name].children[row].children[column];
    ui.watch([...names, ...chosen], paint);

    function paint() {
      const sizes = names.map((name) => model.get(name));
      if (sizes.join() !== built) build(...sizes);
      built = sizes.join();
      const name = model.get("array");
      const row = Math.min(model.get("row"), now[name].length - 1);
      const column = Math.min(model.get("column"), now[name][0].length - 1);
      const touched = meets(name, row, column);
      for (const other of Object.keys(grids)) {
        const same = other === name;
        now[other].forEach((values, r) =>
          values.forEach((_, c) => {
            const node = entryAt(other, r, c);
            const here = same && r === row && c === column;
            node.className = here ? "bp-here" : touched[other](r, c) ? "bp-met" : "";
            node.tabIndex = (same ? here : !r && !c) ? 0 : -1;
          }),
        );
      }
      const place = { row, column };
      said.textContent = ui.say(name, place);
      sum.textContent = written(name, row, column);
      ui.announce(said, sum);
    }

    // New cells, only when a size has changed: an entry that has the focus keeps it while it is being pointed at.
    function build(N, i, j) {
      const { a, W, b } = cut(arrays, N, i, j);
      now = { a, W, b: [b], z: layer(a, W, b) };
      const shape = { a: [N, i], W: [i, j], b: [j], z: [N, j] };
      shapes.textContent = ui.say("shapes", { N, i, j });
      for (const [name, grid] of Object.entries(grids)) {
        const text = `(${shape[name].join(", ")}${name === "b" ? "," : ""})`;
        titles[name].textContent = `${name} ${text}`;
        grid.setAttribute("aria-label", ui.say("grid", { name, shape: text }));
        grid.replaceChildren(
          ...now[name].map((values, row) =>
            h(
              "div",
              { role: "row" },
              ...values.map((number, column) => {
                const value = write(number);
                const label = ui.say(name === "b" ? "bias" : "entry", { name, row, column, value });
                return h(
                  "span",
                  { role: "gridcell", "data-row": row, "data-column": column, "aria-label": label },
                  value,
                );
              }),
            ),
          ),
        );
      }
    }

    // The whole sum of an entry of z; for another array, of the first entry of z that it reaches.
    function written(name, row, column) {
      const { a, W, b, z } = now;
      const n = name === "z" || name === "a" ? row : 0;
      const j = name === "a" ? 0 : column;
      const terms = a[n].map((value, i) => held(value) + "·" + held(W[i][j]));
      return `z[${n}, ${j}] = ${terms.join(" + ")} + ${held(b[0][j])} = ${write(z[n][j])}`;
    }
    return ui.end;
  },
};
