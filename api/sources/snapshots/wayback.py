"""The Internet Archive's Wayback Machine: what it has, and Save Page Now 2.

Its answers are documented in "Save Page Now 2 Public API Docs" (linked from
https://web.archive.org/save), those of the look-up at https://archive.org/help/wayback_api.php.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from api.outbound.client import FetchPolicy, FetchResponse, Refused, Unreachable, send

#: Of the documented errors, those that asking again will not change.
FINAL = {
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
LONGEST_WAIT = 86_400


class NotNow(Exception):
    """It did not do it this time. `wait` are the seconds it asks for; `anew` says that the job
    in hand is of no more use.
    """

    def __init__(self, reason: str, *, wait: int = 0, anew: bool = False) -> None:
        super().__init__(reason)
        self.wait, self.anew = wait, anew


class Never(Exception):
    """It will not do it, however often it is asked."""


class Copy(NamedTuple):
    """A page as it was captured at a moment (UTC), and the address where it is shown."""

    url: str
    captured_at: datetime


class Wayback(NamedTuple):
    """The archive at its two addresses, with the key for saving. Each method is one request
    by the outbound client and raises `NotNow` or `Never`.
    """

    url: str
    lookup_url: str
    key: str
    secret: str
    policy: FetchPolicy

    def nearest(self, url: str, moment: datetime) -> Copy | None:
        """The copy of a page, captured without error, that is nearest to the moment."""
        asked = {"url": url, "timestamp": f"{moment:%Y%m%d%H%M%S}"}
        found = self._call("GET", f"{self.lookup_url}?{urlencode(asked)}", {})
        copies = found.get("archived_snapshots")
        closest = copies.get("closest") if isinstance(copies, dict) else None
        if not isinstance(closest, dict) or closest.get("status") != "200":
            return None
        return self._copy(closest, url)

    def save(self, url: str, *, unless_within: timedelta) -> str:
        """Ask for a copy, unless there is one so new; returns the id of the job that makes it."""
        asked = {
            "url": url,
            "if_not_archived_within": str(int(unless_within.total_seconds())),
            "skip_first_archive": "1",  # we do not ask whether it is the first copy ever
        }
        found = self._call("POST", f"{self.url}/save", self._signed(), urlencode(asked))
        job_id = found.get("job_id")
        if not isinstance(job_id, str) or not re.fullmatch(r"[\w-]{1,100}", job_id, re.ASCII):
            raise _error(found)
        return job_id

    def made_by(self, job_id: str, url: str) -> Copy | None:
        """The copy of the page that a job has made; None as long as it is still at it."""
        found = self._call("GET", f"{self.url}/save/status/{job_id}", self._signed())
        if found.get("status") == "pending":
            return None
        if found.get("status") != "success":
            raise _error(found)
        return self._copy(found, url)

    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"LOW {self.key}:{self.secret}"}

    def _call(
        self, method: str, url: str, headers: dict[str, str], form: str = ""
    ) -> dict[str, Any]:
        """The JSON object that it answers with."""
        headers = headers | {"Accept": "application/json"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = send(method, url, self.policy, headers=headers, body=form.encode())
        except (Refused, Unreachable) as failure:
            raise NotNow(f"The archive could not be reached: {failure}") from None
        if answer.status == 401:
            raise Never("The archive does not know our key.")
        if answer.status != 200:
            reason = f"The archive answered with status {answer.status}."
            raise NotNow(reason, wait=_retry_after(answer), anew=answer.status == 404)
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise NotNow("The archive's answer is not understood.")
        return found

    def _copy(self, found: dict[str, Any], url: str) -> Copy:
        """The copy that an answer speaks of; `original_url` is the page's after redirects."""
        moment, original = str(found.get("timestamp")), str(found.get("original_url"))
        if not re.fullmatch(r"https?://[!-~]{1,2000}", original):
            original = url
        try:
            captured_at = datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            raise NotNow("The archive's answer is not understood.", anew=True) from None
        return Copy(f"{self.url}/web/{moment}/{original}", captured_at)


def _error(found: dict[str, Any]) -> Exception:
    said = f"{found.get('message')} ({found.get('status_ext')})"
    reason = f"The archive says: {re.sub(r'[^ -~]', '?', said)[:500]}"
    return Never(reason) if found.get("status_ext") in FINAL else NotNow(reason, anew=True)


def _retry_after(answer: FetchResponse) -> int:
    seconds = answer.header("Retry-After") or ""
    return min(int(seconds), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,9}", seconds) else 0
