"""A page in the browser for the widget tests."""

from collections.abc import Callable, Iterator

import pytest
from screen import RECORDER, Screen, studio


@pytest.fixture
def open_page(browser, tmp_path) -> Iterator[object]:
    """`open_page(html, …)` shows a page from a file, without any server; the test fails if it logs an error."""
    said, contexts = [], []

    def open_page(
        html: str, width: int = 1000, height: int = 900, fragment: str = "", script: str = "", **options: object
    ) -> object:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        if script:
            context.add_init_script(script)
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


@pytest.fixture
def show(open_page) -> Callable[..., Screen]:
    """`show(widget)` is a view of the widget on a screen that remembers what it was told."""

    def show(widget: object, lang: str = "en", theme: str = "light", **options: object) -> Screen:
        tab = open_page(studio(widget, lang, theme), script=RECORDER, **options)
        tab.wait_for_selector("[data-ready]")
        return Screen(tab)

    return show
