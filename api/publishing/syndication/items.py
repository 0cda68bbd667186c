"""The items of a feed for readers, and their texts, whatever its format."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from api.publishing import exception_label

#: When an empty feed was last changed.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FeedItem(NamedTuple):
    """A status change or a correction. `url` is the claim's page, `about` the address of its
    article, if it has one. An item never changes.
    """

    id: UUID
    at: datetime
    title: str
    text: str
    url: str
    about: str | None = None
    language: str | None = None
    tags: Sequence[str] = ()


class Feed(NamedTuple):
    """Items, newest first; `url` is the feed's address, `home` that of its publisher."""

    title: str
    url: str
    home: str
    author: str
    items: Sequence[FeedItem]

    @property
    def updated(self) -> datetime:
        return max((item.at for item in self.items), default=EPOCH)


class StatusChange(NamedTuple):
    """That a claim came to another status, and what the verdict says."""

    before: str
    status: str
    finding: str | None
    reasons: str
    withdrawn: bool
    exception: str | None = None
    one_person: bool = False

    def title(self, statement: str) -> str:
        what = f"No longer {self.before}" if self.withdrawn else self.status.capitalize()
        how = exception_label.label_exception(self.exception, self.one_person)
        return (
            f"{what}{f' ({how})' if how and not self.withdrawn else ''}: {_join_lines(statement)}"
        )

    def text(self, statement: str, claimant: str | None) -> str:
        finding = f"{self.status} ({self.finding})" if self.finding else self.status
        by_exception = exception_label.explain_exception(self.exception, self.one_person)
        change = f"Was {self.before}, is {finding}."
        parts = (_attribute_statement(statement, claimant), change, by_exception, self.reasons)
        return "\n\n".join(filter(None, parts))


class CorrectionNews(NamedTuple):
    """That something that was said of a claim was put right."""

    wrong: str
    right: str
    reason: str

    def title(self, statement: str) -> str:
        return f"Correction: {_join_lines(statement)}"

    def text(self, statement: str, claimant: str | None) -> str:
        put_right = f"Wrong: {self.wrong}\n\nRight: {self.right}"
        return "\n\n".join([_attribute_statement(statement, claimant), put_right, self.reason])


def _attribute_statement(statement: str, claimant: str | None) -> str:
    return f"{claimant}: {statement}" if claimant else statement


def _join_lines(text: str) -> str:
    return " ".join(text.split())
