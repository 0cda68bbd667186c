"""What each setting must be besides its type: checked at start, as is what it needs installed."""

import ssl
import tempfile
from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import limits
from environs import ValidationError, validate
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from obstore.exceptions import BaseError
from obstore.store import from_url
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.imports import ratings
from api.outbound.client import FetchPolicy, Refused, check_address, policy_for_service


def _check_database(address: str) -> None:
    try:
        url = make_url(address)
        kind = url.get_backend_name()
        if kind == "sqlite":
            url.get_dialect()
    except ArgumentError as error:
        raise ValueError(str(error)) from None
    if kind not in {"sqlite", "postgresql"}:
        raise ValueError(f"{kind} is neither sqlite nor postgresql")


def _check_replica(address: str) -> None:
    if address:
        _check_database(address)
        if make_url(address).get_backend_name() != "postgresql":
            raise ValueError("is no PostgreSQL")


def _check_blob_store(where: str) -> None:
    if "://" in where:
        try:
            from_url(where)
        except BaseError:
            raise ValueError(f"is no address of a store: {where}") from None


def _check_rate_limit_storage(address: str) -> None:
    if address.startswith("redis"):
        _import_extra("redis", "redis")
    try:
        storage_from_string(address)
    except ConfigurationError as error:
        raise ValueError(str(error)) from None


def parse_pairs(written: Iterable[str]) -> dict[str, str]:
    """What stands before and behind each `=`. Raises `ValueError`."""
    split = [pair.partition("=") for pair in written]
    if not all(separator for _, separator, _ in split):
        raise ValueError("is written host:port=ip:port")
    return {name: value for name, _, value in split}


def _check_web_address(address: str) -> None:
    parts = urlsplit(address)
    if address and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ValueError("is no http or https address")
    _ = parts.port  # raises ValueError


def _check_address_stem(address: str) -> None:
    """To which a path is added."""
    _check_web_address(address)
    if {"?", "#"} & {*address}:
        raise ValueError("is the beginning of addresses: nothing stands behind its path")


def _check_stance_api(address: str) -> None:
    _check_address_stem(address)
    if address:
        try:
            check_address(address, policy_for_service(address))
        except Refused as refusal:
            raise ValueError(str(refusal)) from None


def _check_days(days: list[int]) -> None:
    if not days or min(days) < 1:
        raise ValueError("is whole days, separated by commas")


def _check_token(token: str) -> None:
    if 0 < len(token) < 16:
        raise ValueError("is guessed too easily: at least 16 characters")


def _check_endpoint(address: str) -> None:
    host, _, port = address.rpartition(":")
    if address and not (host and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError("is written address:port")


def _check_shared_folder(path: str) -> None:
    if path:
        try:
            tempfile.TemporaryFile(dir=path).close()
        except OSError as error:
            raise ValueError(f"no file can be made in {path}: {error.strerror}") from None


def _import_extra(name: str, module: str) -> ModuleType:
    """What an extra brings along; imported only where a setting asks for it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ValueError(f"needs the extra claimledger[{name}]: {error}") from None


def _check_model(name: str) -> None:
    if name not in {"", "minilm"}:
        raise ValueError(f"{name} is no model that is known")
    if name:
        _import_extra("semantic", "api.claims.embeddings.minilm").read_verified_model()


#: By the setting's name. Each raises `ValueError` or `OSError`.
CHECKS: dict[str, Callable[[Any], object]] = {
    "database_url": _check_database,
    "database_read_url": _check_replica,
    "blob_store": _check_blob_store,
    "public_url": _check_address_stem,
    "data_licence": _check_web_address,
    "archive_url": _check_address_stem,
    "archive_lookup_url": _check_address_stem,
    "factcheck_url": _check_address_stem,
    "rate_limit_address": limits.parse,
    "rate_limit_key": limits.parse,
    "rate_limit_appeals": limits.parse,
    "rate_limit_storage": _check_rate_limit_storage,
    "stance_url": _check_stance_api,
    "stance_key": validate.Regexp(r"[!-~]*\Z"),
    "recheck_days": _check_days,
    "host_delay": validate.Range(0),
    "log_format": validate.OneOf(["console", "json"]),
    "log_level": validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
    "readiness_reserve": validate.Range(0),
    "metrics_token": _check_token,
    "worker_metrics": _check_endpoint,
    "prometheus_multiproc_dir": _check_shared_folder,  # prometheus-client's own
    "sentry_dsn": lambda dsn: dsn and _import_extra("sentry", "sentry_sdk.utils").Dsn(dsn),
    "tracing": lambda wanted: (
        wanted and _import_extra("tracing", "opentelemetry.exporter.otlp.proto.http.trace_exporter")
    ),
    "ratings_file": ratings.load_table,
    "semantic_model": _check_model,
    "fetch_ports": lambda ports: [validate.Range(1, 65535)(port) for port in ports],
    "fetch_allow": lambda hosts: FetchPolicy(allow=tuple(hosts)),
    "fetch_connect_to": lambda written: FetchPolicy(connect_to=parse_pairs(written)),
    "fetch_ca_file": lambda path: path and ssl.create_default_context(cafile=path),
    "fetch_proxy": lambda proxy: FetchPolicy(proxy=proxy or None),
}


def make_check(name: str, default: Any) -> Callable[[Any], None]:
    """A setting's own check; a number without one is at least 1, or 0 where that is the default."""
    least = validate.Range(min(default, 1)) if type(default) is int else lambda _: None
    own = CHECKS.get(name, least)

    def check(value: Any) -> None:
        try:
            own(value)
        except (ValueError, OSError) as error:
            raise ValidationError(str(error)) from None

    return check
