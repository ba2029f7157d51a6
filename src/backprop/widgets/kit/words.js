// How numbers are written.

const POWERS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";

// A minus sign instead of a hyphen, as a printed page has it.
export const minus = (text) => String(text).replace(/-/g, "−");

// A negative number in a product or a sum stands in brackets.
export const inside = (text) => (text.startsWith("−") ? `(${text})` : text);

// Three meaningful digits, as a person would write them: 0.1, 1250, 3.2×10⁻⁷.
export function number(value) {
  if (isNaN(value)) return "?";
  if (!isFinite(value)) return value > 0 ? "∞" : "−∞";
  const [mantissa, power] = value.toExponential(2).split("e");
  if (value && (power < -3 || power > 4)) {
    const times = +mantissa === 1 ? "" : +mantissa + "×";
    const raised = power.replace(/./g, (sign) => POWERS["-0123456789".indexOf(sign)] ?? "");
    return minus(`${times}10${raised}`);
  }
  return minus(+value.toPrecision(3));
}
