"""Where something came from: which request led to which job, and, for those who install the
extras, OpenTelemetry spans and Sentry events. What is off is not imported.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

from flask import Flask, Response, g, request
from structlog.contextvars import bound_contextvars

from api.config.settings import Settings
from api.observability import logs
from api.observability.request_context import request_context

_tracer: Any = None


def init_app(app: Flask, settings: Settings) -> None:
    if settings.sentry_dsn:
        _tell_sentry(settings.sentry_dsn)
    if settings.tracing:
        if not _tracer:
            _start()
        _follow_requests(app)


def current_origin() -> dict[str, str]:
    """What a job that is promised now must carry along to be known as ours."""
    carried: dict[str, str] = {}
    if named := logs.request_id():
        carried["request_id"] = named
    if _tracer:
        from opentelemetry.propagate import inject

        inject(carried)  # traceparent (W3C Trace Context)
    return carried


@contextmanager
def trace_job(name: str, origin: dict[str, str]) -> Iterator[None]:
    """The block is a job that goes back to that origin."""
    with bound_contextvars(request_id=origin.get("request_id")), _span(name, origin):
        yield


def _span(name: str, origin: dict[str, str]) -> Any:
    if not _tracer:
        return nullcontext()
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind

    return _tracer.start_as_current_span(name, extract(origin), SpanKind.CONSUMER)


def _tell_sentry(dsn: str) -> None:
    """Faults only, and nothing of what people sent: queries, headers, bodies, local variables."""
    import sentry_sdk

    sentry_sdk.init(
        dsn,
        before_send=_naming_no_more_of_a_request,
        max_breadcrumbs=0,  # they name what was fetched
        trace_propagation_targets=[],  # nor do those whom we ask learn of it
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
    )


def _naming_no_more_of_a_request(event: Any, _hint: Any) -> Any:
    """The event, in which a request is its method and its address."""
    if sent := event.get("request"):
        event["request"] = {key: sent[key] for key in ("method", "url") if key in sent}
    return event


def _start() -> None:
    """Spans go where the SDK's own variables say: OTEL_EXPORTER_OTLP_ENDPOINT and the others."""
    global _tracer
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "claimledger"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("claimledger")


def _follow_requests(app: Flask) -> None:
    """A span for each request, child of the one that its traceparent header names."""
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind, StatusCode

    @app.before_request
    def begin() -> None:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        span = _tracer.start_as_current_span(
            f"{request.method} {route}", extract(request.headers), SpanKind.SERVER
        )
        g.spans = ExitStack()
        g.span = g.spans.enter_context(span)
        g.span.set_attributes(
            {
                "http.request.method": request.method,
                "http.route": route,
                "claimledger.request_id": request_context().request_id,
            }
        )

    @app.after_request
    def note(response: Response) -> Response:
        g.span.set_attribute("http.response.status_code", response.status_code)
        if response.status_code >= 500:
            g.span.set_status(StatusCode.ERROR)
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if spans := g.pop("spans", None):
            spans.close()
