"""Who webhooks are sent to: a real HTTP server that keeps what comes and answers as it is told."""

import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook


@dataclass
class Receiver:
    """`messages` are those that came: headers and body. `answers` are the answers to come, in
    order: a status, or (status, headers); when there are none left it is 204.
    """

    messages: list = field(default_factory=list)
    answers: deque = field(default_factory=deque)

    def serve(self):
        receiver = self

        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append((dict(self.headers), body))
                answer = receiver.answers.popleft() if receiver.answers else 204
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in {**headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.port = server.server_port
        return server

    def verified(self, secret, *, last=None):
        """What the (last) messages say, each verified as the standard's own library does."""
        messages = self.messages[-last:] if last else self.messages
        return [Webhook(secret).verify(body, headers) for headers, body in messages]

    def ids(self):
        return [headers["webhook-id"] for headers, _ in self.messages]
