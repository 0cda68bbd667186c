"""The extras: off by default and not even imported; on, they tell where something came from."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.config.settings import ROOT
from tests.support.processes import Installation, until

pytestmark = [pytest.mark.once, pytest.mark.slow]

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def collector():
    """A server that keeps what is posted to it: (path, headers, body)."""
    received = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, dict(self.headers), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", received
    server.shutdown()
    server.server_close()


#: What a server starts without: extras that are off, and the engines of jobs and migrations.
NOT_AT_START = ("sentry", "opentelemetry.sdk", "onnxruntime", "dbos", "alembic")


def test_a_server_starts_without_extras_that_are_off():
    program = f"import sys, wsgi; print([each for each in sys.modules if each.startswith({NOT_AT_START})])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def spans(received):
    for path, _, body in received:
        assert path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                yield from scope.spans


def test_a_trace_goes_from_the_caller_through_the_server_to_the_jobs(
    settings, api, claim, outside, collector, tmp_path
):
    address, received = collector
    variables = {
        "TRACING": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    page = outside.publish("http://a.example/", "<p>It was opened in 1932, they say.</p>")
    item = {"source_url": page, "quote": "It was opened in 1932", "stance": "supports"}
    with Installation(tmp_path, settings, **variables) as installation:
        installation.serve()
        installation.work()
        post(
            f"{installation.url}/v1/claims/{claim['id']}/evidence",
            item,
            Authorization=f"Bearer {api.contributor.key}",
            traceparent=f"00-{TRACE}-b7ad6b7169203331-01",
        )
        wanted = {
            "POST /v1/claims/<uuid:claim_id>/evidence",
            "evidence.examine",
            "verdict.reassess",
        }
        until(
            lambda: wanted <= {each.name for each in spans(received)},
            seconds=40,
            so_that="all spans have arrived",
        )
    ours = {each.name: each for each in spans(received) if each.name in wanted}
    assert {each.trace_id.hex() for each in ours.values()} == {TRACE}
    request, examination = (ours[name] for name in sorted(wanted)[:2])
    assert request.parent_span_id.hex() == "b7ad6b7169203331"
    assert examination.parent_span_id == request.span_id


def post(url, body, **headers):
    import urllib.request

    headers["Content-Type"] = "application/json"
    sent = urllib.request.Request(url, json.dumps(body).encode(), headers)
    urllib.request.urlopen(sent).close()


BREAKS = """
import sentry_sdk
from api.app import create_app
from api.articles import service
def broken(**_):
    inside = "a variable's secret"
    sentry_sdk.add_breadcrumb(message="a breadcrumb's secret")
    raise RuntimeError("broken")
service.add_article = broken
app = create_app()
from api.database.session import transaction
from api.contributors import keys, service as people
from api.auth.roles import Role
with app.app_context(), transaction():
    key = keys.issue_key(people.enrol_contributor(name="Ann", role=Role.CONTRIBUTOR))[1]
body = {"title": "The body's secret", "text": "Words.", "language": "en"}
headers = {"Authorization": f"Bearer {key}", "X-Own": "a header's secret"}
answer = app.test_client().post("/v1/articles?q=the+query's secret", json=body, headers=headers)
assert answer.status_code == 500, answer.text
sentry_sdk.flush(10)
print(key)
"""


def test_sentry_is_told_of_a_fault_and_of_nothing_that_people_sent(database_url, collector):
    address, received = collector
    environment = {"DATABASE_URL": database_url, "SENTRY_DSN": f"http://key@{address}/1"}
    done = subprocess.run(
        [sys.executable, "-c", BREAKS],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    sent = b"".join(unpacked(headers, body) for _, headers, body in received).decode()
    assert "RuntimeError" in sent and "/v1/articles" in sent
    assert done.stdout.strip() not in sent and "'s secret" not in sent


def unpacked(headers, body):
    import gzip

    return gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
