// Which exercises are solved: kept in this browser alone, and shown on exercises, in the sidebar and on the list of all.
import { button, element, say } from "./words.js";

const KEY = "backprop:solved";
const NUMBER = /^\d+(\.\d+)+\.[a-z]$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const VERDICT = /class="verdict verdict-correct"[\s\S]*?Exercise (\d+(?:\.\d+)+\.[a-z])/;
let unkept = null; // where the browser lets a page keep nothing

const isProgress = (data) =>
  data !== null &&
  typeof data === "object" &&
  !Array.isArray(data) &&
  Object.entries(data).every(([number, day]) => NUMBER.test(number) && DAY.test(day));

// The day on which each exercise was solved, by its number.
function solved() {
  if (unkept) return unkept;
  try {
    const data = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return isProgress(data) ? data : {};
  } catch {
    return {};
  }
}

function keep(progress) {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
  } catch {
    unkept = progress;
  }
  markSolved();
}

export function rememberVerdict(html) {
  const number = html.match(VERDICT)?.[1];
  if (number) keep({ [number]: new Date().toISOString().slice(0, 10), ...solved() });
}

export function markSolved() {
  const progress = solved();
  for (const mark of document.querySelectorAll(".live-solved")) mark.remove();
  const mark = (place, text, label) => {
    const node = element("span", { className: "live-solved", textContent: text });
    if (label) node.setAttribute("aria-label", label);
    place?.append(" ", node);
  };
  for (const number of Object.keys(progress)) {
    const name = `ex-${number.replaceAll(".", "-")}`;
    mark(document.querySelector(`#${name} > .admonition-title`), say("solved"));
    mark(document.querySelector(`.exercise-list a[href$="#${name}"]`)?.parentElement, say("solved"));
  }
  for (const link of document.querySelectorAll("nav.bd-links a")) {
    const page = link.textContent.match(/^[\d.]+(?= )/)?.[0];
    const count = Object.keys(progress).filter((number) => number.replace(/\.[a-z]$/, "") === page).length;
    if (count) mark(link, `✓ ${count}`, say("solved") + ` ${count}`);
  }
  drawLedger(progress);
}

// On the page of all exercises: how many are solved, and what can be done with that knowledge.
function drawLedger(progress) {
  const entries = document.querySelectorAll(".exercise-list li");
  if (!entries.length) return;
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
