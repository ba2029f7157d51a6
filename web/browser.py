"""The browser that prints and tests the site: Chromium, from the system or Playwright's own."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

# The shell is Chromium without the window around the page: three times faster.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def installed() -> str | None:
    """The path of the first of these browsers that the system has."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(driver: "Playwright") -> "Browser | None":
    """That browser, or Playwright's own; None where there is neither."""
    path = installed()
    if path is None and not Path(driver.chromium.executable_path).exists():
        return None
    return driver.chromium.launch(executable_path=path, args=ARGUMENTS)
