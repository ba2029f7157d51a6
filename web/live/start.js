// Code runs where the site is served: from a plain file a browser loads no module, so there the place for buttons goes.
if (location.protocol === "file:") document.documentElement.classList.add("live-nowhere");
else import("./cells.js");
