"""A client of the Internet Archive's Wayback Machine: its copies, and Save Page Now 2.

Its answers are documented in "Save Page Now 2 Public API Docs" (linked from
https://web.archive.org/save), those of the look-up at https://archive.org/help/wayback_api.php.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from api.outbound.client import FetchPolicy, FetchResponse, Refused, Unreachable, send

#: The documented errors that another attempt will not change.
PERMANENT_ERRORS = {
    f"error:{name}"
    for name in (
        "blocked",
        "blocked-url",
        "filesize-limit",
        "ftp-access-denied",
        "http-version-not-supported",
        "invalid-url-syntax",
        "method-not-allowed",
        "network-authentication-required",
        "no-access",
        "not-found",
        "not-implemented",
        "too-many-redirects",
        "unauthorized",
    )
}
MAX_WAIT_SECONDS = 86_400


class ArchiveUnavailable(Exception):
    """The archive failed for now. `wait` are the seconds it asks for; `restart` says that the
    running job is lost and a new one is needed.
    """

    def __init__(self, reason: str, *, wait: int = 0, restart: bool = False) -> None:
        super().__init__(reason)
        self.wait, self.restart = wait, restart


class ArchiveRefused(Exception):
    """The archive refuses for good."""


class ArchivedCopy(NamedTuple):
    """A page as it was captured at a moment (UTC), and the address where it is shown."""

    url: str
    captured_at: datetime


class WaybackClient(NamedTuple):
    """The archive at its two addresses, with the key for saving. Each method is one request
    by the outbound client and raises `ArchiveUnavailable` or `ArchiveRefused`.
    """

    url: str
    lookup_url: str
    key: str
    secret: str
    policy: FetchPolicy

    def find_nearest(self, url: str, moment: datetime) -> ArchivedCopy | None:
        """Return the copy of a page, captured without error, that is nearest to the moment."""
        query = {"url": url, "timestamp": f"{moment:%Y%m%d%H%M%S}"}
        found = self._call("GET", f"{self.lookup_url}?{urlencode(query)}", {})
        copies = found.get("archived_snapshots")
        closest = copies.get("closest") if isinstance(copies, dict) else None
        if not isinstance(closest, dict) or closest.get("status") != "200":
            return None
        return self._copy(closest, url)

    def request_copy(self, url: str, *, unless_within: timedelta) -> str:
        """Request a copy, unless there is one so new; return the id of the archive's job."""
        query = {
            "url": url,
            "if_not_archived_within": str(int(unless_within.total_seconds())),
            "skip_first_archive": "1",  # we do not ask whether it is the first copy ever
        }
        found = self._call("POST", f"{self.url}/save", self._signed(), urlencode(query))
        job_id = found.get("job_id")
        if not isinstance(job_id, str) or not re.fullmatch(r"[\w-]{1,100}", job_id, re.ASCII):
            raise _to_exception(found)
        return job_id

    def fetch_result(self, job_id: str, url: str) -> ArchivedCopy | None:
        """Return the copy that a job has made; None while it is running."""
        found = self._call("GET", f"{self.url}/save/status/{job_id}", self._signed())
        if found.get("status") == "pending":
            return None
        if found.get("status") != "success":
            raise _to_exception(found)
        return self._copy(found, url)

    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"LOW {self.key}:{self.secret}"}

    def _call(
        self, method: str, url: str, headers: dict[str, str], form: str = ""
    ) -> dict[str, Any]:
        """Send a request; return the JSON object of the answer."""
        headers = headers | {"Accept": "application/json"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = send(method, url, self.policy, headers=headers, body=form.encode())
        except (Refused, Unreachable) as failure:
            raise ArchiveUnavailable(f"The archive could not be reached: {failure}") from None
        if answer.status == 401:
            raise ArchiveRefused("The archive does not know our key.")
        if answer.status != 200:
            reason = f"The archive answered with status {answer.status}."
            raise ArchiveUnavailable(
                reason, wait=_retry_after(answer), restart=answer.status == 404
            )
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ArchiveUnavailable("The archive's answer is not understood.")
        return found

    def _copy(self, found: dict[str, Any], url: str) -> ArchivedCopy:
        """Return the copy that an answer describes; its `original_url` is that after redirects."""
        moment, original = str(found.get("timestamp")), str(found.get("original_url"))
        if not re.fullmatch(r"https?://[!-~]{1,2000}", original):
            original = url
        try:
            captured_at = datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            raise ArchiveUnavailable(
                "The archive's answer is not understood.", restart=True
            ) from None
        return ArchivedCopy(f"{self.url}/web/{moment}/{original}", captured_at)


def _to_exception(found: dict[str, Any]) -> Exception:
    message = f"{found.get('message')} ({found.get('status_ext')})"
    reason = f"The archive says: {re.sub(r'[^ -~]', '?', message)[:500]}"
    return (
        ArchiveRefused(reason)
        if found.get("status_ext") in PERMANENT_ERRORS
        else ArchiveUnavailable(reason, restart=True)
    )


def _retry_after(answer: FetchResponse) -> int:
    seconds = answer.header("Retry-After") or ""
    return min(int(seconds), MAX_WAIT_SECONDS) if re.fullmatch(r"[0-9]{1,9}", seconds) else 0
