"""A real browser, Debian's Chromium, and the application served to it."""

import os
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
AXE = Path(__file__).parents[1] / "axe/axe.min.js"

#: Quiet: the browser asks nobody for anything but the pages under test.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WITHOUT = """\
THE PAGES WERE NOT TESTED IN A BROWSER: no Chromium was found.
Install Debian's (apt-get install chromium), or name one in CHROMIUM."""


def refuse_or_skip():
    """Where a browser must be (BROWSER_TESTS=required, as in CI), its absence is a failure."""
    if CHROMIUM is None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(WITHOUT)
        pytest.skip(WITHOUT.splitlines()[0])


@contextmanager
def serving(app):
    """The application on a port of its own; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Window:
    """One window of a browser, with its own cookies. What its console says is kept, and so are the
    addresses that it asked for.
    """

    def __init__(self, browser, url, **looks):
        self.context = browser.new_context(base_url=url, **looks)
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.complaints, self.loaded = [], []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.loaded.append(request.url))

    def _note(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def weight(self):
        """The bytes that the page and all that it loads come to, packed as they are sent, whether
        or not the browser had some of them already.
        """
        entries = "['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))"
        sizes = self.page.evaluate(f"{entries}.map(each => each.encodedBodySize)")
        assert len(sizes) > 2 and all(sizes)
        return sum(sizes)

    def go(self, path):
        self.page.goto(path, wait_until="networkidle")
        return self.page

    def look(self, width, scheme):
        """The same page on such a screen, in such colours."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)

    def sign_in(self, caller):
        page = self.go("/sign-in")
        page.get_by_label("API key").fill(caller.key)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Signed in as").wait_for()
        return page

    def violations(self):
        """What axe-core finds wrong with the page as it stands, in short."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run().then(result => result.violations)")
        return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]

    def is_too_wide(self):
        return self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
