"""A real browser for the widget tests; they are skipped, with the reason, where there is none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="package")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    with playwright.sync_playwright() as driver:
        if path is None and not Path(driver.chromium.executable_path).exists():
            pytest.skip("no browser: install chromium, or run `playwright install chromium`")
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


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
