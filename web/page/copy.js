// Puts a button on each block of code that copies it.
{
  const [copy, copied, failed] = document.documentElement.lang.startsWith("zh")
    ? ["复制", "已复制", "无法复制：已选中，请按 Ctrl+C"]
    : ["Copy", "Copied", "Cannot copy: it is marked, press Ctrl+C"];
  const icon = (...paths) =>
    `<svg viewBox="0 0 24 24" aria-hidden="true">${paths.map((path) => `<path d="${path}"/>`).join("")}</svg>`;
  const SHEETS = icon(
    "M8 10a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2z",
    "M16 8V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h2",
  );
  const TICK = icon("M5 12l5 5 10-10");
  for (const code of document.querySelectorAll("div.highlight pre")) {
    const button = document.createElement("button");
    const show = (label, picture, state) => {
      button.innerHTML = picture;
      button.title = label;
      button.setAttribute("aria-label", label);
      button.className = `copybtn ${state}`;
    };
    const rest = () => show(copy, SHEETS, "");
    rest();
    button.type = "button";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
        show(copied, TICK, "success");
      } catch {
        getSelection().selectAllChildren(code); // over plain http, or where the reader forbids it
        show(failed, SHEETS, "success");
      }
      setTimeout(rest, 2000);
    });
    code.after(button);
  }
}
