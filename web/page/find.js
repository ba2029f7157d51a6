// Finds the pages that answer a question, in the index that web/extensions/search_index.py writes. Nothing is drawn
// here: search.js shows what was found.
(() => {
  // How much a word counts by where it stands; in a text of the usual length it counts 1, however often it is said.
  const TITLE = 9;
  const HEADING = 5;
  const ALSO = 8; // declared in search_words.yml
  const LONGER = 0.4; // the share of a word that only begins as the reader's word does
  const SMALL = new Set(
    (
      "a an and are as at be between but by can difference do does explain for from get has have how i if implement in " +
      "into is it its me my no not of on or should so that the there this to use vs was what when where which why will " +
      "with work works you your"
    ).split(" "),
  );
  // What a Chinese question is asked with; no spaces tell such words from the others.
  const ASKING = /为什么|有什么用|是?什么是?|怎么办?|怎样|如何|多少|多大|应该|哪些|哪个|可以|的?区别|[的了吗呢吧]/g;

  // One form for "initialise", "initializes" and "initialisation": the ending is cut, and American spelling is British.
  const stem = (word) => {
    if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
    return word
      .replace(/iz(?=e|ing|ation)/, "is")
      .replace(/(?<=...)(?:ations?|at(?:ed?|es|ing)|ings?|ed|ies|es|(?<![su])s|e|y)$/, "")
      .replace(/([bdgmnpt])\1$/, "$1");
  };

  // The number of letters to change, add, drop or swap; what is more than `most` is not counted to its end.
  const distance = (from, to, most) => {
    if (Math.abs(from.length - to.length) > most) return most + 1;
    let above = [];
    let row = [...Array(to.length + 1).keys()];
    for (let i = 1; i <= from.length; i++) {
      const next = [i];
      for (let j = 1; j <= to.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (from[i - 1] !== to[j - 1]));
        const swapped = i > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
        if (swapped) next[j] = Math.min(next[j], above[j - 2] + 1);
      }
      if (Math.min(...next) > most) return most + 1;
      [above, row] = [row, next];
    }
    return row[to.length];
  };

  // Every word with the sections that have it and its weight there; sections count in the order of the book.
  const read = ({ pages, postings }, split, asks) => {
    const sections = pages.flatMap(([address, headings], page) =>
      headings.map(([anchor, title, also], place) => ({ address, page, place, anchor, title, also })),
    );
    const lengths = sections.map(() => 0);
    const places = [];
    for (const [word, steps] of Object.entries(postings)) {
      let number = 0;
      for (const step of steps.split(" ").filter(Boolean)) {
        number += +step;
        lengths[number] += 1;
        places.push([word, number]);
      }
    }
    const usual = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    const weights = new Map(Object.keys(postings).map((word) => [stem(word), new Map()]));
    const spellings = new Map([...weights.keys()].map((key) => [key, new Map()])); // the words of each stem
    const add = (word, number, weight) => {
      const key = stem(word);
      if (!weights.has(key)) {
        weights.set(key, new Map());
        spellings.set(key, new Map());
      }
      weights.get(key).set(number, (weights.get(key).get(number) ?? 0) + weight);
      spellings.get(key).set(word, (spellings.get(key).get(word) ?? 0) + 1);
    };
    // A word says less about a long section than about a short one.
    for (const [word, number] of places) add(word, number, 2 / (1 + lengths[number] / usual));
    for (const [number, { place, title, also }] of sections.entries()) {
      for (const word of new Set(split(title))) add(word, number, place ? HEADING : TITLE);
      for (const phrase of also.split(",").map(asks))
        for (const word of phrase) add(word, number, ALSO / phrase.length);
    }
    return { sections, weights, spellings };
  };

  globalThis.bookFinder = (index) => {
    const pair = new RegExp(index.pair, "g");
    const cjk = new RegExp(index.pair); // text without spaces
    const word = new RegExp(index.word, "g");
    const split = (text) => text.normalize("NFKC").toLowerCase().replace(pair, " $1$2 ").match(word) ?? [];
    // The index has the last sign of such a text alone, too; a question of several means it as part of a pair.
    const isTail = (name, place, all) => cjk.test(name) && name.length === 1 && all[place - 1]?.endsWith(name);
    const asks = (text) => {
      const names = split(text.replace(ASKING, " "));
      return (names.length ? names : split(text)).filter((name, place, all) => !isTail(name, place, all));
    };
    const { sections, weights, spellings } = read(index, split, asks);
    const plain = (text) => asks(text).map(stem).join(" ");
    for (const section of sections)
      section.names = [section.title.replace(/^\S+(?<=\d) /, ""), ...section.also.split(",")].map(plain);

    // The index does not say where a word is that every third section has.
    const usual = new Set(
      Object.keys(index.postings)
        .filter((name) => !index.postings[name])
        .map(stem),
    );
    const rarity = (key) => Math.log(1 + (usual.has(key) ? 3 : sections.length / Math.max(1, weights.get(key).size)));

    const nearest = (name) => {
      const most = name.length < 8 ? 1 : 2;
      let best = most + 1;
      let found;
      for (const [key, words] of spellings)
        for (const spelling of words.keys()) {
          const used = Math.min(0.5, weights.get(key).size / 1000); // of two as near, the word that is used more
          const far = distance(name, spelling, most);
          if (far <= most && far - used < best) [best, found] = [far - used, spelling];
        }
      return found;
    };

    // "batchnorm" is mostly written "batch norm" here: the cut whose halves stand together in most sections.
    const halves = (name) => {
      const sectionsOf = (word) => (spellings.get(stem(word))?.has(word) ? [...weights.get(stem(word)).keys()] : []);
      const together = ([left, right]) => {
        const there = new Set(sectionsOf(right));
        return sectionsOf(left).filter((number) => there.has(number)).length;
      };
      const cuts = [...Array(Math.max(0, name.length - 3)).keys()].map((i) => [
        name.slice(0, i + 2),
        name.slice(i + 2),
      ]);
      const best = cuts.sort((a, b) => together(b) - together(a))[0];
      return best && together(best) > 3 * sectionsOf(name).length ? best : undefined;
    };

    // What was asked, word by word: one that the book does not have is cut in two, or taken for a slip of the finger.
    const understand = (question) => {
      return asks(question).flatMap((name) => {
        const key = stem(name);
        const parts = name.length > 5 && halves(name);
        if (parts) return parts.map((part) => ({ name: part, keys: new Set([stem(part), key]) }));
        const longer =
          name.length > 2 || cjk.test(name) ? [...weights.keys()].filter((other) => other.startsWith(key)) : [];
        if (weights.has(key) || longer.length) return [{ name, keys: new Set([key, ...longer]) }];
        const meant = name.length > 3 && !SMALL.has(name) && nearest(name);
        return meant ? [{ name: meant, keys: new Set([stem(meant)]), typed: name }] : [{ name, keys: new Set() }];
      });
    };

    // Where a text has the words: { from, to, key }, in the order of the text.
    const spots = (text, terms) => {
      const keys = new Set(terms.flatMap(({ name, keys }) => (SMALL.has(name) ? [] : [...keys])));
      const lower = text.toLowerCase();
      const spaced = [...lower.matchAll(word)]
        .filter(([found]) => !cjk.test(found))
        .map((match) => [match.index, match[0]]);
      const paired = [...lower.matchAll(pair)].map((match) => [match.index, match[1] + match[2]]);
      return [...spaced, ...paired]
        .map(([from, found]) => ({ from, to: from + found.length, key: stem(found) }))
        .filter(({ key }) => keys.has(key))
        .sort((one, other) => one.from - other.from);
    };

    // The pages that answer, best first, each with its sections, best first; and the words as they were understood.
    const find = (question) => {
      const terms = understand(question);
      const asked = terms.map(({ name }) => stem(name)).join(" ");
      const holds = (name) => terms.length > 1 && ` ${name} `.includes(` ${asked} `);
      const scores = sections.map(() => 0);
      const present = sections.map(() => 0);
      let whole = 0;
      for (const { name, keys } of terms) {
        const share = SMALL.has(name) ? 0.1 : 1;
        const best = new Map();
        let worth = 0;
        for (const key of keys) {
          if (!weights.has(key)) continue;
          const value = rarity(key) * share * (key === stem(name) ? 1 : LONGER);
          worth = Math.max(worth, value);
          for (const [number, weight] of weights.get(key))
            best.set(number, Math.max(best.get(number) ?? 0, weight * value));
        }
        worth ||= Math.log(sections.length) * share;
        whole += worth;
        for (const [number, score] of best) {
          scores[number] += score;
          present[number] += worth;
        }
      }
      const found = index.pages.map(([address, [[, title]]]) => ({ address, title, sections: [] }));
      for (const [number, section] of sections.entries()) {
        if (!scores[number]) continue;
        // To have half of the question counts half; to be named as the question is counts most.
        const named = section.names.includes(asked) ? 5 * whole : section.names.some(holds) ? 2 * whole : 0;
        const share = present[number] / whole;
        found[section.page].sections.push({ ...section, share, score: scores[number] * share + named });
      }
      for (const page of found) {
        page.sections.sort((a, b) => b.score - a.score);
        page.score = page.sections.reduce((sum, { score }, place) => sum + score / 2 ** place, 0);
        page.share = Math.max(0, ...page.sections.map(({ share }) => share));
      }
      // Where pages have the whole question, one that has only its most usual words is no answer.
      const most = Math.max(...found.map(({ share }) => share));
      const pages = found.filter(({ share }) => share && share > most / 3).sort((a, b) => b.score - a.score);
      return { terms, pages };
    };

    return { find, spots };
  };
})();
