"""The page for people: all of it is ours, and it asks nobody else for anything."""

import json
import re
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from api.http.openapi import ASSETS

MANIFEST = json.loads((ASSETS / "manifest.json").read_text())


@pytest.fixture
def page(app):
    return app.test_client().get("/docs")


def addresses(html):
    found = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.extend(value for name, value in attributes if name in {"src", "href"})

    Tags().feed(html)
    return found


def test_the_page_and_all_that_it_loads_are_served(app, page):
    assert page.status_code == 200 and page.mimetype == "text/html"
    loaded = [each for each in addresses(page.get_data(as_text=True)) if each != "data:,"]
    assert len(loaded) == 4
    for address in loaded:
        assert app.test_client().get(address).status_code == 200, address
    assert app.test_client().get("/docs/assets/../__init__.py").status_code == 404


def test_nothing_comes_from_outside(app, page):
    start = app.test_client().get("/docs/assets/start.js").get_data(as_text=True)
    assert "//" not in page.get_data(as_text=True) + start
    # Left to itself, Swagger UI sends the document to a validator of its makers.
    assert "validatorUrl: null" in start
    policy = dict(
        rule.strip().split(" ", 1) for rule in page.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    for what in ("script-src", "connect-src"):
        assert policy[what] == "'self'"
    assert not re.search(r"http|[*]", page.headers["Content-Security-Policy"])


def test_the_assets_are_what_the_manifest_says():
    for name, digest in MANIFEST["sha256"].items():
        assert sha256((ASSETS / name).read_bytes()).hexdigest() == digest, name
    ours = {"index.html", "start.js", "manifest.json"}
    assert {path.name for path in ASSETS.iterdir()} == ours | set(MANIFEST["sha256"])
    assert f'"{MANIFEST["version"]}"' in (ASSETS / "swagger-ui-bundle.js").read_text()
