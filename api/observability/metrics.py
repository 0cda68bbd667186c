"""What is counted in this process while it works, for Prometheus.

Several processes of one machine add up in the folder that PROMETHEUS_MULTIPROC_DIR names, which
prometheus-client reads when it is imported; without it, each knows of itself only.
"""

import os
from functools import cache

if os.environ.get("PROMETHEUS_MULTIPROC_DIR") == "":  # not set; to prometheus-client it is
    del os.environ["PROMETHEUS_MULTIPROC_DIR"]
from flask import Flask
from prometheus_client import Counter, Histogram

from api.observability.request_context import RequestContext, on_leaving

#: Methods that are counted by name; a client may invent others without end.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter(
    "claimledger_requests", "Requests that were answered", ["method", "route", "status"]
)
REQUEST_SECONDS = Histogram(
    "claimledger_request_seconds",
    "Seconds that answering took",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
)
JOBS = Histogram(
    "claimledger_job_seconds",
    "Seconds that jobs took, and how they ended: done or failed",
    ["job", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80),
)
EXAMINATIONS = Counter(
    "claimledger_examinations", "Examinations of sources, by the state they led to", ["state"]
)
REPLICA_REPEATS = Counter(
    "claimledger_replica_repeats",
    "Reads that the primary was asked after all: behind, conflict, failed, or not found",
    ["reason"],
)
SUGGESTIONS = Counter(
    "claimledger_suggestions", "Models asked for a stance, by what came of it", ["outcome"]
)

# Looking a label up costs as much as counting. There are as many as routes have outcomes.
_requests, _request_seconds = cache(REQUESTS.labels), cache(REQUEST_SECONDS.labels)


def init_app(app: Flask) -> None:
    on_leaving(app, count_answer)


def count_answer(context: RequestContext) -> None:
    """Count an answer that leaves."""
    method = context.method if context.method in METHODS else "other"
    route = context.rule or "unmatched"
    _requests(method, route, context.status).inc()
    _request_seconds(method, route).observe(context.seconds)
