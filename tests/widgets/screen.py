"""A screen that remembers: what every canvas was told, in data units where it has axes, and what is read out."""

import json
import math
import re
from typing import Any, NamedTuple

from backprop.widgets.base import HERE, Widget

DRAW = (HERE / "kit" / "draw.js").read_text("utf-8")
MARKERS = {path: name for name, path in re.findall(r'^  (\w+): "(M[^"]*)",$', DRAW, re.MULTILINE)}
HUES = ("blue", "red", "orange", "green", "purple")
COLOURS = ("ink", "soft", "line", "paper", "fill", "grey", *HUES, *(f"{hue}-text" for hue in HUES))

# Pens that write down what they are told, in CSS pixels, since the canvas was last cleared; timers that do not make a
# test wait: a rest of the reader's hand is short, and a player's pace is noted but not kept.
RECORDER = """
{
  const { prototype } = CanvasRenderingContext2D;
  window.logs = new Map();
  const log = (pen) => logs.get(pen.canvas) ?? logs.set(pen.canvas, []).get(pen.canvas);
  const place = (pen, x, y) => {
    const { a, b, c, d, e, f } = pen.getTransform();
    return [(a * x + c * y + e) / devicePixelRatio, (b * x + d * y + f) / devicePixelRatio];
  };
  const paths = new WeakMap();
  const note = (pen, op, more) => log(pen).push({
    op, fill: pen.fillStyle, stroke: pen.strokeStyle, width: pen.lineWidth, dash: pen.getLineDash(),
    alpha: pen.globalAlpha, font: pen.font, align: pen.textAlign, baseline: pen.textBaseline, ...more,
  });
  const wrap = (name, before) => {
    const real = prototype[name];
    prototype[name] = function (...args) {
      before(this, args);
      return real.apply(this, args);
    };
  };
  wrap("clearRect", (pen) => logs.set(pen.canvas, []));
  wrap("beginPath", (pen) => paths.set(pen, []));
  const step = (kind) => (pen, [x, y, ...more]) => paths.get(pen)?.push([kind, ...place(pen, x, y), ...more]);
  for (const name of ["moveTo", "lineTo", "arc", "rect", "roundRect"]) wrap(name, step(name));
  for (const op of ["stroke", "fill"]) {
    wrap(op, (pen, [path]) => {
      if (!(path instanceof Path2D)) return note(pen, op, { path: paths.get(pen) ?? [] });
      const size = pen.getTransform().a / devicePixelRatio;
      note(pen, op, { path: [["marker", ...place(pen, 0, 0)]], shape: path.told, size });
    });
  }
  for (const op of ["fillText", "strokeText"]) {
    wrap(op, (pen, [text, x, y]) => note(pen, op, { text: String(text), at: place(pen, x, y) }));
  }
  for (const op of ["fillRect", "strokeRect"]) {
    wrap(op, (pen, [x, y, w, h]) => note(pen, op, { box: [...place(pen, x, y), w, h] }));
  }
  wrap("clip", (pen) => note(pen, "clip", { path: paths.get(pen) ?? [] }));
  // Of a picture made of pixels: nine of them, left to right and down.
  const pixels = new WeakMap();
  wrap("putImageData", ({ canvas }, [{ data, width, height }]) => {
    const at = (size, k) => Math.floor(((2 * k + 1) * size) / 6);
    const spots = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => 4 * (at(height, i) * width + at(width, j))));
    pixels.set(canvas, spots.map((k) => [...data.slice(k, k + 3)].map((v) => v.toString(16).padStart(2, 0)).join("")));
  });
  wrap("drawImage", (pen, [image, ...box]) => note(pen, "drawImage", {
    box, smooth: pen.imageSmoothingEnabled, image: [image.width, image.height], pixels: pixels.get(image) ?? [],
  }));
  window.Path2D = class extends Path2D {
    constructor(text) { super(text); this.told = text; }
  };
  const [wait, forget, repeat] = [setTimeout, clearTimeout, setInterval];
  window.paces = [];
  window.resting = new Set();
  window.setTimeout = (act, time, ...more) => {
    if (time !== 600) return wait(act, time, ...more);
    const id = wait(() => (resting.delete(id), act(...more)), 20);
    resting.add(id);
    return id;
  };
  window.clearTimeout = (id) => (resting.delete(id), forget(id));
  window.setInterval = (act, time, ...more) => (paces.push(time), repeat(act, Math.min(time, 25), ...more));
}
"""

