"""A drawing as a part of a web page, whose letters take the page's face and colour: for the site and for runs in it."""

import io
import re

import matplotlib.pyplot as plt
from matplotlib import rc_context
from matplotlib.figure import Figure

from backprop.plots.palette import TEXT
from backprop.plots.style import AS_LINES

OWN_NAME = re.compile(r'(?<=[ "(])(id="|xlink:href="#|url\(#)(\w+)')
SIZE = re.compile(r'(<svg\b[^>]*?) width="[\d.]+pt" height="[\d.]+pt"')
FACE = re.compile(r"font-family: '(?:[^';]*)'[^;\"]*;?\s*")


def in_the_page(svg: str, alt: str, name: str) -> str:
    """The SVG text with `alt` as its label; `name` stands before its names, of which a page may hold each only once."""
    svg = OWN_NAME.sub(rf"\1{name}-\2", svg).replace(TEXT, "currentColor")
    svg = FACE.sub("", svg).replace("*{stroke-linejoin", ".drawing *{stroke-linejoin")
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1]) * 4 / 3  # points to pixels
    said = f'class="drawing" role="img" aria-label="{alt}" style="width: {width:.0f}px"'
    return SIZE.sub(lambda opening: f"{opening[1]} {said}", svg, count=1)


def as_html(fig: Figure, alt: str, name: str) -> str:
    """A figure as markup, for an ipywidgets `HTML` that shows a new one when a slider moves; the figure is closed."""
    drawn = io.StringIO()
    with rc_context(AS_LINES):
        fig.savefig(drawn, format="svg", metadata={"Date": None})
    plt.close(fig)
    svg = drawn.getvalue()
    return in_the_page(svg[svg.index("<svg") :], alt, name)
