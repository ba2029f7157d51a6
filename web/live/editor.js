// A cell's code becomes a text area: Tab and Enter indent, Shift+Enter runs, and Escape lets the next Tab leave.
import { element, say } from "./words.js";

const isRun = (event) => event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey);

export function open(cell) {
  if (cell.closeEditor) {
    cell.area.focus();
    return;
  }
  const area = element("textarea", { className: "live-editor", value: cell.source, spellcheck: false });
  for (const name of ["autocapitalize", "autocomplete", "autocorrect"]) area.setAttribute(name, "off");
  area.setAttribute("aria-label", say("code", { number: cell.number + 1 }));
  area.setAttribute("aria-keyshortcuts", "Shift+Enter");
  const fit = () => {
    area.rows = Math.max(2, area.value.split("\n").length);
  };
  area.oninput = () => {
    cell.write(area.value);
    fit();
  };
  let tabLeaves = false;
  area.onfocus = () => {
    tabLeaves = false;
  };
  area.onkeydown = (event) => {
    const text = isRun(event) ? "" : typed(event, area, tabLeaves);
    if (event.key === "Escape") tabLeaves = true;
    if (isRun(event)) cell.run();
    if (text) insert(area, text);
    if (text || isRun(event)) event.preventDefault();
  };
  cell.code.hidden = true;
  cell.code.after(area);
  cell.area = area;
  cell.closeEditor = () => {
    area.remove();
    cell.code.hidden = false;
    cell.area = cell.closeEditor = null;
  };
  fit();
  area.focus();
}

// What a key writes that the text area would not write by itself; "" where it is left to it.
function typed({ key, shiftKey }, area, tabLeaves) {
  if (key === "Tab" && !shiftKey && !tabLeaves) return "    ";
  if (key !== "Enter") return "";
  const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
  const indent = line.match(/^ */)[0] + (/:\s*(#.*)?$/.test(line) ? "    " : "");
  return indent && `\n${indent}`;
}

function insert(area, text) {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input"));
}
