// Code runs where the site is served with its Python. From a plain file a browser loads no module, and the site in one
// file has none: there the place for buttons goes.
(() => {
  const goes = () => document.documentElement.classList.add("live-nowhere");
  if (location.protocol === "file:") goes();
  else import("./cells.js").catch(goes);
})();
