// A hand on a picture: a mouse, a pen, or a finger that may want to scroll the page instead.

// A drag on a picture, `follow(event)` from the press on. A finger may be about to scroll the page: it is followed once
// it has moved sideways, or was lifted where it came down; from the start only if it `grabs` what is dragged.
export function drag(ui, node, follow, { begin = () => {}, grabs = () => false } = {}) {
  let from;
  let held = false;
  ui.listen(node, "pointerdown", (event) => {
    if (event.button) return;
    node.setPointerCapture(event.pointerId);
    from = event.clientX;
    held = event.pointerType !== "touch" || grabs(event);
    begin();
    if (held) follow(event);
  });
  ui.listen(node, "touchstart", (event) => held && event.preventDefault());
  for (const name of ["pointermove", "pointerup"]) {
    ui.listen(node, name, (event) => {
      const lifts = name === "pointerup";
      if (!node.hasPointerCapture(event.pointerId) || (held && lifts)) return;
      held ||= lifts || Math.abs(event.clientX - from) > 6;
      if (held) follow(event);
    });
  }
}
