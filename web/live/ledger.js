// On the page of all exercises: how many are solved, and what can be done with that knowledge.
import { isProgress, KEY, keep, solved, unkept } from "./progress.js";
import { button, element, say } from "./words.js";

export function draw() {
  const progress = solved();
  const entries = document.querySelectorAll(".exercise-list li");
  document.querySelector(".live-ledger")?.remove();
  const count = { solved: Object.keys(progress).length, count: entries.length };
  const said = element("p", { textContent: say("solvedOf", count) });
  if (unkept) said.append(" ", say("noStore"));
  const file = element("input", { type: "file", accept: ".json", hidden: true });
  file.onchange = async () => {
    const read = parse(await file.files[0].text());
    if (read) keep({ ...read, ...solved() });
    else said.textContent = say("badFile");
  };
  const tools = [
    button(say("export"), () => save(progress)),
    button(say("import"), () => file.click()),
    button(say("forget"), () => confirm(say("forgetAll")) && keep({})),
  ];
  const ledger = element("div", { className: "live-ledger" }, said, ...tools, file);
  said.setAttribute("role", "status");
  document.querySelector(".exercise-list").previousElementSibling.before(ledger);
}

// What a reader brings is data: read, checked, and never run.
function parse(text) {
  try {
    const { book, solved } = JSON.parse(text);
    return book === KEY && isProgress(solved) ? solved : null;
  } catch {
    return null;
  }
}

function save(progress) {
  const text = JSON.stringify({ book: KEY, solved: progress }, null, 1);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href: url, download: "backpropagation-progress.json" }).click();
  URL.revokeObjectURL(url);
}
