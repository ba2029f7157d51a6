// Keeps a widget's setting in the page's address, #w1.learning_rate=0.2, so that it can be linked to: the traits that
// differ from the author's setting. Each model writes under its own key and leaves the others' alone.
(() => {
  const settingsInAddress = () =>
    location.hash
      .slice(1)
      .split("&")
      .filter((part) => part.includes("="));

  const isLinkedTo = (key) => settingsInAddress().some((part) => part.startsWith(`${key}.`));

  // Takes up what the address says now, and later, and writes what changes. `accepts` guards against what was typed.
  const keep = (model, key, names, accepts) => {
    const preset = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const text = (value) => [].concat(value).join(",");
    const parse = (like, string) => {
      if (typeof like === "string") return string;
      const parts = string.split(",").map((part) => (part.trim() === "" || isNaN(part) ? part : +part));
      return Array.isArray(like) ? parts : parts[0];
    };
    const restore = () => {
      const found = new URLSearchParams(location.hash.slice(1));
      for (const name of names) {
        const string = found.get(`${key}.${name}`);
        const value = string && parse(preset[name], string);
        model.set(name, string && accepts(name, value) ? value : preset[name]);
      }
    };
    const write = () => {
      const others = settingsInAddress().filter((part) => !part.startsWith(`${key}.`));
      const mine = names.filter((name) => text(model.get(name)) !== text(preset[name]));
      const parts = [...others, ...mine.map((name) => `${key}.${name}=${text(model.get(name))}`)];
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
    return restore;
  };

  globalThis.pageAddress = { isLinkedTo, keep };
})();
