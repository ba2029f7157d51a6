// All that running code in the page says, in the page's language.
const STRINGS = {
  en: {
    run: "▶ Run",
    stop: "■ Stop",
    edit: "Edit",
    reset: "Reset",
    more: "More",
    runAbove: "Run everything above, too",
    restart: "Start Python anew",
    code: "Code of cell {number}",
    pressed: "{button}: code of cell {number}",
    mine: "your run",
    book: "the book's output",
    showBook: "show the book's",
    showMine: "show yours",
    first: "fetching Python, {size} MB …",
    percent: "fetching Python: {percent} % of {size} MB",
    waiting: "starting Python …",
    above: "needed first, {place} of {count}: {text}",
    running: "running …",
    slow: "takes about {seconds} s",
    smaller: "Make it smaller",
    runningLong: "running, for about {seconds} s …",
    seconds: "{seconds} s",
    stopped: "Stopped. Python starts anew at the next run.",
    restarted: "Python starts anew at the next run.",
    failed: "ended in an error, {took}",
    failedAbove: "Cell {number}, which this one needs, ended in an error.",
    noPython: "Python could not be loaded ({reason}). Press Run to try again.",
    drawing: "A figure that your code drew",
    noView: "{name} is not shown here; it works in JupyterLab.",
    solved: "✓ solved",
  },
  zh: {
    run: "▶ 运行",
    stop: "■ 停止",
    edit: "编辑",
    reset: "还原",
    more: "更多",
    runAbove: "连同上面所有单元格一起运行",
    restart: "重新启动 Python",
    code: "第 {number} 个单元格的代码",
    pressed: "{button}：第 {number} 个单元格的代码",
    mine: "你的运行结果",
    book: "书中的输出",
    showBook: "显示书中的输出",
    showMine: "显示你的结果",
    first: "正在下载 Python，{size} MB……",
    percent: "正在下载 Python：{percent}%（共 {size} MB）",
    waiting: "正在启动 Python……",
    above: "先运行所需的单元格，第 {place}/{count} 个：{text}",
    running: "运行中……",
    slow: "约需 {seconds} 秒",
    smaller: "改用较小的设置",
    runningLong: "运行中，约需 {seconds} 秒……",
    seconds: "{seconds} 秒",
    stopped: "已停止。下次运行时 Python 会重新启动。",
    restarted: "下次运行时 Python 会重新启动。",
    failed: "出错结束，{took}",
    failedAbove: "本单元格所需的第 {number} 个单元格出错。",
    noPython: "无法加载 Python（{reason}）。请再按一次“运行”。",
    drawing: "你的代码画的图",
    noView: "此处不显示 {name}；可在 JupyterLab 中使用。",
    solved: "✓ 已完成",
  },
};
export const isChinese = () => document.documentElement.lang.startsWith("zh");
// A table of sentences speaks: it fills in what stands in braces.
export const speaker = (strings) => {
  const words = strings[isChinese() ? "zh" : "en"];
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
};
export const say = speaker(STRINGS);

export const element = (tag, attributes = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...inside);
  return made;
};

export const button = (text, react) =>
  element("button", { type: "button", className: "live-button", textContent: text, onclick: react });
