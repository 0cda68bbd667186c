"""What is told to those who run it: one line per event, each with the request it goes back to."""

import logging
import math
import random
import re
import time
from typing import TextIO, cast
from urllib.parse import quote

import structlog
from flask import Flask
from flask.logging import wsgi_errors_stream
from structlog.contextvars import bind_contextvars, get_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor

from api.config.settings import Settings
from api.observability.request_context import RequestContext, on_arrival, on_leaving

#: What a client, or a proxy in front, may call a request. Anything else gets a name of ours.
REQUEST_ID = re.compile(r"[A-Za-z0-9._~+/=-]{1,64}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

log = structlog.stdlib.get_logger("api.requests")


def init_app(app: Flask, settings: Settings) -> None:
    """Set up the process's logging, name every request, and tell of those that failed."""
    configure(settings)

    def begin(context: RequestContext) -> None:
        sent = context.environ.get("HTTP_X_REQUEST_ID", "")
        context.request_id = sent if REQUEST_ID.fullmatch(sent) else _name()
        bind_contextvars(request_id=context.request_id)

    def end(context: RequestContext) -> None:
        context.headers.append(("X-Request-Id", context.request_id))
        failed = context.status >= 500
        if failed or settings.log_requests:
            log.log(
                logging.ERROR if failed else logging.INFO,
                "request",
                method=context.method,
                path=quote(context.path),
                route=context.rule,
                status=context.status,
                seconds=round(context.seconds, 6),
            )

    on_arrival(app, begin)
    on_leaving(app, end)


def _name() -> str:
    """A name that no other request has: it need not be hard to guess."""
    return f"{random.getrandbits(128):032x}"


def request_id() -> str | None:
    """The id of the request in hand, or that the job in hand goes back to."""
    found: str | None = get_contextvars().get("request_id")
    return found


def configure(settings: Settings) -> None:
    """Lines of the libraries look like ours. Idempotent; other handlers are left alone."""
    line: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*line, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    # Flask's stream is the one to standard error of the moment, not of when this was set up.
    handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
    handler.set_name("claimledger")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=line,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(settings.log_format),
            ],
        )
    )
    for logger in (logging.getLogger(), logging.getLogger("dbos")):
        logger.handlers = [each for each in logger.handlers if each.name != handler.name]
        logger.addHandler(handler)
    logging.getLogger("dbos").propagate = False
    if not any(isinstance(each, RateLimitedWarnings) for each in logging.getLogger("dbos").filters):
        logging.getLogger("dbos").addFilter(RateLimitedWarnings())
    # Of libraries, warnings.
    logging.getLogger("api").setLevel(settings.log_level)


class RateLimitedWarnings(logging.Filter):
    """Lets warnings that begin alike through once in so many seconds: while the database is away,
    the engine of jobs asks for it ten times a second, and warns each time.
    """

    SECONDS, ALIKE, KEPT = 5, 80, 100

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.WARNING:
            return True
        beginning, now = record.getMessage()[: self.ALIKE], time.monotonic()
        if now < self.told.get(beginning, -math.inf) + self.SECONDS:
            return False
        if len(self.told) >= self.KEPT:
            self.told.clear()
        self.told[beginning] = now
        return True


def _rendering(log_format: str) -> list[Processor]:
    if log_format == "json":
        as_text = structlog.processors.JSONRenderer(default=str)
        return [structlog.processors.format_exc_info, as_text]
    plain = structlog.dev.plain_traceback
    return [_on_one_line, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def _on_one_line(_logger: object, _level: str, event: EventDict) -> EventDict:
    """Text from outside can neither begin a line of its own nor steer the terminal."""
    event["event"] = CONTROL.sub(lambda found: repr(found[0])[1:-1], str(event["event"]))
    return event
