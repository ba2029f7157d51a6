"""What axe-core finds in a page that a reader with a screen reader, a keyboard or weak eyes would miss."""

from web.assets import MODULES

SOURCE = MODULES / "axe-core" / "axe.min.js"

# Its time grows with the nodes of a page, most of all for contrast. So what is `alike` is set aside while it looks, and
# comes back; and of all text of one colour, size and weight on one background it measures the first.
LOOK = """async (alike) => {
    const aside = [...document.querySelectorAll(alike)].map(node => [node, new Text("aside")]);
    aside.forEach(([node, word]) => node.replaceWith(word));
    const grounds = new Map([[null, ""]]), looks = new Set();
    for (const node of document.querySelectorAll("*")) {
        const { color, fontSize, fontWeight, backgroundColor, backgroundImage, opacity } = getComputedStyle(node);
        grounds.set(node, [backgroundColor, backgroundImage, opacity, grounds.get(node.parentElement)].join());
        const look = [color, fontSize, fontWeight, grounds.get(node)].join();
        const speaks = [...node.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim());
        node.toggleAttribute("data-look", speaks && node.checkVisibility() && !looks.has(look));
        if (node.hasAttribute("data-look")) looks.add(look);
    }
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
    const found = await axe.run({ resultTypes: ["violations"] });
    aside.forEach(([node, word]) => word.replaceWith(node));
    return found.violations }"""


def faults(tab: object, alike: str = ".katex") -> list[tuple[str, str, str, str]]:
    """The faults of a page: how grave, by which rule, where first, and in axe's words."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(SOURCE.read_text("utf-8"))
    return [
        (fault["impact"], fault["id"], fault["nodes"][0]["html"][:200], fault["nodes"][0]["failureSummary"][:300])
        for fault in tab.evaluate(LOOK, alike)
    ]
