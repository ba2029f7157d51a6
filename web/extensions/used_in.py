"""``{used-in}``: which pages quote which experiment of the ledger, read from the pages themselves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective

# A quote in the prose, <!-- ledger: NAME METRIC -->, or a call in a cell, which a notebook writes with \" for ".
QUOTE = re.compile(r"<!-- ledger: (\w+) |ledger\.load\(\\?\"(\w+)\\?\"\)")


def quoted(text: str) -> set[str]:
    """Names of the experiments that the source of a page quotes."""
    return {name for names in QUOTE.findall(text) for name in names if name}


class UsedIn(SphinxDirective):
    """A list of all experiments that some page quotes, with links to those pages."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # what other pages quote may have changed
        pages: dict[str, list[str]] = {}
        for path in sorted(Path(self.env.srcdir, "book").glob("*/*.ipynb")):
            docname = path.relative_to(self.env.srcdir).with_suffix("").as_posix()
            if docname == self.env.docname:
                continue
            for name in quoted(path.read_text(encoding="utf-8")):
                pages.setdefault(name, []).append(docname)
        return [nodes.bullet_list("", *(item(name, pages[name], self.env.docname) for name in sorted(pages)))]


def item(name: str, docnames: list[str], here: str) -> nodes.list_item:
    return nodes.list_item("", nodes.paragraph("", "", nodes.literal(text=name), *links(docnames, here)))


def links(docnames: list[str], here: str) -> Iterator[nodes.Node]:
    for place, docname in enumerate(docnames):
        yield nodes.Text(_(", ") if place else _(": "))
        options = {"refdomain": "std", "reftype": "doc", "refexplicit": False, "refwarn": True, "refdoc": here}
        yield pending_xref("", nodes.inline("", docname), reftarget=f"/{docname}", **options)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("used-in", UsedIn)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
