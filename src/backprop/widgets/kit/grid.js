// A grid of entries that a mouse points at, a thumb taps and arrow keys walk through.

const WAYS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

// `pick(row, column)` is told the entry that was pointed at; an entry carries its place as data-row and data-column.
export function pointing(ui, grid, pick) {
  const entryOf = (event) => event.target.closest("[data-row]");
  const placeOf = ({ dataset }) => [+dataset.row, +dataset.column];
  const point = (event) => entryOf(event) && pick(...placeOf(entryOf(event)));
  // A thumb points by a tap; an entry that a scroll brings below a resting mouse was not pointed at.
  ui.listen(grid, "pointermove", (event) => event.pointerType !== "touch" && point(event));
  for (const event of ["focusin", "click"]) ui.listen(grid, event, point);
  ui.listen(grid, "keydown", (event) => {
    const way = WAYS[event.key];
    if (!way || !entryOf(event)) return;
    event.preventDefault();
    const [row, column] = placeOf(entryOf(event));
    const [lastRow, lastColumn] = placeOf([...grid.querySelectorAll("[data-row]")].at(-1));
    const within = (value, last) => Math.min(last, Math.max(0, value));
    entryAt(grid, within(row + way[0], lastRow), within(column + way[1], lastColumn)).focus();
  });
}

export const entryAt = (grid, row, column) => grid.querySelector(`[data-row="${row}"][data-column="${column}"]`);
