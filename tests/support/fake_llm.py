"""A model to be asked: a real HTTP server that keeps what it is sent and answers as it is told."""

import json
from contextlib import contextmanager

from tests.support.tls_servers import Site, answer

PATH = "/v1/chat/completions"
KEY = "sk-a-key-that-nobody-sees"


class Model(Site):
    """`says` sets what the model says from now on, `answers` the whole answer, as `Site` has it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.says("context")

    def says(self, stance, rationale="It speaks of a bridge."):
        self.answers(completion(json.dumps({"stance": stance, "rationale": rationale})))

    def answers(self, *script):
        self.pages[PATH] = [
            step if isinstance(step, bytes | int) else json_answer(step) for step in script
        ]

    def asked(self):
        """The bodies of the requests so far."""
        return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in self.requests]

    def questions(self):
        """What it was given to judge, each time."""
        return [json.loads(asked["messages"][1]["content"]) for asked in self.asked()]


@contextmanager
def model_at_hand(**options):
    with Model(**options) as model:
        yield model
        model.shutdown()


def completion(content, *, model="small-1", finish_reason="stop", **message):
    message = {"role": "assistant", "content": content} | message
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return {"object": "chat.completion", "model": model, "choices": [choice], "usage": {}}


def json_answer(said, status="200 OK"):
    return answer(json.dumps(said).encode(), "Content-Type: application/json", status=status)
