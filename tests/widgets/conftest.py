"""A page in the browser for the widget tests."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def open_page(browser, tmp_path) -> Iterator[object]:
    """`open_page(html, …)` shows a page from a file, without any server; the test fails if it logs an error."""
    said, contexts = [], []

    def open_page(html: str, width: int = 1000, height: int = 900, fragment: str = "", **options: object) -> object:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        tab.goto(file.as_uri() + fragment)
        tab.said = said
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
