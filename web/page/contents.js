// Marks the part of the page that is being read in its table of contents.
{
  const links = new Map(
    [...document.querySelectorAll(".page-toc a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const seen = new Set();
  const mark = () => {
    const read = [...links.keys()].filter((id) => seen.has(id)).at(-1);
    for (const [id, link] of links) {
      link.classList.toggle("active", id === read);
      if (id === read) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  // A part is read while it crosses the upper third of the screen; of parts within parts the last one counts.
  const watch = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) seen[isIntersecting ? "add" : "delete"](target.id);
      mark();
    },
    { rootMargin: "-20% 0px -65%" },
  );
  for (const id of links.keys()) {
    const part = document.getElementById(id);
    if (part) watch.observe(part);
  }
}
