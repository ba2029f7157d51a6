// The results of a search: pages with their section and the sentence that fits best, in the order that find.js gives.
// The index and the text of each page come as scripts, so that a book opened from a folder can be searched, too.
(() => {
  const FIRST = 7; // results that are shown at once: each brings the text of its page
  const LONGEST = 260; // letters of a sentence that are shown
  const STRINGS = {
    en: {
      none: "No page has “{question}”. Try another word, or fewer of them.",
      one: "One page for “{question}”.",
      many: "{count} pages for “{question}”, the best first.",
      meant: "Did you mean “{question}”? {count} pages have it, the best first; none has “{typed}”.",
      more: "Show {count} more",
      waiting: "Searching …",
    },
    zh: {
      none: "没有找到“{question}”。请换一个词，或减少几个词。",
      one: "有一页与“{question}”有关。",
      many: "有 {count} 页与“{question}”有关，最相关的在前。",
      meant: "你要找的是“{question}”吗？有 {count} 页，最相关的在前；没有一页有“{typed}”。",
      more: "再显示 {count} 条",
      waiting: "正在搜索……",
    },
  };
  const strings = STRINGS[document.documentElement.lang.slice(0, 2)] ?? STRINGS.en;
  const say = (name, values) => strings[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

  const root = new URL("..", document.currentScript.src);
  const status = document.querySelector(".bp-search-status");
  const list = document.querySelector(".bp-search-results");
  const field = document.querySelector(".bp-search input");
  const question = (new URLSearchParams(location.search).get("q") ?? "").trim();

  const element = (name, className, ...children) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    node.append(...children);
    return node;
  };

  // The text of each section of a page, or none if its file is missing.
  const arrived = new Map();
  globalThis.searchText = (address, texts) => arrived.set(address, texts);
  const textsOf = (address) =>
    new Promise((done) => {
      const script = element("script");
      script.src = new URL(`search/${address.replace(/\.html$/, ".js")}`, root).href;
      script.onload = script.onerror = () => done(arrived.get(address) ?? []);
      document.head.append(script);
    });

  // Sentences; "Cause." stays with the next, and so does what ends in a colon.
  const sentencesOf = (text) =>
    text
      .split("\n")
      .flatMap((passage) =>
        passage.includes("\t")
          ? [passage.replaceAll("\t", " · ")]
          : passage.split(/(?<=[.!?])(?<!\bal\.) (?=\S)|(?<=[。！？][”’）》]*)(?![”’）》])/),
      )
      .reduce((kept, sentence) => {
        const last = kept.at(-1);
        if (last && (/[:：]$/.test(last) || (last.length < 25 && /[.!?]$/.test(last))))
          kept[kept.length - 1] = `${last} ${sentence}`;
        else kept.push(sentence);
        return kept;
      }, []);

  // The part of a long sentence around its first match.
  const cut = (sentence, spots) => {
    if (sentence.length <= LONGEST) return [0, sentence.length];
    const from = Math.max(0, Math.min((spots[0]?.from ?? 0) - 80, sentence.length - LONGEST));
    const start = from && sentence.indexOf(" ", from) + 1;
    const end = sentence.lastIndexOf(" ", start + LONGEST);
    return [start, end > start && start + LONGEST < sentence.length ? end : Math.min(sentence.length, start + LONGEST)];
  };

  const marked = (sentence, spots) => {
    const [start, end] = cut(sentence, spots);
    const line = element("p", "bp-search-sentence", start ? "… " : "");
    let at = start;
    for (const { from, to } of spots) {
      if (from < at || to > end) continue;
      line.append(sentence.slice(at, from), element("mark", "", sentence.slice(from, to)));
      at = to;
    }
    line.append(sentence.slice(at, end), end < sentence.length ? " …" : "");
    return line;
  };

  // A link to the section; the browser marks the words around the first match where it finds them as they are written.
  const addressOf = ({ address, place, anchor }, sentence = "", spots = []) => {
    const hash = place ? anchor : "";
    const words = /^[\p{L}\p{N} ,’'-]{12,}/u.exec(sentence)?.[0].trim();
    const marks = spots.length && words && "fragmentDirective" in document;
    const directive = marks ? `:~:text=${encodeURIComponent(words).replace(/-/g, "%2D")}` : "";
    return `${new URL(address, root).href}${hash || directive ? "#" : ""}${hash}${directive}`;
  };

  const result = async ({ address, title, sections }, { spots, terms }) => {
    const [best, ...others] = sections;
    const text = (await textsOf(address))[best.place] ?? "";
    const worth = (found) => new Set(found.map(({ key }) => key)).size;
    const sentences = sentencesOf(text);
    const opening = sentences.find(({ length }) => length > 30) ?? sentences[0] ?? "";
    const [sentence, found] = sentences
      .map((each) => [each, spots(each, terms)])
      .reduce((good, next) => (worth(next[1]) > worth(good[1]) ? next : good), [opening, []]);
    const [, number, name] = /^((?:\d+(?:\.\d+)*|[A-Z]) )?(.*)$/.exec(title);
    const link = element("a", "", element("span", "bp-search-number", number ?? ""), name);
    link.href = addressOf(best, sentence, found);
    if (best.place) link.append(element("span", "bp-search-section", best.title));
    const item = element("li", "", link);
    if (sentence) item.append(marked(sentence, found));
    const near = others.filter(({ place, score }) => place && score > best.score / 2).slice(0, 3);
    if (near.length) {
      const also = near.map((section) => Object.assign(element("a", "", section.title), { href: addressOf(section) }));
      item.append(element("p", "bp-search-also", ...also));
    }
    return item;
  };

  globalThis.searchIndex = async (index) => {
    if (!question) return;
    const finder = bookFinder(index);
    const { pages, terms } = finder.find(question);
    const tools = { spots: finder.spots, terms };
    const show = async (some) => list.append(...(await Promise.all(some.map((page) => result(page, tools)))));
    await show(pages.slice(0, FIRST));
    const rest = pages.slice(FIRST);
    if (rest.length) {
      const button = element("button", "bp-search-more", say("more", { count: rest.length }));
      button.onclick = async () => {
        const before = list.children.length;
        button.remove();
        await show(rest);
        list.children[before].querySelector("a").focus();
      };
      list.after(button);
    }
    const typed = terms.flatMap((term) => term.typed ?? []).join(" ");
    const understood = typed ? terms.map(({ name }) => name).join(" ") : question;
    const name = typed && pages.length ? "meant" : (["none", "one"][pages.length] ?? "many");
    status.textContent = say(name, { count: pages.length, question: understood, typed });
  };

  document.body.removeAttribute("data-bs-spy"); // the theme looks for headings in the addresses of all links
  field.value = question;
  if (question) status.textContent = strings.waiting;
  else field.focus();
})();
