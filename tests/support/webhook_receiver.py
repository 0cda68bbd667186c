"""Who webhooks are sent to: a real HTTP server that keeps what comes and answers as it is told."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import time_machine
from standardwebhooks.webhooks import Webhook


@dataclass
class Receiver:
    """`messages` are those that came: headers, body, and when. `answers` are the answers to come, in
    order: a status, or (status, headers); when there are none left it is 204.
    """

    messages: list = field(default_factory=list)
    answers: deque = field(default_factory=deque)

    def serve(self):
        receiver = self

        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append((dict(self.headers), body, datetime.now(UTC)))
                answer = receiver.answers.popleft() if receiver.answers else 204
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in {**headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        self.port = server.server_port
        return server

    def verified(self, secret):
        """What the messages say, each verified as the standard's own library does on arrival."""
        told = []
        for headers, body, arrived in self.messages:
            with time_machine.travel(arrived):
                told.append(Webhook(secret).verify(body, headers))
        return told

    def ids(self):
        return [headers["webhook-id"] for headers, _, _ in self.messages]
