// Marks the part of the page that is being read in its table of contents.
{
  const links = [...document.querySelectorAll(".page-toc a")];
  const parts = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  // A part is read from when its title has passed the upper third of the screen; at the page's end the last one is.
  const mark = () => {
    const ended = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const passed = parts.filter((part) => part && part.getBoundingClientRect().top < innerHeight / 3).at(-1);
    const read = links[ended ? parts.length - 1 : parts.indexOf(passed)];
    for (const link of links) {
      link.classList.toggle("active", link === read);
      if (link === read) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  if (links.length) mark();
}
