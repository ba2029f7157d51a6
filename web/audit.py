"""Measure the built site as a visitor would meet it: `make audit`, or `python -m web.audit page…`.

Serves _build/html compressed, as the public host does. First it weighs every page: the bytes that a first visit sends.
Then it prints Lighthouse's scores of five pages on a phone, or of those that are named, with the time to the largest
paint and the layout shift. Lighthouse slows the processor and the network to a phone's by what it measures here, so a
busy machine gets worse scores. npm brings Lighthouse when first asked.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from playwright.sync_api import sync_playwright

from web.browser import installed, launch
from web.serve import SiteHandler

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
LIGHTHOUSE = "lighthouse@13.5.0"
PAGES = [
    "book/index.html",
    "book/2_backpropagation/2_2_computation_flow.html",
    "book/3_gradient_descent/3_1_principle.html",
    "book/5_images/5_1_convolution.html",
    "zh/book/index.html",
]
COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}


class GzipHandler(SiteHandler):
    """SiteHandler that sends text compressed, and notes in `sent` how many bytes; several threads add to it at once."""

    sent: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            GzipHandler.sent.append(path.stat().st_size if path.is_file() else 0)
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), 6)
        GzipHandler.sent.append(len(body))
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def weigh(address: str, pages: list[str]) -> Iterator[tuple[str, float]]:
    """Each page with the kilobytes that a first visit sends, as the browser asks for them."""
    with sync_playwright() as driver:
        browser = launch(driver) or sys.exit("no browser: install chromium, or run `playwright install chromium`")
        for page in pages:
            GzipHandler.sent.clear()
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            tab = context.new_page()
            tab.goto(address + page, wait_until="networkidle")
            tab.evaluate("document.fonts.ready.then(() => null)")  # a busy machine asks late for what it draws
            tab.wait_for_timeout(500)
            context.close()
            yield page, sum(GzipHandler.sent) / 1000
        browser.close()


def audit(url: str) -> dict:
    """Lighthouse's report of one page."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        flags = "--headless --no-sandbox --disable-gpu --disable-background-networking"
        command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", f"--chrome-flags={flags}"]
        command += ["--output=json", f"--output-path={report.name}"]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": installed() or ""})
        return json.load(report)


def main() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: GzipHandler(*a, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        every = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("book/**/*.html"))
        for page, weight in weigh(address, every):
            print(f"{weight:6.0f} kB  {page}", flush=True)
        for page in sys.argv[1:] or PAGES:
            report = audit(address + page)
            scores = {name: round(100 * part["score"]) for name, part in report["categories"].items() if part["score"]}
            values = {name: report["audits"][name]["numericValue"] for name in MEASURES}
            print(page, *(f"{name} {score}" for name, score in scores.items()), sep="  ")
            print("   ", *(label.format(values[name]) for name, label in MEASURES.items()), sep="  ")
            for name, found in report["audits"].items():
                if found["score"] is not None and found["score"] < 0.9:
                    print(f"      {name}: {found['title']} {found.get('displayValue', '')}")
        server.shutdown()


MEASURES = {
    "total-byte-weight": "{:.0f} bytes",
    "largest-contentful-paint": "largest paint {:.0f} ms",
    "cumulative-layout-shift": "layout shift {:.3f}",
    "total-blocking-time": "blocked {:.0f} ms",
}

if __name__ == "__main__":
    main()
