// A story that plays by itself: the button that starts and stops it, its timer, its end.
import { button } from "./controls.js";

// `step` takes one step and answers whether there is another; `begin` comes before the first and may answer false, if
// there is nothing to play; `ended` follows after the last, or after a stop. `label(plays)` is the button's text.
export function player(ui, { label, pace, begin = () => true, step, ended = () => {} }) {
  let timer = 0;
  const node = button(ui, label(false), () => (timer ? stop() : start()));
  const name = () => {
    node.textContent = label(timer > 0);
  };
  function start() {
    if (begin() === false) return;
    timer = setInterval(() => step() || stop(), pace);
    name();
  }
  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    name();
    ended();
  }
  ui.atEnd(() => clearInterval(timer));
  return { button: node, name, stop, plays: () => timer > 0 };
}
