"""Draw the picture that a shared link shows: web/social_card.svg becomes web/static/social-card.png."""

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from web.browser import launch

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "web" / "social_card.svg"
TARGET = ROOT / "web" / "static" / "social-card.png"


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright) or sys.exit("no browser: install chromium, or run `playwright install chromium`")
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{SOURCE.read_text('utf-8')}")
        page.screenshot(path=TARGET)
        browser.close()
    # A picture of eight colours and their edges needs no more than 128.
    Image.open(TARGET).convert("RGB").quantize(128).save(TARGET, optimize=True)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
