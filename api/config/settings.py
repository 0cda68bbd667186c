"""Every setting: its default and what it means. Read from the environment, once, at start."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from environs import Env, EnvValidationError

from api.config.checks import make_check, parse_pairs
from api.outbound.client import FetchPolicy

#: Settings that have another name now: a start with an old one is refused.
RENAMED_SETTINGS = {"CONFIRM_LINES": "CONFIRM_GROUPS", "DISPUTE_LINES": "DISPUTE_GROUPS"}


def _setting(default: Any, meaning: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """What an installation may decide. A field's name in capitals is the variable's name."""

    database_url: str = _setting(
        "sqlite:///var/claimledger.sqlite", "where the database is: SQLite or PostgreSQL"
    )
    database_read_url: str = _setting(
        "", "a PostgreSQL replica of it, which answers what only reads while it keeps up"
    )
    database_read_lag: int = _setting(
        10, "seconds that the replica may be behind; then the primary answers"
    )
    database_pooled: bool = _setting(
        False, "pgbouncer in transaction mode stands before it: nothing is prepared on connections"
    )
    blob_store: str = _setting(
        "var/blobs", "where snapshots' bytes are: a folder, or s3://, gs:// or az:// and a path"
    )
    public_url: str = _setting(
        "",
        "the address that this is reached at; set it: without it pages name the one that they were "
        "asked for at, and only browsers keep them",
    )
    publisher_name: str = _setting("Claimledger", "who publishes the verdicts")
    data_licence: str = _setting(
        "https://creativecommons.org/licenses/by/4.0/", "the licence of published reviews"
    )
    confirm_groups: int = _setting(2, "independent supporting groups that `confirmed` needs")
    dispute_groups: int = _setting(1, "independent disputing groups that `disputed` needs")
    one_person: bool = _setting(
        False, "let a person decide on evidence they submitted, for a recorded reason"
    )
    second_opinion: bool = _setting(
        False, "`confirmed` and `disputed` need two reviewers, the second without seeing the first"
    )
    examination_attempts: int = _setting(5, "how often a source is tried before it is given up")
    examination_backoff: int = _setting(60, "seconds to the second try; doubles with each")
    archive_key: str = _setting(
        "", "a key of the Internet Archive's: with one, it is asked to save each source too"
    )
    archive_secret: str = _setting("", "the secret of that key", secret=True)
    archive_url: str = _setting("https://web.archive.org", "where Save Page Now is asked")
    archive_lookup_url: str = _setting(
        "https://archive.org/wayback/available", "where it is asked what is archived already"
    )
    factcheck_key: str = _setting(
        "", "a key of Google's Fact Check Tools API: with one, others' reviews can be looked up"
    )
    factcheck_url: str = _setting("https://factchecktools.googleapis.com", "where it is asked")
    stance_url: str = _setting("", "an OpenAI-compatible API, up to /v1, that suggests stances")
    stance_model: str = _setting("", "the model that is asked there; without one nobody is")
    stance_key: str = _setting("", "the key for it, if it wants one", secret=True)
    stance_seconds: int = _setting(30, "seconds that an answer may take")
    recheck_days: tuple[int, ...] = _setting(
        (7, 30, 90),
        "days to each date on which a source is checked again; the last repeats",
    )
    recheck_attempts: int = _setting(4, "how often a source is tried on such a date")
    recheck_backoff: int = _setting(3600, "seconds to the second try; doubles with each")
    host_delay: float = _setting(5, "seconds between two re-checks at one host, at least")
    log_keys: str = _setting(
        "var/keys", "the folder of the log's signing keys; keep it apart from the database"
    )
    semantic_model: str = _setting(
        "", "`minilm` to match claims by meaning too (English; the extra `semantic`)"
    )
    worker_concurrency: int = _setting(16, "jobs that one worker runs at once")
    rate_limit_address: str = _setting("1200/minute", "requests that one address may send")
    rate_limit_key: str = _setting("600/minute", "requests that one API key may send")
    rate_limit_appeals: str = _setting("5/hour", "appeals that one address may send")
    rate_limit_storage: str = _setting(
        "memory://", "where the counts are: this process, or redis://… (extra `redis`) for many"
    )
    trusted_proxies: int = _setting(
        0,
        "proxies in front whose X-Forwarded-For, -Proto and -Host are believed; "
        "each must set all three",
    )
    max_body_bytes: int = _setting(2_500_000, "largest request body")
    log_format: str = _setting("console", "how log lines look: `console` or `json`")
    log_level: str = _setting("INFO", "the least that is logged: DEBUG, INFO, WARNING or ERROR")
    log_requests: bool = _setting(
        False, "log a line for every request, not only for those that failed on our side"
    )
    metrics_token: str = _setting(
        "", "what /metrics asks for as a bearer token; without one it is not served"
    )
    worker_metrics: str = _setting(
        "", "address and port where a worker serves its metrics to whoever asks, e.g. 10.0.0.5:9464"
    )
    sentry_dsn: str = _setting("", "where Sentry is told of faults (needs the extra `sentry`)")
    tracing: bool = _setting(
        False, "send OpenTelemetry traces where OTEL_… variables say (needs the extra `tracing`)"
    )
    readiness_reserve: int = _setting(
        200_000_000,
        "free bytes on a disk below which /readyz says that it is nearly full; 0: never",
    )
    keep_jobs_days: int = _setting(1, "days that a job is kept which has ended")
    max_import_bytes: int = _setting(500_000_000, "largest file of reviews to import")
    ratings_file: str = _setting(
        "", "a JSON file of what publishers' ratings mean: {domain: {reading: [ratings]}}"
    )
    fetch_ports: tuple[int, ...] = _setting((80, 443), "ports that sources may be fetched from")
    fetch_allow: tuple[str, ...] = _setting((), "hosts or networks opened in spite of the rules")
    fetch_connect_to: tuple[str, ...] = _setting(
        (), "for tests and the demo: `host:port=ip:port`, as curl's --connect-to"
    )
    fetch_ca_file: str = _setting("", "a CA bundle to trust besides the usual ones")
    fetch_proxy: str = _setting("", "an HTTP proxy for fetching; the environment's is ignored")
    fetch_max_bytes: int = _setting(5_000_000, "largest source, in bytes on the wire")
    fetch_seconds: int = _setting(20, "seconds that fetching a source may take in all")

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read all settings; raises `environs.EnvValidationError` naming every bad one."""
        env = Env(eager=False)
        readers: dict[Any, Callable[..., Any]] = {
            str: env.str,
            int: env.int,
            float: env.float,
            bool: env.bool,
            tuple[int, ...]: partial(env.list, subcast=int),
            tuple[str, ...]: env.list,
        }
        values = {
            each.name: readers[each.type](
                each.name.upper(), each.default, validate=make_check(each.name, each.default)
            )
            for each in fields(cls)
        }
        # Not one of ours, but where it cannot be used every request would fail.
        env.str("PROMETHEUS_MULTIPROC_DIR", "", validate=make_check("prometheus_multiproc_dir", ""))
        wrong: dict[str, Any] = {}
        for old, new in RENAMED_SETTINGS.items():
            if env.str(old, None) is not None:
                wrong[old] = [f"is called {new} now"]
        if values["database_read_url"] and str(values["database_url"]).startswith("sqlite"):
            wrong["DATABASE_READ_URL"] = ["SQLite, which DATABASE_URL names, has no replicas"]
        try:
            env.seal()
        except EnvValidationError as bad:
            wrong |= dict(bad.error_messages)  # type: ignore[arg-type]
        if wrong:
            raise EnvValidationError(_format_errors(wrong), wrong)
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**values | lists)

    @classmethod
    def table(cls) -> Iterator[tuple[str, str, str]]:
        """Each setting's name, default and meaning, as they are written in the environment."""
        for each in fields(cls):
            values = each.default if isinstance(each.default, tuple) else (each.default,)
            default = ",".join(str(value) for value in values)
            if each.type is bool:
                default = default.lower()
            yield each.name.upper(), default, each.metadata["meaning"]

    def driver(self) -> dict[str, Any]:
        """How PostgreSQL is spoken to by those who serve requests."""
        return {"prepare_threshold": None} if self.database_pooled else {}

    def fetch_policy(self) -> FetchPolicy:
        """What a fetch of what people name may reach and take."""
        return FetchPolicy(
            ports=frozenset(self.fetch_ports),
            allow=tuple(self.fetch_allow),
            connect_to=parse_pairs(self.fetch_connect_to),
            ca_file=self.fetch_ca_file or None,
            proxy=self.fetch_proxy or None,
            max_bytes=self.fetch_max_bytes,
            total_seconds=self.fetch_seconds,
        )


def _format_errors(wrong: dict[str, Any]) -> str:
    """A line for each setting. Of what cannot be read in a list, environs tells the place alone."""
    lines = ["These settings cannot be used:"]
    for name in sorted(wrong):
        whys = [why if isinstance(why, str) else "is numbers and commas" for why in wrong[name]]
        lines.append(f"  {name}: {'; '.join(whys)}")
    return "\n".join(lines)


#: Files that come with the project, wherever it is run from.
ROOT = Path(__file__).parents[2]
