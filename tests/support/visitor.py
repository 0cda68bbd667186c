"""Who visits the pages over HTTP, without scripts."""

import re
from html import unescape

import pytest

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Visitor:
    """A browser without scripts: it keeps its cookie, and sends what the form on its page holds."""

    def __init__(self, app, https=False):
        self.client, self.page = app.test_client(), None
        self.base = "https://localhost" if https else "http://localhost"

    def get(self, path, expect=200, **headers):
        answer = self.client.get(path, base_url=self.base, headers=HTML | headers)
        assert answer.status_code == expect, answer.get_data(as_text=True)
        self.page = answer.get_data(as_text=True)
        return answer

    def post(self, path, expect=303, headers=(), **filled_in):
        hidden = {
            name: unescape(value)
            for name, value in re.findall(
                r'type="hidden" name="(\w+)" value="([^"]*)"', self.page or ""
            )
        }
        answer = self.client.post(
            path, base_url=self.base, data=hidden | filled_in, headers=HTML | dict(headers)
        )
        assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer

    def sign_in(self, caller):
        self.get("/sign-in")
        self.post("/sign-in", key=caller.key)
        return self


@pytest.fixture
def reader(app):
    return Visitor(app)


@pytest.fixture
def signed_in(api):
    return lambda role: Visitor(api.app).sign_in(getattr(api, role))
