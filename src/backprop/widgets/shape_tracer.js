// The shape tracer: point at one entry of z = aW + b and see which row of a and which column of W meet in it.
import { h, keepInAddress, slider, stage } from "./kit.js";
import { cut, layer, meets } from "./meeting.js";

export const STRINGS = {
  en: {
    rows: "N, rows of a", inputs: "n_in, columns of a", outputs: "n_out, columns of W",
    shapes: "({N}, {i}) @ ({i}, {j}) + ({j},) → ({N}, {j})",
    grid: "{name}, shape {shape}", entry: "{name} row {row}, column {column}: {value}", bias: "b, entry {column}: {value}",
    z: "z[{row}, {column}]: row {row} of a meets column {column} of W, and b[{column}] is added.",
    a: "a[{row}, {column}] goes into every entry of row {row} of z, times row {column} of W. No other row of z sees it.",
    W: "W[{row}, {column}] goes into column {column} of z, in every row: once per example, times column {row} of a.",
    b: "b[{column}] is added to column {column} of z, in every row: that is broadcasting.",
    how: "Point at an entry or tap it; with the keyboard: Tab to an array, then the arrow keys.",
  },
  zh: {
    rows: "N，a 的行数", inputs: "n_in，a 的列数", outputs: "n_out，W 的列数",
    shapes: "({N}, {i}) @ ({i}, {j}) + ({j},) → ({N}, {j})",
    grid: "{name}，形状 {shape}", entry: "{name} 第 {row} 行第 {column} 列：{value}", bias: "b 第 {column} 项：{value}",
    z: "z[{row}, {column}]：a 的第 {row} 行与 W 的第 {column} 列相遇，再加上 b[{column}]。",
    a: "a[{row}, {column}] 进入 z 第 {row} 行的每一项，乘以 W 的第 {column} 行。z 的其他行看不到它。",
    W: "W[{row}, {column}] 进入 z 第 {column} 列的每一行：每个样本一次，乘以 a 的第 {row} 列。",
    b: "b[{column}] 加到 z 第 {column} 列的每一行：这就是广播。",
    how: "指向或点按一项；键盘：用 Tab 移到一个数组，再按方向键。",
  },
};
const write = (value) => String(+value.toFixed(2)).replace("-", "−");
const inside = (value) => (value < 0 ? `(${write(value)})` : write(value));

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS), { arrays, most } = JSON.parse(model.get("_facts"));
    const names = ["N", "n_in", "n_out"], chosen = ["array", "row", "column"];
    keepInAddress(ui, names, (_, value) => Number.isInteger(value) && value >= 1 && value <= most);
    const shapes = h("p", { class: "bp-shapes" }), said = h("p"), sum = h("p", { class: "bp-sum" });
    const grids = Object.fromEntries(["a", "W", "b", "z"].map((name) => [name, h("div", { class: "bp-array bp-" + name, role: "grid" })]));
    const titles = Object.fromEntries(Object.keys(grids).map((name) => [name, h("span", { class: "bp-name" })]));
    const part = (name) => h("div", { class: "bp-part bp-at-" + name }, titles[name], grids[name]);
    ui.root.append(h("div", { class: "bp-tracer" },
      h("div", { class: "bp-sizes" }, ...names.map((trait, k) => slider(ui, { trait, label: ui.say(["rows", "inputs", "outputs"][k]), range: [1, most], step: 1 }))),
      shapes, h("div", { class: "bp-scheme" }, ...["W", "b", "a", "z"].map(part)), said, sum, h("p", { class: "bp-name" }, ui.say("how"))));

    let now, built;
    const pick = (name, row, column) => ui.set({ array: name, row, column });
    for (const name of Object.keys(grids)) {
      const at = (event) => event.target.closest("[data-row]");
      for (const event of ["pointerover", "focusin", "click"]) {
        ui.listen(grids[name], event, (found) => at(found) && pick(name, +at(found).dataset.row, +at(found).dataset.column));
      }
      ui.listen(grids[name], "keydown", (event) => {
        const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -most], End: [0, most] }[event.key];
        if (!step || !at(event)) return;
        event.preventDefault();
        const inBounds = (value, count) => Math.min(count - 1, Math.max(0, value)), { row, column } = at(event).dataset;
        entryAt(name, inBounds(+row + step[0], now[name].length), inBounds(+column + step[1], now[name][0].length)).focus();
      });
    }
    const entryAt = (name, row, column) => grids[name].children[row].children[column];
    ui.watch([...names, ...chosen], paint);

    function paint() {
      const [N, i, j] = names.map((name) => model.get(name)), size = [N, i, j].join();
      if (size !== built) build(N, i, j);
      built = size;
      const name = model.get("array"), row = Math.min(model.get("row"), now[name].length - 1), column = Math.min(model.get("column"), now[name][0].length - 1);
      const touched = meets(name, row, column);
      for (const [other, grid] of Object.entries(grids)) {
        const same = other === name;
        now[other].forEach((values, r) => values.forEach((_, c) => {
          const node = entryAt(other, r, c), here = same && r === row && c === column;
          node.className = here ? "bp-here" : touched[other](r, c) ? "bp-met" : "";
          node.tabIndex = (same ? here : !r && !c) ? 0 : -1;
        }));
      }
      const place = { row, column }, before = said.textContent + sum.textContent;
      said.textContent = ui.say(name, place);
      sum.textContent = written(name, row, column);
      if (before && before !== said.textContent + sum.textContent) ui.announce(said.textContent + " " + sum.textContent);
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
        grid.replaceChildren(...now[name].map((values, row) => h("div", { role: "row" }, ...values.map((number, column) => {
          const value = write(number);
          const label = ui.say(name === "b" ? "bias" : "entry", { name, row, column, value });
          return h("span", { role: "gridcell", "data-row": row, "data-column": column, "aria-label": label }, value);
        }))));
      }
    }

    // The whole sum of an entry of z; for another array, of the first entry of z that it reaches.
    function written(name, row, column) {
      const { a, W, b, z } = now, n = name === "z" || name === "a" ? row : 0, j = name === "a" ? 0 : column;
      const terms = a[n].map((value, i) => inside(value) + "·" + inside(W[i][j]));
      return `z[${n}, ${j}] = ${terms.join(" + ")} + ${inside(b[0][j])} = ${write(z[n][j])}`;
    }
    return ui.end;
  },
};
