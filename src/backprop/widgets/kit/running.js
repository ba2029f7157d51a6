// The running network's twelve parameters, and the names and digits that its numbers are written with.
import { minus } from "./words.js";

const UP = "⁰¹²";
const LOW = "₀₁₂";

// In the order of the trait `weights`; an edge is named W, layer, from, to.
export const PARAMETERS = ["W111", "W112", "W121", "W122", "b11", "b12", "W211", "W212", "W221", "W222", "b21", "b22"];

// "W112" is w⁽¹⁾₁₂, "dz21" is ∂L/∂z⁽²⁾₁; layer 0 is x, layer 2 is the prediction.
export function sign(name) {
  if (name[0] === "d") return "∂L/∂" + sign(name.slice(1));
  if (name === "L") return "L";
  const index = [...name.slice(2)].map((k) => LOW[k]).join("");
  if (name[0] === "y") return "y" + index;
  if (name[0] === "a" && name[1] !== "1") return (name[1] === "0" ? "x" : "ŷ") + index;
  return `${name[0].toLowerCase()}⁽${UP[name[1]]}⁾${index}`;
}

// Three decimals, one for a number from 100 on; a small one with its power of ten, for 0.000 would look like nothing.
export function digits(value) {
  if (value && Math.abs(value) < 5e-4) return minus(value.toExponential(1));
  return minus(value.toFixed(Math.abs(value) < 100 ? 3 : 1));
}
