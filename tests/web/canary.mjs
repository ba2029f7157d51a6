// Does the module of fast products touch what is not its own? It runs alone, in a memory of ours: canary.mjs FILE COUNT
// Around what it allocates and around the result lie bytes that must not change; one operand ends where memory ends, so
// that reading behind it is a trap; operands are compared with copies; and each result with a plain loop.
import { readFileSync } from "node:fs";

const [file, count] = process.argv.slice(2);
const MB = 1 << 20;
const GUARD = 4096;
const MARK = 0xa5;
const places = { data: 1024, stack: 65536, arguments: 2 * MB, operand: 8 * MB, out: 20 * MB, room: 48 * MB };
const memory = new WebAssembly.Memory({ initial: 64 * 16 });
const bytes = new Uint8Array(memory.buffer);
const faults = { "room overrun": 0, "not freed": 0, "written beside": 0, "operand changed": 0, "wrong number": 0 };
let roomSize = 0;

const marked = (from, size) => bytes.subarray(from, from + size).every((byte) => byte === MARK);
const constant = (value) => new WebAssembly.Global({ value: "i32" }, value);
const env = {
  memory,
  __indirect_function_table: new WebAssembly.Table({ initial: 16, element: "anyfunc" }),
  __stack_pointer: new WebAssembly.Global({ value: "i32", mutable: true }, places.stack),
  __memory_base: constant(places.data),
  __table_base: constant(0),
  malloc(size) {
    faults["not freed"]++;
    roomSize = size;
    bytes.fill(MARK, places.room - GUARD, places.room);
    bytes.fill(MARK, places.room + size, places.room + size + GUARD);
    return places.room;
  },
  free(place) {
    if (!place) return;
    faults["not freed"]--;
    if (!marked(places.room - GUARD, GUARD) || !marked(places.room + roomSize, GUARD)) faults["room overrun"]++;
  },
};
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env });

let state = 12345;
const random = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % below;
};
const randomSize = () => [random(5), 1 + random(20), 1 + random(70), 1 + random(600)][random(4)];
const randomSizes = () => {
  if (random(40) === 0) return [2 + random(3), 1000 + random(200), 1 + random(40)];
  const sizes = [random(9) ? randomSize() : 1, randomSize(), random(9) ? randomSize() : 1];
  return sizes[0] * sizes[1] * sizes[2] > 4e5 ? randomSizes() : sizes;
};

// A layout of rows × columns: where element (0, 0) lies, the two steps, and the bytes from first to last.
const layout = (rows, columns, size) => {
  const all = rows * columns * size;
  return [
    { first: 0, down: columns * size, across: size, span: all },
    { first: 0, down: size, across: rows * size, span: all },
    { first: 0, down: 2 * columns * size, across: 2 * size, span: Math.max(0, 2 * all - size) },
    { first: Math.max(0, all - size), down: -columns * size, across: -size, span: all },
    { first: 0, down: (columns + 3) * size, across: size, span: Math.max(0, all + (rows - 1) * 3 * size) },
  ][random(5)];
};
const address = (view, i, j) => view.base + view.first + i * view.down + j * view.across;

for (let n = 0; n < count; n++) {
  const Numbers = random(2) ? Float64Array : Float32Array;
  const size = Numbers.BYTES_PER_ELEMENT;
  const numbers = new Numbers(memory.buffer);
  const [rows, depth, columns] = randomSizes();
  const a = layout(rows, depth, size);
  const b = layout(depth, columns, size);
  const out = layout(rows, columns, size);
  const [last, other] = random(2) ? [a, b] : [b, a];
  last.base = memory.buffer.byteLength - last.span;
  other.base = places.operand;
  out.base = places.out;
  const copies = [a, b].map((view) => {
    for (let at = view.base; at < view.base + view.span; at += size) numbers[at / size] = (random(2001) - 1000) / 512;
    return bytes.slice(view.base, view.base + view.span);
  });
  bytes.fill(MARK, out.base - GUARD, out.base + out.span + GUARD);

  const words = new Int32Array(memory.buffer, places.arguments);
  words.set([address(a, 0, 0), address(b, 0, 0), address(out, 0, 0)]);
  words.set([1, rows, depth, columns], 8);
  words.set([0, 0, 0, a.down, a.across, b.down, b.across, out.down, out.across], 16);
  const loop = size === 8 ? exports.dmatmul : exports.smatmul;
  loop(places.arguments, places.arguments + 32, places.arguments + 64, 0);

  [a, b].forEach((view, i) => {
    const now = bytes.subarray(view.base, view.base + view.span);
    if (Buffer.compare(now, copies[i])) faults["operand changed"]++;
  });
  const round = size === 8 ? (x) => x : Math.fround;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let l = 0; l < depth; l++) {
        sum = round(sum + round(numbers[address(a, i, l) / size] * numbers[address(b, l, j) / size]));
      }
      const at = address(out, i, j);
      if (numbers[at / size] !== sum) faults["wrong number"]++;
      bytes.fill(MARK, at, at + size); // what is left unmarked was written where it should not
    }
  }
  if (!marked(out.base - GUARD, out.span + 2 * GUARD)) faults["written beside"]++;
}
console.log(JSON.stringify(faults));
