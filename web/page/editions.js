// The way to the other edition keeps the place: a widget's setting, or else the section that is read. A browser that
// asks for Chinese is offered the Chinese edition once, on the first page.
{
  const NO_THANKS = "english edition"; // in the browser's memory, which may be forbidden
  const remembered = () => {
    try {
      return localStorage.getItem(NO_THANKS);
    } catch {
      return null;
    }
  };
  const remember = () => {
    try {
      localStorage.setItem(NO_THANKS, "yes");
    } catch {}
  };

  const top = (part) => part.getBoundingClientRect().top;
  // What the address names, if its beginning is on the screen, or else the section that began last above the middle.
  const place = () => {
    if (location.hash.includes("=")) return location.hash;
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named && top(named) > -1 && top(named) < innerHeight) return location.hash;
    const [, ...sections] = document.querySelectorAll(".bd-article section[id]");
    const read = sections.filter((section) => top(section) < innerHeight / 2).at(-1);
    return read ? `#${read.id}` : "";
  };
  const keepPlace = ({ currentTarget: link }) => {
    link.hash = place();
    if (link.lang === "en") remember(); // whoever chooses English wants no offer
  };
  const link = document.querySelector(".bp-edition");
  for (const event of ["click", "auxclick", "contextmenu"]) link?.addEventListener(event, keepPlace);

  const offer = document.querySelector(".bp-offer");
  if (offer && navigator.language.startsWith("zh") && !remembered()) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      remember();
      offer.remove();
    });
  }
}
