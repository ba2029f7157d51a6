// The editor of a cell: CodeMirror with Python. web/assets.py packs it into one file, editor.js fetches that at the
// first edit. Words have the classes, and so the colours, of the page's own code. Nothing is completed or closed for you.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { pythonLanguage } from "@codemirror/lang-python";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

// Pygments' classes
const words = tagHighlighter([
  { tag: [tags.keyword, tags.operatorKeyword, tags.self], class: "k" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.number, class: "mi" },
  { tag: [tags.string, tags.special(tags.string)], class: "s1" },
  { tag: tags.comment, class: "c1" },
  { tag: [tags.operator, tags.definitionOperator, tags.compareOperator], class: "o" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: "nf" },
]);

export function editor({ text, attributes, onchange, onrun }) {
  const run = () => {
    onrun();
    return true;
  };
  const runs = ["Shift-Enter", "Mod-Enter", "Ctrl-Enter"].map((key) => ({ key, run }));
  const view = new EditorView({
    doc: text,
    extensions: [
      Prec.high(keymap.of(runs)),
      keymap.of([indentWithTab, ...defaultKeymap, ...historyKeymap]), // Escape, then Tab, leaves
      history(),
      indentOnInput(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      pythonLanguage,
      bracketMatching(),
      syntaxHighlighting(words),
      EditorView.editorAttributes.of({ class: "live-editor" }),
      EditorView.contentAttributes.of({ ...attributes, class: "highlight" }),
      EditorView.updateListener.of((update) => update.docChanged && onchange(view.state.doc.toString())),
    ],
  });
  return { node: view.dom, focus: () => view.focus(), remove: () => view.destroy() };
}
