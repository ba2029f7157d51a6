"""Number equations, figures and exercises after the page's title: page "1.2 …" holds equation (1.2.1).

A notebook is read on the site, in JupyterLab, in Colab and on GitHub, so its number is written in its title, where
all four show it. Sphinx's own numbering would count only the pages that exist and would leave the notebooks bare.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

NUMBERED_TITLE = re.compile(r"(\d+(?:\.\d+)*|[A-Z](?:\.\d+)*)\s")
count_within_sections = TocTreeCollector.assign_figure_numbers


def page_number(title: str) -> tuple[str, ...]:
    """The parts of the number at the start of a title: "1.2 Forward" gives ("1", "2"), no number gives ()."""
    match = NUMBERED_TITLE.match(title)
    return tuple(match[1].split(".")) if match else ()


def count_within_pages(collector: TocTreeCollector, env: BuildEnvironment) -> list[str]:
    """Count as Sphinx does, with each page's own number in front; headings themselves stay as written."""
    kept = env.toc_secnumbers
    env.toc_secnumbers = {page: {"": page_number(title.astext())} for page, title in env.titles.items()}
    try:
        return count_within_sections(collector, env)
    finally:
        env.toc_secnumbers = kept


def setup(app: Sphinx) -> dict[str, Any]:
    TocTreeCollector.assign_figure_numbers = count_within_pages
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
