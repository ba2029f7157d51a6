// What a reader of a widget can see, hear and do, as lines of text; a hand that does it; and a clock that stands still.
{
  let now = 0;
  let last = 0;
  const timers = new Map();
  const later = (act, time = 0, every = 0) => {
    timers.set(++last, { act, at: now + time, every });
    return last;
  };
  window.setTimeout = (act, time, ...more) => later(() => act(...more), time);
  window.setInterval = (act, time, ...more) => later(() => act(...more), time, time);
  window.requestAnimationFrame = (act) => later(() => act(now), 16);
  window.clearTimeout = window.clearInterval = window.cancelAnimationFrame = (id) => timers.delete(id);
  window.pass = (time) => {
    const end = now + time;
    for (;;) {
      const [next] = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [id, timer] = next;
      now = timer.at;
      if (timer.every) timer.at += timer.every;
      else timers.delete(id);
      timer.act();
    }
    now = end;
  };

  const { colours, markers } = window.NAMES;
  const root = () => document.querySelector(".bp");
  const all = () => [...root().querySelectorAll("button, input, select, canvas, summary, [tabindex='0']")];
  const shape = (path) => markers[path] ?? path;
  const px = (numbers) => numbers.map(Math.round).join(",");

  // Six letters that stand for a text too long to be written down.
  function short(text) {
    let hash = 2166136261;
    for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 16777619);
    return "#" + (hash >>> 0).toString(36);
  }
  // The first, the last, how many, and what stands for all of them.
  const few = (parts, most, mark = " ") =>
    parts.length <= most
      ? parts.join(mark)
      : `${parts[0]}${mark}…${mark}${parts.at(-1)} ×${parts.length} ${short(parts.join())}`;

  function drawn(canvas) {
    const style = getComputedStyle(root());
    const names = new Map(colours.toReversed().map((name) => [style.getPropertyValue("--bp-" + name).trim(), name]));
    const colour = (value) => names.get(value) ?? value;
    const kinds = { arc: "o", rect: "r", roundRect: "r" };
    const path = (parts) =>
      few(
        parts.map(
          ([kind, ...at], k) => (kind === "moveTo" ? (k ? "| " : "") : kind === "lineTo" ? "" : kinds[kind]) + px(at),
        ),
        5,
      );
    const found = [];
    for (const op of window.logs.get(canvas) ?? []) {
      const faint = op.alpha === 1 ? "" : ` α${+op.alpha.toFixed(2)}`;
      const font = op.font.replace(/ ?(system-ui|sans-serif),?/g, "");
      const dashes = op.dash.length ? ` [${op.dash}]` : "";
      const pen = `${colour(op.stroke)} ${+(op.width * (op.size ?? 1)).toFixed(1)}${dashes}${faint}`;
      const mark = op.shape && `${shape(op.shape)} ×${+op.size.toFixed(1)}`;
      const [kind, what] = {
        stroke: () => (mark ? [`edge ${mark} ${pen}`, px(op.path[0].slice(1))] : [`line ${pen}`, path(op.path)]),
        fill: () =>
          mark
            ? [`${mark} ${colour(op.fill)}${faint}`, px(op.path[0].slice(1))]
            : [`fill ${colour(op.fill)}${faint}`, path(op.path)],
        clip: () => ["clip", path(op.path)],
        fillText: () => [
          `text ${colour(op.fill)}${faint} ${font} ${op.align} ${op.baseline}`,
          `"${op.text}" ${px(op.at)}`,
        ],
        strokeText: () => [`outlined ${pen} ${font} ${op.align} ${op.baseline}`, `"${op.text}" ${px(op.at)}`],
        fillRect: () => [`box ${colour(op.fill)}${faint}`, px(op.box)],
        strokeRect: () => [`frame ${pen}`, px(op.box)],
        drawImage: () => [
          `image ${op.image.join("×")}${op.smooth ? " smooth" : ""}`,
          `${px(op.box)}: ${op.pixels.join(" ")}`,
        ],
      }[op.op]();
      found.push({ kind, what });
    }
    // Markers and their edges come in turns, and so do the boxes of a pixel: like goes to like.
    const groups = new Map();
    const lines = [];
    const flush = () => {
      const boxes = [...groups].filter(([kind]) => kind.startsWith("box"));
      // A picture of pixels.
      if (boxes.length > 40) {
        const counts = new Map();
        for (const [kind, { length }] of boxes) {
          const colour = kind.split(" ")[1].replace(/^#(..)\1\1$/, "grey");
          counts.set(colour, (counts.get(colour) ?? 0) + length);
        }
        const told = [...counts].map(([colour, count]) => `${count} ${colour}`).join(", ");
        lines.push(`  boxes: ${told} ${short(JSON.stringify(boxes))}`);
        for (const [kind] of boxes) groups.delete(kind);
      }
      for (const [kind, parts] of groups) lines.push(`  ${kind}: ${few(parts, 14, " · ")}`);
      groups.clear();
    };
    let family = "";
    for (const { kind, what } of found) {
      const now = /^(edge|circle|square|triangle|diamond|plus|cross|ring|star|box|text)/.test(kind) ? "many" : kind;
      if (now !== family) flush();
      family = now;
      groups.set(kind, [...(groups.get(kind) ?? []), what]);
    }
    flush();
    return lines;
  }

  // A style as it is written on every machine: colours in hex, two decimals.
  const style = (text) =>
    text
      .replace(/\d+\.\d{3,}(e-\d+)?/g, (value) => +(+value).toFixed(2))
      .replace(
        /rgb\((\d+), (\d+), (\d+)\)/g,
        (_, ...parts) =>
          "#" +
          parts
            .slice(0, 3)
            .map((v) => (+v).toString(16).padStart(2, 0))
            .join(""),
      );
  const own = (node) =>
    [...node.childNodes]
      .filter((n) => n.nodeType === 3)
      .map((n) => n.data)
      .join("")
      .trim()
      .replaceAll("\n", " / ");
  const nameOf = (node) =>
    node.getAttribute("aria-label") ?? ((node.labels?.[0] ?? node).textContent.trim() || (node.value ?? ""));
  const valued = (node) => node.matches("input, output, select");
  const SKIPPED = new Set([
    "id",
    "for",
    "name",
    "type",
    "class",
    "aria-label",
    "value",
    "lang",
    "role",
    "width",
    "height",
    "min",
    "max",
    "step",
    "aria-hidden",
  ]);

  function element(node) {
    const kind = node.matches("input")
      ? node.type
      : node.matches("[role]")
        ? node.getAttribute("role")
        : node.localName;
    const classes = [...node.classList].map((name) => "." + name).join("");
    const named = node.matches("button, input, [aria-label]");
    const text = named ? nameOf(node) : own(node);
    const more = [...node.attributes]
      .filter(({ name }) => !SKIPPED.has(name))
      .map(({ name, value }) => `${name}=${style(value)}`.replace(/=$/, ""));
    if (node.matches("svg")) {
      const parts = [...node.children].map(
        (p) =>
          shape(p.getAttribute("d")) +
          " " +
          (p.getAttribute("stroke") ?? p.getAttribute("fill")) +
          ` ${p.getAttribute("stroke-width") ?? ""} [${p.getAttribute("stroke-dasharray") ?? ""}]`,
      );
      return "swatch " + parts.join(", ");
    }
    if (node.matches(":checked")) more.push("checked");
    if (node.matches("[type=range]")) more.unshift(`at ${node.value} of ${node.min} … ${node.max} by ${node.step}`);
    else if (valued(node) && !node.matches("[type=radio], [type=checkbox]")) more.unshift("shows " + node.value);
    const written = (node.labels?.[0] ?? node).textContent.trim();
    if (node.matches("input, button") && written && written !== text) more.push(`reads “${written}”`);
    // The read-out beside a slider says the same, and a cell's marks are told once a table.
    if (node.matches("output") && node.parentNode.querySelector(`[aria-valuetext="${node.value}"]`)) return "";
    if (node.matches("[role=gridcell]")) return `cell “${nameOf(node)}” ${own(node)}`;
    if (!text && !more.length && (!classes || !node.matches("section, li, label, div.bp-off, fieldset"))) return "";
    const shown = text && (named || !valued(node)) ? ` “${text}”` : "";
    return [kind + classes + shown, ...more].join(" ");
  }

  // Which cells of a table are marked, and how.
  function marks(table) {
    const found = new Map();
    for (const [k, cell] of [...table.querySelectorAll("[role=gridcell]")].entries())
      for (const mark of [
        ...cell.classList,
        ...(cell.tabIndex < 0 ? [] : ["reached"]),
        ...(cell === document.activeElement ? ["focused"] : []),
      ])
        found.set(mark, [...(found.get(mark) ?? []), k]);
    return [...found].map(([mark, cells]) => `  ${mark}: ${cells.join(" ")}`);
  }

  // Everything on the screen, read out and kept; what a label only repeats is named, not written again.
  window.recorded = () => {
    const { language, _facts, layout, ...traits } = window.state;
    const lines = Object.entries(traits)
      .filter(([name]) => !/^_(model|view|anywidget|dom)|^(tabbable|tooltip)/.test(name))
      .map(([name, value]) => {
        const text = JSON.stringify(value);
        return `${name} = ${text.length > 90 ? text.slice(0, 60) + "… " + short(text) : text}`;
      });
    if (window.model.saved) lines.push("kept");
    // The longest first, for it may hold others.
    const said = [...root().querySelectorAll("p, output, li, b, small")]
      .map((node) => [
        (node.matches("li") ? own(node) : node.textContent).trim(),
        `‹${node.localName}${[...node.classList].map((name) => "." + name).join("")}›`,
      ])
      .filter(([text]) => text.length > 12)
      .sort(([a], [b]) => b.length - a.length);
    for (const node of [...root().querySelectorAll("*")]) {
      if (node.closest("svg")?.contains(node) && !node.matches("svg")) continue;
      if (node.matches("label, label *") && !node.matches("input, label svg, output, i, u, [style]")) continue;
      let line = element(node);
      if (node.matches("[aria-live], canvas, [role=img]"))
        for (const [text, by] of said) line = line.replaceAll(text, by);
      if (line) lines.push(line);
      if (node === document.activeElement) lines.push("  focused");
      if (node.matches("[role=grid]")) lines.push(...marks(node));
      if (node.matches("canvas")) lines.push(`  ${node.clientWidth}×${node.clientHeight} pixels`, ...drawn(node));
    }
    return lines;
  };

  // Every sentence and word on the screen.
  window.texts = () => {
    const found = [];
    for (const node of root().querySelectorAll("*")) {
      found.push(own(node), node.getAttribute("aria-label") ?? "");
      if (node.matches("canvas")) for (const { text } of window.logs.get(node) ?? []) found.push(text ?? "");
    }
    return found.flatMap((text) => text.split(/(?<=。|\. ) ?/)).filter(Boolean);
  };

  // What can be done here: one entry a button, a choice, an end of a slider, a key, a place of a picture.
  window.deeds = () => {
    const tables = [...root().querySelectorAll("[role=grid]")].slice(1);
    return all().flatMap((node, index) => {
      const name = nameOf(node).slice(0, 40);
      const deed = (does, value) => ({ index, does, name, value });
      if (node.disabled) return [];
      if (node.matches("[type=range]")) return [node.min, node.max].map((end) => deed("slide", end));
      if (node.matches("[type=number]"))
        return [String(+(+node.value + 0.4).toFixed(3)), ""].map((text) => deed("fill", text));
      if (node.matches("[type=radio]")) return node.checked ? [] : [deed("choose", node.value)];
      if (node.matches("button, summary, [type=checkbox]")) return [deed("press")];
      const keys =
        node.matches("[tabindex='0']") && !tables.some((table) => table.contains(node))
          ? ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp", "Home", "End", " "]
          : [];
      const places = node.matches("canvas")
        ? [
            [[0.3, 0.35]],
            [
              [0.3, 0.35],
              [0.65, 0.6],
            ],
          ]
        : [[[0.5, 0.5]]];
      return [...keys.map((key) => deed("key", key)), ...places.map((way) => deed(way[1] ? "drag" : "click", way))];
    });
  };

  // Answers with the places where a mouse has to go.
  window.act = ({ index, does, value }) => {
    const node = all()[index];
    const tell = (event) => node.dispatchEvent(new Event(event, { bubbles: true }));
    if (does === "press" || does === "choose") node.click();
    if (does === "slide" || does === "fill") {
      node.value = value;
      tell("input");
      tell("change");
    }
    if (does === "key") {
      node.focus();
      const [key, shift] = value.split("+").reverse();
      document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, shiftKey: !!shift, bubbles: true, cancelable: true }),
      );
    }
    const { left, top, width, height } = node.getBoundingClientRect();
    return Array.isArray(value) ? value.map(([x, y]) => [left + x * width, top + y * height]) : [];
  };

  // Letters of one width, whatever fonts there are.
  CanvasRenderingContext2D.prototype.measureText = (text) => ({ width: 7 * text.length });
}
