"""Take a picture of each widget of the built site, for readers without JavaScript: `python -m web.stills FOLDER`.

The build calls it once the pages are written (web/extensions/steady.py). A picture is the widget as paper shows it. It
stands beside the sentence that the page has for these readers, so only they fetch it. Where there is no browser, one
line says so, and the sentence stands alone.
"""

import html
import posixpath
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Error, sync_playwright

from web.browser import launch
from web.pdf import DRAWN, MOUNTED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PLACE = "<noscript><!-- picture -->"
FOLDER = "_static/stills"
WIDTH = 720  # CSS pixels, as wide as the text
# print.css makes a widget smaller for A4, and the frame is the figure's.
LOOK = f".widget-room {{ zoom: 1 !important; width: {WIDTH}px }} figure {{ border: 0 !important }}"
ROOMS = """() => [...document.querySelectorAll(".widget-room")].map((room) => ({
    drawn: Boolean(room.querySelector(".bp")),
    told: [...room.querySelectorAll(".bp :is([role=img], [role=grid])")].filter((node) => node.checkVisibility())
        .map((node) => node.getAttribute("aria-label")).join(" ") }))"""


def take(tab: "Page", site: Path, page: Path) -> None:
    """Write the pictures of one page's widgets, and put them into the page."""
    tab.goto(page.as_uri())
    tab.add_style_tag(content=LOOK)
    tab.wait_for_function(MOUNTED)
    tab.evaluate(DRAWN)
    text = page.read_text("utf-8")
    for number, room in enumerate(tab.evaluate(ROOMS), start=1):
        if not room["drawn"]:
            raise RuntimeError(f"{page}: widget {number} did not start, so there is no picture of it")
        name = f"{page.stem}-{number}.png"
        picture = Image.open(BytesIO(tab.locator(".widget-room .bp").nth(number - 1).screenshot()))
        few_colours = picture.convert("RGB").quantize(dither=Image.Dither.NONE)
        few_colours.save(site / FOLDER / name, optimize=True)
        source = posixpath.relpath(f"{FOLDER}/{name}", page.parent.relative_to(site).as_posix())
        size = f'width="{picture.width // 2}" height="{picture.height // 2}"'
        shown = f'<noscript><img src="{source}" {size} loading="lazy" alt="{html.escape(room["told"])}" />'
        text = text.replace(PLACE, shown, 1)
    page.write_text(text, "utf-8")


def photograph(browser: "Browser | None", site: Path) -> None:
    """Take the pictures of all widgets of the site that have none yet."""
    if browser is None:
        print("no browser: readers without JavaScript get a sentence in place of each widget, and no picture")
        return
    (site / FOLDER).mkdir(parents=True, exist_ok=True)
    tab = browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=2)
    tab.emulate_media(media="print", reduced_motion="reduce", color_scheme="light")
    for page in sorted(site.rglob("*.html")):
        if PLACE in page.read_text("utf-8"):
            take(tab, site, page)
    tab.close()


def main() -> None:
    with sync_playwright() as driver:
        try:
            browser = launch(driver)
        except Error as error:
            sys.exit(f"no pictures of widgets for readers without JavaScript: the browser does not start\n{error}")
        photograph(browser, Path(sys.argv[1]).resolve())
        if browser:
            browser.close()


if __name__ == "__main__":
    main()
