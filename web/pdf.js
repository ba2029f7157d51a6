// Joins the pages of the built site into one document that a browser can print; web/pdf.py opens it and says which pages.
// A name that was good for one page, such as #exercises, gets its page's name in front, and a link to another page of the
// book becomes a link inside the document.
(() => {
  const NAMING = ["aria-labelledby", "aria-describedby", "for"];
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const make = (tag, attributes, ...children) => {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...children);
    return node;
  };

  // The text of a page as it came from the server, its names made unique, its links led inside the book where they can.
  async function read({ address, name, level }, names, site) {
    const text = await (await fetch(address)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const article = page.querySelector(".bd-article");
    const states = page.querySelectorAll(STATE);
    for (const node of states) node.textContent = renameModels(node.textContent, name);
    for (const node of article.querySelectorAll(VIEW)) node.textContent = renameModel(node.textContent, name);
    for (const node of article.querySelectorAll(".headerlink, .copybtn")) node.remove();
    for (const formula of article.querySelectorAll(".katex")) speakFormula(formula);
    for (const node of article.querySelectorAll("*")) {
      if (node.id) node.id = `${name}-${node.id}`;
      for (const key of NAMING)
        if (node.hasAttribute(key)) node.setAttribute(key, node.getAttribute(key).replace(/\S+/g, `${name}-$&`));
      if (node.namespaceURI.endsWith("svg")) nameInside(node, name);
      else if (node.hasAttribute("href"))
        node.setAttribute("href", lead(node.getAttribute("href"), address, names, site));
      if (node.localName === "img") {
        node.loading = "eager";
        node.src = new URL(node.getAttribute("src"), address).href;
      }
      const depth = /^h([1-6])$/.exec(node.localName);
      if (depth) node.setAttribute("aria-level", level + +depth[1] - 1);
    }
    return [article, ...states];
  }

  // Two pages may call their widgets by the same names.
  function renameModels(text, name) {
    const { state, ...rest } = JSON.parse(text);
    const renamed = Object.entries(state).map(([id, model]) => [`${name}-${id}`, model]);
    return JSON.stringify({ ...rest, state: Object.fromEntries(renamed) });
  }

  function renameModel(text, name) {
    const view = JSON.parse(text);
    return JSON.stringify({ ...view, model_id: `${name}-${view.model_id}` });
  }

  // What a reader hears of a formula, and finds when searching for it, is its source.
  function speakFormula(formula) {
    const source = formula.querySelector("annotation").textContent;
    formula.querySelector(".katex-mathml").remove();
    formula.setAttribute("role", "img");
    formula.setAttribute("aria-label", source);
  }

  function nameInside(node, name) {
    for (const { name: key, value } of [...node.attributes])
      node.setAttribute(key, value.replace(key.endsWith("href") ? /^#/ : /(?<=url\(["']?)#/g, `#${name}-`));
  }

  function lead(href, address, names, site) {
    const target = new URL(href, address);
    const name = names.get(target.origin + target.pathname);
    if (name) return `#${name}${target.hash.replace("#", "-")}`;
    return target.origin === location.origin ? site + target.pathname.slice(1) + target.hash : target.href;
  }

  const contents = (...line) => document.querySelector("#contents ol").append(make("li", ...line));
  const pageNumber = () => make("span", { className: "page-number" });

  window.bind = async (pages, site) => {
    const names = new Map(pages.map(({ address, name }) => [address, name]));
    const papers = [];
    let chapter;
    for (const page of pages) {
      const { name, level, part, paper, heads } = page;
      const [article, ...states] = await read(page, names, site);
      const title = article.querySelector("h1").textContent.trim();
      if (level < 3) chapter = heads[0] || title;
      const form = make("form", {}, ...article.childNodes); // so its choices are not those of another page
      const section = make("section", { id: name, className: paper === name ? "fresh" : "" }, form);
      section.style.page = paper;
      if (part) {
        section.prepend(make("p", { className: "part-heading", role: "heading", ariaLevel: 1 }, part));
        contents({ className: "part" }, part);
      }
      contents({ className: `level-${level}` }, make("a", { href: `#${name}` }, title, pageNumber()));
      document.querySelector("main").append(section, ...states);
      const [left, right] = [chapter, heads[1]].map((text) => JSON.stringify(text));
      papers.push(`@page ${name} { @top-left { content: ${left} } @top-right { content: ${right} } }`);
    }
    document.head.append(make("style", {}, papers.join("\n")));
    await document.fonts.ready;
    for (const table of document.querySelectorAll("main table")) fit(table);
  };

  // A browser prints the whole book smaller if one table is too wide for the paper; so that table alone becomes smaller.
  function fit(table) {
    const room = table.parentElement.clientWidth;
    if (table.offsetWidth > room) table.style.zoom = room / table.offsetWidth;
  }

  // Writes into the contents on which page each section begins.
  window.number = (numbers) => {
    for (const line of document.querySelectorAll("#contents a"))
      line.querySelector(".page-number").textContent = numbers[line.hash.slice(1)];
  };
})();
