// A point on a canvas that follows a hand, or the arrow keys.
import { drag } from "./drag.js";

// `place()` says where the point is, in pixels; `follow(x, y)` brings it to a place, `nudge([across, up])` moves it by
// steps.
export function handle(ui, node, { place, follow, nudge }) {
  const grabs = ({ offsetX, offsetY }) => {
    const [x, y] = place();
    return Math.hypot(offsetX - x, offsetY - y) <= 32;
  };
  drag(ui, node, ({ offsetX, offsetY }) => follow(offsetX, offsetY), { grabs });
  ui.listen(node, "keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    nudge(way.map((v) => v * (event.shiftKey ? 5 : 1)));
  });
}
