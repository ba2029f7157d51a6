// A cell's code becomes an editor: Tab and Enter indent, Shift+Enter runs, and Escape lets the next Tab leave. It is
// CodeMirror, fetched at the first edit; where that fails, a text area that does the same without colours.
import { element, say } from "./words.js";

export async function open(cell) {
  const { editor } = await import("../vendor/codemirror/codemirror.js").catch(() => ({ editor: textArea }));
  if (!cell.editor) {
    const attributes = { "aria-label": say("code", { number: cell.number + 1 }), "aria-keyshortcuts": "Shift+Enter" };
    for (const name of ["autocapitalize", "autocomplete", "autocorrect"]) attributes[name] = "off";
    const write = (text) => cell.write(text);
    const made = editor({ text: cell.source, attributes, onchange: write, onrun: () => cell.run() });
    cell.code.hidden = true;
    cell.code.after(made.node);
    cell.editor = made;
    cell.closeEditor = () => {
      made.remove();
      cell.code.hidden = false;
      cell.editor = cell.closeEditor = null;
    };
  }
  cell.editor.focus();
}

const isRun = (event) => event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey);

function textArea({ text, attributes, onchange, onrun }) {
  const node = element("textarea", { className: "live-editor", value: text, spellcheck: false });
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  const fit = () => {
    node.rows = Math.max(2, node.value.split("\n").length);
  };
  node.oninput = () => {
    onchange(node.value);
    fit();
  };
  let tabLeaves = false;
  node.onfocus = () => {
    tabLeaves = false;
  };
  node.onkeydown = (event) => {
    const more = isRun(event) ? "" : typed(event, node, tabLeaves);
    if (event.key === "Escape") tabLeaves = true;
    if (isRun(event)) onrun();
    if (more) insert(node, more);
    if (more || isRun(event)) event.preventDefault();
  };
  fit();
  return { node, focus: () => node.focus(), remove: () => node.remove() };
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
