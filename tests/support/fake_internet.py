"""The outside world in small: one real HTTP server that answers for any host name."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Outside:
    """Pages by (host, path). A test writes them; the code under test fetches them over HTTP.

    While a test has cleared `gate`, those who ask wait for their answers.
    """

    pages: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    headers: list = field(default_factory=list)  # of the requests, in the same order
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        self.gate.set()

    def publish(self, url, body, *, status=200, content_type="text/html; charset=utf-8", **headers):
        host, _, path = url.removeprefix("http://").partition("/")
        content = body if isinstance(body, bytes) else body.encode()
        fields = {"Content-Type": content_type} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        self.pages[host, f"/{path}"] = (status, fields, content)
        return url

    @contextmanager
    def served(self):
        server = self.serve()
        yield self
        server.shutdown()
        server.server_close()

    def serve(self):
        outside = self

        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                outside.requests.append((self.headers["Host"], self.path))
                outside.headers.append(dict(self.headers))
                outside.gate.wait()
                nothing = (404, {"Content-Type": "text/plain"}, b"Nothing here.")
                status, headers, body = outside.pages.get(
                    (self.headers["Host"], self.path), nothing
                )
                if unchanged(self.headers, headers):
                    status, headers, body = 304, {}, b""
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        self.port = server.server_port
        return server


def unchanged(asked, headers):
    """RFC 9110, 13.2.2: If-Modified-Since is looked at only where there is no If-None-Match."""
    if "If-None-Match" in asked:
        return asked["If-None-Match"] == headers.get("ETag")
    since = asked.get("If-Modified-Since")
    return since is not None and since == headers.get("Last-Modified")
