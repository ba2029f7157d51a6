"""Measure the built site as a visitor would meet it: `make audit`, or `python -m tools.audit page…`.

Serves _build/html compressed, as the public host does, and prints Lighthouse's four desktop scores of each page, the
bytes of a first visit, the time to the largest paint and the layout shift. npm brings Lighthouse when first asked.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

from tools.serve import SiteHandler

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
LIGHTHOUSE = "lighthouse@13.5.0"
PAGES = ["book/index.html", "book/3_gradient_descent/3_1_principle.html"]
COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}


class GzipHandler(SiteHandler):
    """SiteHandler that sends text compressed."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def audit(url: str) -> dict:
    """Lighthouse's report of one page."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        flags = "--headless --no-sandbox --disable-gpu --disable-background-networking"
        command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--preset=desktop", f"--chrome-flags={flags}"]
        command += ["--output=json", f"--output-path={report.name}"]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": browser})
        return json.load(report)


def main() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: GzipHandler(*a, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for page in sys.argv[1:] or PAGES:
            report = audit(f"http://127.0.0.1:{server.server_port}/{page}")
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
