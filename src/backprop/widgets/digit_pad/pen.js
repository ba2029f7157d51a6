// The hand on the pad, a pointer's or the keys': it draws, or it moves what is drawn.
import { FINE } from "./ink.js";

const onPad = (v) => Math.max(0, Math.min(FINE, Math.round(v)));

// `down(point)`, `along(point)` and `up()` follow a hand, in fine cells. While `moves()`, an arrow key is a whole drag
// by one pixel; else the arrows move a pen that the space bar lowers (`says("down")`) and lifts.
export function handOn(ui, pad, { down, along, up, moves, says }) {
  let at = [FINE / 2, FINE / 2];
  let held = false;
  let keys = false;
  const lower = (point) => {
    held = true;
    down(point);
  };
  const lift = () => {
    if (held) up();
    held = false;
  };
  function spot({ clientX, clientY }) {
    const box = pad.getBoundingClientRect();
    return [onPad(((clientX - box.left) / box.width) * FINE), onPad(((clientY - box.top) / box.height) * FINE)];
  }
  ui.listen(pad, "pointerdown", (event) => {
    if (event.button || held) return;
    keys = false;
    pad.setPointerCapture(event.pointerId);
    lower(spot(event));
  });
  ui.listen(pad, "pointermove", (event) => {
    if (held && pad.hasPointerCapture(event.pointerId))
      for (const each of event.getCoalescedEvents?.() ?? [event]) along(spot(each));
  });
  ui.listen(pad, "lostpointercapture", lift);
  ui.listen(pad, "blur", () => {
    if (keys) lift();
    keys = false;
    ui.repaint();
  });
  ui.listen(pad, "keydown", (event) => {
    const way = { ArrowLeft: [-4, 0], ArrowRight: [4, 0], ArrowUp: [0, -4], ArrowDown: [0, 4] }[event.key];
    if (!way && event.key !== " ") return;
    event.preventDefault();
    keys = !moves();
    if (!keys) {
      if (!way || held) return;
      lower([0, 0]);
      along(way);
      lift();
      return;
    }
    if (way) {
      at = at.map((v, k) => onPad(v + way[k]));
      if (held) along(at);
    } else {
      if (held) lift();
      else lower(at);
      says(held ? "down" : "up");
    }
    ui.repaint();
  });
  // The ring that shows where the keys' pen is, thick when it is down.
  return (brush, width) => {
    if (!keys) return;
    brush.strokeStyle = ui.colour("orange");
    brush.lineWidth = held ? 4 : 2;
    brush.beginPath();
    brush.arc(...at.map((v) => (v / FINE) * width), width / 22, 0, 7);
    brush.stroke();
  };
}
