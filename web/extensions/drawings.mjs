// SVGO writes drawings short: {name: SVG} from the standard input, the same to the standard output.
import { text } from "node:stream/consumers";
import { optimize } from "svgo";

const drawings = JSON.parse(await text(process.stdin));
const numbers = { floatPrecision: 1, convertToPx: false }; // a tenth of a point is not seen
const plugins = [
  { name: "cleanupNumericValues", params: numbers },
  "convertTransform",
  { name: "convertPathData", params: numbers },
  "collapseGroups",
];
const short = Object.entries(drawings).map(([name, svg]) => [name, optimize(svg, { plugins }).data]);
process.stdout.write(JSON.stringify(Object.fromEntries(short)));
