// Which exercises are solved: kept in this browser alone, and shown on exercises, in the sidebar and on the list of all.
import { element, say } from "./words.js";

export const KEY = "backprop:solved";
const NUMBER = /^\d+(\.\d+)+\.[a-z]$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const VERDICT = /class="verdict verdict-correct"[^>]*><strong>\D*(\d+(?:\.\d+)+\.[a-z])/; // in any language
export let unkept = null; // where the browser lets a page keep nothing

export const isProgress = (data) =>
  data !== null &&
  typeof data === "object" &&
  !Array.isArray(data) &&
  Object.entries(data).every(([number, day]) => NUMBER.test(number) && DAY.test(day));

// The day on which each exercise was solved, by its number.
export function solved() {
  if (unkept) return unkept;
  try {
    const data = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return isProgress(data) ? data : {};
  } catch {
    return {};
  }
}

export function keep(progress) {
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
  if (document.querySelector(".live-ledger")) import("./ledger.js").then(({ draw }) => draw());
}
