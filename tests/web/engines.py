"""Three engines behind one handle: open a page, run a script in it, press a key, hear what went wrong.

Chromium is driven by Playwright. Firefox as the system ships it speaks WebDriver BiDi by itself, and WebKitGTK comes
with its WebDriver; both take a few lines of JSON, where a client such as Selenium would want a geckodriver besides.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
import websocket

from web.serve import SiteHandler

# As WebDriver numbers the keys that write nothing.
KEYS = {"Tab": "\ue004", "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015"}
WINDOW = {"width": 1280, "height": 900}
PATIENCE = 30  # seconds for what takes a blink on a quiet machine

# First in every page, for not every engine tells its driver what it writes into the console.
EAR = b"""<script>{
    window.heard = [];
    const hear = (...words) => heard.push(words.join(" "));
    for (const level of ["error", "warn"]) console[level] = hear;
    addEventListener("error", ({ message, target }) => {
        // Firefox fetches the next page before it is asked for, unless it may not keep it.
        if (target.rel !== "next") hear(message ?? `not loaded: ${target.src ?? target.href}`);
    }, true);
    addEventListener("unhandledrejection", ({ reason }) => hear(reason));
}</script>"""


class HearingHandler(SiteHandler):
    """Serves the site with an ear in each page."""

    def do_GET(self) -> None:
        page = Path(self.translate_path(self.path))
        if page.suffix != ".html" or not page.is_file():
            super().do_GET()
            return
        body = page.read_bytes().replace(b"<head>", b"<head>" + EAR, 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def wait_for(answer: Callable[[], object], what: str, patience: float = PATIENCE) -> object:
    """The first answer that is true."""
    end = time.monotonic() + patience
    while not (found := answer()):
        assert time.monotonic() < end, f"waited {patience} s for {what}"
        time.sleep(0.02)
    return found


class Engine(ABC):
    """A browser with one page."""

    @abstractmethod
    def open(self, address: str) -> None:
        """Go to the address and wait until all is loaded."""

    @abstractmethod
    def run(self, script: str, *arguments: object) -> object:
        """What the function `script` answers in the page, or what its promise brings."""

    @abstractmethod
    def press(self, key: str) -> None:
        """Press and release a key by its name in KEYS."""

    def heard(self) -> list[str]:
        """The page's errors and warnings since it was opened."""
        return self.run("() => heard")

    def until(self, script: str, *arguments: object, patience: float = PATIENCE) -> None:
        """Wait until the function `script` answers something true in the page."""
        wait_for(lambda: self.run(script, *arguments), f"{script} of {arguments}", patience)


class Chromium(Engine):
    """Chromium by Playwright."""

    def __init__(self, tab: object) -> None:
        self.tab = tab

    def open(self, address: str) -> None:
        self.tab.goto(address)

    def run(self, script: str, *arguments: object) -> object:
        return self.tab.evaluate(f"given => ({script})(...given)", arguments)

    def press(self, key: str) -> None:
        self.tab.keyboard.press(key)


class Firefox(Engine):
    """Firefox by WebDriver BiDi, which it speaks over a socket without a driver between."""

    def __init__(self, address: str) -> None:
        self.socket = websocket.create_connection(f"{address}/session", timeout=PATIENCE, suppress_origin=True)
        self.numbers = count()
        self.ask("session.new", capabilities={})
        # A tab of our own, for into the first one Firefox loads its start page.
        self.tab = self.ask("browsingContext.create", type="tab")["context"]
        self.sharpen(1)

    def ask(self, method: str, **params: object) -> dict:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        answer = {}
        while answer.get("id") != number:
            answer = json.loads(self.socket.recv())
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address: str) -> None:
        self.ask("browsingContext.navigate", context=self.tab, url=address, wait="complete")
        # A new tab's empty page may be what was complete.
        self.until("url => location.href === url && document.readyState === 'complete'", address)

    def run(self, script: str, *arguments: object) -> object:
        # As JSON, for BiDi has a longer form of its own for every value.
        call = f"(async () => JSON.stringify([await ({script})(...{json.dumps(arguments)})]))()"
        answer = self.ask("script.evaluate", expression=call, target={"context": self.tab}, awaitPromise=True)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])[0]

    def sharpen(self, ratio: float) -> None:
        """Give the screen so many pixels to a CSS pixel."""
        self.ask("browsingContext.setViewport", context=self.tab, viewport=WINDOW, devicePixelRatio=ratio)

    def press(self, key: str) -> None:
        self.ask("input.performActions", context=self.tab, actions=stroke(key))


class WebKit(Engine):
    """WebKitGTK by the WebDriver that comes with it."""

    def __init__(self, address: str) -> None:
        self.address = f"{address}/session"
        self.address += "/" + self.ask("POST", "", capabilities={})["sessionId"]
        self.ask("POST", "/window/rect", **WINDOW)

    def ask(self, method: str, command: str, **params: object) -> object:
        body = json.dumps(params).encode() if method == "POST" else None
        request = urllib.request.Request(self.address + command, body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from None

    def open(self, address: str) -> None:
        self.ask("POST", "/url", url=address)

    def run(self, script: str, *arguments: object) -> object:
        return self.ask("POST", "/execute/sync", script=f"return ({script})(...arguments)", args=arguments)

    def press(self, key: str) -> None:
        self.ask("POST", "/actions", actions=stroke(key))


def stroke(key: str) -> list[dict]:
    """A key pressed and released, as WebDriver and BiDi write it."""
    actions = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": actions}]


def program(*names: str) -> str:
    """Where the first of the programs is that this machine has; skips the test without any."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip(f"no {names[0]} here")


@contextmanager
def running(home: Path, *command: str, **environment: str) -> Iterator[Callable[[str], str]]:
    """A program in a home of its own, ended afterwards; what is given waits until it has said what a pattern seeks."""
    log = home / f"{Path(command[0]).name}.log"
    with log.open("wb") as file:
        environment = os.environ | {"HOME": str(home)} | environment
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment)
    try:
        yield lambda pattern: wait_for(lambda: re.search(pattern, log.read_text("utf-8")), f"{pattern} in {log}")[1]
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def firefox(home: Path) -> Iterator[Firefox]:
    """Firefox without a window and with an empty profile."""
    path = program("firefox-esr", "firefox")
    with running(home, path, "--headless", "--remote-debugging-port=0", f"--profile={home}") as said:
        engine = Firefox(said(r"BiDi listening on (ws://\S+)"))
        yield engine
        engine.socket.close()


@contextmanager
def webkit(home: Path) -> Iterator[WebKit]:
    """WebKitGTK on a screen that nobody sees."""
    screen, driver = program("Xvfb"), program("WebKitWebDriver")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"

    def connect() -> WebKit | None:
        with suppress(urllib.error.URLError):  # it does not listen yet
            return WebKit(address)

    with running(home, screen, "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp") as said:
        display = said(r"(?m)^(\d+)$")
        # A frame goes to such a screen by shared memory: through a graphics card that is none it takes a second.
        # Since 6.0 its pages are always in a sandbox, which a container may not make; here it opens the book alone.
        no_sandbox = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        screen_only = {"DISPLAY": f":{display}", "WEBKIT_DISABLE_DMABUF_RENDERER": "1", **no_sandbox}
        with running(home, driver, f"--port={address.rpartition(':')[2]}", **screen_only):
            engine = wait_for(connect, driver)
            yield engine
            engine.ask("DELETE", "")
