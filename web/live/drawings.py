"""Matplotlib's backend for the page: `show` sends each open figure as a drawing in the page's face and colour."""

import io
import re
from itertools import count

import kernel
from matplotlib import pyplot as plt
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas  # noqa: F401  (a backend has this name)
from matplotlib.figure import Figure

# Matplotlib 3.8, which Pyodide has, writes a font in one word; later ones, and the page, have one for each property.
FONT = re.compile(r"font: (?P<kind>(?:[\w-]+ )*)(?P<size>[\d.]+px) (?:'[^']*'|[\w-]+)(?:, (?:'[^']*'|[\w-]+))*")
names = count(1)


def show(*arguments: object, **options: object) -> None:
    kernel.current.show_figures()


def open_figures() -> list[Figure]:
    return [plt.figure(number) for number in plt.get_fignums()]


def close_figures() -> None:
    plt.close("all")


def picture(figure: Figure) -> dict[str, str]:
    """The figure as SVG, cut to what is drawn; of an empty one only its text."""
    from backprop.plots.style import AS_LINES  # asks for the rest of backprop.plots

    data = {"text/plain": repr(figure)}
    if figure.axes or figure.lines:
        file = io.StringIO()
        colours = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor()}
        with rc_context(AS_LINES):
            figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None}, **colours)
        svg = file.getvalue()
        data["image/svg+xml"] = for_the_page(svg) if kernel.current.in_page else svg
    return data


def for_the_page(svg: str) -> str:
    from backprop.plots.page import in_the_page

    return in_the_page(FONT.sub(font_properties, svg[svg.index("<svg") :]), "", f"run{next(names)}")


def font_properties(font: re.Match[str]) -> str:
    """The properties of a font, without its face: that is the page's."""
    properties = [f"font-size: {font['size']}"]
    for word in font["kind"].split():
        properties.append(f"font-{'style' if word in ('italic', 'oblique') else 'weight'}: {word}")
    return "; ".join(properties)
