// Keeps a widget's setting in the page's address, #w1.learning_rate=0.2, so that it can be linked to: the traits that
// differ from the author's setting. Each model writes under its own key and leaves the others' alone.
(() => {
  const settingsInAddress = () =>
    location.hash
      .slice(1)
      .split("&")
      .filter((part) => part.includes("="));

  const isLinkedTo = (key) => settingsInAddress().some((part) => part.startsWith(`${key}.`));
  const keys = () => new Set(settingsInAddress().flatMap((part) => /^w\d+(?=\.)/.exec(part) ?? []));

  // Takes up what the address says now, and later, and writes what changes. `accepts` guards against what was typed; what
  // it does not take is `refused`, and `heard` is called when that is known. `link()` leads to the present setting.
  const keep = (model, key, names, accepts) => {
    const preset = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const text = (value) => [].concat(value).join(",");
    const parse = (like, string) => {
      if (typeof like === "string") return string;
      const read = (part) => (part.trim() === "" || isNaN(part) ? part : +part);
      return Array.isArray(like) ? string.split(",").map(read) : read(string);
    };
    // An empty text would pass for a zero.
    const fits = (name, value) =>
      names.includes(name) &&
      (typeof preset[name] === "string" || ![].concat(value).includes("")) &&
      accepts(name, value);
    const address = { refused: [], heard() {} };
    const restore = () => {
      const found = { ...preset };
      address.refused = [];
      for (const [part, string] of new URLSearchParams(location.hash.slice(1))) {
        if (!part.startsWith(`${key}.`)) continue;
        const name = part.slice(key.length + 1);
        const value = parse(preset[name], string);
        if (fits(name, value)) found[name] = value;
        else address.refused.push(`${name} = ${string}`);
      }
      for (const [name, value] of Object.entries(found)) model.set(name, value);
      address.heard();
    };
    const part = (name) => `${key}.${name}=${encodeURIComponent(text(model.get(name))).replaceAll("%2C", ",")}`;
    const changed = () => names.filter((name) => text(model.get(name)) !== text(preset[name]));
    // Without a change it still leads to the widget.
    address.link = () => {
      const parts = changed().map(part);
      return `${location.href.split("#")[0]}#${parts.length ? parts.join("&") : part(names[0])}`;
    };
    const write = () => {
      const others = settingsInAddress().filter((part) => !part.startsWith(`${key}.`));
      const mine = changed().map(part);
      const parts = [...others, ...mine];
      // A plain #section stays as it is until there is something to say.
      if (mine.length || location.hash.includes("=")) history.replaceState(null, "", `#${parts.join("&")}`);
    };
    let wait;
    restore();
    addEventListener("hashchange", () => isLinkedTo(key) && restore());
    for (const name of names)
      model.on(`change:${name}`, () => {
        clearTimeout(wait);
        wait = setTimeout(write, 250);
      });
    return address;
  };

  globalThis.pageAddress = { isLinkedTo, keep, keys };
})();