# One view of one model, as a notebook would show it.
PAGE = """<!doctype html><html lang="{lang}" data-theme="{theme}"><head><meta charset="utf-8"><title>One</title>
<meta name="viewport" content="width=device-width"><style>body{{margin:12px}}{css}</style></head>
<body><script type="application/json" id="data">{data}</script><main></main><script type="module">
const {{ state, esm }} = JSON.parse(document.getElementById("data").textContent);
const listeners = new Map();
window.model = {{
  saved: 0,
  get: (name) => state[name],
  set(name, value) {{
    if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
    state[name] = value;
    for (const react of [...(listeners.get("change:" + name) ?? [])]) react();
  }},
  on(event, react) {{ listeners.set(event, [...(listeners.get(event) ?? []), react]); }},
  off(event, react) {{ listeners.set(event, (listeners.get(event) ?? []).filter((other) => other !== react)); }},
  save_changes() {{ model.saved++; }},
  keepInAddress(names, accepts) {{ window.kept = {{ names, accepts }}; }},
}};
window.heard = () => [...listeners.values()].flat().length;
const url = URL.createObjectURL(new Blob([esm], {{ type: "text/javascript" }}));
const {{ default: widget }} = await import(url);
const main = document.querySelector("main");
window.state = state;
// A view of its own for every beginning.
window.begin = (changes) => {{
  window.end?.();
  main.replaceChildren();
  model.saved = 0;
  Object.assign(state, changes);
  window.end = widget.render({{ model, el: main }});
}};
begin({{}});
document.body.dataset.ready = "yes";
</script></body></html>"""

POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def value_of(text: str) -> float | None:
    """The number that a label shows, or None: −0.5, 3.2×10⁻⁷, 10⁴."""
    found = re.fullmatch(r"(−?[\d.]+)?(?:(?:×|^)?10([⁻⁰¹²³⁴-⁹]+))?", text.strip())
    if not found or not text.strip():
        return None
    power = re.search(r"10([⁻⁰¹²³⁴-⁹]+)$", text)
    head = text[: power.start()].rstrip("×") if power else text
    mantissa = float(head.replace("−", "-")) if head.strip("−") else 1.0
    return mantissa * 10.0 ** int(power[1].translate(POWERS)) if power else mantissa


class Axis(NamedTuple):
    """Pixels to values along one side of a picture, from its tick labels."""

    pixels: list[float]
    values: list[float]
    log: bool

    def __call__(self, pixel: float) -> float:
        f, back = (math.log10, lambda v: 10**v) if self.log else (float, float)
        (p, q), (a, b) = (self.pixels[0], self.pixels[-1]), (f(self.values[0]), f(self.values[-1]))
        return back(a + (pixel - p) / (q - p) * (b - a))

    def is_even(self) -> bool:
        """Whether the labels between the first and the last stand where they say."""
        return all(
            math.isclose(self(p), v, rel_tol=1e-6, abs_tol=1e-9 * abs(self.values[-1] - self.values[0]))
            for p, v in zip(self.pixels, self.values, strict=True)
        )


