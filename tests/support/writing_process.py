"""A client that sends requests one by one and repeats each, under its Idempotency-Key, until it
is answered: `python -m tests.writer`, with `{"requests": [{url, token, key, body}…]}` on standard
input. Prints each answer as a line of JSON.
"""

import json
import sys
import time

import requests

PATIENCE = 120


def answered(session, request):
    """The answer, how many tries came to nothing, and the seconds that the last one took."""
    headers = {"Authorization": f"Bearer {request['token']}", "Idempotency-Key": request["key"]}
    deadline, lost = time.monotonic() + PATIENCE, 0
    while True:
        began = time.monotonic()
        try:
            answer = session.post(request["url"], json=request["body"], headers=headers, timeout=30)
        except requests.RequestException:
            if began > deadline:
                raise
            lost += 1
            time.sleep(0.05)
            continue
        if answer.json().get("type") in {"/problems/still-running", "/problems/unavailable"}:
            lost += answer.status_code == 503
            time.sleep(0.05)
            continue
        return answer, lost, time.monotonic() - began


if __name__ == "__main__":
    with requests.Session() as session:
        for request in json.load(sys.stdin)["requests"]:
            answer, lost, seconds = answered(session, request)
            line = {
                "key": request["key"],
                "status": answer.status_code,
                "body": answer.json(),
                "replayed": "Idempotent-Replayed" in answer.headers,
                "lost": lost,
                "seconds": seconds,
            }
            print(json.dumps(line), flush=True)
