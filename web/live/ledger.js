// On the page of all exercises: how many are solved, by chapter, and what can be done with that knowledge.
import { isProgress, KEY, keep, solved, unkept } from "./progress.js";
import { button, element, speaker } from "./words.js";

const say = speaker({
  en: {
    solvedOf: "You have solved {solved} of {count} exercises in chapters 1 to 6. Only this browser knows.",
    export: "Save my progress as a file",
    import: "Read a file of progress",
    forget: "Forget my progress",
    chapter: "Chapter {chapter}",
    compare: "Compare files of students",
    file: "file",
    forgetAll: "Forget all solved exercises in this browser?",
    badFile: "This is not a file of progress from this book; nothing was changed.",
    leftOut: "Left out, because not a file of progress from this book: {names}.",
    noStore: "This browser keeps nothing for this site, so solved exercises are forgotten when you leave.",
  },
  zh: {
    solvedOf: "第 1 到 6 章共 {count} 道练习，你已完成 {solved} 道。进度只保存在这个浏览器里。",
    export: "将进度保存为文件",
    import: "读取进度文件",
    forget: "清除进度",
    chapter: "第 {chapter} 章",
    compare: "比较学生的进度文件",
    file: "文件",
    forgetAll: "清除本浏览器中所有已完成的练习？",
    badFile: "这不是本书的进度文件；未作任何更改。",
    leftOut: "下列文件不是本书的进度文件，未列入比较：{names}。",
    noStore: "本浏览器不为此网站保存数据，离开后已完成的练习会被忘记。",
  },
});

const chapterOf = (number) => number.split(".")[0];
const countOf = (numbers, chapter) => numbers.filter((number) => chapterOf(number) === chapter).length;

export function draw() {
  const progress = solved();
  const all = [...document.querySelectorAll(".exercise-list a")].map(({ hash }) => numberOf(hash)).filter(isInThePage);
  const mine = all.filter((number) => number in progress);
  const said = element("p");
  said.setAttribute("role", "status");
  const tell = (text) => said.replaceChildren(text, unkept ? ` ${say("noStore")}` : "");
  const count = () => tell(say("solvedOf", { solved: mine.length, count: all.length }));
  count();
  const chapters = [...new Set(all.map(chapterOf))];
  const bars = chapters.map((chapter) => {
    const [max, value] = [all, mine].map((numbers) => countOf(numbers, chapter));
    const bar = element("progress", { max, value });
    return element("label", {}, say("chapter", { chapter }), bar, `${value} / ${max}`);
  });
  const mineAgain = files(([one]) => (one.solved ? keep({ ...one.solved, ...solved() }) : tell(say("badFile"))));
  const students = files((many) => {
    const [good, bad] = [true, false].map((right) => many.filter((one) => "solved" in one === right));
    if (bad.length) tell(say("leftOut", { names: bad.map(({ name }) => name).join(", ") }));
    else count();
    if (good.length) compare(good, chapters, all);
  }, true);
  const tools = [
    button(say("export"), () => save(progress)),
    button(say("import"), () => mineAgain.click()),
    button(say("forget"), () => confirm(say("forgetAll")) && keep({})),
    button(say("compare"), () => students.click()),
  ];
  const shown = element("div", { className: "live-chapters" }, ...bars);
  document.querySelector(".live-ledger").replaceChildren(said, shown, ...tools, mineAgain, students);
}

// Those of appendix A need libraries that the site does not send: whoever reads cannot solve them here.
const isInThePage = (number) => /^\d/.test(number);
const numberOf = (hash) => hash.replace("#ex-", "").replaceAll("-", ".");

// What a reader brings is data: read, checked, and never run. `react` gets {name, solved} of each file, or the name
// alone.
function files(react, multiple = false) {
  const input = element("input", { type: "file", accept: ".json", hidden: true, multiple });
  input.onchange = async () => {
    const read = [...input.files].map(parse);
    input.value = "";
    if (read.length) react(await Promise.all(read));
  };
  return input;
}

async function parse(file) {
  const name = file.name.replace(/\.json$/, "");
  try {
    const { book, solved } = JSON.parse(await file.text());
    return book === KEY && isProgress(solved) ? { name, solved } : { name };
  } catch {
    return { name };
  }
}

// For whoever teaches: a row for each file, and beside each exercise how many have solved it. Nothing of it is kept.
function compare(students, chapters, all) {
  const row = (tag, texts) => element("tr", {}, ...texts.map((textContent) => element(tag, { textContent })));
  const rows = students.map(({ name, solved }) => {
    const numbers = all.filter((number) => number in solved);
    return row("td", [name, ...chapters.map((chapter) => countOf(numbers, chapter)), numbers.length]);
  });
  const table = element(
    "table",
    { className: "table live-students" },
    row("th", [say("file"), ...chapters, "Σ"]),
    ...rows,
  );
  document.querySelector(".live-students")?.remove();
  document.querySelector(".live-ledger").append(table);
  for (const mark of document.querySelectorAll(".exercise-list .live-solved")) mark.remove();
  for (const link of document.querySelectorAll(".exercise-list a")) {
    const count = students.filter(({ solved }) => numberOf(link.hash) in solved).length;
    const textContent = `✓ ${count} / ${students.length}`;
    if (count) link.parentElement.append(" ", element("span", { className: "live-solved", textContent }));
  }
}

function save(progress) {
  const text = JSON.stringify({ book: KEY, solved: progress }, null, 1);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href: url, download: "backpropagation-progress.json" }).click();
  URL.revokeObjectURL(url);
}