class Drawing(list):
    """What a canvas was told, in order."""

    def texts(self, **wanted: Any) -> list[dict]:
        return [op for op in self if op["op"] == "fillText" and all(op[k] == v for k, v in wanted.items())]

    def words(self) -> list[str]:
        return [op["text"] for op in self.texts()]

    def lines(self, colour: str | None = None, dash: list | None = None, width: float | None = None) -> list[list]:
        """The points of every stroked line, in pixels, broken ones as one list with None between the parts."""
        found = []
        for op in self:
            if op["op"] != "stroke" or not op["path"] or op["path"][0][0] != "moveTo":
                continue
            if (colour, dash, width) != tuple(
                None if want is None else op[key]
                for want, key in ((colour, "stroke"), (dash, "dash"), (width, "width"))
            ):
                continue
            points = []
            for kind, x, y in op["path"]:
                if kind == "moveTo" and points:
                    points.append(None)
                points.append((x, y))
            found.append(points)
        return found

    def markers(self, shape: str | None = None, fill: str | None = None) -> list[dict]:
        filled = [op for op in self if op["op"] == "fill" and "shape" in op]
        return [
            {"shape": MARKERS[op["shape"]], "fill": op["fill"], "at": tuple(op["path"][0][1:3]), "size": op["size"]}
            for op in filled
            if shape in (None, MARKERS[op["shape"]]) and fill in (None, op["fill"])
        ]

    def edges(self, shape: str | None = None) -> list[str]:
        """The colours that markers are edged with."""
        return [op["stroke"] for op in self if op["op"] == "stroke" and MARKERS.get(op.get("shape")) in (shape,)]

    def boxes(self, op: str = "fillRect", colour: str | None = None) -> list[list[float]]:
        key = "fill" if op == "fillRect" else "stroke"
        return [o["box"] for o in self if o["op"] == op and colour in (None, o[key])]

    def axis(self, side: str, log: bool = False) -> Axis:
        """The horizontal ("x") or vertical ("y") axis: labels that share their height, or their right end."""
        across = 0 if side == "x" else 1
        aligns = ("center",) if side == "x" else ("right", "left")
        rows: dict[tuple, list] = {}
        for op in self.texts():
            value = value_of(op["text"])
            if value is not None and op["align"] in aligns and op["font"].startswith("12px"):
                rows.setdefault((round(op["at"][1 - across], 3), op["align"]), []).append((op["at"][across], value))
        best = sorted(max(rows.values(), key=len))
        assert len(best) > 1, rows
        values = [value for _, value in best]
        assert values == sorted(values, reverse=side == "y"), best  # larger numbers stand further right, or higher
        return Axis([p for p, _ in best], [v for _, v in best], log)


class Screen:
    """One view of a widget, its model and its pens."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab
        found = tab.evaluate(
            """names => {
              const style = getComputedStyle(document.querySelector(".bp"));
              return names.map((name) => style.getPropertyValue("--bp-" + name).trim());
            }""",
            COLOURS,
        )
        self.palette = dict(zip(found[::-1], COLOURS[::-1], strict=True))

    @staticmethod
    def number(value: float) -> str:
        """Three meaningful digits as the widgets write them."""
        mantissa, power = f"{value:.2e}".split("e")
        if value and not -3 <= int(power) <= 4:
            head = "" if float(mantissa) == 1 else f"{float(mantissa):g}×"
            raised = "".join("⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".index(c)] for c in str(int(power)))
            return f"{head}10{raised}".replace("-", "−")
        text = f"{float(f'{value:.3g}'):.6f}".rstrip("0").rstrip(".")
        return text.replace("-", "−")

    def get(self, name: str) -> Any:
        return self.tab.evaluate("name => model.get(name)", name)

    def set(self, **changes: Any) -> None:
        self.tab.evaluate("changes => { for (const [k, v] of Object.entries(changes)) model.set(k, v); }", changes)

    def drawn(self, index: int = 0) -> Drawing:
        """What the canvas with this number shows after the next frame, its colours by their names in the palette."""
        ops = self.tab.evaluate(
            """index => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
                 done(logs.get(document.querySelectorAll("canvas")[index]) ?? []))))""",
            index,
        )
        for op in ops:
            for key in ("fill", "stroke"):
                op[key] = self.palette.get(op[key], op[key])
        return Drawing(ops)

    def label(self, index: int = 0) -> str:
        """What a screen reader says of the canvas with this number."""
        return self.tab.locator("canvas").nth(index).get_attribute("aria-label")

    def announced(self) -> str:
        """What was read out last, once the hand rests."""
        self.tab.wait_for_function("() => resting.size === 0")
        return self.tab.locator("[aria-live=polite]").text_content()

    def press(self, name: str) -> None:
        self.tab.get_by_role("button", name=name, exact=True).click()

    def slide(self, name: str, value: object) -> None:
        self.tab.get_by_role("slider", name=name, exact=True).fill(str(value))


def studio(widget: Widget, lang: str = "en", theme: str = "light") -> str:
    """A page with one view of one widget whose model the test holds in its hand."""
    state = {name: value for name, value in widget.get_state().items() if name not in ("layout", "_esm", "_css")}
    data = json.dumps({"state": state, "esm": widget._esm}, default=list).replace("</", r"<\/")
    return PAGE.format(lang=lang, theme=theme, css=widget._css, data=data)
