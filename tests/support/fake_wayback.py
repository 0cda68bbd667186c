"""A stand-in for the Internet Archive that answers as its documentation says: the availability
look-up and Save Page Now 2 ("Save Page Now 2 Public API Docs", revision of 2026-07-22).
"""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "LOW access:secret"


@dataclass
class Archive:
    """`copies` are timestamps by address. `saving` and `jobs` are the answers to come, in order:
    a JSON value, or (HTTP status, JSON value, headers); when there are none left all goes well.
    """

    copies: dict = field(default_factory=dict)
    saving: deque = field(default_factory=deque)
    jobs: deque = field(default_factory=deque)
    looking: deque = field(default_factory=deque)
    requests: list = field(default_factory=list)
    made: str = "20261123120000"

    def answer(self, method, path, query, form, authorization):
        if path == "/wayback/available":
            return self.looking.popleft() if self.looking else self.available(query["url"][0])
        if authorization != KEY:
            return 401, {"message": "You need to be logged in to use Save Page Now."}, {}
        if (method, path) == ("POST", "/save"):
            id = f"spn2-{len(self.requests):040x}"
            well = {"url": form["url"][0], "job_id": id}
            return self.saving.popleft() if self.saving else well
        if path.startswith("/save/status/spn2-"):
            id = path.rpartition("/")[2]
            return self.jobs.popleft() if self.jobs else self.success(id)
        return 404, {"message": "Not found"}, {}

    def available(self, url):
        if url not in self.copies:
            return {"url": url, "archived_snapshots": {}}
        status, moment = self.copies[url]
        shown = f"http://web.archive.org/web/{moment}/{url}"
        closest = {"status": status, "available": True, "url": shown, "timestamp": moment}
        return {"url": url, "archived_snapshots": {"closest": closest}}

    def success(self, id):
        return {
            "status": "success",
            "job_id": id,
            "original_url": "http://first.example/bridge",
            "timestamp": self.made,
            "duration_sec": 6.203,
            "resources": ["http://first.example/bridge"],
            "outlinks": {},
            "http_status": 200,
        }

    def asked(self):
        """The requests so far: method and path, the job's id left out."""
        return [f"{method} {path.partition('spn2-')[0]}" for method, path, *_ in self.requests]

    def serve(self):
        archive = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
                request = (parts.path, parse_qs(parts.query), form, self.headers["Authorization"])
                archive.requests.append((self.command, *request))
                answer = archive.answer(self.command, *request)
                status, said, headers = answer if isinstance(answer, tuple) else (200, answer, {})
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                headers = {"Content-Type": "application/json", **headers}
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        self.port = server.server_port
        return server


def pending(id="spn2-1"):
    return {"status": "pending", "job_id": id, "resources": []}


def error(name, message="It failed."):
    return {
        "status": "error",
        "exception": "Exception",
        "status_ext": f"error:{name}",
        "job_id": "spn2-1",
        "message": message,
        "resources": [],
    }
