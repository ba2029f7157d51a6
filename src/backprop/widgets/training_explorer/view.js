// The training explorer: real recorded runs on digits, looked up by learning rate, momentum and optimizer.
import { choices, slider, steady } from "../kit/controls.js";
import { axes, canvas, line, scale, swatch, ticks, write } from "../kit/draw.js";
import { h, keepInAddress, stage } from "../kit/stage.js";
import { number } from "../kit/words.js";
import { decode } from "./maths.js";
import { STRINGS } from "./words.js";

const TRAITS = ["optimizer", "learning_rate", "momentum", "epoch"];
const PLAIN = ["RMSProp", "Adam"];
const LINES = { one: ["grey", [], 1], best: ["orange", [6, 4], 2], mean: ["blue", [], 3] };

export default {
  render({ model, el }) {
    const ui = stage({ model, el }, STRINGS);
    const { cells, best, ...facts } = decode(ui.facts);
    const distinct = (values) => [...new Set(values)].filter((v) => v !== null).sort((a, b) => a - b);
    const rates = distinct(cells.map((cell) => cell.lr));
    const momenta = distinct(cells.map((cell) => cell.beta));
    const rows = [...momenta, ...PLAIN];
    const known = { optimizer: ["Momentum", ...PLAIN], learning_rate: rates, momentum: momenta };
    known.epoch = Array.from({ length: facts.epochs }, (_, k) => k + 1);
    keepInAddress(ui, TRAITS, (name, value) => known[name].includes(value));

    let cell;
    let row;
    let column;
    const cellAt = (r, c) =>
      cells.find(
        (one) => one.lr === rates[c] && (r < momenta.length ? one.beta === rows[r] : one.optimizer === rows[r]),
      );
    const choose = (r, c) => {
      r = Math.min(rows.length - 1, Math.max(0, r));
      const change = { learning_rate: rates[Math.min(rates.length - 1, Math.max(0, c))] };
      ui.set(
        r < momenta.length
          ? { ...change, optimizer: "Momentum", momentum: rows[r] }
          : { ...change, optimizer: rows[r] },
      );
    };
    const knob = h("input", {
      type: "range",
      min: 0,
      max: momenta.length - 1,
      step: 1,
      "aria-label": ui.say("momentum"),
    });
    const shown = h("output");
    const memory = h(
      "div",
      { class: "bp-slider" },
      h("span", { class: "bp-name", "aria-hidden": "true" }, ui.say("momentum")),
      shown,
      knob,
    );
    steady(ui, knob);
    ui.listen(knob, "input", () => choose(+knob.value, column));
    const map = canvas(ui, { ratio: "var(--bp-map)", draw: drawMap, role: "application", tabindex: 0 });
    const charts = ["loss", "accuracy"].map((name) =>
      canvas(ui, { label: "", ratio: "5 / 3", draw: (...place) => drawCurves(name, ...place) }),
    );
    const said = h("p", { class: "bp-why" });
    const scaled = h("p", { class: "bp-scaled" });
    const seeds = facts.seeds.length;
    const key = h(
      "p",
      { class: "bp-key" },
      ...Object.entries(LINES).map(([name, [colour, dashes, width]]) =>
        h("span", {}, swatch(colour, dashes, "", width), ui.say(name, { seeds })),
      ),
    );
    const area = (name, ...nodes) => h("div", { class: "bp-" + name }, ...nodes);
    ui.root.append(
      h(
        "div",
        { class: "bp-training" },
        area(
          "knobs",
          choices(ui, {
            trait: "optimizer",
            label: ui.say("optimizer"),
            options: ["Momentum", ...PLAIN].map((value) => ({ value, label: value })),
          }),
          slider(ui, {
            trait: "learning_rate",
            label: ui.say("rate"),
            range: [rates[0], rates.at(-1)],
            step: 0.5,
            log: true,
          }),
          memory,
          slider(ui, { trait: "epoch", label: ui.say("shown"), range: [1, facts.epochs], step: 1 }),
        ),
        area("map", map),
        area("said", said, scaled),
        area("charts", ...charts),
        key,
        h(
          "p",
          { class: "bp-name" },
          ui.say("from", { ...facts, seeds, sizes: facts.sizes.join("-"), numpy: facts.versions.numpy }),
        ),
      ),
    );

    ui.watch(TRAITS, () => {
      const [name, lr, beta, epoch] = TRAITS.map((trait) => model.get(trait));
      const plain = PLAIN.indexOf(name);
      row = plain < 0 ? momenta.indexOf(beta) : momenta.length + plain;
      column = rates.indexOf(lr);
      cell = cellAt(row, column);
      knob.value = momenta.indexOf(beta);
      shown.value = number(beta);
      knob.setAttribute("aria-valuetext", number(beta));
      memory.classList.toggle("bp-off", plain >= 0);
      const percent = (value) => value.toFixed(1);
      const values = {
        seeds,
        epochs: facts.epochs,
        epoch,
        now: percent(cell.meanAccuracy[epoch]),
        more: facts.epochs - 1,
        accuracy: percent(cell.reached),
        sd: percent(cell.sd),
        low: percent(cell.low),
        high: percent(cell.high),
        fall: number(+(100 * cell.fall).toPrecision(2)),
        rises: cell.rises,
        behind: percent(cell.behind),
      };
      for (const word of ["start", "end", "peak"]) values[word] = number(+cell[word].toPrecision(2));
      said.textContent = ui.say(cell.what, values);
      scaled.textContent = plain < 0 ? ui.say("scaled", { scaled: number(lr / (1 - beta)) }) : "";
      map.setAttribute(
        "aria-label",
        ui.say("map", { ...values, name: `${name}${plain < 0 ? ", β = " + number(beta) : ""}, η = ${number(lr)}` }),
      );
      charts.forEach((chart, k) => chart.setAttribute("aria-label", ui.say(["lossOf", "accuracyOf"][k], values)));
      ui.announce(said);
      ui.repaint();
    });

    const grid = (width, height) => {
      const left = 66;
      const top = 22;
      const wide = (width - left - 2) / rates.length;
      const high = (height - top - 22) / rows.length;
      return { left, top, wide, high };
    };
    ui.listen(map, "click", ({ offsetX, offsetY }) => {
      const { left, top, wide, high } = grid(map.clientWidth, map.clientHeight);
      choose(Math.floor((offsetY - top) / high), Math.floor((offsetX - left) / wide));
    });
    ui.listen(map, "keydown", (event) => {
      const way = {
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
        Home: [0, -99],
        End: [0, 99],
      }[event.key];
      if (!way) return;
      event.preventDefault();
      choose(row + way[0], column + way[1]);
    });

    function drawMap(pen, width, height) {
      const { left, top, wide, high } = grid(width, height);
      const epoch = model.get("epoch");
      const done = epoch === facts.epochs;
      pen.textBaseline = "middle";
      for (let r = 0; r < rows.length; r++) {
        pen.font = ui.font(12);
        pen.fillStyle = ui.colour("soft");
        write(pen, r < momenta.length ? "β = " + number(rows[r]) : rows[r], left - 5, top + (r + 0.5) * high, "right");
        for (let c = 0; c < rates.length; c++) {
          const { meanAccuracy, what } = cellAt(r, c);
          const reached = meanAccuracy[epoch];
          const lost = done && what === "lost";
          const x = left + c * wide;
          const y = top + r * high;
          pen.globalAlpha = Math.max(0, (reached - 10) / 84) ** 2 * 0.85;
          pen.fillStyle = ui.colour("blue");
          pen.fillRect(x + 1, y + 1, wide - 2, high - 2);
          pen.globalAlpha = 1;
          pen.fillStyle = ui.colour(lost ? "soft" : "ink");
          pen.font = ui.font(wide < 28 ? 11 : 13);
          write(pen, lost ? "×" : reached.toFixed(0), x + wide / 2, y + high / 2 + 1, "center");
          if (cellAt(r, c) === cells[best]) {
            const [colour, dashes, thick] = LINES.best;
            const [x2, y2] = [x + wide - 2, y + high - 2];
            const corners = [
              [x + 2, y + 2],
              [x2, y + 2],
              [x2, y2],
              [x + 2, y2],
              [x + 2, y + 2],
            ];
            line(pen, corners, ui.colour(colour), thick, dashes);
          }
        }
      }
      pen.strokeStyle = ui.colour("ink");
      pen.lineWidth = 3;
      pen.strokeRect(left + column * wide, top + row * high, wide, high);
      pen.font = ui.font(12);
      pen.fillStyle = ui.colour("soft");
      write(pen, ui.say(done ? "title" : "early", { epoch, epochs: facts.epochs }), left, 11, "left");
      write(pen, ui.say("eta"), left - 5, height - 10, "right");
      rates.forEach((lr, c) => c % 2 || write(pen, number(lr), left + (c + 0.5) * wide, height - 10, "center"));
    }
    function drawCurves(name, pen, width, height) {
      const log = name === "loss";
      const box = [44, 26, width - 12, height - 22];
      const [left, top, right, bottom] = box;
      const { epochs } = facts;
      const curves = [
        ...cell[name].map((values) => ["one", values]),
        ["best", cells[best][log ? "meanLoss" : "meanAccuracy"]],
        ["mean", cell[log ? "meanLoss" : "meanAccuracy"]],
      ];
      const most = Math.max(...curves.flatMap(([, values]) => values));
      const high = log ? 10 ** Math.max(1, Math.ceil(Math.log10(most))) : 100;
      const low = log ? 0.01 : 0;
      const sx = scale([0, epochs], [left, right]);
      const sy = scale([low, high], [bottom, top], log);
      axes(
        ui,
        pen,
        box,
        { scale: sx, ticks: ticks(0, epochs, 5), title: ui.say("epoch") },
        { scale: sy, ticks: ticks(low, high, 5, log), title: ui.say(name) },
      );
      const now = sx(model.get("epoch"));
      line(
        pen,
        [
          [now, top],
          [now, bottom],
        ],
        ui.colour("soft"),
        1,
      ); // what the map shows
      for (const [kind, values] of curves) {
        const [colour, dashes, width] = LINES[kind];
        const points = values.map((v, epoch) => [sx(epoch), sy(Math.max(low, v))]);
        line(pen, points, ui.colour(colour), width, dashes);
      }
    }
    return ui.end;
  },
};
