// A point on a canvas that follows a hand: mouse, pen, thumb or arrow keys.

// `place()` says where the point is, in pixels; `follow(x, y)` brings it to a place, `nudge([across, up])` moves it by
// steps. Mouse and pen take it from anywhere; a finger scrolls the page unless it begins on the point, or taps.
export function handle(ui, node, { place, follow, nudge }) {
  let dragging = false;
  const pull = ({ offsetX, offsetY }) => follow(offsetX, offsetY);
  ui.listen(node, "pointerdown", (event) => {
    const [x, y] = place();
    const away = Math.hypot(event.offsetX - x, event.offsetY - y);
    if (event.button || (event.pointerType === "touch" && away > 32)) return;
    dragging = true;
    node.setPointerCapture(event.pointerId);
    pull(event);
  });
  ui.listen(node, "touchstart", (event) => dragging && event.preventDefault());
  ui.listen(node, "pointermove", (event) => dragging && pull(event));
  ui.listen(node, "lostpointercapture", () => {
    dragging = false;
  });
  ui.listen(node, "click", pull);
  ui.listen(node, "keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    nudge(way.map((v) => v * (event.shiftKey ? 5 : 1)));
  });
}
