// The shape tracer: point at one entry of z = aW + b, or of a gradient, and see which row and which column meet in it.
import { slider } from "../kit/controls.js";
import { entryAt, pointing } from "../kit/grid.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { inside, minus } from "../kit/words.js";
import { cut, gradients, layer, meets } from "./maths.js";
import { STRINGS } from "./words.js";

const write = (value) => minus(+value.toFixed(2));
const held = (value) => inside(write(value));
const product = (value, other) => held(value) + "·" + held(other);

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { arrays, most } = ui.facts;
    const isBackward = model.get("direction") === "backward";
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
        { class: "bp-tracer" + (isBackward ? " bp-both" : "") },
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
        h("p", { class: "bp-name" }, (isBackward ? ui.say("legend") : "") + ui.say("how")),
      ),
    );

    let now;
    let back;
    let built;
    for (const [name, grid] of Object.entries(grids))
      pointing(ui, grid, (row, column) => ui.set({ array: name, row, column }));
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
            const node = entryAt(grids[other], r, c);
            const here = same && r === row && c === column;
            node.className = here ? "bp-here" : touched[other](r, c) ? "bp-met" : "";
            node.tabIndex = (same ? here : !r && !c) ? 0 : -1;
          }),
        );
      }
      const place = { row, column };
      said.textContent = ui.say(name + (isBackward ? "Back" : ""), place);
      sum.textContent = (isBackward ? writtenBack : written)(name, row, column);
      ui.announce(said, sum);
    }

    // New cells, only when a size has changed: an entry that has the focus keeps it while it is being pointed at.
    function build(N, i, j) {
      const { a, W, b, delta } = cut(arrays, N, i, j);
      now = { a, W, b: [b], z: layer(a, W, b) };
      const { dW, db, da } = gradients(a, W, delta);
      back = { a: da, W: dW, b: [db], z: delta };
      const shape = { a: [N, i], W: [i, j], b: [j], z: [N, j] };
      shapes.textContent = ui.say(isBackward ? "shapesBack" : "shapes", { N, i, j });
      for (const [name, grid] of Object.entries(grids)) {
        const text = `(${shape[name].join(", ")}${name === "b" ? "," : ""})`;
        const both = isBackward ? `${name}, ${name === "z" ? "δ" : "d" + name}` : name;
        titles[name].textContent = `${both} ${text}`;
        grid.setAttribute("aria-label", ui.say("grid", { name: both, shape: text }));
        grid.replaceChildren(
          ...now[name].map((values, row) =>
            h(
              "div",
              { role: "row" },
              ...values.map((number, column) => {
                const value = write(number);
                const gradient = write(back[name][row][column]);
                const label = ui.say(name === "b" ? "bias" : "entry", { name, row, column, value });
                const cell = h(
                  "span",
                  {
                    role: "gridcell",
                    "data-row": row,
                    "data-column": column,
                    "aria-label": isBackward ? ui.say("gradient", { label, value: gradient }) : label,
                  },
                  value,
                );
                if (isBackward) cell.append(h("b", {}, gradient));
                return cell;
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
      const terms = a[n].map((value, i) => product(value, W[i][j]));
      return `z[${n}, ${j}] = ${terms.join(" + ")} + ${held(b[0][j])} = ${write(z[n][j])}`;
    }
    // The whole sum of an entry of a gradient; for an entry of δ, of the first of dW that it goes into.
    function writtenBack(name, row, column) {
      const { a, W } = now;
      const { a: da, W: dW, b: db, z: delta } = back;
      const [i, j] = name === "z" ? [0, column] : [row, column];
      const sums = {
        a: () => [`da[${row}, ${column}]`, delta[row].map((v, k) => product(v, W[column][k])), da[row][column]],
        b: () => [`db[${column}]`, delta.map((v) => held(v[column])), db[0][column]],
        W: () => [`dW[${i}, ${j}]`, delta.map((v, n) => product(a[n][i], v[j])), dW[i][j]],
      };
      const [entry, terms, value] = sums[name === "z" ? "W" : name]();
      return `${entry} = ${terms.join(" + ")} = ${write(value)}`;
    }
    return ui.end;
  },
};
