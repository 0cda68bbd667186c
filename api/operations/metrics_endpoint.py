"""Metrics as Prometheus reads them: what the processes counted, and what the database shows."""

import hmac
import os
import time
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    start_http_server,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from api.auth import permissions
from api.config.settings import Settings
from api.database import replicas
from api.database.session import transaction
from api.errors import NotFound, Unauthenticated
from api.jobs.heartbeats import select_living
from api.jobs.queue import COUNT_LIMIT, count_jobs
from api.verdicts.transparency_log import service as log

blp = Blueprint("metrics", __name__)


@blp.get("/metrics")
def metrics() -> Response:
    """For Prometheus, with the token of METRICS_TOKEN; without one it is not served."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.metrics_token:
        raise NotFound("Metrics are served once METRICS_TOKEN is set.")
    sent = request.authorization.token if request.authorization else None
    if not hmac.compare_digest((sent or "").encode(), settings.metrics_token.encode()):
        raise Unauthenticated("Send the token of METRICS_TOKEN: Authorization: Bearer <token>.")
    text = generate_latest(_process_registry()) + generate_latest(_DatabaseCollector())
    return Response(text, content_type=CONTENT_TYPE_LATEST)


metrics.permission = permissions.Permission.READ  # type: ignore[attr-defined]


def serve_metrics(address: str) -> None:
    """Serve what this process counts on an address of its own, from a thread."""
    host, _, port = address.rpartition(":")
    start_http_server(int(port), host.strip("[]"), _process_registry())


def _process_registry() -> CollectorRegistry:
    """The metrics of this process, or those of all that share its folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class _DatabaseCollector(Collector):
    """What the database shows at this moment. Nothing here costs more as data grows."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("claimledger_replica_up", "1 if it is read, or none is set")
        replica = replicas.current()
        up.add_metric([], replica is None or replica.is_usable())
        yield up
        try:
            with transaction(reads=True) as session:
                found = list(count_jobs())
                entries = log.count_entries()
                workers = session.scalar(
                    select(func.count()).select_from(select_living().subquery())
                )
        except SQLAlchemyError:
            yield GaugeMetricFamily("claimledger_database_up", "1 if it answers", 0)
            return
        yield GaugeMetricFamily("claimledger_database_up", "1 if it answers", 1)
        yield GaugeMetricFamily("claimledger_workers", "Workers that are alive", workers)
        yield GaugeMetricFamily("claimledger_log_entries", "Verdicts in the log's chain", entries)
        depth = GaugeMetricFamily(
            "claimledger_jobs_waiting", f"Jobs, counted up to {COUNT_LIMIT}", labels=["status"]
        )
        age = GaugeMetricFamily(
            "claimledger_oldest_job_seconds",
            "Since the oldest job was due, or was begun where it is pending",
            labels=["status"],
        )
        for each in found:
            depth.add_metric([each.status], each.number)
            overdue = max(0, time.time() - each.oldest) if each.oldest else 0
            age.add_metric([each.status], overdue)
        yield depth
        yield age
